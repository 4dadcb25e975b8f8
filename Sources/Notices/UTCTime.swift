/// Seconds since 1970 as the texts that webhooks, mails and HTTP use, and back. Proleptic Gregorian, UTC, no leap seconds.
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

  /// The seconds since 1970 that an HTTP date in its one preferred form means, `Mon, 23 Nov 2026 09:00:00 GMT` (RFC 9110,
  /// section 5.6.7); nil for anything else, the two obsolete forms too.
  static func unixSeconds(httpDate text: String) -> Int64? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[0].count == 4, words[0].hasSuffix(","), words[5] == "GMT",
      let day = number(words[1], digits: 2), (1...31).contains(day),
      let month = months.firstIndex(of: String(words[2])),
      let year = number(words[3], digits: 4), year > 0
    else { return nil }
    let clock = words[4].split(separator: ":", omittingEmptySubsequences: false)
    guard clock.count == 3, let hour = number(clock[0], digits: 2), hour < 24, let minute = number(clock[1], digits: 2),
      minute < 60, let second = number(clock[2], digits: 2), second <= 60
    else { return nil }
    let marchYear = month < 2 ? year - 1 : year
    let marchMonth = month < 2 ? month + 10 : month - 2
    let days = 365 * marchYear + marchYear / 4 - marchYear / 100 + marchYear / 400 + (153 * marchMonth + 2) / 5 + day - 1
    return Int64(days - 719_468) * secondsADay + Int64(hour * 3600 + minute * 60 + second)
  }

  private static func number(_ text: Substring, digits: Int) -> Int? {
    guard text.utf8.count == digits, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text)
  }
}

/// `number` in decimal with leading zeros up to `width`.
func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
