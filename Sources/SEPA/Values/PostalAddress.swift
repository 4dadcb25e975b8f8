/// A debtor's address in one of the two forms that SEPA takes since 15 November 2026 (EPC153-22): structured, or hybrid
/// with town and country apart and at most two lines for the rest. The unstructured form is refused.
package struct PostalAddress: Hashable, Sendable {
  package let street: String?
  package let building: String?
  package let postcode: String?
  package let town: String
  /// ISO 3166, two letters.
  package let country: String
  /// At most two, of 70 characters; empty in the structured form.
  package let lines: [String]

  /// All texts are transliterated and measured here; empty ones count as absent.
  package init(
    street: String?, building: String?, postcode: String?, town: String?, country: String?, lines: [String]
  ) throws(ValueFault) {
    guard let town, !town.isEmpty, let country, !country.isEmpty else {
      throw ValueFault(
        rule: "address form", found: lines.isEmpty ? "no town or no country" : "an unstructured address",
        expected: "town and country in their own fields (structured or hybrid)")
    }
    let code = country.uppercased()
    guard code.utf8.count == 2, code.utf8.allSatisfy(Mod97.isLetter) else {
      throw ValueFault(rule: "address country", found: country, expected: "an ISO 3166 code of two letters")
    }
    guard lines.count <= 2 else {
      throw ValueFault(rule: "address lines", found: "\(lines.count) lines", expected: "at most 2")
    }
    self.country = code
    self.town = try EPCText.transliterate(town, maximum: 35, rule: "town")
    self.street = try Self.optional(street, 70, "street")
    self.building = try Self.optional(building, 16, "building")
    self.postcode = try Self.optional(postcode, 16, "postcode")
    var checked: [String] = []
    for line in lines { checked.append(try EPCText.transliterate(line, maximum: 70, rule: "address line")) }
    for line in checked where line.lowercased() == self.town.lowercased() {
      throw ValueFault(rule: "address line", found: "the town again", expected: "what the other fields do not say")
    }
    self.lines = checked
  }

  private static func optional(_ text: String?, _ maximum: Int, _ rule: String) throws(ValueFault) -> String? {
    guard let text, !text.isEmpty else { return nil }
    return try EPCText.transliterate(text, maximum: maximum, rule: rule)
  }
}
