// Named places where a test lets a process die. In a release build there are none: `reach` is empty and inlined away.
//
// In a debug build the environment variable SEPAD_CRASH arms one of them: NAME:OCCURRENCE:ACTION. The process goes on as
// if nothing were here until it comes to NAME for the OCCURRENCE-th time. Then it says so on standard error and does
// ACTION:
//
//   kill        SIGKILL to itself
//   term        SIGTERM to itself; it goes on
//   hold=PATH   makes the file PATH.reached, stands still until there is a file PATH.go, goes on
//   hold2=PATH  the same for two seconds at most; without a number for five minutes
//
// Who is held and not let go ends, as if killed there: at once when the process that started it is gone, for nobody is
// left who could make PATH.go, and when its time is over, for a test that failed may live on and never let go. The parent
// is asked for again and again, since a signal on its death would come with the end of the thread that started us.
//
// Several are separated by commas. A value that cannot be understood ends the process at its first point: no test may pass because of a misspelt name.

#if SEPAD_CRASH_POINTS
  internal import Glibc
  internal import Synchronization
#endif

/// The door to the points; see the top of this file.
package enum CrashPoints {
  #if SEPAD_CRASH_POINTS
    /// Says that the process has come to `point`.
    package static func reach(_ point: CrashPoint) {
      for trap in Trap.armed where trap.point == point { trap.reached() }
    }
  #else
    /// Nothing, in a release build.
    @inlinable @inline(__always)
    package static func reach(_ point: CrashPoint) {}
  #endif
}

#if SEPAD_CRASH_POINTS
  /// An armed point.
  private final class Trap: Sendable {
    enum Action: Sendable {
      case kill, term
      case hold(path: String, seconds: Int)
    }

    let point: CrashPoint
    let occurrence: Int
    let action: Action

    /// Read once: what comes later to the environment counts for nothing.
    static let armed: [Trap] = {
      guard let value = getenv("SEPAD_CRASH") else { return [] }
      return String(cString: value).split(separator: ",").map { text in
        if let trap = Trap(text) { return trap }
        say("SEPAD_CRASH: found another form, expected NAME:OCCURRENCE:ACTION of a point that exists")
        _exit(70)
      }
    }()
    private let count = Atomic<Int>(0)
    private let parent = getppid()

    init?(_ text: Substring) {
      let parts = text.split(separator: ":", maxSplits: 2).map(String.init)
      guard parts.count == 3, let point = CrashPoint(rawValue: parts[0]), let occurrence = Int(parts[1]), occurrence > 0
      else { return nil }
      switch parts[2] {
      case "kill": action = .kill
      case "term": action = .term
      case let hold:
        guard let match = hold.wholeMatch(of: /hold([1-9][0-9]{0,3})?=(\/.+)/) else { return nil }
        action = .hold(path: String(match.2), seconds: match.1.flatMap { Int($0) } ?? 300)
      }
      self.point = point
      self.occurrence = occurrence
    }

    func reached() {
      guard count.add(1, ordering: .relaxed).newValue == occurrence else { return }
      Self.say("crash point \(point.rawValue) reached")
      switch action {
      case .kill: Glibc.kill(getpid(), SIGKILL)
      case .term: Glibc.kill(getpid(), SIGTERM)
      case .hold(let path, let seconds): hold(path, seconds)
      }
    }

    private func hold(_ path: String, _ seconds: Int) {
      let end = ContinuousClock.now.advanced(by: .seconds(seconds))
      close(open(path + ".reached", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
      while access(path + ".go", F_OK) != 0 {
        if getppid() != parent { Self.giveUp("whoever started us is gone") }
        if ContinuousClock.now > end { Self.giveUp("not let go within \(seconds) s") }
        usleep(2000)
      }
    }

    private static func giveUp(_ why: String) {
      say("crash point: \(why)")
      Glibc.kill(getpid(), SIGKILL)
    }

    private static func say(_ text: String) {
      let line = Array((text + "\n").utf8)
      _ = write(STDERR_FILENO, line, line.count)
    }
  }
#endif
