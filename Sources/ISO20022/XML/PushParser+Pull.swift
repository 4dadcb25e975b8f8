// Reading at libxml2's own pace: its parser asks for bytes when it needs them, where the push parser looks before each
// tag whether enough of it has come. Going through a large report that way takes a sixth less time.
//
// Only for UTF-8, in which the parser's buffer holds the file's own bytes: what it has read beyond the root element is
// given back, since a file may hold several documents.

import CLibXML2
import Glibc

/// What a parser that pulls leaves.
struct BehindRoot {
  /// Bytes behind the root element that were asked for too early.
  var bytes: [UInt8]
  /// Whether the root ended in a tag at which `DocumentCuts` cuts.
  var isCut: Bool
}

extension PushParser {
  /// Reads up to the end of the root element, of a parser made with an input.
  ///
  /// - Returns: what was taken from the input beyond it.
  /// - Throws: `XMLFault`, or what the input's source threw.
  final func pullRoot() throws -> BehindRoot {
    guard let context, let input else { throw fail("parser", "no input", "one") }
    let code = xmlParseDocument(context)
    if let failure = input.failure { throw failure }
    if let fault = state.pointee.fault { throw fault }
    guard let behind = state.pointee.behindRoot else {
      throw fail(
        "well-formed document", code == 0 ? "end of file inside it" : words(forError: code), "a whole document")
    }
    return behind
  }

  /// A parser for what may follow the root that `other` has pulled: comments, instructions, blanks. It counts on from
  /// there.
  convenience init(behindRootOf other: PushParser) throws(XMLFault) {
    self.init(limits: other.limits, handler: Nobody())
    try feed(Array("<a/>".utf8))
    state.pointee.bytes = other.state.pointee.bytes - (other.state.pointee.behindRoot?.bytes.count ?? 0)
    state.pointee.linesBefore = other.line - 1
  }

  /// What libxml2 calls when it needs bytes. It must not be stopped in the midst of this: it stops at the end of the
  /// file that this feigns.
  static var reads: xmlInputReadCallback {
    { owner, buffer, count in
      var filled = 0
      at(owner, PushParser.self) { parser in
        if let buffer { filled = parser.fill(UnsafeMutableRawPointer(buffer), upTo: Int(count)) }
      }
      return Int32(filled)
    }
  }

  private final func fill(_ buffer: UnsafeMutableRawPointer, upTo count: Int) -> Int {
    guard let context, let input, !state.pointee.stopped else { return 0 }
    guard xmlDictSize(context.pointee.dict) <= limits.names else {
      return refuseBytes("different names", "more than \(limits.names)", "at most \(limits.names)")
    }
    let filled = input.fill(buffer, upTo: count)
    state.pointee.bytes += filled
    guard state.pointee.bytes <= limits.bytes else {
      return refuseBytes("file size", "more than \(limits.bytes) bytes", "at most \(limits.bytes) bytes")
    }
    // What has come so far is not to be taken for a document.
    if filled == 0, input.failure != nil { state.pointee.stopped = true }
    return filled
  }

  private final func refuseBytes(_ rule: String, _ found: String, _ expected: String) -> Int {
    state.pointee.fault = XMLFault(line: line, rule: rule, found: found, expected: expected)
    state.pointee.stopped = true
    return 0
  }

  /// Whether what libxml2 takes for the end of the file is a NUL byte in the midst of it: parsing what it pulls, it does not
  /// tell the two apart.
  final var isAtNull: Bool {
    guard input != nil, let buffer = context?.pointee.input, let place = buffer.pointee.cur, let end = buffer.pointee.end
    else { return false }
    return place < end && place.pointee == 0
  }

  /// To be called after each end tag: a parser that pulls ends with the root's.
  @inline(__always)
  final func passedTag() {
    if state.pointee.depth == 0, input != nil { leaveRoot() }
  }

  private final func leaveRoot() {
    guard let context, let buffer = context.pointee.input, let end = buffer.pointee.end,
      let place = buffer.pointee.cur, let base = buffer.pointee.base, !state.pointee.stopped
    else { return }
    // Then its buffer does not hold the file's own bytes: `TextHead` would have been wrong.
    guard buffer.pointee.buf?.pointee.encoder == nil else {
      _ = fail("encoding", "another than UTF-8", "UTF-8")
      return
    }
    let rest = UnsafeRawBufferPointer(start: place, count: end - place)
    let before = UnsafeRawBufferPointer(start: base, count: place - base)
    state.pointee.behindRoot = BehindRoot(bytes: Array(rest), isCut: DocumentCuts.endsInCut(before))
    state.pointee.stopped = true
    xmlStopParser(context)
  }
}

/// Hears nothing.
private final class Nobody: XMLHandler {
  let names = XMLNames([])
  func start(_ element: XMLElement) {}
  func text(_ bytes: UnsafeRawBufferPointer) {}
  func end(_ name: ElementName, line: Int) {}
}
