// A rule of the judge: its name, its weight, who says so, which elements it looks at, and how.

/// What is not as a rule wants it.
struct Breach {
  var found: String
  /// When it depends on the file; otherwise the rule's own words.
  var expected: String?
  /// Where it is, when it is not the element that the rule looked at.
  var element: Element?
  /// The element that is missing in it.
  var missing: String?

  init(_ found: String, expected: String? = nil, at element: Element? = nil, missing: String? = nil) {
    self.found = found
    self.expected = expected
    self.element = element
    self.missing = missing
  }
}

/// One rule, as `docs/VALIDATING.md` lists it.
package struct Rule: Sendable {
  /// When elements are looked at.
  enum Moment: Sendable {
    /// When their header, block or debit has come.
    case read
    /// When all debits of their block, or of the file, have come.
    case counted
    /// Never: the walk itself tells it.
    case walk
  }

  typealias Look = @Sendable (Element, Surroundings) -> Breach?

  /// Stable: scripts and people's notes rely on it.
  package let name: String
  package let level: Finding.Level
  /// Completes "expected …".
  package let expected: String
  package let hint: String?
  package let source: String
  let moment: Moment
  /// From the message element.
  let paths: [String]
  let look: Look

  /// Looks at each element at the paths.
  static func each(
    _ name: String, _ level: Finding.Level = .error, at paths: [String], expected: String, source: String,
    hint: String? = nil, moment: Moment = .read, _ look: @escaping Look
  ) -> Rule {
    Rule(
      name: name, level: level, expected: expected, hint: hint, source: source, moment: moment, paths: paths, look: look)
  }

  /// Looks at the text of each element at the paths that has one; the answer is what was found instead.
  static func value(
    _ name: String, _ level: Finding.Level = .error, at paths: [String], expected: String, source: String,
    hint: String? = nil, moment: Moment = .read, _ look: @escaping @Sendable (Element, Surroundings) -> String?
  ) -> Rule {
    each(name, level, at: paths, expected: expected, source: source, hint: hint, moment: moment) { element, around in
      element.isBlank ? nil : look(element, around).map { Breach($0) }
    }
  }

  /// Wants each of the children in each element at the paths.
  static func needs(
    _ name: String, _ children: [String], in paths: [String], expected: String, source: String, hint: String? = nil
  ) -> Rule {
    let wanted = paths.map { path in
      (parent: Place(path).number, children: children.map { (name: $0, place: Place("\(path)/\($0)")) })
    }
    return each(name, at: paths, expected: expected, source: source, hint: hint) { element, _ in
      // An element with nothing in it has a rule of its own.
      guard element.hasChildren, let known = wanted.first(where: { $0.parent == element.number }) else { return nil }
      return known.children.first { !element.has($0.place) }.map { Breach("none", missing: $0.name) }
    }
  }

  /// Told by the walk, not by looking at elements.
  static func walk(
    _ name: String, _ level: Finding.Level = .error, expected: String, source: String, hint: String? = nil
  ) -> Rule {
    Rule(
      name: name, level: level, expected: expected, hint: hint, source: source, moment: .walk, paths: [],
      look: { _, _ in nil })
  }
}

/// All rules, by subject.
package enum RuleBook {
  /// The subjects in the order of the documentation.
  package static let subjects: [(title: String, rules: [Rule])] = [
    ("The document", documentRules),
    ("Identity, counts and sums", identityRules + sumRules),
    ("Scheme and sequence", schemeRules),
    ("Dates", dateRules),
    ("Parties", partyRules),
    ("Addresses", addressRules),
    ("Accounts and banks", accountRules),
    ("Creditor identifier", creditorIdentifierRules),
    ("Mandate and amendment", mandateRules + amendmentRules),
    ("Amount", amountRules),
    ("Text and remittance", textRules + remittanceRules),
    ("Reversals and cancellation requests", undoRules),
    ("A bank's profile", profileRules),
  ]

  static let all = subjects.flatMap(\.rules)
  static let byName = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  static let onRead = byPlace(.read)
  static let onCounted = byPlace(.counted)

  /// A rule as the walk uses it for each element: no more than its look and where it stands in `all`.
  struct Step {
    let look: Rule.Look
    let rule: Int
  }

  private static func byPlace(_ moment: Rule.Moment) -> [[Step]] {
    var table = [[Step]](repeating: [], count: SEPAElements.places.count)
    for (index, rule) in all.enumerated() where rule.moment == moment {
      for path in rule.paths { table[Place(path).number].append(Step(look: rule.look, rule: index)) }
    }
    return table
  }
}

// The sources that are cited, each in one spelling.

/// The usage rules for customers, of the Core scheme (EPC130-08) and the B2B scheme (EPC131-08), which agree in them.
let guidelines = "EPC130-08, EPC131-08"
let iso20022 = "ISO 20022"
/// The rulebooks of the schemes: Core, B2B.
let rulebooks = "EPC016-06, EPC222-07"
/// The characters that every PSP takes.
let characterSet = "EPC217-08"
