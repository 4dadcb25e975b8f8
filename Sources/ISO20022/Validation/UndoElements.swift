// The elements of the messages that undo collections: pain.007, a reversal, and camt.055, a cancellation request.
//
// Those of all versions side by side: what is copied of a party stands in `Pty` since pain.007.001.08, in camt.055.001.08 and
// maybe before; what is copied of a mandate in `DrctDbtMndt` since .10 and .09.

enum UndoElements {
  static let reversal = "CstmrPmtRvsl"
  static let cancellation = "CstmrPmtCxlReq"

  private typealias Entry = SEPAElements.Entry

  static let entries: [SEPAElements.Entry] =
    SEPAElements.under(reversal, reversalEntries) + SEPAElements.under(cancellation, cancellationEntries)

  private static let reversalEntries: [Entry] =
    under("GrpHdr", values("MsgId", "CreDtTm", "BtchBookg", "NbOfTxs", "CtrlSum", "GrpRvsl") + under("InitgPty", party))
    + under("OrgnlGrpInf", originalFile + under("RvslRsnInf", reason))
    + under(
      "OrgnlPmtInfAndRvsl",
      values("RvslPmtInfId", "OrgnlPmtInfId", "OrgnlNbOfTxs", "OrgnlCtrlSum", "BtchBookg", "PmtInfRvsl")
        + under("RvslRsnInf", reason)
        + under(
          "TxInf",
          values("RvslId", "OrgnlInstrId", "OrgnlEndToEndId", "OrgnlInstdAmt", "RvsdInstdAmt", "ChrgBr")
            + under("RvslRsnInf", reason) + under("OrgnlTxRef", originalDebit)))

  private static let cancellationEntries: [Entry] =
    under(
      "Assgnmt",
      values("Id", "CreDtTm") + under("Assgnr/Pty", party) + under("Assgnr/Agt", agent) + under("Assgne/Pty", party)
        + under("Assgne/Agt", agent))
    + under("CtrlData", values("NbOfTxs", "CtrlSum"))
    + under(
      "Undrlyg/OrgnlGrpInfAndCxl",
      values("GrpCxlId", "NbOfTxs", "CtrlSum", "GrpCxl") + originalFile + under("CxlRsnInf", reason))
    + under(
      "Undrlyg/OrgnlPmtInfAndCxl",
      values("PmtCxlId", "OrgnlPmtInfId", "NbOfTxs", "CtrlSum", "PmtInfCxl") + under("OrgnlGrpInf", originalFile)
        + under("CxlRsnInf", reason)
        + under(
          "TxInf",
          values("CxlId", "OrgnlInstrId", "OrgnlEndToEndId", "OrgnlInstdAmt", "OrgnlReqdColltnDt")
            + under("CxlRsnInf", reason) + under("OrgnlTxRef", originalDebit)))

  private static let originalFile: [Entry] = values("OrgnlMsgId", "OrgnlMsgNmId", "OrgnlCreDtTm")

  private static let reason: [Entry] =
    under("Orgtr", party) + under("Orgtr/Pty", party) + values("Rsn/Cd", "Rsn/Prtry", "AddtlInf")

  private static let originalDebit: [Entry] =
    values("Amt/InstdAmt", "ReqdColltnDt", "PmtMtd") + under("CdtrSchmeId", values("Nm") + SEPAElements.creditorScheme)
    + under("PmtTpInf", SEPAElements.paymentType) + under("MndtRltdInf", mandate)
    + under("MndtRltdInf/DrctDbtMndt", mandate) + under("RmtInf", SEPAElements.remittance)
    + ["UltmtDbtr", "Dbtr", "Cdtr", "UltmtCdtr"].flatMap { either($0) } + under("DbtrAcct", SEPAElements.account)
    + under("DbtrAgt", agent) + under("CdtrAgt", agent) + under("CdtrAcct", SEPAElements.account) + values("Purp/Cd")

  /// What changed in it is told once, by the collection, and not looked at again.
  private static let mandate: [Entry] =
    values("MndtId", "DtOfSgntr", "AmdmntInd", "ElctrncSgntr") + [("AmdmntInfDtls", .presence)]

  /// Addresses are no part of what is undone: they are not judged.
  private static let party: [Entry] = SEPAElements.party + [("PstlAdr", .presence)]
  private static let agent: [Entry] = SEPAElements.agent

  private static func either(_ name: String) -> [Entry] { under(name, party) + under("\(name)/Pty", party) }
  private static func values(_ paths: String...) -> [Entry] { paths.map { ($0, .value) } }
  private static func under(_ path: String, _ entries: [Entry]) -> [Entry] { SEPAElements.under(path, entries) }
}
