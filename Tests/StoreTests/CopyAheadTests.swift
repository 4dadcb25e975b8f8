import Store
import TestSupport
import Testing

@Suite("Rows that are sent ahead")
struct CopyAheadTests {
  private func session() async throws -> Session {
    let session = Session(conninfo: try PrivatePostgres.shared.makeDatabase(), name: "ahead")
    try await session.run("CREATE TABLE t (a int)")
    return session
  }

  private static func rows(_ values: String...) -> CopyText {
    var rows = CopyText()
    for value in values {
      rows.add(value)
      rows.endRow()
    }
    return rows
  }

  private static let copy = "COPY t FROM STDIN"

  @Test("are there for the next statement, batch after batch")
  func batches() async throws {
    let session = try await session()
    try await session.transaction { session in
      for values in [("1", "2"), ("3", "4")] {
        var rows = Self.rows(values.0, values.1)
        try session.copyAhead(Self.copy, &rows)
        #expect(rows.rows == 0)
      }
      #expect(try session.one("SELECT sum(a) FROM t").integer(0) == 10)
      var none = CopyText()
      try session.copyAhead("not even SQL", &none)
    }
    #expect(try await session.one("SELECT count(*) FROM t").integer(0) == 4)
  }

  /// Ways to go on after rows that the server does not take.
  enum Next: CaseIterable { case statement, script, copy, copyAhead, commit }

  @Test("and are wrong: the next call says so, nothing is kept, and the session serves on", arguments: Next.allCases)
  func wrong(next: Next) async throws {
    let session = try await session()
    let fault = await #expect(throws: StoreFault.self) {
      try await session.transaction { session in
        var good = Self.rows("1")
        var bad = Self.rows("2", "no number")
        var later = Self.rows("3")
        try session.copyAhead(Self.copy, &good)
        try session.copyAhead(Self.copy, &bad)
        switch next {
        case .statement: try session.run("SELECT 1")
        case .script: try session.script("SELECT 1; SELECT 2")
        case .copy: try session.copy(Self.copy, &later)
        case .copyAhead: try session.copyAhead(Self.copy, &later)
        case .commit: return
        }
        Issue.record("went on")
      }
    }
    #expect(fault == .server(sqlState: "22P02", message: "data exception", constraint: nil))
    #expect(try await session.one("SELECT count(*) FROM t").integer(0) == 0)
    var rows = Self.rows("5")
    #expect(try await session.copy(Self.copy, &rows) == 1)
  }
}
