/// Where the webhooks of one receiver go, checked once: an endpoint that exists may be called.
package struct WebhookEndpoint: Sendable {
  /// Its name in the configuration: what logs and reasons call it.
  package let name: String
  package let url: String
  /// Whether the URL is http, to the loopback.
  let isPlain: Bool
  /// Whether the host may lead to public addresses only: for URLs that the operator did not write himself.
  package let publicAddressesOnly: Bool
  /// The secrets that sign, one or two: while a secret is replaced, both.
  package let secrets: [WebhookSecret]
  /// The only certificate authorities trusted for it, as a PEM file; nil for the system's.
  package let caFile: String?
  package let connectSeconds: Int
  /// For the whole request (Standard Webhooks: 15 to 30 seconds).
  package let totalSeconds: Int
  /// How many requests it may be sent at once.
  package let connections: Int

  /// `url` must be https. With `allowPlainHTTP` it may also be http, on this machine's loopback only: for tests and the
  /// demonstration. User names and passwords in a URL are refused, as URLs reach logs; the signature tells who sends.
  package init(
    name: String, url: String, secrets: [WebhookSecret], allowPlainHTTP: Bool = false, caFile: String? = nil,
    publicAddressesOnly: Bool = false, connectSeconds: Int = 10, totalSeconds: Int = 20, connections: Int = 1
  ) throws(WebhookFault) {
    guard !secrets.isEmpty else { throw .noSecret }
    isPlain = try Self.isPlain(url: url, allowPlainHTTP: allowPlainHTTP)
    self.publicAddressesOnly = publicAddressesOnly
    self.name = name
    self.url = url
    self.secrets = secrets
    self.caFile = caFile
    self.connectSeconds = connectSeconds
    self.totalSeconds = totalSeconds
    self.connections = connections
  }

  /// Whether the URL is plain http; throws unless it is https, or http where that is allowed.
  private static func isPlain(url: String, allowPlainHTTP: Bool) throws(WebhookFault) -> Bool {
    guard url.utf8.count <= 2000, url.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }) else {
      throw .url(found: "a space, control or non-ASCII character, or too long", expected: "an encoded URL")
    }
    guard let colon = url.range(of: "://") else { throw .url(found: "no scheme", expected: "https://") }
    let authority = url[colon.upperBound...].prefix { !"/?#".contains($0) }
    guard !authority.isEmpty, !authority.hasPrefix(":") else { throw .url(found: "no host", expected: "https://host/path") }
    guard !authority.contains("@") else { throw .url(found: "a user name", expected: "none: webhooks are signed") }
    switch url[..<colon.lowerBound].lowercased() {
    case "https": return false
    case "http":
      guard allowPlainHTTP, isLoopback(authority) else {
        throw .url(found: "http", expected: allowPlainHTTP ? "https, or http to the loopback" : "https")
      }
      return true
    default: throw .url(found: "another scheme", expected: "https")
    }
  }

  private static func isLoopback(_ authority: Substring) -> Bool {
    let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
    return ["127.0.0.1", "localhost", "[::1]"].contains(host.lowercased())
  }
}

extension String {
  /// The first place of `part`, as Foundation's method of that name, which this room does without.
  fileprivate func range(of part: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      start = index(after: start)
    }
    return nil
  }
}
