/// The references that travel to the debtor's bank and back. They are compared byte by byte on the way, so nothing in
/// them is transliterated, cut or folded: what needs mapping is refused.
///
/// One rule for all (EPC131-17 and EPC222-07, C2PSP implementation guidelines, section 1.4; EPC217-08): 1 to 35
/// characters of the EPC set, no `/` at either end, no `//`, no space at either end.
private func reference(_ text: String, rule: String) throws(ValueFault) -> String {
  let bytes = text.utf8
  guard (1...35).contains(bytes.count) else {
    throw ValueFault(
      rule: "\(rule) length", found: bytes.isEmpty ? "empty" : text, expected: "1 to 35 characters of the EPC set")
  }
  guard bytes.allSatisfy(\.isEPCBasicLatin) else {
    throw ValueFault(rule: "\(rule) characters", found: text, expected: "a-z A-Z 0-9 / - ? : ( ) . , ' + and space")
  }
  guard bytes.first != UInt8(ascii: "/"), bytes.last != UInt8(ascii: "/"),
    !zip(bytes, bytes.dropFirst()).contains(where: { $0 == UInt8(ascii: "/") && $1 == UInt8(ascii: "/") })
  else {
    throw ValueFault(rule: "\(rule) slashes", found: text, expected: "no / at the ends and no //")
  }
  guard bytes.first != UInt8(ascii: " "), bytes.last != UInt8(ascii: " ") else {
    throw ValueFault(rule: "\(rule) spaces", found: text, expected: "no space at the ends")
  }
  return text
}

/// A mandate's own reference, in France the RUM: unique for one creditor identifier (SDD rulebooks, AT-01).
package struct MandateReference: Hashable, Sendable, CustomStringConvertible {
  package let value: String

  /// Takes 1 to 35 characters as the references above; faults name the rule.
  package init(_ text: String) throws(ValueFault) {
    value = try reference(text, rule: "mandate reference")
  }

  package var description: String { value }
}

/// The creditor's reference of one collection; it comes back in every report on it (SDD rulebooks, AT-10).
package struct EndToEndID: Hashable, Sendable, CustomStringConvertible {
  package let value: String

  /// Takes 1 to 35 characters as the references above; faults name the rule.
  package init(_ text: String) throws(ValueFault) {
    value = try reference(text, rule: "end-to-end id")
  }

  package var description: String { value }
}

/// The identity of one file at the bank: a resend keeps it, so that the bank can refuse the double.
package struct MessageID: Hashable, Sendable, CustomStringConvertible {
  package let value: String

  /// Takes 1 to 35 characters as the references above; faults name the rule.
  package init(_ text: String) throws(ValueFault) {
    value = try reference(text, rule: "message id")
  }

  package var description: String { value }
}

/// The identity of one payment information block in a file.
package struct PaymentInformationID: Hashable, Sendable, CustomStringConvertible {
  package let value: String

  /// Takes 1 to 35 characters as the references above; faults name the rule.
  package init(_ text: String) throws(ValueFault) {
    value = try reference(text, rule: "payment information id")
  }

  package var description: String { value }
}

/// The reference by which a creditor knows what was paid, as ISO 11649 has it: `RF18539007547034`.
///
/// It travels as `RmtInf/Strd/CdtrRefInf/Ref` with its issuer `ISO`, and comes back in reports.
package struct CreditorReference: Hashable, Sendable, CustomStringConvertible {
  /// The electronic form: no spaces, capitals.
  package let value: String

  /// Reads a reference with or without spaces, in any case: RF, two check digits, 1 to 21 letters and digits.
  package init(_ text: String) throws(ValueFault) {
    let value = text.electronicForm
    let bytes = Array(value.utf8)
    guard (5...25).contains(bytes.count), bytes.starts(with: "RF".utf8), bytes[2].isASCIIDigit, bytes[3].isASCIIDigit,
      bytes[4...].allSatisfy({ $0.isASCIICapital || $0.isASCIIDigit })
    else {
      throw ValueFault(
        rule: "creditor reference form", found: text, expected: "RF, 2 check digits and 1 to 21 letters and digits")
    }
    // As for IBANs: 00, 01 and 99 pass the arithmetic for some, but no issuer computes them (ISO 7064: 02...98).
    let digits = Int(bytes[2] - UInt8(ascii: "0")) * 10 + Int(bytes[3] - UInt8(ascii: "0"))
    guard (2...98).contains(digits), CheckDigits.remainder(body: bytes[4...], head: bytes[..<4]) == 1 else {
      throw ValueFault(
        rule: "creditor reference check digits", found: text, expected: "check digits that match the reference")
    }
    self.value = value
  }

  package var description: String { value }

  /// Whether a text is such a reference in its electronic form, as a file must have it.
  package static func isSound(_ text: String) -> Bool {
    do throws(ValueFault) { return try CreditorReference(text).value == text } catch { return false }
  }
}
