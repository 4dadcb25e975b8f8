import Store
import TestSupport
import Testing

@Suite("A session in trouble")
struct SessionFaultTests {
  /// Reached through a proxy that can stop taking bytes.
  private func stalled() async throws -> (Session, FaultProxy) {
    let postgres = PrivatePostgres.shared
    let proxy = try FaultProxy(.socket("\(postgres.directory)/.s.PGSQL.5432"))
    let name = try postgres.makeDatabase().split(separator: "=").last ?? ""
    let session = Session(conninfo: "host=127.0.0.1 port=\(proxy.port) user=postgres dbname=\(name)", name: "stalled", timeLimit: 1)
    try await session.run("CREATE TABLE t (a text)")
    return (session, proxy)
  }

  @Test("gives up a large parameter in its time")
  func parameter() async throws {
    let (session, proxy) = try await stalled()
    proxy.set(.stall(after: 0, to: .server))
    await #expect(throws: StoreFault.timedOut(seconds: 1)) {
      try await session.run("SELECT length($1)", [.bytes([UInt8](repeating: 0, count: 64 << 20))])
    }
    #expect(proxy.strikes > 0)
    proxy.set(.none)
    #expect(try await session.one("SELECT 1").integer(0) == 1)
  }

  @Test("gives up a COPY in its time")
  func copy() async throws {
    let (session, proxy) = try await stalled()
    let text = String(repeating: "a", count: 1 << 20)
    await #expect(throws: StoreFault.timedOut(seconds: 1)) {
      try await session.copyIn("COPY t FROM STDIN") { session in
        for turn in 0..<64 {
          if turn == 1 { proxy.set(.stall(after: 0, to: .server)) }
          var rows = CopyText()
          rows.add(text)
          rows.endRow()
          try session.send(&rows)
        }
      }
    }
    #expect(proxy.strikes > 0)
    proxy.set(.none)
    #expect(try await session.one("SELECT count(*) FROM t").integer(0) == 0)
  }

  @Test("that lost its connection within a transaction says so, whatever was made of the loss", arguments: [
    (isScript: false, asksMore: false), (false, true), (true, false), (true, true),
  ])
  func lostWithin(isScript: Bool, asksMore: Bool) async throws {
    let session = Session(conninfo: try PrivatePostgres.shared.makeDatabase(), name: "losing")
    try await session.run("CREATE TABLE t (a text)")
    await #expect(throws: StoreFault.self) {
      try await session.transaction { session in
        try session.run("INSERT INTO t VALUES ('before')")
        let ending = "SELECT pg_terminate_backend(pg_backend_pid())"
        #expect(throws: StoreFault.self) { if isScript { try session.script(ending) } else { try session.run(ending) } }
        if asksMore { try session.run("INSERT INTO t VALUES ('after')") }
      }
    }
    #expect(try await session.one("SELECT count(*) FROM t").integer(0) == 0)
  }

  /// Runs `statement` in a task that is cancelled once the server works on it.
  private func cancelled(_ statement: String, patience: Int) async throws -> Row {
    let conninfo = try PrivatePostgres.shared.makeDatabase()
    let witness = Session(conninfo: conninfo, name: "witness")
    let asked = Task {
      try await Session(conninfo: conninfo, name: "ending", timeLimit: 60, patience: patience).one(statement)
    }
    func isWorking() async throws -> Bool {
      try await witness.one(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'sepad ending' AND state = 'active' AND datname = current_database())"
      ).bool(0)
    }
    try await waitUntil("the server works on it") { try await isWorking() }
    asked.cancel()
    let answer = await asked.result
    try await waitUntil("the server works on it no more") { try await !isWorking() }
    return try answer.get()
  }

  @Test("whose task is cancelled lets a statement end")
  func ends() async throws {
    #expect(try await cancelled("SELECT 17 FROM pg_sleep(2)", patience: 15).integer(0) == 17)
  }

  @Test("whose task is cancelled waits no longer than its patience, and the server gives up too")
  func patience() async throws {
    let began = ContinuousClock.now
    await #expect(throws: StoreFault.timedOut(seconds: 1)) { try await cancelled("SELECT pg_sleep(50)", patience: 1) }
    #expect(began.duration(to: .now) < .seconds(30))
  }

  @Test("each fault has its word", arguments: [
    (StoreFault.server(sqlState: "53100", message: "", constraint: nil), StoreFault.Kind.diskFull),
    (.server(sqlState: "57P01", message: "", constraint: nil), .unreachable),
    (.server(sqlState: "57014", message: "", constraint: nil), .noAnswer),
    (.server(sqlState: "40P01", message: "", constraint: nil), .conflict),
    (.server(sqlState: "55P03", message: "", constraint: nil), .conflict),
    (.server(sqlState: "25006", message: "", constraint: nil), .readOnly),
    (.server(sqlState: "XX001", message: "", constraint: nil), .damaged),
    (.server(sqlState: "23505", message: "", constraint: "k"), .refused),
    (.connection("FATAL:  sorry, too many clients already"), .outOfConnections),
    (.connection("FATAL:  remaining connection slots are reserved for others"), .outOfConnections),
    (.connection("session is read-only"), .readOnly), (.connection("connection lost"), .unreachable),
    (.timedOut(seconds: 1), .noAnswer), (.schema(found: "1", expected: "2"), .schema),
  ])
  func kinds(_ fault: StoreFault, _ kind: StoreFault.Kind) {
    #expect(fault.kind == kind)
  }
}
