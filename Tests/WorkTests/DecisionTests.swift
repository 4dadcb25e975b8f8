import SEPA
import Store
import TestSupport
import Testing
import Work

/// What sepad leaves open, people decide; and what they decided stands in the event log.
@Suite struct DecisionTests {
  private static let stamp = Stamp(at: Bench.start, actor: "anna")

  /// One payment of 12.50 at the bank, and one open entry about it or something like it.
  private func bench(_ report: String) async throws -> (bench: Bench, entry: EntryID, collection: Int64) {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    let message = try #require(try await bench.sealAndSubmit().first)
    try await bench.apply(Reports.named(report, message: message, sequence: 1))
    let row = try await bench.session.one("SELECT file_id, ordinal FROM sepad.inbound_entry WHERE disposition = 'open'")
    let collection = try await bench.session.one("SELECT id FROM sepad.collection").integer(0)
    return (bench, EntryID(file: try row.integer(0), ordinal: try row.integer(1)), collection)
  }

  private func lastEvent(_ bench: Bench) async throws -> String {
    try await bench.session.one(
      "SELECT concat_ws('|', event, actor, rule, detail) FROM sepad.payment_event ORDER BY id DESC LIMIT 1").text(0)
  }

  @Test func `an unknown reference is assigned, with name and reason`() async throws {
    let (bench, entry, collection) = try await bench("foreign")
    let suggestions = try await bench.session.entrySuggestions(entry)
    #expect(suggestions.rows.map { $0[0] } == ["\(collection)"])
    try await bench.session.assign(
      entry, to: collection, acceptDifference: false, because: "bank confirmed by phone", ReturnPolicies(), Self.stamp)
    #expect(try await bench.states() == ["M-1-0": "settled"])
    #expect(try await lastEvent(bench) == "settled|anna|by hand|bank confirmed by phone")
    #expect(try await bench.session.entryDecisions(entry).rows.map { Array($0[1...]) } == [
      ["assigned", "\(collection)", "anna", "bank confirmed by phone"]
    ])
    #expect(try await bench.session.reconcile(by: .block).holds)
  }

  @Test func `another amount needs a second word`() async throws {
    let (bench, entry, collection) = try await bench("amount")
    await #expect(throws: DecisionFault(entry: entry, rule: "amount", found: "12.51", expected: "12.50, or --accept-difference")) {
      try await bench.session.assign(entry, to: collection, acceptDifference: false, because: "x", ReturnPolicies(), Self.stamp)
    }
    #expect(try await bench.states() == ["M-1-0": "submitted"])
    #expect(try await bench.session.entryDecisions(entry).rows.isEmpty)
    try await bench.session.assign(entry, to: collection, acceptDifference: true, because: "rounded by the bank", ReturnPolicies(), Self.stamp)
    #expect(try await bench.states() == ["M-1-0": "settled"])
  }

  @Test func `what is ignored stays on record, and can be assigned after all`() async throws {
    let (bench, entry, collection) = try await bench("foreign")
    try await bench.session.ignore(entry, because: "not ours", Self.stamp)
    #expect(try await bench.session.unmatched().rows.isEmpty)
    #expect(try await bench.states() == ["M-1-0": "submitted"])
    // Nothing takes it up again by itself.
    try await bench.apply(Reports.named("creditReturn", message: "-", sequence: 2))
    #expect(try await bench.session.one("SELECT count(*) FROM sepad.inbound_entry WHERE disposition = 'ignored'").integer(0) == 1)
    try await bench.session.assign(entry, to: collection, acceptDifference: false, because: "ours after all", ReturnPolicies(), Self.stamp)
    #expect(try await bench.states() == ["M-1-0": "settled"])
    #expect(try await bench.session.entryDecisions(entry).rows.map { $0[1] } == ["ignored", "assigned"])
  }

  @Test func `what cannot be meant is refused, and changes nothing`() async throws {
    let (bench, entry, collection) = try await bench("foreign")
    func fault(_ entry: EntryID, _ collection: Int64) async throws -> String {
      do {
        try await bench.session.assign(entry, to: collection, acceptDifference: false, because: "x", ReturnPolicies(), Self.stamp)
        return "none"
      } catch let fault as DecisionFault { return fault.rule }
    }
    #expect(try await fault(EntryID(file: entry.file, ordinal: 999), collection) == "entry")
    #expect(try await fault(entry, 999) == "collection")
    try await bench.requestForSecondCreditor(amount: "12.50", endToEndID: "Z-1-0")
    let unsent = try await bench.session.one("SELECT max(id) FROM sepad.collection").integer(0)
    #expect(try await fault(entry, unsent) == "collection")
    try await bench.session.assign(entry, to: collection, acceptDifference: false, because: "x", ReturnPolicies(), Self.stamp)
    #expect(try await fault(entry, collection) == "is open")
    #expect(try await bench.session.one("SELECT count(*) FROM sepad.entry_decision").integer(0) == 1)
  }

  @Test func `a sum that does not add up is a line, and so is a state without its event`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50", "7.50"])
    _ = try await bench.sealAndSubmit()
    for by in Session.Reconciled.allCases {
      let found = try await bench.session.reconcile(by: by)
      #expect(found.holds && found.sums.rows.count == 1, "\(by)")
      #expect(found.sums.rows[0].suffix(6) == ["20.00", "0.00", "0.00", "0.00", "20.00", "0.00"])
    }
    try await bench.session.run("UPDATE sepad.collection_status SET state = 'settled' WHERE collection_id = 1")
    #expect(try await bench.session.reconcile(by: .creditor).contradictions.count == 1)
    try await bench.session.run("UPDATE sepad.collection_status SET state = 'scheduled' WHERE collection_id = 1")
    let lines = try await bench.session.reconcile(by: .creditor).contradictions
    #expect(lines.count == 3, "\(lines)")
    #expect(lines.contains { $0.contains("difference of 12.50") })
  }
}
