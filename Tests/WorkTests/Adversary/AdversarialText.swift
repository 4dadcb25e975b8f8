import SEPA
import TestSupport

/// One field of a request as it was made, and what is known of it by that.
struct MadeField {
  /// As it stands in the request; nil for nothing at all.
  var raw: String?
  /// What it must have become where it is taken; nil for nothing.
  var value: String?
  /// The rules that it breaks; empty for one that must be taken.
  var rules: [String] = []
  /// Whether only the program can say if it is right, and what it becomes.
  var isOpen = false

  static func right(_ raw: String?, _ value: String?) -> MadeField { MadeField(raw: raw, value: value) }
  static func wrong(_ raw: String?, _ rules: String...) -> MadeField { MadeField(raw: raw, rules: rules) }
}

/// Numbers and choices of one seed, made of plain remainders: a debug build is slow with anything richer.
struct Chance {
  private var random: SeededRandom

  init(_ seed: UInt64) { random = SeededRandom(seed) }

  mutating func number(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(random.next() % UInt64(range.upperBound - range.lowerBound + 1))
  }
  /// True once in so many times.
  mutating func once(in times: Int) -> Bool { number(1...times) == 1 }
  mutating func one<Element>(of list: [Element]) -> Element { list[number(0...list.count - 1)] }
  mutating func some(_ count: Int, of characters: [UInt8]) -> String {
    String(decoding: (0..<count).map { _ in characters[Int(random.next() % UInt64(characters.count))] }, as: UTF8.self)
  }
}

/// Characters by what they may be part of.
enum Letters {
  static let digits = Array("0123456789".utf8)
  static let capitals = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
  static let small = Array("abcdefghijklmnopqrstuvwxyz".utf8)
  static let both = capitals + digits
  static let all = capitals + small + digits
  /// EPC217-08 without the slash, which may not stand everywhere.
  static let ofIDs = all + Array("-?:().,'+ ".utf8)
}

/// Texts that people or programs might write, most of them with the spelling that docs/TEXT.md promises.
struct AdversarialText {
  var chance: Chance
  private var page: Int

  init(_ chance: Chance) {
    self.chance = chance
    page = self.chance.number(0...Self.pages.count - 1)
  }

  // MARK: With a known spelling

  /// What is written, and how: by docs/TEXT.md, not by the program's tables. Small letters, since the spelling of some
  /// capitals depends on what follows.
  private static let pieces: [(written: String, spelled: String)] = [
    ("é", "e"), ("e\u{301}", "e"), ("a\u{30A}", "a"), ("å", "a"), ("ß", "ss"), ("ø", "o"), ("œ", "oe"), ("æ", "ae"), ("þ", "th"),
    ("ł", "l"), ("ő", "o"), ("ğ", "g"), ("ı", "i"), ("ŉ", "'n"), ("ế", "e"), ("e\u{302}\u{301}", "e"), ("ﬁ", "fi"),
    ("q\u{301}\u{302}", "q"), ("Ł", "L"), ("É", "E"), ("E\u{301}", "E"), ("Ş", "S"),
    ("ж", "zh"), ("щ", "sht"), ("й", "y"), ("и\u{306}", "y"), ("ж\u{301}", "zh"), ("ї", "yi"), ("Б", "B"),
    ("θ", "th"), ("ώ", "o"), ("ω\u{301}", "o"), ("ᾧ", "o"), ("ς", "s"), ("Λ", "L"),
    ("Ａ", "A"), ("７", "7"), ("＆", "+"),
    ("&", "+"), ("<", "("), (">", ")"), ("]]>", ")))"), ("<![CDATA[", "(.(CDATA("), ("&amp;", "+amp."), ("\"", "'"), ("'", "'"),
    ("’", "'"), ("«", "'"), ("–", "-"), ("_", "-"), ("@", "(at)"), ("%", "pct"), ("€", "EUR"), ("§", "par."), ("…", "..."),
    ("\\", "/"), ("⁄", "/"), ("x½", "x1/2"), ("x²", "x2"), ("Ⅻ", "XII"), ("№", "no"), ("*", "."), ("#", "."), ("|", "."),
    ("$1", ".1"), ("{}", "()"), ("\\N", "/N"), ("--", "--"), ("');", "')."), ("%s", "pcts"),
    // Without a shape: soft hyphen, zero widths, marks of direction, joiners, variation selectors.
    ("\u{AD}", ""), ("\u{200B}", ""), ("\u{200C}", ""), ("\u{200D}", ""), ("\u{200E}", ""), ("\u{200F}", ""), ("\u{202E}", ""),
    ("\u{2066}", ""), ("\u{2069}", ""), ("\u{FEFF}", ""), ("\u{2060}", ""), ("\u{FE0F}", ""), ("\u{34F}", ""),
    ("1\u{200D}2", "12"), ("34\u{FE0F}5", "345"), ("7\u{34F}", "7"),
    (" ", " "), ("  ", " "), ("\u{A0}", " "), ("\u{3000}", " "), ("\t", " "), ("\n", " "), ("\r\n", " "), ("\u{2003}", " "),
    ("\u{2028}", " "), ("\u{85}", " "), ("\u{B}", " "),
    ("/", "/"), ("//", "/"), ("///", "/"), ("/\u{200B}/", "/"), ("/ /", "/ /"), ("-", "-"), ("?", "?"), (":", ":"), ("+", "+"),
  ]

