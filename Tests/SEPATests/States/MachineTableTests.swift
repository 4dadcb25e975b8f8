import Foundation
import Testing

@testable import SEPA

/// The goldens lie beside the tests; `SEPAD_REWRITE_GOLDENS=1` writes them anew, and the diff is reviewed.
func golden(_ name: String, equals text: String, source: String = #filePath) throws {
  let file = URL(fileURLWithPath: source).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Goldens/\(name).txt")
  if ProcessInfo.processInfo.environment["SEPAD_REWRITE_GOLDENS"] == "1" {
    try text.write(to: file, atomically: true, encoding: .utf8)
  }
  #expect(try String(contentsOf: file, encoding: .utf8) == text, "\(name)")
}

@Suite("State machines") struct MachineTableTests {
  @Test("every state and every event of the three machines, as printed")
  func tables() throws {
    try golden("collection-machine", equals: MachineTable<CollectionState>.text())
    try golden("file-machine", equals: MachineTable<FileState>.text())
    try golden("mandate-machine", equals: MachineTable<MandateState>.text())
  }

  @Test("rows are the allowed pairs, and the others throw with their names")
  func rows() throws {
    let rows = MachineTable<MandateState>.rows()
    #expect(rows.count == 38)
    #expect(rows.contains { $0 == ("suspended", "resumed", "active") })
    let illegal = #expect(throws: IllegalTransition.self) { try MandateState.revoked.applying(.resumed) }
    #expect(illegal == IllegalTransition(machine: "mandate", from: "revoked", on: "resumed"))
    for row in MachineTable<CollectionState>.rows() {
      let from = try #require(CollectionState(rawValue: row.from))
      let event = try #require(CollectionEvent(rawValue: row.event))
      #expect(try from.applying(event).rawValue == row.to)
    }
  }

  /// All sequences of `length` of the elements, with repetition.
  static func sequences<Element>(of elements: [Element], length: Int) -> [[Element]] {
    (0..<length).reduce([[]]) { found, _ in found.flatMap { head in elements.map { head + [$0] } } }
  }

  @Test("any order and repetition of the bank's reports on a collection ends in the highest state they name",
    arguments: 0...5)
  func collectionReports(length: Int) throws {
    let ladder: [CollectionEvent] = [.submitted, .accepted, .settled, .rejected, .returned]
    let states: [CollectionState] = [.submitted, .accepted, .settled, .rejected, .returned]
    for reports in Self.sequences(of: Array(ladder.indices), length: length) {
      var state = CollectionState.submitted
      for report in reports { state = try state.applying(ladder[report]) }
      #expect(state == states[reports.max() ?? 0], "\(reports)")
    }
  }

  @Test("any order and repetition of the bank's reports on a file ends in the same state", arguments: 0...5)
  func fileReports(length: Int) throws {
    let ladder: [FileEvent] = [.delivered, .reported, .accepted, .refused]
    let states: [FileState] = [.submitted, .submitted, .accepted, .refused]
    for reports in Self.sequences(of: Array(ladder.indices), length: length) {
      var state = FileState.submitted
      for report in reports { state = try state.applying(ladder[report]) }
      #expect(state == states[reports.max() ?? 0], "\(reports)")
    }
  }

  @Test("once a collection is in a file at the bank, nothing brings it back to be collected again")
  func noWayBack() {
    let early: Set<CollectionState> = [.requested, .scheduled, .sealed, .cancelled]
    for from in CollectionState.allCases where !early.contains(from) {
      for event in CollectionEvent.allCases {
        if let to = try? from.applying(event) { #expect(!early.contains(to), "\(from) \(event)") }
      }
    }
  }

  @Test("what a person or the clock must decide is never decided by repetition: applying twice is applying once")
  func idempotent() {
    for from in CollectionState.allCases {
      for event in CollectionEvent.allCases {
        guard let once = try? from.applying(event), let twice = try? once.applying(event) else { continue }
        #expect(once == twice, "\(from) \(event)")
      }
    }
  }
}
