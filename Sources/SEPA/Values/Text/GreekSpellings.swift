/// Greek: each line is a spelling and the small letters written so. Capitals follow from them.
///
/// Source: ELOT 743 (ISO 843 type 2), as EPC217-08's annex has it, letter by letter: pairs such as μπ, ου and αυ keep the
/// spelling of their letters (mp, oy, ay), because a bank compares letters and not sounds. Accents, breathings and the
/// iota below of older spelling are left off, as the monotonic spelling of 1982 leaves them off. Letters that modern
/// Greek has lost, and the Coptic ones of the same block, are written as scholars do, without marks.
let greekSpellings: [(spelling: String, characters: String)] = [
  ("a", "άαἀἁἂἃἄἅἆἇὰᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ"),
  ("ch", "χ"),
  ("d", "δ"),
  ("e", "έεϵἐἑἒἓἔἕὲ"),
  ("f", "φϕ"),
  ("g", "γ"),
  ("h", "ͱ"),
  ("i", "ΐήίηιϊἠἡἢἣἤἥἦἧἰἱἲἳἴἵἶἷὴὶᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇῐῑῒῖῗ"),
  ("j", "ϳ"),
  ("k", "κϰ"),
  ("kai", "ϗ"),
  ("l", "λ"),
  ("m", "μ"),
  ("n", "ν"),
  ("o", "οωόώὀὁὂὃὄὅὠὡὢὣὤὥὦὧὸὼᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ"),
  ("p", "πϖ"),
  ("ps", "ψ"),
  ("q", "ϙϟ"),
  ("r", "ρϱϼῤῥ"),
  ("s", "ͻͼͽςσϲϻ"),
  ("sh", "ϸ"),
  ("ss", "ͳϡ"),
  ("st", "ϛ"),
  ("t", "τ"),
  ("th", "θϑ"),
  ("v", "βϐ"),
  ("w", "ͷϝ"),
  ("x", "ξ"),
  ("y", "ΰυϋύὐὑὒὓὔὕὖὗὺῠῡῢῦῧ"),
  ("z", "ζ"),
  // A capital without a small letter, alone and with its accents.
  ("Y", "ϒϓϔ"),
  // Coptic.
  ("ch", "ϭ"),
  ("f", "ϥ"),
  ("h", "ϩ"),
  ("j", "ϫ"),
  ("kh", "ϧ"),
  ("sh", "ϣ"),
  ("ti", "ϯ"),
]
