import Curl

/// Hands mails to one server and says what became of them.
///
/// A mail goes to all its recipients or to none: a recipient that is refused ends the delivery before the text is sent.
/// A server that has the whole mail and breaks off before its answer may have taken it. The mail is then tried again
/// with the same Message-ID, and `mayHaveArrived` says so: most mailboxes show both copies.
package struct MailSender: Sendable {
  private let server: MailServer
  private let session = CurlSession()

  package init(server: MailServer) {
    self.server = server
  }

  /// One attempt. `envelopeFrom` gets the bounces; nil for the mail's own sender.
  ///
  /// A mail that cannot be written (a line break in its subject) is permanent. So is a sender, recipient or text that the
  /// server refuses with 5xx. All else is the server's or the operator's to mend, a refused login or certificate too, and
  /// is tried again: a broken mail server loses nothing.
  package func send(_ message: MailMessage, envelopeFrom: MailAddress? = nil) async -> DeliveryOutcome {
    let bytes: [UInt8]
    do throws(MailFault) {
      bytes = try message.bytes()
    } catch {
      return .permanent(reason: error.description)
    }
    do throws(CurlFault) {
      let envelope = CurlSMTP(
        mailFrom: (envelopeFrom ?? message.from).address, recipients: message.to.map(\.address),
        security: server.security == .none ? .none : .required, username: server.login?.username,
        password: server.login?.password)
      let response = try await session.perform(request(bytes, envelope))
      return .delivered(code: response.code, answer: "")
    } catch {
      return MailRefusal(fault: error, messageBytes: bytes.count).outcome
    }
  }

  /// Connects, with TLS and login where they are configured, and sends nothing.
  /// - Returns: the server's name and port.
  package func probe() async throws -> String {
    var request = request([], CurlSMTP(
      mailFrom: "", recipients: [], security: server.security == .none ? .none : .required,
      username: server.login?.username, password: server.login?.password))
    request.body = .none
    request.connectOnly = true
    _ = try await session.perform(request)
    return "connected to \(server.host):\(server.port)"
  }

  private func request(_ bytes: [UInt8], _ envelope: CurlSMTP) -> CurlRequest {
    let scheme: CurlProtocol = server.security == .tls ? .smtps : .smtp
    var request = CurlRequest(url: "\(scheme.rawValue)://\(server.host):\(server.port)", protocols: [scheme])
    request.body = .bytes(bytes)
    request.smtp = envelope
    request.tls.caFile = server.caFile
    request.timeouts = CurlTimeouts(
      connectSeconds: server.connectSeconds, totalSeconds: server.totalSeconds, lowSpeedBytesPerSecond: 0,
      lowSpeedSeconds: 0)
    return request
  }
}

/// What a failed SMTP transfer means for its mail.
struct MailRefusal {
  var fault: CurlFault
  var messageBytes: Int

  /// RFC 4954, section 6: the login is wrong or missing, whatever the mail.
  private static let loginCodes: Set<Int> = [530, 534, 535, 538]

  var outcome: DeliveryOutcome {
    switch fault.responseCode {
    case 500...599 where isAboutTheMail && !Self.loginCodes.contains(fault.responseCode): .permanent(reason: refusal)
    case 400...599: .retry(after: nil, mayHaveArrived: false, reason: isAboutTheMail ? refusal : delivery)
    default: .retry(after: nil, mayHaveArrived: wholeMailLeft, reason: delivery)
    }
  }

  /// Whether the reply code answers MAIL, RCPT, DATA or the text. libcurl reports a refusal of the first three as a send
  /// that failed, and a refused text as a strange reply; a code that came with any other error, or before a byte of the
  /// text left, belongs to the greeting, to STARTTLS or to the login.
  private var isAboutTheMail: Bool {
    fault.reason == .connectionLost || fault.reason == .other && fault.uploadedBytes > 0
  }

  /// libcurl counts what it wrote to the socket: less than the mail means that the final dot never left.
  private var wholeMailLeft: Bool { fault.uploadedBytes >= Int64(messageBytes) }

  // The server's words and libcurl's are left out: they quote addresses.
  private var refusal: String { "mail: answer of the server: found \(fault.responseCode), expected 250" }
  private var delivery: String {
    "mail: delivery: found \(fault.reason.rawValue) (curl \(fault.code)), expected 250 after the text"
      + (wholeMailLeft ? ", it may have been taken" : "")
  }
}
