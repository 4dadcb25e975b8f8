import TestSupport
import Testing

/// PostgreSQL that restarts, refuses, stalls, only reads, is full, under a daemon at work: it stays up, says so within
/// half a minute, does not flood its log, and afterwards all comes to the same end. See docs/FAULTS.md.
@Suite("Fault table: PostgreSQL", .serialized)
struct DatabaseFaultTests {
  @Test("each is named in time, and all comes to the same end")
  func each() async throws {
    try await FaultRun(section: DatabaseFault.section, sample: 1, benches: 2).run { bench, row, column in
      guard let fault = DatabaseFault(rawValue: row), let standpoint = Standpoint.all.first(where: { $0.name == column }) else {
        throw TestSupportFault("\(row), \(column): no such case")
      }
      let random = SeededRandom(FaultChoice.seed(of: "\(row), \(column)"))
      return try await DatabaseFaultCase(fault, at: standpoint, bench, random: random).run()
    }
  }
}
