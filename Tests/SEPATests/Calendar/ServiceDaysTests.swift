import Testing

@testable import SEPA

@Suite("Days of banks and creditors") struct ServiceDaysTests {
  @Test("a rule names its days, and is written as it is read", arguments: [
    // rule, named, not named
    ("07-14", ["2026-07-14", "2199-07-14"], ["2026-07-15", "2026-08-14"]),
    ("02-29", ["2028-02-29", "2000-02-29"], ["2027-02-28", "2027-03-01", "2100-03-01"]),
    ("2027-06-14", ["2027-06-14"], ["2026-06-14", "2028-06-14"]),
    ("easter", ["2026-04-05", "2027-03-28", "2038-04-25"], ["2026-04-06"]),
    ("easter+39", ["2026-05-14", "2027-05-06", "2024-05-09"], ["2026-05-15"]),  // Ascension
    ("easter+50", ["2026-05-25", "2027-05-17"], ["2026-05-24"]),  // Whit Monday
    ("easter-2", ["2026-04-03"], ["2026-04-05"]), ("easter+250", ["2038-12-31", "2027-12-03"], ["2039-01-01"]),
    ("easter-80", ["2026-01-15"], ["2025-12-31"]),
    ("monday", ["2026-11-30", "2026-12-07"], ["2026-12-01"]), ("sunday", ["2026-11-29"], ["2026-11-30"]),
  ])
  func rule(text: String, named: [String], others: [String]) throws {
    let rule = try DayRule(text)
    #expect(rule.description == text)
    for day in named { #expect(rule.names(try CalendarDay(iso: day)), "\(day)") }
    for day in others { #expect(!rule.names(try CalendarDay(iso: day)), "\(day)") }
  }

  @Test("what names no day is refused", arguments: [
    "", "7-14", "02-30", "13-01", "00-10", "2027-02-29", "14.07.", "easter+", "easter39", "easter+-3", "easter+251", "easter-81",
    "easter+0039", "Easter", "easter +39", "Monday", "mon", " 07-14", "07-14 ", "\u{664}7-14", "2201-01-01",
  ])
  func noRule(text: String) {
    #expect(throws: ValueFault.self) { try DayRule(text) }
  }

  @Test("Easter's rules stay in their year, whenever Easter is")
  func easterStays() throws {
    for year in 1900...2200 {
      let easter = TARGETCalendar.easterSunday(of: year)
      #expect(easter.adding(days: -80).year == year && (easter.adding(days: 250).year == year))
    }
  }

  @Test("a bank is closed with TARGET and on its own days", arguments: [
    // day, TARGET, bank
    ("2026-07-14", true, false), ("2026-07-15", true, true), ("2026-12-25", false, false), ("2026-05-14", true, false),
    ("2026-11-28", false, false), ("2026-05-08", true, true),
  ])
  func open(day: String, target: Bool, bank: Bool) throws {
    let days = ServiceDays(closings: try ["07-14", "easter+39"].map(DayRule.init))
    let day = try CalendarDay(iso: day)
    #expect(TARGETCalendar.isOpen(day) == target && days.isOpen(day) == bank)
  }

  static let friday11 = try? SubmissionWindow.EarlyCutOff(days: DayRule("friday"), cutOff: 11 * 3600)
  static let eve10 = try? SubmissionWindow.EarlyCutOff(days: DayRule("12-24"), cutOff: 10 * 3600)

  @Test("on a closing day of its own a bank takes in nothing, and collects", arguments: [
    // Ascension 2027 is Thursday 6 May, and this bank's bridge the Friday after.
    // lead, day, second, received, earliest, last moment for that date
    (1, "2027-05-05", 16 * 3600, "2027-05-05", "2027-05-06", "2027-05-05 57600"),  // collected on its closing day
    (1, "2027-05-05", 16 * 3600 + 1, "2027-05-10", "2027-05-11", "2027-05-10 57600"),
    (1, "2027-05-06", 0, "2027-05-10", "2027-05-11", "2027-05-10 57600"),
    (2, "2027-05-05", 0, "2027-05-05", "2027-05-07", "2027-05-05 57600"),  // the closing day counts as lead time
    (2, "2027-05-09", 0, "2027-05-10", "2027-05-12", "2027-05-10 57600"),
    (1, "2027-05-14", 11 * 3600, "2027-05-14", "2027-05-17", "2027-05-14 39600"),  // Friday's cut-off
    (1, "2027-05-14", 11 * 3600 + 1, "2027-05-17", "2027-05-18", "2027-05-17 57600"),
    (1, "2027-12-24", 10 * 3600, "2027-12-24", "2027-12-27", "2027-12-24 36000"),  // a Friday too: the earlier counts
    (1, "2027-12-24", 10 * 3600 + 1, "2027-12-27", "2027-12-28", "2027-12-27 57600"),
  ])
  func received(lead: Int, day: String, second: Int, received: String, earliest: String, last: String) throws {
    let days = ServiceDays(closings: try ["easter+39", "2027-05-07"].map(DayRule.init))
    let window = try SubmissionWindow(
      leadDays: lead, cutOff: 16 * 3600, days: days, earlyCutOffs: [Self.friday11, Self.eve10].compactMap(\.self))
    let local = LocalDateTime(day: try CalendarDay(iso: day), secondOfDay: second)
    #expect(window.submissionDay(at: local).iso == received)
    let date = window.earliestCollectionDate(at: local)
    let moment = window.lastMoment(for: date)
    #expect(date.iso == earliest && "\(moment.day) \(moment.secondOfDay)" == last)
    #expect(window.isStillValid(date, at: moment) && window.secondsLeft(for: date, at: moment) == 0)
    let late = LocalDateTime(day: moment.day, secondOfDay: moment.secondOfDay + 1)
    #expect(!window.isStillValid(date, at: late) && window.secondsLeft(for: date, at: late) == -1)
  }

  @Test("before days on which the bank takes in nothing, files leave that could not wait")
  func lastChance() throws {
    let days = ServiceDays(closings: try ["easter+39", "2027-05-07"].map(DayRule.init))
    let window = try SubmissionWindow(cutOff: 16 * 3600, submitAheadDays: 1, days: days)
    func latest(_ day: String, _ second: Int) throws -> String {
      window.latestBuildable(at: LocalDateTime(day: try CalendarDay(iso: day), secondOfDay: second)).iso
    }
    #expect(try latest("2027-05-04", 0) == "2027-05-05")
    // Thursday and Friday are closed: what is collected on Thursday, Friday and Monday must be there on Wednesday.
    #expect(try latest("2027-05-05", 0) == "2027-05-10")
    #expect(try latest("2027-05-05", 57_601) == "2027-05-11")
  }

  @Test("closing days that leave no collection date are refused, with the first day on which they do", arguments: [
    (["monday", "tuesday", "wednesday", "thursday", "friday"], 1, "2020-01-01"),
    ((3...14).map { "2027-08-\($0 < 10 ? "0" : "")\($0)" }, 5, "2027-08-02"),
    ((1...31).map { "08-\($0 < 10 ? "0" : "")\($0)" }, 1, "2020-07-31"),
  ])
  func impossible(rules: [String], lead: Int, day: String) throws {
    let days = ServiceDays(closings: try rules.map(DayRule.init))
    do {
      _ = try SubmissionWindow(leadDays: lead, cutOff: 0, days: days)
      Issue.record("taken")
    } catch {
      #expect(error.rule == "closing days" && error.found.hasSuffix("after the cut-off of \(day)"), "\(error.found)")
    }
  }

  @Test("a due date on a closing day goes to the day that the creditor wants", arguments: [
    // due, following, preceding, modified following
    ("2026-12-05", "2026-12-07", "2026-12-04", "2026-12-07"), ("2026-12-02", "2026-12-02", "2026-12-02", "2026-12-02"),
    ("2027-01-31", "2027-02-01", "2027-01-29", "2027-01-29"),  // the end of a month
    ("2027-01-01", "2027-01-04", "2026-12-31", "2027-01-04"),  // the beginning of a year
    ("2028-02-29", "2028-02-29", "2028-02-29", "2028-02-29"), ("2032-02-29", "2032-03-01", "2032-02-27", "2032-02-27"),
    ("2027-02-28", "2027-03-01", "2027-02-26", "2027-02-26"), ("2027-05-01", "2027-05-03", "2027-04-30", "2027-05-03"),
    ("2026-12-26", "2026-12-28", "2026-12-24", "2026-12-28"), ("2027-03-27", "2027-03-30", "2027-03-25", "2027-03-30"),
    ("2029-03-31", "2029-04-03", "2029-03-29", "2029-03-29"),  // Easter, and the end of a month
  ])
  func conventions(due: String, following: String, preceding: String, modified: String) throws {
    let window = try SubmissionWindow(cutOff: 12 * 3600)
    let long = LocalDateTime(day: try CalendarDay(iso: "2026-11-20"), secondOfDay: 0)
    for (convention, day) in zip(DayConvention.allCases, [following, preceding, modified]) {
      #expect(convention.adjusted(try CalendarDay(iso: due)).iso == day, "\(convention)")
      #expect(window.collectionDate(requested: try CalendarDay(iso: due), convention, at: long).iso == day, "\(convention)")
    }
  }

  @Test("back only as far as can be met, then forward", arguments: [
    // due on Saturday 5 December; now, day
    ("2026-12-03", 43_200, "2026-12-04"), ("2026-12-03", 43_201, "2026-12-07"), ("2026-12-05", 0, "2026-12-08"),
    ("2026-12-09", 0, "2026-12-10"),
  ])
  func backThenForward(now: String, second: Int, day: String) throws {
    let window = try SubmissionWindow(cutOff: 12 * 3600)
    let local = LocalDateTime(day: try CalendarDay(iso: now), secondOfDay: second)
    #expect(window.collectionDate(requested: try CalendarDay(iso: "2026-12-05"), .preceding, at: local).iso == day)
  }
}
