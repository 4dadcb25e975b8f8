// What changed in a mandate since its last collection: the old values, told once, beside the new ones.

let amendmentRules: [Rule] = [
  .value(
    "amendment-indicator", at: [mandate + "/AmdmntInd"], expected: "true or false", source: iso20022
  ) { element, _ in ["true", "false", "1", "0"].contains(element.trimmed) ? nil : element.shown },
  .each(
    "amendment-details-missing", at: [mandate], expected: "AmdmntInfDtls where AmdmntInd is true", source: guidelines
  ) { mandate, _ in
    isAmended(mandate) && mandate.child("AmdmntInfDtls") == nil ? Breach("none", missing: "AmdmntInfDtls") : nil
  },
  .each(
    "amendment-not-indicated", at: [details], expected: "AmdmntInd true beside it", source: iso20022
  ) { details, around in
    guard let mandate = around.debit.first(mandatePlace), !isAmended(mandate) else { return nil }
    return mandate.child("AmdmntInd").map { ["false", "0"].contains($0.trimmed) } ?? true ? Breach("details alone") : nil
  },
  .value(
    "amendment-mandate-unchanged", at: [details + "/OrgnlMndtId"], expected: "the reference before the change",
    source: guidelines, hint: "leave it out where the reference did not change"
  ) { element, around in element.text == around.debit.text(mandateID) ? element.shown : nil },
  .each(
    "amendment-creditor-unchanged", at: [details + "/OrgnlCdtrSchmeId"], expected: "what it was before the change",
    source: guidelines, hint: "leave it out where neither identifier nor name changed"
  ) { original, around in
    let id = original.descendant("Id/PrvtId/Othr/Id")
    let name = original.child("Nm")
    guard id != nil || name != nil else { return nil }
    let isSameID = id.map { $0.text == around.creditorIdentifier } ?? true
    let isSameName = name.map { $0.text == around.block.text(creditorName) } ?? true
    return isSameID && isSameName ? Breach("what it is now") : nil
  },
  .value(
    "amendment-account-unchanged", at: [details + "/OrgnlDbtrAcct/Id/IBAN"], expected: "the account before the change",
    source: guidelines
  ) { element, around in element.text == around.debit.text(debtorIBAN) ? masked(element.text) : nil },
  .value(
    "amendment-account-other", at: [details + "/OrgnlDbtrAcct/Id/Othr/Id"], expected: "SMNDA, or an IBAN", source: guidelines
  ) { element, _ in element.text == smnda ? nil : "another identification" },
  .each(
    "amendment-agent-beside-smnda", at: [details + "/OrgnlDbtrAgt"], expected: "no OrgnlDbtrAgt beside SMNDA",
    source: guidelines
  ) { _, around in around.debit.text(originalOther) == smnda ? Breach("both") : nil },
  .value(
    "amendment-smnda-of-agent", .warning, at: [details + "/OrgnlDbtrAgt/FinInstnId/Othr/Id"],
    expected: "SMNDA in OrgnlDbtrAcct/Id/Othr/Id", source: "EPC rulebooks of 20 November 2016",
    hint: "since then it means a new account, in whichever bank, and goes with every sequence type"
  ) { element, _ in element.text == smnda ? "it in OrgnlDbtrAgt" : nil },
  .value(
    "amendment-agent-unchanged", at: below([details + "/OrgnlDbtrAgt/FinInstnId"], "BIC")
      + below([details + "/OrgnlDbtrAgt/FinInstnId"], "BICFI"),
    expected: "the bank before the change", source: guidelines
  ) { element, around in
    debtorBanks.contains { around.debit.text($0) == element.text } ? element.shown : nil
  },
]

private let smnda = "SMNDA"
private let mandate = "PmtInf/DrctDbtTxInf/DrctDbtTx/MndtRltdInf"
private let details = mandate + "/AmdmntInfDtls"
private let mandatePlace = Place(mandate)
private let mandateID = Place(mandate + "/MndtId")
private let originalOther = Place(details + "/OrgnlDbtrAcct/Id/Othr/Id")
private let creditorName = Place("PmtInf/Cdtr/Nm")
private let debtorIBAN = Place("PmtInf/DrctDbtTxInf/DbtrAcct/Id/IBAN")
private let debtorBanks = [
  Place("PmtInf/DrctDbtTxInf/DbtrAgt/FinInstnId/BIC"), Place("PmtInf/DrctDbtTxInf/DbtrAgt/FinInstnId/BICFI"),
]

private func isAmended(_ mandate: Element) -> Bool {
  mandate.child("AmdmntInd").map { ["true", "1"].contains($0.trimmed) } ?? false
}
