// What undoes collections: reversals, pain.007, after settlement; cancellation requests, camt.055, before. Whatever they
// copy of a collection is also asked of the rules on collections.
//
// The guidelines have the reversal; a cancellation is agreed with the bank, so less of it is an error.

import SEPA

let undoRules: [Rule] = [
  .needs("request-id-missing", ["Id"], in: [UndoPaths.requestHeader], expected: "an id of the request", source: iso20022),
  .each(
    "original-message-missing", at: UndoPaths.blocks, expected: "the id of the collection file", source: iso20022,
    hint: "in OrgnlGrpInf"
  ) { block, around in
    // A reversal file names it once, for all of its blocks.
    if block.number == reversalBlock.number, around.tally.blocks > 1 { return nil }
    let isNamed = originalIDs.contains { around.original.first($0) != nil } || block.has(originalIDOfBlock)
    return isNamed ? nil : Breach("none", missing: "OrgnlGrpInf/OrgnlMsgId")
  },
  .needs(
    "original-message-name-missing", ["OrgnlMsgNmId"], in: UndoPaths.originalFiles, expected: "pain.008 and its version",
    source: iso20022),
  .value(
    "original-message-name", at: below(UndoPaths.originalFiles, "OrgnlMsgNmId"), expected: "pain.008 and its version",
    source: guidelines
  ) { element, _ in element.text.hasPrefix("pain.008") ? nil : element.shown },
  .needs(
    "original-block-missing", ["OrgnlPmtInfId"], in: UndoPaths.blocks, expected: "the id of the block that is undone",
    source: iso20022),
  .walk(
    "undone-nothing", expected: "a debit, or that all of the block or file is undone", source: iso20022,
    hint: "TxInf; or PmtInfRvsl, PmtInfCxl, GrpRvsl or GrpCxl true"),
  .each(
    "undone-by-word", .warning, at: [UndoPaths.reversalHeader + "/GrpRvsl", UndoPaths.reversalBlock + "/PmtInfRvsl"],
    expected: "false, and each debit with its amount", source: "practice of banks",
    hint: "what of it was rejected or returned by then, the bank may know otherwise; many take single debits only"
  ) { element, _ in ["true", "1"].contains(element.trimmed) ? Breach(element.shown) : nil },
  .value(
    "undone-flag", at: flags, expected: "true or false", source: iso20022
  ) { element, _ in ["true", "false", "1", "0"].contains(element.trimmed) ? nil : element.shown },

  // Which debit.
  .each(
    "undone-id-missing", .warning, at: UndoPaths.debits, expected: "an id of its own, RvslId or CxlId",
    source: "practice of banks", hint: "answers name it"
  ) { debit, around in
    let name = around.edition.frame.message == UndoElements.reversal ? "RvslId" : "CxlId"
    return debit.child(name) == nil ? Breach("none", missing: name) : nil
  },
  .value(
    "undone-id-repeated", at: [UndoPaths.reversal + "/RvslId", UndoPaths.request + "/CxlId"],
    expected: "an id that nothing else in the file has", source: iso20022
  ) { element, around in around.tally.isNew(.undoing, element.text) ? nil : element.shown },
  .needs(
    "original-end-to-end-id-missing", ["OrgnlEndToEndId"], in: UndoPaths.debits,
    expected: "the reference that the debit was collected with", source: guidelines),
  .each(
    "undone-repeated", at: UndoPaths.debits, expected: "each debit once", source: rulebooks,
    hint: "the debtor would get the money twice"
  ) { debit, around in
    // Two debits may share a reference, but not with the same mandate in one block.
    guard let reference = debit.child("OrgnlEndToEndId"), !reference.isBlank, reference.text != "NOTPROVIDED" else {
      return nil
    }
    let block = blockIDs.lazy.compactMap { around.block.text($0) }.first ?? ""
    let mandate = mandateIDs.lazy.compactMap { around.debit.text($0) }.first ?? ""
    let instruction = debit.child("OrgnlInstrId")?.text ?? ""
    return around.tally.isNew(.undone, block, reference.text, mandate, instruction) ? nil : Breach("it again")
  },
  .each(
    "original-reference-missing", .warning, at: UndoPaths.debits, expected: "OrgnlTxRef: what the debit said",
    source: "practice of banks", hint: "banks find it by mandate, account and date, once their own records have gone"
  ) { debit, _ in debit.child("OrgnlTxRef") == nil ? Breach("none", missing: "OrgnlTxRef") : nil },
  .each(
    "original-form", at: parties + below(UndoPaths.references, "MndtRltdInf"), expected: "the form that this version has",
    source: iso20022, hint: "a party's name within Pty since .08, a mandate's within DrctDbtMndt since .10, in camt.055 .09"
  ) { element, around in
    // In which of the others it began is not known of each.
    guard element.hasChildren, around.edition.isUsual, let number = around.edition.number else { return nil }
    let frame = around.edition.frame
    let isMandate = element.name == "MndtRltdInf"
    let name = isMandate ? "DrctDbtMndt" : "Pty"
    let isWanted = number >= (isMandate ? frame.firstWithMandates : frame.firstWithParties)
    guard (element.child(name) != nil) != isWanted else { return nil }
    return Breach(isWanted ? "it without \(name)" : "it within \(name)")
  },

  // How much.
  .needs(
    "original-amount-missing", ["OrgnlInstdAmt"], in: UndoPaths.debits, expected: "the amount that was collected",
    source: guidelines),
  .needs(
    "reversed-amount-missing", ["RvsdInstdAmt"], in: [UndoPaths.reversal], expected: "the amount that goes back",
    source: guidelines),
  .each(
    "reversed-amount-beyond", at: [UndoPaths.reversal + "/RvsdInstdAmt"], expected: "at most what was collected",
    source: rulebooks
  ) { element, around in
    guard let (reversed, collected) = amounts(element, around), reversed > collected else { return nil }
    return Breach("\(Cents(reversed)) of \(Cents(collected))")
  },
  .each(
    "reversed-amount-partial", .warning, at: [UndoPaths.reversal + "/RvsdInstdAmt"], expected: "what was collected",
    source: rulebooks, hint: "a reversal gives all of it back, unless the bank has agreed to less"
  ) { element, around in
    guard let (reversed, collected) = amounts(element, around), reversed < collected else { return nil }
    return Breach("\(Cents(reversed)) of \(Cents(collected))")
  },
  .each(
    "undone-beyond-block", at: [UndoPaths.reversalBlock + "/OrgnlNbOfTxs", UndoPaths.requestBlock + "/NbOfTxs"],
    expected: "no more debits undone than the block has", source: iso20022, moment: .counted
  ) { element, around in
    guard let announced = count(element), announced < around.tally.debitsOfBlock else { return nil }
    return Breach("\(announced)", expected: "\(around.tally.debitsOfBlock) or more, as counted")
  },
  .each(
    "undone-sum-beyond-block", at: [UndoPaths.reversalBlock + "/OrgnlCtrlSum", UndoPaths.requestBlock + "/CtrlSum"],
    expected: "no more money undone than the block has", source: iso20022, moment: .counted
  ) { element, around in
    guard let announced = ExactDecimal(element.trimmed)?.cents, let counted = around.tally.sumOfBlock?.cents,
      announced < counted
    else { return nil }
    return Breach("\(Cents(announced))", expected: "\(Cents(counted)) or more, as counted")
  },

  // Why, and when.
  .each(
    "reversal-reason-missing", at: [UndoPaths.reversal], expected: "RvslRsnInf/Rsn/Cd", source: guidelines
  ) { debit, around in isReasonGiven(debit, "RvslRsnInf", around) ? nil : Breach("none", missing: "RvslRsnInf/Rsn") },
  .each(
    "cancellation-reason-missing", .warning, at: [UndoPaths.request], expected: "CxlRsnInf/Rsn/Cd",
    source: "practice of banks"
  ) { debit, around in isReasonGiven(debit, "CxlRsnInf", around) ? nil : Breach("none", missing: "CxlRsnInf/Rsn") },
  .value(
    "reversal-reason", .warning,
    at: reasons("RvslRsnInf", [UndoPaths.reversalFile, UndoPaths.reversalBlock, UndoPaths.reversal]),
    expected: "AM05 or MS02", source: guidelines, hint: "the reasons that are left to a creditor"
  ) { element, _ in ReversalReason(rawValue: element.text) == nil ? element.shown : nil },
  .value(
    "cancellation-reason", .warning,
    at: reasons("CxlRsnInf", [UndoPaths.requestFile, UndoPaths.requestBlock, UndoPaths.request]),
    expected: "DUPL, CUST, TECH, FRAD or another code of ISO's list", source: iso20022
  ) { element, _ in cancellationCodes.contains(element.text) ? nil : element.shown },
  .each(
    "reversal-early", .warning, at: below([UndoPaths.reversal], "OrgnlTxRef/ReqdColltnDt"),
    expected: "a collection date that has come", source: rulebooks, hint: "before it, ask for a cancellation: camt.055"
  ) { element, around in
    guard let made = creationDay(around), let collected = written(element), made < collected else { return nil }
    return Breach("\(element.shown), \(made.days(until: collected)) days ahead")
  },
  .each(
    "reversal-late", .warning, at: below([UndoPaths.reversal], "OrgnlTxRef/ReqdColltnDt"),
    expected: "a reversal within 5 TARGET days of the collection", source: rulebooks,
    hint: "later, send the money by a credit transfer"
  ) { element, around in
    guard let made = creationDay(around), let collected = written(element),
      TARGETCalendar.adding(5, to: collected) < made
    else { return nil }
    return Breach("\(element.shown), \(collected.days(until: made)) days before")
  },
  .each(
    "cancellation-late", .warning, at: [UndoPaths.request + "/OrgnlReqdColltnDt"],
    expected: "a collection date that has not come", source: "practice of banks", hint: "after it, reverse: pain.007"
  ) { element, around in
    guard let made = creationDay(around), let collected = written(element), made > collected else { return nil }
    return Breach("\(element.shown), \(collected.days(until: made)) days before")
  },
]

