// The one door through which XML comes in: libxml2's push parser, with everything that XML can do beyond elements,
// attributes and text shut off.
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
package final class PushParser {
  private let limits: XMLLimits
  private let handler: any XMLHandler
  private let context: xmlParserCtxtPtr?
  private var table: NameTable
  private let interned: UnsafeMutableBufferPointer<UnsafePointer<UInt8>?>

  private var fault: XMLFault?
  /// Whether `fault` is set: asked for each tag.
  private var stopped = false
  private var finished = false
  private var bytes = 0
  private var elements = 0
  private var depth = 0
  private var textLength = 0
  /// Interned by libxml2: two elements are of one namespace when the pointers agree.
  private var messageNamespace: UnsafePointer<UInt8>?
  /// Depth of the element that is the message; 0 outside of one.
  private var messageDepth = 0

  package init(limits: XMLLimits = XMLLimits(), handler: any XMLHandler) {
    _ = libraryIsReady
    self.limits = limits
    self.handler = handler
    let names = handler.names.texts
    interned = .allocate(capacity: names.count)
    interned.initialize(repeating: nil)
    table = NameTable(capacityFor: names.count)

    var sax = xmlSAXHandler()
    sax.initialized = UInt32(XML_SAX2_MAGIC)
    sax.startElementNs = { owner, name, _, namespace, _, _, attributeCount, _, attributes in
      PushParser.of(owner)?.started(name, namespace, attributes, Int(attributeCount))
    }
    sax.endElementNs = { owner, name, _, namespace in PushParser.of(owner)?.ended(name, namespace) }
    sax.characters = { owner, text, length in PushParser.of(owner)?.read(text, length) }
    // The same function for both, or libxml2 looks at each text to decide whether it is blank.
    sax.ignorableWhitespace = sax.characters
    sax.cdataBlock = sax.characters
    sax.internalSubset = { owner, _, _, _ in PushParser.of(owner)?.refuseDeclaration() }
    sax.externalSubset = { owner, _, _, _ in PushParser.of(owner)?.refuseDeclaration() }
    sax.entityDecl = { owner, _, _, _, _, _ in PushParser.of(owner)?.refuseDeclaration() }
    sax.serror = { owner, error in PushParser.of(owner)?.reported(error?.pointee) }
    context = xmlCreatePushParserCtxt(&sax, nil, nil, 0, nil)

    guard let context else {
      fault = XMLFault(line: 0, rule: "parser", found: "no memory for a parser", expected: "a parser")
      return
    }
    _ = xmlCtxtUseOptions(context, Int32(bitPattern: XML_PARSE_NONET.rawValue))
    context.pointee.userData = Unmanaged.passUnretained(self).toOpaque()
    for (id, name) in names.enumerated().dropFirst() {
      guard let pointer = xmlDictLookup(context.pointee.dict, name, -1) else { continue }
      interned[id] = pointer
      table.insert(pointer, UInt16(truncatingIfNeeded: id))
    }
  }

  deinit {
    if let context {
      if let document = context.pointee.myDoc { xmlFreeDoc(document) }
      xmlFreeParserCtxt(context)
    }
    interned.deallocate()
  }

  /// The line the parser stands on, from 1; 0 before the first byte.
  package var line: Int {
    guard let input = context?.pointee.input else { return 0 }
    return Int(input.pointee.line)
  }

  /// Whether the root element has ended: what may follow is blanks, comments and the end of the document.
  package var isPastRoot: Bool { elements > 0 && depth == 0 && fault == nil }

  /// Reads the next bytes of the file, of any length. After a fault every further call throws that fault again.
  package func feed(_ piece: UnsafeRawBufferPointer) throws(XMLFault) {
    if let fault { throw fault }
    if finished { throw XMLFault(line: line, rule: "end of file", found: "bytes after it", expected: "none") }
    guard piece.count <= limits.bytes - bytes else {
      throw fail("file size", "more than \(limits.bytes) bytes", "at most \(limits.bytes) bytes")
    }
    bytes += piece.count
    // In slices, so that the parser's own buffer stays small however large the caller's is.
    var rest = piece[...]
    while !rest.isEmpty {
      let slice = UnsafeRawBufferPointer(rebasing: rest.prefix(64 << 10))
      rest = rest.dropFirst(slice.count)
      try parse(slice, last: false)
    }
  }

  /// The same for bytes held in an array.
  package func feed(_ piece: [UInt8]) throws(XMLFault) {
    try piece.span.withUnsafeBytes { (bytes) throws(XMLFault) in try feed(bytes) }
  }

  /// Says that the file has ended. Returns only if it held one whole document and nothing after it.
  package func finish() throws(XMLFault) {
    if let fault { throw fault }
    if finished { return }
    guard bytes > 0 else { throw fail("well-formed document", "an empty file", "a document") }
    try parse(UnsafeRawBufferPointer(start: nil, count: 0), last: true)
    guard elements > 0, depth == 0, let context, context.pointee.wellFormed == 1 else {
      throw fail("well-formed document", "end of file inside it", "a whole document")
    }
    finished = true
  }

  private func parse(_ slice: UnsafeRawBufferPointer, last: Bool) throws(XMLFault) {
    guard let context else { return }
    let code = xmlParseChunk(
      context, slice.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(slice.count), last ? 1 : 0)
    if let fault { throw fault }
    if code != 0, context.pointee.wellFormed == 0 {
      throw fail("well-formed document", Self.words(forError: code), "well-formed XML")
    }
    guard xmlDictSize(context.pointee.dict) <= limits.names else {
      throw fail("different names", "more than \(limits.names)", "at most \(limits.names)")
    }
  }

  private func fail(_ rule: String, _ found: String, _ expected: String) -> XMLFault {
    let fault = fault ?? XMLFault(line: line, rule: rule, found: found, expected: expected)
    stop(with: fault)
    return fault
  }

  /// Keeps the first fault and has libxml2 deliver nothing more.
  private func stop(with fault: XMLFault) {
    if self.fault == nil { self.fault = fault }
    stopped = true
    if let context { xmlStopParser(context) }
  }
}

