import Foundation
import Testing

@testable import SEPA

@Suite struct StatesDocumentTests {
  @Test func `docs/STATES.md shows the machines as they are`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent("docs/STATES.md"), encoding: .utf8)
    for (name, table) in [
      ("collection", MachineTable<CollectionState>.text()), ("file", MachineTable<FileState>.text()),
      ("mandate", MachineTable<MandateState>.text()),
    ] {
      #expect(text.contains(table), "the table of \(name) is not the machine's")
    }
  }
}
