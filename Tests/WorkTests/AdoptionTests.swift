import Channels
import SEPA
import Store
import Synchronization
import TestSupport
import Testing

@testable import Work

/// A file that the bank has and the database forgot: known again where all of it is certain, else held.
@Suite struct AdoptionTests {
  /// Two collections were asked for; in a time that is forgotten they were built and sent, and the bank took the file.
  private static func world() async throws -> (before: RecoveryWorld, after: RecoveryWorld) {
    let world = try await RecoveryWorld()
    try await world.session.configure(
      creditors: [],
      subscriptions: [
        Subscription(endpoint: "mail:debtor", kind: "debtor_mail"), Subscription(endpoint: "webhook:erp", kind: "webhook"),
        Subscription(endpoint: "mail:finance", kind: "finance_mail"),
      ], at: Bench.start)
    try await world.bench.request(amounts: ["12.50", "13.50"])
    try await world.session.run("UPDATE sepad.debtor SET email = 'debtor@example.org'")
    let backup = try await world.backUp()
    try await world.work()
    world.bank.take()
    return (world, world.restored(backup))
  }

  private static let name = "SEPAD-20261201-1.xml"

  @Test func `it is a file again, with its bytes, and what the bank reports of it counts`() async throws {
    let (before, after) = try await Self.world()
    // One was refused in that time; the debtor may have been told.
    let refusal = Reports.pain002("SEPAD-20261201-1", id: "R-1", items: [("M-1-1", "RJCT")])
    after.bank.state.withLock { $0.done["r.xml"] = Array(refusal.utf8) }

    let findings = try await after.recovery.find(at: Bench.start)
    #expect(findings.messages.map(\.isAdoptable) == [true])
    #expect(try await after.ask("SELECT count(*) FROM sepad.outbound_file") == "0")
    // No daemon has fetched the report: whoever agrees does.
    var expected = RecoveryOutcome()
    (expected.adopted, expected.reminders) = (1, 1)
    #expect(try await after.agree() == expected)
    #expect(try await after.bench.states() == ["M-1-0": "submitted", "M-1-1": "rejected"])
    #expect(try await after.ask("SELECT state, begun_at FROM sepad.job WHERE kind = 'debtor_mail'") == "uncertain -")

    let row = """
      SELECT bank, creditor_id, scheme, message_id, created_at, remote_name, first_date, transactions, control_sum_cents,
        size_bytes, sha256, encode(sha256((SELECT string_agg(bytes, '' ORDER BY ordinal) FROM sepad.outbound_chunk)), 'hex'),
        (SELECT json_agg((b.ordinal, b.payment_information_id, b.account_id, b.scheme, b.sequence_type, b.collection_date,
          b.transactions, b.sum_cents) ORDER BY b.ordinal) FROM sepad.payment_block b),
        (SELECT json_agg((i.ordinal, i.collection_id, i.live) ORDER BY i.ordinal) FROM sepad.file_item i)
      FROM sepad.outbound_file
      """
    #expect(try await after.ask(row) == before.ask(row))
    #expect(
      try await after.ask("SELECT event, to_state, evidence, actor FROM sepad.file_history ORDER BY id") == """
        sealed sealed found in the archive, where the database had forgotten it jo | \
        sendBegan sending in the time that the database has forgotten jo | \
        delivered submitted found in the archive, where the database had forgotten it; each debit is a collection that waited jo | \
        accepted accepted reported by r.xml apply
        """)
    #expect(
      try await after.ask(
        "SELECT string_agg(event, ' ' ORDER BY id), min(collection_date::text) FROM sepad.payment_event WHERE collection_id = 1")
        == "requested dated sealed submitted 2026-12-03")
    // Every change is told.
    #expect(
      try await after.ask(
        "SELECT count(*) FROM sepad.payment_event v WHERE NOT EXISTS (SELECT FROM sepad.job j WHERE j.event_id = v.id AND kind = 'webhook')")
        == "0")

    try await after.work()
    try await after.bench.apply(Reports.named("settle", message: "", sequence: 2), name: "camt.xml")
    #expect(try await after.bench.states() == ["M-1-0": "settled", "M-1-1": "rejected"])
    #expect(try await after.session.reconcile(by: .block).contradictions == [])
    #expect(try await after.session.reconcile(by: .file).sums.rows.map { $0.last } == ["0.00"])
    #expect(try await after.ask("SELECT (SELECT count(*) FROM sepad.due), (SELECT count(*) FROM sepad.lost_debit), (SELECT count(*) FROM sepad.lost_message)") == "0 0 0")
    #expect(after.bank.submissions == [Self.name])
    // The next database knows it as well.
    let again = after.restored(try await after.backUp())
    try await again.work()
    #expect(try await again.session.epoch().isAgreed && again.bank.submissions == [Self.name])
    #expect(try await again.ask("SELECT number, actor FROM sepad.epoch ORDER BY number") == "1 sepad | 2 jo | 3 sepad")
  }

  /// What makes one of two debits, or the file, another than the database knows.
  static let differences: [(what: String, sql: String)] = [
    ("amount", "UPDATE sepad.collection SET amount_cents = 1351 WHERE id = 2"),
    ("mandate", "UPDATE sepad.mandate SET reference = 'M-7'"),
    ("debtor account", "UPDATE sepad.debtor SET iban = 'FR1420041010050500013M02606'"),
    ("remittance", "UPDATE sepad.collection SET remittance = 'another' WHERE id = 2"),
    ("end-to-end id", "UPDATE sepad.collection SET end_to_end_id = 'another' WHERE id = 2"),
    ("scheme", "UPDATE sepad.collection SET scheme = 'CORE' WHERE id = 2"),
    ("sequence", "UPDATE sepad.collection SET sequence_type = 'OOFF' WHERE id = 2"),
    ("creditor", "UPDATE sepad.creditor SET creditor_identifier = 'DE98ZZZ09999999999'"),
    ("account", "UPDATE sepad.creditor_account SET iban = 'FR1420041010050500013M02606'"),
    ("bank", "UPDATE sepad.creditor_account SET bank = 'other'"),
    ("a day before the one asked for", "UPDATE sepad.collection SET requested_date = '2026-12-04' WHERE id = 2"),
    ("asked for after the file was made", "UPDATE sepad.collection SET accepted_at = '2026-12-01T10:00:00Z' WHERE id = 2"),
    ("lost before", "INSERT INTO sepad.lost_message VALUES ('SEPAD-1', 1, 'sandbox', 'archive'); INSERT INTO sepad.lost_debit SELECT 'SEPAD-1', 1, creditor_identifier, 'M-1-1' FROM sepad.creditor WHERE key = 'acme'"),
    ("not on the worklist", "DELETE FROM sepad.due WHERE collection_id = 2; UPDATE sepad.collection_status SET state = 'cancelled' WHERE collection_id = 2"),
  ]

  @Test("what differs in anything is held whole", arguments: differences.map(\.what))
  func differs(_ what: String) async throws {
    let (_, after) = try await Self.world()
    let sql = try #require(Self.differences.first { $0.what == what }?.sql)
    try await after.session.script(sql)
    #expect(try await after.recovery.find(at: Bench.start).messages.map(\.isAdoptable) == [false])
    #expect(try await after.agree().adopted == 0)
    #expect(try await after.ask("SELECT count(*) FROM sepad.outbound_file") == "0")
    #expect(try await after.ask("SELECT message_id FROM sepad.lost_message WHERE epoch = 2") == "SEPAD-20261201-1")
    try await after.work()
    // The first one is what the file says, in all cases but those that change both.
    if ["amount", "remittance", "asked for after the file was made", "not on the worklist"].contains(what) {
      #expect(try await after.ask("SELECT held FROM sepad.due WHERE collection_id = 1") == "perhaps sent in SEPAD-20261201-1")
      #expect(after.bank.submissions == [Self.name])
    }
  }

  @Test("a file that is not what it says of itself is held", arguments: ["MsgId", "NbOfTxs", "CtrlSum", "PmtInfId", "debit"])
  func contradicts(_ element: String) async throws {
    let (_, after) = try await Self.world()
    after.bank.state.withLock { state in
      let text = String(decoding: state.archive?[Self.name] ?? [], as: UTF8.self)
      let changed =
        switch element {
        case "MsgId": text.replacing("<MsgId>SEPAD-20261201-1<", with: "<MsgId>SEPAD-20261201-8<")
        case "NbOfTxs": text.replacing("<NbOfTxs>2<", with: "<NbOfTxs>3<")
        case "CtrlSum": text.replacing("<CtrlSum>26.00<", with: "<CtrlSum>26.01<")
        case "PmtInfId": text.replacing("<PmtInfId>SEPAD-20261201-1-1<", with: "<PmtInfId>SEPAD-20261201-1-2<")
        // The same twice.
        default: text.replacing("M-1-1", with: "M-1-0")
        }
      state.archive?[Self.name] = Array(changed.utf8)
    }
    #expect(try await after.recovery.find(at: Bench.start).messages.map(\.isAdoptable) == [false])
    let outcome = try await after.agree()
    #expect(outcome.adopted == 0 && outcome.held > 0)
  }

  @Test func `what lies there in two files is held in both`() async throws {
    let (_, after) = try await Self.world()
    after.bank.state.withLock { state in
      let text = String(decoding: state.archive?[Self.name] ?? [], as: UTF8.self)
      state.inbox["SEPAD-20261201-8.xml"] = Array(text.replacing("SEPAD-20261201-1", with: "SEPAD-20261201-8").utf8)
    }
    #expect(try await after.recovery.find(at: Bench.start).messages.map(\.isAdoptable) == [false, false])
    let outcome = try await after.agree()
    #expect(outcome.adopted == 0 && outcome.held == 2)
  }

  @Test func `what was presented again in the forgotten time is held when its reject is heard of again`() async throws {
    let (before, after) = try await Self.world()
    let refusal = Reports.pain002("SEPAD-20261201-1", id: "R-1", items: [("M-1-1", "RJCT")])
    before.bank.state.withLock { $0.outbox["r.xml"] = Array(refusal.utf8) }
    try await before.work()
    try await before.session.run("UPDATE sepad.mandate SET state = 'active'")
    _ = try await before.session.represent(
      2, on: "2026-12-03", marks: [:], because: "test", Stamp(at: Bench.start, actor: "jo"))
    try await before.work()
    before.bank.take()
    #expect(before.bank.submissions.count == 2)

    let outcome = try await after.agree()
    #expect(outcome.adopted == 1 && outcome.held == 0)
    try await after.session.run("UPDATE sepad.mandate SET state = 'active'")
    _ = try await after.session.represent(
      2, on: "2026-12-04", marks: [:], because: "test", Stamp(at: Bench.start, actor: "jo"))
    try await after.work(at: Bench.start.adding(seconds: 86_400))
    #expect(before.bank.submissions.count == 2)
    #expect(try await after.ask("SELECT held FROM sepad.due") == "perhaps sent in SEPAD-20261201-2")
  }

  @Test func `a builder that is quicker than the person leaves nothing half done`() async throws {
    let (_, after) = try await Self.world()
    let findings = try await after.recovery.find(forAgreement: true, at: Bench.start)
    let other = Session(conninfo: after.bench.conninfo, name: "other", schemaVersion: Migrator.version)
    try await other.run("DELETE FROM sepad.due WHERE collection_id = 1")
    await #expect(throws: StoreFault.self) {
      _ = try await after.recovery.agree(
        findings, nothingLost: false, because: "test", Stamp(at: Bench.start, actor: "jo"))
    }
    #expect(try await other.one("SELECT count(*) FROM sepad.outbound_file").integer(0) == 0)
    #expect(try await other.epoch().isAgreed == false)
  }
}
