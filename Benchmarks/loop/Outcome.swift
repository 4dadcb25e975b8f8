import FoundationEssentials

/// All that one run found.
struct Outcome: Codable {
  var collections: Int
  /// Payments that the database held before, all settled.
  var history: Int
  var settings: [String]
  var stages: [StageOutcome]

  /// Stages that belong to the way of a payment: not what was there before, not the bank's own work.
  private var loop: [StageOutcome] {
    stages.filter { !$0.isSample && !$0.name.hasPrefix("mandates: ") && $0.name != "(the bank)" }
  }
  private var isBeside: Bool { loop.contains { $0.bare != nil } }
  var loopWall: Double { loop.reduce(0) { $0 + $1.cost.wall } }
  var loopOfBareWall: Double { loopWall / max(loop.reduce(0) { $0 + ($1.bare?.wall ?? 0) }, 1e-9) }
  var loopOfBareProcessor: Double {
    loop.reduce(0) { $0 + $1.processor } / max(loop.reduce(0) { $0 + ($1.bare?.processor ?? 0) }, 1e-9)
  }
  var peakKibibytes: Int { stages.map(\.peakKibibytes).max() ?? 0 }

  func json() throws -> String { try Self.encoded(self) }

  static func encoded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// Rows of cells under each other: the first column to the left, the others to the right.
  static func aligned(_ rows: [[String]]) -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.indices.map { $0 == 0 ? padded(row[$0], widths[$0]) : right(row[$0], widths[$0]) }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  var text: String {
    let titles = ["stage", "rows", "s", "rows/s", "MB/s", "sepad s", "PostgreSQL s", "peak MiB", "WAL B/row", "bare s", "of bare", "processors"]
    let table = Self.aligned([titles] + stages.map(\.cells))
    let parts = stages.filter { !$0.parts.isEmpty }.map { stage in
      "  \(stage.name): " + stage.parts.map { "\($0.name) \(decimals($0.cost.wall))" }.joined(separator: ", ")
    }
    return ([table] + (parts.isEmpty ? [] : ["", "Bare parts, in seconds"] + parts) + [
      "",
      "\(collections) collections beside \(history) of before: \(decimals(loopWall)) s from import to the last return, "
        + "\(Int(Double(collections) / max(loopWall, 1e-9))) a second",
      (isBeside ? "\(decimals(loopOfBareWall)) of the bare parts by the wall, \(decimals(loopOfBareProcessor)) in processor time; " : "")
        + "peak \(decimals(Double(peakKibibytes) / 1024)) MiB",
    ]).joined(separator: "\n")
  }
}

struct StageOutcome: Codable {
  struct Part: Codable {
    var name: String
    var cost: Cost
  }

  var name: String
  var rows: Int
  /// Whether it did a part of its work only, so that it is no part of the sum.
  var isSample = false
  var bytes = 0
  /// Wall, and processor time of sepad's process or of the program that ran.
  var cost: Cost
  var databaseProcessor = 0.0
  var peakKibibytes = 0
  var walBytes = 0
  var parts: [Part] = []

  var processor: Double { cost.processor + databaseProcessor }
  var bare: Cost? { parts.isEmpty ? nil : parts.reduce(Cost()) { $0 + $1.cost } }

  var cells: [String] {
    let wall = max(cost.wall, 1e-9)
    return [
      name, "\(rows)", decimals(cost.wall), "\(Int(Double(rows) / wall))",
      bytes == 0 ? "" : decimals(Double(bytes) / 1e6 / wall), decimals(cost.processor), decimals(databaseProcessor),
      peakKibibytes == 0 ? "" : decimals(Double(peakKibibytes) / 1024), "\(walBytes / max(1, rows))",
      bare.map { decimals($0.wall) } ?? "", bare.map { decimals(cost.wall / max($0.wall, 1e-9)) } ?? "",
      bare.map { decimals(processor / max($0.processor, 1e-9)) } ?? "",
    ]
  }
}

private func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }

private func right(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }

func decimals(_ value: Double) -> String {
  let hundredths = Int((value * 100).rounded())
  return "\(hundredths / 100)." + (hundredths % 100 < 10 ? "0" : "") + "\(hundredths % 100)"
}
