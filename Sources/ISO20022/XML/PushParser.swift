// The one door through which XML comes in: libxml2's SAX parser, with everything that XML can do beyond elements,
// attributes and text shut off. It is pushed, a piece at a time; `PushParser+Pull` lets it pull instead.
//
// Refuses document type declarations (and so every entity, internal or external), anything not well-formed, and
// whatever exceeds `XMLLimits`. Never touches the network or another file. Reports the first fault, by line, in words
// that carry nothing of the document. Memory stays constant: it holds the piece at hand and the open elements.

import CLibXML2
import Glibc

/// Reads one document, piece by piece, into an `XMLHandler`.
///
/// Elements reach the handler before the document is known to be whole: what they cause counts only once `finish`
/// has returned. Not for use from two threads at once.
///
/// A subclass may know its handler by type and bring functions for libxml2 that call it so: the compiler then makes one
/// of them and the handler, where else a tag costs three calls.
package class PushParser {
  let limits: XMLLimits
  private let handler: any XMLHandler
  let context: xmlParserCtxtPtr?
  /// Where the bytes come from, of a parser that pulls.
  let input: PulledInput?
  private let interned: UnsafeMutableBufferPointer<UnsafePointer<UInt8>?>
  // Behind pointers: a class's own variables are checked for exclusive access, at each of hundreds of millions of tags.
  let state: UnsafeMutablePointer<State>
  private let tag: UnsafeMutablePointer<StartTag>

  /// What is needed at each tag, in one place.
  struct State {
    let limits: XMLLimits
    var table: NameTable
    /// By name id.
    let alwaysTold: UnsafeMutablePointer<Bool>
    /// The open elements' names by depth, from 1.
    let openNames: UnsafeMutablePointer<ElementName>
    var fault: XMLFault?
    /// Whether nothing counts any more, as `fault` is set or the root was pulled: asked for each tag.
    var stopped = false
    var finished = false
    let hearsAllText: Bool
    var bytes = 0
    /// Lines of the file before the first this parser has read.
    var linesBefore = 0
    /// Of a parser that pulls: what was pulled and does not belong to the root, once that has ended.
    var behindRoot: BehindRoot?
    var elements = 0
    var depth = 0
    /// Depth of the element that is passed over with all that is in it; 0 outside of one.
    var passedOverDepth = 0
    var textLength = 0
    /// Interned by libxml2: two elements are of one namespace when the pointers agree.
    var messageNamespace: UnsafePointer<UInt8>?
    /// Depth of the element that is the message; 0 outside of one.
    var messageDepth = 0
  }

  package convenience init(limits: XMLLimits = XMLLimits(), handler: any XMLHandler) {
    self.init(within: limits, telling: handler, by: Self.callbacks)
  }

  /// - Parameter callbacks: what libxml2 calls, with the parser as its user data.
  /// - Parameter input: where to pull from; nil for a parser that is pushed.
  init(
    within limits: XMLLimits, telling handler: any XMLHandler, by callbacks: xmlSAXHandler, from input: PulledInput? = nil
  ) {
    _ = libraryIsReady
    self.limits = limits
    self.handler = handler
    self.input = input
    let names = handler.names.texts
    interned = .allocate(capacity: names.count)
    interned.initialize(repeating: nil)
    let alwaysTold = UnsafeMutablePointer<Bool>.allocate(capacity: names.count)
    alwaysTold.initialize(repeating: false, count: names.count)
    for name in handler.alwaysTold where Int(name.id) < names.count { alwaysTold[Int(name.id)] = true }
    let openNames = UnsafeMutablePointer<ElementName>.allocate(capacity: max(0, limits.depth) + 1)
    openNames.initialize(repeating: .unknown, count: max(0, limits.depth) + 1)
    state = .allocate(capacity: 1)
    state.initialize(
      to: State(
        limits: limits, table: NameTable(capacityFor: names.count), alwaysTold: alwaysTold, openNames: openNames,
        hearsAllText: handler.hearsAllText))

    var sax = callbacks
    context =
      input == nil
      ? xmlCreatePushParserCtxt(&sax, nil, nil, 0, nil)
      : xmlCreateIOParserCtxt(&sax, nil, Self.reads, nil, nil, XML_CHAR_ENCODING_NONE)
    tag = .allocate(capacity: 1)
    tag.initialize(
      to: StartTag(
        localName: noName, namespace: nil, attributes: nil, attributeCount: 0, hearsText: false, interned: interned,
        context: context))
    if let context {
      _ = xmlCtxtUseOptions(context, Int32(bitPattern: XML_PARSE_NONET.rawValue))
      for (id, name) in names.enumerated().dropFirst() {
        guard let pointer = xmlDictLookup(context.pointee.dict, name, -1) else { continue }
        interned[id] = pointer
        state.pointee.table.insertIfRoom(pointer, UInt16(truncatingIfNeeded: id))
      }
    } else {
      state.pointee.fault = XMLFault(line: 0, rule: "parser", found: "no memory for a parser", expected: "a parser")
      state.pointee.stopped = true
    }
    let owner = Unmanaged.passUnretained(self).toOpaque()
    context?.pointee.userData = owner
    if input != nil { context?.pointee.input?.pointee.buf?.pointee.context = owner }
  }

  deinit {
    if let context {
      if let document = context.pointee.myDoc { xmlFreeDoc(document) }
      xmlFreeParserCtxt(context)
    }
    interned.deallocate()
    state.pointee.alwaysTold.deallocate()
    state.pointee.table.deallocate()
    state.pointee.openNames.deallocate()
    tag.deallocate()
    state.deinitialize(count: 1)
    state.deallocate()
  }

  /// The line the parser stands on, from 1; 0 before the first byte.
  package final var line: Int {
    guard let input = context?.pointee.input else { return 0 }
    return Int(input.pointee.line) + state.pointee.linesBefore
  }

  /// Whether the root element has ended: what may follow is blanks, comments and the end of the document.
  package final var isPastRoot: Bool {
    state.pointee.elements > 0 && state.pointee.depth == 0 && !state.pointee.stopped
  }

  /// Reads the next bytes of the file, of any length. After a fault every further call throws that fault again.
  package final func feed(_ piece: UnsafeRawBufferPointer) throws(XMLFault) {
    if let fault = state.pointee.fault { throw fault }
    if state.pointee.finished {
      throw XMLFault(line: line, rule: "end of file", found: "bytes after it", expected: "none")
    }
    guard piece.count <= limits.bytes - state.pointee.bytes else {
      throw fail("file size", "more than \(limits.bytes) bytes", "at most \(limits.bytes) bytes")
    }
    state.pointee.bytes += piece.count
    // In slices, so that the parser's own buffer stays small however large the caller's is.
    var rest = piece[...]
    while !rest.isEmpty {
      let slice = UnsafeRawBufferPointer(rebasing: rest.prefix(64 << 10))
      rest = rest.dropFirst(slice.count)
      try parse(slice, last: false)
    }
  }

  /// The same for bytes held in an array.
  package final func feed(_ piece: [UInt8]) throws(XMLFault) {
    try piece.span.withUnsafeBytes { (bytes) throws(XMLFault) in try feed(bytes) }
  }

  /// Says that the file has ended. Returns only if it held one whole document and nothing after it.
  package final func finish() throws(XMLFault) {
    if let fault = state.pointee.fault { throw fault }
    if state.pointee.finished { return }
    guard state.pointee.bytes > 0 else { throw fail("well-formed document", "an empty file", "a document") }
    try parse(UnsafeRawBufferPointer(start: nil, count: 0), last: true)
    guard isPastRoot, let context, context.pointee.wellFormed == 1 else {
      throw fail("well-formed document", "end of file inside it", "a whole document")
    }
    state.pointee.finished = true
  }

  private final func parse(_ slice: UnsafeRawBufferPointer, last: Bool) throws(XMLFault) {
    guard let context else { return }
    let code = xmlParseChunk(
      context, slice.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(slice.count), last ? 1 : 0)
    if let fault = state.pointee.fault { throw fault }
    if code != 0, context.pointee.wellFormed == 0 {
      throw fail("well-formed document", words(forError: code), "well-formed XML")
    }
    guard xmlDictSize(context.pointee.dict) <= limits.names else {
      throw fail("different names", "more than \(limits.names)", "at most \(limits.names)")
    }
  }

  final func fail(_ rule: String, _ found: String, _ expected: String) -> XMLFault {
    let fault = state.pointee.fault ?? XMLFault(line: line, rule: rule, found: found, expected: expected)
    stop(with: fault)
    return fault
  }

  /// Keeps the first fault and has libxml2 deliver nothing more.
  private final func stop(with fault: XMLFault) {
    if state.pointee.fault == nil { state.pointee.fault = fault }
    state.pointee.stopped = true
    if let context { xmlStopParser(context) }
  }

  // MARK: What libxml2 tells

  // What is behind a pointer is reached through a constant of the function's own: else the pointer is loaded again each
  // time, for all the compiler knows that something was written.

  @inline(__always)
  final func takeStart(
    _ localName: UnsafePointer<UInt8>?, _ namespace: UnsafePointer<UInt8>?,
    _ attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ attributeCount: Int32,
    _ tell: (XMLElement) throws(XMLFault) -> Void
  ) {
    let (state, tag) = (self.state, self.tag)
    guard !state.pointee.stopped, let localName else { return }
    let attributeCount = Int(attributeCount)
    let depth = state.pointee.depth &+ 1
    let elements = state.pointee.elements &+ 1
    state.pointee.depth = depth
    state.pointee.elements = elements
    state.pointee.textLength = 0
    guard depth <= state.pointee.limits.depth, elements <= state.pointee.limits.elements,
      attributeCount <= state.pointee.limits.attributes
    else { return refuseTag(attributeCount) }
    if state.pointee.messageDepth == 0 { lookForMessage(localName, namespace, attributes, attributeCount) }
    guard let id = state.pointee.table.value(localName) ?? addStranger(localName) else {
      return refuse("element name", "more than \(limits.name) bytes", "at most \(limits.name)")
    }
    let isOfMessage = namespace == state.pointee.messageNamespace && state.pointee.messageDepth > 0
    let name = isOfMessage ? ElementName(id: id) : .unknown
    let isPassedOver = state.pointee.passedOverDepth > 0
    if isPassedOver, !state.pointee.alwaysTold[Int(name.id)] { return }
    setTag(localName, namespace, attributes, attributeCount)
    tag.pointee.hearsText = state.pointee.hearsAllText && !isPassedOver
    tag.pointee.isPassedOver = isPassedOver
    state.pointee.openNames[depth] = name
    do throws(XMLFault) {
      try tell(XMLElement(name: name, depth: depth, tag: tag))
    } catch {
      stop(with: error)
    }
    guard tag.pointee.passesOver else { return }
    tag.pointee.passesOver = false
    tag.pointee.hearsText = false
    if !isPassedOver { state.pointee.passedOverDepth = depth }
  }

  @inline(__always)
  private final func setTag(
    _ localName: UnsafePointer<UInt8>, _ namespace: UnsafePointer<UInt8>?,
    _ attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ attributeCount: Int
  ) {
    let tag = self.tag
    tag.pointee.localName = localName
    tag.pointee.namespace = namespace
    tag.pointee.attributes = attributes
    tag.pointee.attributeCount = attributeCount
  }

  private final func refuseTag(_ attributeCount: Int) {
    if state.pointee.depth > limits.depth {
      refuse("nesting", "more than \(limits.depth) elements deep", "at most \(limits.depth)")
    } else if state.pointee.elements > limits.elements {
      refuse("elements", "more than \(limits.elements)", "at most \(limits.elements)")
    } else {
      refuse("attributes of one element", "\(attributeCount)", "at most \(limits.attributes)")
    }
  }

  private final func lookForMessage(
    _ localName: UnsafePointer<UInt8>, _ namespace: UnsafePointer<UInt8>?,
    _ attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ attributeCount: Int
  ) {
    guard hasBoundedLength(localName) else { return }
    setTag(localName, namespace, attributes, attributeCount)
    let depth = state.pointee.depth
    guard handler.opensMessage(XMLElement(name: .unknown, depth: depth, tag: tag)) else { return }
    state.pointee.messageDepth = depth
    state.pointee.messageNamespace = namespace
  }

  @inline(__always)
  final func takeEnd(_ tell: (ElementName) throws(XMLFault) -> Void) {
    let (state, tag) = (self.state, self.tag)
    let depth = state.pointee.depth
    guard !state.pointee.stopped, depth > 0 else { return }
    state.pointee.depth = depth &- 1
    state.pointee.textLength = 0
    if depth == state.pointee.messageDepth { state.pointee.messageDepth = 0 }
    if state.pointee.passedOverDepth > 0 {
      guard depth == state.pointee.passedOverDepth else { return }
      state.pointee.passedOverDepth = 0
      tag.pointee.hearsText = state.pointee.hearsAllText
      return
    }
    tag.pointee.hearsText = state.pointee.hearsAllText
    do throws(XMLFault) {
      try tell(state.pointee.openNames[depth])
    } catch {
      stop(with: error)
    }
  }

  @inline(__always)
  final func takeText(
    _ text: UnsafePointer<UInt8>?, _ length: Int32, _ tell: (UnsafeRawBufferPointer) throws(XMLFault) -> Void
  ) {
    let state = self.state
    let length = Int(length)
    guard !state.pointee.stopped, let text, length > 0 else { return }
    let textLength = state.pointee.textLength &+ length
    state.pointee.textLength = textLength
    guard textLength <= state.pointee.limits.text else {
      return refuse("text length", "more than \(limits.text) bytes", "at most \(limits.text)")
    }
    guard tag.pointee.hearsText else { return }
    do throws(XMLFault) {
      try tell(UnsafeRawBufferPointer(start: text, count: length))
    } catch {
      stop(with: error)
    }
  }

  fileprivate final func refuseDeclaration() {
    refuse("document type declarations are refused", "a document type declaration", "none")
  }

  fileprivate final func reported(_ error: xmlError?) {
    guard !state.pointee.stopped, let error else { return }
    guard error.level == XML_ERR_ERROR || error.level == XML_ERR_FATAL else { return }
    stop(
      with: XMLFault(
        line: Int(error.line) + state.pointee.linesBefore, rule: "well-formed document",
        found: words(forError: isAtNull ? Int32(XML_ERR_INVALID_CHAR.rawValue) : error.code), expected: "well-formed XML"))
  }

  private final func refuse(_ rule: String, _ found: String, _ expected: String) {
    stop(with: XMLFault(line: line, rule: rule, found: found, expected: expected))
  }

  /// A name that is not of the vocabulary: its length is counted once, then it is known as a stranger, while there is
  /// room.
  private final func addStranger(_ localName: UnsafePointer<UInt8>) -> UInt16? {
    guard hasBoundedLength(localName) else { return nil }
    state.pointee.table.insertIfRoom(localName, ElementName.unknown.id)
    return ElementName.unknown.id
  }

  private final func hasBoundedLength(_ name: UnsafePointer<UInt8>) -> Bool {
    name.withMemoryRebound(to: CChar.self, capacity: 1) { strnlen($0, limits.name + 1) <= limits.name }
  }
}

