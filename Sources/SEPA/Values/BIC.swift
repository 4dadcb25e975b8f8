/// A bank's identifier (ISO 9362): 8 characters, or 11 with a branch.
package struct BIC: Hashable, Sendable {
  /// Capitals, no spaces, as written: 8 and 11 characters are not folded into one form.
  package let value: String

  /// Reads a BIC in any case: four letters or digits for the party, two letters for the country, two letters or digits
  /// for the place and three for the branch. Digits in the first four came with ISO 9362:2014.
  package init(_ text: String) throws(ValueFault) {
    let value = text.electronicForm
    let bytes = Array(value.utf8)
    guard bytes.count == 8 || bytes.count == 11,
      bytes.allSatisfy({ $0.isASCIICapital || $0.isASCIIDigit }),
      bytes[4].isASCIICapital, bytes[5].isASCIICapital
    else {
      throw ValueFault(rule: "bic form", found: text, expected: "8 or 11 letters and digits, the country at 5 and 6")
    }
    self.value = value
  }

  /// Whether it has the form of before ISO 9362:2014, which is all that the oldest messages have: letters alone in the first
  /// six, then neither 0 nor 1, then no O.
  package var isOfOldForm: Bool {
    let bytes = Array(value.utf8)
    return bytes.prefix(6).allSatisfy(\.isASCIICapital) && bytes[6] != UInt8(ascii: "0") && bytes[6] != UInt8(ascii: "1")
      && bytes[7] != UInt8(ascii: "O")
  }

  /// ISO code of the bank's country. It may differ from the IBAN's: a bank in Jersey has GB accounts.
  package var country: String { String(value.dropFirst(4).prefix(2)) }
}

extension BIC: CustomStringConvertible {
  package var description: String { value }
}
