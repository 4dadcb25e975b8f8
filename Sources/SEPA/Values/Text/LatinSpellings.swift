/// Letters of the Latin script beyond a-z: each line is a spelling and the small letters written so.
///
/// Capitals follow from them. A letter with a mark is written as the letter without it; letters of their own are
/// written as their speakers do where keyboards lack them. All letters of Latin-1, Latin Extended-A, -B and Additional
/// are here but those below, so every language of Europe and of Africa, and Vietnamese for the names it brings.
///
/// Source: EPC217-08, annex (conversion table), which maps German `ä ö ü` to a, o, u as well. It knows none of
/// Extended-B: those are the letter that they are made of or named after (`ɓ` b, `ƒ` f); Zhuang's tone letters
/// (`ƨ ƽ ƅ`) are the letters that replaced them in 1982, yogh and gha are gh. Without a spelling, so an error:
/// `ƍ ƛ ƪ Ƹ ƹ ƺ ƻ ƾ`, which only phoneticians write, and the clicks `ǀ ǁ ǂ ǃ`, which no Latin letter is like.
let latinSpellings: [(spelling: String, characters: String)] = [
  ("a", "ªàáâãäåāăąǎǟǡǻȁȃȧḁẚạảấầẩẫậắằẳẵặⱥ"),
  ("ae", "æǣǽ"),
  ("b", "ƀƃɓḃḅḇ"),
  ("c", "çćĉċčƈȼḉ"),
  ("d", "ðďđƌȡɖɗḋḍḏḑḓẟ"),
  ("db", "ȸ"),
  ("dz", "ǆǳ"),
  ("e", "èéêëēĕėęěǝȅȇȩɇəɛḕḗḙḛḝẹẻẽếềểễệ"),
  ("f", "ƒḟ"),
  ("ff", "ﬀ"),
  ("ffi", "ﬃ"),
  ("ffl", "ﬄ"),
  ("fi", "ﬁ"),
  ("fl", "ﬂ"),
  ("g", "ĝğġģǥǧǵɠḡ"),
  ("gh", "ƣȝɣ"),
  ("h", "ĥħƅȟḣḥḧḩḫẖ"),
  ("hv", "ƕ"),
  ("i", "ìíîïĩīĭįıǐȉȋɨɩḭḯỉị"),
  ("ij", "ĳ"),
  ("j", "ĵǰȷɉ"),
  ("k", "ķĸƙǩḱḳḵ"),
  ("l", "ĺļľŀłƚȴḷḹḻḽ"),
  ("lj", "ǉ"),
  ("ll", "ỻ"),
  ("m", "ḿṁṃ"),
  ("n", "ñńņňƞǹȵɲṅṇṉṋ"),
  ("ng", "ŋ"),
  ("nj", "ǌ"),
  ("o", "ºòóôõöøōŏőơǒǫǭǿȍȏȫȭȯȱɔɵṍṏṑṓọỏốồổỗộớờởỡợ"),
  ("oe", "œ"),
  ("ou", "ȣ"),
  ("p", "ƥṕṗ"),
  ("q", "ƽɋ"),
  ("qp", "ȹ"),
  ("r", "ŕŗřȑȓɍʀṙṛṝṟ"),
  ("s", "śŝşšſșȿṡṣṥṧṩẛẜẝ"),
  ("sh", "ʃ"),
  ("ss", "ß"),
  ("st", "ﬅﬆ"),
  ("t", "ţťŧƫƭțȶʈṫṭṯṱẗⱦ"),
  ("th", "þ"),
  ("u", "ùúûüũūŭůűųưǔǖǘǚǜȕȗʉʊṳṵṷṹṻụủứừửữự"),
  ("v", "ʋʌṽṿỽ"),
  ("w", "ŵƿɯẁẃẅẇẉẘ"),
  ("x", "ẋẍ"),
  ("y", "ýÿŷƴȳɏẏẙỳỵỷỹỿ"),
  ("z", "źżžƨƶǯȥɀʒẑẓẕ"),
  ("'n", "ŉ"),
  // The glottal stop, as the Hawaiian and other orthographies without it write it.
  ("'", "ɂ"),
  // Capitals that do not follow from their small letter by themselves.
  ("I", "İ"),
  ("Dz", "ǅǲ"),
  ("IJ", "Ĳ"),
  ("Lj", "ǈ"),
  ("Nj", "ǋ"),
  ("SS", "ẞ"),
]
