import Foundation
import TestSupport

@testable import SEPA

/// The days of a test by themselves: a list that is counted through, with nothing of the rooms' calendar in it.
struct PlainDays {
  /// From Monday, 1 December 2025, to the end of 2041.
  let names: [String]
  let calendar: [CalendarDay]
  let target: [Bool]
  /// How many TARGET days there were up to each day.
  let count: [Int]
  /// Position of Easter Sunday, by year.
  let easter: [Int: Int]

  init() throws {
    var names: [String] = []
    var (year, month, day) = (2025, 12, 1)
    while year < 2042 {
      names.append(String(format: "%04d-%02d-%02d", year, month, day))
      let isLeap = year % 4 == 0
      let length = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
      day += 1
      if day > length { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    var easter: [Int: Int] = [:]
    for year in 2026...2041 {
      let (month, day) = CalendarTests.gaussEaster(year)
      easter[year] = places[String(format: "%04d-%02d-%02d", year, month, day)]
    }
    let fixed: Set = ["01-01", "05-01", "12-25", "12-26"]
    let moving = Set(easter.values.flatMap { [$0 - 2, $0 + 1] })
    self.names = names
    self.easter = easter
    calendar = try names.map { try CalendarDay(iso: $0) }
    let target = names.indices.map { $0 % 7 < 5 && !fixed.contains(String(names[$0].suffix(5))) && !moving.contains($0) }
    var sum = 0
    count = target.map { isOpen in
      sum += isOpen ? 1 : 0
      return sum
    }
    self.target = target
  }

  /// Whether a rule, as it is written, names a day.
  func names(_ rule: String, _ place: Int) -> Bool {
    let week = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    if let weekday = week.firstIndex(of: rule) { return place % 7 == weekday }
    if rule.hasPrefix("easter") {
      let year = Int(names[place].prefix(4)) ?? 0
      return easter[year].map { place - $0 == Int(rule.dropFirst(6)) ?? 0 } ?? false
    }
    return names[place].hasSuffix(rule)
  }

  func next(_ place: Int) -> Int {
    var place = place
    while !target[place] { place += 1 }
    return place
  }

  func previous(_ place: Int) -> Int {
    var place = place
    while !target[place] { place -= 1 }
    return place
  }

  func adjusted(_ place: Int, _ convention: DayConvention) -> Int {
    let (before, after) = (previous(place), next(place))
    switch convention {
    case .following: return after
    case .preceding: return before
    case .modifiedFollowing: return names[after].prefix(7) == names[place].prefix(7) ? after : before
    }
  }
}

/// A bank and a scheme as somebody would reckon with a wall calendar, and the window that is to agree with it.
struct PlainBank {
  let days: PlainDays
  let window: SubmissionWindow
  let lead: Int
  /// By day: whether a file is taken in, and the last second for it.
  let takes: [Bool]
  let cutOff: [Int]
  let words: String

  /// Banks of chance: both schemes with the same closing days.
  static func both(_ days: PlainDays, _ random: inout SeededRandom) -> [PlainBank] {
    let feasts = [
      "05-08", "easter+39", "easter+50", "07-14", "08-15", "11-01", "11-11", "12-24", "12-31", "02-29", "12-06", "01-02",
    ]
    while true {
      var closings = feasts.filter { _ in Bool.random(using: &random) }
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        // Whole runs of days, as in a fusion of banks.
        let first = Int.random(in: 40...5500, using: &random)
        closings += days.names[first..<first + Int.random(in: 1...5, using: &random)]
      }
      if Int.random(in: 0..<4, using: &random) == 0 { closings.append("monday") }
      let early = ["friday", "12-24", "12-31", "easter-3", "easter+38", "2031-03-14"].filter { _ in Bool.random(using: &random) }
        .map { ($0, Int.random(in: 0..<86_400, using: &random)) }
      closings = Array(Set(closings)).sorted()
      let banks = Scheme.allCases.map { _ in
        try? PlainBank(
          days, closings: closings, early: early, lead: Int.random(in: 1...5, using: &random),
          cutOff: [0, 86_399, Int.random(in: 0..<86_400, using: &random), 57_600].randomElement(using: &random) ?? 0,
          ahead: Int.random(in: 1...10, using: &random))
      }
      // Some days off are too many in a row: nobody can be such a bank's customer.
      if !banks.contains(where: { $0 == nil }) { return banks.compactMap(\.self) }
    }
  }

  init(_ days: PlainDays, closings: [String], early: [(rule: String, second: Int)], lead: Int, cutOff: Int, ahead: Int) throws {
    self.days = days
    self.lead = lead
    window = try SubmissionWindow(
      leadDays: lead, cutOff: cutOff, submitAheadDays: ahead, days: ServiceDays(closings: try closings.map(DayRule.init)),
      earlyCutOffs: try early.map { .init(days: try DayRule($0.rule), cutOff: $0.second) })
    takes = days.names.indices.map { place in days.target[place] && !closings.contains { days.names($0, place) } }
    self.cutOff = days.names.indices.map { place in
      ([cutOff] + early.filter { days.names($0.rule, place) }.map(\.second)).min() ?? cutOff
    }
    words = "closed \(closings), early \(early), lead \(lead), cut-off \(cutOff), ahead \(ahead)"
  }

  /// When a file counts as received that leaves on this day at this second.
  func received(_ place: Int, _ second: Int) -> Int {
    var day = place
    if takes[day], second <= cutOff[day] { return day }
    repeat { day += 1 } while !takes[day]
    return day
  }

  /// Whether a file that is received on a day may bear this collection date: TARGET days after the one, up to the other.
  func meets(_ date: Int, receivedOn received: Int) -> Bool {
    days.target[date] && date > received && days.count[date] - days.count[received] >= lead
  }

  /// The date for a due date, or the first that can still be met.
  func date(_ requested: Int, _ convention: DayConvention, receivedOn received: Int) -> Int {
    let wanted = days.adjusted(requested, convention)
    if meets(wanted, receivedOn: received) { return wanted }
    var date = requested
    while !meets(date, receivedOn: received) { date += 1 }
    return date
  }
}
