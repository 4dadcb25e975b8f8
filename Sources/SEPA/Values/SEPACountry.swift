/// A country of the SEPA area whose accounts have IBANs of their own: how its IBAN is built, and whether it is in the EEA.
///
/// Source: SWIFT IBAN registry (structures), EPC409-09 (geographical scope). Territories without their own IBAN prefix
/// (Guadeloupe, Jersey, Åland ...) have the IBAN of their mother country; see `eeaTerritories`.
package struct SEPACountry: Hashable, Sendable {
  /// ISO 3166-1 alpha-2.
  package let code: String
  /// The whole IBAN, country and check digits included.
  package let ibanLength: Int
  /// The BBAN as the registry writes it, without the exclamation marks: `5n5n11c2n`.
  package let bbanStructure: String
  /// Debtors outside the EEA need an address in every collection (EPC114-06 and EPC131-17, DS-03).
  package let isEEA: Bool

  /// The country with this ISO code, or nil where it is not in SEPA or has no IBAN of its own.
  package static func known(_ code: String) -> SEPACountry? { byCode[code] }

  /// All of them, by code.
  package static let all: [SEPACountry] = table.map { code, structure, isEEA in
    let fields = Self.fields(of: structure)
    return SEPACountry(
      code: code, ibanLength: 4 + fields.reduce(0) { $0 + $1.count }, bbanStructure: structure, isEEA: isEEA)
  }

  /// Territories with their own ISO code that belong to the EEA and to SEPA under their mother country's IBAN.
  package static let eeaTerritories: Set<String> = ["AX", "GF", "GP", "MF", "MQ", "RE", "YT"]

  /// Whether a bank or an address in this country, given by ISO code, lies in the EEA.
  package static func isEEA(_ code: String) -> Bool {
    known(code)?.isEEA ?? eeaTerritories.contains(code)
  }

  private static let byCode = Dictionary(uniqueKeysWithValues: all.map { ($0.code, $0) })

  private static let table: [(code: String, bban: String, isEEA: Bool)] = [
    ("AD", "4n4n12c", false),
    ("AL", "8n16c", false),
    ("AT", "5n11n", true),
    ("BE", "3n7n2n", true),
    ("BG", "4a4n2n8c", true),
    ("CH", "5n12c", false),
    ("CY", "3n5n16c", true),
    ("CZ", "4n6n10n", true),
    ("DE", "8n10n", true),
    ("DK", "4n9n1n", true),
    ("EE", "2n2n11n1n", true),
    ("ES", "4n4n1n1n10n", true),
    ("FI", "3n11n", true),
    ("FR", "5n5n11c2n", true),
    ("GB", "4a6n8n", false),
    ("GI", "4a15c", false),
    ("GR", "3n4n16c", true),
    ("HR", "7n10n", true),
    ("HU", "3n4n1n15n1n", true),
    ("IE", "4a6n8n", true),
    ("IS", "4n2n6n10n", true),
    ("IT", "1a5n5n12c", true),
    ("LI", "5n12c", true),
    ("LT", "5n11n", true),
    ("LU", "3n13c", true),
    ("LV", "4a13c", true),
    ("MC", "5n5n11c2n", false),
    ("MD", "2c18c", false),
    ("ME", "3n13n2n", false),
    ("MK", "3n10c2n", false),
    ("MT", "4a5n18c", true),
    ("NL", "4a10n", true),
    ("NO", "4n6n1n", true),
    ("PL", "8n16n", true),
    ("PT", "4n4n11n2n", true),
    ("RO", "4a16c", true),
    ("RS", "3n13n2n", false),
    ("SE", "3n16n1n", true),
    ("SI", "5n8n2n", true),
    ("SK", "4n6n10n", true),
    ("SM", "1a5n5n12c", false),
    ("VA", "3n15n", false),
  ]
}

extension SEPACountry {
  /// What a field of a BBAN may hold.
  enum CharacterClass: UInt8 {
    case digits = 0x6E  // n
    case capitals = 0x61  // a
    case alphanumeric = 0x63  // c

    func allows(_ byte: UInt8) -> Bool {
      switch self {
      case .digits: byte.isASCIIDigit
      case .capitals: byte.isASCIICapital
      case .alphanumeric: byte.isASCIIDigit || byte.isASCIICapital
      }
    }
  }

  /// `5n5n11c2n` as counted fields.
  static func fields(of structure: String) -> [(count: Int, allowed: CharacterClass)] {
    var fields: [(Int, CharacterClass)] = []
    var count = 0
    for byte in structure.utf8 {
      if byte.isASCIIDigit {
        count = count * 10 + Int(byte - UInt8(ascii: "0"))
      } else if let allowed = CharacterClass(rawValue: byte) {
        fields.append((count, allowed))
        count = 0
      }
    }
    return fields
  }

  /// Whether the part of an IBAN after its check digits is built as this country builds it.
  func allows(bban: some Collection<UInt8>) -> Bool {
    var rest = bban[...]
    for (count, allowed) in Self.fields(of: bbanStructure) {
      guard rest.count >= count, rest.prefix(count).allSatisfy(allowed.allows) else { return false }
      rest = rest.dropFirst(count)
    }
    return rest.isEmpty
  }
}
