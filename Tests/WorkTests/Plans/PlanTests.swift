import Foundation
import TestSupport
import Testing

/// How PostgreSQL goes about each statement of each stage, where tens of thousands of payments are settled already.
@Suite struct PlanTests {
  /// The stages run once; every test looks at their plans.
  private static let walk = Task { try await PlanWalk.run() }

  @Test("plans are as reviewed", arguments: PlanStage.allCases)
  func goldens(_ stage: PlanStage) async throws {
    let walk = try await Self.walk.value
    let found = PlanGolden(walk.statements[stage] ?? [], tables: walk.tables)
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Goldens/\(stage.rawValue).txt").path
    if ProcessInfo.processInfo.environment["SEPAD_REWRITE_GOLDENS"] == "1" {
      try found.text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let kept = PlanGolden(text: try String(contentsOfFile: path, encoding: .utf8))
    for difference in found.differences(from: kept) {
      Issue.record("\(stage.rawValue): \(difference)\nHINT: SEPAD_REWRITE_GOLDENS=1 writes Plans/Goldens anew")
    }
  }

  @Test("no statement reads a table whole that grows with every payment", arguments: PlanStage.allCases)
  func growth(_ stage: PlanStage) async throws {
    let walk = try await Self.walk.value
    let statements = try #require(walk.statements[stage])
    #expect(!statements.isEmpty)
    for statement in statements {
      let offences = Growth.offences(of: statement, in: stage, tables: walk.tables)
      #expect(offences.isEmpty, "\(stage.rawValue): reads \(offences.joined(separator: ", ")) whole: \(statement.text)\n\(statement.plan.text())")
    }
  }

  @Test("every exception is of use") func exceptionsAreMet() async throws {
    let walk = try await Self.walk.value
    for exception in Growth.exceptions {
      let statements = walk.statements[exception.stage]?.filter { $0.text.hasPrefix(exception.statement) } ?? []
      let read = statements.flatMap { $0.plan.family.compactMap(\.relation) }
      #expect(exception.relations.subtracting(read).isEmpty, "\(exception.stage.rawValue): \(exception.statement)")
    }
  }

  @Test("the past counts, and the rule sees who reads it whole") func bites() async throws {
    func node(_ json: String) throws -> PlanNode {
      PlanNode(try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]))
    }
    func offences(_ json: String) throws -> [String] {
      Growth.offences(of: PlannedStatement(text: "SELECT", plan: try node(json)), in: .intake, tables: ["job", "due"])
    }
    let whole = #"{"Node Type": "Limit", "Plans": [{"Node Type": "Seq Scan", "Relation Name": "job", "Alias": "j"}]}"#
    #expect(try offences(whole) == ["job by Seq Scan"])
    let index = #"{"Node Type": "Bitmap Heap Scan", "Relation Name": "job", "Plans": [{"Node Type": "Bitmap Index Scan", "Index Name": "job_pkey"}]}"#
    #expect(try offences(index) == ["job by Bitmap Index Scan using job_pkey"])
    let found = #"{"Node Type": "Index Scan", "Relation Name": "job", "Index Name": "job_pkey", "Index Cond": "(id = 5)"}"#
    #expect(try offences(found) == [])
    #expect(try offences(found.replacing("job_pkey", with: "job_waiting").replacing("Index Cond", with: "Filter")) == [])
    #expect(try offences(#"{"Node Type": "Seq Scan", "Relation Name": "due"}"#) == [])
    #expect(try node(found).text() == "Index Scan using job_pkey on job\n    Index Cond: (id = #)")
  }

  @Test("a comparison names the statement and shows both plans") func differences() {
    let kept = PlanGolden(text: "== SELECT a\nSeq Scan on b\n\n== SELECT c\nResult\n")
    let found = PlanGolden(text: "== SELECT a\nIndex Scan using d on b\n\n== SELECT e\nResult\n")
    #expect(
      found.differences(from: kept) == [
        "SELECT a: another plan: found\nIndex Scan using d on b\nexpected\nSeq Scan on b",
        "SELECT e: found a statement that was not asked before, planned as\nResult",
        "SELECT c: found that nobody asks it any more",
      ])
    #expect(found.differences(from: found) == [])
    #expect(kept.text == "== SELECT a\nSeq Scan on b\n\n== SELECT c\nResult\n")
  }
}
