import SEPA
import Store
import Testing

/// The running totals are what all collections come to, and the status's sums add up.
func expectTotalsAddUp(_ session: Session, _ comment: Comment? = nil, at place: SourceLocation = #_sourceLocation) async throws {
  let kept = try await session.stateTotals().filter { $0.collections != 0 || $0.cents != 0 }
    .map { "\($0.state.rawValue) \($0.collections) \($0.cents)" }
  let read = try await session.run("SELECT state, collections, cents FROM sepad.state_totals ORDER BY state").rows
    .map { "\(try $0.text(0)) \(try $0.integer(1)) \(try $0.integer(2))" }
  #expect(kept == read, comment, sourceLocation: place)
  let sums = try await session.fileSums()
  #expect(sums.addUp, comment ?? "\(sums)", sourceLocation: place)
}