extension PushParser {
  /// Functions that tell everything to any handler.
  private static var callbacks: xmlSAXHandler {
    var sax = guards
    sax.startElementNs = { owner, name, _, namespace, _, _, attributeCount, _, attributes in
      at(owner, PushParser.self) { parser in
        parser.takeStart(name, namespace, attributes, attributeCount) { (element) throws(XMLFault) in
          try parser.handler.start(element)
        }
      }
    }
    sax.endElementNs = { owner, _, _, _ in
      at(owner, PushParser.self) { parser in
        parser.takeEnd { (name) throws(XMLFault) in try parser.handler.end(name, line: parser.line) }
      }
    }
    sax.characters = { owner, text, length in
      at(owner, PushParser.self) { parser in
        parser.takeText(text, length) { (bytes) throws(XMLFault) in try parser.handler.text(bytes) }
      }
    }
    sax.oneFunctionForAllText()
    return sax
  }

  /// Functions that look at no element: they refuse what is never read.
  static var guards: xmlSAXHandler {
    var sax = xmlSAXHandler()
    sax.initialized = UInt32(XML_SAX2_MAGIC)
    sax.internalSubset = { owner, _, _, _ in at(owner, PushParser.self) { $0.refuseDeclaration() } }
    sax.externalSubset = { owner, _, _, _ in at(owner, PushParser.self) { $0.refuseDeclaration() } }
    sax.entityDecl = { owner, _, _, _, _, _ in at(owner, PushParser.self) { $0.refuseDeclaration() } }
    sax.serror = { owner, error in at(owner, PushParser.self) { $0.reported(error?.pointee) } }
    return sax
  }
}

extension xmlSAXHandler {
  /// Else libxml2 looks at each text to decide whether it is blank.
  mutating func oneFunctionForAllText() {
    ignorableWhitespace = characters
    cdataBlock = characters
  }
}

/// The parser that is libxml2's user data. It outlives its own call of libxml2, so nobody needs to hold it for each of
/// the calls back.
@inline(__always)
func at<Parser: PushParser>(_ owner: UnsafeMutableRawPointer?, _ type: Parser.Type, _ tell: (Parser) -> Void) {
  guard let owner else { return }
  Unmanaged<Parser>.fromOpaque(owner)._withUnsafeGuaranteedRef(tell)
}

/// The name of a tag before the first: empty, and there as long as the program.
nonisolated(unsafe) private let noName = ("" as StaticString).utf8Start

/// Once per process, before any thread parses.
private let libraryIsReady: Bool = {
  xmlInitParser()
  return true
}()
