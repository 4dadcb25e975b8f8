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
