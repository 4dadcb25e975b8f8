// The identifier of the creditor, in France the ICS, with which a mandate is unique (EPC262-08).

import SEPA

let creditorIdentifierRules: [Rule] = [
  .each(
    "creditor-id-missing", at: [SEPAElements.debit], expected: "CdtrSchmeId in the block or in each debit",
    source: guidelines
  ) { debit, around in
    let isThere = around.block.first(ofBlock) != nil || around.debit.first(ofDebit) != nil
    return isThere ? nil : Breach("none", missing: "DrctDbtTx/CdtrSchmeId")
  },
  .each(
    "creditor-id-twice", at: [ofDebit.path], expected: "it in the block or in its debits", source: guidelines
  ) { _, around in around.block.first(ofBlock) == nil ? nil : Breach("it in both") },
  .each(
    "creditor-id-place", at: schemes, expected: "Id/PrvtId/Othr/Id, for organisations too", source: guidelines
  ) { scheme, _ in
    guard scheme.hasChildren else { return nil }
    if let organisation = scheme.descendant("Id/OrgId") { return Breach("OrgId", at: organisation) }
    return scheme.descendant("Id/PrvtId/Othr/Id") == nil ? Breach("none", missing: "Id/PrvtId/Othr/Id") : nil
  },
  .each(
    "creditor-id-repeated", at: below(schemes + originals, "Id/PrvtId"), expected: "one Othr and nothing beside it",
    source: guidelines
  ) { person, _ in
    person.count("Othr") > 1 || person.child("DtAndPlcOfBirth") != nil ? Breach("more") : nil
  },
  .value(
    "creditor-id-form", at: identifiers, expected: "country, 2 check digits, 3 characters and the national identifier",
    source: "EPC262-08"
  ) { element, around in
    // The reader takes spaces as people write them, a file must not.
    if element.text.utf8.contains(UInt8(ascii: " ")) { return element.shown }
    guard let fault = around.creditorIdentifierFault(element) else { return nil }
    return fault.rule.hasSuffix("check digits") ? nil : element.shown
  },
  .value(
    "creditor-id-check-digits", at: identifiers, expected: "check digits that match the identifier", source: "EPC262-08"
  ) { element, around in
    around.creditorIdentifierFault(element)?.rule.hasSuffix("check digits") == true ? element.shown : nil
  },
  .each(
    "creditor-id-scheme", at: below(schemes + originals, "Id/PrvtId/Othr"), expected: "SchmeNm/Prtry SEPA",
    source: guidelines
  ) { other, _ in
    guard other.hasChildren else { return nil }
    let name = other.descendant("SchmeNm/Prtry")
    if let name { return name.isBlank || name.text == "SEPA" ? nil : Breach(name.shown, at: name) }
    return Breach("none", missing: "SchmeNm/Prtry")
  },
  .value(
    "creditor-ids-differ", .warning, at: [ofDebit.path + "/Id/PrvtId/Othr/Id"], expected: "one creditor in a block",
    source: guidelines
  ) { element, around in
    let first = around.tally.creditorOfBlock ?? element.text
    around.tally.creditorOfBlock = first
    return first == element.text ? nil : "\(element.shown) behind \(Element.shown(first))"
  },
]

private let ofBlock = Place("PmtInf/CdtrSchmeId")
private let ofDebit = Place("PmtInf/DrctDbtTxInf/DrctDbtTx/CdtrSchmeId")
private let schemes = [ofBlock.path, ofDebit.path] + below(UndoPaths.references, "CdtrSchmeId")
private let originals = ["PmtInf/DrctDbtTxInf/DrctDbtTx/MndtRltdInf/AmdmntInfDtls/OrgnlCdtrSchmeId"]
private let identifiers = below(schemes + originals, "Id/PrvtId/Othr/Id")
