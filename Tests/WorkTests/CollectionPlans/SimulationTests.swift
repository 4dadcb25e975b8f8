import Foundation
import SEPA
import Store
import TestSupport
import Testing
import Work

/// Three years of 500 plans of all kinds, under an injected clock.
@Suite("Simulated plans")
struct SimulationTests {
  private static let environment = ProcessInfo.processInfo.environment
  private let seed = Self.environment["SEPAD_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)

  @Test("day by day, one daemon: each period once, on its day, to the cent")
  func oneDaemon() async throws {
    let bench = try await Bench()
    let world = try await hand(500, to: bench)
    let clock = ContinuousClock.now
    try await live(world, bench, step: 1) { now in
      _ = try await Intake(session: bench.session).run(at: now)
      _ = try await Scheduler(session: bench.session).run(at: now)
    }
    let collections = try await compare(world, bench)
    print("simulated plans: \(collections) collections of 500 plans in \(ContinuousClock.now - clock), SEPAD_SEED=\(seed)")
    #expect(ContinuousClock.now - clock < .seconds(60))
  }

  @Test("two daemons at once, their connections cut at random: the same, whenever they come to it")
  func twoDaemonsCut() async throws {
    let bench = try await Bench()
    let world = try await hand(500, to: bench)
    let daemons = (1...2).map { Session(conninfo: bench.conninfo, name: "daemon \($0)") }
    let chance = Chance(seed)
    try await live(world, bench, step: 9) { now in
      await withTaskGroup(of: Void.self) { group in
        for (number, daemon) in daemons.enumerated() {
          group.addTask {
            do {
              _ = try await Intake(session: daemon).run(at: now)
              _ = try await Scheduler(session: daemon).run(at: now)
            } catch { chance.note() }
          }
          group.addTask {
            guard chance.strikes() else { return }
            _ = try? await bench.session.run(
              """
              SELECT pg_sleep($2::float / 1000), pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE application_name = $1 AND datname = current_database()
              """, [.text("sepad daemon \(number + 1)"), .integer(Int64(chance.milliseconds()))])
          }
        }
      }
    }
    // Whoever comes after a cut makes what is left, on a connection that nobody has cut.
    let end = Bench.start.adding(seconds: 86_400 * 365 * 3)
    _ = try await Intake(session: bench.session).run(at: end)
    _ = try await Scheduler(session: bench.session).run(at: end)
    let collections = try await compare(world, bench)
    print("simulated plans: \(collections) collections by two daemons, \(chance.cuts) turns cut, SEPAD_SEED=\(seed)")
    #expect(chance.cuts > 0)
  }

  // MARK: -

  private func hand(_ count: Int, to bench: Bench) async throws -> SimulatedPlans {
    let world = SimulatedPlans(count, years: 3, seed: seed)
    try await bench.requestMandates(count)
    try await bench.hand("plan_request", world.plans.map(SimulatedPlans.row))
    _ = try await Intake(session: bench.session).run(at: Bench.start)
    let refused = try await bench.session.run(
      "SELECT refusals FROM intake.plan_request WHERE answer <> 'accepted' LIMIT 3"
    ).rows.map { $0[0] ?? "" }
    try #require(refused.isEmpty, "\(refused) (SEPAD_SEED=\(seed))")
    return world
  }

  /// Lets three years pass; changes are handed in on their days.
  private func live(
    _ world: SimulatedPlans, _ bench: Bench, step: Int, _ turn: (Instant) async throws -> Void
  ) async throws {
    var waiting = world.plans.flatMap { plan in
      plan.changes.enumerated().map { (day: $0.element.handedInOn, row: SimulatedPlans.row($0.element, of: plan, $0.offset)) }
    }.sorted { $0.day < $1.day }[...]
    for day in stride(from: 0, through: 365 * 3, by: step) {
      let now = Bench.start.adding(seconds: Int64(day) * 86_400)
      let due = waiting.prefix { $0.day <= now.day }
      waiting = waiting.dropFirst(due.count)
      if !due.isEmpty {
        try await bench.hand("plan_change_request", due.map(\.row))
      }
      try await turn(now)
    }
  }

  /// - Returns: how many collections there are.
  private func compare(_ world: SimulatedPlans, _ bench: Bench) async throws -> Int {
    let accepted = Set(
      try await bench.session.run("SELECT request_key FROM intake.plan_change_request WHERE answer = 'accepted'").rows.map {
        try $0.text(0)
      })
    let all = try await bench.session.one("SELECT count(*) FROM intake.plan_change_request").integer(0)
    // Some plans are over by then.
    #expect(accepted.count > 300 && Double(accepted.count) > 0.6 * Double(all), "\(accepted.count) of \(all) changes taken")
    let horizon = Bench.start.day.adding(days: 365 * 3 + 30)
    let expected = world.expected(until: horizon, accepted: accepted)
    let made = try await bench.made().map { line in
      #expect(line.hasSuffix(" requested"), "\(line)")
      return line.split(separator: " ").prefix(4).joined(separator: " ")
    }
    #expect(Set(made).count == made.count)
    let (missing, extra) = (expected.subtracting(made), Set(made).subtracting(expected))
    #expect(missing.isEmpty && extra.isEmpty, "missing \(missing.sorted().prefix(5)), extra \(extra.sorted().prefix(5)) (SEPAD_SEED=\(seed))")
    // What changes took back is cancelled, and nothing else was made beside.
    let others = try await bench.session.one(
      """
      SELECT count(*) FILTER (WHERE NOT c.live AND s.state <> 'cancelled'), count(*) FILTER (WHERE c.live IS NULL),
        count(*) FILTER (WHERE NOT c.live)
      FROM sepad.collection o JOIN sepad.collection_status s ON s.collection_id = o.id
      LEFT JOIN sepad.plan_collection c ON c.collection_id = o.id
      """)
    #expect(try others.integer(0) == 0 && others.integer(1) == 0 && others.integer(2) > 0)
    return made.count
  }

  /// Decides by a seed when a connection is cut, and counts turns that failed.
  private final class Chance: @unchecked Sendable {  // Guarded by its lock.
    private let lock = NSLock()
    private var random: SeededRandom
    private var failed = 0

    init(_ seed: UInt64) { random = SeededRandom(seed) }

    func strikes() -> Bool { lock.withLock { Int.random(in: 0..<3, using: &random) == 0 } }
    func milliseconds() -> Int { lock.withLock { Int.random(in: 0...25, using: &random) } }
    func note() { lock.withLock { failed += 1 } }
    var cuts: Int { lock.withLock { failed } }
  }
}
