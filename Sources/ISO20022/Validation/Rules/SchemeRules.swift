// Which scheme a debit belongs to, and where it stands in the life of its mandate.

let schemeRules: [Rule] = [
  .each(
    "payment-type-missing", at: [SEPAElements.debit], expected: "PmtTpInf in the block or in each debit", source: guidelines
  ) { debit, around in
    let isThere = around.block.first(paymentTypeOfBlock) != nil || debit.child("PmtTpInf") != nil
    return isThere ? nil : Breach("none", missing: "PmtTpInf")
  },
  .each(
    "payment-type-twice", at: ["PmtInf/DrctDbtTxInf/PmtTpInf"], expected: "it in the block or in its debits",
    source: iso20022
  ) { _, around in around.block.first(paymentTypeOfBlock) == nil ? nil : Breach("it in both") },
  .needs("service-level-missing", ["SvcLvl"], in: paymentTypes, expected: "SvcLvl/Cd SEPA", source: guidelines),
  .each("service-level", at: below(statedTypes, "SvcLvl"), expected: "SEPA", source: guidelines) { element, _ in
    otherCode(element, than: ["SEPA"])
  },
  .each("service-level-repeated", at: statedTypes, expected: "one", source: guidelines) { element, _ in
    element.count("SvcLvl") > 1 ? Breach("\(element.count("SvcLvl"))", missing: "SvcLvl") : nil
  },
  .needs("scheme-missing", ["LclInstrm"], in: paymentTypes, expected: "LclInstrm/Cd CORE or B2B", source: guidelines),
  .each("scheme", at: below(statedTypes, "LclInstrm"), expected: "CORE or B2B", source: guidelines) { element, _ in
    otherCode(element, than: ["CORE", "B2B", "COR1"])
  },
  .value(
    "scheme-retired", at: below(paymentTypes, "LclInstrm/Cd"), expected: "CORE",
    source: "EPC rulebooks of 20 November 2016", hint: "since then CORE itself has the time cycle of COR1"
  ) { element, _ in element.text == "COR1" ? "COR1" : nil },
  .value(
    "scheme-mixed", at: below(statedTypes, "LclInstrm/Cd"), expected: "one scheme in a file", source: guidelines,
    hint: "make a file for each scheme"
  ) { element, around in
    guard let scheme = ["CORE": "CORE", "COR1": "CORE", "B2B": "B2B"][element.text] else { return nil }
    let first = around.tally.scheme ?? scheme
    around.tally.scheme = first
    return first == scheme ? nil : "\(scheme) behind \(first)"
  },
  .needs("sequence-missing", ["SeqTp"], in: paymentTypes, expected: "SeqTp", source: guidelines),
  .value(
    "sequence", at: below(statedTypes, "SeqTp"), expected: "FRST, RCUR, FNAL or OOFF", source: guidelines
  ) { element, _ in sequences.contains(element.text) ? nil : element.shown },
  .value(
    "sequence-mixed", .warning, at: ["PmtInf/DrctDbtTxInf/PmtTpInf/SeqTp"], expected: "one sequence type in a block",
    source: "practice of banks", hint: "make a block for each"
  ) { element, around in
    let first = around.tally.sequenceOfBlock ?? element.text
    around.tally.sequenceOfBlock = first
    return first == element.text ? nil : "\(element.shown) behind \(Element.shown(first))"
  },
  .value(
    "category-purpose-form", at: below(paymentTypes, "CtgyPurp/Cd"), expected: "a code of 1 to 4 letters or digits",
    source: iso20022
  ) { element, _ in isCode(element.text) ? nil : element.shown },
  .value(
    "charge-bearer", at: chargeBearers, expected: "SLEV", source: guidelines
  ) { element, _ in element.text == "SLEV" ? nil : element.shown },
  .each(
    "charge-bearer-twice", at: ["PmtInf/DrctDbtTxInf/ChrgBr"], expected: "it in the block or in its debits", source: iso20022
  ) { _, around in around.block.first(chargeBearerOfBlock) == nil ? nil : Breach("it in both") },
]

private let paymentTypes = ["PmtInf/PmtTpInf", "PmtInf/DrctDbtTxInf/PmtTpInf"]
/// Theirs and those of the collections that other messages undo.
private let statedTypes = paymentTypes + below(UndoPaths.references, "PmtTpInf")
private let chargeBearers = ["PmtInf/ChrgBr", "PmtInf/DrctDbtTxInf/ChrgBr", UndoPaths.reversal + "/ChrgBr"]
private let paymentTypeOfBlock = Place("PmtInf/PmtTpInf")
private let chargeBearerOfBlock = Place("PmtInf/ChrgBr")
private let sequences: Set = ["FRST", "RCUR", "FNAL", "OOFF"]

private func otherCode(_ element: Element, than codes: Set<String>) -> Breach? {
  if let code = element.child("Cd") {
    return code.isBlank || codes.contains(code.text) ? nil : Breach(code.shown, at: code)
  }
  return element.child("Prtry").map { Breach("a proprietary one", at: $0) }
}
