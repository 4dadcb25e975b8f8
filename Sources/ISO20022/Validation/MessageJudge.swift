// Judges a pain.008 of anybody, and what undoes it, a pain.007 or camt.055: whether it is XML, an instance of its schema,
// and within the usage rules of SEPA direct debits. Goes on after each finding, as far as the XML can be read.
//
// Memory: the header, the block and one debit, and for each debit some hashes of what must not come twice. Findings are
// told as they come and not kept.

package import SEPA

/// Bytes of one file in, findings out. Not for use from two threads at once.
package final class MessageJudge {
  private let walk: JudgeWalk
  private let parser: PushParser
  private let schema: SchemaCheck
  private var head = TextHead()
  private var isHeadJudged = false
  private var isStopped = false
  private let mostBytes: Int64?
  private var bytes: Int64 = 0

  /// - Parameters:
  ///   - schemas: the directory that holds `pain.008.001.08.xsd` and the like; nil where there is none.
  ///   - manyTransactions: a file of more is worth a warning.
  ///   - profile: what the bank wants that it is meant for; nil judges by the rules of all banks alone.
  package init(
    schemas: String?, manyTransactions: Int = 100_000, profile: FileRules? = nil, limits: XMLLimits = XMLLimits(),
    tell: @escaping (Finding) -> Void
  ) {
    mostBytes = profile?.maxBytes
    walk = JudgeWalk(manyTransactions: manyTransactions, profile: profile, tell: tell)
    parser = PushParser(limits: limits, handler: walk)
    schema = SchemaCheck(directory: schemas)
  }

  /// The next bytes of the file, of any length.
  package func feed(_ piece: UnsafeRawBufferPointer) {
    guard !isStopped else { return }
    bytes += Int64(piece.count)
    judgeHead(piece)
    var rest = piece[...]
    // In slices, so that what waits for the schema to be known stays small.
    while !rest.isEmpty, !isStopped {
      let slice = UnsafeRawBufferPointer(rebasing: rest.prefix(64 << 10))
      rest = rest.dropFirst(slice.count)
      // The parser first: its bounds keep what is hostile from the validator.
      read { () throws(XMLFault) in try parser.feed(slice) }
      guard !isStopped else { return }
      tellOf { () throws(SchemaFault) in try schema.feed(slice, of: walk.messageType) }
    }
  }

  /// Says that the file has ended.
  package func finish() -> Verdict {
    if !isStopped { read { () throws(XMLFault) in try parser.finish() } }
    if !isStopped {
      walk.endFile()
      if let mostBytes, bytes > mostBytes {
        walk.tell("profile-bytes", line: 1, path: "Document", found: "\(bytes)", expected: "at most \(mostBytes)")
      }
      tellOf { () throws(SchemaFault) in try schema.finish() }
    }
    walk.flush()
    var verdict = walk.verdict
    let isOpen = isStopped && schema.outcome == .valid
    verdict.schema = isOpen ? .skipped("the file could not be read to its end") : schema.outcome
    return verdict
  }

  private func read(_ body: () throws(XMLFault) -> Void) {
    do throws(XMLFault) { try body() } catch {
      isStopped = true
      walk.tell("xml", line: error.line, found: error.found, expected: error.expected)
    }
  }

  private func tellOf(_ body: () throws(SchemaFault) -> Void) {
    do throws(SchemaFault) { try body() } catch {
      // What is not well-formed the parser tells.
      guard case .invalid(let line, _, let element, let rule, let expected) = error else { return }
      walk.tell("schema", line: line, path: element, found: "another \(rule)", expected: expected)
    }
  }

  /// ISO 20022 messages are UTF-8. libxml2 reads others too, so the first bytes are looked at here.
  private func judgeHead(_ piece: UnsafeRawBufferPointer) {
    guard !isHeadJudged else { return }
    head.add(Array(piece.prefix(2048)))
    guard head.isEnough else { return }
    isHeadJudged = true
    let bytes = head.bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { walk.tell("byte-order-mark", line: 1, found: "EF BB BF") }
    let says = bytes.starts(with: "<?xml".utf8) || bytes.dropFirst(3).starts(with: "<?xml".utf8)
    let isWide = bytes.prefix(4).contains(0) || bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE])
    if says || isWide, !head.isUTF8 {
      walk.tell("encoding", line: 1, found: isWide ? "UTF-16 or UTF-32" : "another declared encoding")
    }
  }
}

/// The check against the schema that the file's namespace names, once that is known.
private final class SchemaCheck {
  private let directory: String?
  private var validator: SchemaValidator?
  /// What has come before the namespace.
  private var waiting: [UInt8] = []
  private var isChosen = false
  private(set) var outcome = SchemaOutcome.skipped("the file could not be read as XML")

  init(directory: String?) { self.directory = directory }

  /// - Parameter messageType: nil while it is not known.
  func feed(_ slice: UnsafeRawBufferPointer, of messageType: String?) throws(SchemaFault) {
    guard !isChosen else {
      try run { (validator) throws(SchemaFault) in try validator.feed(slice) }
      return
    }
    waiting.append(contentsOf: slice)
    guard let messageType else {
      // A megabyte of comments is no head of a message.
      if waiting.count > 1 << 20 { choose(nil, "no message within the first megabyte") }
      return
    }
    choose(messageType, "the file is no pain.008, pain.007 or camt.055")
    let bytes = waiting
    waiting = []
    try run { (validator) throws(SchemaFault) in
      try bytes.span.withUnsafeBytes { (bytes) throws(SchemaFault) in try validator.feed(bytes) }
    }
  }

  func finish() throws(SchemaFault) {
    try run { (validator) throws(SchemaFault) in try validator.finish() }
  }

  private func choose(_ messageType: String?, _ otherwise: String) {
    isChosen = true
    guard let messageType, !messageType.isEmpty, let directory else {
      outcome = .skipped(messageType?.isEmpty == false ? "no directory of schemas given" : otherwise)
      waiting = []
      return
    }
    do throws(SchemaFault) {
      validator = try SchemaValidator(schemaPath: "\(directory)/\(messageType).xsd")
      outcome = .valid
    } catch {
      outcome = .skipped("no \(messageType).xsd that can be read in \(directory)")
    }
  }

  private func run(_ body: (SchemaValidator) throws(SchemaFault) -> Void) throws(SchemaFault) {
    guard let validator else { return }
    do throws(SchemaFault) { try body(validator) } catch {
      self.validator = nil
      outcome = .invalid
      throw error
    }
  }
}
