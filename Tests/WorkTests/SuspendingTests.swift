import SEPA
import Store
import TestSupport
import Testing
import Work

/// Intake and whoever suspends a mandate at the same moment: one waits for the other, so that no collection is accepted under
/// a mandate that may not be used, and none is passed over by those who hold what was accepted.
@Suite struct SuspendingTests {
  @Test func `intake waits for a suspension that is not committed, and refuses`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["1.00"])
    try await ask(bench)
    let operation = Session(conninfo: bench.conninfo, name: "operator")
    try await operation.run("BEGIN")
    try await operation.run("UPDATE sepad.mandate SET state = 'suspended' WHERE reference = 'M-1'")
    try await bench.session.run("SET lock_timeout = '100ms'")
    await #expect { _ = try await Intake(session: bench.session).run(at: Bench.start) } throws: { Self.isLockTimeout($0) }
    try await operation.run("COMMIT")
    _ = try await Intake(session: bench.session).run(at: Bench.start)
    let answer = try await bench.session.one(
      "SELECT answer, refusals->0->>'rule' FROM intake.collection_request WHERE request_key = 'M-1-late'")
    #expect(try answer.text(0) == "refused" && answer[1] == "mandate state")
  }

  @Test func `a suspension waits for an intake that is not committed`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["1.00"])
    let operation = Session(conninfo: bench.conninfo, name: "operator")
    try await operation.run("SET lock_timeout = '100ms'")
    try await bench.session.run("BEGIN")
    #expect(try await bench.session.mandates(references: ["M-1", "M-1", "none"]).count == 1)
    let suspend = "UPDATE sepad.mandate SET state = 'suspended' WHERE reference = 'M-1'"
    await #expect { try await operation.run(suspend) } throws: { Self.isLockTimeout($0) }
    try await bench.session.run("COMMIT")
    #expect(try await operation.run(suspend).affected == 1)
  }

  /// One more collection under the same mandate.
  private func ask(_ bench: Bench) async throws {
    try await bench.session.run(
      """
      INSERT INTO intake.collection_request (request_key, creditor, mandate_reference, amount, due_date)
      VALUES ('M-1-late', 'acme', 'M-1', '2.00', '2026-12-03')
      """)
  }

  private static func isLockTimeout(_ error: any Error) -> Bool {
    guard case .server(let state, _, _)? = error as? StoreFault else { return false }
    return state == "55P03"
  }
}
