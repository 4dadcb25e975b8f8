// What may be asked of libcurl, and nothing else: no redirects, no cookies, no netrc, no proxy from the environment,
// no protocol beyond those named, and no transfer without an end in time and size.

/// One transfer: where to, what to send, what to keep of the answer, and when to give up.
package struct CurlRequest: Sendable {
  /// Absolute and already percent-encoded; see `percentEncoded(path:)`.
  package var url: String
  /// The only protocols this request may speak, also if the URL says otherwise.
  package var protocols: [CurlProtocol]
  /// The HTTP verb; nil is GET, or PUT with a body.
  package var method: String?
  /// HTTP header lines, `Name: value`. A line break in one refuses the request.
  package var headers: [String] = []
  package var body: CurlBody = .none
  package var response: CurlSink = .discard
  package var timeouts = CurlTimeouts()
  package var tls = CurlTLS()
  /// Needed for SFTP.
  package var ssh: CurlSSH?
  /// Needed for SMTP.
  package var smtp: CurlSMTP?
  /// SFTP commands that run before the transfer, `*` in front ignores a refusal; paths are absolute and quoted, see
  /// `sftpQuoted(path:)`.
  package var preQuote: [String] = []
  /// SFTP commands that run only after the transfer succeeded.
  package var postQuote: [String] = []
  /// An SFTP directory answers with bare names, one a line, instead of `ls -l` lines.
  package var namesOnly = false
  /// Asks only for size and time: HEAD over HTTP, stat over SFTP.
  package var noBody = false
  /// Never a kept connection: on a kept one that turns out dead, libcurl sends an HTTP request again by itself.
  package var freshConnection = false
  /// Connect, with TLS and a protocol's greeting and login, and ask for nothing.
  package var connectOnly = false
  /// Which addresses a host name may lead to.
  package var reach: CurlReach = .anywhere

  package init(url: String, protocols: [CurlProtocol]) {
    self.url = url
    self.protocols = protocols
  }
}

package enum CurlProtocol: String, Sendable {
  case sftp, https, http, smtp, smtps
}

/// What is sent.
package enum CurlBody: Sendable, Equatable {
  case none
  case bytes([UInt8])
  /// Exactly `size` bytes of the file; a shorter file fails the transfer.
  case file(path: String, size: Int64)
}

/// Where the answer goes. One byte beyond `limit` (bytes) ends the transfer with `.tooLarge`.
package enum CurlSink: Sendable, Equatable {
  case discard
  case memory(limit: Int)
  /// Created with mode 0600, or emptied first. What arrived stays there if the transfer fails.
  case file(path: String, limit: Int64)
}

/// When to give up, in seconds.
package struct CurlTimeouts: Sendable, Equatable {
  package var connectSeconds: Int
  package var totalSeconds: Int
  /// A transfer slower than this many bytes per second for `lowSpeedSeconds` on end has stalled.
  package var lowSpeedBytesPerSecond: Int
  package var lowSpeedSeconds: Int

  package init(
    connectSeconds: Int = 30, totalSeconds: Int = 3600, lowSpeedBytesPerSecond: Int = 1, lowSpeedSeconds: Int = 60
  ) {
    self.connectSeconds = connectSeconds
    self.totalSeconds = totalSeconds
    self.lowSpeedBytesPerSecond = lowSpeedBytesPerSecond
    self.lowSpeedSeconds = lowSpeedSeconds
  }
}

/// Whom to trust and who we are. TLS 1.2 or later; certificate and host name are always checked.
package struct CurlTLS: Sendable, Equatable {
  /// PEM. Given, it is the only trust: the system's store is not consulted.
  package var caFile: String?
  /// PEM, with its chain.
  package var clientCertificate: String?
  /// PEM.
  package var clientKey: String?
  package var clientKeyPassphrase: String?
  /// `sha256//BASE64`, several joined by `;`.
  package var pinnedPublicKey: String?

  package init(
    caFile: String? = nil, clientCertificate: String? = nil, clientKey: String? = nil,
    clientKeyPassphrase: String? = nil, pinnedPublicKey: String? = nil
  ) {
    self.caFile = caFile
    self.clientCertificate = clientCertificate
    self.clientKey = clientKey
    self.clientKeyPassphrase = clientKeyPassphrase
    self.pinnedPublicKey = pinnedPublicKey
  }
}

/// An SSH session by public key.
package struct CurlSSH: Sendable, Equatable {
  /// How the server proves itself. libcurl checks nothing when it is given neither, so there is no such case.
  package enum HostKey: Sendable, Equatable {
    case knownHosts(path: String)
    /// Base64 of the SHA-256 of the key, as `ssh-keygen -lf` prints it after `SHA256:`.
    case sha256(String)
    /// The file chooses the kind of key that the server shows, the fingerprint decides.
    case both(knownHosts: String, sha256: String)
  }

  package var user: String
  package var privateKeyPath: String
  /// nil: derived from the private key.
  package var publicKeyPath: String?
  package var passphrase: String?
  package var hostKey: HostKey

  package init(
    user: String, privateKeyPath: String, publicKeyPath: String? = nil, passphrase: String? = nil, hostKey: HostKey
  ) {
    self.user = user
    self.privateKeyPath = privateKeyPath
    self.publicKeyPath = publicKeyPath
    self.passphrase = passphrase
    self.hostKey = hostKey
  }
}

/// One mail envelope.
package struct CurlSMTP: Sendable, Equatable {
  package enum Security: Sendable, Equatable {
    /// STARTTLS or `smtps`; a server without it is refused.
    case required
    case none
  }

  package var mailFrom: String
  package var recipients: [String]
  package var security: Security
  package var username: String?
  package var password: String?

  package init(
    mailFrom: String, recipients: [String], security: Security = .required, username: String? = nil,
    password: String? = nil
  ) {
    self.mailFrom = mailFrom
    self.recipients = recipients
    self.security = security
    self.username = username
    self.password = password
  }
}

/// The path of a URL: everything but unreserved characters and `/` becomes `%XX` (RFC 3986 section 2.3).
package func percentEncoded(path: String) -> String {
  var out: [UInt8] = []
  let digits = Array("0123456789ABCDEF".utf8)
  for byte in path.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"), UInt8(ascii: "/"):
      out.append(byte)
    default:
      out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: out, as: UTF8.self)
}

/// A path as libcurl's SFTP quote commands want it: between double quotes, with `"` and `\` escaped.
package func sftpQuoted(path: String) -> String {
  var out = "\""
  for scalar in path.unicodeScalars {
    if scalar == "\"" || scalar == "\\" { out.unicodeScalars.append("\\") }
    out.unicodeScalars.append(scalar)
  }
  return out + "\""
}
