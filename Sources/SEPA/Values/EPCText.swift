/// Text as SEPA messages may carry it: the EPC basic Latin set (EPC217-08, "SEPA requirements for an extended character set").
///
/// A name is transliterated by the printed tables of `Transliteration`, never cut and never thinned out: a letter that
/// cannot be carried is a fault, and so is a text that becomes empty.
package enum EPCText {
  /// a-z A-Z 0-9 / - ? : ( ) . , ' + space
  package static func isBasicLatin(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "/", "-", "?", ":", "(", ")", ".", ",", "'", "+", " ": true
    default: false
    }
  }

  /// - Parameters:
  ///   - text: anything; letters with combining marks may be composed or not.
  ///   - maximum: characters allowed after transliteration.
  ///   - rule: the name of the rule in the fault, like `debtor name`.
  /// - Returns: basic Latin, runs of white space made one space, trimmed; slashes at the start and doubled ones are
  ///   made one or dropped, since they open code words in the interbank formats.
  package static func transliterate(
    _ text: String, maximum: Int, rule: String = "text"
  ) throws(ValueFault) -> String {
    var result = ""
    for (position, character) in text.enumerated() {
      guard let plain = Transliteration.plain(character) else {
        let scalar = character.unicodeScalars.first { !isBasicLatin($0) } ?? "?"
        throw ValueFault(
          rule: "\(rule) characters", found: "\(name(of: scalar)) at character \(position + 1)",
          expected: "a letter that the EPC character set can carry")
      }
      for next in plain {
        if next == " ", result.isEmpty || result.last == " " { continue }
        if next == "/", result.isEmpty || result.last == "/" { continue }
        result.append(next)
      }
    }
    while result.last == " " { result.removeLast() }
    guard !result.isEmpty else {
      throw ValueFault(rule: rule, found: "nothing", expected: "at least one character")
    }
    guard result.utf8.count <= maximum else {
      throw ValueFault(
        rule: "\(rule) length", found: "\(result.utf8.count) characters after transliteration", expected: "at most \(maximum)")
    }
    return result
  }

  /// `U+0141`, which says what a character is without saying what stands around it.
  package static func name(of scalar: Unicode.Scalar) -> String {
    let hex = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
  }
}
