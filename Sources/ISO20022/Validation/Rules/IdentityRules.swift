// The ids by which a file, a block and a debit are known again, and the header that bears them.
//
// Ids are compared byte by byte on the way to the debtor's bank and back, so nothing in them is mapped or cut.

import SEPA

let identityRules: [Rule] = [
  .needs(
    "message-id-missing", ["MsgId"], in: ["GrpHdr", UndoPaths.reversalHeader], expected: "an id of the file", source: iso20022),
  .needs(
    "creation-time-missing", ["CreDtTm"], in: ["GrpHdr", UndoPaths.reversalHeader, UndoPaths.requestHeader],
    expected: "a date and time", source: iso20022),
  .needs("initiating-party-missing", ["InitgPty"], in: ["GrpHdr"], expected: "who sends the file", source: iso20022),
  .needs("block-id-missing", ["PmtInfId"], in: ["PmtInf"], expected: "an id of the block", source: iso20022),
  .needs(
    "end-to-end-id-missing", ["PmtId/EndToEndId"], in: [SEPAElements.debit],
    expected: "the creditor's reference, or NOTPROVIDED", source: iso20022),
  .value(
    "id-length", at: ids, expected: "1 to 35 characters", source: iso20022
  ) { element, _ in
    let count = element.text.unicodeScalars.count
    return count > 35 ? "\(count) characters" : nil
  },
  .value(
    "id-characters", at: ids, expected: "a-z A-Z 0-9 / - ? : ( ) . , ' + and space", source: characterSet,
    hint: "ids travel to the debtor's bank and back unchanged, so no bank may map what is in them"
  ) { element, _ in element.hasOnly(\.isEPCBasicLatin) ? nil : firstForeign(in: element.text) },
  .value(
    "id-slashes", at: ids, expected: "no / at either end and no //", source: characterSet
  ) { element, around in around.referenceFault(element)?.rule.hasSuffix("slashes") == true ? element.shown : nil },
  .value(
    "id-spaces", .warning, at: ids, expected: "no space at either end", source: "practice of banks",
    hint: "some systems cut them, and then the id that comes back is another"
  ) { element, around in around.referenceFault(element)?.rule.hasSuffix("spaces") == true ? "a space at an end" : nil },
  .value(
    "block-id-repeated", at: ["PmtInf/PmtInfId"], expected: "an id that no other block of the file has", source: iso20022,
    hint: "banks report on blocks by it"
  ) { element, around in around.tally.isNew(.block, element.text) ? nil : element.shown },
  .value(
    "end-to-end-id-repeated", .warning, at: ["PmtInf/DrctDbtTxInf/PmtId/EndToEndId"],
    expected: "an id that no other debit of this creditor in the file has", source: iso20022,
    hint: "returns name it: two debits with one cannot be told apart, and some banks take the second for a double"
  ) { element, around in
    let isOpen = element.text == notProvided
    return isOpen || around.tally.isNew(.endToEnd, element.text, around.creditorIdentifier ?? "") ? nil : element.shown
  },
  .value(
    "end-to-end-id-not-provided", .warning, at: ["PmtInf/DrctDbtTxInf/PmtId/EndToEndId"],
    expected: "the creditor's own reference", source: "practice of banks", hint: "returns cannot be matched by it"
  ) { element, _ in element.text == notProvided ? element.shown : nil },
  .value(
    "instruction-id-repeated", .warning, at: ["PmtInf/DrctDbtTxInf/PmtId/InstrId"],
    expected: "an id that no other debit of the file has", source: iso20022
  ) { element, around in around.tally.isNew(.instruction, element.text) ? nil : element.shown },
  .value(
    "payment-method", at: ["PmtInf/PmtMtd"], expected: "DD", source: iso20022
  ) { element, _ in element.text == "DD" ? nil : element.shown },
  .needs("payment-method-missing", ["PmtMtd"], in: ["PmtInf"], expected: "DD", source: iso20022),
  .value(
    "batch-booking", at: ["PmtInf/BtchBookg"], expected: "true or false", source: iso20022
  ) { element, _ in ["true", "false", "1", "0"].contains(element.trimmed) ? nil : element.shown },
]

private let notProvided = "NOTPROVIDED"

private let ids = [
  "GrpHdr/MsgId", "PmtInf/PmtInfId", "PmtInf/DrctDbtTxInf/PmtId/InstrId", "PmtInf/DrctDbtTxInf/PmtId/EndToEndId",
  "PmtInf/DrctDbtTxInf/DrctDbtTx/MndtRltdInf/MndtId",
  "PmtInf/DrctDbtTxInf/DrctDbtTx/MndtRltdInf/AmdmntInfDtls/OrgnlMndtId",
] + UndoPaths.ids
