import Foundation
import Testing

@testable import ISO20022

/// `docs/VALIDATING.md` lists the rules as the code has them; `SEPAD_REWRITE_GOLDENS=1` writes the list anew.
@Suite struct ValidationPageTests {
  private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/VALIDATING.md")

  private static let list = RuleBook.subjects.map { title, rules in
    let rows = rules.map { rule in
      let hint = rule.hint.map { ". \($0.prefix(1).uppercased())\($0.dropFirst())" } ?? ""
      return "| `\(rule.name)` | \(rule.level.rawValue) | \(rule.expected)\(hint) | \(rule.source) |"
    }
    return "### \(title)\n\n| rule | level | expected | source |\n|---|---|---|---|\n\(rows.joined(separator: "\n"))\n"
  }.joined(separator: "\n")

  @Test func thePageListsTheRulesOfTheCode() throws {
    let text = try String(contentsOf: Self.page, encoding: .utf8)
    let heading = "## Rules\n"
    let place = try #require(text.range(of: heading))
    let wanted = text[..<place.upperBound] + "\n" + Self.list
    if ProcessInfo.processInfo.environment["SEPAD_REWRITE_GOLDENS"] == "1" {
      try String(wanted).write(to: Self.page, atomically: true, encoding: .utf8)
    }
    let now = try String(contentsOf: Self.page, encoding: .utf8)
    #expect(now == wanted, "docs/VALIDATING.md\nHINT: SEPAD_REWRITE_GOLDENS=1 writes the list anew")
  }
}
