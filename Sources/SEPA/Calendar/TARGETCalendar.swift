/// The days on which euro payments settle: T2's calendar, the same for all banks.
///
/// Closed on Saturdays and Sundays, 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December (ECB, long-term
/// calendar in force since 2002). National holidays do not close it.
package enum TARGETCalendar {
  /// Why TARGET is closed on a day.
  package enum Closing: String, CaseIterable, Sendable {
    case saturday = "Saturday"
    case sunday = "Sunday"
    case newYear = "New Year's Day"
    case goodFriday = "Good Friday"
    case easterMonday = "Easter Monday"
    case labourDay = "Labour Day"
    case christmas = "Christmas Day"
    case christmasHoliday = "Christmas Holiday"
  }

  /// Why TARGET is closed on this day, the holiday before the weekend; nil where it is open.
  package static func closing(on day: CalendarDay) -> Closing? {
    let (year, month, number) = day.civil
    switch (month, number) {
    case (1, 1): return .newYear
    case (5, 1): return .labourDay
    case (12, 25): return .christmas
    case (12, 26): return .christmasHoliday
    case (3, _), (4, _):
      // Good Friday is 20 March at the earliest, Easter Monday 26 April at the latest.
      switch easterSunday(of: year).days(until: day) {
      case -2: return .goodFriday
      case 1: return .easterMonday
      default: break
      }
    default: break
    }
    switch day.weekday {
    case 6: return .saturday
    case 7: return .sunday
    default: return nil
    }
  }

  /// Whether payments settle on this day.
  package static func isOpen(_ day: CalendarDay) -> Bool { day.weekday <= 5 && closing(on: day) == nil }

  /// `day` itself where it is open, otherwise the next open day.
  package static func next(onOrAfter day: CalendarDay) -> CalendarDay {
    var day = day
    while !isOpen(day), day < .last { day = day.adding(days: 1) }
    return day
  }

  /// `day` itself where it is open, otherwise the open day before it.
  package static func previous(onOrBefore day: CalendarDay) -> CalendarDay {
    var day = day
    while !isOpen(day), day > .first { day = day.adding(days: -1) }
    return day
  }

  /// The `n`th open day after `day`, or before it where `n` is negative; `day` need not be open. For 0, `day` where
  /// it is open, otherwise the next open day. Stops at the ends of the calendar.
  package static func adding(_ n: Int, to day: CalendarDay) -> CalendarDay {
    guard n != 0 else { return next(onOrAfter: day) }
    let step = n > 0 ? 1 : -1
    let end: CalendarDay = n > 0 ? .last : .first
    var day = day
    var left = n.magnitude
    while left > 0, day != end {
      day = day.adding(days: step)
      if isOpen(day) { left -= 1 }
    }
    return day
  }

  /// Easter Sunday in the Gregorian calendar (anonymous algorithm, as in Meeus, Astronomical Algorithms, chapter 8).
  static func easterSunday(of year: Int) -> CalendarDay {
    let golden = year % 19
    let (century, yearOfCentury) = (year / 100, year % 100)
    let moonCorrection = (century - (century + 8) / 25 + 1) / 3
    let epact = (19 * golden + century - century / 4 - moonCorrection + 15) % 30
    let toSunday = (32 + 2 * (century % 4) + 2 * (yearOfCentury / 4) - epact - yearOfCentury % 4) % 7
    let late = (golden + 11 * epact + 22 * toSunday) / 451
    let days = epact + toSunday - 7 * late + 114
    // The algorithm yields a day of March or April for every year, so the calendar always has it.
    return (try? CalendarDay(year: year, month: days / 31, day: days % 31 + 1)) ?? .first
  }
}