// MARK: - What libxml2 tells

extension PushParser {
  fileprivate static func of(_ owner: UnsafeMutableRawPointer?) -> PushParser? {
    owner.map { Unmanaged<PushParser>.fromOpaque($0).takeUnretainedValue() }
  }

  fileprivate func started(
    _ localName: UnsafePointer<UInt8>?, _ namespace: UnsafePointer<UInt8>?,
    _ attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ attributeCount: Int
  ) {
    guard !stopped, let localName, let interned = interned.baseAddress else { return }
    depth += 1
    elements += 1
    textLength = 0
    guard depth <= limits.depth else {
      return refuse("nesting", "more than \(limits.depth) elements deep", "at most \(limits.depth)")
    }
    guard elements <= limits.elements else {
      return refuse("elements", "more than \(limits.elements)", "at most \(limits.elements)")
    }
    guard attributeCount <= limits.attributes else {
      return refuse("attributes of one element", "\(attributeCount)", "at most \(limits.attributes)")
    }
    func element(_ name: ElementName) -> XMLElement {
      XMLElement(
        name: name, line: line, depth: depth, localNamePointer: localName, namespacePointer: namespace,
        attributes: attributes, attributeCount: attributeCount, interned: UnsafePointer(interned),
        internedCount: self.interned.count)
    }
    if messageDepth == 0, hasBoundedLength(localName), handler.opensMessage(element(.unknown)) {
      messageDepth = depth
      messageNamespace = namespace
    }
    let name = name(localName, namespace)
    // Known names are short; only a stranger's length is worth counting.
    guard name != .unknown || hasBoundedLength(localName) else {
      return refuse("element name", "more than \(limits.name) bytes", "at most \(limits.name)")
    }
    do throws(XMLFault) {
      try handler.start(element(name))
    } catch {
      stop(with: error)
    }
  }

