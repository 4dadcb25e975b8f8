/// A bank's identifier (ISO 9362): 8 or 11 characters.
package struct BIC: Hashable, Sendable {
  package let value: String

  package init(_ text: String) throws(ValueFault) {
    let value = text.filter { $0 != " " }.uppercased()
    let bytes = Array(value.utf8)
    guard bytes.count == 8 || bytes.count == 11,
      bytes[..<4].allSatisfy({ Mod97.isLetter($0) || Mod97.isDigit($0) }), bytes[4..<6].allSatisfy(Mod97.isLetter),
      bytes[6...].allSatisfy({ Mod97.isLetter($0) || Mod97.isDigit($0) })
    else { throw ValueFault(rule: "BIC", found: text, expected: "8 or 11 characters like BNPAFRPP or BNPAFRPPXXX") }
    self.value = value
  }
}
