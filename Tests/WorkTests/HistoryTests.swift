import Foundation
import SEPA
import Store
import TestSupport
import Testing
import Work

/// Promise 6: whatever the order, repetition and cut of the reports, the same states and the same sums.
@Suite struct HistoryTests {
  private static let histories = 10_000
  private static let perFile = 500

  @Test func `ten thousand histories end as they happened, however they are told`() async throws {
    let seed = ProcessInfo.processInfo.environment["SEPAD_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...UInt64.max)
    print("histories: SEPAD_SEED=\(seed)")
    var random = SeededRandom(seed)
    let batchBooked = (0..<Self.histories / Self.perFile).map { _ in Int.random(in: 0..<3, using: &random) == 0 }
    let histories = (0..<Self.histories).map { index in
      History.random(batchBooked: batchBooked[index / Self.perFile], &random)
    }
    var ends: [[String]] = []
    for order in 0..<2 {
      ends.append(try await tell(histories, batchBooked: batchBooked, order: order, &random))
    }
    let expected = histories.map(\.end.rawValue)
    for (order, end) in ends.enumerated() {
      let wrong = end.indices.filter { end[$0] != expected[$0] }
      #expect(
        wrong.count == 0,
        "SEPAD_SEED=\(seed), order \(order): \(wrong.count) wrong, first \(wrong.prefix(3).map { "\($0) \(histories[$0]): found \(end[$0]), expected \(expected[$0])" })")
    }
    print("histories: \(histories.count) in \(ends.count) orders, \(Set(expected).sorted().joined(separator: " "))")
  }

  /// Plays all histories on a database of its own.
  /// - Returns: the end state of each.
  private func tell(
    _ histories: [History], batchBooked: [Bool], order: Int, _ random: inout SeededRandom
  ) async throws -> [String] {
    let bench = try await Bench(maxTransactions: Self.perFile)
    try await bench.request(amounts: histories.map { Cents($0.amountCents).decimalText })
    let messages = try await bench.sealAndSubmit()
    try #require(messages.count == histories.count / Self.perFile)

    // As autovacuum would have done by the time a bank answers.
    try await bench.session.run("ANALYZE")

    // Rounds of reports: each history's tellings in an order of its own, spread over the rounds; a round becomes several
    // files, and some rounds say two things of one collection at once.
    var rounds: [[Telling]] = Array(repeating: [], count: 6)
    for (index, history) in histories.enumerated() {
      let file = index / Self.perFile
      let tellings = history.tellings(
        message: messages[file], endToEndID: "M-1-\(index)", mandate: "M-1", alone: !batchBooked[file], &random)
      for telling in tellings { rounds[Int.random(in: rounds.indices, using: &random)].append(telling) }
    }
    for (file, message) in messages.enumerated() where batchBooked[file] {
      let members = histories[file * Self.perFile..<(file + 1) * Self.perFile]
      // Gross, or less what the bank refused.
      let kept = Bool.random(using: &random) ? Array(members) : members.filter { $0.answer != .rejected }
      let booking = Booking(
        amount: Cents(kept.reduce(0) { $0 + $1.amountCents }).decimalText, batch: (message, "\(message)-1", kept.count))
      for _ in 0..<Int.random(in: 1...2, using: &random) {
        rounds[Int.random(in: rounds.indices, using: &random)].append(.booked(booking))
      }
    }
    for (round, told) in rounds.enumerated() {
      for report in Self.reports(told.shuffled(using: &random), round: round, &random) { try await bench.keep(report) }
      // Sometimes two rounds are waiting when the daemon looks.
      if Bool.random(using: &random) || round == rounds.count - 1 { try await bench.applyKept() }
    }

    let aside = try await bench.session.setAsideFiles().rows.map { $0.last ?? "" }
    #expect(aside.isEmpty, "order \(order): \(aside.prefix(2))")
    let off = try await bench.session.run(
      "SELECT creditor, difference_cents FROM sepad.conservation_creditor WHERE difference_cents <> 0"
    ).rows.count
    #expect(off == 0, "order \(order): submitted = settled + rejected + returned + open")
    let contradictions = try await bench.session.one("SELECT count(*) FROM sepad.history_contradiction").integer(0)
    #expect(contradictions == 0, "order \(order)")
    let open = try await bench.session.run(
      "SELECT verdict, count(*) FROM sepad.inbound_entry WHERE disposition = 'open' GROUP BY 1"
    ).rows.map { "\($0[0] ?? ""): \($0[1] ?? "")" }
    #expect(open.isEmpty, "order \(order): \(open)")
    try await expectTotalsAddUp(bench.session, "order \(order)")
    let states = try await bench.states()
    return histories.indices.map { states["M-1-\($0)"] ?? "lost" }
  }

  /// Cuts what a round tells into files: a pain.002 for each message, and camt messages of all three kinds.
  static func reports(_ told: [Telling], round: Int, _ random: inout SeededRandom) -> [String] {
    var statuses: [String: [(String, String)]] = [:]
    var bookings: [[Booking]] = Array(repeating: [], count: 3)
    for telling in told {
      switch telling {
      case .status(let message, let endToEndID, let code): statuses[message, default: []].append((endToEndID, code))
      case .booked(let booking): bookings[Int.random(in: 0..<3, using: &random)].append(booking)
      }
    }
    var reports = statuses.sorted { $0.key < $1.key }.map { message, items in
      Reports.pain002(message, id: "P-\(round)-\(message)", items: items)
    }
    for (kind, entries) in zip(["camt.052", "camt.053", "camt.054"], bookings) where !entries.isEmpty {
      reports.append(BankStatement.text(entries, id: "S-\(round)-\(kind)", message: kind))
    }
    return reports.shuffled(using: &random)
  }
}