  fileprivate func ended(_ localName: UnsafePointer<UInt8>?, _ namespace: UnsafePointer<UInt8>?) {
    guard !stopped, let localName else { return }
    depth -= 1
    textLength = 0
    do throws(XMLFault) {
      try handler.end(name(localName, namespace), line: line)
    } catch {
      stop(with: error)
    }
    if depth < messageDepth { messageDepth = 0 }
  }

  fileprivate func read(_ text: UnsafePointer<UInt8>?, _ length: Int32) {
    guard !stopped, let text, length > 0 else { return }
    textLength += Int(length)
    guard textLength <= limits.text else {
      return refuse("text length", "more than \(limits.text) bytes", "at most \(limits.text)")
    }
    do throws(XMLFault) {
      try handler.text(UnsafeRawBufferPointer(start: text, count: Int(length)))
    } catch {
      stop(with: error)
    }
  }

  fileprivate func refuseDeclaration() {
    refuse("document type declarations are refused", "a document type declaration", "none")
  }

  fileprivate func reported(_ error: xmlError?) {
    guard fault == nil, let error, error.level == XML_ERR_ERROR || error.level == XML_ERR_FATAL else { return }
    stop(
      with: XMLFault(
        line: Int(error.line), rule: "well-formed document", found: Self.words(forError: error.code),
        expected: "well-formed XML"))
  }

  private func refuse(_ rule: String, _ found: String, _ expected: String) {
    stop(with: XMLFault(line: line, rule: rule, found: found, expected: expected))
  }

  private func name(_ localName: UnsafePointer<UInt8>, _ namespace: UnsafePointer<UInt8>?) -> ElementName {
    guard messageDepth > 0, namespace == messageNamespace else { return .unknown }
    return ElementName(id: table.value(localName))
  }

  private func hasBoundedLength(_ name: UnsafePointer<UInt8>) -> Bool {
    name.withMemoryRebound(to: CChar.self, capacity: 1) { strnlen($0, limits.name + 1) <= limits.name }
  }

  /// libxml2's messages quote the document, so its numbers are put into our own words.
  private static func words(forError code: Int32) -> String {
    switch xmlParserErrors(rawValue: UInt32(bitPattern: code)) {
    case XML_ERR_DOCUMENT_EMPTY: "an empty file or no XML at all"
    case XML_ERR_DOCUMENT_END: "something after the document, or a document cut short"
    case XML_ERR_TAG_NAME_MISMATCH: "an end tag that closes another element"
    case XML_ERR_TAG_NOT_FINISHED: "a document cut short"
    case XML_ERR_GT_REQUIRED, XML_ERR_LT_REQUIRED, XML_ERR_LTSLASH_REQUIRED: "a broken tag"
    case XML_ERR_INVALID_ENCODING, XML_ERR_UNKNOWN_ENCODING, XML_ERR_UNSUPPORTED_ENCODING, XML_I18N_CONV_FAILED,
      XML_IO_ENCODER:
      "bytes that are not of the declared encoding, or an encoding not known"
    case XML_ERR_INVALID_CHAR, XML_ERR_INVALID_CHARREF: "a character that XML does not allow"
    case XML_ERR_UNDECLARED_ENTITY, XML_WAR_UNDECLARED_ENTITY, XML_ERR_ENTITYREF_NO_NAME,
      XML_ERR_ENTITYREF_SEMICOL_MISSING:
      "an undeclared entity or a bare ampersand"
    case XML_NS_ERR_UNDEFINED_NAMESPACE: "a prefix without a namespace"
    case XML_ERR_ATTRIBUTE_REDEFINED, XML_NS_ERR_ATTRIBUTE_REDEFINED: "an attribute given twice"
    case XML_ERR_NO_MEMORY: "no memory left"
    default: "XML error \(code)"
    }
  }
}

/// Once per process, before any thread parses.
private let libraryIsReady: Bool = {
  xmlInitParser()
  return true
}()
