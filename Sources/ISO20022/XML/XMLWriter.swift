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

/// XML in document order, in constant memory; about 256 KiB go to the sink at a time.
package struct XMLWriter: ~Copyable {
  private static let pieceSize = 256 << 10
  /// Larger than any one element's text in the messages written here; longer ones only grow the buffer once.
  private static let slack = 8 << 10

  private var buffer: [UInt8] = []
  private let sink: ByteSink
  /// All bytes written so far, flushed or not.
  package private(set) var byteCount = 0

  package init(sink: @escaping ByteSink) {
    self.sink = sink
    buffer.reserveCapacity(Self.pieceSize + Self.slack)
  }

  /// Markup as it stands: constant text of the program, so nothing in it needs escaping.
  package mutating func markup(_ text: StaticString) throws {
    append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    if buffer.count >= Self.pieceSize { try flush() }
  }

  /// `<name>text</name>`, escaped; nothing when `text` is nil.
  package mutating func element(_ name: StaticString, _ text: String?) throws {
    guard let text else { return }
    open(name)
    try escaped(text, name)
    try close(name)
  }

  /// `<name>123</name>`.
  package mutating func element(_ name: StaticString, number: Int) throws {
    open(name)
    digits(of: UInt64(number.magnitude), atLeast: 1, negative: number < 0)
    try close(name)
  }

  /// `<name>12.50</name>` from cents.
  package mutating func element(_ name: StaticString, cents: Int64) throws {
    open(name)
    decimal(cents)
    try close(name)
  }

  /// `<name Ccy="EUR">12.50</name>` from cents.
  package mutating func euro(_ name: StaticString, cents: Int64) throws {
    buffer.append(UInt8(ascii: "<"))
    append(name)
    append(" Ccy=\"EUR\">")
    decimal(cents)
    try close(name)
  }

  /// Hands what is left to the sink: to be called once, at the end.
  package mutating func flush() throws {
    guard !buffer.isEmpty else { return }
    byteCount += buffer.count
    try buffer.withUnsafeBytes(sink)
    buffer.removeAll(keepingCapacity: true)
  }

  private mutating func open(_ name: StaticString) {
    buffer.append(UInt8(ascii: "<"))
    append(name)
    buffer.append(UInt8(ascii: ">"))
  }

  private mutating func close(_ name: StaticString) throws {
    append("</")
    append(name)
    buffer.append(UInt8(ascii: ">"))
    if buffer.count >= Self.pieceSize { try flush() }
  }

  private mutating func escaped(_ text: String, _ name: StaticString) throws {
    var text = text
    let fault = text.withUTF8 { bytes -> UInt8? in
      var start = 0
      for index in bytes.indices {
        let byte = bytes[index]
        let escape: StaticString
        switch byte {
        case UInt8(ascii: "&"): escape = "&amp;"
        case UInt8(ascii: "<"): escape = "&lt;"
        case UInt8(ascii: ">"): escape = "&gt;"
        case 0..<0x20, 0x7F: return byte
        default: continue
        }
        append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[start..<index]))
        append(escape)
        start = index + 1
      }
      append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[start...]))
      return nil
    }
    if let fault { throw XMLTextFault(element: name.description, found: fault) }
  }

  private mutating func append(_ text: StaticString) {
    append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private mutating func append(_ bytes: UnsafeRawBufferPointer) { buffer.append(contentsOf: bytes) }

  private mutating func decimal(_ cents: Int64) {
    digits(of: cents.magnitude / 100, atLeast: 1, negative: cents < 0)
    buffer.append(UInt8(ascii: "."))
    digits(of: cents.magnitude % 100, atLeast: 2, negative: false)
  }

  private mutating func digits(of value: UInt64, atLeast count: Int, negative: Bool) {
    if negative { buffer.append(UInt8(ascii: "-")) }
    let start = buffer.count
    var rest = value
    while rest > 0 || buffer.count - start < count {
      buffer.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    }
    buffer[start...].reverse()
  }
}
