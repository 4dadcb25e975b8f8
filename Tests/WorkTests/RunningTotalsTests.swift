import SEPA
import Store
import TestSupport
import Testing
import Work

/// The totals that the status shows are kept, not read: right at any moment, whoever writes beside whom.
@Suite struct RunningTotalsTests {
  @Test func `every state counts, on the way there and back`() async throws {
    let bench = try await Bench(maxTransactions: 4)
    let stamp = Stamp(at: Bench.start, actor: "test")
    try await bench.request(amounts: (0..<10).map { "\($0 + 1).25" })
    try await expectTotalsAddUp(bench.session)
    _ = try await Dating(session: bench.session).run(bench.bank, at: Bench.start)
    try await bench.session.cancel(10, because: "test", stamp)
    try await expectTotalsAddUp(bench.session)
    try await bench.seal()
    try await expectTotalsAddUp(bench.session)
    // One file back, one uncertain, one yet to be sent.
    try await bench.session.transaction { session in
      try session.moveFile(1, .withdrawn, evidence: "test", stamp)
      for event in [FileEvent.sendBegan, .outcomeUnknown] { try session.moveFile(2, event, evidence: nil, stamp) }
    }
    try await expectTotalsAddUp(bench.session)
    #expect(try await kept(bench) == ["scheduled 4 1100", "sealed 5 3625", "cancelled 1 1025"])
    let messages = try await bench.sealAndSubmit()
    #expect(messages.count == 3)
    try await expectTotalsAddUp(bench.session)
    let words = ["accept", "settle", "reject", "return"]
    for message in messages {
      for (index, word) in words.enumerated() {
        try await bench.apply(
          Reports.named(word, message: message, sequence: index), name: "\(word)-\(index)-\(message).xml")
        try await expectTotalsAddUp(bench.session, "\(word)")
      }
    }
    let before = try await kept(bench)
    #expect(try await bench.session.foldTotals(from: 1) == before.count)
    #expect(try await kept(bench) == before)
    #expect(try await bench.session.one("SELECT count(*) FROM sepad.state_tally").integer(0) == Int64(before.count))
    #expect(try await bench.session.foldTotals() == nil, "few are left as they are")
    #expect(try await bench.session.reconcile(by: .file).contradictions == [])
  }

