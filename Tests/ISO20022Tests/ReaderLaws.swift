// What holds for any bytes that a reader may be given. The fuzzer holds its inputs to these laws, and a test holds the
// samples and every input that once broke one to them.

import Containers
import ISO20022
import TestSupport

/// A law that some bytes broke.
struct BrokenLaw: Error, CustomStringConvertible {
  var description: String
}

/// Checks one file: what always holds, and one law more, which the bytes and `round` decide, as they decide where the file
/// is cut. The same bytes are checked the same way each time.
func checkReaderLaws(_ bytes: [UInt8], round: UInt64 = 0) throws(BrokenLaw) {
  var random = SeededRandom(bytes.reduce(0xCBF2_9CE4_8422_2325 &+ round) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 })
  let prefix = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
  let isContainer = Container.isContainer(bytes)
  let whole = Reading(reportIn: [bytes])
  try whole.checkNumbers()

  switch Int.random(in: 0..<7, using: &random) {
  case 0: try whole.require(Reading(reportIn: pieces(of: bytes, using: &random)), "a report cut into pieces")
  case 1: try whole.requireNoMore(than: Reading(reportIn: [prefix]), inContainer: isContainer)
  case 2 where !isContainer:
    let twice = bytes + (between.randomElement(using: &random) ?? []) + bytes
    let both = Reading(reportIn: [twice])
    try both.require(Reading(reportIn: pieces(of: twice, using: &random)), "two reports cut into pieces")
    try both.requireTwice(whole)
  case 3 where !isContainer:
    let packed = Bool.random(using: &random) ? Packing.gzip(bytes) : Packing.zip([("a.xml", bytes)])
    try whole.require(Reading(reportIn: pieces(of: packed, using: &random)), "a report in a container")
  case 4 where !isContainer:
    // Read at the parser's own pace, as above, or pushed.
    let bytes = Bool.random(using: &random) ? bytes : bytes + (between.randomElement(using: &random) ?? []) + bytes
    try Reading(reportIn: [bytes]).require(Reading(pushing: pieces(of: bytes, using: &random)), "a report pushed")
  case 5: try requireOneJudgement(of: bytes, cutInto: pieces(of: bytes, using: &random))
  default:
    let file = Reading(collectionsIn: [bytes])
    try file.require(Reading(collectionsIn: pieces(of: bytes, using: &random)), "a collection file cut into pieces")
    try file.requireNoMore(than: Reading(collectionsIn: [prefix]), inContainer: false)
  }
}

/// The judge of collection files says the same of a file however it is cut, and counts what it says.
private func requireOneJudgement(of bytes: [UInt8], cutInto pieces: [[UInt8]]) throws(BrokenLaw) {
  let (whole, cut) = (Judgement(of: [bytes]), Judgement(of: pieces))
  guard whole.verdict.errors + whole.verdict.warnings == whole.findings.count else {
    throw BrokenLaw(description: "findings: found \(whole.findings.count), expected \(whole.verdict)")
  }
  // Where a document stops being XML is seen earlier or later, as the piece at hand lets it.
  let isXML = !whole.findings.contains { $0.rule == "xml" }
  guard isXML == !cut.findings.contains(where: { $0.rule == "xml" }), !isXML || whole == cut else {
    throw BrokenLaw(description: "judged in pieces: found \(cut.findings), expected \(whole.findings)")
  }
}

/// What the judge says of one file.
private struct Judgement: Equatable {
  private(set) var findings: [Finding] = []
  private(set) var verdict = Verdict()

  init(of pieces: [[UInt8]]) {
    var findings: [Finding] = []
    let judge = MessageJudge(schemas: nil) { findings.append($0) }
    for piece in pieces { piece.withUnsafeBytes { judge.feed($0) } }
    verdict = judge.finish()
    self.findings = findings
  }
}

/// What may stand between two documents, and what may not.
private let between: [[UInt8]] = [
  "", "\n", " <!-- > -->", "<!-- </Document> <?xml -->", "<?p <!-- ?>", "<?xml-p ?>\n", "\u{FEFF}",
  "\u{FEFF}\n\u{FEFF}", "x", "\0", "&", "<!-->", "<!DOCTYPE a>", "<!-- " + String(repeating: "-<a ", count: 200) + "-->",
].map { Array($0.utf8) } + [[0xEF], [0xEF, 0xBB]]

