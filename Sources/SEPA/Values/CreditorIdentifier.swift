/// Who collects: the creditor identifier, in France the ICS (EPC262-08).
package struct CreditorIdentifier: Hashable, Sendable {
  /// Capitals, no spaces: `FR72ZZZ123456`.
  package let value: String

  /// Reads country, two check digits, three characters of business code and the national identifier, 8 to 35
  /// characters in all. The check digits cover country and national identifier, not the business code.
  package init(_ text: String) throws(ValueFault) {
    let value = text.electronicForm
    let bytes = Array(value.utf8)
    guard (8...35).contains(bytes.count), bytes[0].isASCIICapital, bytes[1].isASCIICapital, bytes[2].isASCIIDigit,
      bytes[3].isASCIIDigit
    else {
      throw ValueFault(
        rule: "creditor identifier form", found: text,
        expected: "country, 2 check digits, 3 characters of business code, national identifier")
    }
    guard bytes[4..<7].allSatisfy({ $0.isASCIICapital || $0.isASCIIDigit }) else {
      throw ValueFault(
        rule: "creditor business code", found: text, expected: "3 letters or digits, ZZZ where the creditor has none")
    }
    // Some national identifiers are written with signs (Belgium's dots, Italy's none): the check skips what is no
    // letter or digit (EPC262-08, section 1), but the text keeps to the EPC character set.
    let national = bytes[7...]
    guard national.allSatisfy({ $0.isEPCBasicLatin && $0 != UInt8(ascii: " ") }),
      national.contains(where: { $0.isASCIICapital || $0.isASCIIDigit })
    else {
      throw ValueFault(
        rule: "creditor national identifier", found: text, expected: "letters, digits and the signs of the EPC set")
    }
    let checked = national.filter { $0.isASCIICapital || $0.isASCIIDigit }
    guard CheckDigits.remainder(body: checked, head: bytes[..<4]) == 1 else {
      throw ValueFault(
        rule: "creditor identifier check digits", found: text, expected: "check digits that match the identifier")
    }
    self.value = value
  }

  /// ISO code of the country that issued it.
  package var country: String { String(value.prefix(2)) }

  /// The three characters a creditor may choose for its branches: `ZZZ` where it chose none.
  package var businessCode: String { String(value.dropFirst(4).prefix(3)) }
}

extension CreditorIdentifier: CustomStringConvertible {
  package var description: String { value }
}
