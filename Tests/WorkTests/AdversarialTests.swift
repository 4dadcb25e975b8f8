import Foundation
import ISO20022
import SEPA
import Store
import TestSupport
import Testing
import Work

/// Requests as an adversary would hand them in, through intake into files of every version: whatever is taken stands in one
/// file that schema and rules have nothing against, whatever is not is told why.
///
/// Amended mandates are not among them: the database keeps no amendments yet. `Pain008GeneratorTests` writes all their shapes.
@Suite struct AdversarialTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let seed = environment["SEPAD_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...UInt64.max)
  /// Mandates and collections together.
  private static let count = environment["SEPAD_GENERATED"].flatMap { Int($0) } ?? 1500

  @Test func `what is taken stands in one valid file, to the cent, and what is refused is told why`() async throws {
    print("adversarial requests: SEPAD_SEED=\(Self.seed)")
    let world = try await AdversarialWorld(seed: Self.seed)
    try await world.handIn(Self.count)
    _ = try await Intake(session: world.bench.session).run(at: Bench.start)
    try await world.expectNone(AdversarialClaims.requests, of: "requests")
    try await world.expectSilence()
    let taken = try await world.expectVariety(of: Self.count)
    for version in Pain008Version.all {
      let files = try await world.files(in: version, judgingAll: Self.environment["SEPAD_GENERATED"] != nil)
      print("adversarial requests: \(version): \(taken.accepted) of \(taken.asked) collections, \(files)")
    }
  }
}
