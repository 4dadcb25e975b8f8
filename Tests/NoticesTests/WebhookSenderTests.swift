import Foundation
import Notices
import TestSupport
import Testing

/// Against a real receiver, which checks signatures with a program of its own.
@Suite struct WebhookSenderTests {
  let scratch: TemporaryDirectory
  let sender = WebhookSender()
  let body = Array(#"{"type":"collection.rejected","data":{"label":"Provision é"}}"#.utf8)
  let now: Int64 = 1_795_424_400

  init() throws { scratch = try TemporaryDirectory() }

  private func endpoint(_ sink: WebhookSink, secrets: [String] = [ascendingSecret]) throws -> WebhookEndpoint {
    try WebhookEndpoint(
      name: "erp", url: "http://127.0.0.1:\(sink.port)/hook", secrets: secrets.map { try WebhookSecret($0) },
      allowPlainHTTP: true)
  }

  @Test("What is sent is signed so that an independent receiver takes it")
  func signed() async throws {
    let sink = try await WebhookSink(in: scratch.path, ["--secret", ascendingSecret])
    let outcome = await sender.send(id: "evt_1", body: body, at: now, to: try endpoint(sink))
    #expect(outcome == .delivered(code: 200, answer: "status 200"))
    let deliveries = try sink.deliveries
    #expect(deliveries.map(\.id) == ["evt_1"] && deliveries.map(\.path) == ["/hook"])
    #expect(deliveries.first?.contentType == "application/json")
  }

  @Test("A receiver with the old secret takes what both secrets sign, and refuses a wrong one alone")
  func rotation() async throws {
    let sink = try await WebhookSink(in: scratch.path, ["--secret", ascendingSecret])
    let fresh = "whsec_" + String(repeating: "QUJD", count: 8)
    let both = try endpoint(sink, secrets: [fresh, ascendingSecret])
    #expect(await sender.send(id: "evt_1", body: body, at: now, to: both).isDelivered)
    let wrong = await sender.send(id: "evt_2", body: body, at: now, to: try endpoint(sink, secrets: [fresh]))
    #expect(
      wrong
        == .retry(
          after: nil, mayHaveArrived: false,
          reason: "webhook erp: http code: found 401, expected 200 to 299, it said: status 401"))
    #expect(try sink.deliveries.map(\.id) == ["evt_1"])
  }

