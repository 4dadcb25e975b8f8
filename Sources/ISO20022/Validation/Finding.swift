// What the judge of a collection file says: one rule that does not hold, where, and what was expected.
//
// Names no person: account numbers are masked, names, addresses and remittance texts are never quoted. What a file says
// in ids, codes, dates and amounts is, shortened and without characters that could steer a terminal.

/// One place where a file is outside the rules.
package struct Finding: Equatable, Sendable {
  /// How much weight it has.
  package enum Level: String, Sendable {
    /// Outside the standard or the scheme's usage rules: a bank has the right to refuse it.
    case error
    /// Allowed, or left to an agreement with the bank, and seldom what was meant.
    case warning
  }

  /// From 1; the line of the element, or of the one around it when it is the element that is missing.
  package var line: Int
  /// From the message element down, blocks and debits numbered: `PmtInf[1]/DrctDbtTxInf[3]/DbtrAcct/Id/IBAN`.
  package var path: String
  package var level: Level
  /// The rule's name in `docs/VALIDATING.md`; it never changes its meaning.
  package var rule: String
  package var found: String
  package var expected: String
  /// What to do, where the expectation does not say it.
  package var hint: String?
  /// Who says so: `EPC130-08`, `ISO 13616`.
  package var source: String

  package init(
    line: Int, path: String, level: Level, rule: String, found: String, expected: String, hint: String? = nil,
    source: String
  ) {
    self.line = line
    self.path = path
    self.level = level
    self.rule = rule
    self.found = found
    self.expected = expected
    self.hint = hint
    self.source = source
  }

  /// `12: error: PmtInf[1]/PmtMtd: payment-method: found TRF, expected DD (EPC130-08)`, and its hint on a line below.
  package var text: String {
    let place = path.isEmpty ? "" : "\(path): "
    let words = "\(line): \(level.rawValue): \(place)\(rule): found \(found), expected \(expected) (\(source))"
    return hint.map { "\(words)\nHINT: \($0)" } ?? words
  }

  /// A member for each variable, in their order; no `hint` where there is none.
  var json: JSONText {
    let members: [(String, JSONText)?] = [
      ("line", .number(line)), ("path", .string(path)), ("level", .string(level.rawValue)), ("rule", .string(rule)),
      ("found", .string(found)), ("expected", .string(expected)), hint.map { ("hint", .string($0)) },
      ("source", .string(source)),
    ]
    return .object(members.compactMap(\.self))
  }
}

/// What became of the check against the official schema.
package enum SchemaOutcome: Equatable, Sendable {
  case valid
  case invalid
  /// Not checked, and why.
  case skipped(String)

  /// `valid`, `invalid` or `skipped`.
  var word: String {
    switch self {
    case .valid: "valid"
    case .invalid: "invalid"
    case .skipped: "skipped"
    }
  }

  /// `valid`, `invalid`, or `skipped: no pain.008.001.08.xsd in …`.
  package var text: String {
    if case .skipped(let why) = self { "skipped: \(why)" } else { word }
  }
}

/// What the judge has seen of one file.
package struct Verdict: Equatable, Sendable {
  /// `pain.008.001.08`; empty when it is no message that is judged.
  package var messageType = ""
  package var blocks = 0
  package var transactions = 0
  package var errors = 0
  package var warnings = 0
  package var schema = SchemaOutcome.skipped("the file could not be read as XML")

  /// Nothing seen yet.
  package init() {}

  /// `pain.008.001.08, 2 blocks, 243 transactions: 1 error, 0 warnings; schema valid`.
  package var summary: String {
    let type = messageType.isEmpty ? "no message of ours" : messageType
    return """
      \(type), \(Self.count(blocks, "block")), \(Self.count(transactions, "transaction")): \
      \(Self.count(errors, "error")), \(Self.count(warnings, "warning")); schema \(schema.word)
      """
  }

  private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

/// The findings of one file as a program reads them, some of each rule and how many more there are.
package struct FindingList: Sendable {
  private var kept: [Finding] = []
  private var counts: [String: Int] = [:]
  private let mostOfRule: Int

  /// - Parameter most: as many of each rule are kept, so that a file that is wrong throughout does not fill the memory.
  package init(keeping most: Int) { mostOfRule = most }

  /// - Returns: whether it is one of those that are kept.
  @discardableResult
  package mutating func add(_ finding: Finding) -> Bool {
    let count = counts[finding.rule, default: 0] + 1
    counts[finding.rule] = count
    guard count <= mostOfRule else { return false }
    kept.append(finding)
    return true
  }

  /// Rules of which more was found than was kept, and how much more; sorted.
  package var beyond: [(rule: String, count: Int)] {
    counts.filter { $0.value > mostOfRule }.sorted { $0.key < $1.key }.map { ($0.key, $0.value - mostOfRule) }
  }

  /// One JSON object on one line, keys always in this order.
  package func json(file: String, verdict: Verdict) -> String {
    let members: [(String, JSONText)] = [
      ("file", .string(file)), ("messageType", .string(verdict.messageType)), ("blocks", .number(verdict.blocks)),
      ("transactions", .number(verdict.transactions)), ("errors", .number(verdict.errors)),
      ("warnings", .number(verdict.warnings)), ("schema", .string(verdict.schema.text)),
      ("findings", .array(kept.map(\.json))),
      ("notShown", .object(beyond.map { ($0.rule, .number($0.count)) })),
    ]
    return JSONText.object(members).text
  }
}
