// Who collects, who is debited, and on whose behalf.

let partyRules: [Rule] = [
  .needs("creditor-missing", ["Cdtr"], in: ["PmtInf"], expected: "the creditor", source: iso20022),
  .needs("creditor-name-missing", ["Nm"], in: ["PmtInf/Cdtr"], expected: "the creditor's name", source: guidelines),
  .needs("debtor-missing", ["Dbtr"], in: [SEPAElements.debit], expected: "the debtor", source: iso20022),
  .needs(
    "debtor-name-missing", ["Nm"], in: ["PmtInf/DrctDbtTxInf/Dbtr"], expected: "the debtor's name", source: guidelines),
  .value("name-length", at: names, expected: "at most 70 characters", source: guidelines) { element, _ in
    let count = element.text.unicodeScalars.count
    return count > 70 ? "\(count) characters" : nil
  },
  .each(
    "ultimate-creditor-twice", at: ["PmtInf/DrctDbtTxInf/UltmtCdtr"], expected: "it in the block or in its debits",
    source: guidelines
  ) { _, around in around.block.first(ultimateCreditorOfBlock) == nil ? nil : Breach("it in both") },
  .each(
    "party-id-repeated", at: identifications, expected: "one identification of a party", source: guidelines
  ) { element, _ in
    let count = element.count("Othr")
    return count > 1 ? Breach("\(count)", missing: "Othr") : nil
  },
  .each(
    "party-id-of-two-kinds", at: persons, expected: "either the birth or another identification", source: guidelines
  ) { element, _ in
    element.child("DtAndPlcOfBirth") != nil && element.child("Othr") != nil ? Breach("both") : nil
  },
  .each(
    "identifier-element", at: identifierElements, expected: "the name that this version gives it", source: iso20022,
    hint: "BIC and BICOrBEI up to .03, BICFI and AnyBIC since .04"
  ) { element, around in
    let name = element.name
    let isBank = name == "BIC" || name == "BICFI"
    let wanted = isBank ? around.edition.bankIdentifier : around.edition.organisationIdentifier
    guard name != wanted else { return nil }
    return Breach(name, expected: "\(wanted) \(isBank ? "for a bank" : "for an organisation") in this version")
  },
]

private let parties = [
  "GrpHdr/InitgPty", "PmtInf/UltmtCdtr", "PmtInf/DrctDbtTxInf/UltmtCdtr", "PmtInf/DrctDbtTxInf/Dbtr",
  "PmtInf/DrctDbtTxInf/UltmtDbtr",
]
private let names = SEPAElements.values.filter { $0.hasSuffix("/Nm") }
private let persons = below(parties, "Id/PrvtId")
private let identifications = below(parties, "Id/OrgId") + persons
private let identifierElements = SEPAElements.values.filter { path in
  ["/BIC", "/BICFI", "/BICOrBEI", "/AnyBIC"].contains { path.hasSuffix($0) }
}
private let ultimateCreditorOfBlock = Place("PmtInf/UltmtCdtr")
