import SEPA
import Store
import Testing
import Work

/// A daemon looks for what is due whenever anybody commits anything, and what waits for its day may be a million: it costs
/// nothing to have it wait.
@Suite struct WaitingTests {
  private static let waiting = 3000

  @Test("a turn reads what there is to do, and nothing of what waits for its day or is held", arguments: [0, 20])
  func turn(due: Int) async throws {
    let bench = try await Bench()
    try await bench.request(amounts: Array(repeating: "1.00", count: Self.waiting), due: "2027-01-08", mandate: "M-LATER")
    if due > 0 { try await bench.request(amounts: Array(repeating: "2.00", count: due), mandate: "M-DUE") }
    #expect(try await Dating(session: bench.session).run(bench.bank, at: Bench.start) == Self.waiting + due)
    try await bench.session.run(
      "UPDATE sepad.due SET held = 'pre-notification not given' WHERE collection_date > '2027-01-01' AND collection_id % 2 = 0")
    // What was dated left its old rows behind, which the next reader would pass once.
    try await bench.session.run("VACUUM ANALYZE sepad.due")
    let before = try await bench.readings()
    #expect(try await Dating(session: bench.session).run(bench.bank, at: Bench.start) == 0)
    _ = try await PreNotifier(session: bench.session).run(bench.bank, at: Bench.start)
    let sealed = try await Builder(session: bench.session, log: bench.log).run(bench.bank, at: Bench.start)
    _ = try await Undoer(session: bench.session, log: bench.log).run(bench.bank, at: Bench.start)
    let read = try await bench.readings() - before
    #expect(sealed == min(due, 1))
    #expect(read <= 10 * Int64(due), "rows of the worklist and entries of its indexes")
  }
}

extension Bench {
  /// How many rows of the worklist and entries of its indexes were read so far.
  fileprivate func readings() async throws -> Int64 {
    try await session.run("SELECT pg_stat_force_next_flush()")
    return try await session.one(
      """
      SELECT (SELECT seq_tup_read FROM pg_stat_user_tables WHERE relid = 'sepad.due'::regclass)
        + (SELECT sum(idx_tup_read)::bigint FROM pg_stat_user_indexes WHERE relid = 'sepad.due'::regclass)
      """
    ).integer(0)
  }
}
