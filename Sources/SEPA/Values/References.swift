/// An identifier that travels to the bank and must come back unchanged: 1 to 35 characters of the EPC set for
/// references, never transliterated and never cut (EPC217-08, section on identifiers; EPC C2PSP guidelines, section 1.6).
private func checkedReference(_ text: String, rule: String) throws(ValueFault) -> String {
  let bytes = Array(text.utf8)
  guard (1...35).contains(bytes.count) else {
    throw ValueFault(rule: "\(rule) length", found: "\(bytes.count) bytes", expected: "1 to 35 characters")
  }
  if let stranger = text.unicodeScalars.first(where: { !EPCText.isBasicLatin($0) }) {
    throw ValueFault(
      rule: "\(rule) characters", found: EPCText.name(of: stranger), expected: "letters, digits and / - ? : ( ) . , ' + space")
  }
  guard text.first != " ", text.last != " ", text.first != "/", text.last != "/", !text.contains("//") else {
    throw ValueFault(rule: "\(rule) form", found: text, expected: "no space or / at the ends, no //")
  }
  return text
}

/// The unique mandate reference (RUM), unique for the creditor.
package struct MandateReference: Hashable, Sendable {
  package let value: String
  package init(_ text: String) throws(ValueFault) { value = try checkedReference(text, rule: "mandate reference") }
}

/// The creditor's reference of one collection, carried through to every report.
package struct EndToEndID: Hashable, Sendable {
  package let value: String
  package init(_ text: String) throws(ValueFault) {
    value = try checkedReference(text, rule: "end-to-end id")
    // Banks write this where they know no reference: as ours it would match anything.
    guard value != "NOTPROVIDED" else {
      throw ValueFault(rule: "end-to-end id", found: value, expected: "a reference of its own")
    }
  }
}
