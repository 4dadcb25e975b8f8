// Writes XML into one byte buffer that is handed on whenever it is nearly full: no String per element, no tree, no
// line breaks. Text is escaped; a character that XML or a bank's single line cannot carry is a fault, never dropped.

/// Takes the next bytes of a file, valid during the call only; what it throws ends the writing.
package typealias ByteSink = (UnsafeRawBufferPointer) throws -> Void

/// A control character in a text that should have been checked long before.
///
/// Names the element and the code point, never the text.
package struct XMLTextFault: Error, Equatable, Sendable, CustomStringConvertible {
  package var element: String
  package var found: UInt8

  package var description: String {
    "\(element): characters of XML text: found control character \(found), expected none"
  }
}

/// XML in document order, in constant memory; at most 256 KiB go to the sink at a time.
package struct XMLWriter: ~Copyable {
  private static var pieceSize: Int { 256 << 10 }

  private let piece: UnsafeMutableRawPointer
  private var used = 0
  private let sink: ByteSink

  package init(sink: @escaping ByteSink) {
    self.sink = sink
    piece = .allocate(byteCount: Self.pieceSize, alignment: 16)
  }

  deinit { piece.deallocate() }

  /// Markup as it stands: constant text of the program, so nothing in it needs escaping.
  package mutating func markup(_ text: StaticString) throws {
    try append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// `<name>text</name>`, escaped; nothing when `text` is nil.
  package mutating func element(_ name: StaticString, _ text: String?) throws {
    guard var text else { return }
    try open(name)
    let isPlain = text.withUTF8 { Self.isPlain(UnsafeRawBufferPointer($0)) }
    if isPlain {
      try text.withUTF8 { try append(UnsafeRawBufferPointer($0)) }
    } else {
      try escaped(text, name)
    }
    try close(name)
  }

  /// `<name>123</name>`.
  package mutating func element(_ name: StaticString, number: Int) throws {
    try open(name)
    try digits(of: UInt64(number.magnitude), atLeast: 1, negative: number < 0)
    try close(name)
  }

  /// `<name>12.50</name>` from cents.
  package mutating func element(_ name: StaticString, cents: Int64) throws {
    try open(name)
    try decimal(cents)
    try close(name)
  }

  /// `<name Ccy="EUR">12.50</name>` from cents.
  package mutating func euro(_ name: StaticString, cents: Int64) throws {
    try append(UInt8(ascii: "<"))
    try markup(name)
    try markup(" Ccy=\"EUR\">")
    try decimal(cents)
    try close(name)
  }

  /// Hands what is left to the sink: to be called once, at the end.
  package mutating func flush() throws {
    guard used > 0 else { return }
    let full = UnsafeRawBufferPointer(start: piece, count: used)
    used = 0
    try sink(full)
  }

  private mutating func open(_ name: StaticString) throws {
    try append(UInt8(ascii: "<"))
    try markup(name)
    try append(UInt8(ascii: ">"))
  }

  private mutating func close(_ name: StaticString) throws {
    try markup("</")
    try markup(name)
    try append(UInt8(ascii: ">"))
  }

  /// Whether nothing in a text needs a second look; without branches, so that it runs on many bytes at once.
  private static func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var special: UInt8 = 0
    for byte in bytes {
      special |= byte < 0x20 ? 1 : 0
      special |= byte == 0x7F ? 1 : 0
      special |= byte == UInt8(ascii: "&") ? 1 : 0
      special |= byte == UInt8(ascii: "<") ? 1 : 0
      special |= byte == UInt8(ascii: ">") ? 1 : 0
    }
    return special == 0
  }

  private mutating func escaped(_ text: String, _ name: StaticString) throws {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): try markup("&amp;")
      case UInt8(ascii: "<"): try markup("&lt;")
      case UInt8(ascii: ">"): try markup("&gt;")
      case 0..<0x20, 0x7F: throw XMLTextFault(element: name.description, found: byte)
      default: try append(byte)
      }
    }
  }

  private mutating func append(_ byte: UInt8) throws {
    if used == Self.pieceSize { try flush() }
    (piece + used).storeBytes(of: byte, as: UInt8.self)
    used += 1
  }

  private mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
    guard bytes.count <= Self.pieceSize - used else { return try appendInPieces(bytes) }
    guard let source = bytes.baseAddress else { return }
    (piece + used).copyMemory(from: source, byteCount: bytes.count)
    used += bytes.count
  }

  private mutating func appendInPieces(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      if used == Self.pieceSize { try flush() }
      let step = UnsafeRawBufferPointer(rebasing: rest.prefix(Self.pieceSize - used))
      try append(step)
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(step.count))
    }
  }

  private mutating func decimal(_ cents: Int64) throws {
    try digits(of: cents.magnitude / 100, atLeast: 1, negative: cents < 0)
    try append(UInt8(ascii: "."))
    try digits(of: cents.magnitude % 100, atLeast: 2, negative: false)
  }

  private mutating func digits(of value: UInt64, atLeast count: Int, negative: Bool) throws {
    if negative { try append(UInt8(ascii: "-")) }
    var unit: UInt64 = 1
    var width = 1
    while value / unit >= 10 {
      unit *= 10  // At most 10^19, the largest power of ten in 64 bits.
      width += 1
    }
    while width < count {
      try append(UInt8(ascii: "0"))
      width += 1
    }
    while unit > 0 {
      try append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / unit % 10))
      unit /= 10
    }
  }
}
