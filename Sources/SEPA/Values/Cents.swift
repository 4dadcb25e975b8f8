/// An amount of euro as a whole number of cents: exact, no rounding anywhere.
package struct Cents: Hashable, Sendable {
  /// The amount in cents. May be negative: differences and reversals are amounts too.
  package let value: Int64

  /// Any number of cents; what may be collected is narrower, see `collectionRange`.
  package init(_ value: Int64) {
    self.value = value
  }

  /// What one collection may amount to: 0.01 to 999 999 999.99 EUR (EPC SDD rulebooks, AT-06).
  package static let collectionRange: ClosedRange<Cents> = Cents(1)...Cents(99_999_999_999)

  /// Reads euro as people and ERPs write them: `1250`, `1250.5`, `1250,50`.
  ///
  /// No sign, no grouping, at most two decimals, at most 15 digits before the separator. `1.250` is refused rather
  /// than read as either 1.25 or 1250.
  package init(decimal text: String) throws(ValueFault) {
    let fault = ValueFault(
      rule: "amount", found: text, expected: "euro in digits, with at most two decimals after . or ,")
    var euros: Int64 = 0
    var digits = 0
    var fraction: Int64 = 0
    var decimals = 0
    var separated = false
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let digit = Int64(byte - UInt8(ascii: "0"))
        if separated {
          guard decimals < 2 else { throw fault }
          fraction = fraction * 10 + digit
          decimals += 1
        } else {
          // 15 digits of euro are 17 of cents: far from the end of Int64, so the arithmetic needs no checks.
          guard digits < 15 else { throw fault }
          euros = euros * 10 + digit
          digits += 1
        }
      case UInt8(ascii: "."), UInt8(ascii: ","):
        guard !separated, digits > 0 else { throw fault }
        separated = true
      default:
        throw fault
      }
    }
    guard digits > 0, !separated || decimals > 0 else { throw fault }
    self.init(euros * 100 + (decimals == 1 ? fraction * 10 : fraction))
  }

  /// Euro with two decimals and a point, as ISO 20022 writes them: `1250.00`, `-0.05`.
  package var decimalText: String {
    let magnitude = value.magnitude
    let cents = magnitude % 100
    return "\(value < 0 ? "-" : "")\(magnitude / 100).\(cents < 10 ? "0" : "")\(cents)"
  }

  /// The sum, or a fault where it would leave Int64.
  package func adding(_ other: Cents) throws(ValueFault) -> Cents {
    let (sum, overflow) = value.addingReportingOverflow(other.value)
    guard !overflow else {
      throw ValueFault(
        rule: "sum of amounts", found: "\(value) + \(other.value)", expected: "at most \(Int64.max) cents")
    }
    return Cents(sum)
  }
}

extension Cents: Comparable {
  package static func < (left: Cents, right: Cents) -> Bool { left.value < right.value }
}

extension Cents: CustomStringConvertible {
  package var description: String { decimalText }
}

extension Cents: Codable {
  // One number, not an object with one field.
  package init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(Int64.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}
