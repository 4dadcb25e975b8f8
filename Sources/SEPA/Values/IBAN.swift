/// The number of an account that SEPA reaches (ISO 13616): country known, length and structure of that country, check
/// digits right.
package struct IBAN: Hashable, Sendable, CustomStringConvertible {
  /// Electronic form: no spaces, upper case.
  package let value: String
  package var country: String { String(value.prefix(2)) }

  /// - Parameter text: spaces and lower case are forgiven, as people copy them from letters.
  package init(_ text: String) throws(ValueFault) {
    let value = text.filter { $0 != " " && $0 != "\u{A0}" }.uppercased()
    let bytes = Array(value.utf8)
    guard bytes.count >= 5, bytes.allSatisfy({ Mod97.isLetter($0) || Mod97.isDigit($0) }) else {
      throw ValueFault(rule: "IBAN form", found: text, expected: "a country code, two check digits, letters and digits")
    }
    guard let country = SEPACountry.all[String(value.prefix(2))] else {
      throw ValueFault(rule: "IBAN country", found: String(value.prefix(2)), expected: "a country of the SEPA area")
    }
    guard bytes.count == country.ibanLength else {
      throw ValueFault(
        rule: "IBAN length", found: "\(bytes.count) characters", expected: "\(country.ibanLength) for \(country.code)")
    }
    var position = 4
    for run in country.runs {
      for byte in bytes[position..<(position + run.length)] {
        let fits = switch run.kind {
        case "n": Mod97.isDigit(byte)
        case "a": Mod97.isLetter(byte)
        default: true
        }
        guard fits else {
          throw ValueFault(rule: "IBAN structure", found: text, expected: "\(country.code)2n\(country.structure)")
        }
      }
      position += run.length
    }
    guard Mod97.isDigit(bytes[2]), Mod97.isDigit(bytes[3]), Mod97.remainder(bytes[4...] + bytes[..<4]) == 1 else {
      throw ValueFault(rule: "IBAN check digits", found: text, expected: "a number whose ISO 7064 mod 97 remainder is 1")
    }
    self.value = value
  }

  /// For people who must recognise the account and for nobody else: `FR76 **** 0189`.
  package var masked: String { "\(value.prefix(4)) **** \(value.suffix(4))" }

  /// Masked, so that no interpolation leaks an account.
  package var description: String { masked }
}

/// ISO 7064 mod 97-10 over letters (A = 10 … Z = 35) and digits.
enum Mod97 {
  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }

  /// The remainder of the number that the characters spell; anything but letters and digits counts as a digit of 0.
  static func remainder(_ bytes: some Sequence<UInt8>) -> Int {
    bytes.reduce(0) { remainder, byte in
      if isDigit(byte) { return (remainder * 10 + Int(byte - 0x30)) % 97 }
      if isLetter(byte) { return (remainder * 100 + Int(byte - 0x41) + 10) % 97 }
      return remainder * 10 % 97
    }
  }
}
