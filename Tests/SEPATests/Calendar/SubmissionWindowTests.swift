import Testing

@testable import SEPA

@Suite("Submission window") struct SubmissionWindowTests {
  static let noon = 12 * 3600

  static func at(_ iso: String, _ second: Int) throws -> LocalDateTime {
    LocalDateTime(day: try CalendarDay(iso: iso), secondOfDay: second)
  }

  @Test("the earliest collection date counts from the day the bank receives the file", arguments: [
    // lead, day, second, earliest
    (1, "2026-11-24", noon, "2026-11-25"),  // at the cut-off
    (1, "2026-11-24", noon + 1, "2026-11-26"),  // a second late
    (1, "2026-11-27", noon, "2026-11-30"),  // Friday: Monday
    (1, "2026-11-27", noon + 1, "2026-12-01"),
    (1, "2026-11-28", 0, "2026-12-01"),  // Saturday counts as Monday
    (0, "2026-11-24", noon, "2026-11-24"),
    (2, "2026-12-23", noon, "2026-12-28"),
    (1, "2026-12-24", noon + 1, "2026-12-29"),
    (1, "2026-04-02", noon, "2026-04-07"),  // Maundy Thursday
    (5, "2026-11-24", noon, "2026-12-01"),
  ])
  func earliest(lead: Int, day: String, second: Int, expected: String) throws {
    let window = try SubmissionWindow(leadDays: lead, cutOff: Self.noon)
    #expect(window.earliestCollectionDate(at: try Self.at(day, second)).iso == expected)
  }

  @Test("a due date moves forward, never back, and only as far as it must", arguments: [
    ("2026-12-01", "2026-12-01"), ("2026-11-28", "2026-11-30"), ("2026-11-20", "2026-11-25"),
    ("2026-12-25", "2026-12-28"), ("2027-01-01", "2027-01-04"),
  ])
  func collectionDate(requested: String, expected: String) throws {
    let window = try SubmissionWindow(cutOff: Self.noon)
    let date = window.collectionDate(requested: try CalendarDay(iso: requested), at: try Self.at("2026-11-24", 0))
    #expect(date.iso == expected)
  }

  @Test("files are built for the next days only", arguments: [
    (2, "2026-11-24", 0, "2026-11-26"), (2, "2026-11-24", noon + 1, "2026-11-27"), (0, "2026-11-24", 0, "2026-11-25"),
    (10, "2026-12-24", 0, "2027-01-07"), (10, "2026-11-24", 0, "2026-12-08"), (10, "2026-11-24", noon + 1, "2026-12-08"),
  ])
  func latestBuildable(ahead: Int, day: String, second: Int, expected: String) throws {
    let window = try SubmissionWindow(cutOff: Self.noon, submitAheadDays: ahead)
    #expect(window.latestBuildable(at: try Self.at(day, second)).iso == expected)
  }

  @Test("a window outside its bounds is refused", arguments: [
    (-1, 0, 0), (6, 0, 0), (1, -1, 2), (1, 86_400, 2), (1, 0, -1), (1, 0, 11),
  ])
  func bounds(lead: Int, cutOff: Int, ahead: Int) {
    #expect(throws: ValueFault.self) {
      try SubmissionWindow(leadDays: lead, cutOff: cutOff, submitAheadDays: ahead)
    }
  }

  @Test("every day from 2020 to 2040, at every lead time, on both sides of the cut-off, yields a valid date",
    arguments: 0...5)
  func everyDay(lead: Int) throws {
    let window = try SubmissionWindow(leadDays: lead, cutOff: Self.noon, submitAheadDays: 10)
    var day = try CalendarDay(iso: "2020-01-01")
    let end = try CalendarDay(iso: "2040-12-31")
    var violations: [String] = []
    var lastEarliest = CalendarDay.first
    while day <= end {
      for second in [0, Self.noon, Self.noon + 1, 86_399] {
        let local = LocalDateTime(day: day, secondOfDay: second)
        let earliest = window.earliestCollectionDate(at: local)
        let date = window.collectionDate(requested: day, at: local)
        // Counted by hand: open days after the day of receipt, up to the collection date.
        let received = window.submissionDay(at: local)
        var openDays = 0
        var cursor = received
        while cursor < date {
          cursor = cursor.adding(days: 1)
          if TARGETCalendar.isOpen(cursor) { openDays += 1 }
        }
        let isRight =
          TARGETCalendar.isOpen(date) && openDays == lead && date == earliest && window.isStillValid(date, at: local)
          && window.secondsLeft(for: date, at: local) >= 0
          && window.secondsLeft(for: TARGETCalendar.adding(-1, to: date), at: local) < 0
          && earliest <= window.latestBuildable(at: local) && earliest >= lastEarliest
          && day.days(until: window.latestBuildable(at: local)) <= 14
          && (received == day) == (TARGETCalendar.isOpen(day) && second <= Self.noon)
          && !window.isStillValid(TARGETCalendar.adding(-1, to: earliest), at: local)
        if !isRight { violations.append("\(day) \(second): \(date)") }
        lastEarliest = earliest
      }
      day = day.adding(days: 1)
    }
    #expect(violations == [])
  }
}
