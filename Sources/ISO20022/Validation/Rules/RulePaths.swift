// Small things that rules of several subjects share.

import SEPA

/// The same path within each of the elements.
func below(_ elements: [String], _ path: String) -> [String] { elements.map { "\($0)/\(path)" } }

/// ISO 20022's external codes: 1 to 4 characters, of letters and digits by custom.
func isCode(_ text: String) -> Bool {
  (1...4).contains(text.utf8.count)
    && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
}

/// The first character outside the set that every bank takes, by its number and place: `U+00E9 at character 4`.
func firstForeign(in text: String) -> String {
  for (index, scalar) in text.unicodeScalars.enumerated() where !isBasicLatin(scalar) {
    return "\(Element.name(of: scalar)) at character \(index + 1)"
  }
  return "none"
}

func isBasicLatin(_ scalar: Unicode.Scalar) -> Bool {
  scalar.isASCII && UInt8(truncatingIfNeeded: scalar.value).isEPCBasicLatin
}

/// Country and check digits, and the last four characters; an IBAN may be a person's.
func masked(_ iban: String) -> String {
  let count = iban.unicodeScalars.count
  guard count >= 12 else { return "\(count) characters" }
  return "\(Element.shown(String(iban.prefix(4)))) **** \(Element.shown(String(iban.suffix(4)))), \(count) characters"
}
