import Foundation
import TestSupport
import Testing

/// A section of docs/FAULTS.md: what breaks down its side, where it breaks along its top.
struct FaultSection: Sendable {
  /// Its heading; unique.
  let title: String
  /// What stands above the table, in Markdown: what the words in the cells mean.
  let words: String
  let columns: [String]
  let rows: [Row]

  struct Row: Sendable {
    let name: String
    /// Where it can happen at all.
    let columns: Set<String>
  }

  typealias Case = (row: String, column: String)

  /// All cells of the table in which something can happen.
  var cases: [Case] {
    rows.flatMap { row in columns.filter { row.columns.contains($0) }.map { (row: row.name, column: $0) } }
  }

  /// All of the page, in its order. A new section is a line here, and a test that keeps its table.
  static let all: [FaultSection] = [
    BankFaultPlan.section, DatabaseFault.section, MailFault.section, WebhookFault.section, ClockFaultTests.section,
  ]
}

/// What became of each fault of a section.
struct FaultTable: Sendable {
  let section: FaultSection
  private var cells: [String: String] = [:]
  private static let notRun = "·"
  private static let notThere = "–"

  init(_ section: FaultSection) { self.section = section }

  /// Reads its section of a page.
  init(_ section: FaultSection, page: String) {
    self.init(section)
    let texts = page.components(separatedBy: "\n## ")
    guard let own = texts.first(where: { $0.hasPrefix(section.title + "\n") }) else { return }
    for line in own.split(separator: "\n") where line.hasPrefix("| ") {
      let fields = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard fields.count == 1 + section.columns.count else { continue }
      for (column, word) in zip(section.columns, fields.dropFirst()) where ![Self.notRun, Self.notThere].contains(word) {
        self[fields[0], column] = word
      }
    }
  }

  subscript(_ row: String, _ column: String) -> String? {
    get { cells["\(row), \(column)"] }
    set { cells["\(row), \(column)"] = newValue }
  }

  /// What of another table this one does not say the same of.
  func differences(from other: FaultTable) -> [String] {
    cells.sorted { $0.key < $1.key }.compactMap { place, word in
      word == other.cells[place] ? nil : "\(place): found \(word), expected \(other.cells[place] ?? "nothing")"
    }
  }

  /// Takes what another says where this one says nothing.
  mutating func fill(from other: FaultTable) { cells.merge(other.cells) { mine, _ in mine } }

  /// Heading, words and table in Markdown.
  var text: String {
    let width = section.rows.map(\.name.count).max() ?? 0
    let widths = section.columns.map { column in
      section.rows.map { word($0, column).count }.reduce(column.count, max)
    }
    func line(_ name: String, _ fields: [String]) -> String {
      let padded = zip(fields, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
      return "| " + ([name.padding(toLength: width, withPad: " ", startingAt: 0)] + padded).joined(separator: " | ") + " |\n"
    }
    return "## \(section.title)\n\n\(section.words)\n\n" + line("fault", section.columns)
      + "|" + String(repeating: "---|", count: 1 + section.columns.count) + "\n"
      + section.rows.map { row in line(row.name, section.columns.map { word(row, $0) }) }.joined()
  }

  private func word(_ row: FaultSection.Row, _ column: String) -> String {
    row.columns.contains(column) ? self[row.name, column] ?? Self.notRun : Self.notThere
  }
}

/// docs/FAULTS.md, as the suites keep it.
enum FaultPage {
  private static let environment = ProcessInfo.processInfo.environment
  private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/FAULTS.md")
  /// Suites keep their sections at the same time.
  private static let lock = NSLock()

  /// Holds a table against its section, or writes it there with SEPAD_REWRITE_GOLDENS=1; other sections stay as they are.
  static func keep(_ table: FaultTable) throws {
    try lock.withLock {
      let kept = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
      if environment["SEPAD_REWRITE_GOLDENS"] == "1" {
        let tables = FaultSection.all.map { section in
          var whole = section.title == table.section.title ? table : FaultTable(section)
          whole.fill(from: FaultTable(section, page: kept))
          return whole
        }
        try Data(text(tables).utf8).write(to: path)
      } else {
        #expect(
          table.differences(from: FaultTable(table.section, page: kept)) == [],
          "docs/FAULTS.md; SEPAD_REWRITE_GOLDENS=1 writes it")
        let read = FaultSection.all.map { FaultTable($0, page: kept) }
        #expect(kept == text(read), "docs/FAULTS.md is not what the tests write")
      }
    }
  }

  static func text(_ tables: [FaultTable]) -> String {
    """
    # Everything around it fails

    What became of it when something beside `sepad` failed: written by the tests in `Tests/EndToEndTests/Faults`, which run
    the programs against real servers and make those fail. While a fault lasts, nothing may be called what it is not, and
    somebody must be able to see what is wrong; when it is over, everything must end as if it had never been.

    In each case, during the fault: a file is called submitted only where its sealed bytes lie whole under its final name;
    what is not known is `uncertain`. At the end: every collection in the state that it must be in, and in one file; each
    message id once at the bank, with the bytes that were sealed; each report kept once; `sepad reconcile` content; nothing
    uncertain, waiting or left in the spool directory. That the fault really struck is asserted, and all output, logs and
    status files are searched for account numbers, names, remittance text and secrets; a log that is flooded fails.
    `SEPAD_MATRIX=full` runs all of it; otherwise a few cases by a printed seed. [KILLS.md](KILLS.md) is about `sepad` itself
    being killed.


    """ + tables.map(\.text).joined(separator: "\n")
  }
}
