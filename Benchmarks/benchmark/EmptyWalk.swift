// The measure of reading: libxml2 going through the same bytes with the same options, for handlers that do nothing.

import CLibXML2
import Glibc

enum EmptyWalk {
  /// Pushes the pieces as they come.
  static func push(_ source: Source) throws {
    var sax = handlers
    let context = xmlCreatePushParserCtxt(&sax, nil, nil, 0, nil)
    defer { xmlFreeParserCtxt(context) }
    if let context { _ = xmlCtxtUseOptions(context, Int32(bitPattern: XML_PARSE_NONET.rawValue)) }
    while let piece = try source() {
      let code = piece.withUnsafeBytes { bytes in
        xmlParseChunk(context, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), 0)
      }
      try check(code)
    }
    try check(xmlParseChunk(context, nil, 0, 1))
  }

  /// Lets libxml2 ask for bytes.
  static func pull(_ source: @escaping Source) throws {
    let pieces = Pieces(source)
    var sax = handlers
    let context = xmlCreateIOParserCtxt(
      &sax, nil, { owner, buffer, count in Pieces.fill(owner, buffer, count) }, nil,
      Unmanaged.passUnretained(pieces).toOpaque(), XML_CHAR_ENCODING_NONE)
    defer { xmlFreeParserCtxt(context) }
    if let context { _ = xmlCtxtUseOptions(context, Int32(bitPattern: XML_PARSE_NONET.rawValue)) }
    try withExtendedLifetime(pieces) { try check(xmlParseDocument(context)) }
  }

  private static var handlers: xmlSAXHandler {
    var sax = xmlSAXHandler()
    sax.initialized = UInt32(XML_SAX2_MAGIC)
    sax.startElementNs = { _, _, _, _, _, _, _, _, _ in }
    sax.endElementNs = { _, _, _, _ in }
    sax.characters = { _, _, _ in }
    // One function for both, as in ours: else libxml2 looks at each text to decide whether it is blank.
    sax.ignorableWhitespace = sax.characters
    sax.cdataBlock = sax.characters
    return sax
  }

  private static func check(_ code: Int32) throws {
    guard code == 0 else { throw Failure("libxml2 refuses a made-up report: found error \(code), expected none") }
  }
}

/// The piece that is being asked for.
private final class Pieces {
  private let source: Source
  private var piece: [UInt8] = []
  private var place = 0

  init(_ source: @escaping Source) { self.source = source }

  static func fill(_ owner: UnsafeMutableRawPointer?, _ buffer: UnsafeMutablePointer<CChar>?, _ count: Int32) -> Int32 {
    guard let owner, let buffer else { return -1 }
    let pieces = Unmanaged<Pieces>.fromOpaque(owner).takeUnretainedValue()
    if pieces.place == pieces.piece.count {
      pieces.piece = ((try? pieces.source()) ?? nil) ?? []
      pieces.place = 0
    }
    let step = min(Int(count), pieces.piece.count - pieces.place)
    pieces.piece.withUnsafeBytes { bytes in
      if let base = bytes.baseAddress { memcpy(buffer, base + pieces.place, step) }
    }
    pieces.place += step
    return Int32(step)
  }
}
