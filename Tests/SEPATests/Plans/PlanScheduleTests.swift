import Foundation
import SEPA
import TestSupport
import Testing

/// Schedules against an oracle that walks the calendar day by day, and knows none of the arithmetic.
@Suite("Plan schedules")
struct PlanScheduleTests {
  static func day(_ text: String) throws -> CalendarDay { try CalendarDay(iso: text) }

  @Test("the due day counts from the start, never from the day before", arguments: [
    ("2027-01-31", "monthly", "31", ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
    ("2028-01-30", "monthly", "30", ["2028-01-30", "2028-02-29", "2028-03-30", "2028-04-30"]),
    ("2027-01-15", "monthly", "5", ["2027-02-05", "2027-03-05"]),
    ("2027-01-05", "quarterly", "5", ["2027-01-05", "2027-04-05", "2027-07-05", "2027-10-05", "2028-01-05"]),
    ("2027-02-10", "half-yearly", "last", ["2027-02-28", "2027-08-31", "2028-02-29"]),
    ("2028-02-29", "yearly", "29", ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]),
    ("2027-01-01", "every 2 months", "last business day", ["2027-01-29", "2027-03-31", "2027-05-31", "2027-07-30"]),
    ("2027-12-01", "monthly", "last business day", ["2027-12-31", "2028-01-31"]),
    ("2027-01-30", "monthly", "last business day", ["2027-02-26", "2027-03-31"]),
    ("2027-01-06", "weekly", "monday", ["2027-01-11", "2027-01-18"]),
    ("2027-01-04", "every 2 weeks", "monday", ["2027-01-04", "2027-01-18", "2027-02-01"]),
  ])
  func dueDays(start: String, frequency: String, day: String, expected: [String]) throws {
    let terms = PlanTerms(
      start: try Self.day(start), frequency: try PlanFrequency(frequency), day: try PlanDay(day), amounts: .fixed(Cents(100)))
    #expect((1...expected.count).map { terms.dueDay(of: $0)?.iso } == expected)
    #expect(try PlanFrequency(terms.frequency.text) == terms.frequency && PlanDay(terms.day.text) == terms.day)
  }

