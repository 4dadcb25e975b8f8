/// What an HTTP answer to a webhook means for its delivery (Standard Webhooks 1.0.0, with RFC 9110 for Retry-After).
struct WebhookAnswer {
  /// The endpoint's name, for the reason.
  var endpoint: String
  var code: Int
  /// The header lines as received.
  var headers: [String]
  var body: [UInt8]
  /// When the answer was asked for, seconds since 1970: what a Retry-After date is counted from.
  var askedAt: Int64

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

  /// Seconds: the number itself, or what remains until the date. The last of several counts.
  private var retryAfter: Int64? {
    var found: Int64?
    for line in headers {
      guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == "retry-after" else { continue }
      let value = line[line.index(after: colon)...].split(whereSeparator: \.isWhitespace).joined(separator: " ")
      if !value.isEmpty, value.utf8.allSatisfy({ (48...57).contains($0) }) {
        found = Int64(value) ?? BackOff.longestWait
      } else if let date = UTCTime.unixSeconds(httpDate: value) {
        let (wait, overflow) = date.subtractingReportingOverflow(askedAt)
        found = overflow ? nil : max(0, wait)
      }
    }
    return found
  }
}
