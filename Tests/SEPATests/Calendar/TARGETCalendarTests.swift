import Testing

@testable import SEPA

@Suite("Calendar") struct CalendarTests {
  @Test("every day of the calendar has one number, one name and the weekday after its predecessor's")
  func everyDay() throws {
    var day = CalendarDay.first
    #expect(day.iso == "1900-01-01" && day.weekday == 1)
    var (year, month, number) = (1900, 1, 1)
    var count = 1
    while day < .last {
      let next = day.adding(days: 1)
      number += 1
      if number > CalendarDay.days(inMonth: month, of: year) { (month, number) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
      guard next.year == year, next.month == month, next.day == number, next.weekday == day.weekday % 7 + 1,
        try CalendarDay(year: year, month: month, day: number) == next
      else {
        Issue.record("\(next) after \(day)")
        return
      }
      count += 1
      day = next
    }
    #expect(day.iso == "2200-12-31")
    #expect(count == 109_938)
  }

  @Test("known days", arguments: [
    ("1970-01-01", 0, 4), ("2000-02-29", 11016, 2), ("2026-11-24", 20781, 2), ("1969-12-31", -1, 3),
    ("2038-01-19", 24855, 2),
  ])
  func knownDay(iso: String, number: Int, weekday: Int) throws {
    let day = try CalendarDay(iso: iso)
    #expect(day.daysSince1970 == number && day.weekday == weekday && day.iso == iso)
    #expect(CalendarDay(daysSince1970: number) == day)
  }

  @Test("what is no day is refused", arguments: [
    "", "2026-2-1", "2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "1899-12-31", "2201-01-01",
    "2026/11/24", "24-11-2026", "2026-11-24T00:00", "-026-11-24", "2026-11-2\u{664}",
  ])
  func noDay(iso: String) {
    #expect(throws: ValueFault.self) { try CalendarDay(iso: iso) }
  }

  @Test("the calendar has ends and arithmetic stops there")
  func ends() {
    #expect(CalendarDay.last.adding(days: .max) == .last)
    #expect(CalendarDay.first.adding(days: .min) == .first)
    #expect(TARGETCalendar.adding(.max, to: .last) == .last)
    #expect(TARGETCalendar.previous(onOrBefore: .first) == .first)
    #expect(TARGETCalendar.next(onOrAfter: .last) == .last)
    #expect(CalendarDay(daysSince1970: 84_371) == nil && CalendarDay(daysSince1970: .min) == nil)
  }

  // Gauss's algorithm with the Gregorian corrections of 1900...2199: no line in common with the one under test.
  static func gaussEaster(_ year: Int) -> (month: Int, day: Int) {
    let (a, b, c) = (year % 19, year % 4, year % 7)
    let m = year < 2200 ? 24 : 25
    let n = year < 2100 ? 5 : (year < 2200 ? 6 : 0)
    let d = (19 * a + m) % 30
    let e = (2 * b + 4 * c + 6 * d + n) % 7
    if d + e < 10 { return (3, d + e + 22) }
    if d == 29, e == 6 { return (4, 19) }
    if d == 28, e == 6, a > 10 { return (4, 18) }
    return (4, d + e - 9)
  }

  @Test("Easter is the Sunday that Gauss's algorithm finds, 1900 to 2199")
  func easter() {
    for year in 1900..<2200 {
      let easter = TARGETCalendar.easterSunday(of: year)
      let gauss = Self.gaussEaster(year)
      #expect(easter.weekday == 7)
      #expect((easter.month, easter.day) == (gauss.month, gauss.day), "\(year)")
    }
  }

  @Test("Good Friday and Easter Monday, as the ECB announces them", arguments: [
    ("2020-04-10", "2020-04-13"), ("2021-04-02", "2021-04-05"), ("2022-04-15", "2022-04-18"),
    ("2023-04-07", "2023-04-10"), ("2024-03-29", "2024-04-01"), ("2025-04-18", "2025-04-21"),
    ("2026-04-03", "2026-04-06"), ("2027-03-26", "2027-03-29"), ("2028-04-14", "2028-04-17"),
    ("2029-03-30", "2029-04-02"), ("2030-04-19", "2030-04-22"), ("2031-04-11", "2031-04-14"),
    ("2032-03-26", "2032-03-29"), ("2033-04-15", "2033-04-18"), ("2034-04-07", "2034-04-10"),
    ("2035-03-23", "2035-03-26"),
  ])
  func easterHolidays(friday: String, monday: String) throws {
    let (friday, monday) = (try CalendarDay(iso: friday), try CalendarDay(iso: monday))
    #expect(!TARGETCalendar.isOpen(friday) && !TARGETCalendar.isOpen(monday))
    #expect(TARGETCalendar.isOpen(friday.adding(days: -1)) && TARGETCalendar.isOpen(monday.adding(days: 1)))
  }

  @Test("closed days of 2026 and no others")
  func closedDays2026() throws {
    let holidays: Set = ["2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25"]
    var day = try CalendarDay(iso: "2026-01-01")
    while day.year == 2026 {
      #expect(TARGETCalendar.isOpen(day) == (day.weekday < 6 && !holidays.contains(day.iso)), "\(day)")
      day = day.adding(days: 1)
    }
  }

  @Test("counting open days", arguments: [
    ("2026-12-24", 1, "2026-12-28"), ("2026-12-24", 0, "2026-12-24"), ("2026-12-25", 0, "2026-12-28"),
    ("2026-12-25", -1, "2026-12-24"), ("2026-04-02", 2, "2026-04-08"), ("2026-04-07", -1, "2026-04-02"),
    ("2026-11-27", 5, "2026-12-04"),
  ])
  func counting(from: String, n: Int, to: String) throws {
    #expect(TARGETCalendar.adding(n, to: try CalendarDay(iso: from)).iso == to)
  }
}
