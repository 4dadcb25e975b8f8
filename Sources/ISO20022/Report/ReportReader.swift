// Reads a bank report piece by piece and delivers what it says, record by record.
//
// Refuses, by line: everything `PushParser` refuses; other messages; a value given twice; and elements that say what
// money did anywhere but where their schema has them, for what is overlooked is worse than what is refused. It does not
// check the rest of the schema: banks' files often fail theirs in places that do not matter here.

/// Bytes of one file of pain.002, camt.052, camt.053, camt.054 or camt.029 in, `ReportRecord`s out, in constant memory.
///
/// A file may hold several messages: as documents one after the other, or within one envelope. Whatever stands around
/// a message (a SWIFT `DataPDU` or business application header, `XMLPAYLOAD`) is passed over.
///
/// Records are delivered at the end tags of their elements, before the file is known to be whole: they count only once
/// `finish` has returned. Not for use from two threads at once.
package final class ReportReader {
  private let limits: XMLLimits
  private let handler: ReportHandler
  private var parser: PushParser
  private var cuts = DocumentCuts()
  /// Whether the first document has got a byte that is not a blank.
  private var hasBegun = false
  /// Past a document's end, where the file was cut for it: what follows may be another one. Nowhere else, or it would
  /// depend on how the file came.
  private var mayBegin = false
  private var between = BetweenDocuments()
  private var documents = 1
  /// More documents in one file than any bank sends, and few enough to keep their cost small.
  private static let mostDocuments = 10_000

  /// - Parameter after: the last ordinal of what was read before, when several files are to be numbered through.
  /// - Parameter deliver: receives each record; what it throws ends the reading, an `XMLFault` as `ReportFault.document`,
  ///   anything else as `ReportFault.recipient`.
  package init(
    limits: XMLLimits = XMLLimits(), after ordinal: Int = 0, deliver: @escaping (ReportRecord) throws -> Void
  ) {
    self.limits = limits
    handler = ReportHandler(after: ordinal, deliver: deliver)
    parser = ReportParser(limits: limits, report: handler)
  }

  /// The version of the first message, once its element was read.
  package var version: MessageVersion? { handler.version }
  /// How many messages have begun.
  package var messages: Int { handler.messages }
  /// The ordinal of the last record that has begun.
  package var lastOrdinal: Int { handler.lastOrdinal }
  /// What is unusual about the file, and was read all the same; each once.
  package var warnings: [String] { handler.warnings }

  /// Reads a whole file. Returns only if all of it was whole; only then do its records count.
  ///
  /// What is surely UTF-8 is read at the parser's own pace, up to the end of its first document; else this is `feed`
  /// and `finish`.
  /// - Parameter source: the file's bytes, a piece at a time; nil at the end.
  /// - Throws: `ReportFault`, or what the source threw.
  package func read(_ source: @escaping () throws -> [UInt8]?) throws {
    var head = TextHead()
    while !head.isEnough, let piece = try source() { head.add(piece) }
    guard head.isUTF8 else {
      try feed(head.bytes)
      while let piece = try source() { try feed(piece) }
      return try finish()
    }
    let input = PulledInput(head.bytes, then: source)
    let root = ReportParser(limits: limits, report: handler, from: input)
    do {
      let behind = try root.pullRoot()
      parser = try PushParser(behindRootOf: root)
      cuts = DocumentCuts(isWide: false)
      hasBegun = true
      mayBegin = behind.isCut
      try feed(behind.bytes)
    } catch let fault as XMLFault {
      throw handler.reason(for: fault)
    }
    while let piece = try input.next() { try feed(piece) }
    try finish()
  }

  /// The next bytes of the file, of any length.
  package func feed(_ piece: UnsafeRawBufferPointer) throws(ReportFault) {
    do throws(XMLFault) {
      try cuts.feed(piece) { (bytes, atCut) throws(XMLFault) in try read(bytes, atCut: atCut) }
    } catch {
      throw handler.reason(for: error)
    }
  }

  /// The same for bytes held in an array.
  package func feed(_ piece: [UInt8]) throws(ReportFault) {
    try piece.span.withUnsafeBytes { (bytes) throws(ReportFault) in try feed(bytes) }
  }

  /// Says that the file has ended. Returns only if all of it was whole; only then do its records count.
  package func finish() throws(ReportFault) {
    do throws(XMLFault) {
      try cuts.rest().span.withUnsafeBytes { (bytes) throws(XMLFault) in try read(bytes, atCut: false) }
      if between.isInMark { throw Self.strayBytes(line: parser.line) }
      try parser.finish()
      try handler.requireMessage()
    } catch {
      throw handler.reason(for: error)
    }
  }

  /// Reads bytes that hold the end of one document at most, at their end.
  private func read(_ bytes: UnsafeRawBufferPointer, atCut: Bool) throws(XMLFault) {
    var bytes = bytes
    if !hasBegun {
      // Before a declaration XML allows nothing, banks a line end.
      bytes = UnsafeRawBufferPointer(rebasing: bytes.drop(while: DocumentCuts.isBlank))
      hasBegun = !bytes.isEmpty
    }
    while mayBegin, !bytes.isEmpty {
      switch between.read(bytes) {
      case .ofLast(let count):
        try parser.feed(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        bytes = UnsafeRawBufferPointer(rebasing: bytes[count...])
      case .ofNone(let count): bytes = UnsafeRawBufferPointer(rebasing: bytes[count...])
      case .beginning: try beginDocument()
      case .stray:
        // The last document's parser says what is wrong with it.
        if between.isInMark { throw Self.strayBytes(line: parser.line) }
        mayBegin = false
      }
    }
    if !bytes.isEmpty { try parser.feed(bytes) }
    if atCut, parser.isPastRoot, !mayBegin {
      mayBegin = true
      between = BetweenDocuments()
    }
  }

  private func beginDocument() throws(XMLFault) {
    try parser.finish()
    mayBegin = false
    documents += 1
    guard documents <= Self.mostDocuments else {
      throw XMLFault(
        line: 1, rule: "documents in one file", found: "more than \(Self.mostDocuments)",
        expected: "at most \(Self.mostDocuments)")
    }
    handler.warn("several documents in one file")
    parser = ReportParser(limits: limits, report: handler)
  }

  private static func strayBytes(line: Int) -> XMLFault {
    XMLFault(
      line: line, rule: "well-formed document", found: "something after the document", expected: "its end, or another one")
  }
}
