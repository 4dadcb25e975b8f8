import TestSupport
import Testing

/// PostgreSQL that restarts, refuses, stalls, only reads, is full, under a daemon at work: it stays up, says so within
/// half a minute, does not flood its log, and afterwards all comes to the same end.
@Suite("Database faults", .serialized)
struct DatabaseFaultTests {
  @Test("each is named in time, and all comes to the same end")
  func each() async throws {
    var choice = FaultChoice()
    let cases = choice.among(DatabaseFault.allCases, sample: 1)
    let seed = choice.seed
    try await FaultRun(title: "database faults", cases: cases, seed: seed).run(benches: 2) { bench, fault in
      // The same for a case that is run alone.
      let own = fault.rawValue.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
      do {
        return try await DatabaseFaultCase(fault, bench, random: SeededRandom(own)).run()
      } catch let skipped as Skipped {
        print("SKIPPED: \(skipped)")
        return "skipped"
      }
    }
  }
}
