/// The plans of one stage as text: a section for each statement, under the head of it.
struct PlanGolden {
  private(set) var sections: [(statement: String, plans: String)] = []

  /// Statements that touch `tables`, in the order in which they were first asked; each of several plans of one statement.
  init(_ statements: [PlannedStatement], tables: Set<String>) {
    var plans: [(text: String, plans: [String])] = []
    for statement in statements where !statement.isForeignKeyCheck {
      guard statement.plan.family.contains(where: { $0.relation.map(tables.contains) ?? false }) else { continue }
      let plan = statement.plan.text()
      if let index = plans.firstIndex(where: { $0.text == statement.text }) {
        if !plans[index].plans.contains(plan) { plans[index].plans.append(plan) }
      } else {
        plans.append((statement.text, [plan]))
      }
    }
    var heads: [String: Int] = [:]
    for (text, plans) in plans {
      let head = text.prefix(Self.headLength).split(separator: " ").joined(separator: " ")
      heads[head, default: 0] += 1
      sections.append((heads[head] == 1 ? head : "\(head) (\(heads[head] ?? 0))", plans.joined(separator: "\nor\n")))
    }
  }

  /// What `text` gave.
  init(text: String) {
    for section in ("\n" + text).split(separator: "\n== ") {
      let parts = section.split(separator: "\n", maxSplits: 1)
      guard parts.count == 2 else { continue }
      sections.append((String(parts[0]), parts[1].split(separator: "\n").joined(separator: "\n")))
    }
  }

  private static let headLength = 110

  var text: String { sections.map { "== \($0.statement)\n\($0.plans)\n" }.joined(separator: "\n") }

  /// What is not as in `kept`, each in words.
  func differences(from kept: PlanGolden) -> [String] {
    let (before, after) = (kept.byStatement, byStatement)
    let changed = sections.compactMap { statement, plans -> String? in
      guard let expected = before[statement] else {
        return "\(statement): found a statement that was not asked before, planned as\n\(plans)"
      }
      return expected == plans ? nil : "\(statement): another plan: found\n\(plans)\nexpected\n\(expected)"
    }
    return changed
      + kept.sections.filter { after[$0.statement] == nil }.map { "\($0.statement): found that nobody asks it any more" }
  }

  private var byStatement: [String: String] { Dictionary(sections.map { ($0.statement, $0.plans) }) { first, _ in first } }
}
