/// The days on which the Eurosystem settles: all but Saturdays, Sundays, 1 January, Good Friday, Easter Monday, 1 May,
/// 25 and 26 December (ECB, long-term calendar for TARGET closing days, in force since 2002).
package enum TARGETCalendar {
  package static func isOpen(_ day: CalendarDay) -> Bool {
    guard day.weekday <= 5 else { return false }
    let (year, month, number) = day.civil
    switch (month, number) {
    case (1, 1), (5, 1), (12, 25), (12, 26): return false
    default: break
    }
    let easter = easterSunday(of: year)
    return day != easter.adding(days: -2) && day != easter.adding(days: 1)
  }

  /// The day itself when open, else the next open one.
  package static func open(onOrAfter day: CalendarDay) -> CalendarDay {
    var day = day
    while !isOpen(day) { day = day.adding(days: 1) }
    return day
  }

  /// The day itself when open, else the last open one before.
  package static func open(onOrBefore day: CalendarDay) -> CalendarDay {
    var day = day
    while !isOpen(day) { day = day.adding(days: -1) }
    return day
  }

  /// The `count`-th open day after (before, when negative) an open day.
  package static func adding(_ count: Int, to day: CalendarDay) -> CalendarDay {
    var day = day
    for _ in 0..<count.magnitude {
      day = count < 0 ? open(onOrBefore: day.adding(days: -1)) : open(onOrAfter: day.adding(days: 1))
    }
    return day
  }

  /// The anonymous Gregorian algorithm (J. Meeus, Astronomical Algorithms, chapter 8).
  static func easterSunday(of year: Int) -> CalendarDay {
    let a = year % 19
    let (b, c) = (year / 100, year % 100)
    let (d, e) = (b / 4, b % 4)
    let g = (8 * b + 13) / 25
    let h = (19 * a + b - d - g + 15) % 30
    let (i, k) = (c / 4, c % 4)
    let l = (32 + 2 * e + 2 * i - h - k) % 7
    let m = (a + 11 * h + 19 * l) / 433
    let month = (h + l - 7 * m + 90) / 25
    return CalendarDay(uncheckedYear: year, month: month, day: (h + l - 7 * m + 33 * month + 19) % 32)
  }
}
