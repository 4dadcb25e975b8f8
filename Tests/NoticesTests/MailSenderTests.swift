import Foundation
import Notices
import TestSupport
import Testing

/// Against a real SMTP server.
@Suite struct MailSenderTests {
  let scratch: TemporaryDirectory

  init() throws { scratch = try TemporaryDirectory() }

  private func message(to recipients: [String] = ["someone@example.org"], text: String = "Bonjour\n") throws -> MailMessage {
    try MailMessage(
      from: MailAddress("billing@acme.example"), to: recipients.map { try MailAddress($0) },
      subject: "Prélèvement rejeté : AM04 – Provision insuffisante, référence de bout en bout E2E-2026-1", text: text,
      html: "<p>Bonjour</p>", messageID: "evt_1@acme.example", date: 1_795_424_400)
  }

  private func sender(
    _ sink: MailSink, _ security: MailServer.Security = .none, caFile: String? = nil, login: (String, String)? = nil
  ) throws -> MailSender {
    MailSender(
      server: try MailServer(
        host: "127.0.0.1", port: sink.port, security: security, caFile: caFile, username: login?.0, password: login?.1))
  }

  @Test("What arrives is what was written, to all recipients, and lines that begin with a dot stay")
  func delivered() async throws {
    let sink = try await MailSink(in: scratch.path)
    let message = try message(to: ["someone@example.org", "other@example.org"], text: ".\n..\n.end\nBonjour\n")
    let outcome = try await sender(sink).send(message, envelopeFrom: try MailAddress("bounces@acme.example"))
    #expect(outcome == .delivered(code: 250, answer: ""))
    #expect(try sink.envelopes == ["from bounces@acme.example\nto someone@example.org\nto other@example.org\n"])
    let path = try #require(sink.mails.first)
    #expect(bytes(ofFile: path) == (try message.bytes()))
    let read = try ReadMail(path: path)
    #expect(read.subject == message.subject && read.text == ".\n..\n.end\nBonjour" && read.defects.isEmpty)
    #expect(read.headers["auto-submitted"] == "auto-generated")
  }

