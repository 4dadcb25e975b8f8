import Glibc

/// Which addresses a host name may lead to. Checked on the address that is about to be connected, after the name was
/// resolved, so a name that changes its mind between check and use gains nothing.
package enum CurlReach: Sendable {
  case anywhere
  /// Refuses loopback, private, link-local, shared, multicast and other special addresses (RFC 6890): for URLs that
  /// were not written by the operator.
  case publicOnly

  /// Whether a socket of `family` may connect to `address`.
  func allows(family: Int32, address: UnsafePointer<sockaddr>) -> Bool {
    switch self {
    case .anywhere: true
    case .publicOnly: isPublic(family: family, address: address)
    }
  }

  private func isPublic(family: Int32, address: UnsafePointer<sockaddr>) -> Bool {
    // Offsets of sockaddr_in and sockaddr_in6: family, port, then the address at byte 4, or after flow info at byte 8.
    let raw = UnsafeRawPointer(address)
    switch family {
    case AF_INET: return isPublic(v4: Array(UnsafeRawBufferPointer(start: raw + 4, count: 4)))
    case AF_INET6:
      let b = Array(UnsafeRawBufferPointer(start: raw + 8, count: 16))
      let mapped = b[..<10].allSatisfy { $0 == 0 } && b[10] == 0xff && b[11] == 0xff
      if mapped { return isPublic(v4: Array(b[12...])) }
      // Only 2000::/3 is global unicast; in it 2001::/23 (protocol assignments), documentation and 6to4 are not.
      if b[0] & 0xe0 != 0x20 { return false }
      if b[0] == 0x20, b[1] == 0x01, b[2] < 2 || (b[2] == 0x0d && b[3] == 0xb8) { return false }
      return !(b[0] == 0x20 && b[1] == 0x02)
    default: return false
    }
  }

  private func isPublic(v4 b: [UInt8]) -> Bool {
    switch (b[0], b[1], b[2]) {
    case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): false
    case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _), (198, 18...19, _): false
    case (192, 0, 0), (192, 0, 2), (198, 51, 100), (203, 0, 113): false
    default: true
    }
  }
}
