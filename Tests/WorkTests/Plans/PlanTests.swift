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
    guard walk.server == PlanWalk.reviewedServer else {
      return print("SKIPPED: plans are reviewed for PostgreSQL \(PlanWalk.reviewedServer), and this is \(walk.server)")
    }
    let found = PlanGolden(walk.statements[stage] ?? [], tables: walk.tables.names)
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
      let read = statements.flatMap(\.plan.family).flatMap { [$0.relation, $0.index].compactMap(\.self) }
      #expect(exception.readings.subtracting(read).isEmpty, "\(exception.stage.rawValue): \(exception.statement)")
    }
  }

  /// A node as auto_explain writes it, and what the rule says to it.
  static let nodes: [(json: String, offences: [String])] = [
    (#"{"Node Type": "Limit", "Plans": [{"Node Type": "Seq Scan", "Relation Name": "job"}]}"#, ["job by Seq Scan"]),
    (#"{"Node Type": "Seq Scan", "Relation Name": "due"}"#, []),
    (#"{"Node Type": "Seq Scan", "Relation Name": "open_entry"}"#, []),
    (
      #"{"Node Type": "Bitmap Heap Scan", "Relation Name": "job", "Plans": [{"Node Type": "Bitmap Index Scan", "Index Name": "job_pkey"}]}"#,
      ["job by Bitmap Index Scan using job_pkey"]
    ),
    (#"{"Node Type": "Index Scan", "Relation Name": "job", "Index Name": "job_pkey", "Index Cond": "(id = 5)"}"#, []),
    (#"{"Node Type": "Index Scan", "Relation Name": "job", "Index Name": "job_given_up"}"#, []),
    (
      #"{"Node Type": "Index Scan", "Relation Name": "job", "Index Name": "job_order", "Index Cond": "(id = 5)"}"#,
      ["job by Index Scan using job_order"]
    ),
    (
      #"{"Node Type": "Limit", "Plans": [{"Node Type": "LockRows", "Plans": [{"Node Type": "Index Scan", "Relation Name": "job", "Index Name": "job_order"}]}]}"#,
      []
    ),
    (
      #"{"Node Type": "Limit", "Plans": [{"Node Type": "Sort", "Plans": [{"Node Type": "Index Scan", "Relation Name": "job", "Index Name": "job_order"}]}]}"#,
      ["job by Index Scan using job_order"]
    ),
  ]

  @Test("the rule sees who reads a table whole", arguments: nodes)
  func bites(json: String, offences: [String]) throws {
    let node = PlanNode(try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]))
    let tables = PlanTables(names: ["job", "due"], firstColumns: ["job_pkey": "id", "job_order": "endpoint"])
    #expect(Growth.offences(of: PlannedStatement(text: "SELECT", plan: node), in: .intake, tables: tables) == offences)
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
