/// Why a piece of text is not the value it claims to be: the one fault of every value in this room.
///
/// `found` may carry what the caller wrote, so it goes back to the caller's own row and nowhere else. What a log,
/// a trace or an interpolation shows is `redacted`.
package struct ValueFault: Error, Hashable, Sendable {
  /// The rule that was broken, in the rulebook's terms: `iban check digits`.
  package var rule: String
  /// What stands there. May be personal data: never for logs.
  package var found: String
  /// What would have been right.
  package var expected: String

  package init(rule: String, found: String, expected: String) {
    self.rule = rule
    self.found = found
    self.expected = expected
  }

  /// Rule and expectation, without what was found: fit for logs.
  package var redacted: String { "\(rule): expected \(expected)" }
}

extension ValueFault: CustomStringConvertible {
  package var description: String { redacted }
}

extension ValueFault: CustomReflectable {
  // `dump` and test reports would otherwise print `found`.
  package var customMirror: Mirror { Mirror(self, children: ["rule": rule, "expected": expected]) }
}
