import Foundation
import TestSupport
import Testing

@testable import ISO20022

/// What the judge says of other programs' collection files, each finding looked at by a person and found to be right.
@Suite struct ValidationCorpusTests {
  private static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Goldens/validation-corpus.txt")

  @Test func everyFindingIsTheOneThatWasLookedAt() throws {
    try hold("corpus/pain008", against: Self.golden) { _ in true }
  }

  @Test func everyFindingInWhatUndoesIsTheOneThatWasLookedAt() throws {
    let golden = Self.golden.deletingLastPathComponent().appendingPathComponent("validation-undoing.txt")
    try hold("corpus/other", against: golden) { $0.contains("pain.007") || $0.contains("camt.055") }
  }

  private func hold(_ place: String, against golden: URL, _ isWanted: (String) -> Bool) throws {
    guard let folder = sharedFolder()?.appendingPathComponent(place) else { return }
    let schemas = try #require(schemaPath("pain.008.001.02")).replacingOccurrences(of: "/pain.008.001.02.xsd", with: "")
    var told: [String] = []
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() where isWanted(file) {
      final class Box { var lines: [String] = [] }
      let box = Box()
      let verdict = try judgeFile(at: folder.appendingPathComponent(file).path, schemas: schemas) { finding in
        var plain = finding
        plain.hint = nil
        box.lines.append("  \(plain.text)")
      }
      told += [file, "  = \(verdict.summary)"] + box.lines.map { $0.replacingOccurrences(of: schemas, with: "SCHEMAS") }
    }
    let text = told.joined(separator: "\n").replacingOccurrences(of: schemas, with: "SCHEMAS") + "\n"
    if ProcessInfo.processInfo.environment["SEPAD_REWRITE_GOLDENS"] == "1" {
      try text.write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(text == (try String(contentsOf: golden, encoding: .utf8)))
  }
}
