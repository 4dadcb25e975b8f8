import Foundation
import Logging
import SEPA
import Store
import TestSupport
import Testing
import Work

/// What was concluded from reports follows from the reports: applied again, they end the same; and where they do not,
/// the difference has a name.
@Suite struct ReplayTests {
  /// More of them for a night: `SEPAD_REPLAYS=500`.
  private static let pasts = ProcessInfo.processInfo.environment["SEPAD_REPLAYS"].flatMap { UInt64($0) } ?? 8

  @Test func `every past, applied again in a copy, ends the same`() async throws {
    let given = ProcessInfo.processInfo.environment["SEPAD_SEED"].flatMap { UInt64($0) }
    let seed = given ?? UInt64.random(in: 1...UInt64.max)
    print("replays: SEPAD_SEED=\(seed)")
    var (reports, decisions, states) = (0, 0, Set<String>())
    for number in 0..<Self.pasts {
      let world = try await ReplayWorld(seed: seed &+ number)
      let before = try await Self.everything(world.bench)
      states.formUnion(try await world.bench.states().values)
      let replay = try await Rehearsal(world.bench)
      #expect(replay.differences == [], "SEPAD_SEED=\(seed &+ number)")
      #expect(replay.outcome.collections == 40 && replay.outcome.files > 3 && replay.outcome.entries > 0)
      #expect(replay.outcome.waiting == 0 && replay.outcome.newerReports == 0 && replay.outcome.movedSince == 0)
      for nothing in ["sepad.job", "sepad.subscription", "sepad.history_contradiction"] {
        #expect(try await replay.count(nothing) == 0, "SEPAD_SEED=\(seed &+ number): \(nothing)")
      }
      #expect(try await Self.everything(world.bench) == before, "the configured database is only read")
      let copy = Session(conninfo: replay.conninfo, name: "test")
      for session in [world.bench.session, copy] { try await expectTotalsAddUp(session, "SEPAD_SEED=\(seed &+ number)") }
      reports += replay.outcome.reports
      decisions += world.decisions
    }
    #expect(decisions > 0)
    print("replays: \(Self.pasts) pasts, \(reports) reports, \(decisions) decisions, \(states.sorted())")
  }

  @Test func `the same copy serves twice, also after a replay that was cut short`() async throws {
    let world = try await ReplayWorld(seed: 1)
    let first = try await Rehearsal(world.bench)
    #expect(first.differences == [])
    let session = Session(conninfo: first.conninfo, name: "test")
    _ = try await session.takeBackReports()
    await session.disconnect()
    let second = try await Rehearsal(world.bench, into: first.conninfo)
    #expect(second.differences == [] && second.outcome == first.outcome)
  }

