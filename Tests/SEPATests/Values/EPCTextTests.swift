import Testing

@testable import SEPA

@Suite("Text in the EPC set") struct EPCTextTests {
  @Test("people's and places' names keep their letters", arguments: [
    ("Dupont & Fils", "Dupont + Fils"), ("Société Générale d’Électricité", "Societe Generale d'Electricite"),
    ("Œuvre Cœur ŒUVRE", "Oeuvre Coeur OEUVRE"), ("Müller-Lüdenscheidt Straße", "Muller-Ludenscheidt Strasse"),
    ("STRAẞE", "STRASSE"), ("Łódź Żółć Ząb", "Lodz Zolc Zab"), ("Dvořák, Třída Číslo", "Dvorak, Trida Cislo"),
    ("Ærø Øresund Åse", "Aero Oresund Ase"), ("ÆRØ", "AERO"), ("Þór Guðrún", "Thor Gudrun"), ("ÞÓR", "THOR"),
    ("Őry Űrhajó", "Ory Urhajo"), ("Ștefan Țară Mihăiță", "Stefan Tara Mihaita"), ("İstanbul Işık Ğ", "Istanbul Isik G"),
    ("Đuro Čačić", "Duro Cacic"), ("Šķēle Žagarė Ąžuolas", "Skele Zagare Azuolas"), ("Ħamrun Ġorġ", "Hamrun Gorg"),
    ("L·L Col•lecció", "L-L Col-leccio"), ("Nguyễn Thị Hương", "Nguyen Thi Huong"), ("Ĳsselmeer ĳs", "IJsselmeer ijs"),
    ("Παπαδόπουλος Γιώργος", "Papadopoylos Giorgos"), ("ΘΕΣΣΑΛΟΝΙΚΗ", "THESSALONIKI"), ("Θεσσαλονίκη", "Thessaloniki"),
    ("Χρήστος Ψαράς", "Christos Psaras"), ("Ξένη Ώρα", "Xeni Ora"),
    ("Жуков", "Zhukov"), ("ЖУКОВ", "ZHUKOV"), ("Щербаков Юрий", "Shterbakov Yuriy"), ("Царевец ООД", "Tsarevets OOD"),
    ("Київ Євген Їжак", "Kiyiv Yevgen Yizhak"), ("Љубица Његош Џон Ђорђе", "Ljubitsa Njegosh Dzon Djordje"),
    ("Скопје Ќирил Ѓорѓи", "Skopje Kjiril Gjorgji"), ("Я", "YA"), ("Я Б", "YA B"),
  ])
  func names(text: String, written: String) throws {
    #expect(try EPCText.transliterate(text, maximum: 70) == written)
  }

  @Test("signs are written as the nearest sign", arguments: [
    ("“A” – B… 5€ a@b_c", "'A' - B... 5EUR a(at)b-c"), ("n° 5 № 6 1º", "no 5 no 6 1o"), ("A [B] {C} <D>", "A (B) (C) (D)"),
    ("«A» 50% ½ ×2", "'A' 50pct 1/2 x2"), ("A;B!C*D#E=F", "A.B.C.D.E.F"), ("A\\B", "A/B"),
  ])
  func signs(text: String, written: String) throws {
    #expect(try EPCText.transliterate(text, maximum: 70) == written)
  }

  @Test("spaces are single and slashes never double or first", arguments: [
    ("  A \t\r\n B\u{A0}\u{202F}C  ", "A B C"), ("A//B///C", "A/B/C"), ("//A/", "A/"), (" / A", "A"), ("A\\/B", "A/B"),
    ("A\u{AD}B\u{200B}C\u{FEFF}", "ABC"),
  ])
  func spacesAndSlashes(text: String, written: String) throws {
    #expect(try EPCText.transliterate(text, maximum: 70) == written)
  }

  @Test("a letter and its mark in two scalars are written as the one letter", arguments: [
    ("e\u{301}", "e"), ("E\u{300}", "E"), ("u\u{308}", "u"), ("c\u{327}a\u{302}", "ca"), ("s\u{326}", "s"),
    ("α\u{301}", "a"), ("и\u{306}", "y"), ("і\u{308}", "yi"), ("Е\u{308}", "E"), ("I\u{307}", "I"),
    ("q\u{303}", "q"), ("e\u{302}\u{301}", "e"), ("o\u{328}\u{304}", "o"), ("Ж\u{306}а", "Zha"),
  ])
  func decomposed(text: String, written: String) throws {
    #expect(try EPCText.transliterate(text, maximum: 70) == written)
  }

