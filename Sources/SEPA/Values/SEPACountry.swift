/// A country or territory whose accounts SEPA reaches, with the shape of its IBANs.
///
/// Source: SWIFT IBAN registry (lengths and BBAN structures); EPC409-09 (list of SEPA countries).
package struct SEPACountry: Sendable {
  /// ISO 3166 code as it opens the IBAN.
  package let code: String
  /// BBAN structure of the registry: length and class (`n` digits, `a` letters, `c` letters or digits), like `5n5n11c2n`.
  package let structure: String
  /// In the European Economic Area: outside it a debtor's address is compulsory (EPC C2PSP guidelines, `Dbtr/PstlAdr`).
  package let isEEA: Bool

  /// Length of the whole IBAN, in characters.
  package var ibanLength: Int { 4 + runs.reduce(0) { $0 + $1.length } }

  /// The structure taken apart.
  var runs: [(length: Int, kind: Character)] {
    var runs: [(Int, Character)] = []
    var length = 0
    for character in structure {
      if let digit = character.wholeNumberValue { length = length * 10 + digit } else {
        runs.append((length, character))
        length = 0
      }
    }
    return runs
  }

  package static let all: [String: SEPACountry] = {
    var table: [String: SEPACountry] = [:]
    func add(_ code: String, _ structure: String, eea: Bool = true) {
      table[code] = SEPACountry(code: code, structure: structure, isEEA: eea)
    }
    add("AD", "4n4n12c", eea: false)
    add("AL", "8n16c", eea: false)
    add("AT", "5n11n")
    add("BE", "3n7n2n")
    add("BG", "4a4n2n8c")
    add("CH", "5n12c", eea: false)
    add("CY", "3n5n16c")
    add("CZ", "4n6n10n")
    add("DE", "8n10n")
    add("DK", "4n9n1n")
    add("EE", "2n2n11n1n")
    add("ES", "4n4n1n1n10n")
    add("FI", "3n11n")
    add("FR", "5n5n11c2n")
    add("GB", "4a6n8n", eea: false)
    add("GI", "4a15c", eea: false)
    add("GR", "3n4n16c")
    add("HR", "7n10n")
    add("HU", "3n4n1n15n1n")
    add("IE", "4a6n8n")
    add("IS", "4n2n6n10n")
    add("IT", "1a5n5n12c")
    add("LI", "5n12c")
    add("LT", "5n11n")
    add("LU", "3n13c")
    add("LV", "4a13c")
    add("MC", "5n5n11c2n", eea: false)
    add("MD", "2c18c", eea: false)
    add("ME", "3n13n2n", eea: false)
    add("MK", "3n10c2n", eea: false)
    add("MT", "4a5n18c")
    add("NL", "4a10n")
    add("NO", "4n6n1n")
    add("PL", "8n16n")
    add("PT", "4n4n11n2n")
    add("RO", "4a16c")
    add("RS", "3n13n2n", eea: false)
    add("SE", "3n16n1n")
    add("SI", "5n8n2n")
    add("SK", "4n6n10n")
    add("SM", "1a5n5n12c", eea: false)
    add("VA", "3n15n", eea: false)
    return table
  }()
}