  @Test func `a state that no report led to is named`() async throws {
    let (bench, copy) = try await settled()
    try await bench.session.run("UPDATE sepad.collection_status SET state = 'returned' WHERE collection_id = 1")
    try await bench.session.run("UPDATE sepad.outbound_file SET state = 'refused'")
    for conninfo in [copy, try await bench.copy()] {
      let replay = try await Rehearsal(bench, into: conninfo)
      #expect(replay.differences == [
        "collection 1: state: found settled, expected returned",
        "file 1 (SEPAD-20261201-1): state: found submitted, expected refused",
      ])
    }
  }

  @Test func `a stored report with other bytes is named, and what it no longer says`() async throws {
    let (bench, copy) = try await settled()
    let session = Session(conninfo: copy, name: "test")
    try await session.run(
      """
      UPDATE sepad.inbound_chunk
      SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '12.50', '12.51'), 'UTF8')
      """)
    await session.disconnect()
    let replay = try await Rehearsal(bench, into: copy)
    #expect(replay.differences.count == 3, "\(replay.differences)")
    #expect(replay.differences[0].hasPrefix("report 1 (report.xml): stored bytes: sha256: found "))
    #expect(replay.differences.dropFirst() == [
      "collection 1: state: found submitted, expected settled",
      "report 1 (report.xml): open entries: found 1, expected 0",
    ])
  }

  @Test func `a report that could not be read before, and one that no longer can`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50", "20.00"])
    let message = try #require(try await bench.sealAndSubmit().first)
    try await bench.apply("<Document", name: "cut.xml")
    try await bench.apply(Reports.pain002(message, id: "P-1", items: [("M-1-1", "ACCP")]), name: "answer.xml")
    try await bench.keep(Reports.named("settle", message: message, sequence: 1), name: "new.xml")
    // As older programs would have left them.
    try await bench.session.run(
      "UPDATE sepad.inbound_file SET state = 'set_aside', fault = '1: version: found 08' WHERE remote_name = 'new.xml'")
    try await bench.session.run(
      """
      UPDATE sepad.inbound_file SET state = 'applied', message_type = 'camt.054.001.02', fault = NULL
      WHERE remote_name = 'cut.xml'
      """)
    let replay = try await Rehearsal(bench)
    #expect(replay.differences.count == 3, "\(replay.differences)")
    #expect(replay.differences[0] == "collection 1: state: found settled, expected submitted")
    #expect(replay.differences[1].hasPrefix("report 1 (cut.xml): state: found set_aside ("))
    #expect(
      replay.differences[2] == "report 3 (new.xml): state: found applied (it can be read now), expected set_aside")
  }

  @Test func `what only a report told us that the bank has is not known without it`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    try await bench.seal()
    let file = try #require(try await bench.session.unfinishedFiles(bank: "sandbox", at: Bench.start).first)
    for event in [FileEvent.sendBegan, .outcomeUnknown] {
      _ = try await bench.session.transaction { session in
        try session.moveFile(file.id, event, evidence: "test", Stamp(at: Bench.start, actor: "test"))
      }
    }
    try await bench.apply(Reports.named("accept", message: file.messageID, sequence: 1))
    #expect(try await bench.states() == ["M-1-0": "accepted"])
    let copy = try await bench.copy()
    let session = Session(conninfo: copy, name: "test")
    try await session.run("UPDATE sepad.inbound_chunk SET bytes = 'cut'")
    await session.disconnect()
    let replay = try await Rehearsal(bench, into: copy)
    #expect(replay.differences.dropFirst().dropLast() == [
      "collection 1: state: found sealed, expected accepted",
      "file 1 (\(file.messageID)): state: found uncertain, expected accepted",
    ])
    #expect(replay.differences.last?.hasPrefix("report 1 (report.xml): state: found set_aside (") == true)
    #expect(try await replay.count("sepad.history_contradiction") == 0)
  }

  @Test func `a decision about an entry that is another one now is named, and nothing fails`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    _ = try await bench.sealAndSubmit()
    try await bench.apply(Reports.named("foreign", message: "-", sequence: 1))
    let row = try await bench.session.one("SELECT ordinal, line FROM sepad.inbound_entry WHERE disposition = 'open'")
    let line = try row.integer(1)
    let stamp = Stamp(at: Bench.start, actor: "anna")
    try await bench.session.ignore(EntryID(file: 1, ordinal: try row.integer(0)), because: "not ours", stamp)
    // As a reader would have left it that counts otherwise: the decision speaks of a number that is not given today.
    for table in ["inbound_entry", "entry_decision"] {
      try await bench.session.run("ALTER TABLE sepad.\(table) DISABLE TRIGGER ALL")
      try await bench.session.run(
        "UPDATE sepad.\(table) SET ordinal = 99 WHERE ordinal = $1", [.integer(try row.integer(0))])
      try await bench.session.run("ALTER TABLE sepad.\(table) ENABLE TRIGGER ALL")
    }
    let replay = try await Rehearsal(bench)
    #expect(replay.differences == [
      "entry 1 99: is the one that was decided: found none, expected transaction in line \(line) CRDT 12.50",
      "report 1 (report.xml): open entries: found 1, expected 0",
    ])
  }

  @Test func `what was put aside counts for nothing, whenever that was`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    _ = try await bench.sealAndSubmit()
    func booked(_ day: Int, undoes: Bool) -> Booking {
      let payment = Booking.Payment(endToEndID: "M-1-0", amount: "12.50", reason: undoes ? nil : "AM04")
      return Booking(
        amount: "12.50", direction: undoes ? "CRDT" : "DBIT", payments: [payment], reversal: undoes,
        day: "2026-12-0\(day)")
    }
    // The second undoing is known first, undoes nothing yet, and is put aside.
    try await bench.apply(BankStatement.text([booked(9, undoes: true)], id: "S-1"), name: "1.xml")
    let row = try await bench.session.one("SELECT file_id, ordinal FROM sepad.inbound_entry WHERE disposition = 'open'")
    let stamp = Stamp(at: Bench.start, actor: "anna")
    try await bench.session.ignore(
      EntryID(file: try row.integer(0), ordinal: try row.integer(1)), because: "not ours", stamp)
    let movements = [booked(5, undoes: false), booked(6, undoes: true), booked(8, undoes: false)]
    try await bench.apply(BankStatement.text(movements, id: "S-2"), name: "2.xml")
    #expect(try await bench.states() == ["M-1-0": "returned"])
    #expect(try await Rehearsal(bench).differences == [])
  }

  @Test func `the configured database itself is refused, and nothing changes`() async throws {
    let (bench, _) = try await settled()
    let before = try await Self.everything(bench)
    await #expect(throws: CopyFault.self) { try await Rehearsal(bench, into: bench.conninfo) }
    // By another way to the same place.
    let byAnother = bench.conninfo + " application_name=other"
    await #expect(throws: CopyFault.self) { try await Rehearsal(bench, into: byAnother) }
    #expect(try await Self.everything(bench) == before)
  }

  @Test func `what is no copy, or is at work, is refused`() async throws {
    let (bench, copy) = try await settled()
    func fault(_ conninfo: String) async throws -> String {
      do {
        _ = try await Rehearsal(bench, into: conninfo)
        return "none"
      } catch let fault as CopyFault { return "\(fault.rule): \(fault.found)" }
    }
    #expect(try await fault(PrivatePostgres.shared.makeDatabase()) == "is a copy: no tables of sepad")
    let (other, _) = try await settled(reference: "OTHER")
    #expect(try await fault(other.conninfo).hasPrefix("is a copy: report 1, which"))
    let empty = try await Bench()
    try await empty.request(amounts: ["7.00"])
    #expect(try await fault(empty.conninfo).hasPrefix("is a copy: collection 1, which"))
    let daemon = Session(conninfo: copy, name: "react")
    try await daemon.run("SELECT 1")
    #expect(try await fault(copy) == "nobody else works on it: 1 other connections (sepad react)")
    await daemon.disconnect()
    #expect(try await fault(copy) == "none")
  }

  @Test func `what came or moved since the copy was made is no difference`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50", "20.00"])
    let message = try #require(try await bench.sealAndSubmit().first)
    try await bench.apply(Reports.named("settle", message: message, sequence: 1))
    try await bench.keep(Reports.pain002(message, id: "P-1", items: [("M-1-1", "RJCT")]), name: "waiting.xml")
    let copy = try await bench.copy()
    try await bench.apply(Reports.named("return", message: message, sequence: 2))
    #expect(try await bench.states() == ["M-1-0": "returned", "M-1-1": "rejected"])
    let replay = try await Rehearsal(bench, into: copy)
    #expect(replay.differences == [])
    #expect(replay.outcome.waiting == 1 && replay.outcome.newerReports == 1 && replay.outcome.movedSince == 3)
  }

  @Test func `a copy of an older schema is brought to this one first`() async throws {
    let (bench, copy) = try await settled()
    let next = Migration(
      number: Migration.all.count + 1, name: "next", sql: "ALTER TABLE sepad.inbound_entry ADD COLUMN novelty integer")
    let replay = try await Rehearsal(bench, into: copy, migrator: Migrator(migrations: Migration.all + [next]))
    #expect(replay.differences == [] && replay.told.first == "copy: applied migration \(next.number) next")
    try await Migrator().requireCurrent(bench.session)
  }

  // MARK: Set up

  /// One collection of 12.50, settled by one report.
  private func settled(reference: String = "C") async throws -> (bench: Bench, copy: String) {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    _ = try await bench.sealAndSubmit()
    let payment = Booking.Payment(endToEndID: "M-1-0", amount: "12.50")
    try await bench.apply(BankStatement.text([Booking(amount: "12.50", payments: [payment])], id: reference))
    #expect(try await bench.states() == ["M-1-0": "settled"])
    return (bench, try await bench.copy())
  }

  /// A digest of all rows that a replay touches in a copy.
  private static func everything(_ bench: Bench) async throws -> [String] {
    var digests: [String] = []
    for table in [
      "collection_status", "outbound_file", "inbound_file", "inbound_entry", "inbound_statement", "entry_decision",
      "payment_event", "file_history", "job", "delivery", "subscription",
    ] {
      let row = try await bench.session.one(
        "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') FROM sepad.\(table) t")
      digests.append("\(table) \(try row.text(0))")
    }
    return digests
  }
}

