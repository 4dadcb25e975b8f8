// Validates a file against an XML schema while its bytes stream by, in constant memory: beside the writer when a file
// is made, beside the reader when one comes in. A verdict exists only at the end of the file.
//
// libxml2's messages quote values, which are people's data: from them only the element's name and what the schema
// itself says are taken over.

import CLibXML2

/// Why a file is not an instance of its schema, or why that could not be found out.
package enum SchemaFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// The schema's file is missing or is no schema.
  case schema(path: String)
  /// The first violation. `byte` is about where: the parser reads a little ahead.
  case invalid(line: Int, byte: Int, element: String, rule: String, expected: String)
  /// Not XML, cut short, or with a document type declaration.
  case notWellFormed(line: Int, byte: Int)

  package var description: String {
    switch self {
    case .schema(let path): "\(path): schema: found none that can be read, expected an XML schema"
    case .invalid(let line, let byte, let element, let rule, let expected):
      "line \(line), byte \(byte): \(element): \(rule): found otherwise, expected \(expected)"
    case .notWellFormed(let line, let byte):
      "line \(line), byte \(byte): well-formed document: found otherwise, expected whole XML without declarations"
    }
  }
}

/// One validation of one file. Feed the same bytes that are written or read, then finish. One thread at a time.
///
/// Beside hostile input feed the `PushParser` first: its limits bound what reaches this one.
package final class SchemaValidator {
  private let schemaDocument: xmlDocPtr
  private let schema: xmlSchemaPtr
  private let validation: xmlSchemaValidCtxtPtr
  private let parser: xmlParserCtxtPtr
  private var plug: xmlSchemaSAXPlugPtr?
  private var fault: SchemaFault?
  private var isFinished = false

  /// Loads and compiles the schema, about 2 ms for a payment message. Nothing is fetched from a network.
  package init(schemaPath path: String) throws(SchemaFault) {
    _ = libraryIsReady
    let quiet = Int32(bitPattern: XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue)
    guard let document = xmlReadFile(path, nil, quiet) else { throw .schema(path: path) }
    guard let schema = Self.compiled(document) else {
      xmlFreeDoc(document)
      throw .schema(path: path)
    }
    guard let validation = xmlSchemaNewValidCtxt(schema) else {
      xmlSchemaFree(schema)
      xmlFreeDoc(document)
      throw .schema(path: path)
    }
    var handlers = xmlSAXHandler()
    handlers.initialized = UInt32(XML_SAX2_MAGIC)
    handlers.internalSubset = { owner, _, _, _ in SchemaValidator.of(owner)?.refuseDeclaration() }
    handlers.externalSubset = { owner, _, _, _ in SchemaValidator.of(owner)?.refuseDeclaration() }
    handlers.entityDecl = { owner, _, _, _, _, _ in SchemaValidator.of(owner)?.refuseDeclaration() }
    guard let parser = xmlCreatePushParserCtxt(&handlers, nil, nil, 0, nil) else {
      xmlSchemaFreeValidCtxt(validation)
      xmlSchemaFree(schema)
      xmlFreeDoc(document)
      throw .schema(path: path)
    }
    _ = xmlCtxtUseOptions(parser, quiet)
    schemaDocument = document
    self.schema = schema
    self.validation = validation
    self.parser = parser
    let owner = Unmanaged.passUnretained(self).toOpaque()
    // Before the plug goes in: it keeps what it finds here for the handlers above.
    parser.pointee.userData = owner
    plug = xmlSchemaSAXPlug(validation, &parser.pointee.sax, &parser.pointee.userData)
    if plug == nil { throw .schema(path: path) }
    xmlSchemaSetValidStructuredErrors(validation, { owner, error in SchemaValidator.of(owner)?.took(error?.pointee) }, owner)
  }

  deinit {
    if let plug { xmlSchemaSAXUnplug(plug) }
    if let document = parser.pointee.myDoc { xmlFreeDoc(document) }
    xmlFreeParserCtxt(parser)
    xmlSchemaFreeValidCtxt(validation)
    xmlSchemaFree(schema)
    xmlFreeDoc(schemaDocument)
  }

  /// The next bytes of the file. Throws the first violation as soon as it is seen, and then again on every call.
  package func feed(_ bytes: UnsafeRawBufferPointer) throws(SchemaFault) {
    if let fault { throw fault }
    var rest = bytes[...]
    while !rest.isEmpty {
      let slice = UnsafeRawBufferPointer(rebasing: rest.prefix(64 << 10))
      rest = rest.dropFirst(slice.count)
      try parse(slice, last: false)
    }
  }

  /// Returns when the file was whole and valid.
  package func finish() throws(SchemaFault) {
    if let fault { throw fault }
    guard !isFinished else { return }
    try parse(UnsafeRawBufferPointer(start: nil, count: 0), last: true)
    guard xmlSchemaIsValid(validation) == 1 else {
      throw keep(.invalid(line: line, byte: byte, element: "document", rule: "schema", expected: "an instance of it"))
    }
    isFinished = true
  }

  private func parse(_ slice: UnsafeRawBufferPointer, last: Bool) throws(SchemaFault) {
    let code = xmlParseChunk(
      parser, slice.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(slice.count), last ? 1 : 0)
    if let fault { throw fault }
    if code != 0 || (last && parser.pointee.wellFormed != 1) { throw keep(.notWellFormed(line: line, byte: byte)) }
  }

  private func keep(_ new: SchemaFault) -> SchemaFault {
    if fault == nil { fault = new }
    xmlStopParser(parser)
    return new
  }

  private static func compiled(_ document: xmlDocPtr) -> xmlSchemaPtr? {
    guard let context = xmlSchemaNewDocParserCtxt(document) else { return nil }
    defer { xmlSchemaFreeParserCtxt(context) }
    xmlSchemaSetParserStructuredErrors(context, { _, _ in }, nil)
    return xmlSchemaParse(context)
  }
}

