import Foundation
import SEPA
import TestSupport
import Testing

@testable import ISO20022

/// Everything that the judge says of a text, in pieces of so many bytes.
func judged(
  _ bytes: [UInt8], schemas: String? = nil, manyTransactions: Int = 100_000, profile: FileRules? = nil, piece: Int = .max
) -> (findings: [Finding], verdict: Verdict) {
  final class Box { var findings: [Finding] = [] }
  let box = Box()
  let judge = MessageJudge(schemas: schemas, manyTransactions: manyTransactions, profile: profile) { box.findings.append($0) }
  var rest = bytes[...]
  while !rest.isEmpty {
    let slice = Array(rest.prefix(piece))
    rest = rest.dropFirst(slice.count)
    slice.withUnsafeBytes { judge.feed($0) }
  }
  let verdict = judge.finish()
  return (box.findings, verdict)
}

/// Where the official schema of a message is; nil, and said loudly, where there is none.
private func schemaFolder(_ messageType: String) -> String? {
  schemaPath(messageType).map { ($0 as NSString).deletingLastPathComponent }
}

private func line(of fragment: String, in text: String) -> Int? {
  text.range(of: fragment).map { range in text[..<range.lowerBound].utf8.count { $0 == UInt8(ascii: "\n") } + 1 }
}

@Suite("The judge of collection files")
struct ValidationTests {
  @Test("finds nothing in a file within the rules, however it is cut", arguments: GoodFile.allCases)
  func good(_ file: GoodFile) {
    for piece in [1, 7, 1000, .max] {
      let (findings, verdict) = judged(Array(file.text.utf8), piece: piece)
      #expect(findings == [])
      #expect(verdict.errors == 0 && verdict.warnings == 0 && verdict.messageType == file.messageType)
      #expect((verdict.blocks, verdict.transactions) == file.counts)
      #expect(verdict.schema == .skipped("no directory of schemas given"))
    }
    guard let schemas = schemaFolder(file.messageType) else { return }
    let (findings, verdict) = judged(Array(file.text.utf8), schemas: schemas)
    #expect(findings == [] && verdict.schema == .valid)
  }

  @Test("finds the one rule that a small change breaks, in its line, and nothing else", arguments: Defect.all)
  func finds(_ defect: Defect) throws {
    let text = try #require(defect.text, "a text to replace is not in the file")
    let (findings, verdict) = judged(Array(text.utf8), manyTransactions: defect.manyTransactions, profile: defect.profile)
    let told = findings.map { "\($0.line): \($0.rule) at \($0.path): found \($0.found)" }
    #expect(Set(findings.map(\.rule)) == Set([defect.rule] + defect.also), "\(told)")
    #expect(findings.count == 1 + defect.also.count, "\(told)")
    let finding = try #require(findings.first { $0.rule == defect.rule })
    #expect(finding.line == line(of: defect.line, in: text), "\(told)")
    #expect(verdict.errors + verdict.warnings == findings.count)
    let pieces = judged(
      Array(text.utf8), manyTransactions: defect.manyTransactions, profile: defect.profile, piece: 3
    ).findings
    #expect(pieces == findings)
  }

