import Foundation
import SEPA
import Store
import TestSupport
import Testing
import Work

/// The examples of the documents for integrators are requests that are taken, in the order in which they stand there: SQL by
/// the role that an integrator has, CSV under the header that it shows.
@Suite struct DocumentedRequestTests {
  /// Documents whose examples can be run, with what must be there before.
  static let documents = ["docs/MANDATES.md"]

  @Test(arguments: documents)
  func `every example is taken`(document: String) async throws {
    let bench = try await Bench()
    try await bench.session.run("UPDATE sepad.creditor SET key = 'acme-fr' WHERE key = 'acme'")
    let intake = Intake(session: bench.session, mandates: ["acme-fr": MandatePolicy(registration: .hold)])
    let examples = try Self.examples(document)
    #expect(examples.count >= 3)
    for example in examples {
      let statement = try example.statement()
      // As the integrator, who may insert and nothing else.
      try await bench.session.script("SET ROLE sepad_intake; \(statement); RESET ROLE")
      _ = try await intake.run(at: Bench.start)
      for kind in RequestKind.allCases {
        let refused = try await bench.session.run(
          "SELECT request_key, refusals::text FROM \(kind.table) WHERE answer NOT IN ('accepted', 'duplicate')"
        ).rows.map { "\($0[0] ?? "") \($0[1] ?? "")" }
        #expect(refused == [], "\(document):\(example.line)")
      }
    }
  }

  private struct Example {
    /// `sql`, or what `sepad import` is told.
    let kind: String
    let line: Int
    let text: String

    /// What does in SQL what the example says.
    func statement() throws -> String {
      guard kind != "sql" else { return text.trimmingCharacters(in: [";", "\n", " "]) }
      let lines = text.split(separator: "\n").map { $0.split(separator: ";", omittingEmptySubsequences: false) }
      let table = "intake.\(kind.dropLast().replacing("-", with: "_"))_request"
      let rows = lines.dropFirst().map { row in
        "(" + row.map { $0.isEmpty ? "NULL" : "'\($0.replacing("'", with: "''"))'" }.joined(separator: ", ") + ")"
      }
      return "INSERT INTO \(table) (\(try #require(lines.first).joined(separator: ", "))) VALUES \(rows.joined(separator: ", "))"
    }
  }

  private static func examples(_ document: String) throws -> [Example] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent(document), encoding: .utf8)
    var examples: [Example] = []
    var open: (kind: String, line: Int, lines: [Substring])?
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.hasPrefix("```") {
        if let (kind, first, lines) = open {
          if kind == "sql" || kind.hasPrefix("csv ") {
            examples.append(
              Example(kind: kind.replacing("csv ", with: ""), line: first, text: lines.joined(separator: "\n")))
          }
          open = nil
        } else {
          open = (String(line.dropFirst(3)), number + 1, [])
        }
      } else {
        open?.lines.append(line)
      }
    }
    return examples
  }
}
