/// What an HTTP answer to a webhook means for its delivery (Standard Webhooks 1.0.0).
struct WebhookAnswer {
  /// The endpoint's name, for the reason.
  var endpoint: String
  var code: Int
  /// Seconds that the receiver asked to be left alone, given as a number or as a date.
  var retryAfter: Int64?
  var body: [UInt8]

  var outcome: DeliveryOutcome {
    switch code {
    case 200...299: .delivered(code: code, answer: printableStart(of: body))
    // A redirect is a change of address that nobody has signed off: not followed, and the same next time.
    case 300...399: .permanent(reason: reason + ", redirects are not followed")
    case 410: .disabled(reason: reason)
    case 408, 425, 429, 500...599: .retry(after: retryAfter, mayHaveArrived: false, reason: reason)
    case 400...499: .permanent(reason: reason)
    default: .retry(after: nil, mayHaveArrived: false, reason: reason)
    }
  }

  private var reason: String {
    let said = printableStart(of: body)
    return "webhook \(endpoint): http code: found \(code), expected 200 to 299" + (said.isEmpty ? "" : ", it said: \(said)")
  }
}
