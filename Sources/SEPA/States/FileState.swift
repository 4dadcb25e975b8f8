/// Where an outbound file stands between us and the bank, from the moment its bytes are fixed.
///
/// Bytes and message id never change after `sealed`: a resend is the same message, so the bank can refuse a double.
/// The SQL side holds the same table in `sepad.file_transition`; a test compares the two.
package enum FileState: String, CaseIterable, Sendable, Codable {
  /// Built, validated, signed, stored. Leaves when sending begins, or when it is withdrawn because its date has passed.
  case sealed
  /// The intent to send is committed; the answer is not known yet. A restart that finds it here makes it `uncertain`.
  case sending
  /// Some bytes may have reached the bank. Left only on evidence (listing, archive, pain.002, camt) or by a named operator.
  case uncertain
  /// The file lies complete under its final name at the bank.
  case submitted
  /// pain.002: the bank took the file, wholly or in part.
  case accepted
  /// pain.002: the bank refused the whole file.
  case refused
  /// Never sent, and never will be; its collections went back to wait for another file.
  case withdrawn
}

/// What can happen to an outbound file.
package enum FileEvent: String, CaseIterable, Sendable, Codable {
  /// About to send: committed before the first byte leaves.
  case sendBegan
  /// The channel proved that the bank does not have it: refused before the transfer, or the transfer provably incomplete.
  case notSent
  /// The connection ended in a way that proves nothing.
  case outcomeUnknown
  /// Complete under its final name: checked by the channel, or found there, or vouched for by an operator.
  case delivered
  /// A report names it: the bank has read it, whatever we believed.
  case reported
  /// pain.002 with a positive or partial group status.
  case accepted
  /// pain.002 with `RJCT` as group status.
  case refused
  /// Its collection date can no longer be met and it certainly never left.
  case withdrawn
}

extension FileState {
  /// The state after `event`: the same state where the news repeats or is overtaken.
  package func applying(_ event: FileEvent) throws(IllegalTransition) -> FileState {
    switch (self, event) {
    case (.sealed, .sendBegan): .sending
    case (.sealed, .withdrawn): .withdrawn
    case (.sending, .notSent), (.uncertain, .notSent): .sealed
    case (.sending, .outcomeUnknown), (.uncertain, .outcomeUnknown): .uncertain

    case (.sending, .delivered), (.uncertain, .delivered), (.submitted, .delivered): .submitted
    case (.accepted, .delivered), (.refused, .delivered): self

    // A report about a file that we believe unsent proves us wrong: it is at the bank.
    case (.sealed, .reported), (.sending, .reported), (.uncertain, .reported), (.submitted, .reported): .submitted
    case (.accepted, .reported), (.refused, .reported): self

    case (.submitted, .accepted), (.accepted, .accepted): .accepted
    case (.refused, .accepted): self
    case (.submitted, .refused), (.accepted, .refused), (.refused, .refused): .refused

    case (.sealed, _), (.sending, _), (.uncertain, _), (.submitted, _), (.accepted, _), (.refused, _), (.withdrawn, _):
      throw IllegalTransition(machine: "file", from: rawValue, on: event.rawValue)
    }
  }
}
