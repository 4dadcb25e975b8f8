import Glibc

/// A port of 127.0.0.1 that the system lets connect, and behind which nobody ever reads or answers. Ends with the value.
package final class SilentListener: Sendable {
  package let port: Int
  private let descriptor: Int32

  package init() throws { (descriptor, port) = try listenOnLoopback() }

  deinit { close(descriptor) }
}

/// A socket that listens on a free port of 127.0.0.1, and that no program started meanwhile inherits.
func listenOnLoopback() throws -> (descriptor: Int32, port: Int) {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  let listens = withUnsafeMutablePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0 && getsockname(descriptor, $0, &length) == 0
    }
  }
  guard listens else {
    let code = errno
    close(descriptor)
    throw TestSupportFault("no port to listen on: errno \(code)")
  }
  return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
}