private let reversalBlock = Place(UndoPaths.reversalBlock)
private let originalIDs = below([UndoPaths.reversalFile, UndoPaths.requestFile], "OrgnlMsgId").map { Place($0) }
private let originalIDOfBlock = Place(UndoPaths.requestBlock + "/OrgnlGrpInf/OrgnlMsgId")
private let blockIDs = below(UndoPaths.blocks, "OrgnlPmtInfId").map { Place($0) }
private let mandateIDs = below(UndoPaths.mandates, "MndtId").map { Place($0) }
private let originalAmount = Place(UndoPaths.reversal + "/OrgnlInstdAmt")
private let parties = ["Dbtr", "Cdtr", "UltmtDbtr", "UltmtCdtr"].flatMap { below(UndoPaths.references, $0) }
private let flags = [
  UndoPaths.reversalHeader + "/GrpRvsl", UndoPaths.reversalBlock + "/PmtInfRvsl", UndoPaths.requestFile + "/GrpCxl",
  UndoPaths.requestBlock + "/PmtInfCxl",
]
/// Of ExternalCancellationReason1Code, those that a customer may have.
private let cancellationCodes = Set(
  CancellationReason.allCases.map(\.rawValue) + ["AGNT", "CURR", "CUTA", "UPAY", "AM09", "AC03"])

private func reasons(_ name: String, _ elements: [String]) -> [String] { below(elements, name + "/Rsn/Cd") }

/// Whether a reason stands with the debit, or with all of its block or file.
private func isReasonGiven(_ debit: Element, _ name: String, _ around: Surroundings) -> Bool {
  let parts = [debit, around.block.root] + (around.original.count > 0 ? [around.original.root] : [])
  return parts.contains { $0.descendant(name + "/Rsn") != nil }
}

/// What goes back and what was collected, in cents; nil where one of them cannot be read.
private func amounts(_ reversed: Element, _ around: Surroundings) -> (reversed: Int64, collected: Int64)? {
  guard let back = ExactDecimal(reversed.trimmed)?.cents,
    let collected = around.debit.text(originalAmount).flatMap({ ExactDecimal($0)?.cents })
  else { return nil }
  return (back, collected)
}
