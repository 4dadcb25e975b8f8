import CrashPoints
import Foundation
import Synchronization
import TestSupport
import Testing

/// Every crash point, on every way to the bank, struck in three manners. See docs/KILLS.md.
@Suite("Kill matrix")
struct KillMatrixTests {
  private static let environment = ProcessInfo.processInfo.environment

  @Test("at every point the daemon dies, ends or loses its database, and all comes to the same end")
  func everyPoint() async throws {
    let seed = Self.environment["SEPAD_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)
    let chosen = try Self.chosen(seed)
    print("kill matrix: \(chosen.count) cases, SEPAD_SEED=\(seed)")
    let began = ContinuousClock.now
    let queue = Queue(chosen)
    // Each bench has servers of its own: a database that is switched off is nobody else's. Three, since cases wait.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<3 {
        group.addTask {
          let bench = try await KillBench()
          while let (strike, way, blow) = queue.next() {
            do {
              let fate =
                strike.scene.isAfterRestore
                ? try await RecoverCase(strike, blow, bench.house(way, after: strike.scene)).run()
                : try await KillCase(strike: strike, way: way, blow: blow, house: bench.house(way)).run()
              queue.note(strike, way, blow, Self.word(for: fate, strike, blow))
            } catch {
              Issue.record("\(strike), \(way.rawValue), \(blow.rawValue) (SEPAD_SEED=\(seed)): \(error)")
              // A case that failed half way may have left the database down.
              try? bench.postgres.start()
            }
          }
        }
      }
      try await group.waitForAll()
    }
    let table = queue.table
    print(table.rows + "\(chosen.count) cases in \(ContinuousClock.now - began)")
    try Self.keep(table)
  }

  @Test("its table can be read again, and tells what differs")
  func tableBites() {
    var table = KillTable()
    let strike = Strike.all[0]
    table[strike, .sftp, .kill] = "same"
    table[strike, .https, .powerOff] = "found"
    let read = KillTable(text: table.page)
    #expect(read[strike, .sftp, .kill] == "same" && read[strike, .https, .powerOff] == "found")
    #expect(read[strike, .sftp, .term] == nil)
    #expect(table.differences(from: read) == [])
    table[strike, .sftp, .kill] = "again"
    #expect(table.differences(from: read) == ["\(strike) sftp kill: found again, expected same"])
  }

  /// All cases with SEPAD_MATRIX=full, or only those whose description holds one of its words; otherwise each point once,
  /// and a few of those after a restore, which take longest.
  private static func chosen(_ seed: UInt64) throws -> [(Strike, Way, Blow)] {
    let all = Strike.all.flatMap { strike in
      strike.ways.flatMap { way in Blow.allCases.map { (strike, way, $0) } }
    }
    if let wanted = environment["SEPAD_MATRIX"] {
      let words = wanted.split(separator: ",")
      return wanted == "full"
        ? all
        : all.filter { strike, way, blow in
          words.contains { "\(strike) \(way.rawValue) \(blow.rawValue), \(strike.scene)".contains($0) }
        }
    }
    var random = SeededRandom(seed)
    let turn = Int.random(in: 0..<3, using: &random)
    let restored = Set(
      Strike.all.filter(\.scene.isAfterRestore).map(\.point).shuffled(using: &random).prefix(5).map(\.rawValue))
    return CrashPoint.allCases.enumerated().compactMap { index, point in
      guard let strike = Strike.all.filter({ $0.point == point }).randomElement(using: &random),
        !strike.scene.isAfterRestore || restored.contains(point.rawValue)
      else { return nil }
      let way = strike.ways[Int.random(in: strike.ways.indices, using: &random)]
      return (strike, way, Blow.allCases[(index + turn) % 3])
    }
  }

  /// What the table says: the fate, where it does not depend on how far other stages had come.
  private static func word(for fate: Fate, _ strike: Strike, _ blow: Blow) -> String {
    if strike.command != nil { return fate.rawValue }
    return switch blow {
    case .kill: fate.rawValue
    case .term: "ended"
    case .powerOff: strike.decidesFate ? fate.rawValue : "kept"
    }
  }

  private static func keep(_ table: KillTable) throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/KILLS.md")
    let kept = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
    if environment["SEPAD_REWRITE_GOLDENS"] == "1" {
      var whole = table
      whole.fill(from: KillTable(text: kept))
      try Data(whole.page.utf8).write(to: path)
    } else {
      #expect(table.differences(from: KillTable(text: kept)) == [], "docs/KILLS.md; SEPAD_REWRITE_GOLDENS=1 writes it")
      #expect(kept == KillTable(text: kept).page, "docs/KILLS.md is not what the test writes")
    }
  }

  /// Cases on their way to the benches, and what came of them.
  private final class Queue: Sendable {
    private let state: Mutex<(left: ArraySlice<(Strike, Way, Blow)>, table: KillTable)>

    init(_ cases: [(Strike, Way, Blow)]) { state = Mutex((cases[...], KillTable())) }

    func next() -> (Strike, Way, Blow)? { state.withLock { $0.left.popFirst() } }

    func note(_ strike: Strike, _ way: Way, _ blow: Blow, _ word: String) {
      state.withLock { $0.table[strike, way, blow] = word }
    }

    var table: KillTable { state.withLock { $0.table } }
  }
}
