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

  // MARK: What it found

  @Test func `a key that no index takes is refused, and nobody else waits for it`() async throws {
    var chance = Chance(7)
    let bench = try await Bench()
    // Random, so that PostgreSQL cannot pack them.
    let keys = [1000, 1001, 5000, 100_000].map { chance.some($0, of: Letters.all) }
    for (number, key) in keys.enumerated() {
      try await bench.session.run(
        """
        INSERT INTO intake.mandate_request (request_key, creditor, mandate_reference, scheme, signed_on, debtor_name, iban)
        VALUES ($1, 'acme', $2, 'B2B', '2026-01-02', 'Nord AB', 'DE89370400440532013000')
        """, [.text(key), .text("L-\(number)")])
    }
    try await bench.request(amounts: ["10.00"])
    let answers = try await bench.session.run(
      "SELECT answer, refusals->0->>'rule' FROM intake.mandate_request ORDER BY id").rows.map { [$0[0], $0[1]] }
    let refused = ["refused", "request key length"]
    #expect(answers == [["accepted", nil], refused, refused, refused, ["accepted", nil]])
    #expect(try await bench.states() == ["M-1-0": "requested"])
    // The webhook is told of them by as much of the key as its queue's index takes.
    let longest = "SELECT count(*), max(octet_length(subject)) FROM sepad.job WHERE subject LIKE 'request:%'"
    let told = try await bench.session.one(longest)
    #expect(try told.integer(0) == 3 && told.integer(1) < 1100)
  }

  @Test func `an id that would be made is its caller's, and the one for whom it would be made gets another`() async throws {
    let bench = try await Bench()
    func ask(_ ids: [String?]) async throws {
      for id in ids {
        try await bench.session.run(
          """
          INSERT INTO intake.collection_request (request_key, creditor, mandate_reference, amount, due_date, end_to_end_id)
          SELECT 'K-' || count(*), 'acme', 'M-1', '5.00', '2026-12-03', $1 FROM intake.collection_request
          """, [.optional(id)])
      }
      _ = try await Intake(session: bench.session).run(at: Bench.start)
    }
    func ids() async throws -> [String?] {
      try await bench.session.run("SELECT end_to_end_id FROM sepad.collection ORDER BY id").rows.map { $0[0] }
    }
    try await bench.request(amounts: ["10.00"])
    try await ask(["E2E-3"])
    try await ask([nil])
    // In one batch, the caller's behind.
    try await ask([nil, nil, "E2E-5", "E2E-7"])
    #expect(try await ids() == ["M-1-0", "E2E-3", "E2E-3-1", "E2E-4", "E2E-5-1", "E2E-5", "E2E-7"])
    // And of a collection that is presented again, where the bank wants no mark.
    try await ask(["E2E-9"])
    let message = try #require(try await bench.sealAndSubmit().first)
    try await bench.apply(Reports.pain002(message, id: "R-1", items: [("M-1-0", "RJCT")]).replacing("AC04", with: "AM04"))
    let stamp = Stamp(at: Bench.start, actor: "test")
    let again = try await bench.session.represent(
      1, on: "2026-12-10", marks: ["sandbox": RepresentationMark(endToEndSuffix: "")], because: "test", stamp)
    #expect(again == 9)
    #expect(try await ids().last??.hasPrefix("E2E-9-") == true)
  }
}
