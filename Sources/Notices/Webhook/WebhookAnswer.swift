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
    // A redirect is a change of address that nobody has signed off.
    case 300...399: .retry(after: retryAfter, mayHaveArrived: false, reason: reason + ", redirects are not followed")
    case 410: .disabled(reason: reason)
    // It is this notice that the receiver does not understand.
    case 400, 406, 413, 415, 422: .permanent(reason: reason)
    // All else is about the receiver, wrong address, wrong secret, overload: whoever mends it is to find nothing lost.
    default: .retry(after: retryAfter, mayHaveArrived: false, reason: reason)
    }
  }

  private var reason: String {
    let said = printableStart(of: body)
    return "webhook \(endpoint): http code: found \(code), expected 200 to 299" + (said.isEmpty ? "" : ", it said: \(said)")
  }
}