// MARK: - What libxml2 tells

extension SchemaValidator {
  private var line: Int { parser.pointee.input.map { Int($0.pointee.line) } ?? 0 }
  private var byte: Int { max(0, xmlByteConsumed(parser)) }

  fileprivate static func of(_ owner: UnsafeMutableRawPointer?) -> SchemaValidator? {
    owner.map { Unmanaged<SchemaValidator>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Only remembered: libxml2 is in the middle of its own walk.
  fileprivate func took(_ error: xmlError?) {
    guard fault == nil, let error else { return }
    let message = error.message.map { String(cString: $0) } ?? ""
    let violation = SchemaViolation(message: message)
    fault = .invalid(
      line: line, byte: byte, element: violation.element, rule: violation.rule, expected: violation.expected)
  }

  fileprivate func refuseDeclaration() {
    if fault == nil { fault = .notWellFormed(line: line, byte: byte) }
    xmlStopParser(parser)
  }
}

/// Once per process, before any thread parses.
private let libraryIsReady: Bool = {
  xmlInitParser()
  return true
}()

/// What may be repeated of one of libxml2's messages, such as `Element '{urn:…}Nm': [facet 'maxLength'] The value has…`.
struct SchemaViolation: Equatable {
  var element: String
  var rule: String
  var expected: String

  /// Wordings after which libxml2 quotes the schema, no longer the document. The last of them in a message counts, so
  /// that a value that imitates one stays out.
  private static let schemaWords: [(marker: String, rule: String)] = [
    ("is not accepted by the pattern", "pattern"),
    ("is not an element of the set", "set of values"),
    ("is not a valid value of the atomic type", "type"),
    ("is not a valid value of the union type", "type"),
    ("this exceeds the allowed maximum length of", "maximum length"),
    ("this underruns the allowed minimum length of", "minimum length"),
    ("has more fractional digits than are allowed", "decimals"),
    ("has more digits than are allowed", "digits"),
    ("is less than the minimum value allowed", "smallest value"),
    ("is greater than the maximum value allowed", "largest value"),
    ("This element is not expected. Expected is", "order of elements"),
    ("This element is not expected.", "order of elements"),
    ("Missing child element(s). Expected is", "missing element"),
    ("is required but missing", "missing attribute"),
    ("is not allowed", "attribute or content"),
    ("No matching global declaration available for the validation root", "root element"),
  ]

  init(message: String) {
    element = Self.localName(in: message)
    var best: (end: String.Index, rule: String)?
    for (marker, rule) in Self.schemaWords {
      guard let range = Self.lastRange(of: marker, in: message) else { continue }
      if let known = best, known.end >= range { continue }
      best = (range, rule)
    }
    rule = best?.rule ?? "schema"
    let rest = best.map { Self.plain(message[$0.end...]) } ?? ""
    expected = rest.isEmpty ? "what the schema says" : rest
  }

  /// `Element '{namespace}Nm'…` -> `Nm`; a stranger's name only when it looks like one.
  private static func localName(in message: String) -> String {
    guard message.hasPrefix("Element '") else { return "document" }
    let name = message.dropFirst("Element '".count).prefix { $0 != "'" }
    let local = name.split(separator: "}").last ?? ""
    let isPlain = local.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
    return isPlain && (1...35).contains(local.utf8.count) ? String(local) : "an element"
  }

  /// The schema's words without namespaces, quotes and final stop, at most 200 characters.
  private static func plain(_ text: Substring) -> String {
    var plain = ""
    var isNamespace = false
    for character in text.prefix(2000) {
      switch character {
      case "{" where plain.hasSuffix("'") || plain.hasSuffix("( ") || plain.hasSuffix(", "): isNamespace = true
      case "}" where isNamespace: isNamespace = false
      case "\n": continue
      default: if !isNamespace { plain.append(character) }
      }
    }
    plain.removeAll { $0 == "'" }
    while let last = plain.last, last == "." || last == " " { plain.removeLast() }
    while let first = plain.first, first == " " || first == ":" { plain.removeFirst() }
    return String(plain.prefix(200))
  }

  /// The end of the last occurrence of `marker`.
  private static func lastRange(of marker: String, in message: String) -> String.Index? {
    let (haystack, needle) = (Array(message.utf8), Array(marker.utf8))
    guard haystack.count >= needle.count else { return nil }
    for start in (0...(haystack.count - needle.count)).reversed()
    where haystack[start..<start + needle.count].elementsEqual(needle) {
      return message.utf8.index(message.startIndex, offsetBy: start + needle.count)
    }
    return nil
  }
}