  /// Before a text: leaves nothing behind.
  private static let before = ["", "", "", " ", "/", "//", "\u{A0}", "\u{200F}", "\u{FEFF}", "/ /", "\t", "\u{202B}"]
  /// Behind a text: leaves nothing behind.
  private static let behind = ["", "", "", " ", "\u{A0}", "\u{200E}", "\n", "\u{200D}", "\u{3000} "]

  /// A text as it must be written: single spaces, single slashes, neither at the start.
  private struct Spelled {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ text: String) {
      for byte in text.utf8 {
        let mayStandOnce = byte == 0x20 || byte == 0x2F
        if mayStandOnce, bytes.isEmpty || bytes.last == byte { continue }
        bytes.append(byte)
      }
    }
  }

  /// A text of just so many characters once it is written, that begins and ends with a letter.
  private mutating func exact(_ count: Int, after start: String = "") -> (raw: String, spelled: String) {
    var raw = ""
    var spelled = Spelled()
    func add(_ written: String, _ spelling: String, _ raw: inout String, _ spelled: inout Spelled) {
      raw += written
      spelled.add(spelling)
    }
    let first = start.isEmpty ? chance.some(1, of: Letters.small) : start
    add(first, first, &raw, &spelled)
    // The longest spelling has nine characters, and a letter stands at the end.
    while spelled.bytes.count < count - 10 {
      if chance.number(0...2) == 0 {
        let piece = chance.one(of: Self.pieces)
        add(piece.written, piece.spelled, &raw, &spelled)
      } else {
        let word = chance.some(chance.number(1...5), of: Letters.small)
        add(word, word, &raw, &spelled)
      }
    }
    let rest = chance.some(max(0, count - spelled.bytes.count), of: Letters.small)
    add(rest, rest, &raw, &spelled)
    return (raw, String(decoding: spelled.bytes, as: UTF8.self))
  }

  /// One that must be taken: of one character, of as many as may stand, or between.
  mutating func right(_ most: Int, after start: String = "") -> MadeField {
    let least = start.utf8.count + 1
    let count = [least, most, most - 1].randomChoice(&chance) ?? chance.number(least...most)
    let text = exact(count, after: start)
    return .right(chance.one(of: Self.before) + text.raw + chance.one(of: Self.behind), text.spelled)
  }

  // MARK: Without one

  /// What no table has a spelling for, and what no name consists of.
  private static let foreign = [
    "😀", "👨\u{200D}👩\u{200D}👧", "🇫🇷", "漢", "字", "한", "\u{1112}\u{1161}\u{11AB}", "ع", "ש", "ก", "अ", "ა", "Ա", "\u{1}", "\u{8}",
    "\u{1B}[2J", "\u{1F}", "\u{7F}", "\u{80}", "\u{9F}", "\u{FFFD}", "\u{FFFE}", "\u{E000}", "\u{10FFFF}", "𝔄", "𠀀", "①",
    " \u{301}", "1\u{20E3}", "\u{E0041}", "\u{FFF9}", "∑", "→", "ー", "ｱ",
  ]

  /// One that must be refused, by a rule of texts that are compulsory or not.
  mutating func wrong(_ most: Int) -> MadeField {
    switch chance.number(0...4) {
    case 0: return .wrong(exact(most + 1).raw, "text length")
    case 1: return .wrong(exact(most + chance.number(2...300)).raw, "text length")
    case 2: return .wrong(chance.one(of: ["\u{200B}", "\u{FEFF}\u{200B}", "/", "// /", "\u{AD}/\u{200E}", "\u{202E}"]), "text")
    default:
      let (front, back) = (exact(chance.number(1...most)).raw, exact(chance.number(1...most)).raw)
      return .wrong(front + chance.one(of: Self.foreign) + back, "text characters")
    }
  }

  /// Nothing, as people and programs write it.
  mutating func blank() -> String? { chance.one(of: [nil, "", " ", "   ", "\t", "\u{A0}\u{3000}", "\r\n"]) }

  // MARK: Of any script

  /// 128 code points each, of which Unicode has given some a meaning: all its blocks begin and end within a few of them.
  private static let pages: [[Unicode.Scalar]] = stride(from: UInt32(0), to: 0xE0200, by: 128).compactMap { start in
    guard start < 0x33480 || start >= 0xE0000 else { return nil }
    let scalars = (start..<start + 128).compactMap { Unicode.Scalar($0) }.filter {
      $0.value > 0 && $0.properties.generalCategory != .unassigned
    }
    return scalars.isEmpty ? nil : scalars
  }

  /// How many texts of `open` see all of Unicode.
  static var openTextsForAll: Int { pages.count }

  /// Characters of the next page of Unicode, whole words of them or strewn among letters: the program decides.
  mutating func open(_ most: Int) -> MadeField {
    page = (page + 1) % Self.pages.count
    let (scalars, other) = (Self.pages[page], chance.one(of: Self.pages))
    let strewn = chance.number(0...4)
    var text = String.UnicodeScalarView()
    for _ in 0..<chance.number(1...most) {
      switch chance.number(0...9) {
      case ..<strewn: text.append(contentsOf: chance.some(1, of: Letters.all).unicodeScalars)
      case 9 where strewn > 0: text.append(chance.one(of: other))
      default: text.append(chance.one(of: scalars))
      }
    }
    return MadeField(raw: String(text), isOpen: true)
  }
}

extension [Int] {
  /// One of them, or none: all as likely.
  fileprivate func randomChoice(_ chance: inout Chance) -> Int? {
    let place = chance.number(0...count)
    return place < count ? self[place] : nil
  }
}
