/// The server that takes our mails, checked once.
package struct MailServer: Sendable {
  /// How the way to the server is protected.
  package enum Security: String, Sendable, CaseIterable {
    /// Plain connection, then STARTTLS; a server that does not offer it gets nothing.
    case startTLS = "starttls"
    /// TLS from the first byte (port 465).
    case tls
    /// Nothing. For a server on this machine.
    case none
  }

  package let host: String
  package let port: Int
  package let security: Security
  /// The only certificate authorities trusted for it, as a PEM file; nil for the system's.
  package let caFile: String?
  package let connectSeconds: Int
  /// For the whole delivery: servers may take minutes after the last line.
  package let totalSeconds: Int
  let login: Login?

  struct Login: Sendable, CustomStringConvertible, CustomReflectable {
    let username: String
    let password: String
    var description: String { "(login)" }
    var customMirror: Mirror { Mirror(self, children: []) }
  }

  /// `username` and `password` come together or not at all, and not with `none`, which would show them to the wire.
  package init(
    host: String, port: Int, security: Security = .startTLS, caFile: String? = nil, username: String? = nil,
    password: String? = nil, connectSeconds: Int = 30, totalSeconds: Int = 300
  ) throws(MailFault) {
    guard !host.isEmpty, host.utf8.allSatisfy({ isASCIILetterOrDigit($0) || ".-:[]".utf8.contains($0) }) else {
      throw .server(found: "host of other characters", expected: "a host name or address")
    }
    guard (1...65535).contains(port) else { throw .server(found: "port \(port)", expected: "1 to 65535") }
    switch (username, password) {
    case (nil, nil): login = nil
    case (let username?, let password?):
      guard security != .none else { throw .server(found: "login without tls", expected: "starttls or tls") }
      login = Login(username: username, password: password)
    default: throw .server(found: "half a login", expected: "user name and password")
    }
    self.host = host
    self.port = port
    self.security = security
    self.caFile = caFile
    self.connectSeconds = connectSeconds
    self.totalSeconds = totalSeconds
  }
}
