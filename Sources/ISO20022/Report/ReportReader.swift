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
  private var parser: ReportParser
  private var cuts = DocumentCuts()
  /// Whether the document at hand has got a byte that is not a blank.
  private var hasBegun = false
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

  /// The next bytes of the file, of any length.
  package func feed(_ piece: UnsafeRawBufferPointer) throws(ReportFault) {
    do throws(XMLFault) {
      try cuts.feed(piece) { (bytes, _) throws(XMLFault) in try read(bytes) }
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
      try cuts.rest().span.withUnsafeBytes { (bytes) throws(XMLFault) in try read(bytes) }
      // Blanks after the last document are not another one.
      if documents == 1 || hasBegun { try parser.finish() }
      try handler.requireMessage()
    } catch {
      throw handler.reason(for: error)
    }
  }

  /// Reads bytes that hold the end of one document at most, at their end.
  private func read(_ bytes: UnsafeRawBufferPointer) throws(XMLFault) {
    var bytes = bytes
    // Comments after a document are its own; the next document may follow them.
    while parser.isPastRoot, let comment = leadingComment(bytes) {
      try parser.feed(UnsafeRawBufferPointer(rebasing: bytes[..<comment]))
      bytes = UnsafeRawBufferPointer(rebasing: bytes[comment...])
    }
    // Between two documents there may be blanks and a byte-order mark.
    if parser.isPastRoot, bytes.allSatisfy(Self.isBlankOrMark) { return }
    if parser.isPastRoot, startsDocument(bytes) {
      try parser.finish()
      documents += 1
      guard documents <= Self.mostDocuments else {
        throw XMLFault(
          line: 1, rule: "documents in one file", found: "more than \(Self.mostDocuments)",
          expected: "at most \(Self.mostDocuments)")
      }
      handler.warn("several documents in one file")
      parser = ReportParser(limits: limits, report: handler)
      hasBegun = false
    }
    if !hasBegun {
      // Before a declaration XML allows nothing, banks a line end.
      let blanks = bytes.prefix(while: DocumentCuts.isBlank).count
      bytes = UnsafeRawBufferPointer(rebasing: bytes[blanks...])
      hasBegun = !bytes.isEmpty
    }
    guard !bytes.isEmpty else { return }
    try parser.feed(bytes)
  }

  /// Where the comment ends that these bytes begin with, past blanks; nil when they do not, or it is not whole here.
  private func leadingComment(_ bytes: UnsafeRawBufferPointer) -> Int? {
    let rest = bytes.drop(while: DocumentCuts.isBlank)
    guard rest.starts(with: "<!--".utf8) else { return nil }
    let inside = rest.dropFirst(4)
    for place in inside.indices where inside[place...].starts(with: "-->".utf8) { return place + 3 - bytes.startIndex }
    return nil
  }

  private static func isBlankOrMark(_ byte: UInt8) -> Bool {
    DocumentCuts.isBlank(byte) || byte == 0xEF || byte == 0xBB || byte == 0xBF
  }

  /// Whether another document begins here, past blanks: not a comment or an instruction that belongs to the last one.
  private func startsDocument(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let rest = bytes.drop(while: Self.isBlankOrMark)
    guard rest.count >= 2, rest.first == UInt8(ascii: "<") else { return false }
    let second = rest[rest.startIndex + 1]
    return second == UInt8(ascii: "?") ? rest.starts(with: "<?xml".utf8) : second != UInt8(ascii: "!")
  }
}
