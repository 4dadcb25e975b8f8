/// A debtor's or creditor's address in one of the two forms that banks still take: structured or hybrid.
///
/// Unstructured addresses (lines without a town and a country of their own) ended on 15 November 2026 (EPC153-22).
/// Every part is transliterated to the EPC set and refused where it is then too long: an address is not cut.
/// Prints its form and country only.
package struct PostalAddress: Hashable, Sendable {
  package enum Form: String, Sendable {
    /// Town and country, with whatever street, building and postcode there are.
    case structured
    /// The same and one or two free lines.
    case hybrid
  }

  /// At most 70 characters.
  package let street: String?
  /// House number, at most 16 characters.
  package let building: String?
  /// At most 16 characters.
  package let postcode: String?
  /// At most 35 characters.
  package let town: String
  /// ISO 3166-1 alpha-2.
  package let country: String
  /// None, or one or two lines of at most 70 characters that do not repeat the town.
  package let lines: [String]

  /// Takes the parts as people wrote them; nil, empty and blank are the same. Faults name the part.
  package init(
    street: String? = nil, building: String? = nil, postcode: String? = nil, town: String?, country: String?,
    lines: [String] = []
  ) throws(ValueFault) {
    self.street = try Self.part(street, "address street", maximum: 70)
    self.building = try Self.part(building, "address building", maximum: 16)
    self.postcode = try Self.part(postcode, "address postcode", maximum: 16)
    self.country = try Self.country(country)
    guard let town = try Self.part(town, "address town", maximum: 35) else {
      throw ValueFault(
        rule: "address town", found: "no town of its own",
        expected: "town and country apart from the lines: unstructured addresses ended on 15 November 2026")
    }
    self.town = town
    var kept: [String] = []
    for line in lines {
      if let line = try Self.part(line, "address line", maximum: 70) { kept.append(line) }
    }
    guard kept.count <= 2 else {
      throw ValueFault(rule: "address lines", found: "\(kept.count)", expected: "at most 2 lines")
    }
    for line in kept where Self.repeats(town, in: line) {
      throw ValueFault(rule: "address line", found: line, expected: "a line that does not repeat the town")
    }
    self.lines = kept
  }

  package var form: Form { lines.isEmpty ? .structured : .hybrid }

  private static func part(_ text: String?, _ rule: String, maximum: Int) throws(ValueFault) -> String? {
    guard let text, !text.allSatisfy(\.isWhitespace) else { return nil }
    do {
      return try EPCText.transliterate(text, maximum: maximum)
    } catch {
      throw ValueFault(rule: "\(rule), \(error.rule)", found: error.found, expected: error.expected)
    }
  }

  private static func country(_ text: String?) throws(ValueFault) -> String {
    let code = (text ?? "").electronicForm
    guard ISOCountry.isKnown(code) else {
      throw ValueFault(
        rule: "address country", found: text ?? "nothing", expected: "an ISO 3166 code of two letters, such as FR or GB")
    }
    return code
  }

  private static func repeats(_ town: String, in line: String) -> Bool {
    let words = words(of: town)
    // Y and Å are towns, and no word of theirs is left to compare.
    return words.isEmpty ? line.uppercased() == town.uppercased() : Self.words(of: line) == words
  }

  // What a line says once postcodes, CEDEX and the old country letters in front of postcodes are set aside: `F-75008
  // Paris Cedex 08` repeats the town, `12 rue de Paris` does not.
  private static func words(of line: String) -> [Substring] {
    line.uppercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }).filter { word in
      word.count > 1 && word != "CEDEX" && !word.contains(where: \.isNumber)
    }
  }
}

extension PostalAddress: CustomStringConvertible, CustomReflectable {
  package var description: String { "\(form.rawValue) address in \(country)" }
  package var customMirror: Mirror { Mirror(self, children: ["form": form.rawValue, "country": country]) }
}
