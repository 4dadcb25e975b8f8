/// How letters outside the EPC basic Latin set are written in it: printed tables, so that anyone can check what a name
/// becomes. Latin and typographic signs follow the conversion table of EPC217-08; Greek follows ELOT 743 and Cyrillic
/// the usual passport practice, both simplified to letters that stand alone.
enum Transliteration {
  /// The plain form of one character (a letter with all its marks); nil when there is none.
  static func plain(_ character: Character) -> String? {
    let scalars = Array(character.unicodeScalars)
    if scalars.count == 1 { return plain(scalars[0]) }
    // A base letter with combining marks: the marks go, the base decides. Greek and Cyrillic compose the same way.
    guard scalars.dropFirst().allSatisfy({ combiningMarks.contains($0.value) }) else {
      return scalars == ["\r", "\n"] ? " " : nil
    }
    return plain(scalars[0])
  }

  private static let combiningMarks: ClosedRange<UInt32> = 0x300...0x36F

  private static func plain(_ scalar: Unicode.Scalar) -> String? {
    if EPCText.isBasicLatin(scalar) { return String(scalar) }
    if let plain = table[scalar] { return plain }
    // Not worth a table of their own: upper case of a letter that is in the table.
    return nil
  }

  private static let table: [Unicode.Scalar: String] = {
    var table: [Unicode.Scalar: String] = [:]
    for (letters, plain) in latin + signs {
      for scalar in letters.unicodeScalars where scalar != " " { table[scalar] = plain }
    }
    for pairs in [greek, cyrillic] {
      for (letter, plain) in pairs {
        table[letter] = plain
        let upper = letter.properties.uppercaseMapping.unicodeScalars
        if upper.count == 1, let first = upper.first, first != letter {
          table[first] = plain.prefix(1).uppercased() + plain.dropFirst()
        }
      }
    }
    table["\t"] = " "
    table["\n"] = " "
    table["\r"] = " "
    table["\u{A0}"] = " "
    table["\u{202F}"] = " "
    table["\u{2009}"] = " "
    table["\u{AD}"] = ""
    return table
  }()

  private static let latin: [(String, String)] = [
    ("À Á Â Ã Å Ā Ă Ą Ǎ Ạ Ả Ấ Ầ Ẩ Ẫ Ậ", "A"), ("à á â ã å ā ă ą ǎ ạ ả ấ ầ ẩ ẫ ậ ª", "a"),
    ("Ä", "A"), ("ä", "a"), ("Æ Ǽ", "AE"), ("æ ǽ", "ae"),
    ("Ç Ć Ĉ Ċ Č", "C"), ("ç ć ĉ ċ č", "c"),
    ("Ď Đ Ð", "D"), ("ď đ ð", "d"),
    ("È É Ê Ë Ē Ĕ Ė Ę Ě Ẹ Ẻ Ẽ Ế Ề Ể Ễ Ệ", "E"), ("è é ê ë ē ĕ ė ę ě ẹ ẻ ẽ ế ề ể ễ ệ", "e"),
    ("Ĝ Ğ Ġ Ģ", "G"), ("ĝ ğ ġ ģ", "g"), ("Ĥ Ħ", "H"), ("ĥ ħ", "h"),
    ("Ì Í Î Ï Ĩ Ī Ĭ Į İ Ị Ỉ", "I"), ("ì í î ï ĩ ī ĭ į ı ị ỉ", "i"), ("Ĳ", "IJ"), ("ĳ", "ij"),
    ("Ĵ", "J"), ("ĵ", "j"), ("Ķ", "K"), ("ķ ĸ", "k"),
    ("Ĺ Ļ Ľ Ŀ Ł", "L"), ("ĺ ļ ľ ŀ ł", "l"),
    ("Ñ Ń Ņ Ň Ŋ", "N"), ("ñ ń ņ ň ŉ ŋ", "n"),
    ("Ò Ó Ô Õ Ø Ō Ŏ Ő Ǿ Ơ Ọ Ỏ Ố Ồ Ổ Ỗ Ộ Ớ Ờ Ở Ỡ Ợ", "O"), ("ò ó ô õ ø ō ŏ ő ǿ ơ ọ ỏ ố ồ ổ ỗ ộ ớ ờ ở ỡ ợ º", "o"),
    ("Ö", "O"), ("ö", "o"), ("Œ", "OE"), ("œ", "oe"),
    ("Ŕ Ŗ Ř", "R"), ("ŕ ŗ ř", "r"),
    ("Ś Ŝ Ş Š Ș", "S"), ("ś ŝ ş š ș ſ", "s"), ("ß", "ss"), ("ẞ", "SS"),
    ("Ţ Ť Ŧ Ț", "T"), ("ţ ť ŧ ț", "t"), ("Þ", "TH"), ("þ", "th"),
    ("Ù Ú Û Ũ Ū Ŭ Ů Ű Ų Ư Ụ Ủ Ứ Ừ Ử Ữ Ự", "U"), ("ù ú û ũ ū ŭ ů ű ų ư ụ ủ ứ ừ ử ữ ự", "u"),
    ("Ü", "U"), ("ü", "u"), ("Ŵ Ẁ Ẃ Ẅ", "W"), ("ŵ ẁ ẃ ẅ", "w"),
    ("Ý Ŷ Ÿ Ỳ Ỵ Ỷ Ỹ", "Y"), ("ý ÿ ŷ ỳ ỵ ỷ ỹ", "y"), ("Ź Ż Ž", "Z"), ("ź ż ž", "z"),
  ]