  @Test("A server without STARTTLS gets nothing where it is required")
  func noStartTLS() async throws {
    let sink = try await MailSink(in: scratch.path)
    let outcome = try await sender(sink, .startTLS).send(try message())
    #expect(
      outcome == .retry(
        after: nil, mayHaveArrived: false,
        reason: "mail: delivery: found the TLS handshake failed (curl 64), expected 250 after the text"))
    #expect(sink.mails.isEmpty)
  }

  @Test("A certificate of another authority gets nothing; the one given is trusted")
  func certificates() async throws {
    let (certificate, key) = try scratch.certificate(named: "server")
    let other = try scratch.certificate(named: "other")
    let sink = try await MailSink(in: scratch.path, ["--starttls", certificate, key])
    for caFile in [nil, other.certificate] {
      let outcome = try await sender(sink, .startTLS, caFile: caFile).send(try message())
      #expect(
        outcome == .retry(
          after: nil, mayHaveArrived: false,
          reason: "mail: delivery: found the server is not the expected one (curl 60), expected 250 after the text"))
    }
    #expect(sink.mails.isEmpty)
    #expect(try await sender(sink, .startTLS, caFile: certificate).send(try message()).isDelivered)
    #expect(sink.mails.count == 1)
  }

  @Test("A refused or missing login is the operator's to mend: no mail is lost by it")
  func login() async throws {
    let (certificate, key) = try scratch.certificate(named: "server")
    let sink = try await MailSink(in: scratch.path, ["--starttls", certificate, key, "--login", "sepad:right"])
    for login in [nil, ("sepad", "wrong")] {
      let outcome = try await sender(sink, .startTLS, caFile: certificate, login: login).send(try message())
      #expect(outcome.word == "retry")
      #expect(!"\(outcome)".contains("wrong"))
    }
    #expect(sink.mails.isEmpty)
    let right = try sender(sink, .startTLS, caFile: certificate, login: ("sepad", "right"))
    #expect(await right.send(try message()).isDelivered)
  }

  @Test("A refused recipient is permanent, nobody gets the mail, and no address is repeated")
  func recipient() async throws {
    let sink = try await MailSink(in: scratch.path, ["--reject-recipient", "*@gone.example"])
    let outcome = try await sender(sink).send(try message(to: ["someone@example.org", "nobody@gone.example"]))
    #expect(outcome == .permanent(reason: "mail: answer of the server: found 550, expected 250"))
    #expect(sink.mails.isEmpty)
  }

  @Test("A text refused for now is tried again, one refused for good is not", arguments: [
    ("451 4.3.0", "mail: answer of the server: found 451, expected 250", "retry"),
    ("452 4.2.2", "mail: answer of the server: found 452, expected 250", "retry"),
    ("554 5.7.1", "mail: answer of the server: found 554, expected 250", "permanent"),
  ])
  func text(answer: String, reason: String, meaning: String) async throws {
    let sink = try await MailSink(in: scratch.path, ["--fail-first", "1", "--fail-with", answer])
    let sender = try sender(sink)
    let outcome = await sender.send(try message())
    #expect(outcome == (meaning == "retry" ? .retry(after: nil, mayHaveArrived: false, reason: reason) : .permanent(reason: reason)))
    #expect(sink.mails.isEmpty)
    #expect(await sender.send(try message()).isDelivered)
    #expect(sink.mails.count == 1)
  }

  @Test("An answer lost after the text may be a mail delivered: it says so, and keeps its Message-ID")
  func answerLost() async throws {
    let sink = try await MailSink(in: scratch.path, ["--drop-first", "1"])
    let sender = try sender(sink)
    guard case .retry(nil, mayHaveArrived: true, let reason) = await sender.send(try message()) else {
      Issue.record("not told that it may have arrived")
      return
    }
    #expect(reason.hasSuffix("it may have been taken"))
    #expect(await sender.send(try message()).isDelivered)
    let identities = try sink.mails.map { try ReadMail(path: $0).headers["message-id"] }
    #expect(identities == ["<evt_1@acme.example>", "<evt_1@acme.example>"])
  }

  @Test("Nobody there is tried again, and certainly nothing arrived")
  func nobody() async throws {
    let server = try MailServer(host: "127.0.0.1", port: freeLoopbackPort(), security: .none)
    let outcome = await MailSender(server: server).send(try message())
    #expect(
      outcome == .retry(
        after: nil, mayHaveArrived: false,
        reason: "mail: delivery: found no connection (curl 7), expected 250 after the text"))
  }

  @Test("A mail that cannot be written is permanent")
  func injection() async throws {
    var message = try message()
    message.subject = "a\r\nBcc: thief@example.org"
    let server = try MailServer(host: "127.0.0.1", port: freeLoopbackPort(), security: .none)
    #expect(
      await MailSender(server: server).send(message)
        == .permanent(reason: "mail subject: one line of text: found a control character"))
  }

  @Test("A server is a host, a port and a whole login, which is never sent in the clear")
  func servers() {
    #expect(throws: MailFault.self) { try MailServer(host: "a/b", port: 25) }
    #expect(throws: MailFault.self) { try MailServer(host: "", port: 25) }
    #expect(throws: MailFault.self) { try MailServer(host: "user@host", port: 25) }
    #expect(throws: MailFault.self) { try MailServer(host: "host", port: 0) }
    #expect(throws: MailFault.self) { try MailServer(host: "host", port: 25, username: "a") }
    #expect(throws: MailFault.self) { try MailServer(host: "host", port: 25, security: .none, username: "a", password: "b") }
    var dumped = ""
    dump(try? MailServer(host: "host", port: 587, username: "user", password: "hunter2"), to: &dumped)
    #expect(dumped.contains("587") && !dumped.contains("hunter2"))
  }
}
