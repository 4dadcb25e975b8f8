/// A day of the Gregorian calendar, in no time zone: what collection dates, due dates and booking dates are.
package struct CalendarDay: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let daysSince1970: Int32

  package init(daysSince1970: Int32) { self.daysSince1970 = daysSince1970 }

  /// - Throws: `ValueFault` when there is no such day, or its year lies outside 1900 to 2200.
  package init(year: Int, month: Int, day: Int) throws(ValueFault) {
    guard (1900...2200).contains(year), (1...12).contains(month), (1...Self.length(of: month, in: year)).contains(day) else {
      throw ValueFault(rule: "date", found: "\(year)-\(month)-\(day)", expected: "a day between 1900 and 2200")
    }
    self.init(uncheckedYear: year, month: month, day: day)
  }

  /// - Parameter text: `YYYY-MM-DD`.
  package init(iso text: String) throws(ValueFault) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2],
      parts.allSatisfy({ $0.utf8.allSatisfy(Mod97.isDigit) }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
    else { throw ValueFault(rule: "date", found: text, expected: "YYYY-MM-DD") }
    try self.init(year: year, month: month, day: day)
  }

  /// Days from civil, era by era of 400 years (H. Hinnant, "chrono-compatible low-level date algorithms").
  init(uncheckedYear year: Int, month: Int, day: Int) {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    daysSince1970 = Int32(clamping: era * 146_097 + dayOfEra - 719_468)
  }

  /// Year, month and day.
  package var civil: (year: Int, month: Int, day: Int) {
    let z = Int(daysSince1970) + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let mp = (5 * dayOfYear + 2) / 153
    let month = mp < 10 ? mp + 3 : mp - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * mp + 2) / 5 + 1)
  }

  package var year: Int { civil.year }
  package var month: Int { civil.month }
  package var day: Int { civil.day }

  /// 1 is Monday, 7 is Sunday (ISO 8601).
  package var weekday: Int { ((Int(daysSince1970) + 3) % 7 + 7) % 7 + 1 }

  /// `YYYY-MM-DD`.
  package var iso: String {
    let (year, month, day) = civil
    let text = String(year)
    return String(repeating: "0", count: max(0, 4 - text.count)) + text
      + (month < 10 ? "-0" : "-") + String(month) + (day < 10 ? "-0" : "-") + String(day)
  }

  package var description: String { iso }

  /// Far dates stay within what 32 bits can count.
  package func adding(days: Int) -> CalendarDay {
    CalendarDay(daysSince1970: Int32(clamping: Int(daysSince1970) + days))
  }

  package static func < (a: CalendarDay, b: CalendarDay) -> Bool { a.daysSince1970 < b.daysSince1970 }

  private static func length(of month: Int, in year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

/// What a clock on the wall shows.
package struct LocalDateTime: Hashable, Sendable {
  package let day: CalendarDay
  /// Seconds since midnight.
  package let secondOfDay: Int

  package init(day: CalendarDay, secondOfDay: Int) {
    self.day = day
    self.secondOfDay = secondOfDay
  }
}
