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
    ("2½ m²", "2 1/2 m2"), ("10²", "10 2"), ("½", "1/2"), ("Ⅻ Ⅻa", "XII XIIa"), ("ＡＢ　７８！", "AB 78."), ("5₴ 3$", "5UAH 3."),
    ("12\u{200D}3 ４５\u{FE0F}6", "123 456"), ("2\u{34F}½", "2 1/2"), ("©\u{FE0F}2026", "(c)2026"), ("310\u{212A}", "310K"),
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
    ("и\u{323}\u{306}", "y"), ("й\u{323}", "y"), ("a\u{200D}\u{301}", "a"), ("ᾳ\u{301}", "a"), ("ﬃ\u{301}", "ffi"),
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

  @Test("names and remittances print their length only")
  func discretion() throws {
    let name = try PartyName("Marie Curie")
    let text = try RemittanceText("Facture Curie")
    for shown in ["\(name)", String(reflecting: name), "\(text)", String(reflecting: Optional(text))] {
      #expect(!shown.contains("Curie"))
    }
  }
}
