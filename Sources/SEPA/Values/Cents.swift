/// An amount of euro in whole cents. No Double, no Decimal, no rounding anywhere.
package struct Cents: Hashable, Comparable, Sendable, Codable {
  package let value: Int64

  package init(_ value: Int64) { self.value = value }

  /// What one collection may carry: 0.01 to 999 999 999.99 EUR (SDD rulebooks, amount of the collection; EPC C2PSP guidelines, `InstdAmt`).
  package static let collectionRange = Cents(1)...Cents(99_999_999_999)

  package static func < (a: Cents, b: Cents) -> Bool { a.value < b.value }

  /// - Parameter text: digits with at most two decimals after a point or a comma; no sign, no grouping, no currency.
  package init(decimal text: String) throws(ValueFault) {
    let fault = ValueFault(rule: "amount", found: text, expected: "euro with at most two decimals and no grouping, like 1250.00")
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
    guard (1...2).contains(parts.count), (1...15).contains(parts[0].utf8.count),
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }), let euro = Int64(parts[0])
    else { throw fault }
    var cents: Int64 = 0
    if parts.count == 2 {
      guard (1...2).contains(parts[1].utf8.count), let fraction = Int64(parts[1]) else { throw fault }
      cents = parts[1].utf8.count == 1 ? fraction * 10 : fraction
    }
    self.init(euro * 100 + cents)
  }

  /// Two decimals after a point, as ISO 20022 writes them: `1250.00`.
  package var decimalText: String {
    let cents = value.magnitude % 100
    return "\(value < 0 ? "-" : "")\(value.magnitude / 100).\(cents < 10 ? "0" : "")\(cents)"
  }

  /// - Throws: `ValueFault` when the sum leaves 64 bits.
  package func adding(_ other: Cents) throws(ValueFault) -> Cents {
    let (sum, overflow) = value.addingReportingOverflow(other.value)
    guard !overflow else { throw ValueFault(rule: "sum", found: "an overflow", expected: "less than 2^63 cents") }
    return Cents(sum)
  }
}