  @Test("random plans are what a walk through the calendar finds")
  func againstTheCalendar() throws {
    let seed = ProcessInfo.processInfo.environment["SEPAD_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)
    print("plan schedules: SEPAD_SEED=\(seed)")
    var random = SeededRandom(seed)
    for _ in 0..<400 {
      let start = try Self.day("2026-01-01").adding(days: Int.random(in: 0...1500, using: &random))
      let isWeekly = Bool.random(using: &random)
      let every = Int.random(in: 1...(isWeekly ? 6 : 14), using: &random)
      let days: [PlanDay] =
        isWeekly ? (1...7).map { .weekday($0) } : (1...31).map { .day($0) } + [.last, .lastBusinessDay, .lastBusinessDay]
      let rule = try #require(days.randomElement(using: &random))
      let terms = PlanTerms(
        start: start, frequency: try PlanFrequency(unit: isWeekly ? .week : .month, every: every), day: rule,
        amounts: .fixed(Cents(1)))
      // Every day that the rule names, one after the other; of these each `every`th, from the first.
      var named: [CalendarDay] = []
      var day = start
      while named.count < 5 * every + 1 {
        if Self.isDue(day, rule) { named.append(day) }
        day = day.adding(days: 1)
      }
      let expected = stride(from: 0, to: named.count, by: every).map { named[$0] }
      let found = (1...expected.count).map { terms.dueDay(of: $0) }
      #expect(found == expected, "\(start) \(terms.frequency.text) \(rule.text) (SEPAD_SEED=\(seed))")
      // And back: the first period due from a day on.
      let probe = start.adding(days: Int.random(in: 0...(start.days(until: named.last ?? start)), using: &random))
      #expect(terms.firstPeriod(dueFrom: probe) == (expected.firstIndex { $0 >= probe } ?? expected.count) + 1)
    }
  }

  /// Whether a rule names a day, by the calendar alone.
  private static func isDue(_ day: CalendarDay, _ rule: PlanDay) -> Bool {
    let isLast = day.adding(days: 1).month != day.month
    switch rule {
    case .weekday(let weekday): return day.weekday == weekday
    case .day(let number): return day.day == number || isLast && day.day < number
    case .last: return isLast
    case .lastBusinessDay:
      guard TARGETCalendar.isOpen(day) else { return false }
      var later = day.adding(days: 1)
      while later.month == day.month {
        if TARGETCalendar.isOpen(later) { return false }
        later = later.adding(days: 1)
      }
      return true
    }
  }

  @Test("instalments add up to the cent, the first ones bear what does not divide, and none is lost by a skip or a pause")
  func instalments() throws {
    var random = SeededRandom(20_270_101)
    for _ in 0..<500 {
      let count = Int.random(in: 1...60, using: &random)
      let total = Cents(Int64.random(in: Int64(count)...99_999_999_999, using: &random))
      let terms = PlanTerms(
        start: try Self.day("2027-01-31"), frequency: try PlanFrequency("monthly"), day: .last,
        amounts: .instalments(total: total, count: count))
      var changes: [PlanChange] = []
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        let from = Int.random(in: 1...count, using: &random)
        if Bool.random(using: &random) {
          changes.append(PlanChange(.skip, from: from))
        } else {
          changes += [PlanChange(.pause, from: from), PlanChange(.resume, from: from + Int.random(in: 1...9, using: &random))]
        }
      }
      let periods = PlanSchedule(terms, changes).periods(from: 1, limit: 500)
      let amounts = periods.compactMap { if case .collect(let amount) = $0.verdict { amount.value } else { nil } }
      #expect(amounts.count == count && amounts.reduce(0, +) == total.value, "\(total) in \(count): \(changes)")
      #expect(amounts == amounts.sorted(by: >) && (amounts.first ?? 0) - (amounts.last ?? 0) <= 1)
    }
    #expect([1, 2, 3].map { PlanAmounts.instalments(total: Cents(10_000), count: 3).amount(at: $0)?.value } == [3334, 3333, 3333])
  }

  @Test("indexation rounds half a cent away from zero", arguments: [
    (10_000, "2.5", 10_250), (1001, "2.5", 1026), (1020, "2.5", 1046), (980, "2.5", 1005), (1, "49.9999", 1), (1, "50", 2),
    (999, "0.0001", 999), (99_999_999_999, "-50", 50_000_000_000), (333, "-1.5", 328), (12_345, "3,3333", 12_756), (100, "-99.5", 1),
    (200, "-99.75", 1),
  ] as [(Int64, String, Int64)])
  func indexation(amount: Int64, percentage: String, expected: Int64) throws {
    #expect(try Percentage(percentage).applied(to: Cents(amount)) == Cents(expected))
  }

