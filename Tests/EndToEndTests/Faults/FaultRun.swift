import Foundation
import Synchronization
import TestSupport
import Testing

/// How much of the faults is run: all of it with SEPAD_MATRIX=full, those whose words hold its value, or so many as the
/// suite has time for.
enum FaultChoice {
  private static let wanted = ProcessInfo.processInfo.environment["SEPAD_MATRIX"]

  /// Brings the same choice back, as SEPAD_SEED.
  static let seed = ProcessInfo.processInfo.environment["SEPAD_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)

  /// The kinds of fault of which one has its turn in a sample; the banks' and the database's always have.
  enum Kind: UInt64, CaseIterable, Sendable {
    case mail, webhook, clock, others
  }

  /// Whether faults of a kind are run: a run of the suite takes one kind after the other.
  static func isTurn(of kind: Kind) -> Bool {
    wanted != nil || seed % UInt64(Kind.allCases.count) == kind.rawValue
  }

  static var isFull: Bool { wanted == "full" }

  /// - Parameter words: what SEPAD_MATRIX may name a case by.
  static func among<Case>(_ all: [Case], sample: Int, words: (Case) -> String) -> [Case] {
    if let wanted { return wanted == "full" ? all : all.filter { words($0).contains(wanted) } }
    var random = SeededRandom(seed)
    return Array(all.shuffled(using: &random).prefix(sample))
  }

  /// A seed for one case: the same whether it is run alone or among others.
  static func seed(of words: String) -> UInt64 {
    words.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

/// The chosen cases of one section of docs/FAULTS.md on their way to a few benches, and the table that they make.
struct FaultRun {
  let section: FaultSection
  /// How many the suite has time for.
  let sample: Int
  /// How many are under way at a time; cases mostly wait for time-outs.
  let benches: Int

  /// Runs them and holds what came of them against the page. What fails is an issue each.
  /// - Parameters:
  ///   - makeBench: servers for one case after the other.
  ///   - mend: makes a bench usable again after a case that failed half way.
  ///   - body: one case; gives the word for its cell.
  func run<Bench>(
    on makeBench: @escaping @Sendable () async throws -> Bench, mend: @escaping @Sendable (Bench) throws -> Void,
    _ body: @escaping @Sendable (Bench, _ row: String, _ column: String) async throws -> String
  ) async throws {
    let cases = FaultChoice.among(section.cases, sample: sample) { "\($0.row), \($0.column)" }
    print("\(section.title): \(cases.count) cases, SEPAD_SEED=\(FaultChoice.seed)")
    let began = ContinuousClock.now
    let queue = FaultQueue(cases, of: section)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<min(benches, cases.count) {
        group.addTask {
          let bench = try await makeBench()
          while let (row, column) = queue.next() {
            do {
              queue.note(row, column, try await body(bench, row, column))
            } catch let skipped as Skipped {
              print("SKIPPED: \(skipped)")
            } catch {
              Issue.record("\(row), \(column) (SEPAD_SEED=\(FaultChoice.seed)): \(error)")
              try mend(bench)
            }
          }
        }
      }
      try await group.waitForAll()
    }
    let table = queue.table
    print(table.text + "\(cases.count) cases in \(ContinuousClock.now - began)")
    try FaultPage.keep(table)
  }

  /// As above, with the servers of the kill matrix.
  func run(_ body: @escaping @Sendable (KillBench, _ row: String, _ column: String) async throws -> String) async throws {
    try await run(
      on: { try await KillBench() },
      mend: { bench in
        // It may have left the database down, or read-only.
        try? bench.postgres.standsBy(false)
        try? bench.postgres.start()
      }, body)
  }
}

/// Cases on their way to the benches, and what came of them.
private final class FaultQueue: Sendable {
  private let state: Mutex<(left: ArraySlice<FaultSection.Case>, table: FaultTable)>

  init(_ cases: [FaultSection.Case], of section: FaultSection) {
    state = Mutex((cases[...], FaultTable(section)))
  }

  func next() -> FaultSection.Case? { state.withLock { $0.left.popFirst() } }

  func note(_ row: String, _ column: String, _ word: String) { state.withLock { $0.table[row, column] = word } }

  var table: FaultTable { state.withLock { $0.table } }
}
