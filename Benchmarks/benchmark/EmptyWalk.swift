// The measure of reading: libxml2 going through the same bytes in the same way, for handlers that do nothing.

import CLibXML2

/// libxml2's push parser with the options of ours, fed in the same pieces, telling everything to nobody.
final class EmptyWalk {
  private let context: xmlParserCtxtPtr?

  init() {
    var sax = xmlSAXHandler()
    sax.initialized = UInt32(XML_SAX2_MAGIC)
    sax.startElementNs = { _, _, _, _, _, _, _, _, _ in }
    sax.endElementNs = { _, _, _, _ in }
    sax.characters = { _, _, _ in }
    // One function for both, as in ours: else libxml2 looks at each text to decide whether it is blank.
    sax.ignorableWhitespace = sax.characters
    sax.cdataBlock = sax.characters
    context = xmlCreatePushParserCtxt(&sax, nil, nil, 0, nil)
    if let context { _ = xmlCtxtUseOptions(context, Int32(bitPattern: XML_PARSE_NONET.rawValue)) }
  }

  deinit { xmlFreeParserCtxt(context) }

  func feed(_ piece: UnsafeRawBufferPointer) throws {
    let bytes = piece.baseAddress?.assumingMemoryBound(to: CChar.self)
    try check(xmlParseChunk(context, bytes, Int32(piece.count), 0))
  }

  func finish() throws { try check(xmlParseChunk(context, nil, 0, 1)) }

  private func check(_ code: Int32) throws {
    guard code == 0 else { throw Failure("libxml2 refuses a made-up report: found error \(code), expected none") }
  }
}