  @Test func `a new date, and a move of nothing, leave no row`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    _ = try await bench.session.foldTotals(from: 0)
    let rows = "SELECT string_agg(concat_ws(' ', id, state, collections, cents), ', ') FROM sepad.state_tally"
    let before = try await bench.session.one(rows)[0]
    try await bench.session.run("UPDATE sepad.collection_status SET collection_date = '2026-12-09'")
    try await bench.session.run("UPDATE sepad.collection_status SET state = 'settled' WHERE collection_id = 77")
    #expect(try await bench.session.one(rows)[0] == before)
    // A row that goes takes its sum with it.
    try await bench.session.run("DELETE FROM sepad.collection_status")
    #expect(try await kept(bench) == [])
  }

  @Test func `two that move at once do not wait for each other, and both count`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["1.00", "2.00", "4.00"])
    _ = try await Dating(session: bench.session).run(bench.bank, at: Bench.start)
    let (first, second) = (Self.other(bench), Self.other(bench))
    try await second.run("SET lock_timeout = '10s'")
    try await first.run("BEGIN")
    try await first.run(Self.cancel(1))
    try await second.run("BEGIN")
    try await second.run(Self.cancel(2))
    // Nor does whoever folds, and what is not committed yet is not lost by it.
    try await bench.session.foldTotals(from: 0)
    #expect(try await kept(bench) == ["scheduled 3 700"])
    try await second.run("COMMIT")
    #expect(try await kept(bench) == ["scheduled 2 500", "cancelled 1 200"])
    try await first.run("COMMIT")
    #expect(try await kept(bench) == ["scheduled 1 400", "cancelled 2 300"])
    try await expectTotalsAddUp(bench.session)
  }

  @Test func `what is rolled back counts for nothing`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["1.00", "2.00"])
    struct Stop: Error {}
    await #expect(throws: Stop.self) {
      try await bench.session.transaction { session in
        _ = try session.cancelBare(1)
        try session.foldTotals(from: 0)
        #expect(try session.stateTotals().first { $0.state == .cancelled }?.cents == 100, "seen by its own")
        throw Stop()
      }
    }
    #expect(try await kept(bench) == ["requested 2 300"])
    try await expectTotalsAddUp(bench.session)
  }

  @Test func `folding beside those who move loses nothing, and every reader sees all of it`() async throws {
    let (writers, moves) = (4, 60)
    let bench = try await Bench()
    try await bench.request(amounts: (0..<writers).map { "\($0 + 1).00" })
    let all: (collections: Int64, cents: Int64) = (Int64(writers), Int64(writers * (writers + 1) / 2 * 100))
    let writing = Countdown(writers)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 1...writers {
        group.addTask {
          let session = Self.other(bench)
          for move in 0..<moves {
            let state = move % 2 == 0 ? "cancelled" : "requested"
            let statement = "UPDATE sepad.collection_status SET state = '\(state)' WHERE collection_id = \(writer)"
            // Some of them are taken back.
            if move % 10 == 5 {
              for sql in ["BEGIN", statement, "ROLLBACK"] { try await session.run(sql) }
            }
            try await session.run(statement)
          }
          await writing.done()
        }
      }
      for _ in 0..<2 {
        group.addTask {
          let session = Self.other(bench)
          while await writing.left > 0 { try await session.foldTotals(from: 0) }
        }
      }
      group.addTask {
        let session = Self.other(bench)
        while await writing.left > 0 {
          let totals = try await session.stateTotals()
          #expect(totals.reduce(0) { $0 + $1.collections } == all.collections)
          #expect(totals.reduce(0) { $0 + $1.cents } == all.cents)
        }
      }
      try await group.waitForAll()
    }
    try await expectTotalsAddUp(bench.session)
    try await bench.session.foldTotals(from: 0)
    try await expectTotalsAddUp(bench.session)
    #expect(try await kept(bench) == ["requested 4 1000"])
  }

  @Test func `reconciling names what was falsified, and corrects it beside those who move`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50", "7.50"])
    _ = try await bench.sealAndSubmit()
    try await bench.session.run("INSERT INTO sepad.state_tally (state, collections, cents) VALUES ('settled', 1, 5)")
    try await bench.session.run("UPDATE sepad.collection_status SET amount_cents = 1251 WHERE collection_id = 1")
    let expected = [
      "collection 1: amount beside its state: found 12.51, expected 12.50",
      "running total of submitted: what its collections come to: found 2 of 20.01, expected 2 of 20.00",
      "running total of settled: what its collections come to: found 1 of 0.05, expected 0 of 0.00",
    ]
    let found = try await bench.session.reconcile(by: .creditor)
    #expect(!found.holds && found.contradictions.sorted() == expected.sorted())
    #expect(try await !bench.session.fileSums().addUp)

    let mover = Self.other(bench)
    try await mover.run("BEGIN")
    try await mover.run("UPDATE sepad.collection_status SET state = 'accepted' WHERE collection_id = 2")
    #expect(try await bench.session.correctTotals().sorted() == expected.sorted())
    try await mover.run("COMMIT")
    try await expectTotalsAddUp(bench.session)
    #expect(try await bench.session.correctTotals() == [])
    #expect(try await kept(bench) == ["submitted 1 1250", "accepted 1 750"])
  }

  @Test func `a collection that says to be at a bank and stands in no file is named`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    try await bench.session.run("UPDATE sepad.collection_status SET state = 'settled', collection_date = '2026-12-03'")
    let found = try await bench.session.reconcile(by: .creditor).contradictions
    #expect(found.contains("collection 1: stands in a file that a bank holds: found settled and no such file, expected one"))
    #expect(try await !bench.session.fileSums().addUp)
  }

  // MARK: Support

  private static func other(_ bench: Bench) -> Session { Session(conninfo: bench.conninfo, name: "another") }

  private static func cancel(_ collection: Int) -> String {
    "UPDATE sepad.collection_status SET state = 'cancelled' WHERE collection_id = \(collection)"
  }

  /// As the status sees them.
  private func kept(_ bench: Bench) async throws -> [String] {
    try await bench.session.stateTotals().filter { $0.collections != 0 || $0.cents != 0 }
      .map { "\($0.state.rawValue) \($0.collections) \($0.cents)" }
  }
}

extension Session {
  fileprivate func cancelBare(_ collection: Int64) throws(StoreFault) -> Int {
    try run("UPDATE sepad.collection_status SET state = 'cancelled' WHERE collection_id = $1", [.integer(collection)]).affected
  }
}

/// How many are still at it.
private actor Countdown {
  private(set) var left: Int
  init(_ count: Int) { left = count }
  func done() { left -= 1 }
}
