import SEPA
import Store
import TestSupport
import Testing

@Suite struct MigrationTests {
  @Test func `a fresh database takes every migration once`() async throws {
    let session = Session(conninfo: try PrivatePostgres.shared.makeDatabase(), name: "test")
    let applied = try await Migrator().migrate(session)
    #expect(applied.map(\.number) == Array(1...Migration.all.count))
    #expect(try await Migrator().migrate(session).isEmpty)
    try await Migrator().requireCurrent(session)
  }

  @Test func `a changed old migration is refused`() async throws {
    let session = Session(conninfo: try PrivatePostgres.shared.makeDatabase(), name: "test")
    _ = try await Migrator(migrations: [Migration(number: 1, name: "one", sql: "CREATE TABLE a (b int)")]).migrate(session)
    await #expect(throws: MigrationFault.changed(number: 1, name: "one")) {
      try await Migrator(migrations: [Migration(number: 1, name: "one", sql: "CREATE TABLE a (b bigint)")]).migrate(session)
    }
  }

  @Test func `a failing migration leaves nothing of itself`() async throws {
    let session = Session(conninfo: try PrivatePostgres.shared.makeDatabase(), name: "test")
    let good = Migration(number: 1, name: "good", sql: "CREATE TABLE a (b int)")
    let bad = Migration(number: 2, name: "bad", sql: "CREATE TABLE c (d int); SELECT 1/0")
    await #expect(throws: StoreFault.self) { try await Migrator(migrations: [good, bad]).migrate(session) }
    #expect(try await session.one("SELECT to_regclass('a') IS NOT NULL AND to_regclass('c') IS NULL").bool(0))
  }

  @Test func `a database of a newer sepad is refused`() async throws {
    let session = Session(conninfo: try PrivatePostgres.shared.makeDatabase(), name: "test")
    _ = try await Migrator(migrations: [
      Migration(number: 1, name: "one", sql: "SELECT 1"), Migration(number: 2, name: "two", sql: "SELECT 2"),
    ]).migrate(session)
    await #expect(throws: MigrationFault.newer(found: 2, known: 1)) {
      try await Migrator(migrations: [Migration(number: 1, name: "one", sql: "SELECT 1")]).migrate(session)
    }
  }

  @Test func `two migrators at once apply each step once`() async throws {
    let conninfo = try PrivatePostgres.shared.makeDatabase()
    let counts = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 1...4 {
        group.addTask { try await Migrator().migrate(Session(conninfo: conninfo, name: "test \(number)")).count }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(counts.sorted() == [0, 0, 0, Migration.all.count])
  }

  @Test func `a creditor of before the calendar goes on as it did, and may be told otherwise`() async throws {
    let session = Session(conninfo: try PrivatePostgres.shared.makeDatabase(), name: "test")
    _ = try await Migrator(migrations: Array(Migration.all.prefix { $0.name != "calendar" })).migrate(session)
    try await session.run(
      """
      INSERT INTO sepad.creditor (key, name, creditor_identifier, language, configured_at)
      VALUES ('old', 'OLD SA', 'FR72ZZZ123456', 'fr', now())
      """)
    _ = try await Migrator().migrate(session)
    #expect(try await session.one("SELECT closed_day FROM sepad.creditor WHERE key = 'old'")[0] == "following")
    for convention in DayConvention.allCases {
      try await session.run("UPDATE sepad.creditor SET closed_day = $1", [.text(convention.rawValue)])
    }
    await #expect(throws: StoreFault.self) { try await session.run("UPDATE sepad.creditor SET closed_day = 'next'") }
  }

  @Test func `a creditor of before the notices tells its debtors by itself, and what waits goes on`() async throws {
    let session = Session(conninfo: try PrivatePostgres.shared.makeDatabase(), name: "test")
    _ = try await Migrator(migrations: Array(Migration.all.prefix { $0.name != "notices" })).migrate(session)
    try await session.run(
      """
      INSERT INTO sepad.creditor (key, name, creditor_identifier, language, configured_at)
      VALUES ('old', 'OLD SA', 'FR72ZZZ123456', 'fr', now())
      """)
    _ = try await Migrator().migrate(session)
    let row = try await session.one(
      "SELECT notice_by, notice_days, notice_missing, sepad.obstacle('active', 1), sepad.obstacle('suspended', 1) FROM sepad.creditor")
    #expect((0...4).map { row[$0] } == [nil, "14", "hold", nil, "mandate suspended"])
    await #expect(throws: StoreFault.self) { try await session.run("UPDATE sepad.creditor SET notice_by = 'post'") }
    await #expect(throws: StoreFault.self) { try await session.run("UPDATE sepad.creditor SET notice_days = 0") }
  }

  @Test func `collections of before the running totals are counted in them`() async throws {
    let session = Session(conninfo: try PrivatePostgres.shared.makeDatabase(), name: "test")
    _ = try await Migrator(migrations: Array(Migration.all.prefix { $0.name != "totals" })).migrate(session)
    try await session.script(
      """
      INSERT INTO sepad.creditor (key, name, creditor_identifier, language, configured_at)
      VALUES ('old', 'OLD SA', 'FR72ZZZ123456', 'fr', now());
      INSERT INTO sepad.creditor_account (creditor_id, key, iban, bank) VALUES (1, 'main', 'FR7630006000011234567890189', 'house');
      INSERT INTO sepad.debtor (name, iban) VALUES ('Roux', 'DE89370400440532013000');
      INSERT INTO sepad.mandate (creditor_id, reference, scheme, recurrent, signed_on, debtor_id, request_key, request_digest,
        accepted_at) VALUES (1, 'M-1', 'CORE', true, '2026-01-02', 1, 'M-1', '', now());
      INSERT INTO sepad.collection (creditor_id, account_id, mandate_id, scheme, sequence_type, amount_cents, requested_date,
        end_to_end_id, request_key, request_digest, accepted_at)
      SELECT 1, 1, 1, 'CORE', 'RCUR', n, '2026-12-18', 'E-' || n, 'C-' || n, '', now() FROM generate_series(1, 100) n;
      INSERT INTO sepad.collection_status (collection_id, state, collection_date, moved_at)
      SELECT id, CASE WHEN id <= 60 THEN 'settled' ELSE 'scheduled' END::sepad.collection_state, '2026-12-18', now()
      FROM sepad.collection;
      """)
    _ = try await Migrator().migrate(session)
    func totals() async throws -> [String] {
      try await session.stateTotals().filter { $0.cents != 0 }.map { "\($0.state.rawValue) \($0.collections) \($0.cents)" }
    }
    #expect(try await totals() == ["scheduled 40 3220", "settled 60 1830"])
    try await session.run("UPDATE sepad.collection_status SET state = 'returned' WHERE collection_id = 60")
    #expect(try await totals() == ["scheduled 40 3220", "settled 59 1770", "returned 1 60"])
    #expect(try await session.correctTotals() == [])
  }

  @Test func `SQL holds the same machines as SEPA`() async throws {
    let session = Session(conninfo: try PrivatePostgres.shared.makeDatabase(), name: "test")
    _ = try await Migrator().migrate(session)
    try await compare(CollectionState.self, "collection", session)
    try await compare(FileState.self, "file", session)
    try await compare(MandateState.self, "mandate", session)
  }

  private func compare<Machine: StateMachine>(_: Machine.Type, _ name: String, _ session: Session) async throws {
    let rows = try await session.run("SELECT from_state, event, to_state FROM sepad.\(name)_transition").rows.map {
      [try $0.text(0), try $0.text(1), try $0.text(2)]
    }
    #expect(Set(rows) == Set(MachineTable<Machine>.rows().map { [$0.from, $0.event, $0.to] }), "\(name)")
    let states = try await session.run("SELECT unnest(enum_range(NULL::sepad.\(name)_state))::text").rows.map { try $0.text(0) }
    #expect(states == Machine.allCases.map(\.rawValue), "sepad.\(name)_state")
    let events = try await session.run("SELECT unnest(enum_range(NULL::sepad.\(name)_event))::text").rows.map { try $0.text(0) }
    #expect(events == Machine.Event.allCases.map(\.rawValue), "sepad.\(name)_event")
  }

  @Test func `the intake role may insert requests and nothing else`() async throws {
    let session = Session(conninfo: try PrivatePostgres.shared.makeDatabase(), name: "test")
    _ = try await Migrator().migrate(session)
    try await session.run("SET ROLE sepad_intake")
    try await session.run("INSERT INTO intake.collection_request (request_key, amount) VALUES ('k', 'nonsense')")
    for forbidden in [
      "SELECT * FROM intake.collection_request", "UPDATE intake.collection_request SET amount = '1'",
      "DELETE FROM intake.collection_request", "INSERT INTO intake.collection_request (answer) VALUES ('accepted')",
      "SELECT * FROM sepad.collection", "INSERT INTO sepad.creditor (key) VALUES ('x')",
    ] {
      await #expect(throws: StoreFault.self, "\(forbidden)") { try await session.run(forbidden) }
    }
  }
}
