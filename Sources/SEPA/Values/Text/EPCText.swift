/// Text that any SEPA bank accepts: letters a-z A-Z, digits, space and / - ? : ( ) . , ' + (EPC217-08, section 6.2).
///
/// Everything else is transliterated by the printed tables beside this file, letter by letter as people spell it
/// (`ß` ss, `Ж` Zh, `’` '). What no table knows is an error that names the character, never a silent loss: a name
/// must not become shorter, emptier or somebody else's.
package enum EPCText {
  /// `text` in the EPC set, with single spaces, none at the ends, at most `maximum` characters.
  ///
  /// Tabs, line ends and special spaces count as spaces; marks without a shape (soft hyphen, zero-width space, byte
  /// order mark) disappear; `//` becomes `/` and a leading `/` goes, because banks read them as the start of coded
  /// information (EPC217-08). Faults: a character that cannot be carried, nothing left, too long. With
  /// `truncating`, a text that is too long is cut after transliteration instead; never use it for names or ids.
  package static func transliterate(
    _ text: String, maximum: Int, truncating: Bool = false
  ) throws(ValueFault) -> String {
    var output = Output(capacity: text.utf8.count)
    if text.utf8.allSatisfy(\.isEPCBasicLatin) {
      for byte in text.utf8 { output.append(byte) }
    } else {
      try spell(text, into: &output)
    }
    var bytes = output.bytes
    if truncating, bytes.count > maximum { bytes.removeSubrange(maximum...) }
    if bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
    guard !bytes.isEmpty else {
      throw ValueFault(rule: "text", found: "nothing that can be written", expected: "1 to \(maximum) characters")
    }
    guard bytes.count <= maximum else {
      throw ValueFault(
        rule: "text length", found: "\(bytes.count) characters once transliterated",
        expected: "at most \(maximum) characters")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Collects characters of the EPC set under its rules on spaces and slashes.
  private struct Output {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) {
      bytes.reserveCapacity(capacity)
    }

    mutating func append(_ byte: UInt8) {
      switch byte {
      case UInt8(ascii: " ") where bytes.isEmpty || bytes.last == byte: break
      case UInt8(ascii: "/") where bytes.isEmpty || bytes.last == byte: break
      default: bytes.append(byte)
      }
    }
  }

  // Characters, not scalars: Swift compares them by canonical equivalence, so `e` + U+0301 finds the entry of `é`.
  private static func spell(_ text: String, into output: inout Output) throws(ValueFault) {
    let characters = Array(text)
    for (index, character) in characters.enumerated() {
      if let byte = character.asciiValue, byte.isEPCBasicLatin, character.unicodeScalars.count == 1 {
        output.append(byte)
        continue
      }
      // Asked of the letter, not of the character: with its mark beside it some are neither small nor capital.
      let next = index + 1 < characters.count ? characters[index + 1].unicodeScalars.first : nil
      let beforeSmall = next?.properties.isLowercase ?? false
      guard let spelling = spelling(of: character, beforeSmall: beforeSmall) else {
        throw uncarriable(character, position: index + 1)
      }
      // `2½` is not 21/2, nor `10²` 102: digits that a sign brings stay apart from those before it.
      if output.bytes.last?.isASCIIDigit == true, spelling.utf8.first?.isASCIIDigit == true, !character.isDigit {
        output.append(UInt8(ascii: " "))
      }
      for byte in spelling.utf8 { output.append(byte) }
    }
  }

  /// How one character is written, or nil. `beforeSmall` says whether a small letter follows: `Жуков` is Zhukov,
  /// `ЖУКОВ` is ZHUKOV.
  private static func spelling(of character: Character, beforeSmall: Bool) -> String? {
    let scalars = character.unicodeScalars
    if let spelling = listed(character, beforeSmall: beforeSmall) { return spelling }
    if scalars.allSatisfy(\.isSpace) { return " " }
    if scalars.allSatisfy(\.hasNoShape) { return "" }
    if scalars.contains(where: \.hasNoShape) {
      var seen = String.UnicodeScalarView()
      for scalar in scalars where !scalar.hasNoShape { seen.append(scalar) }
      let rest = String(seen)
      return rest.count == 1 ? spelling(of: Character(rest), beforeSmall: beforeSmall) : nil
    }
    return withoutMarks(character, beforeSmall: beforeSmall)
  }

  /// How a character of the set, a wide form of it, or one that the tables name is written, as capital or small letter.
  private static func listed(_ character: Character, beforeSmall: Bool) -> String? {
    if let spelling = table[character] { return spelling }
    if character.unicodeScalars.count == 1, let byte = character.asciiValue {
      return byte.isEPCBasicLatin ? String(character) : nil
    }
    if character.isWide, let scalar = character.unicodeScalars.first, let narrow = Unicode.Scalar(scalar.value - 0xFEE0) {
      return listed(Character(narrow), beforeSmall: beforeSmall)
    }
    let small = character.lowercased()
    guard small.count == 1, let first = small.first, first != character, let spelling = table[first] else { return nil }
    return beforeSmall ? spelling.prefix(1).uppercased() + spelling.dropFirst() : spelling.uppercased()
  }

  // A letter with marks that no table lists together: the letter alone, as the tables do for each listed pair. A mark
  // that makes a listed letter of it comes first: `й` and `и` with its breve are y, whatever else stands on them.
  private static func withoutMarks(_ character: Character, beforeSmall: Bool) -> String? {
    let scalars = character.unicodeScalars
    guard scalars.count > 1, let base = scalars.first, scalars.dropFirst().allSatisfy(\.isMark) else { return nil }
    guard base.properties.isAlphabetic else { return nil }
    for mark in scalars.dropFirst() {
      var pair = String.UnicodeScalarView()
      pair.append(base)
      pair.append(mark)
      if let spelling = listed(Character(String(pair)), beforeSmall: beforeSmall) { return spelling }
    }
    return listed(Character(base), beforeSmall: beforeSmall)
  }

  private static func uncarriable(_ character: Character, position: Int) -> ValueFault {
    let scalars = character.unicodeScalars.map { scalar in
      let hex = String(scalar.value, radix: 16, uppercase: true)
      return "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
    }
    return ValueFault(
      rule: "text characters", found: "\(scalars.prefix(4).joined(separator: " ")) at character \(position)",
      expected: "characters of the EPC set, or with a known spelling in it")
  }

  private static let table: [Character: String] = {
    var table: [Character: String] = [:]
    for group in [latinSpellings, signSpellings, greekSpellings, cyrillicSpellings] {
      for (spelling, characters) in group {
        for character in characters { table[character] = spelling }
      }
    }
    return table
  }()
}

extension UInt8 {
  /// Whether this byte is a character of the EPC set.
  package var isEPCBasicLatin: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "?"),
      UInt8(ascii: ":"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "."), UInt8(ascii: ","),
      UInt8(ascii: "'"), UInt8(ascii: "+"), UInt8(ascii: " "):
      true
    default:
      false
    }
  }
}

extension Character {
  /// Whether it is a wide form of an ASCII character, as East Asian keyboards write them: `Ａ`, `７`.
  fileprivate var isWide: Bool {
    unicodeScalars.count == 1 && unicodeScalars.allSatisfy { (0xFF01...0xFF5E).contains($0.value) }
  }

  /// Whether it is a plain or a wide digit itself, whatever without a shape hangs on it.
  fileprivate var isDigit: Bool {
    guard let value = unicodeScalars.first?.value else { return false }
    return (0x30...0x39).contains(value) || (0xFF10...0xFF19).contains(value)
  }
}

extension Unicode.Scalar {
  /// Tab, line ends and every Unicode space.
  fileprivate var isSpace: Bool { properties.isWhitespace }

  /// Invisible by design: carries nothing that could be lost.
  fileprivate var hasNoShape: Bool {
    switch value {
    case 0x00AD, 0x034F, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x206F, 0xFEFF, 0xFE00...0xFE0F: true
    default: false
    }
  }

  fileprivate var isMark: Bool {
    properties.generalCategory == .nonspacingMark
  }
}
