/// Cyrillic: each line is a spelling and the small letters written so. Capitals follow from them.
///
/// A text does not say its language, so the letters that several languages share are written as Bulgarian does
/// (EPC217-08, annex; Bulgarian transliteration act of 2009), the language of the euro area written in this script.
/// Letters that only Russian, Ukrainian, Belarusian, Serbian or Macedonian have are written as those do in passports.
/// What this costs: Serbian ц and ж become ts and zh instead of c and z, Russian щ sht instead of shch.
let cyrillicSpellings: [(spelling: String, characters: String)] = [
  ("a", "аъ"),
  ("b", "б"),
  ("v", "в"),
  ("g", "гґ"),
  ("d", "д"),
  ("e", "еёэѐ"),
  ("zh", "ж"),
  ("z", "з"),
  ("i", "иіѝ"),
  ("y", "йыь"),
  ("k", "к"),
  ("l", "л"),
  ("m", "м"),
  ("n", "н"),
  ("o", "о"),
  ("p", "п"),
  ("r", "р"),
  ("s", "с"),
  ("t", "т"),
  ("u", "уў"),
  ("f", "ф"),
  ("h", "х"),
  ("ts", "ц"),
  ("ch", "ч"),
  ("sh", "ш"),
  ("sht", "щ"),
  ("yu", "ю"),
  ("ya", "я"),
  // Ukrainian.
  ("ye", "є"),
  ("yi", "ї"),
  // Serbian and Macedonian.
  ("dj", "ђ"),
  ("gj", "ѓ"),
  ("dz", "ѕ"),
  ("j", "ј"),
  ("lj", "љ"),
  ("nj", "њ"),
  ("c", "ћ"),
  ("kj", "ќ"),
  ("dz", "џ"),
]
