/// Quoted-printable (RFC 2045, section 6.7): lines of at most 76 characters, nothing that a mail server could change.
enum QuotedPrintable {
  private static let lineLength = 76

  /// The encoded text of `text`, each line ending in CRLF; LF, CR and CRLF in it are line ends.
  static func encode(_ text: String) -> [UInt8] {
    var encoded: [UInt8] = []
    encoded.reserveCapacity(text.utf8.count * 5 / 4)
    for line in lines(text) { append(line, to: &encoded) }
    return encoded
  }

  private static func lines(_ text: String) -> [[UInt8]] {
    var lines: [[UInt8]] = [[]]
    var afterCarriageReturn = false
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\n") where afterCarriageReturn: break
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"): lines.append([])
      default: lines[lines.count - 1].append(byte)
      }
      afterCarriageReturn = byte == UInt8(ascii: "\r")
    }
    if lines.count > 1, lines[lines.count - 1].isEmpty { lines.removeLast() }
    return lines
  }

  private static func append(_ line: [UInt8], to encoded: inout [UInt8]) {
    var column = 0
    for (index, byte) in line.enumerated() {
      let token = token(byte, isLast: index == line.count - 1)
      // The last token of a line may fill it; any other leaves a place for the soft break's `=`.
      if column + token.count > lineLength - (index == line.count - 1 ? 0 : 1) {
        encoded += "=\r\n".utf8
        column = 0
      }
      encoded += token
      column += token.count
    }
    encoded += "\r\n".utf8
  }

  private static func token(_ byte: UInt8, isLast: Bool) -> [UInt8] {
    switch byte {
    case UInt8(ascii: "="): Array("=3D".utf8)
    case 0x21...0x7E: [byte]
    case UInt8(ascii: " ") where !isLast: [byte]
    default: Array("=\(hexPair(byte))".utf8)
    }
  }
}
