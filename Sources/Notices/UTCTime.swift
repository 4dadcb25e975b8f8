/// Seconds since 1970 as the texts that webhooks and mails carry. Proleptic Gregorian, UTC, no leap seconds.
struct UTCTime: Equatable, Sendable {
  var year: Int
  var month: Int
  var day: Int
  var secondOfDay: Int
  /// 0 is Sunday.
  var weekday: Int

  private static let secondsADay: Int64 = 86_400
  /// Years 0001 to 9999: the texts have four digits.
  private static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799
  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// The UTC time of `seconds`; what lies outside the years 1 to 9999 becomes the nearest time inside.
  init(unixSeconds seconds: Int64) {
    let seconds = min(max(seconds, Self.range.lowerBound), Self.range.upperBound)
    let shifted = seconds - Self.range.lowerBound  // Never negative: division then rounds as a calendar does.
    let days = Int(shifted / Self.secondsADay)
    secondOfDay = Int(shifted % Self.secondsADay)
    weekday = (days + 1) % 7  // 1 January 0001 was a Monday.

    // Years that begin in March put the leap day last: day counts then follow from integer division alone.
    let sinceMarch0000 = days + 306
    let era = sinceMarch0000 / 146_097
    let dayOfEra = sinceMarch0000 % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
  }

  /// `2026-11-23T09:00:00Z`
  var iso: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(clock)Z" }

  /// `Mon, 23 Nov 2026 09:00:00 +0000` (RFC 5322, section 3.3)
  var mailDate: String {
    "\(Self.weekdays[weekday]), \(day) \(Self.months[month - 1]) \(padded(year, 4)) \(clock) +0000"
  }

  private var clock: String {
    "\(padded(secondOfDay / 3600, 2)):\(padded(secondOfDay / 60 % 60, 2)):\(padded(secondOfDay % 60, 2))"
  }
}

/// `number` in decimal with leading zeros up to `width`.
func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
