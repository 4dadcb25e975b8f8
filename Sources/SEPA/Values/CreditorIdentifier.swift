/// The creditor's number in the SEPA direct debit schemes, ICS in France (EPC262-08): country, two check digits, a
/// business code of three characters that the check leaves out, and the national identifier.
package struct CreditorIdentifier: Hashable, Sendable {
  package let value: String
  /// `ZZZ` by default; the creditor may use it for its branches.
  package var businessCode: String { String(value.dropFirst(4).prefix(3)) }

  package init(_ text: String) throws(ValueFault) {
    let value = text.filter { $0 != " " }.uppercased()
    let bytes = Array(value.utf8)
    guard (8...35).contains(bytes.count), bytes[..<2].allSatisfy(Mod97.isLetter), bytes[2..<4].allSatisfy(Mod97.isDigit),
      bytes[4...].allSatisfy({ Mod97.isLetter($0) || Mod97.isDigit($0) })
    else {
      throw ValueFault(
        rule: "creditor identifier form", found: text, expected: "country, 2 check digits, 3-character business code, national id")
    }
    guard Mod97.remainder(bytes[7...] + bytes[..<4]) == 1 else {
      throw ValueFault(
        rule: "creditor identifier check digits", found: text, expected: "an ISO 7064 mod 97 remainder of 1 without the business code")
    }
    self.value = value
  }
}
