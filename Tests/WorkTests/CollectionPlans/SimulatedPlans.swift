import Foundation
import SEPA
import TestSupport

/// Plans of all kinds with changes on their way, and what must come of them, found day by day without any of the code of
/// schedules.
struct SimulatedPlans {
  struct Change {
    let handedInOn: CalendarDay
    let from: CalendarDay
    let word: String
    var cents: Int64 = 0
    /// In ten-thousandths of a percent.
    var percent: Int64 = 0
  }

  struct Plan {
    let key: String
    let mandate: String
    let start: CalendarDay
    let isWeekly: Bool
    let every: Int
    /// `1` to `31`, `last`, `last business day` or a weekday.
    let rule: String
    /// One for each period, or one for all, or shares of a total.
    let amounts: [Int64]
    let kind: String
    let end: CalendarDay?
    let count: Int?
    var changes: [Change] = []
  }

  static let first = Bench.start.day
  let plans: [Plan]
  private static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

  init(_ count: Int, years: Int, seed: UInt64) {
    var random = SeededRandom(seed)
    plans = (1...count).map { Self.make($0, days: 365 * years, &random) }
  }

  private static func make(_ number: Int, days: Int, _ random: inout SeededRandom) -> Plan {
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    let isWeekly = number % 6 == 0
    let start = first.adding(days: pick(0...300))
    let kind = ["fixed", "fixed", "amounts", "total"][number % 4]
    let number0 = pick(3...40)
    let amounts: [Int64]
    switch kind {
    case "fixed": amounts = [Int64(pick(100...50_000))]
    case "amounts": amounts = (0..<number0).map { _ in Int64(pick(1...90_000)) }
    default:
      // The first ones bear a cent more.
      let total = pick(number0...900_000)
      amounts = (0..<number0).map { Int64(total / number0 + ($0 < total % number0 ? 1 : 0)) }
    }
    let ends = kind == "fixed" ? number % 3 : 0
    var plan = Plan(
      key: "plan-\(number)", mandate: "P-\(number)", start: start, isWeekly: isWeekly,
      every: isWeekly ? pick(1...4) : [1, 1, 2, 3, 6, 12, 5][pick(0...6)],
      rule: isWeekly ? weekdays[pick(0...6)] : ["\(pick(1...31))", "31", "last", "last business day"][pick(0...3)],
      amounts: amounts, kind: kind, end: ends == 1 ? start.adding(days: pick(60...900)) : nil,
      count: kind == "total" ? number0 : ends == 2 ? number0 : nil)
    // Told from nothing to three months ahead: within the horizon, what was made already is taken back.
    var day = start.adding(days: pick(20...200))
    var isPaused = false
    while number % 5 != 0, day < first.adding(days: days - 200), plan.changes.count < 6 {
      let words = isPaused ? ["resume"] : kind == "total" ? ["skip", "pause"] : ["skip", "pause", "amount", "index", "index"]
      let word = number % 37 == 0 && plan.changes.count == 3 ? "end" : words[pick(0...words.count - 1)]
      isPaused = word == "pause"
      plan.changes.append(
        Change(
          handedInOn: day, from: day.adding(days: pick(0...90)), word: word, cents: word == "amount" ? Int64(pick(100...70_000)) : 0,
          percent: word == "index" ? Int64(pick(-50_000...80_000)) | 1 : 0))
      // Later ones from later on: so the last word is also the one that was said last.
      day = (plan.changes.last?.from ?? day).adding(days: pick(1...150))
      if word == "end" { break }
    }
    return plan
  }

  // MARK: As requests

  static func row(_ plan: Plan) -> [String: String] {
    var row = [
      "request_key": plan.key, "creditor": "acme", "mandate_reference": plan.mandate, "start_date": plan.start.iso,
      "due_day": plan.rule, "frequency": "every \(plan.every) \(plan.isWeekly ? "weeks" : "months")",
      "remittance": "Subscription {period}",
    ]
    switch plan.kind {
    case "fixed": row["amount"] = Cents(plan.amounts[0]).decimalText
    case "amounts": row["amounts"] = plan.amounts.map { Cents($0).decimalText }.joined(separator: " ")
    default: row["total"] = Cents(plan.amounts.reduce(0, +)).decimalText
    }
    row["end_date"] = plan.end?.iso
    row["count"] = plan.count.map { "\($0)" }
    return row
  }

  static func row(_ change: Change, of plan: Plan, _ number: Int) -> [String: String] {
    var row = [
      "request_key": "\(plan.key)-\(number)", "creditor": "acme", "plan": plan.key, "change": change.word,
      "effective_from": change.from.iso, "reason": "simulated",
    ]
    if change.word == "amount" { row["amount"] = Cents(change.cents).decimalText }
    if change.word == "index" {
      let digits = String(10_000 + change.percent.magnitude % 10_000).dropFirst()
      row["percent"] = "\(change.percent < 0 ? "-" : "")\(change.percent.magnitude / 10_000).\(digits)"
    }
    return row
  }

  // MARK: What must come of them

  /// `KEY 3 2027-02-05 12.50`, of all periods due until a day.
  /// - Parameter accepted: keys of the changes that were taken.
  func expected(until last: CalendarDay, accepted: Set<String>) -> Set<String> {
    var lines: Set<String> = []
    for plan in plans {
      // The days on which periods are due, and what changes at each.
      var due: [CalendarDay] = []
      var day = plan.start
      var named = 0
      while day <= last {
        if Self.isDue(day, plan.rule) {
          if named % plan.every == 0 { due.append(day) }
          named += 1
        }
        day = day.adding(days: 1)
      }
      let changes = plan.changes.enumerated().filter { accepted.contains("\(plan.key)-\($0.offset)") }.map(\.element)
      var left = plan.amounts[...]
      var (factorless, pending): (Int64?, [Int64]) = (nil, [])
      var isPaused = false
      var begun = 0
      for (index, day) in due.enumerated() {
        if let end = plan.end, day > end { break }
        var isSkipped = false
        var isOver = false
        while begun < changes.count, changes[begun].from <= day {
          let change = changes[begun]
          switch change.word {
          case "pause": isPaused = true
          case "resume": isPaused = false
          case "skip": isSkipped = true
          case "amount": (factorless, pending) = (change.cents, [])
          case "index": pending.append(change.percent)
          default: isOver = true
          }
          begun += 1
        }
        if isOver { break }
        let passes = isSkipped || isPaused
        if plan.kind == "fixed", let count = plan.count, index >= count { break }
        if plan.kind != "fixed", left.isEmpty { break }
        let base = plan.kind == "fixed" ? plan.amounts[0] : left.first ?? 0
        // A listed amount belongs to its period; an instalment waits.
        if plan.kind == "amounts" || !passes { left = left.dropFirst() }
        if passes { continue }
        var cents = factorless ?? base
        for percent in pending { cents = (cents * (1_000_000 + percent) * 2 + 1_000_000) / 2_000_000 }
        lines.insert("\(plan.key) \(index + 1) \(day.iso) \(Cents(cents).decimalText)")
      }
    }
    return lines
  }

  private static func isDue(_ day: CalendarDay, _ rule: String) -> Bool {
    if let weekday = weekdays.firstIndex(of: rule) { return day.weekday == weekday + 1 }
    let tomorrow = day.adding(days: 1)
    if let number = Int(rule) { return day.day == number || tomorrow.month != day.month && day.day < number }
    if rule == "last" { return tomorrow.month != day.month }
    let next = TARGETCalendar.next(onOrAfter: tomorrow)
    return TARGETCalendar.isOpen(day) && next.month != day.month
  }
}
