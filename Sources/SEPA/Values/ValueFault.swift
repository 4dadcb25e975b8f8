/// Why a text is not the value it claims to be.
///
/// `found` may quote the input: it goes back to the caller on the caller's own row, never into a log.
package struct ValueFault: Error, Equatable, Hashable, Sendable, CustomStringConvertible {
  package var rule: String
  package var found: String
  package var expected: String

  package init(rule: String, found: String, expected: String) {
    self.rule = rule
    self.found = found
    self.expected = expected
  }

  package var description: String { "\(rule): found \(found), expected \(expected)" }

  /// The fault without the input that caused it, for logs and status.
  package var redacted: String { "\(rule): expected \(expected)" }
}
