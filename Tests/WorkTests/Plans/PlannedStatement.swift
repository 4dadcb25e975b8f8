import Foundation

/// A statement and how PostgreSQL went about it.
struct PlannedStatement {
  /// On one line, without comments, numbers as `#`.
  let text: String
  let plan: PlanNode

  /// The plans that auto_explain wrote into a server's log, as JSON, in the order in which their statements ended.
  ///
  /// What foreign keys ask of their own accord, row by row, comes once.
  static func all(inLog log: Data) throws -> [PlannedStatement] {
    var seen: Set<Data> = []
    return try documents(in: log).compactMap { document in
      if document.range(of: foreignKeyCheck) != nil, !seen.insert(document).inserted { return nil }
      guard let entry = try JSONSerialization.jsonObject(with: document) as? [String: Any],
        let text = entry["Query Text"] as? String, let plan = entry["Plan"] as? [String: Any]
      else { return nil }
      return PlannedStatement(text: oneLine(text), plan: PlanNode(plan))
    }
  }

  private static let foreignKeyCheck = Data("\"Query Text\": \"SELECT 1 FROM ONLY".utf8)

  /// Whether it is what a foreign key asks of its own accord.
  var isForeignKeyCheck: Bool { text.hasPrefix("SELECT # FROM ONLY") }

  /// The server puts a tab before each line of what it says after the first.
  private static func documents(in log: Data) -> [Data] {
    var documents: [Data] = []
    var document: Data?
    for line in log.split(separator: 0x0A) {
      if line.first == 0x09 {
        document?.append(line.dropFirst())
      } else {
        if let document { documents.append(document) }
        document = line.suffix(planFollows.count).elementsEqual(planFollows) ? Data() : nil
      }
    }
    if let document { documents.append(document) }
    return documents
  }

  private static let planFollows = Data("  plan:".utf8)

  private static func oneLine(_ text: String) -> String {
    let lines = text.split(separator: "\n").map { $0.prefix(upTo: $0.firstRange(of: "--")?.lowerBound ?? $0.endIndex) }
    return valuesHidden(in: lines.joined(separator: " ").split(separator: " ").joined(separator: " "), quoted: false)
  }
}

/// A node of a plan, without anything that differs from run to run: no costs, no counts, no values.
struct PlanNode {
  /// As `EXPLAIN` prints it: `Index Scan`, `Hash Anti Join`.
  let kind: String
  let relation: String?
  let alias: String?
  let index: String?
  /// By which it finds or joins rows; not what it throws away afterwards.
  let conditions: [String]
  /// `CTE moved`, `SubPlan 1`: what part of the statement it is, where it is one.
  let part: String?
  let children: [PlanNode]

  init(_ json: [String: Any]) {
    func text(_ key: String) -> String? { json[key] as? String }
    kind = Self.kind(text)
    (relation, alias, index) = (text("Relation Name"), text("Alias"), text("Index Name"))
    conditions = ["Index Cond", "Hash Cond", "Merge Cond", "Join Filter"]
      .compactMap { name in text(name).map { "\(name): \(valuesHidden(in: $0, quoted: true))" } }
    part = text("Subplan Name").map { valuesHidden(in: $0, quoted: false) }
    children = (json["Plans"] as? [[String: Any]] ?? []).map(PlanNode.init)
  }

  private static func kind(_ text: (String) -> String?) -> String {
    let name = text("Node Type") ?? "?"
    switch name {
    case "ModifyTable": return text("Operation") ?? name
    case "Aggregate":
      switch text("Strategy") {
      case "Hashed": return "HashAggregate"
      case "Sorted": return "GroupAggregate"
      default: return name
      }
    default:
      let join = text("Join Type").flatMap { $0 == "Inner" ? nil : " \($0)" } ?? ""
      let word = name == "Nested Loop" || join.isEmpty ? name : name.replacing(" Join", with: "")
      let suffix = join.isEmpty ? "" : "\(join) Join"
      return word + suffix + (text("Scan Direction") == "Backward" ? " Backward" : "")
    }
  }

  /// It and all below it.
  var family: [PlanNode] { [self] + children.flatMap(\.family) }

  /// The tree, a node on a line.
  func text(indent: String = "") -> String {
    var line = indent + (part.map { "\($0): " } ?? "") + kind
    if let index { line += " using \(index)" }
    if let relation { line += " on \(relation)" + (alias == nil || alias == relation ? "" : " \(alias ?? "")") }
    for condition in conditions { line += "\n\(indent)    \(condition)" }
    return ([line] + children.map { $0.text(indent: indent + "  ") }).joined(separator: "\n")
  }
}

/// Text with `#` for each number and, where `quoted`, `?` for each quoted value. What a name or a parameter ends with is no
/// number in `#`'s sense, but parameters lose theirs.
private func valuesHidden(in text: String, quoted: Bool) -> String {
  var shown: [UInt8] = []
  var isInQuotes = false
  var isInWord = false
  for byte in text.utf8 {
    let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    if quoted, byte == UInt8(ascii: "'") {
      isInQuotes.toggle()
      if isInQuotes { shown.append(UInt8(ascii: "?")) }
    } else if quoted, isInQuotes {
      continue
    } else if isDigit, !isInWord {
      if shown.last != UInt8(ascii: "#") { shown.append(UInt8(ascii: "#")) }
    } else {
      shown.append(byte)
      let isLetter = byte == UInt8(ascii: "_") || (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
      isInWord = isLetter || isDigit
    }
  }
  return String(decoding: shown, as: UTF8.self)
}
