import Glibc
import SEPA
import Work

/// The machine's clock.
struct SystemClock: WallClock {
  func now() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }
}

/// A clock that stands where a file says, for sandboxes: `2026-12-01T07:00:00Z`.
///
/// Read at each call. While the file is being replaced the last good instant holds.
final class FileClock: WallClock, @unchecked Sendable {  // `last` is guarded by `lock`.
  private let path: String
  private let lock = Lock()
  private var last: Instant

  init(path: String) throws {
    self.path = path
    last = try Self.read(path)
  }

  func now() -> Instant {
    lock.with {
      if let fresh = try? Self.read(path) { last = fresh }
      return last
    }
  }

  private static func read(_ path: String) throws -> Instant {
    let text = try TextFile.read(path, limit: 100)
    return try Instant(iso: String(text.prefix { !$0.isWhitespace }))
  }
}

/// A mutex held for the length of a closure.
final class Lock: @unchecked Sendable {  // The mutex is what it guards with.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  init() { pthread_mutex_init(mutex, nil) }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  func with<T>(_ body: () throws -> T) rethrows -> T {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }
}

/// Which clock a configuration asks for.
enum Clocks {
  static func make(_ configuration: Configuration) throws -> any WallClock {
    guard let path = configuration.clockFile else { return SystemClock() }
    do { return try FileClock(path: path) } catch {
      Console.complain("daemon.clock_file: \(error)")
      throw Exit.misconfigured
    }
  }
}