  private static let signs: [(String, String)] = [
    ("& ＆", "+"), ("‘ ’ ‚ ‛ ` ´ ′ ʼ \" “ ” „ ″ « » ‹ ›", "'"), ("‐ ‑ ‒ – — ― − _ ~", "-"), ("…", "..."), ("€", "EUR"),
    ("£", "GBP"), ("$", "USD"), ("@", "(at)"), ("! ¡", "."), ("¿", "?"), ("; ·", ","), ("* • # % ^ =", "."), ("° ˚", "o"),
    ("№", "No"), ("§", "par."), ("© ®", "."), ("™", "TM"), ("[ { <", "("), ("] } >", ")"), ("| \\", "/"), ("½", "1/2"),
    ("¼", "1/4"), ("¾", "3/4"), ("²", "2"), ("³", "3"), ("¹", "1"), ("×", "x"), ("µ", "u"),
  ]

  private static let greek: [(Unicode.Scalar, String)] = [
    ("α", "a"), ("ά", "a"), ("β", "v"), ("γ", "g"), ("δ", "d"), ("ε", "e"), ("έ", "e"), ("ζ", "z"), ("η", "i"), ("ή", "i"),
    ("θ", "th"), ("ι", "i"), ("ί", "i"), ("ϊ", "i"), ("ΐ", "i"), ("κ", "k"), ("λ", "l"), ("μ", "m"), ("ν", "n"), ("ξ", "x"),
    ("ο", "o"), ("ό", "o"), ("π", "p"), ("ρ", "r"), ("σ", "s"), ("ς", "s"), ("τ", "t"), ("υ", "y"), ("ύ", "y"), ("ϋ", "y"),
    ("ΰ", "y"), ("φ", "f"), ("χ", "ch"), ("ψ", "ps"), ("ω", "o"), ("ώ", "o"),
  ]

  private static let cyrillic: [(Unicode.Scalar, String)] = [
    ("а", "a"), ("б", "b"), ("в", "v"), ("г", "g"), ("ґ", "g"), ("д", "d"), ("ђ", "dj"), ("ѓ", "gj"), ("е", "e"), ("ѐ", "e"),
    ("ё", "e"), ("є", "ie"), ("ж", "zh"), ("з", "z"), ("ѕ", "dz"), ("и", "i"), ("ѝ", "i"), ("і", "i"), ("ї", "i"), ("й", "i"),
    ("ј", "j"), ("к", "k"), ("ќ", "kj"), ("л", "l"), ("љ", "lj"), ("м", "m"), ("н", "n"), ("њ", "nj"), ("о", "o"), ("п", "p"),
    ("р", "r"), ("с", "s"), ("т", "t"), ("ћ", "c"), ("у", "u"), ("ў", "u"), ("ф", "f"), ("х", "kh"), ("ц", "ts"), ("ч", "ch"),
    ("џ", "dz"), ("ш", "sh"), ("щ", "shch"), ("ъ", "a"), ("ы", "y"), ("ь", ""), ("э", "e"), ("ю", "yu"), ("я", "ya"),
  ]
}
