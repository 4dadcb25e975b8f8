import Glibc

/// Talks to systemd's notification socket (sd_notify(3)): one datagram a message. Without a socket it says nothing.
struct Notifier: Sendable {
  private let socketPath: String?
  /// Half of what the watchdog allows, in seconds; nil when there is no watchdog.
  let watchdogSeconds: Double?

  init() {
    socketPath = getenv("NOTIFY_SOCKET").map { String(cString: $0) }
    let microseconds = getenv("WATCHDOG_USEC").flatMap { Double(String(cString: $0)) }
    watchdogSeconds = microseconds.map { $0 / 2_000_000 }
  }

  func send(_ message: String) {
    guard let socketPath else { return }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = Array(socketPath.utf8)
    let capacity = MemoryLayout.size(ofValue: address.sun_path)
    guard !path.isEmpty, path.count < capacity else { return }
    withUnsafeMutableBytes(of: &address.sun_path) { buffer in
      buffer.copyBytes(from: path)
      // A leading @ stands for the abstract name space.
      if path[0] == 0x40 { buffer[0] = 0 }
    }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
    let bytes = Array(message.utf8)
    _ = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
        bytes.withUnsafeBytes { sendto(descriptor, $0.baseAddress, $0.count, MSG_NOSIGNAL_VALUE, target, length) }
      }
    }
  }
}

/// MSG_NOSIGNAL, whose import differs between C libraries.
private let MSG_NOSIGNAL_VALUE: Int32 = 0x4000
