// Named places where a test lets a process die. In a release build there are none: `reach` is empty and inlined away.
//
// In a debug build the environment variable SEPAD_CRASH arms one of them: NAME:OCCURRENCE:ACTION. The process goes on as
// if nothing were here until it comes to NAME for the OCCURRENCE-th time. Then it says so on standard error and does
// ACTION:
//
//   kill        SIGKILL to itself
//   term        SIGTERM to itself; it goes on
//   hold=PATH   makes the file PATH.reached, stands still until there is a file PATH.go, goes on
//
// A value that cannot be understood ends the process at its first point: no test may pass because of a misspelt name.

#if SEPAD_CRASH_POINTS
  internal import Glibc
  internal import Synchronization
#endif

/// The door to the points; see the top of this file.
package enum CrashPoints {
  #if SEPAD_CRASH_POINTS
    /// Says that the process has come to `point`.
    package static func reach(_ point: CrashPoint) { Trap.armed?.reach(point) }
  #else
    /// Nothing, in a release build.
    @inlinable @inline(__always)
    package static func reach(_ point: CrashPoint) {}
  #endif
}

#if SEPAD_CRASH_POINTS
  /// The one armed point of this process.
  private struct Trap: Sendable {
    enum Action: Sendable {
      case kill, term
      case hold(path: String)
    }

    let point: CrashPoint
    let occurrence: Int
    let action: Action

    /// Read once: what comes later to the environment counts for nothing.
    static let armed: Trap? = {
      guard let value = getenv("SEPAD_CRASH") else { return nil }
      guard let trap = Trap(String(cString: value)) else {
        say("SEPAD_CRASH: found another form, expected NAME:OCCURRENCE:ACTION of a point that exists")
        _exit(70)
      }
      return trap
    }()
    private static let reached = Atomic<Int>(0)

    init?(_ text: String) {
      let parts = text.split(separator: ":", maxSplits: 2).map(String.init)
      guard parts.count == 3, let point = CrashPoint(rawValue: parts[0]), let occurrence = Int(parts[1]), occurrence > 0
      else { return nil }
      switch parts[2] {
      case "kill": action = .kill
      case "term": action = .term
      case let hold where hold.hasPrefix("hold=/"): action = .hold(path: String(hold.dropFirst(5)))
      default: return nil
      }
      self.point = point
      self.occurrence = occurrence
    }

    func reach(_ other: CrashPoint) {
      guard other == point, Self.reached.add(1, ordering: .relaxed).newValue == occurrence else { return }
      Self.say("crash point \(point.rawValue) reached")
      switch action {
      case .kill: Glibc.kill(getpid(), SIGKILL)
      case .term: Glibc.kill(getpid(), SIGTERM)
      case .hold(let path):
        close(open(path + ".reached", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
        while access(path + ".go", F_OK) != 0 { usleep(2000) }
      }
    }

    private static func say(_ text: String) {
      let line = Array((text + "\n").utf8)
      _ = write(STDERR_FILENO, line, line.count)
    }
  }
#endif
