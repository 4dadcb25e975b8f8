import Foundation
import TestSupport
import Testing

@testable import ISO20022

/// What the judge says of other programs' collection files, each finding looked at by a person and found to be right.
@Suite struct ValidationCorpusTests {
  private static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Goldens/validation-corpus.txt")

  @Test func everyFindingIsTheOneThatWasLookedAt() throws {
    guard let folder = sharedFolder()?.appendingPathComponent("corpus/pain008") else { return }
    let schemas = try #require(schemaPath("pain.008.001.02")).replacingOccurrences(of: "/pain.008.001.02.xsd", with: "")
    var told: [String] = []
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
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
      try text.write(to: Self.golden, atomically: true, encoding: .utf8)
    }
    #expect(text == (try String(contentsOf: Self.golden, encoding: .utf8)))
  }
}
