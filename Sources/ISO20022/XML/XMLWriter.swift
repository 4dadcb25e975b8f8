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

  /// The beginning of a message of ISO 20022: the declaration, the document in the namespace of its version, its element.
  /// - Parameters:
  ///   - messageType: of the program, `pain.008.001.08`: nothing in it needs escaping.
  ///   - message: the message's element.
  package mutating func begin(_ messageType: String, _ message: StaticString) throws {
    try markup("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:")
    try Array(messageType.utf8).withUnsafeBytes { try append($0) }
    try markup("\"><")
    try markup(message)
    try markup(">")
  }

  /// `<name>text</name>`, escaped; nothing when `text` is nil.
  package mutating func element(_ name: StaticString, _ text: String?) throws {
    guard let text else { return }
    // Borrowed: a copy would be counted, and there are a dozen texts to a payment.
    if try text.utf8.withContiguousStorageIfAvailable({ try element(name, UnsafeRawBufferPointer($0)) }) == nil {
      try Array(text.utf8).withUnsafeBytes { try element(name, $0) }
    }
  }

  private mutating func element(_ name: StaticString, _ text: UnsafeRawBufferPointer) throws {
    guard Self.isPlain(text) else {
      try open(name)
      try escaped(text, name)
      return try close(name)
    }
    let length = name.utf8CodeUnitCount
    guard 2 * length + 5 + text.count <= Self.pieceSize - used else {
      try open(name)
      try append(text)
      return try close(name)
    }
    // All of it at once, with one look at whether there is room.
    put(UInt8(ascii: "<"))
    put(name.utf8Start, length)
    put(UInt8(ascii: ">"))
    if let source = text.baseAddress { put(source, text.count) }
    put(UInt8(ascii: "<"))
    put(UInt8(ascii: "/"))
    put(name.utf8Start, length)
    put(UInt8(ascii: ">"))
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

  /// Whether nothing in a text needs a second look: no control character, nothing to escape. Asked of eight bytes at once.
  @inline(__always)
  private static func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let base = bytes.baseAddress else { return true }
    let count = bytes.count
    guard count >= 8 else {
      return bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "&") && $0 | 2 != UInt8(ascii: ">") }
    }
    var place = 0
    while place < count {
      // The last eight may overlap those before.
      let word = base.loadUnaligned(fromByteOffset: min(place, count &- 8), as: UInt64.self)
      let found =
        (word &- (0x20 &* Self.eachByte)) & ~word | zeros(word ^ (0x7F &* Self.eachByte))
        | zeros(word ^ (0x26 &* Self.eachByte))  // &
        | zeros((word | (0x02 &* Self.eachByte)) ^ (0x3E &* Self.eachByte))  // < and >
      if found & (0x80 &* Self.eachByte) != 0 { return false }
      place &+= 8
    }
    return true
  }

  private static var eachByte: UInt64 { 0x0101_0101_0101_0101 }

  /// Has a byte's highest bit where that byte is zero; maybe in bytes above such a one too.
  @inline(__always)
  private static func zeros(_ word: UInt64) -> UInt64 { (word &- eachByte) & ~word }

  private mutating func escaped(_ text: UnsafeRawBufferPointer, _ name: StaticString) throws {
    for byte in text {
      switch byte {
      case UInt8(ascii: "&"): try markup("&amp;")
      case UInt8(ascii: "<"): try markup("&lt;")
      case UInt8(ascii: ">"): try markup("&gt;")
      case 0..<0x20, 0x7F: throw XMLTextFault(element: name.description, found: byte)
      default: try append(byte)
      }
    }
  }

  /// Where there is room already.
  @inline(__always)
  private mutating func put(_ byte: UInt8) {
    (piece + used).storeBytes(of: byte, as: UInt8.self)
    used &+= 1
  }

  @inline(__always)
  private mutating func put(_ source: UnsafeRawPointer, _ count: Int) {
    (piece + used).copyMemory(from: source, byteCount: count)
    used &+= count
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
    // 20 digits and a sign at most.
    if Self.pieceSize - used < 32 { try flush() }
    if negative { put(UInt8(ascii: "-")) }
    // From the last digit on, then moved to where they belong.
    let end = piece + used + 24
    var first = end
    var rest = value
    repeat {
      first -= 1
      let quotient = rest / 10
      first.storeBytes(of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest &- quotient &* 10), as: UInt8.self)
      rest = quotient
    } while rest > 0 || end - first < count
    put(first, end - first)
  }
}
