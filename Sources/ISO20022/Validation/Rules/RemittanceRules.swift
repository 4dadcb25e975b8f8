// What the debtor reads on the statement, and why the money is due.

import SEPA

let remittanceRules: [Rule] = [
  .value(
    "purpose-form", at: [SEPAElements.debit + "/Purp/Cd"], expected: "a code of 1 to 4 letters or digits", source: iso20022
  ) { element, _ in isCode(element.text) ? nil : element.shown },
  .each("remittance-of-two-kinds", at: [remittance], expected: "either Ustrd or Strd", source: guidelines) { element, _ in
    element.child("Ustrd") != nil && element.child("Strd") != nil ? Breach("both") : nil
  },
  .each("remittance-repeated", at: [remittance], expected: "one Ustrd, or one Strd", source: guidelines) { element, _ in
    let (free, structured) = (element.count("Ustrd"), element.count("Strd"))
    return free > 1 || structured > 1 ? Breach("\(max(free, structured))") : nil
  },
  .value(
    "remittance-length", at: [remittance + "/Ustrd"], expected: "at most 140 characters", source: iso20022
  ) { element, _ in
    let count = element.text.unicodeScalars.count
    return count > 140 ? "\(count) characters" : nil
  },
  .each(
    "structured-length", at: [remittance + "/Strd"], expected: "at most 140 characters of tags and values",
    source: guidelines
  ) { element, _ in
    let count = element.children.reduce(0) { $0 + $1.writtenLength }
    return count > 140 ? Breach("\(count) characters") : nil
  },
  .needs(
    "creditor-reference-incomplete", ["Tp", "Ref"], in: [creditorReference], expected: "Tp and Ref", source: guidelines),
  .each(
    "creditor-reference-type", at: [creditorReference + "/Tp/CdOrPrtry"], expected: "SCOR", source: guidelines
  ) { element, _ in
    if let code = element.child("Cd") { return code.isBlank || code.text == "SCOR" ? nil : Breach(code.shown, at: code) }
    return element.child("Prtry").map { Breach("a proprietary one", at: $0) }
  },
  .value(
    "creditor-reference-length", at: [creditorReference + "/Ref"], expected: "at most 35 characters", source: iso20022
  ) { element, _ in
    let count = element.text.unicodeScalars.count
    return count > 35 ? "\(count) characters" : nil
  },
  .value(
    "creditor-reference-check-digits", .warning, at: [creditorReference + "/Ref"],
    expected: "RF, 2 check digits that match and at most 21 characters", source: "ISO 11649",
    hint: "its issuer is given as ISO; banks need not check it, so a mistake comes back with the payment"
  ) { element, around in
    around.debit.text(issuer) == "ISO" && !CreditorReference.isSound(element.text) ? element.shown : nil
  },
]

private let remittance = SEPAElements.debit + "/RmtInf"
private let creditorReference = remittance + "/Strd/CdtrRefInf"
private let issuer = Place(creditorReference + "/Tp/Issr")

extension Element {
  /// Characters that the element takes in a file without blanks between tags.
  fileprivate var writtenLength: Int {
    let tags = 2 * name.utf8.count + 5
    return tags + (hasChildren ? children.reduce(0) { $0 + $1.writtenLength } : text.unicodeScalars.count)
  }
}
