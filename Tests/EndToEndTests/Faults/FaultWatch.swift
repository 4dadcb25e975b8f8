import Foundation
import TestSupport
import Testing

/// What a daemon says of a fault: in its status file, within the promised time, and in its log, without flooding it.
struct FaultWatch {
  let house: KillHouse
  let daemon: ChildProcess
  /// What the status file must name, and how soon, in seconds of real time.
  static let promised = 30.0

  /// The status file, when it is there and whole.
  var status: [String: Any]? { Self.status(house.directory.appending("status.json")) }

  static func status(_ path: String) -> [String: Any]? {
    bytes(ofFile: path).flatMap { try? JSONSerialization.jsonObject(with: Data($0)) as? [String: Any] }
  }

  /// All that is wrong by the status file: `place: kind`.
  var troubles: [String] {
    (status?["troubles"] as? [[String: String]] ?? []).map { "\($0["place"] ?? "?"): \($0["kind"] ?? "?")" }
  }

  /// Until the status file names a fault of one of `kinds`, not later than promised.
  /// - Parameter began: when the fault did.
  /// - Returns: the line that named it, and after how many seconds.
  func named(_ kinds: Set<String>, since began: ContinuousClock.Instant) async throws -> (line: String, seconds: Double) {
    var found: String?
    let left = Self.promised - Self.seconds(since: began)
    do {
      try await waitUntil("the status file names \(kinds.sorted())", seconds: max(0, left)) {
        found = troubles.first { line in kinds.contains { line.hasSuffix(": \($0)") } }
        return found != nil || !daemon.isRunning
      }
    } catch {
      throw TestSupportFault("\(error); it says \(troubles): \(daemon.output)")
    }
    guard let found, daemon.isRunning else { throw TestSupportFault("the daemon ended: \(daemon.output)") }
    return (found, Self.seconds(since: began))
  }

  /// Until nothing is wrong any more.
  func well(seconds: Double = 40) async throws {
    do {
      try await waitUntil("nothing is wrong", seconds: seconds) { status != nil && troubles.isEmpty }
    } catch {
      throw TestSupportFault("\(error); it says \(troubles): \(daemon.output)")
    }
  }

  /// Ends it in order.
  func end() async throws {
    daemon.terminate()
    try? await waitUntil("it ends", seconds: 15) { !daemon.isRunning }
    guard !daemon.isRunning, daemon.wait() == 0 else { throw TestSupportFault("it does not end: \(daemon.output)") }
  }

  /// - Throws: where a log was flooded, or any output tells what is nobody's business.
  func expectDiscretion(lines limit: Int = 60, _ outputs: [String] = []) throws {
    let loud = daemon.output.split(separator: "\n").filter { $0.hasPrefix("error") || $0.hasPrefix("warning") }
    guard loud.count <= limit else { throw TestSupportFault("\(loud.count) lines, expected at most \(limit): \(daemon.output)") }
    var said = try house.utterances(daemon.output)
    for (index, output) in outputs.enumerated() { said["answer \(index)"] = output }
    for (place, text) in said {
      let found = house.discretion.indiscretions(in: text)
      if !found.isEmpty { throw TestSupportFault("\(place) tells \(found)") }
    }
  }

  static func seconds(since began: ContinuousClock.Instant) -> Double {
    let passed = ContinuousClock.now - began
    return Double(passed.components.seconds) + Double(passed.components.attoseconds) * 1e-18
  }
}

/// How much of the faults is run: all of it with SEPAD_MATRIX=full, those whose name holds its value, or a sample.
struct FaultChoice {
  let seed: UInt64
  var random: SeededRandom
  private static let environment = ProcessInfo.processInfo.environment

  private static let given = environment["SEPAD_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)

  init() {
    seed = Self.given
    random = SeededRandom(seed)
  }

  /// The kinds of fault of which one has its turn in a sample; the database's always have.
  enum Kind: UInt64, CaseIterable, Sendable {
    case mail, webhook, clock, others
  }

  /// Whether faults of a kind are run: a run of the suite takes one kind after the other.
  static func isTurn(of kind: Kind) -> Bool {
    environment["SEPAD_MATRIX"] != nil || given % UInt64(Kind.allCases.count) == kind.rawValue
  }

  static var isFull: Bool { environment["SEPAD_MATRIX"] == "full" }

  /// - Parameter count: how many make a sample.
  mutating func among<Case: CustomStringConvertible>(_ all: [Case], sample count: Int) -> [Case] {
    if let wanted = Self.environment["SEPAD_MATRIX"] {
      return wanted == "full" ? all : all.filter { "\($0)".contains(wanted) }
    }
    return Array(all.shuffled(using: &random).prefix(count))
  }
}

extension FaultChoice {
  /// Runs those of a suite's own procedures that are chosen, one after the other.
  static func run(_ title: String, _ procedures: [(name: String, body: () async throws -> Void)]) async throws {
    var choice = FaultChoice()
    let names = choice.among(procedures.map { "\(title) \($0.name)" }, sample: 1)
    print("\(names.joined(separator: ", ")): SEPAD_SEED=\(choice.seed)")
    for (name, body) in procedures where names.contains("\(title) \(name)") { try await body() }
  }
}

/// Cases on their way to a few benches, and a row for each that ended well.
struct FaultRun<Case: CustomStringConvertible & Sendable> {
  let title: String
  let cases: [Case]
  let seed: UInt64

  /// Runs them all; what fails is an issue each.
  func run(benches: Int, _ body: @escaping @Sendable (KillBench, Case) async throws -> String) async throws {
    print("\(title): \(cases.count) cases, SEPAD_SEED=\(seed)")
    let began = ContinuousClock.now
    let queue = FaultCases(cases)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<min(benches, cases.count) {
        group.addTask {
          let bench = try await KillBench()
          while let next = await queue.next() {
            do {
              print("| \(next) | \(try await body(bench, next)) |")
            } catch {
              Issue.record("\(next) (SEPAD_SEED=\(seed)): \(error)")
              // A case that failed half way may have left the database down, or read-only.
              try? bench.postgres.standsBy(false)
              try? bench.postgres.start()
            }
          }
        }
      }
      try await group.waitForAll()
    }
    print("\(title): \(cases.count) cases in \(ContinuousClock.now - began)")
  }
}

private actor FaultCases<Case: Sendable> {
  private var left: ArraySlice<Case>
  init(_ cases: [Case]) { left = cases[...] }
  func next() -> Case? { left.popFirst() }
}
