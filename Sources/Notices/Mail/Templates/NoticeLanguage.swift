/// The languages that mails are written in, and how each writes amounts and days.
package enum NoticeLanguage: String, CaseIterable, Sendable, Codable {
  case french = "fr"
  case english = "en"
  case german = "de"

  /// Euro cents as people of the language write them: `1 250,00 €`, `€1,250.00`, `1.250,00 €`.
  ///
  /// French groups by narrow no-break spaces; no-break spaces keep amount and sign on one line.
  package func amount(cents: Int64) -> String {
    let magnitude = cents.magnitude
    let sign = cents < 0 ? "-" : ""
    let fraction = padded(Int(magnitude % 100), 2)
    return switch self {
    case .french: "\(sign)\(grouped(magnitude / 100, by: "\u{202F}")),\(fraction)\u{A0}€"
    case .english: "\(sign)€\(grouped(magnitude / 100, by: ",")).\(fraction)"
    case .german: "\(sign)\(grouped(magnitude / 100, by: ".")),\(fraction)\u{A0}€"
    }
  }

  /// A day given as `YYYY-MM-DD`: `24/11/2026`, `24 November 2026`, `24.11.2026`. Anything else stays as it is.
  package func day(_ iso: String) -> String {
    let parts = iso.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2], parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month)
    else { return iso }
    return switch self {
    case .french: "\(parts[2])/\(parts[1])/\(parts[0])"
    case .english: "\(day) \(Self.englishMonths[month - 1]) \(parts[0])"
    case .german: "\(parts[2]).\(parts[1]).\(parts[0])"
    }
  }

  /// A whole number with the language's grouping.
  func count(_ number: Int) -> String {
    let sign = number < 0 ? "-" : ""
    return switch self {
    case .french: sign + grouped(UInt64(number.magnitude), by: "\u{202F}")
    case .english: sign + grouped(UInt64(number.magnitude), by: ",")
    case .german: sign + grouped(UInt64(number.magnitude), by: ".")
    }
  }

  /// What stands between a label and its value.
  var colon: String { self == .french ? "\u{A0}: " : ": " }

  private static let englishMonths = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
}

private func grouped(_ number: UInt64, by separator: String) -> String {
  var rest = String(number)[...]
  var groups: [Substring] = []
  while !rest.isEmpty {
    groups.insert(rest.suffix(3), at: 0)
    rest = rest.dropLast(3)
  }
  return groups.joined(separator: separator)
}