/// One replay of a bench into a copy.
private struct Rehearsal {
  let conninfo: String
  let outcome: Replay.Outcome
  let differences: [String]
  /// Its progress.
  let told: [String]

  /// - Parameter copy: nil makes one.
  init(_ bench: Bench, into copy: String? = nil, migrator: Migrator = Migrator()) async throws {
    if let copy { conninfo = copy } else { conninfo = try await bench.copy() }
    let session = Session(conninfo: conninfo, name: "replay")
    let lines = Lines()
    outcome = try await Replay(source: bench.session, copy: session, log: bench.log, migrator: migrator).run(
      key: Int64.random(in: .min ... .max), tell: { lines.told.append($0) },
      differs: { lines.differences.append("\($0)") })
    differences = lines.differences
    told = lines.told
    await session.disconnect()
    #expect(outcome.differences == differences.count)
  }

  /// Rows of a table of the copy.
  func count(_ table: String) async throws -> Int64 {
    let session = Session(conninfo: conninfo, name: "test")
    let count = try await session.one("SELECT count(*) FROM \(table)").integer(0)
    await session.disconnect()
    return count
  }

  private final class Lines: @unchecked Sendable {  // Used by one task, a call at a time.
    var told: [String] = []
    var differences: [String] = []
  }
}

extension Bench {
  /// A copy of this database; the bench goes on with a new connection.
  /// - Returns: its libpq connection string.
  func copy() async throws -> String {
    await session.disconnect()
    return try PrivatePostgres.shared.copyDatabase(conninfo)
  }
}
