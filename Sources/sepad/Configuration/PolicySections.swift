import SEPA
import Store
import Work

/// `[[policy]]` and `[returns]`: what follows from rejects and returns, and how long they may come.
enum PolicySections {
  static func read(_ root: ConfigurationTable, banks: [BankProfile], creditors: [CreditorRecord]) throws -> ReturnPolicies {
    ReturnPolicies(
      rules: try root.sections("policy").map(policy), limits: try limits(root.section("returns")),
      representing: Set(creditors.filter(\.presentsAgain).map(\.key)),
      marks: Dictionary(banks.map { ($0.name, $0.mark) }, uniquingKeysWith: { first, _ in first }))
  }

  /// The keys of a `[[bank]]` that say how it wants to see a collection presented again.
  static func mark(_ bank: ConfigurationTable) throws -> RepresentationMark {
    var mark = RepresentationMark()
    if let suffix = try bank.text("again_suffix") {
      guard suffix == "none" || suffix.contains("{n}") else {
        throw bank.fault("again_suffix", "pattern", found: suffix, expected: "a text with {n}, or \"none\"")
      }
      // As the end of an id; the ids themselves are checked where they come from.
      _ = try bank.value("again_suffix", "A" + suffix.replacing("{n}", with: "99"), EndToEndID.init)
      mark.endToEndSuffix = suffix == "none" ? "" : suffix
    }
    if let prefix = try bank.text("again_remittance_prefix"), prefix != "none" {
      mark.remittancePrefix = try bank.value("again_remittance_prefix", prefix) { text throws(ValueFault) in
        try EPCText.transliterate(text, maximum: 35)
      } + (prefix.hasSuffix(" ") ? " " : "")
    }
    return mark
  }

  private static func limits(_ table: ConfigurationTable?) throws -> ReturnLimits {
    guard let table else { return ReturnLimits() }
    let limits = ReturnLimits(
      coreReturnDays: try table.integer("core_return_days", default: 5, in: 1...15),
      b2bReturnDays: try table.integer("b2b_return_days", default: 3, in: 1...15),
      bookingDays: try table.integer("booking_days", default: 1, in: 0...5))
    try table.refuseUnknown()
    return limits
  }

  private static func policy(_ table: ConfigurationTable) throws -> ReturnPolicy {
    let codes = try table.texts("codes")
    if let wrong = codes.first(where: { !isCode($0) }) {
      throw table.fault("codes", "reason code", found: wrong, expected: "four capitals or digits, such as AM04")
    }
    let scheme = try table.text("scheme").map { text in
      guard let scheme = Scheme(rawValue: text) else {
        throw table.fault("scheme", "choice", found: text, expected: "CORE or B2B; leave it out for both")
      }
      return scheme
    }
    let mandate = try choice(table, "mandate", of: ReasonCode.MandateAdvice.self) ?? .keep
    let parties = try table.texts("tell")
    let tell = try parties.map { name in
      guard let party = ReturnPolicy.Party(rawValue: name) else {
        throw table.fault("tell", "choice", found: name, expected: "finance or debtor")
      }
      return party
    }
    let action: ReturnPolicy.Action
    switch try table.required("action") {
    case "wait": action = .wait
    case "end": action = .end
    case "represent":
      guard mandate == .keep else {
        throw table.fault("mandate", "usable mandate", found: mandate.rawValue, expected: "keep, as it is collected again")
      }
      action = .represent(
        after: try table.integer("after_days", default: 5, in: 1...60), times: try table.integer("times", default: 2, in: 1...3),
        within: try table.integer("within_days", default: 28, in: 1...365))
    case let other: throw table.fault("action", "choice", found: other, expected: "represent, wait or end")
    }
    try table.refuseUnknown()
    return ReturnPolicy(
      name: table.path, codes: Set(codes), scheme: scheme, action: action, mandate: mandate,
      tell: parties.isEmpty ? Set(ReturnPolicy.Party.allCases) : Set(tell))
  }

  private static func choice<Choice: CaseIterable & RawRepresentable>(
    _ table: ConfigurationTable, _ key: String, of _: Choice.Type
  ) throws -> Choice? where Choice.RawValue == String {
    guard let text = try table.text(key) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      throw table.fault(key, "choice", found: text, expected: Choice.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return choice
  }

  private static func isCode(_ text: String) -> Bool {
    text.utf8.count == 4 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
  }
}
