import Channels
import SEPA
import Store
import TestSupport
import Testing
import Work

/// Several daemons, and one that stood still: who no longer holds the right can change nothing.
@Suite struct FencingTests {
  private static let stamp = Stamp(at: Bench.start, actor: "test")

  /// One sealed file.
  private func benchWithFile() async throws -> (bench: Bench, file: SealedFile) {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    try await bench.seal()
    return (bench, try #require(try await bench.session.unfinishedFiles(bank: "sandbox", at: Bench.start).first))
  }

  private func move(_ bench: Bench, _ file: Int64, _ event: FileEvent, attempt: Int?) async throws -> FileState? {
    try await bench.session.transaction { session in
      try session.moveFile(file, event, evidence: "test", attempt: attempt, Self.stamp)
    }
  }

  @Test func `the outcome of an attempt that was overtaken moves nothing`() async throws {
    let (bench, file) = try await benchWithFile()
    #expect(try await move(bench, file.id, .sendBegan, attempt: 0) == .sending)
    // Another daemon finds it, proves that nothing arrived, and sends it itself.
    #expect(try await move(bench, file.id, .outcomeUnknown, attempt: 1) == .uncertain)
    #expect(try await move(bench, file.id, .notSent, attempt: 1) == .sealed)
    #expect(try await move(bench, file.id, .sendBegan, attempt: 1) == .sending)
    // The first one wakes up, with what it believes.
    for event in [FileEvent.notSent, .outcomeUnknown, .delivered] {
      #expect(try await move(bench, file.id, event, attempt: 1) == nil)
    }
    // And one that read the list before that cannot begin again.
    #expect(try await move(bench, file.id, .sendBegan, attempt: 0) == nil)
    #expect(try await move(bench, file.id, .delivered, attempt: 2) == .submitted)
  }

  @Test func `what arrived is at the bank, whichever attempt brought it`() async throws {
    let (bench, file) = try await benchWithFile()
    var slow = bench.bank
    slow.channel = OvertakenBank(session: bench.session, file: file.id)
    let spool = try TemporaryDirectory()
    // While this daemon's upload runs, another one has found the file, and given it back to be sent.
    _ = try await Exchange(session: bench.session, bank: slow, spoolDirectory: spool.path, log: bench.log).run { Bench.start }
    withExtendedLifetime(spool) {}
    #expect(try await bench.session.one("SELECT state FROM sepad.outbound_file")[0] == "submitted")
    #expect(try await bench.states() == ["M-1-0": "submitted"])
  }

  @Test func `who loses the connection that holds a right gets an error, not a new connection`() async throws {
    let bench = try await Bench()
    let holder = Session(conninfo: bench.conninfo, name: "holder")
    #expect(try await holder.lockBank("sandbox"))
    let pid = try await holder.one("SELECT pg_backend_pid()").integer(0)
    try await bench.session.run("SELECT pg_terminate_backend($1::int)", [.integer(pid)])
    await #expect(throws: StoreFault.self) { try await holder.run("SELECT 1") }
    // Given up, it may begin anew, and must ask for the right again.
    try await waitUntil("the lock is free") { try await bench.session.lockBank("sandbox") }
    #expect(try await holder.lockBank("sandbox") == false)
    #expect(try await bench.session.holders().rows.map { $0[4] } == ["at work"])
  }

  @Test func `a commit whose connection is gone is never taken for one`() async throws {
    let bench = try await Bench()
    let other = Session(conninfo: bench.conninfo, name: "other")
    await #expect(throws: (any Error).self) {
      try await other.transaction { session in
        try session.run("INSERT INTO sepad.holder (what, daemon, since, beat_at) VALUES ('x', 'x', now(), now())")
        let pid = try session.one("SELECT pg_backend_pid()").integer(0)
        try await bench.session.run("SELECT pg_terminate_backend($1::int)", [.integer(pid)])
      }
    }
    await #expect(throws: StoreFault.shape("commit: found ROLLBACK, expected COMMIT")) {
      try await other.transaction { session in
        _ = try? session.run("SELECT 1 / 0")
      }
    }
    #expect(try await bench.session.one("SELECT count(*) FROM sepad.holder").integer(0) == 0)
  }

  @Test func `a migration waits for nobody, and nobody meets a schema that is not its own`() async throws {
    let conninfo = try PrivatePostgres.shared.makeDatabase()
    let old = Migrator(migrations: Array(Migration.all.dropLast()))
    let session = Session(conninfo: conninfo, name: "migrator")
    _ = try await old.migrate(session)
    let daemon = Session(conninfo: conninfo, name: "daemon of yesterday", schemaVersion: Migrator.version - 1)
    try await daemon.run("SELECT 1")
    await #expect(throws: MigrationFault.busy(users: ["sepad daemon of yesterday from this machine"])) {
      _ = try await Migrator().migrate(session)
    }
    // Nothing was changed by the attempt, and the daemon goes on.
    try await daemon.run("SELECT 1")
    await daemon.disconnect()
    try await waitUntil("it is gone") { await (try? Migrator().migrate(session)) != nil }
    await #expect(throws: StoreFault.schema(found: "version \(Migrator.version)", expected: "version \(Migrator.version - 1)")) {
      try await daemon.run("SELECT 1")
    }
    // With nothing to do, it disturbs nobody.
    let current = Session(conninfo: conninfo, name: "daemon", schemaVersion: Migrator.version)
    try await current.run("SELECT 1")
    #expect(try await Migrator().migrate(session).isEmpty)
  }

  @Test func `a person settles what nothing proves, once`() async throws {
    let (bench, file) = try await benchWithFile()
    func resolve(sent: Bool) async throws -> FileState {
      try await bench.session.resolve(file.messageID, sent: sent, because: "the bank said so", Stamp(at: Bench.start, actor: "jo"))
    }
    await #expect(throws: ResolveFault.self, "it is not uncertain") { _ = try await resolve(sent: true) }
    _ = try await move(bench, file.id, .sendBegan, attempt: nil)
    _ = try await move(bench, file.id, .outcomeUnknown, attempt: nil)
    #expect(try await resolve(sent: false) == .sealed)
    _ = try await move(bench, file.id, .sendBegan, attempt: nil)
    _ = try await move(bench, file.id, .outcomeUnknown, attempt: nil)
    #expect(try await resolve(sent: true) == .submitted)
    let history = try await bench.session.run("SELECT evidence, actor FROM sepad.file_history WHERE actor = 'jo'").rows
    #expect(history.map { $0[0] } == ["the bank said so", "the bank said so"])
  }
}

/// Takes a file, and meanwhile another daemon decides that nothing arrived.
private struct OvertakenBank: BankChannel {
  let session: Session
  let file: Int64

  func submit(_ file: LocalFile) async -> SubmitOutcome {
    do {
      try await session.transaction { session in
        for event in [FileEvent.outcomeUnknown, .notSent, .sendBegan] {
          try session.moveFile(self.file, event, evidence: "another daemon", Stamp(at: Bench.start, actor: "other"))
        }
      }
    } catch { Issue.record(error) }
    return .delivered(evidence: "it lies there")
  }

  func locate(remoteName: String, size: Int64, attempt: Int) async throws(ChannelFault) -> Sighting { .unknown("not asked") }
  func list() async throws(ChannelFault) -> [RemoteFile] { [] }
  func download(_ file: RemoteFile, to path: String, limit: Int64) async throws(ChannelFault) {}
  func acknowledge(_ file: RemoteFile) async throws(ChannelFault) {}
  func probe() async throws(ChannelFault) -> String { "" }
}
