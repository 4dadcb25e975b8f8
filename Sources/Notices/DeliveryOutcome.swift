/// What became of one attempt to deliver a notice. Never thrown: a failed delivery is an expected outcome.
///
/// Reasons have the form `where: rule: found, expected`. They hold no address, no secret and nothing of the notice;
/// of a webhook receiver's answer they hold at most its first 200 printable characters.
package enum DeliveryOutcome: Equatable, Sendable {
  /// The receiver took it. `code` is its HTTP or SMTP code, `answer` the start of what it said: for mail the place where
  /// a server names its queue id, the proof of delivery to keep.
  case delivered(code: Int, answer: String)
  /// Not taken this time; the next attempt is as `BackOff` says, and not before `after` seconds where the receiver asked.
  ///
  /// `mayHaveArrived`: everything was sent and the answer was lost. A second attempt carries the same id, by which the
  /// receiver can tell; a mail server usually does not, so a notice that must never go twice is for a person to decide.
  case retry(after: Int64?, mayHaveArrived: Bool, reason: String)
  /// This notice will never be taken as it is.
  case permanent(reason: String)
  /// The receiver asked to be sent nothing any more (HTTP 410).
  case disabled(reason: String)
}

/// The first `limit` printable characters of an answer, in one line: controls and broken UTF-8 become spaces.
func printableStart(of bytes: [UInt8], limit: Int = 200) -> String {
  // Four bytes a character at most, so that a long answer is not decoded whole.
  let text = String(decoding: bytes.prefix(limit * 4), as: UTF8.self)
  var kept = ""
  var count = 0
  for scalar in text.unicodeScalars where count < limit {
    kept.unicodeScalars.append(isPrintable(scalar) ? scalar : " ")
    count += 1
  }
  return kept.split(separator: " ").joined(separator: " ")
}

private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .surrogate, .unassigned, .privateUse, .lineSeparator, .paragraphSeparator: false
  default: scalar != "\u{FFFD}"
  }
}
