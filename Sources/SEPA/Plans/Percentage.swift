/// A percentage with up to four decimals, as a whole number of ten-thousandths of a percent: exact, no rounding of its own.
package struct Percentage: Hashable, Sendable, CustomStringConvertible {
  /// 32 500 is 3.25 %.
  package let tenThousandths: Int64

  private static let range: ClosedRange<Int64> = -999_999...1_000_000

  /// - Throws: `percentage`, outside -99.9999 to 100, and for 0, which changes nothing.
  package init(tenThousandths: Int64) throws(ValueFault) {
    guard Self.range.contains(tenThousandths), tenThousandths != 0 else {
      throw ValueFault(rule: "percentage", found: "\(tenThousandths) / 10000", expected: "-99.9999 to 100, not 0")
    }
    self.tenThousandths = tenThousandths
  }

  /// Reads `3.25`, `3,25`, `-0.5`, at most four decimals; no percent sign.
  package init(_ text: String) throws(ValueFault) {
    let fault = ValueFault(
      rule: "percentage", found: text, expected: "-99.9999 to 100, not 0, with at most four decimals after . or ,")
    let isNegative = text.hasPrefix("-")
    let digits = text.dropFirst(isNegative ? 1 : 0)
    let parts = digits.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
    guard (1...2).contains(parts.count), (1...3).contains(parts[0].utf8.count), parts[0].utf8.allSatisfy(\.isASCIIDigit),
      let whole = Int64(parts[0])
    else { throw fault }
    var fraction: Int64 = 0
    if parts.count == 2 {
      guard (1...4).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy(\.isASCIIDigit),
        let value = Int64(parts[1] + String(repeating: "0", count: 4 - parts[1].utf8.count))
      else { throw fault }
      fraction = value
    }
    let value = whole * 10_000 + fraction
    do { try self.init(tenThousandths: isNegative ? -value : value) } catch { throw fault }
  }

  /// An amount that went up or down by it, to the cent: half a cent is rounded away from zero, as merchants do.
  /// - Throws: `amount of a collection`, where the result is none.
  package func applied(to amount: Cents) throws(ValueFault) -> Cents {
    let factor = 1_000_000 + tenThousandths
    let (product, overflow) = amount.value.multipliedReportingOverflow(by: factor)
    // Never negative: amounts are not, and nothing goes down by all of itself.
    let rounded = Cents(overflow ? .max : product / 1_000_000 + (product % 1_000_000 >= 500_000 ? 1 : 0))
    guard Cents.collectionRange.contains(rounded) else {
      throw ValueFault(
        rule: "amount of a collection", found: "\(amount.decimalText) with \(self) %",
        expected: "0.01 to 999999999.99 afterwards")
    }
    return rounded
  }

  /// `3.25`, `-0.5`, `2`.
  package var description: String {
    let magnitude = tenThousandths.magnitude
    let decimals = String(10_000 + magnitude % 10_000).dropFirst()
    let kept = String(decimals.reversed().drop { $0 == "0" }.reversed())
    return "\(tenThousandths < 0 ? "-" : "")\(magnitude / 10_000)\(kept.isEmpty ? "" : "." + kept)"
  }
}
