/// Modern Greek: each line is a spelling and the small letters written so. Capitals follow from them.
///
/// Source: ELOT 743 (ISO 843 type 2), letter by letter: pairs such as μπ, ου and αυ keep the spelling of their letters
/// (mp, oy, ay), because a bank compares letters and not sounds.
let greekSpellings: [(spelling: String, characters: String)] = [
  ("a", "αά"),
  ("v", "β"),
  ("g", "γ"),
  ("d", "δ"),
  ("e", "εέ"),
  ("z", "ζ"),
  ("i", "ηήιίϊΐ"),
  ("th", "θϑ"),
  ("k", "κ"),
  ("l", "λ"),
  ("m", "μ"),
  ("n", "ν"),
  ("x", "ξ"),
  ("o", "οόωώ"),
  ("p", "π"),
  ("r", "ρ"),
  ("s", "σς"),
  ("t", "τ"),
  ("y", "υύϋΰ"),
  ("f", "φϕ"),
  ("ch", "χ"),
  ("ps", "ψ"),
]
