import Foundation
import TestSupport
import Testing

/// Daemons whose clocks are not the database's, nor each other's, nor steady.
@Suite("Fault table: clocks", .serialized)
struct ClockFaultTests {
  /// A house whose database has a clock that a test sets: `clock_timestamp()` of a schema that is looked at first.
  private final class SkewedHouse {
    let house: KillHouse
    private let directory: TemporaryDirectory

    init(_ bench: KillBench) throws {
      house = try bench.house(.sftp)
      directory = try TemporaryDirectory()
      _ = try house.sql(
        """
        CREATE SCHEMA skewed;
        CREATE TABLE skewed.clock (instant timestamptz, ahead interval NOT NULL DEFAULT '0');
        INSERT INTO skewed.clock VALUES (NULL);
        CREATE FUNCTION skewed.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
          'SELECT coalesce(instant, pg_catalog.clock_timestamp()) + ahead FROM skewed.clock';
        DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = skewed, pg_catalog, public', current_database()); END $$
        """)
    }

    /// The database's clock, and the bank's: where the world is.
    func set(world instant: String) throws {
      try house.set(clock: instant)
      _ = try house.sql("UPDATE skewed.clock SET instant = '\(instant)'")
    }

    /// The database's clock against the machine's, in seconds; the daemon has no other.
    func set(databaseAhead seconds: Int) throws {
      _ = try house.sql("UPDATE skewed.clock SET instant = NULL, ahead = make_interval(secs => \(seconds))")
    }

    /// Another machine: its own clock and its own folders; nil: the machine's clock.
    func node(_ name: String, clock: Bool, tolerance: Int? = 60) throws -> ClockNode {
      let folder = try directory.makeDirectory(name)
      let configuration = String(decoding: bytes(ofFile: house.directory.appending("sepad.toml")) ?? [], as: UTF8.self)
        .replacingOccurrences(
          of: "clock_file = \"\(house.directory.path)/clock\"",
          with: (clock ? "clock_file = \"\(folder)/clock\"\n" : "")
            + (tolerance.map { "clock_tolerance_seconds = \($0)" } ?? ""))
        .replacingOccurrences(of: "\(house.directory.path)/spool", with: "\(folder)/spool")
        .replacingOccurrences(of: "\(house.directory.path)/status.json", with: "\(folder)/status.json")
      return try ClockNode(folder, configuration)
    }
  }

  /// One daemon with a clock of its own.
  private final class ClockNode {
    let folder: String
    let program: Program

    init(_ folder: String, _ configuration: String) throws {
      self.folder = folder
      program = try Program(TemporaryDirectory(), configuration: configuration)
    }

    func set(clock instant: String) throws {
      try Data((instant + "\n").utf8).write(to: URL(fileURLWithPath: folder + "/clock.new"))
      rename(folder + "/clock.new", folder + "/clock")
    }

    var status: [String: Any]? { FaultWatch.status(folder + "/status.json") }
    var kinds: Set<String> {
      Set((status?["troubles"] as? [[String: String]] ?? []).map { "\($0["place"] ?? "?"): \($0["kind"] ?? "?")" })
    }
  }

  @Test("who differs rests and says so, nothing goes out twice, and all dates hold", .enabled(if: FaultChoice.isTurn(of: .clock), "another kind of fault has its turn"))
  func each() async throws {
    try await FaultRun(section: Self.section, sample: 1, benches: 1).run { bench, row, _ in
      guard let (_, body) = Self.procedures.first(where: { $0.name == row }) else { throw TestSupportFault("\(row): no such case") }
      return try await body(self)(bench)
    }
  }

  private static let procedures: [(name: String, body: @Sendable (Self) -> (KillBench) async throws -> String)] = [
    ("two of three nodes differ by hours", { $0.nodes }), ("clocks jump between rounds", { $0.jumps }),
    ("the machine's clock differs", { $0.machine }),
  ]

  /// The section of docs/FAULTS.md about clocks.
  static let section = FaultSection(
    title: "Clocks differ",
    words: """
      A daemon whose clock differs from the database's by more than `clock_tolerance_seconds` rests and says so; one that
      differs less says so and works. In no case goes anything out twice, and the bank finds no date wrong.
      """,
    columns: ["what became of it"], rows: procedures.map { FaultSection.Row(name: $0.name, columns: ["what became of it"]) })

