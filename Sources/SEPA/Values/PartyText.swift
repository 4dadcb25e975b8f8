/// The name of a creditor or debtor, in the EPC set, at most 70 characters (SDD rulebooks, AT-03, AT-14).
///
/// Prints its length only: a name is personal data.
package struct PartyName: Hashable, Sendable {
  package let value: String

  /// Transliterates; a name that is too long afterwards is refused, never cut.
  package init(_ text: String) throws(ValueFault) {
    value = try EPCText.transliterate(text, maximum: 70)
  }
}

extension PartyName: CustomStringConvertible, CustomReflectable {
  package var description: String { "name of \(value.utf8.count) characters" }
  package var customMirror: Mirror { Mirror(self, children: ["characters": value.utf8.count]) }
}

/// What the debtor reads on the statement, in the EPC set, at most 140 characters (SDD rulebooks, AT-22).
///
/// Prints its length only: it often names people.
package struct RemittanceText: Hashable, Sendable {
  package let value: String

  /// Transliterates; a text that is too long afterwards is refused, never cut.
  package init(_ text: String) throws(ValueFault) {
    value = try EPCText.transliterate(text, maximum: 140)
  }
}

extension RemittanceText: CustomStringConvertible, CustomReflectable {
  package var description: String { "remittance of \(value.utf8.count) characters" }
  package var customMirror: Mirror { Mirror(self, children: ["characters": value.utf8.count]) }
}
