/// What a collection is for, in the words of ISO 20022: a code of the external list ExternalPurpose1Code (`SUPP`, `RENT`) or
/// ExternalCategoryPurpose1Code. The lists grow each quarter, so only the form is checked.
package struct PurposeCode: Hashable, Sendable, CustomStringConvertible {
  package let value: String

  /// Takes four capitals or digits; faults name the rule.
  package init(_ text: String) throws(ValueFault) {
    let code = text.electronicForm
    guard code.utf8.count == 4, code.utf8.allSatisfy({ $0.isASCIICapital || $0.isASCIIDigit }) else {
      throw ValueFault(rule: "purpose code", found: text, expected: "four letters of ISO 20022's list, such as SUPP")
    }
    value = code
  }

  package var description: String { value }
}
