// Small things that rules of several subjects share.

import SEPA

/// Where messages that undo collections have what rules on collections know by other paths.
enum UndoPaths {
  static let reversalHeader = "CstmrPmtRvsl/GrpHdr"
  static let reversalFile = "CstmrPmtRvsl/OrgnlGrpInf"
  static let reversalBlock = "CstmrPmtRvsl/OrgnlPmtInfAndRvsl"
  static let reversal = reversalBlock + "/TxInf"
  static let requestHeader = "CstmrPmtCxlReq/Assgnmt"
  static let requestCounts = "CstmrPmtCxlReq/CtrlData"
  static let requestFile = "CstmrPmtCxlReq/Undrlyg/OrgnlGrpInfAndCxl"
  static let requestBlock = "CstmrPmtCxlReq/Undrlyg/OrgnlPmtInfAndCxl"
  static let request = requestBlock + "/TxInf"

  static let blocks = [reversalBlock, requestBlock]
  static let debits = [reversal, request]
  /// What is copied of the collection.
  static let references = below(debits, "OrgnlTxRef")
  /// In which of them an original file is named.
  static let originalFiles = [reversalFile, requestFile, requestBlock + "/OrgnlGrpInf"]
  /// A mandate in its element of before and since 2020.
  static let mandates = below(references, "MndtRltdInf") + below(references, "MndtRltdInf/DrctDbtMndt")
  static let collectionDates = below(references, "ReqdColltnDt") + [request + "/OrgnlReqdColltnDt"]
  static let amounts = below(debits, "OrgnlInstdAmt") + [reversal + "/RvsdInstdAmt"]
  static let counts = [
    reversalHeader + "/NbOfTxs", reversalBlock + "/OrgnlNbOfTxs", requestCounts + "/NbOfTxs", requestFile + "/NbOfTxs",
    requestBlock + "/NbOfTxs",
  ]
  static let sums = [
    reversalHeader + "/CtrlSum", reversalBlock + "/OrgnlCtrlSum", requestCounts + "/CtrlSum", requestFile + "/CtrlSum",
    requestBlock + "/CtrlSum",
  ]
  static let ids =
    [
      reversalHeader + "/MsgId", requestHeader + "/Id", reversalBlock + "/RvslPmtInfId", requestBlock + "/PmtCxlId",
      requestFile + "/GrpCxlId", reversal + "/RvslId", request + "/CxlId",
    ] + below(originalFiles, "OrgnlMsgId") + below(blocks, "OrgnlPmtInfId") + below(debits, "OrgnlInstrId")
    + below(debits, "OrgnlEndToEndId") + below(mandates, "MndtId")
}

/// The same path within each of the elements.
func below(_ elements: [String], _ path: String) -> [String] { elements.map { "\($0)/\(path)" } }

/// ISO 20022's external codes: 1 to 4 characters, of letters and digits by custom.
func isCode(_ text: String) -> Bool {
  (1...4).contains(text.utf8.count)
    && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
}

/// The first character outside the set that every bank takes, by its number and place: `U+00E9 at character 4`.
func firstForeign(in text: String) -> String {
  for (index, scalar) in text.unicodeScalars.enumerated() where !isBasicLatin(scalar) {
    return "\(Element.name(of: scalar)) at character \(index + 1)"
  }
  return "none"
}

func isBasicLatin(_ scalar: Unicode.Scalar) -> Bool {
  scalar.isASCII && UInt8(truncatingIfNeeded: scalar.value).isEPCBasicLatin
}

/// Country and check digits, and the last four characters; an IBAN may be a person's.
func masked(_ iban: String) -> String {
  let count = iban.unicodeScalars.count
  guard count >= 12 else { return "\(count) characters" }
  return "\(Element.shown(String(iban.prefix(4)))) **** \(Element.shown(String(iban.suffix(4)))), \(count) characters"
}
