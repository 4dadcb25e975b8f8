// Amounts exactly as a bank wrote them: digits and a scale, added without rounding.

/// A decimal number of up to 38 digits with the number of decimals it was written with.
///
/// For sums over a whole file, whatever the currency and however many decimals; money that moves a state is cents.
package struct ExactDecimal: Equatable, Sendable, CustomStringConvertible {
  /// The number times ten to the `scale`.
  package let digits: Int128
  /// Decimals as written: "47.40" has 2.
  package let scale: Int

  package static let zero = ExactDecimal(digits: 0, scale: 0)
  /// ISO 20022 amounts have at most 18 digits, 5 of them decimals; far above it an addition could overflow.
  private static let mostDecimals = 18

  private init(digits: Int128, scale: Int) {
    self.digits = digits
    self.scale = scale
  }

  /// Reads an `xs:decimal`: an optional sign, digits, at most one point; nil for anything else or too long.
  package init?(_ text: some StringProtocol) {
    var text = String(text)
    let read = text.withUTF8 { ExactDecimal(utf8: UnsafeRawBufferPointer($0)) }
    guard let read else { return nil }
    self = read
  }

  /// The same from text in UTF-8.
  package init?(utf8 bytes: UnsafeRawBufferPointer) {
    // Up to 18 digits fit half the width, which is several times as fast to multiply; hardly any amount has more.
    var low: UInt64 = 0
    var digits: Int128 = 0
    var scale = 0
    var seen = 0
    var point = false
    let negative = bytes.first == UInt8(ascii: "-")
    for byte in bytes.dropFirst(negative || bytes.first == UInt8(ascii: "+") ? 1 : 0) {
      if byte == UInt8(ascii: "."), !point {
        point = true
        continue
      }
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), seen < 30 else { return nil }
      seen += 1
      let digit = byte - UInt8(ascii: "0")
      if seen <= 18 {
        low = low * 10 + UInt64(digit)
      } else {
        // 30 digits stay far below the 38 that fit.
        digits = (seen == 19 ? Int128(low) : digits) * 10 + Int128(digit)
      }
      if point { scale += 1 }
    }
    guard seen > 0, scale <= Self.mostDecimals else { return nil }
    if seen <= 18 { digits = Int128(low) }
    self.init(digits: negative ? -digits : digits, scale: scale)
  }

  /// The exact sum, with the larger of the two scales; nil when it does not fit.
  package func adding(_ other: ExactDecimal) -> ExactDecimal? {
    let scale = max(scale, other.scale)
    guard let left = digits(atScale: scale), let right = other.digits(atScale: scale) else { return nil }
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? nil : ExactDecimal(digits: sum, scale: scale)
  }

  /// Whether both are the same number, written with however many decimals.
  package func isSameNumber(as other: ExactDecimal) -> Bool {
    let scale = max(scale, other.scale)
    guard let left = digits(atScale: scale), let right = other.digits(atScale: scale) else { return false }
    return left == right
  }

  private func digits(atScale wanted: Int) -> Int128? {
    var digits = digits
    for _ in scale..<wanted {
      let (scaled, overflow) = digits.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      digits = scaled
    }
    return digits
  }

  /// The amount in cents; nil when it is negative, has a part smaller than a cent, or does not fit.
  package var cents: Int64? {
    guard digits >= 0 else { return nil }
    if scale <= 2 { return digits(atScale: 2).flatMap { Int64(exactly: $0) } }
    var rest = digits
    for _ in 2..<scale {
      guard rest % 10 == 0 else { return nil }
      rest /= 10
    }
    return Int64(exactly: rest)
  }

  /// The same from text in UTF-8. Hardly any amount has more than 17 digits or other than two decimals, so those are
  /// read in one go.
  package static func cents(utf8 bytes: UnsafeRawBufferPointer) -> Int64? {
    let count = bytes.count
    guard count >= 4, count <= 18, bytes[count - 3] == UInt8(ascii: ".") else {
      return ExactDecimal(utf8: bytes)?.cents
    }
    var cents: UInt64 = 0
    for place in 0..<count where place != count - 3 {
      let digit = bytes[place] &- UInt8(ascii: "0")
      guard digit <= 9 else { return ExactDecimal(utf8: bytes)?.cents }
      cents = cents &* 10 &+ UInt64(digit)
    }
    return Int64(cents)
  }

  package var description: String {
    var text = String(digits.magnitude)
    if scale > 0 {
      if text.utf8.count <= scale { text = String(repeating: "0", count: scale + 1 - text.utf8.count) + text }
      text.insert(".", at: text.index(text.endIndex, offsetBy: -scale))
    }
    return digits < 0 ? "-" + text : text
  }
}