/// All of `bytes`, in pieces of one size or of many, often tiny, some of them empty; at most a few thousand pieces.
private func pieces(of bytes: [UInt8], using random: inout SeededRandom) -> [[UInt8]] {
  let longest = max([1, 2, 5, 64, 4096].randomElement(using: &random) ?? 1, bytes.count / 2000)
  let isEven = Bool.random(using: &random)
  var pieces: [[UInt8]] = []
  var rest = bytes[...]
  while !rest.isEmpty {
    let piece = rest.prefix(isEven ? longest : Int.random(in: 0...longest, using: &random))
    pieces.append(Array(piece))
    rest = rest.dropFirst(piece.count)
  }
  return pieces
}

/// What one reading of a file gave.
struct Reading: Equatable {
  private(set) var records: [ReportRecord] = []
  private(set) var events: [Pain008Event] = []
  private(set) var messageType: String?
  private(set) var messages = 0
  private(set) var warnings: [String] = []
  /// Why the file was refused: then nothing else counts.
  private(set) var refusal: String?

  /// A bank's file, as the pipeline reads it, and as `inspect` counts it.
  init(reportIn pieces: [[UInt8]]) {
    var records: [ReportRecord] = []
    var count = FileCount(file: "")
    let reader = BankFileReader {
      records.append($0)
      try count.add($0)
    }
    var source = pieces.makeIterator()
    do {
      try reader.read { source.next() }
      self.records = records
      messageType = reader.messageType
      messages = reader.messages
      warnings = reader.warnings
      _ = count.finished().json
    } catch {
      refusal = "\(error)"
    }
  }

  /// A file that is no container, fed to a reader by whoever has its pieces.
  init(pushing pieces: [[UInt8]]) {
    var records: [ReportRecord] = []
    let reader = ReportReader { records.append($0) }
    do {
      for piece in pieces { try reader.feed(piece) }
      try reader.finish()
      self.records = records
      messageType = reader.version?.messageType
      messages = reader.messages
      warnings = reader.warnings
    } catch {
      refusal = "\(error)"
    }
  }

  /// A file of collections, as the sandbox bank reads it.
  init(collectionsIn pieces: [[UInt8]]) {
    var events: [Pain008Event] = []
    let reader = Pain008Reader { events.append($0) }
    do {
      for piece in pieces {
        try piece.span.withUnsafeBytes { (bytes) throws(Pain008ReadFault) in try reader.feed(bytes) }
      }
      try reader.finish()
      self.events = events
    } catch {
      refusal = "\(error)"
    }
  }

  var isAccepted: Bool { refusal == nil }

  /// Ordinals are unique, and whatever contains a record has the lower one.
  func checkNumbers() throws(BrokenLaw) {
    let ordinals = Set(records.map(\.ordinal))
    if ordinals.count != records.count { throw BrokenLaw(description: "two records have one ordinal") }
    for record in records {
      if let parent = record.parentOrdinal, parent >= record.ordinal || !ordinals.contains(parent) {
        throw BrokenLaw(description: "record \(record.ordinal) lies in \(parent)")
      }
    }
  }

  /// The same file by another way says the same; what is refused is refused in some words.
  func require(_ other: Reading, _ what: String) throws(BrokenLaw) {
    guard isAccepted || other.isAccepted, self != other else { return }
    throw BrokenLaw(description: "\(what): found \(other.summary), expected \(summary)")
  }

  /// A file with another after it is both of them, or refused.
  func requireTwice(_ one: Reading) throws(BrokenLaw) {
    guard isAccepted else { return }
    // Of documents that only announce a message one is counted, however many there are.
    let hasBoth = messages == 2 * one.messages || records.isEmpty
    if one.isAccepted, hasBoth, records.count == 2 * one.records.count { return }
    throw BrokenLaw(description: "one file twice: found \(summary), expected it twice: \(one.summary)")
  }

  /// A truncated file counts only when what is missing says nothing; between two documents a cut cannot be seen.
  func requireNoMore(than prefix: Reading, inContainer: Bool) throws(BrokenLaw) {
    guard isAccepted, prefix.isAccepted else { return }
    let isWhole = records == prefix.records && events == prefix.events
    let isDocuments = !inContainer && messages > 1 && records.starts(with: prefix.records)
    if !isWhole, !isDocuments {
      throw BrokenLaw(description: "a truncated file: found \(prefix.summary), expected \(summary) or a refusal")
    }
  }

  private var summary: String {
    let counts = "\(records.count) records, \(events.count) events, \(messages) messages"
    return refusal ?? "\(messageType ?? "no type"), \(counts), \(warnings)"
  }
}
