/// Text in a mail header: as it is where ASCII allows, in encoded words (RFC 2047) otherwise, folded at 76 characters.
enum HeaderText {
  private static let lineLength = 76
  /// RFC 2047, section 2: an encoded word has at most 75 characters; 12 of them are `=?UTF-8?Q?` and `?=`.
  private static let encodedLength = 75 - 12

  /// The header line or lines of an unstructured field such as Subject, without the last line break.
  static func unstructured(name: String, _ text: String) -> String {
    needsEncoding(text) ? folded(name: name, words: encodedWords(text, after: name.utf8.count + 2))
      : folded(name: name, words: text.split(separator: " ").map(String.init))
  }

  /// The header of one or more addresses, one a line.
  static func addresses(name: String, _ list: [MailAddress]) -> String {
    name + ": " + list.map { mailbox($0, after: name.utf8.count + 2) }.joined(separator: ",\r\n ")
  }

  private static func mailbox(_ address: MailAddress, after column: Int) -> String {
    guard let name = address.name else { return address.address }
    let phrase = isAtoms(name) ? name : encodedWords(name, after: column).joined(separator: "\r\n ")
    // The address on a line of its own where it could be long: its 254 characters stay below the limit of 998.
    return phrase + (name.utf8.count + address.address.utf8.count > 60 ? "\r\n <" : " <") + address.address + ">"
  }

  private static func folded(name: String, words: [String]) -> String {
    var header = name + ":"
    var column = header.utf8.count
    for (index, word) in words.enumerated() {
      let isTooLong = column + 1 + word.utf8.count > lineLength && index > 0
      header += (isTooLong ? "\r\n " : " ") + word
      column = (isTooLong ? 0 : column) + 1 + word.utf8.count
    }
    return header
  }

  /// Plain only where folding and unfolding give the same text back, and nothing could be taken for an encoded word.
  private static func needsEncoding(_ text: String) -> Bool {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    return !text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
      || words.contains { $0.isEmpty || $0.utf8.count > 60 || $0.hasPrefix("=?") }
  }

  /// A phrase (RFC 5322, section 3.2.5) that needs neither quotes nor encoding.
  private static func isAtoms(_ text: String) -> Bool {
    text.utf8.count <= 60
      && text.split(separator: " ", omittingEmptySubsequences: false).allSatisfy { word in
        !word.isEmpty && word.utf8.allSatisfy(isAtomText) && !word.hasPrefix("=?")
      }
  }

  /// The text as encoded words, none of which splits a character; white space between them is no part of the text.
  ///
  /// `column` is what the header's name takes from the first line.
  private static func encodedWords(_ text: String, after column: Int) -> [String] {
    var words: [String] = []
    var current = ""
    var room = min(encodedLength, lineLength - column - 12)
    for scalar in text.unicodeScalars {
      let encoded = quoted(scalar)
      if current.utf8.count + encoded.utf8.count > room, !current.isEmpty {
        words.append("=?UTF-8?Q?\(current)?=")
        current = ""
        room = encodedLength
      }
      current += encoded
    }
    return words + ["=?UTF-8?Q?\(current)?="]
  }

  /// The `Q` encoding in its narrowest form, which a phrase allows too (RFC 2047, section 5, rule 3).
  private static func quoted(_ scalar: Unicode.Scalar) -> String {
    if scalar == " " { return "_" }
    return UTF8.encode(scalar).map { bytes in
      bytes.map { isASCIILetterOrDigit($0) || "!*+-/".utf8.contains($0) ? String(UnicodeScalar($0)) : "=" + hexPair($0) }
        .joined()
    } ?? ""
  }
}

/// Two upper-case hexadecimal digits, as quoted-printable wants them.
func hexPair(_ byte: UInt8) -> String {
  let text = String(byte, radix: 16, uppercase: true)
  return byte < 16 ? "0" + text : text
}
