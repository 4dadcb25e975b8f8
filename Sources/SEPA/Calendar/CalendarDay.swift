/// A day of the proleptic Gregorian calendar, from 1900-01-01 to 2200-12-31, without time or time zone.
package struct CalendarDay: Hashable, Sendable {
  /// Days since 1970-01-01.
  package let daysSince1970: Int32

  package static let first = CalendarDay(known: -25567)
  package static let last = CalendarDay(known: 84370)

  private init(known daysSince1970: Int32) {
    self.daysSince1970 = daysSince1970
  }

  /// The day so many days after 1970-01-01: nil outside 1900...2200.
  package init?(daysSince1970 days: Int) {
    guard days >= Int(Self.first.daysSince1970), days <= Int(Self.last.daysSince1970) else { return nil }
    daysSince1970 = Int32(days)
  }

  /// The day with this number in this month: refused where the calendar has no such day.
  package init(year: Int, month: Int, day: Int) throws(ValueFault) {
    guard (1900...2200).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.days(inMonth: month, of: year)
    else {
      throw ValueFault(
        rule: "date", found: "\(year)-\(month)-\(day)", expected: "a day of the calendar from 1900 to 2200")
    }
    daysSince1970 = Int32(Self.days(year: year, month: month, day: day))
  }

  /// Reads `2026-11-24` (ISO 8601, calendar date, extended form), and nothing else.
  package init(iso text: String) throws(ValueFault) {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      (bytes[..<4] + bytes[5..<7] + bytes[8...]).allSatisfy(\.isASCIIDigit)
    else {
      throw ValueFault(rule: "date", found: text, expected: "year, month and day as 2026-11-24")
    }
    func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } }
    do {
      try self.init(year: number(0..<4), month: number(5..<7), day: number(8..<10))
    } catch {
      throw ValueFault(rule: error.rule, found: text, expected: error.expected)
    }
  }

  package var year: Int { civil.year }
  package var month: Int { civil.month }
  package var day: Int { civil.day }

  /// `2026-11-24`.
  package var iso: String {
    let (year, month, day) = civil
    return "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
  }

  /// 1 is Monday, 7 is Sunday (ISO 8601).
  package var weekday: Int {
    // 1970-01-01 was a Thursday; the first day lies 25567 days before it, so this stays positive.
    (Int(daysSince1970) + 25567 + 7) % 7 + 1
  }

  /// So many days later, or earlier where negative. Stops at the ends of the calendar.
  package func adding(days: Int) -> CalendarDay {
    let (sum, overflow) = Int(daysSince1970).addingReportingOverflow(days)
    if overflow { return days < 0 ? .first : .last }
    return CalendarDay(daysSince1970: sum) ?? (days < 0 ? .first : .last)
  }

  /// The same day so many months later, or the last of that month where it has no such day. Stops at the ends of the
  /// calendar.
  package func adding(months: Int) -> CalendarDay {
    let (year, month, day) = civil
    let (sum, overflow) = (year * 12 + month - 1).addingReportingOverflow(months)
    if overflow { return months < 0 ? .first : .last }
    // Floor, so that the month stays from 1 to 12 whatever the sign.
    let target = (year: sum >= 0 ? sum / 12 : (sum - 11) / 12, month: ((sum % 12) + 12) % 12 + 1)
    let last = Self.days(inMonth: target.month, of: target.year)
    return (try? CalendarDay(year: target.year, month: target.month, day: min(day, last))) ?? (months < 0 ? .first : .last)
  }

  /// How many days lie between the two: positive where `later` is later.
  package func days(until later: CalendarDay) -> Int { Int(later.daysSince1970) - Int(daysSince1970) }
}

extension CalendarDay {
  static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: isLeap(year) ? 29 : 28
    default: 31
    }
  }

  // Years begin in March here, so that the leap day is the last of the year and months have lengths by one formula:
  // (153 m + 2) / 5 days before month m counted from March. 719468 days lie between 0000-03-01 and 1970-01-01.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let marchYear = month > 2 ? year : year - 1
    let era = marchYear / 400
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// Year, month and day at once: one computation for three answers.
  var civil: (year: Int, month: Int, day: Int) {
    let days = Int(daysSince1970) + 719_468
    let era = days / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}

extension CalendarDay: Comparable {
  package static func < (left: CalendarDay, right: CalendarDay) -> Bool { left.daysSince1970 < right.daysSince1970 }
}

extension CalendarDay: CustomStringConvertible {
  package var description: String { iso }
}

extension CalendarDay: Codable {
  package init(from decoder: any Decoder) throws {
    try self.init(iso: decoder.singleValueContainer().decode(String.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(iso)
  }
}