  @Test("what cannot be carried is named with its place, and never dropped", arguments: [
    ("李小龍", "U+674E at character 1"), ("Dupont 😀", "U+1F600 at character 8"), ("A\u{0}B", "U+0000 at character 2"),
    ("A\u{7}", "U+0007 at character 2"), ("علي", "U+0639 at character 1"), ("Éa\u{FFFD}", "U+FFFD at character 3"),
    ("\u{301}A", "U+0301 at character 1"), ("A1\u{20E3}", "U+0031 U+20E3 at character 2"),
  ])
  func uncarriable(text: String, found: String) {
    let fault = #expect(throws: ValueFault.self) { try EPCText.transliterate(text, maximum: 70) }
    #expect(fault?.found == found)
    #expect(fault?.rule == "text characters")
  }

  @Test("a text never becomes empty", arguments: ["", " ", "\t\n", "/", " // ", "\u{200B}\u{AD}"])
  func empty(text: String) {
    #expect(throws: ValueFault.self) { try EPCText.transliterate(text, maximum: 70) }
    #expect(throws: ValueFault.self) { try PartyName(text) }
  }

  @Test("length counts after transliteration, and only who asks for it is cut")
  func length() throws {
    let name = String(repeating: "ß", count: 36)
    #expect(throws: ValueFault.self) { try PartyName(name) }
    #expect(try EPCText.transliterate(name, maximum: 70, truncating: true).utf8.count == 70)
    #expect(try EPCText.transliterate("AB CD", maximum: 3, truncating: true) == "AB")
    #expect(try PartyName(String(repeating: "é", count: 70)).value.count == 70)
    #expect(throws: ValueFault.self) { try RemittanceText(String(repeating: "x", count: 141)) }
    #expect(throws: ValueFault.self) { try EPCText.transliterate("A", maximum: 0, truncating: true) }
  }

  @Test("the printed tables name no character twice and spell within the EPC set")
  func tables() {
    var seen: Set<Character> = []
    for (spelling, characters) in latinSpellings + signSpellings + greekSpellings + cyrillicSpellings {
      #expect(!spelling.isEmpty && spelling.utf8.allSatisfy { $0.isEPCBasicLatin }, "\(spelling)")
      for character in characters {
        #expect(seen.insert(character).inserted, "\(character) twice")
        #expect(character.asciiValue.map(\.isEPCBasicLatin) != true, "\(character) needs no spelling")
        #expect(character.unicodeScalars.count == 1, "\(character)")
      }
    }
  }

  @Test("every letter of Latin-1, Latin Extended-A, modern Greek and basic Cyrillic can be carried")
  func coverage() {
    let ranges: [ClosedRange<UInt32>] = [0x20...0x7E, 0xA0...0x17F, 0x386...0x3CE, 0x400...0x45F]
    var missing: [String] = []
    for value in ranges.joined() {
      guard let scalar = Unicode.Scalar(value), scalar.properties.generalCategory != .unassigned else { continue }
      // Always between letters, so that a space does not leave nothing.
      guard let written = try? EPCText.transliterate("A\(Character(scalar))b", maximum: 70) else {
        missing.append(String(value, radix: 16))
        continue
      }
      #expect(written.utf8.allSatisfy { $0.isEPCBasicLatin })
    }
    // Cent, currency, pilcrow and three accents that stand alone: nothing near, and no name contains them.
    #expect(missing == ["a2", "a4", "a8", "af", "b6", "b8"])
  }

  @Test("whatever is written can be written again unchanged, and no text traps")
  func idempotent() {
    var generator = Lehmer(state: 2026)
    let alphabet: [Unicode.Scalar] =
      (0..<600).compactMap { Unicode.Scalar($0) } + Array("/ /\u{301}жЯщ€“李\u{1F600}".unicodeScalars)
    for _ in 0..<4000 {
      var text = ""
      for _ in 0..<generator.below(12) { text.unicodeScalars.append(alphabet[generator.below(alphabet.count)]) }
      guard let written = try? EPCText.transliterate(text, maximum: 70) else { continue }
      #expect(written.utf8.allSatisfy { $0.isEPCBasicLatin })
      #expect(!written.isEmpty && !written.hasPrefix("/") && !written.contains("//") && !written.contains("  "))
      #expect((try? EPCText.transliterate(written, maximum: 70)) == written)
    }
  }

  @Test("names and remittances print their length only")
  func discretion() throws {
    let name = try PartyName("Marie Curie")
    let text = try RemittanceText("Facture Curie")
    for shown in ["\(name)", String(reflecting: name), "\(text)", String(reflecting: Optional(text))] {
      #expect(!shown.contains("Curie"))
    }
  }
}

/// The minimal standard generator (Park and Miller): the same texts in every run.
struct Lehmer {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state = state * 48_271 % 2_147_483_647
    return Int(state % UInt64(bound))
  }
}