  @Test("has a defect for each of its rules, and each rule in one spelling")
  func complete() {
    let names = RuleBook.subjects.flatMap(\.rules).map(\.name)
    #expect(names.count >= 60)
    #expect(names.count == Set(names).count, "a name twice")
    // The schema has a test of its own below.
    #expect(Set(Defect.all.map(\.rule) + ["schema"]) == Set(names))
    for rule in RuleBook.subjects.flatMap(\.rules) where ["practice of banks", "plausibility"].contains(rule.source) {
      #expect(rule.level == .warning, "\(rule.name): no document says so")
    }
    for name in names { #expect(name.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil, "\(name)") }
  }

  @Test("looks at places that are in the message")
  func placesExist() {
    for rule in RuleBook.subjects.flatMap(\.rules) {
      for path in rule.paths { #expect(Place(path).number != SEPAElements.nowhere, "\(rule.name): \(path)") }
      #expect(rule.moment == .walk || !rule.paths.isEmpty, "\(rule.name)")
    }
  }

  @Test("finds nothing in what a bank's profile allows, and looks at no profile that is not given")
  func withinProfile() {
    let rules = FileRules(
      blocks: .one, maxTransactions: 3, maxBytes: Int64(GoodFile.core08.text.utf8.count), addresses: .hybrid, bics: .optional)
    #expect(judged(Array(GoodFile.core08.text.utf8), profile: rules).findings == [])
    for defect in Defect.profiles where defect.changes.isEmpty {
      #expect(judged(Array(defect.file.text.utf8)).findings == [], "\(defect.rule)")
    }
  }

  @Test("tells the first violation of the schema, and says when there is none to check against")
  func schema() throws {
    guard let schemas = schemaFolder("pain.008.001.08") else { return }
    let text = GoodFile.core08.text.replacingOccurrences(of: "<PmtMtd>DD</PmtMtd>\n<NbOfTxs>", with: "<NbOfTxs>")
    let (findings, verdict) = judged(Array(text.utf8), schemas: schemas)
    #expect(findings.map(\.rule).sorted() == ["payment-method-missing", "schema"])
    let finding = try #require(findings.first { $0.rule == "schema" })
    #expect(finding.path == "NbOfTxs" && finding.found == "another order of elements" && finding.expected.contains("PmtMtd"))
    #expect(finding.line == line(of: "<NbOfTxs>3</NbOfTxs>\n<CtrlSum>60.30", in: text) && verdict.schema == .invalid)
    let empty = try TemporaryDirectory()
    let skipped = judged(Array(GoodFile.core08.text.utf8), schemas: empty.path)
    #expect(skipped.findings == [])
    #expect(skipped.verdict.schema == .skipped("no pain.008.001.08.xsd that can be read in \(empty.path)"))
    // Whatever the namespace names, no other directory is looked at.
    let elsewhere = GoodFile.core08.text.replacingOccurrences(of: "pain.008.001.08", with: "../pain.008.001.08")
    #expect(judged(Array(elsewhere.utf8), schemas: schemas).verdict.messageType == "pain.008.001.08")
  }

  @Test("breaks the schema with each defect that the schema knows too, and with no other finding beside the two")
  func agreesWithSchema() throws {
    for file in GoodFile.allCases {
      guard let schemas = schemaFolder(file.messageType) else { continue }
      for defect in Defect.all where defect.file == file {
        guard let text = defect.text else { continue }
        let findings = judged(
          Array(text.utf8), schemas: schemas, manyTransactions: defect.manyTransactions, profile: defect.profile
        ).findings
        let rules = findings.map(\.rule)
        #expect(Set(rules).subtracting(["schema"]) == Set([defect.rule] + defect.also), "\(defect): \(rules)")
      }
    }
  }

  @Test("finds nothing in what sepad writes, in all shapes")
  func ownFiles() throws {
    for bytes in try SampleShapes.all() {
      let type = "pain.008.001.08"
      let (findings, verdict) = judged(bytes, schemas: schemaFolder(type))
      #expect(findings == [], "\(String(decoding: bytes.prefix(3000), as: UTF8.self))")
      #expect(verdict.messageType == type && verdict.transactions > 0)
    }
  }

  @Test("finds nothing in what undoes all that sepad collects, copied from it", arguments: Pain008Version.all)
  func undone(version: Pain008Version) throws {
    for collected in SampleShapes.files() {
      let original = OriginalFile(collected.header, version: version)
      let sum = collected.header.controlSum, count = collected.header.transactions
      let (reversals, request) = (Collected(), Collected())
      let reversing = Pain007Writer { reversals.bytes.append(contentsOf: $0) }
      try reversing.begin(
        ReversalFileHeader(
          messageID: "R-1", createdAt: "2026-12-04T07:00:00Z", transactions: count, controlSum: sum,
          initiatingPartyName: "Acme", original: original))
      let calling = Camt055Writer { request.bytes.append(contentsOf: $0) }
      try calling.begin(
        CancellationHeader(
          requestID: "C-1", createdAt: "2026-12-02T07:00:00Z", transactions: count, controlSum: sum,
          initiatingPartyName: "Acme", original: original))
      for (block, debits) in collected.blocks {
        let all = OriginalBlock(block, transactions: block.transactions, controlSum: block.controlSum)
        try reversing.beginBlock(all)
        try calling.beginBlock(all)
        for debit in debits {
          let id = "U-\(debit.endToEndID)"
          try reversing.reversal(Reversal(reversalID: id, debit: OriginalDebit(debit), reason: .duplicate))
          try calling.cancellation(Cancellation(cancellationID: id, debit: OriginalDebit(debit), reason: .duplicate))
        }
        try reversing.endBlock()
        try calling.endBlock()
      }
      try reversing.end()
      try calling.end()
      for bytes in [reversals.bytes, request.bytes] {
        let (findings, verdict) = judged(bytes, schemas: schemaFolder("camt.055.001.08"))
        #expect(findings == [] && verdict.transactions == count && verdict.schema != .invalid, "\(findings.map(\.text))")
      }
    }
  }

  @Test("finds no more than there is in what only looks like a defect", arguments: UndoAllowance.all)
  func allows(_ allowance: UndoAllowance) throws {
    let text = try #require(allowance.text, "a text to replace is not in the file")
    let findings = judged(Array(text.utf8), schemas: schemaFolder(allowance.file.messageType)).findings
    #expect(Set(findings.map(\.rule)) == allowance.rules, "\(findings.map(\.text))")
  }

  @Test("says the same of what undoes however it is cut, whatever stands in it")
  func changedAtRandom() {
    let seed = ProcessInfo.processInfo.environment["SEPAD_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...UInt64.max)
    print("changed messages: SEPAD_SEED=\(seed)")
    var random = SeededRandom(seed)
    let texts = [GoodFile.reversal02, .reversal09, .cancellation01, .cancellation08].map { $0.text.split(separator: "\n") }
    let values = ["", " ", "0", "-1", "true", "1e9", "9999999999999999999", "2026-02-30", "\u{E9}", "EUR", "NOTPROVIDED"]
    var readable = 0
    for _ in 0..<300 {
      var lines = texts[Int.random(in: 0..<texts.count, using: &random)]
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let (one, other) = (Int.random(in: 2..<lines.count, using: &random), Int.random(in: 2..<lines.count, using: &random))
        // A line that is whole in itself goes, comes twice, elsewhere or with another value.
        guard let end = lines[one].range(of: "</"), let start = lines[one].range(of: ">") else { continue }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: lines.remove(at: one)
        case 1: lines.insert(lines[one], at: other)
        case 2: lines.swapAt(one, other)
        default:
          guard start.upperBound <= end.lowerBound else { continue }
          let value = values[Int.random(in: 0..<values.count, using: &random)]
          lines[one].replaceSubrange(start.upperBound..<end.lowerBound, with: value)
        }
      }
      let bytes = Array(lines.joined(separator: "\n").utf8)
      let (findings, verdict) = judged(bytes)
      #expect(verdict.errors + verdict.warnings == findings.count, "SEPAD_SEED=\(seed)")
      guard !findings.contains(where: { $0.rule == "xml" }) else { continue }
      readable += 1
      let cut = judged(bytes, piece: Int.random(in: 1...97, using: &random))
      #expect(cut.findings == findings && cut.verdict == verdict, "SEPAD_SEED=\(seed)")
    }
    #expect(readable > 100)
  }

  @Test("counts no further than numbers go")
  func beyondNumbers() throws {
    let block = "<OrgnlPmtInfAndCxl><OrgnlPmtInfId>P</OrgnlPmtInfId><NbOfTxs>999999999999999</NbOfTxs>"
      + "<CtrlSum>999999999999999999</CtrlSum><PmtInfCxl>true</PmtInfCxl></OrgnlPmtInfAndCxl>"
    let text = GoodFile.cancellation08.text.replacingOccurrences(
      of: "</Undrlyg>", with: String(repeating: block, count: 10_000) + "</Undrlyg>")
    let (findings, verdict) = judged(Array(text.utf8))
    // What is beyond is not counted, so the number of debits is not compared; the sum still can be.
    #expect(Set(findings.map(\.rule)) == ["original-message-missing", "control-sum-of-file"] && verdict.blocks == 10_002)
    #expect(verdict.transactions > 9_000_000_000_000_000_000)
  }

  @Test("finds nothing in what sepad writes to undo collections, but what was put in")
  func ownUndoing() throws {
    for version in Pain007Version.all {
      for (name, file) in SampleReversals.shapes {
        let (findings, verdict) = judged(Array(try file.text(version).utf8), schemas: schemaFolder(version.messageType))
        var expected: Set = name == "one debit" ? [] : ["text-characters"]
        if name == "a part of an amount" { expected.insert("reversed-amount-partial") }
        // No guideline was written for it.
        if version == .v11 { expected.insert("message-version") }
        #expect(Set(findings.map(\.rule)) == expected, "\(version) \(name): \(findings.map(\.text))")
        #expect(verdict.messageType == version.messageType && verdict.transactions == file.header.transactions)
      }
    }
    for version in Camt055Version.all {
      for (name, request) in SampleRequest.shapes {
        let (findings, verdict) = judged(Array(try request.text(version).utf8), schemas: schemaFolder(version.messageType))
        var expected: Set = name == "debits and a whole block" ? ["text-characters"] : []
        if version == .v09 { expected.insert("message-version") }
        #expect(Set(findings.map(\.rule)) == expected, "\(version) \(name): \(findings.map(\.text))")
        #expect(verdict.transactions == request.header.transactions && verdict.schema != .invalid)
      }
    }
  }

  @Test("names no account, no person and no text")
  func discreet() throws {
    for defect in Defect.all {
      guard let text = defect.text else { continue }
      for finding in judged(Array(text.utf8), manyTransactions: defect.manyTransactions).findings {
        let words = finding.text
        for secret in ["0440532", "0600001123", "0417164", "Dupont", "Jansen", "Zollikon", "Invoice"] {
          #expect(!words.contains(secret), "\(words)")
        }
      }
    }
  }

  @Test("lets no control character of a file through")
  func plainWords() {
    let text = GoodFile.core02.text.replacingOccurrences(of: "SHAR", with: "").replacingOccurrences(
      of: "<ChrgBr>SLEV", with: "<ChrgBr>\u{9B}31m\u{202E}SLEV")
    let findings = judged(Array(text.utf8)).findings
    #expect(findings.map(\.found) == ["U+009B31mU+202ESLEV"])
  }

  private static let head = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.008.001."
  private static let strange = [
    "", " ", "x", "<a/>", "<Document/>", "\(head)08\"/>", "\(head)08\"><CstmrDrctDbtInitn/></Document>",
    "\(head)99\"><CstmrDrctDbtInitn/></Document>", "\(head)08.x\"><CstmrDrctDbtInitn/></Document>",
    "\(head)08\"><CstmrDrctDbtInitn><PmtInf/></CstmrDrctDbtInitn></Document>",
    "\(head)08\"><CstmrDrctDbtInitn><PmtInf><DrctDbtTxInf/></PmtInf><GrpHdr/></CstmrDrctDbtInitn></Document>",
    "\(head)08\"><CstmrDrctDbtInitn><PmtInf><Cdtr>", "\u{0}", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
    "<?xml version=\"1.0\"?>",
  ]

  @Test("survives whatever is no collection file", arguments: strange)
  func foreign(_ text: String) {
    let (findings, verdict) = judged(Array(text.utf8))
    #expect(!findings.isEmpty && verdict.errors + verdict.warnings == findings.count)
  }

  @Test("survives every truncation, and each says that it is none", arguments: GoodFile.allCases)
  func truncated(_ file: GoodFile) {
    let bytes = Array(file.text.utf8)
    let end = bytes.count - "</Document>\n\n".utf8.count
    for length in stride(from: 0, to: end, by: 11) {
      #expect(judged(Array(bytes[..<length])).findings.contains { $0.rule == "xml" })
    }
  }

  @Test("survives what chance makes of a good file, and says the same however it is cut", arguments: GoodFile.allCases)
  func mutated(_ file: GoodFile) {
    let good = Array(file.text.utf8)
    let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.utf8) + [0x0A] }
    for seed in 0..<400 as Range<UInt64> {
      var chance = SeededRandom(seed)
      var bytes = good
      if seed % 2 == 0 {
        for _ in 0..<Int.random(in: 1...4, using: &chance) {
          let place = Int.random(in: 0..<bytes.count, using: &chance)
          bytes[place] = UInt8.random(in: 0...255, using: &chance)
        }
      } else {
        // Lines left out, doubled and moved: often still XML.
        var mixed = lines
        for _ in 0..<Int.random(in: 1...4, using: &chance) {
          let line = mixed.remove(at: Int.random(in: 0..<mixed.count, using: &chance))
          for _ in 0..<Int.random(in: 0...2, using: &chance) {
            mixed.insert(line, at: Int.random(in: 0...mixed.count, using: &chance))
          }
        }
        bytes = mixed.flatMap(\.self)
      }
      let (findings, verdict) = judged(bytes)
      let cut = judged(bytes, piece: Int.random(in: 1...50, using: &chance))
      #expect(verdict.errors + verdict.warnings == findings.count, "seed \(seed)")
      // What is not well-formed is noticed where the piece at hand lets it be.
      guard !findings.contains(where: { $0.rule == "xml" }) else { continue }
      #expect(findings == cut.findings && verdict == cut.verdict, "seed \(seed)")
    }
  }

  @Test("refuses a debit that is larger than any")
  func tooLarge() {
    let lines = String(repeating: "<AdrLine>x</AdrLine>", count: Part.mostElements)
    let text = GoodFile.core08.text.replacingOccurrences(of: "<AdrLine>Haus B</AdrLine>", with: lines)
    #expect(judged(Array(text.utf8)).findings.map(\.rule) == ["xml"])
    let long = String(repeating: "<Ustrd>\(String(repeating: "x", count: 60_000))</Ustrd>", count: 5)
    let heavy = GoodFile.core08.text.replacingOccurrences(of: "<Ustrd>/INV/2 as agreed</Ustrd>", with: long)
    #expect(judged(Array(heavy.utf8)).findings.map(\.rule) == ["xml"])
  }

  @Test("keeps some findings of each rule and counts the others")
  func list() {
    var list = FindingList(keeping: 2)
    let finding = Finding(
      line: 1, path: "a", level: .warning, rule: "r", found: "\"x\"", expected: "y", hint: "h", source: "s")
    #expect((0..<5).map { _ in list.add(finding) } == [true, true, false, false, false])
    #expect(list.beyond.map(\.rule) == ["r"] && list.beyond.map(\.count) == [3])
    let json = list.json(file: "f", verdict: Verdict())
    #expect(json.hasSuffix(#""source":"s"}],"notShown":{"r":3}}"#) && json.contains(#""found":"\"x\"""#), "\(json)")
    #expect(finding.text == "1: warning: a: r: found \"x\", expected y (s)\nHINT: h")
  }
}
