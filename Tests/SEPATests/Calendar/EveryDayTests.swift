import Foundation
import TestSupport
import Testing

@testable import SEPA

/// Every day to the end of 2040, on the clocks of three zones, for banks of chance: no collection date that a person with a
/// wall calendar would not find, and none moved without need.
@Suite("Every day to 2040") struct EveryDayTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let zone: String
    let number: Int
    var testDescription: String { "\(zone), bank \(number)" }
  }

  /// `SEPAD_BANKS` makes more banks for each zone.
  static let cases: [Case] = {
    let many = ProcessInfo.processInfo.environment["SEPAD_BANKS"].flatMap { Int($0) } ?? 1
    return ["Europe/Paris", "Europe/Helsinki", "America/Martinique"].flatMap { zone in
      (1...max(1, many)).map { Case(zone: zone, number: $0) }
    }
  }()
  static let seed = ProcessInfo.processInfo.environment["SEPAD_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...UInt64.max)

  private static func random(_ item: Case) -> SeededRandom {
    SeededRandom(item.zone.utf8.reduce(seed &+ UInt64(item.number)) { $0 &* 31 &+ UInt64($1) })
  }

  /// The instants of a day that decide something, as the zone's clock shows them: place of the day, second.
  private static func moments(_ place: Int, _ days: PlainDays, _ zone: TimeZone, _ banks: [PlainBank]) -> [(Int, Int)] {
    let midnight = (Int(days.calendar[0].daysSince1970) + place) * 86_400
    func offset(_ second: Int) -> Int { zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(second))) }
    let cutOffs = Set(banks.map { $0.cutOff[place] }).flatMap { [$0, $0 + 1] }
    let walls = [0, 86_399] + cutOffs
    // Summer time changes at 01:00 UTC.
    let instants = walls.map { wall in
      let guess = midnight + wall - offset(midnight + wall)
      return midnight + wall - offset(guess)
    } + [midnight + 3599, midnight + 3600]
    return instants.map { instant in
      let wall = instant + offset(instant) - Int(days.calendar[0].daysSince1970) * 86_400
      return (wall / 86_400, wall % 86_400)
    }
  }

  @Test("no instant has an invalid collection date", arguments: cases)
  func dates(item: Case) throws {
    let zone = try #require(TimeZone(identifier: item.zone))
    var random = Self.random(item)
    let days = try PlainDays()
    let banks = PlainBank.both(days, &random)
    print("every day: SEPAD_SEED=\(Self.seed) \(item)")
    var wrong: [String] = []
    var (asked, offsets) = (0, Set<Int>())
    let first = try #require(days.names.firstIndex(of: "2026-01-01"))
    let end = try #require(days.names.firstIndex(of: "2041-01-01"))
    for place in first..<end {
      let midnight = Date(timeIntervalSince1970: TimeInterval(days.calendar[place].daysSince1970) * 86_400)
      offsets.insert(zone.secondsFromGMT(for: midnight))
      for (day, second) in Self.moments(place, days, zone, banks) {
        let local = LocalDateTime(day: days.calendar[day], secondOfDay: second)
        for bank in banks {
          let received = bank.received(day, second)
          let window = bank.window
          var isRight = window.submissionDay(at: local) == days.calendar[received]
          let range = window.buildable(at: local)
          let (earliest, latest) = (self.place(range.lowerBound, days), self.place(range.upperBound, days))
          isRight = isRight && bank.meets(earliest, receivedOn: received)
            && !(received + 1..<earliest).contains { bank.meets($0, receivedOn: received) }
            && days.target[latest] && latest <= day + 14 && earliest <= latest
          // What may not be built now can be when the bank takes in files the next time.
          let later = received > day ? received : bank.received(day + 1, 0)
          isRight = isRight && !(latest + 1..<day + 15).contains { days.target[$0] && !bank.meets($0, receivedOn: later) }
          isRight = isRight && window.secondsLeft(for: days.calendar[days.previous(earliest - 1)], at: local) < 0
          let requested = day + Int.random(in: -3...20, using: &random)
          for convention in DayConvention.allCases {
            let date = window.collectionDate(requested: days.calendar[requested], convention, at: local)
            isRight = isRight && date == days.calendar[bank.date(requested, convention, receivedOn: received)]
              && window.secondsLeft(for: date, at: local) >= 0
              && window.isStillValid(date, at: local) == (date <= days.calendar[day + 14])
          }
          asked += 3
          if !isRight { wrong.append("\(days.names[day]) \(second), requested \(days.names[requested]): \(bank.words)") }
        }
      }
    }
    #expect(wrong.isEmpty, "SEPAD_SEED=\(Self.seed): \(wrong.count) of \(asked), first \(wrong.first ?? "")")
    #expect(offsets.count == (item.zone.hasPrefix("Europe") ? 2 : 1), "summer time was met where there is one")
    print("every day: \(item): \(asked) dates, for \(banks.map(\.words).joined(separator: " and "))")
  }

  /// The daemon looks three times a day: at midnight, at the cut-off, after it. Its stages are three calls: it dates, it
  /// builds what its range covers, and what is built leaves if it still may.
  @Test("each due date is met by a daemon that runs, and moved to a valid one by downtime", arguments: cases)
  func lives(item: Case) throws {
    var random = Self.random(item)
    let days = try PlainDays()
    let banks = PlainBank.both(days, &random)
    var wrong: [String] = []
    var (met, moved) = (0, 0)
    let first = try #require(days.names.firstIndex(of: "2026-01-31"))
    let end = try #require(days.names.firstIndex(of: "2041-01-01"))
    for requested in first..<end {
      let bank = banks[requested % 2]
      let convention = DayConvention.allCases[Int.random(in: 0..<3, using: &random)]
      // Half of them in a time in which the daemon stands still for up to twelve days.
      let down = requested % 4 < 2 ? 0 : Int.random(in: 1...36, using: &random)
      let from = (requested - 16) * 3 + Int.random(in: 0..<48, using: &random)
      var date: CalendarDay?
      var sent: (date: Int, day: Int, second: Int)?
      for tick in (requested - 16) * 3..<(requested + 20) * 3 where !(from..<from + down).contains(tick) {
        let day = tick / 3
        let second = [0, bank.cutOff[day], min(bank.cutOff[day] + 1, 86_399)][tick % 3]
        let local = LocalDateTime(day: days.calendar[day], secondOfDay: second)
        let range = bank.window.buildable(at: local)
        if date.map({ $0 < range.lowerBound }) ?? true {
          date = bank.window.collectionDate(requested: days.calendar[requested], convention, at: local)
        }
        guard let date, range.contains(date), bank.window.secondsLeft(for: date, at: local) >= 0 else { continue }
        sent = (place(date, days), day, second)
        break
      }
      let wanted = days.adjusted(requested, convention)
      guard let sent, bank.meets(sent.date, receivedOn: bank.received(sent.day, sent.second)), sent.date <= sent.day + 14 else {
        wrong.append("\(days.names[requested]) \(convention): \(sent.map { "\($0)" } ?? "never sent"): \(bank.words)")
        continue
      }
      if sent.date == wanted { met += 1 } else { moved += 1 }
      if sent.date != wanted, down == 0 { wrong.append("\(days.names[requested]) \(convention) moved: \(bank.words)") }
      if sent.date < wanted { wrong.append("\(days.names[requested]) \(convention) too early: \(bank.words)") }
    }
    #expect(wrong.isEmpty, "SEPAD_SEED=\(Self.seed): \(wrong.count), first \(wrong.first ?? "")")
    #expect(met > moved && moved > 0)
    print("every day: \(item): \(met) due dates met, \(moved) moved by downtime")
  }

  private func place(_ day: CalendarDay, _ days: PlainDays) -> Int { days.calendar[0].days(until: day) }
}
