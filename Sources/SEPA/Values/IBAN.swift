/// An account number of the SEPA area that passed every check that needs no bank: country, length, structure, check digits.
///
/// Prints masked: an account number is personal data.
package struct IBAN: Hashable, Sendable {
  /// The electronic form: no spaces, capitals.
  package let value: String

  /// Reads an IBAN with or without spaces, in any case (ISO 13616).
  package init(_ text: String) throws(ValueFault) {
    let value = text.electronicForm
    let bytes = Array(value.utf8)
    guard bytes.count >= 4, bytes[0].isASCIICapital, bytes[1].isASCIICapital, bytes[2].isASCIIDigit,
      bytes[3].isASCIIDigit
    else {
      throw ValueFault(rule: "iban form", found: text, expected: "two letters and two digits first")
    }
    let code = String(decoding: bytes[..<2], as: UTF8.self)
    guard let country = SEPACountry.known(code) else {
      throw ValueFault(rule: "iban country", found: code, expected: "a country of the SEPA area")
    }
    guard bytes.count == country.ibanLength else {
      throw ValueFault(
        rule: "iban length", found: "\(bytes.count)", expected: "\(country.ibanLength) characters for \(code)")
    }
    guard country.allows(bban: bytes[4...]) else {
      throw ValueFault(
        rule: "iban structure", found: text,
        expected: "\(code)2n\(country.bbanStructure) (n digits, a capitals, c both)")
    }
    // Check digits 00, 01 and 99 pass the arithmetic for some accounts, but no issuer computes them (ISO 7064: 02...98).
    let digits = Int(bytes[2] - UInt8(ascii: "0")) * 10 + Int(bytes[3] - UInt8(ascii: "0"))
    guard (2...98).contains(digits), CheckDigits.remainder(body: bytes[4...], head: bytes[..<4]) == 1 else {
      throw ValueFault(rule: "iban check digits", found: text, expected: "check digits that match the account")
    }
    self.value = value
  }

  /// ISO code of the country whose rules the account follows.
  package var country: String { String(value.prefix(2)) }

  /// Country, check digits and the last four characters: `FR14 **** 2606`. What people and logs may see.
  package var masked: String { "\(value.prefix(4)) **** \(value.suffix(4))" }
}

extension IBAN: CustomStringConvertible, CustomReflectable {
  package var description: String { masked }
  package var customMirror: Mirror { Mirror(self, children: ["masked": masked]) }
}
