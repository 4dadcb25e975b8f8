import Foundation
import Notices
import TestSupport
import Testing

@Suite struct MailMessageTests {
  let scratch: TemporaryDirectory

  init() throws { scratch = try TemporaryDirectory() }

  private func message(subject: String = "Hello", text: String = "Hello.\n", html: String? = nil) throws -> MailMessage {
    try MailMessage(
      from: MailAddress("billing@acme.example", name: "Acme SA"), to: [MailAddress("someone@example.org")],
      subject: subject, text: text, html: html, messageID: "evt_1.1@acme.example", date: 1_795_424_400)
  }

  private func read(_ message: MailMessage) throws -> ReadMail {
    try ReadMail(path: scratch.write("mail.eml", message.bytes()))
  }

  @Test("A plain mail is these lines")
  func plain() throws {
    let expected = """
      From: Acme SA <billing@acme.example>
      To: someone@example.org
      Subject: Hello
      Date: Mon, 23 Nov 2026 09:00:00 +0000
      Message-ID: <evt_1.1@acme.example>
      In-Reply-To: <evt_1.0@acme.example>
      References: <evt_1.0@acme.example>
      Auto-Submitted: auto-generated
      MIME-Version: 1.0
      Content-Type: text/plain; charset=utf-8
      Content-Transfer-Encoding: quoted-printable

      D=C3=A9j=C3=A0 3 =3D 3
      .

      """
    var message = try message(text: "Déjà 3 = 3\n.\n")
    message.inReplyTo = "evt_1.0@acme.example"
    #expect(try message.bytes() == Array(expected.replacingOccurrences(of: "\n", with: "\r\n").utf8))
  }

  static let manySubjects: [String] = [
    "Direct debit rejected: AM04, E2E-1", "Prélèvement rejeté : AM04", "", " spaces  at  both ends ", "=?UTF-8?Q?no?=",
    String(repeating: "long subject in plain words ", count: 12) + "end", String(repeating: "x", count: 300),
    String(repeating: "Écritures à rapprocher 😀 ", count: 20) + "fin", "Οφειλή 1.250,00 €", "Напоминание об оплате", "a_b=c?d",
    "1\u{202F}250,00\u{A0}€",
  ]

  @Test("Any subject comes back from another reader as it was, on lines of at most 76", arguments: Self.manySubjects)
  func subjects(subject: String) throws {
    let message = try message(subject: subject)
    let read = try read(message)
    #expect(read.subject == subject && read.defects.isEmpty)
    let lines = String(decoding: try message.bytes(), as: UTF8.self).components(separatedBy: "\r\n")
    #expect(lines.allSatisfy { $0.utf8.count <= 76 && $0.utf8.allSatisfy { $0 < 128 } })
    for word in lines.joined(separator: " ").split(separator: " ") where word.hasPrefix("=?") { #expect(word.utf8.count <= 75) }
  }

  @Test("Any text comes back, in both forms", arguments: [
    "one line", "two\nlines\n", "tab\there \nspace at end \n", "Grüße, 1\u{202F}250,00\u{A0}€\n", "=3D is not =\n", "\n\n.\n..\n--\n",
    String(repeating: "é", count: 500), String(repeating: "word ", count: 200), "From here\n--=_sepad_part\n", "",
    String(repeating: "a", count: 75) + "\n" + String(repeating: "b", count: 76) + "\n" + String(repeating: "c", count: 77),
  ])
  func texts(text: String) throws {
    let message = try message(text: text, html: "<p>\(text)</p>")
    let read = try read(message)
    #expect(read.text.map(trimmed) == trimmed(text))
    #expect(read.html.map(trimmed) == trimmed("<p>\(text)</p>"))
    #expect(read.defects.isEmpty)
    let lines = String(decoding: try message.bytes(), as: UTF8.self).components(separatedBy: "\r\n")
    #expect(lines.allSatisfy { $0.utf8.count <= 76 && !$0.contains("\n") && !$0.contains("\r") })
  }

  private func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .newlines) }

  @Test("CR, LF and CRLF in a text are each one line end")
  func lineEnds() throws {
    let bytes = try message(text: "a\rb\nc\r\nd\n\re").bytes()
    #expect(String(decoding: bytes, as: UTF8.self).hasSuffix("\r\n\r\na\r\nb\r\nc\r\nd\r\n\r\ne\r\n"))
  }

  @Test("Names of recipients come back too", arguments: [
    "Jane Doe", "Société Générale, Comptabilité", "O'Neil \"Bob\" <x@y>", "Ζαχαροπλαστείο Αθηνών Ελλάδος Ανώνυμη Εταιρεία Τροφίμων",
    "a@b", "=?UTF-8?Q?a?=",
  ])
  func names(name: String) throws {
    var message = try message()
    message.to = [try MailAddress("a@example.org", name: name), try MailAddress("b@example.org")]
    let read = try read(message)
    #expect(read.names == [name, ""] && read.to == ["a@example.org", "b@example.org"] && read.defects.isEmpty)
  }

  @Test("A line break or control in any header is refused", arguments: ["\r\n", "\n", "\r", "\u{0}", "\t", "\u{7F}", "\u{85}", "\u{2028}"])
  func injection(break lineBreak: String) throws {
    let evil = "x\(lineBreak)Bcc: thief@example.org"
    #expect(throws: MailFault.control(field: "subject")) { try message(subject: evil).bytes() }
    #expect(throws: MailFault.control(field: "to name")) { try MailAddress("a@example.org", name: evil, field: "to") }
    #expect(throws: MailFault.self) { try MailAddress("a@example.org" + evil) }
    #expect(throws: MailFault.messageID(field: "message-id")) {
      var message = try message()
      message.messageID = "a@b" + evil
      _ = try message.bytes()
    }
    #expect(throws: MailFault.messageID(field: "in-reply-to")) {
      var message = try message()
      message.inReplyTo = "a@b" + evil
      _ = try message.bytes()
    }
  }

  @Test("An address is plain", arguments: [
    ("a@example.org", true), ("a.b+c_d'e@x-y.example.org", true), ("root@localhost", true), ("", false), ("a", false), ("@b", false),
    ("a@", false), ("a@b@c", false), ("a b@c", false), ("<a@b>", false), ("a..b@c", false), (".a@c", false), ("a@c.", false),
    ("é@example.org", false), ("a@exämple.org", false), ("\"a\"@b", false), ("a,b@c", false), ("a@[127.0.0.1]", false),
    (String(repeating: "a", count: 65) + "@b", false), ("a@" + String(repeating: "b", count: 253), false),
  ])
  func addresses(text: String, isTaken: Bool) {
    #expect(((try? MailAddress(text)) != nil) == isTaken)
  }

  @Test("No fault and no print shows an address")
  func discretion() throws {
    let address = try MailAddress("someone@example.org", name: "Someone")
    var dumped = "\(address) \(String(reflecting: address)) "
    dump(try message(), to: &dumped)
    #expect(!dumped.contains("someone") && !dumped.contains("Someone") && !dumped.contains("billing"))
    #expect(throws: MailFault.address(field: "to", expected: "local@domain in ASCII, at most 254 characters")) {
      try MailAddress("someone at example.org", field: "to")
    }
  }
}
