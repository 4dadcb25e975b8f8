// The mandate that a debit rests on.

let mandateRules: [Rule] = [
  .needs(
    "mandate-missing", ["DrctDbtTx/MndtRltdInf"], in: [SEPAElements.debit], expected: "what the debit rests on",
    source: guidelines),
  .needs("mandate-id-missing", ["MndtId"], in: [mandate], expected: "the mandate reference", source: guidelines),
  .needs("signature-date-missing", ["DtOfSgntr"], in: [mandate], expected: "when it was signed", source: guidelines),
  .value(
    "one-off-mandate-repeated", at: [mandateID], expected: "one collection of a one-off mandate", source: rulebooks,
    hint: "a mandate for several is collected as RCUR"
  ) { element, around in
    guard around.sequence == "OOFF" else { return nil }
    return around.tally.isNew(.oneOffMandate, element.text, around.creditorIdentifier ?? "") ? nil : element.shown
  },
  .value(
    "mandate-with-two-accounts", .warning, at: [mandateID], expected: "one account of the debtor for a mandate",
    source: rulebooks, hint: "references are unique for a creditor: two debtors cannot share one"
  ) { element, around in
    guard let account = around.debit.text(debtorIBAN) else { return nil }
    let isSame = around.tally.isSameAccount(account, of: element.text, around.creditorIdentifier ?? "")
    return isSame ? nil : "another account for \(element.shown)"
  },
  .each(
    "debit-repeated", .warning, at: [SEPAElements.debit],
    expected: "no second debit of the same mandate, amount, date and remittance", source: "plausibility",
    hint: "an invoice may be in the file twice"
  ) { debit, around in
    guard let mandate = around.debit.text(mandateIDPlace), let amount = around.debit.text(amount) else { return nil }
    let texts = [remittance, reference].map { around.debit.text($0) ?? "" }
    let date = around.block.text(collectionDate) ?? ""
    let isNew = around.tally.isNew(
      .obligation, mandate, around.creditorIdentifier ?? "", amount, date, texts[0], texts[1])
    return isNew ? nil : Breach("the same again")
  },
]

private let mandate = "PmtInf/DrctDbtTxInf/DrctDbtTx/MndtRltdInf"
private let mandateID = mandate + "/MndtId"
private let mandateIDPlace = Place(mandateID)
private let debtorIBAN = Place("PmtInf/DrctDbtTxInf/DbtrAcct/Id/IBAN")
private let amount = Place("PmtInf/DrctDbtTxInf/InstdAmt")
private let collectionDate = Place("PmtInf/ReqdColltnDt")
private let remittance = Place("PmtInf/DrctDbtTxInf/RmtInf/Ustrd")
private let reference = Place("PmtInf/DrctDbtTxInf/RmtInf/Strd/CdtrRefInf/Ref")