  @Test("a percentage is what it says, or refused")
  func percentages() throws {
    for text in ["3.25", "-0.5", "2", "0.0001", "-99.9999", "100"] { #expect(try "\(Percentage(text))" == text) }
    for text in ["", "0", "0.0", "1.23456", "100.0001", "-100", "1 ", "1%", "+1", "1.", ".5", "1.2.3", "--1", "1000"] {
      #expect(throws: ValueFault.self) { try Percentage(text) }
    }
    #expect(throws: ValueFault.self) { try Percentage("100").applied(to: Cents(99_999_999_999)) }
    #expect(throws: ValueFault.self) { try Percentage("-99.9999").applied(to: Cents(1)) }
  }

  @Test("changes apply by their periods, then in the order in which they came")
  func changes() throws {
    let terms = PlanTerms(
      start: try Self.day("2027-01-01"), frequency: try PlanFrequency("monthly"), day: .day(1), amounts: .fixed(Cents(10_000)), count: 8)
    func told(_ changes: [PlanChange]) -> [String] { PlanSchedule(terms, changes).periods(from: 1, limit: 20).map(\.text) }
    let two = try Percentage("2")
    // Twice two percent, each rounded.
    #expect(
      told([PlanChange(.index(two), from: 5), PlanChange(.index(two), from: 3)])
        == ["100.00", "100.00", "102.00", "102.00", "104.04", "104.04", "104.04", "104.04"])
    // An amount that came later for an earlier period is what is indexed.
    #expect(
      told([PlanChange(.index(two), from: 5), PlanChange(.amount(Cents(20_000)), from: 4)])
        == ["100.00", "100.00", "100.00", "200.00", "204.00", "204.00", "204.00", "204.00"])
    #expect(
      told([PlanChange(.pause, from: 2), PlanChange(.resume, from: 4), PlanChange(.skip, from: 6), PlanChange(.end, from: 8)])
        == ["100.00", "paused", "paused", "100.00", "100.00", "skipped", "100.00"])
    // What came last from one period counts.
    #expect(told([PlanChange(.pause, from: 3), PlanChange(.resume, from: 3)]) == Array(repeating: "100.00", count: 8))
    #expect(told([PlanChange(.amount(Cents(1)), from: 8), PlanChange(.amount(Cents(2)), from: 8)]).last == "0.02")
    let listed = PlanTerms(
      start: terms.start, frequency: terms.frequency, day: terms.day, amounts: .listed([Cents(1), Cents(50), Cents(3)]))
    #expect(PlanSchedule(listed, [PlanChange(.index(two), from: 2)]).periods(from: 1, limit: 9).map(\.text) == ["0.01", "0.51", "0.03"])
  }

  @Test("a change is refused where it would touch what is in a file or past, and takes back what is not")
  func edits() throws {
    let terms = PlanTerms(
      start: try Self.day("2027-01-05"), frequency: try PlanFrequency("monthly"), day: .day(5), amounts: .fixed(Cents(1000)))
    let made: [Int: MadePeriod] = [
      1: MadePeriod(amount: Cents(1000), standing: .locked), 2: MadePeriod(amount: Cents(1000), standing: .cancelled),
      3: MadePeriod(amount: Cents(1000), standing: .open), 4: MadePeriod(amount: Cents(1000), standing: .open),
    ]
    var plan = PlanStanding(
      terms: terms, changes: [], nextPeriod: 5, made: made, closedBecause: nil, today: try Self.day("2027-02-20"))
    #expect(plan.firstOpen == 3)
    let amount = try plan.edit(.amount(Cents(2000)), from: .label("2027-04")).get()
    #expect(amount.taken == [4] && amount.nextPeriod == 4 && amount.change.from == 4)
    #expect(try plan.edit(.amount(Cents(1000)), from: .next).get().taken == [])
    #expect(try plan.edit(.skip, from: .next).get().taken == [3])
    #expect(try plan.edit(.end, from: .day(try Self.day("2027-03-06"))).get().taken == [4])
    let far = try plan.edit(.pause, from: .period(40)).get()
    #expect(far.taken == [] && far.nextPeriod == 5)
    for (point, rule) in [
      (PlanPoint.period(2), "first period that can change"), (.day(try Self.day("2027-01-01")), "first period that can change"),
      (.label("2026-12"), "period of the plan"),
    ] {
      #expect(throws: Refusals.self) { try plan.edit(.skip, from: point).get() }
      if case .failure(let refusals) = plan.edit(.skip, from: point) { #expect(refusals.list.map(\.rule) == [rule]) }
    }
    plan.closedBecause = "mandate revoked"
    if case .failure(let refusals) = plan.edit(.resume, from: .next) { #expect(refusals.list.map(\.rule) == ["state of the plan"]) }
  }
}