  /// Nodes that differ from the database's clock do nothing and say so; the one that does not works.
  private func nodes(_ bench: KillBench) async throws -> String {
    let skewed = try SkewedHouse(bench)
    let house = skewed.house
    let (behind, ahead, right) = (
      try skewed.node("behind", clock: true), try skewed.node("ahead", clock: true), try skewed.node("right", clock: true)
    )
    func set(_ instant: String) throws {
      try skewed.set(world: instant)
      try behind.set(clock: NoticeFaultHouse.instant(instant, minutes: -180))
      try ahead.set(clock: NoticeFaultHouse.instant(instant, minutes: 26 * 60))
      try right.set(clock: NoticeFaultHouse.instant(instant, minutes: 0))
    }
    try set("2026-12-02T07:00:00Z")
    let began = ContinuousClock.now
    let wrong = [try behind.program.start(["run"]), try ahead.program.start(["run"])]
    defer { for daemon in wrong { daemon.kill() } }
    try await waitUntil("both say that their clocks differ", seconds: FaultWatch.promised) {
      [behind, ahead].allSatisfy {
        $0.kinds.isSuperset(of: ["clock: clock.differs", "stage pipeline: clock.differs", "stage bank bank: clock.differs"])
      }
    }
    print("both name it after \(String(format: "%.1f", FaultWatch.seconds(since: began))) s")
    #expect(behind.status?["clock_ahead_seconds"] as? Int == -180 * 60)
    #expect(ahead.status?["clock_ahead_seconds"] as? Int == 26 * 3600)
    #expect(try house.sql("SELECT count(*) FROM sepad.outbound_file") == "0")
    let worker = try right.program.start(["run"])
    defer { worker.kill() }
    for day in ["2026-12-02T07:10:00Z", "2026-12-03T07:00:00Z", "2026-12-04T07:00:00Z", "2026-12-08T07:00:00Z"] {
      try set(day)
      for _ in 0..<2 {
        try house.work()
        try await waitUntil("the right one has done its work of \(day)", seconds: 60) {
          try house.waiting.allSatisfy { $0.hasPrefix("SEPAD-") } && house.unfinished == "0"
        }
      }
    }
    for (node, daemon) in [(behind, wrong[0]), (ahead, wrong[1])] {
      #expect(daemon.isRunning && node.kinds.contains("clock: clock.differs"), "\(daemon.output)")
      // Its clock is set right.
      try node.set(clock: "2026-12-08T07:00:00Z")
      try await waitUntil("it works again", seconds: 40) { node.kinds.isEmpty }
    }
    #expect(right.kinds.isEmpty && worker.isRunning, "\(worker.output)")
    try house.settle()
    try KillEnd(house).expectTheEnd(reminderMayBeInDoubt: false, sealedBefore: [])
    return "clock.differs: two rest, the third works"
  }

  /// Clocks that jump between rounds, compared with none: nothing goes out twice, and the bank finds no date wrong.
  private func jumps(_ bench: KillBench) async throws -> String {
    var random = SeededRandom(FaultChoice.seed)
    let skewed = try SkewedHouse(bench)
    let house = skewed.house
    let nodes = [
      try skewed.node("one", clock: true, tolerance: nil), try skewed.node("two", clock: true, tolerance: nil),
    ]
    for day in ["02", "03", "04", "07", "08", "09"] {
      let world = "2026-12-\(day)T07:00:00Z"
      try skewed.set(world: world)
      for _ in 0..<(FaultChoice.isFull ? 6 : 2) {
        for node in nodes {
          // Before the cut-off of the day before, a clock that is behind makes dates that cannot be met.
          try node.set(clock: NoticeFaultHouse.instant(world, minutes: Int.random(in: -12 * 60...30 * 60, using: &random)))
        }
        let children = try nodes.map { try $0.program.start(["run", "--once"]) }
        for child in children { #expect(child.wait() == 0, "\(child.output)") }
        try house.work()
      }
    }
    try house.set(clock: "2026-12-10T07:00:00Z")
    try house.settle()
    let seen = String(decoding: bytes(ofFile: "\(house.bank)/state/seen.tsv") ?? [], as: UTF8.self).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }.compactMap { $0.split(separator: "\t").dropFirst().first.map(String.init) }
    #expect(!seen.isEmpty && Set(seen).count == seen.count, "\(seen)")
    let violations = String(decoding: bytes(ofFile: "\(house.bank)/state/violations.log") ?? [], as: UTF8.self)
      .split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(violations.isEmpty, "\(violations)")
    #expect(try house.sql("SELECT count(*) FROM (SELECT FROM sepad.file_item WHERE live GROUP BY collection_id HAVING count(*) > 1) x") == "0")
    #expect(try house.sql("SELECT count(*) FROM sepad.collection_status WHERE state IN ('requested', 'scheduled', 'sealed')") == "0")
    #expect(try house.program.run("reconcile").status == 0)
    return "nothing twice, no date wrong"
  }

  /// A daemon by the machine's clock rests while the database's differs by hours, and goes on by itself.
  private func machine(_ bench: KillBench) async throws -> String {
    let skewed = try SkewedHouse(bench)
    let house = skewed.house
    let node = try skewed.node("machine", clock: false, tolerance: nil)
    try skewed.set(databaseAhead: -7200)
    let checked = try node.program.run("check")
    #expect(checked.status == 1 && checked.output.contains("FAIL  clock: found 7200 s ahead of the database's"), "\(checked.output)")
    let daemon = try node.program.start(["run"])
    defer { daemon.kill() }
    try await waitUntil("it says so", seconds: FaultWatch.promised) { node.kinds.contains("stage pipeline: clock.differs") }
    let ahead = try #require(node.status?["clock_ahead_seconds"] as? Int)
    #expect((7198...7202).contains(ahead))
    #expect(try house.sql("SELECT count(*) FROM intake.mandate_request WHERE answer = 'new'") == "1")
    try skewed.set(databaseAhead: 20)
    try await waitUntil("a smaller difference is told, and stops nothing", seconds: 40) {
      try node.kinds == ["clock: clock.differs"]
        && house.sql("SELECT count(*) FROM intake.mandate_request WHERE answer = 'new'") == "0"
    }
    try skewed.set(databaseAhead: 0)
    try await waitUntil("nothing is wrong", seconds: 40) { node.kinds.isEmpty }
    #expect(daemon.isRunning, "\(daemon.output)")
    return "clock.differs: it rests, and goes on by itself"
  }
}
