import Channels
import Foundation
import SEPA
import Store
import TestSupport
import Testing
import Work

/// A database with a past: histories of some tens of collections as banks told them, files that were withdrawn, lost on
/// their way or known by a report only, reports that nobody could read, and decisions by hand.
struct ReplayWorld {
  let bench: Bench
  /// Decisions that were taken; some are refused, as people are.
  private(set) var decisions = 0

  /// - Parameter seed: the same seed makes the same past.
  init(seed: UInt64, collections: Int = 40) async throws {
    var random = SeededRandom(seed)
    bench = try await Bench(maxTransactions: (collections + 2) / 3)
    let batchBooked = Int.random(in: 0..<3, using: &random) == 0
    let histories = (0..<collections).map { _ in History.random(batchBooked: batchBooked, &random) }
    try await bench.request(amounts: histories.map { Cents($0.amountCents).decimalText })
    try await sealAndSend(&random)
    var rounds = try await Self.rounds(bench, histories, batchBooked: batchBooked, &random)
    // What no rule can settle, and what nobody can read.
    rounds[Int.random(in: rounds.indices, using: &random)].append(Self.strangers)
    rounds[Int.random(in: rounds.indices, using: &random)].append("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd")
    for (index, reports) in rounds.enumerated() {
      for report in reports.shuffled(using: &random) {
        try await bench.keep(report, name: "\(index).xml")
        if Bool.random(using: &random) { try await bench.applyKept() }
      }
      try await decide(among: Int64(collections), &random)
    }
    try await bench.applyKept()
    try await decide(among: Int64(collections), &random)
  }

  /// Seals everything; one file is withdrawn and its collections sealed again, one is only known to have been begun.
  private func sealAndSend(_ random: inout SeededRandom) async throws {
    let stamp = Stamp(at: Bench.start, actor: "test")
    try await bench.seal()
    let withdrawn = try #require(
      try await bench.session.unfinishedFiles(bank: "sandbox", at: Bench.start).randomElement(using: &random))
    _ = try await bench.session.transaction { session in
      try session.moveFile(withdrawn.id, .withdrawn, evidence: "test", stamp)
    }
    try await bench.seal()
    let ends: [[FileEvent]] = [
      [.sendBegan, .delivered], [.sendBegan, .delivered], [.sendBegan, .outcomeUnknown], [.sendBegan], [],
    ]
    for file in try await bench.session.unfinishedFiles(bank: "sandbox", at: Bench.start) {
      let events = ends.randomElement(using: &random) ?? []
      try await bench.session.transaction { session in
        for event in events { try session.moveFile(file.id, event, evidence: "test", stamp) }
      }
    }
  }

  /// Reports of all histories in two rounds, each in an order of its own.
  private static func rounds(
    _ bench: Bench, _ histories: [History], batchBooked: Bool, _ random: inout SeededRandom
  ) async throws -> [[String]] {
    var members: [String: [History]] = [:]
    var told: [[Telling]] = Array(repeating: [], count: 2)
    let places = try await bench.session.run(
      """
      SELECT c.end_to_end_id, o.message_id FROM sepad.collection c
      JOIN sepad.file_item i ON i.collection_id = c.id AND i.live JOIN sepad.outbound_file o ON o.id = i.file_id
      ORDER BY c.id
      """
    ).rows.map { (try $0.text(0), try $0.text(1)) }
    try #require(places.count == histories.count)
    for (history, (endToEndID, message)) in zip(histories, places) {
      members[message, default: []].append(history)
      for telling in history.tellings(
        message: message, endToEndID: endToEndID, mandate: "M-1", alone: !batchBooked, &random)
      { told[Int.random(in: told.indices, using: &random)].append(telling) }
    }
    if batchBooked {
      for (message, block) in members.sorted(by: { $0.key < $1.key }) {
        let sum = Cents(block.reduce(0) { $0 + $1.amountCents }).decimalText
        told[Int.random(in: told.indices, using: &random)].append(
          .booked(Booking(amount: sum, batch: (message, "\(message)-1", block.count))))
      }
    }
    return told.enumerated().map { round, tellings in
      HistoryTests.reports(tellings.shuffled(using: &random), round: round, &random)
    }
  }

  /// Six credits and two debits that name nothing of ours.
  private static let strangers = BankStatement.text(
    (0..<8).map { number in
      Booking(
        amount: "\(number + 10).00", direction: number < 6 ? "CRDT" : "DBIT",
        payments: [
          .init(endToEndID: "SOMEBODY-\(number)", amount: "\(number + 10).00", reason: number < 6 ? nil : "AM04")
        ])
    }, id: "STRANGERS", message: "camt.054")

  /// Somebody goes through some of what is open or was ignored.
  private mutating func decide(among collections: Int64, _ random: inout SeededRandom) async throws {
    let stamp = Stamp(at: Bench.start, actor: "anna")
    let open = try await bench.session.run(
      """
      SELECT file_id, ordinal FROM sepad.inbound_entry
      WHERE disposition IN ('open', 'ignored') AND kind = 'transaction' ORDER BY file_id, ordinal
      """
    ).rows.map { EntryID(file: try $0.integer(0), ordinal: try $0.integer(1)) }
    for entry in open where Int.random(in: 0..<3, using: &random) == 0 {
      do {
        if Bool.random(using: &random) {
          try await bench.session.ignore(entry, because: "not ours", stamp)
        } else {
          let collection = Int64.random(in: 1...collections, using: &random)
          try await bench.session.assign(entry, to: collection, acceptDifference: true, because: "it is", ReturnPolicies(), stamp)
        }
        decisions += 1
      } catch is DecisionFault {
        // As when somebody means a payment that was credited already; nothing changed.
      }
    }
  }
}
