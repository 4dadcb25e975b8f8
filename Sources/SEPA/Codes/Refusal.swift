/// Why a request was not taken, for one field: what intake writes back on the caller's own row.
///
/// `found` repeats what the caller wrote; it goes to that row only. What prints is without it.
package struct Refusal: Hashable, Codable, Sendable {
  /// The field of the request, by its column name: `iban`, `signed_on`.
  package var field: String
  package var rule: String
  package var found: String
  package var expected: String
  /// What the caller can do about it: one sentence.
  package var hint: String

  package init(field: String, rule: String, found: String, expected: String, hint: String) {
    self.field = field
    self.rule = rule
    self.found = found
    self.expected = expected
    self.hint = hint
  }

  package init(field: String, fault: ValueFault, hint: String) {
    self.init(field: field, rule: fault.rule, found: fault.found, expected: fault.expected, hint: hint)
  }

  /// Field, rule and expectation, without what was found: fit for logs.
  package var redacted: String { "\(field): \(rule): expected \(expected)" }
}

extension Refusal: CustomStringConvertible, CustomReflectable {
  package var description: String { redacted }
  package var customMirror: Mirror { Mirror(self, children: ["field": field, "rule": rule, "expected": expected]) }
}

/// All that is wrong with one request, not only the first of it: the caller corrects once. Never empty.
package struct Refusals: Error, Hashable, Codable, Sendable {
  package var list: [Refusal]

  package init(list: [Refusal]) {
    self.list = list
  }
}

extension Refusals: CustomStringConvertible {
  package var description: String { list.map(\.redacted).joined(separator: "; ") }
}
