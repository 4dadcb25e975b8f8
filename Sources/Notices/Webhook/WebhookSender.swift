import Curl

/// Posts webhooks and says what became of them.
///
/// One transfer at a time: give each endpoint a sender of its own, or a slow one delays the others. Redirects are not
/// followed; of the answer at most 64 KiB are read and 200 characters kept.
package struct WebhookSender: Sendable {
  private static let answerLimit = 64 * 1024
  private let session = CurlSession()

  package init() {}

  /// One attempt at `unixSeconds`, which is signed too: receivers refuse what is some minutes off.
  ///
  /// `id` and `body` are the same at each attempt; by the id the receiver tells repetitions.
  package func send(
    id: String, body: [UInt8], at unixSeconds: Int64, to endpoint: WebhookEndpoint
  ) async -> DeliveryOutcome {
    let signature: [String]
    do throws(WebhookFault) {
      signature = try StandardWebhook.headers(id: id, at: unixSeconds, body: body, secrets: endpoint.secrets)
    } catch {
      return .permanent(reason: "webhook \(endpoint.name): \(error.description)")
    }
    do throws(CurlFault) {
      let response = try await session.perform(Self.request(headers: signature, body: body, to: endpoint))
      return WebhookAnswer(
        endpoint: endpoint.name, code: response.code, retryAfter: response.retryAfterSeconds, body: response.bytes
      ).outcome
    } catch {
      return Self.outcome(of: error, endpoint: endpoint.name)
    }
  }

  /// Connects, with TLS where the endpoint is https, and posts nothing: what a receiver gets is always an event.
  package func probe(_ endpoint: WebhookEndpoint) async throws -> String {
    var request = Self.request(headers: [], body: [], to: endpoint)
    request.body = .none
    request.method = nil
    request.connectOnly = true
    _ = try await session.perform(request)
    return "connected"
  }

  private static func request(headers: [String], body: [UInt8], to endpoint: WebhookEndpoint) -> CurlRequest {
    var request = CurlRequest(url: endpoint.url, protocols: endpoint.isPlain ? [.http] : [.https])
    request.method = "POST"
    // Without "Expect:" libcurl may wait for a 100 that many receivers never send.
    request.headers = headers + ["Content-Type: application/json", "User-Agent: sepad", "Expect:"]
    request.body = .bytes(body)
    request.response = .memory(limit: answerLimit)
    request.timeouts = CurlTimeouts(
      connectSeconds: endpoint.connectSeconds, totalSeconds: endpoint.totalSeconds, lowSpeedBytesPerSecond: 0,
      lowSpeedSeconds: 0)
    request.tls.caFile = endpoint.caFile
    request.reach = endpoint.publicAddressesOnly ? .publicOnly : .anywhere
    return request
  }

  private static func outcome(of fault: CurlFault, endpoint: String) -> DeliveryOutcome {
    let reason = "webhook \(endpoint): delivery: found \(fault.reason.rawValue) (curl \(fault.code)), expected an answer"
    switch fault.reason {
    // The code came before the flood, and it is all that counts.
    case .tooLarge where fault.responseCode > 0:
      return WebhookAnswer(endpoint: endpoint, code: fault.responseCode, retryAfter: nil, body: []).outcome
    case .badRequest: return .permanent(reason: reason + ", \(fault.message)")
    default: return .retry(after: nil, mayHaveArrived: fault.requestBegan, reason: reason)
    }
  }
}
