/// One mail as RFC 5322 and MIME want it: a text, and the same as HTML where there is one.
///
/// The same value gives the same bytes at each attempt, so that a repetition can be told by its Message-ID. Lines are at
/// most 76 characters long; a line break in any header is refused. Lines that begin with a dot are left as they are:
/// libcurl doubles the dot while it sends.
package struct MailMessage: Sendable {
  package var from: MailAddress
  package var replyTo: MailAddress?
  package var to: [MailAddress]
  package var subject: String
  package var text: String
  package var html: String?
  /// `left@right`, without brackets; unique for ever, made once and kept with the notice.
  package var messageID: String
  /// Seconds since 1970.
  package var date: Int64
  /// The Message-ID of the mail that this one follows, so that reminders of one payment stand together.
  package var inReplyTo: String?

  package init(
    from: MailAddress, replyTo: MailAddress? = nil, to: [MailAddress], subject: String, text: String, html: String? = nil,
    messageID: String, date: Int64, inReplyTo: String? = nil
  ) {
    self.from = from
    self.replyTo = replyTo
    self.to = to
    self.subject = subject
    self.text = text
    self.html = html
    self.messageID = messageID
    self.date = date
    self.inReplyTo = inReplyTo
  }

  /// The mail as it is handed to a server, CRLF throughout. Throws for a control character in a header, for a Message-ID
  /// that is none, and when nobody is to get it.
  package func bytes() throws(MailFault) -> [UInt8] {
    guard !to.isEmpty else { throw .noRecipient }
    guard !hasControl(subject) else { throw .control(field: "subject") }
    guard Self.isMessageID(messageID) else { throw .messageID(field: "message-id") }
    var headers = [HeaderText.addresses(name: "From", [from])]
    if let replyTo { headers.append(HeaderText.addresses(name: "Reply-To", [replyTo])) }
    headers.append(HeaderText.addresses(name: "To", to))
    headers.append(HeaderText.unstructured(name: "Subject", subject))
    headers.append("Date: \(UTCTime(unixSeconds: date).mailDate)")
    headers.append("Message-ID: <\(messageID)>")
    if let inReplyTo {
      guard Self.isMessageID(inReplyTo) else { throw .messageID(field: "in-reply-to") }
      headers += ["In-Reply-To: <\(inReplyTo)>", "References: <\(inReplyTo)>"]
    }
    // RFC 3834: no holiday notice answers this, and no other program does.
    headers += ["Auto-Submitted: auto-generated", "MIME-Version: 1.0"]
    return Array(headers.joined(separator: "\r\n").utf8) + Array("\r\n".utf8) + content
  }

  private var content: [UInt8] {
    guard let html else { return Self.part("text/plain", text) }
    // Quoted-printable never holds `=_`, so no line of a part can be this boundary (RFC 2045, section 6.7).
    let boundary = "=_sepad_part"
    var content = Array("Content-Type: multipart/alternative; boundary=\"\(boundary)\"\r\n\r\n".utf8)
    for part in [Self.part("text/plain", text), Self.part("text/html", html)] {
      content += Array("--\(boundary)\r\n".utf8) + part
    }
    return content + Array("--\(boundary)--\r\n".utf8)
  }

  private static func part(_ type: String, _ text: String) -> [UInt8] {
    let headers = "Content-Type: \(type); charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return Array(headers.utf8) + QuotedPrintable.encode(text)
  }

  private static func isMessageID(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return text.utf8.count <= 200 && parts.count == 2
      && parts.allSatisfy { part in
        !part.isEmpty && part.utf8.allSatisfy { isAtomText($0) || $0 == UInt8(ascii: ".") }
      }
  }
}
