/// Rows in PostgreSQL's COPY text format, gathered in a byte buffer (PostgreSQL manual, COPY, "Text Format").
package struct CopyText {
  package private(set) var bytes: [UInt8] = []
  private var atLineStart = true

  package init() {}

  /// Adds one column of the row under way; nil is NULL.
  package mutating func add(_ text: String?) {
    if atLineStart { atLineStart = false } else { bytes.append(0x09) }
    guard let text else {
      bytes.append(0x5C)
      bytes.append(0x4E)
      return
    }
    for byte in text.utf8 {
      switch byte {
      case 0x5C: bytes.append(contentsOf: [0x5C, 0x5C])
      case 0x09: bytes.append(contentsOf: [0x5C, 0x74])
      case 0x0A: bytes.append(contentsOf: [0x5C, 0x6E])
      case 0x0D: bytes.append(contentsOf: [0x5C, 0x72])
      default: bytes.append(byte)
      }
    }
  }

  package mutating func add(_ integer: Int64?) { add(integer.map(String.init)) }
  package mutating func add(_ bool: Bool) { add(bool ? "t" : "f") }

  package mutating func endRow() {
    bytes.append(0x0A)
    atLineStart = true
  }

  /// Gives the bytes gathered so far and starts afresh, keeping the memory.
  package mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }
}
