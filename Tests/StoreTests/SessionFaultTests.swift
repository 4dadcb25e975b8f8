import Store
import TestSupport
import Testing

@Suite("A session whose server stands still")
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