  @Test("After a 500 the same event is taken once")
  func retried() async throws {
    let sink = try await WebhookSink(in: scratch.path, ["--fail-first", "1"])
    let endpoint = try endpoint(sink)
    let first = await sender.send(id: "evt_1", body: body, at: now, to: endpoint)
    #expect(
      first == .retry(
        after: nil, mayHaveArrived: false,
        reason: "webhook erp: http code: found 500, expected 200 to 299, it said: status 500"))
    #expect(await sender.send(id: "evt_1", body: body, at: now + 5, to: endpoint).isDelivered)
    #expect(try sink.deliveries.map(\.duplicate) == [false])
    #expect(await sender.send(id: "evt_1", body: body, at: now + 5, to: endpoint).isDelivered)
    #expect(try sink.deliveries.map(\.duplicate) == [false, true])
  }

  @Test("Each answer has its meaning", arguments: [
    (200, "delivered"), (201, "delivered"), (204, "delivered"), (301, "retry"), (302, "retry"), (307, "retry"),
    (308, "retry"), (400, "permanent"), (401, "retry"), (403, "retry"), (404, "retry"), (408, "retry"), (410, "disabled"), (413, "permanent"),
    (422, "permanent"), (425, "retry"), (429, "retry"), (500, "retry"), (502, "retry"), (503, "retry"), (504, "retry"),
  ])
  func answers(code: Int, meaning: String) async throws {
    try "\(code)".write(toFile: "\(scratch.path)/status", atomically: true, encoding: .utf8)
    let sink = try await WebhookSink(in: scratch.path, ["--status-file", "\(scratch.path)/status"])
    let outcome = await sender.send(id: "evt_1", body: body, at: now, to: try endpoint(sink))
    #expect(outcome.word == meaning)
    // A redirect that was followed would have been noted, or refused under its own path.
    #expect(try sink.deliveries.count == (meaning == "delivered" ? 1 : 0))
  }

  @Test("Retry-After is kept, as seconds or as a date", arguments: [(429, "120"), (503, "120"), (503, "date"), (429, "soon")])
  func retryAfter(code: Int, form: String) async throws {
    try "\(code)".write(toFile: "\(scratch.path)/status", atomically: true, encoding: .utf8)
    let later = Date(timeIntervalSinceNow: 120)
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    let value = form == "date" ? formatter.string(from: later) : form
    let sink = try await WebhookSink(
      in: scratch.path, ["--status-file", "\(scratch.path)/status", "--retry-after", value])
    let outcome = await sender.send(id: "evt_1", body: body, at: now, to: try endpoint(sink))
    guard case .retry(let after, _, _) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    switch form {
    case "120": #expect(after == 120)
    case "date": #expect((60...120).contains(try #require(after)))
    default: #expect(after == nil)
    }
  }

  @Test("An answer without end is cut, and its code still counts", arguments: [(200, "delivered"), (500, "retry")])
  func endless(code: Int, meaning: String) async throws {
    try "\(code)".write(toFile: "\(scratch.path)/status", atomically: true, encoding: .utf8)
    let sink = try await WebhookSink(in: scratch.path, ["--endless", "--status-file", "\(scratch.path)/status"])
    #expect(await sender.send(id: "evt_1", body: body, at: now, to: try endpoint(sink)).word == meaning)
  }

  @Test("Nobody there is tried again, and certainly nothing arrived")
  func nobody() async throws {
    // A port that was free a moment ago: the sink that had it is gone.
    var sink: WebhookSink? = try await WebhookSink(in: scratch.path)
    let endpoint = try endpoint(#require(sink))
    sink = nil
    let outcome = await sender.send(id: "evt_1", body: body, at: now, to: endpoint)
    #expect(
      outcome == .retry(
        after: nil, mayHaveArrived: false,
        reason: "webhook erp: delivery: found no connection (curl 7), expected an answer"))
  }

  @Test("Over https only the authority given is trusted")
  func tls() async throws {
    let (certificate, key) = try scratch.certificate(named: "receiver")
    let other = try scratch.certificate(named: "other")
    let sink = try await WebhookSink(in: scratch.path, ["--tls", certificate, key])
    func outcome(caFile: String?) async throws -> DeliveryOutcome {
      let endpoint = try WebhookEndpoint(
        name: "erp", url: "https://127.0.0.1:\(sink.port)/hook", secrets: [WebhookSecret(ascendingSecret)], caFile: caFile)
      return await sender.send(id: "evt_1", body: body, at: now, to: endpoint)
    }
    #expect(try await outcome(caFile: nil).word == "retry")
    #expect(try await outcome(caFile: other.certificate).word == "retry")
    #expect(try sink.deliveries.isEmpty)
    #expect(try await outcome(caFile: certificate).isDelivered)
  }

  @Test("An endpoint kept to public addresses does not reach this machine")
  func publicOnly() async throws {
    let sink = try await WebhookSink(in: scratch.path)
    let endpoint = try WebhookEndpoint(
      name: "erp", url: "http://127.0.0.1:\(sink.port)/hook", secrets: [WebhookSecret(ascendingSecret)],
      allowPlainHTTP: true, publicAddressesOnly: true)
    #expect(await sender.send(id: "evt_1", body: body, at: now, to: endpoint).word == "retry")
    #expect(try sink.deliveries.isEmpty)
  }
}

extension DeliveryOutcome {
  var isDelivered: Bool { word == "delivered" }

  var word: String {
    switch self {
    case .delivered: "delivered"
    case .retry: "retry"
    case .permanent: "permanent"
    case .disabled: "disabled"
    }
  }
}
