/// Which days a bank's document names: one date, or the same in every year, or the same in every week.
package enum DayRule: Hashable, Sendable {
  /// `2027-06-14`.
  case once(CalendarDay)
  /// `07-14`: every year. `02-29` comes in leap years only.
  case yearly(month: Int, day: Int)
  /// `easter+39`: so many days after Easter Sunday, or before it; -80 to 250, so that it stays in Easter's year.
  case easter(Int)
  /// `friday`: every week; 1 is Monday, 7 is Sunday.
  case weekly(Int)

  private static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

  /// Reads `2027-06-14`, `07-14`, `easter`, `easter+39`, `easter-2`, or a weekday in English.
  package init(_ text: String) throws(ValueFault) {
    let fault = ValueFault(
      rule: "day", found: text,
      expected: "07-14, 2027-06-14, easter+39 (-80 to 250 days) or a weekday such as friday")
    if let index = Self.weekdays.firstIndex(of: text) {
      self = .weekly(index + 1)
    } else if text.hasPrefix("easter") {
      guard let days = Self.offset(text.dropFirst(6)) else { throw fault }
      self = .easter(days)
    } else if text.utf8.count == 5 {
      // In a leap year, which has every day that any year has.
      guard let day = try? CalendarDay(iso: "2000-\(text)") else { throw fault }
      self = .yearly(month: day.month, day: day.day)
    } else {
      guard let day = try? CalendarDay(iso: text) else { throw fault }
      self = .once(day)
    }
  }

  /// `+39` or `-2`; nothing is 0.
  private static func offset(_ text: Substring) -> Int? {
    guard let sign = text.first else { return 0 }
    let digits = text.dropFirst()
    guard sign == "+" || sign == "-", (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy(\.isASCIIDigit),
      let number = Int(digits)
    else { return nil }
    let days = sign == "-" ? -number : number
    return (-80...250).contains(days) ? days : nil
  }

  /// Whether it names this day.
  package func names(_ day: CalendarDay) -> Bool {
    switch self {
    case .once(let only): return day == only
    case .weekly(let weekday): return day.weekday == weekday
    case .yearly(let month, let number):
      let civil = day.civil
      return civil.month == month && civil.day == number
    case .easter(let days): return TARGETCalendar.easterSunday(of: day.year).days(until: day) == days
    }
  }
}

extension DayRule: CustomStringConvertible {
  /// As it is read.
  package var description: String {
    switch self {
    case .once(let day): day.iso
    case .yearly(let month, let day): "\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    case .easter(0): "easter"
    case .easter(let days): "easter\(days > 0 ? "+" : "")\(days)"
    case .weekly(let weekday): Self.weekdays[weekday - 1]
    }
  }
}
