// What looks like a defect of a message that undoes collections, and is none.

/// A change of a good file after which just these rules are broken, mostly none.
struct UndoAllowance: Sendable {
  var words: String
  var file: GoodFile
  var changes: [(String, String)]
  var rules: Set<String> = []

  var text: String? { Defect("", file, changes, at: "").text }

  private static let reason = "<RvslRsnInf><Rsn><Cd>AM05</Cd></Rsn></RvslRsnInf>"

  static let all: [UndoAllowance] = [
    UndoAllowance(
      words: "two debits of one reference, of two mandates", file: .reversal09,
      changes: [("<OrgnlEndToEndId>E2E-2", "<OrgnlEndToEndId>E2E-1"), ("<OrgnlInstrId>I-2</OrgnlInstrId>\n", "")]),
    UndoAllowance(
      words: "two debits without a reference", file: .cancellation08,
      changes: [
        ("<OrgnlEndToEndId>E2E-1", "<OrgnlEndToEndId>NOTPROVIDED"), ("<OrgnlEndToEndId>E2E-2", "<OrgnlEndToEndId>NOTPROVIDED"),
      ]),
    UndoAllowance(
      words: "a reason of the block", file: .reversal09,
      changes: [
        ("<RvslRsnInf>\n", "<!-- "), ("</RvslRsnInf>\n", " -->"),
        ("<PmtInfRvsl>false</PmtInfRvsl>", "<PmtInfRvsl>false</PmtInfRvsl>" + reason),
      ]),
    UndoAllowance(
      words: "a reason of the file", file: .reversal02,
      changes: [("</OrgnlGrpInf>", reason + "</OrgnlGrpInf>"), ("<RvslRsnInf>\n", "<!-- "), ("</RvslRsnInf>\n", " -->")]),
    UndoAllowance(words: "a reason of the bank's own", file: .cancellation08, changes: [("<Cd>FRAD</Cd>", "<Prtry>X1</Prtry>")]),
    UndoAllowance(
      words: "a whole block reversed by a word", file: .reversal02,
      changes: [
        ("</CstmrPmtRvsl>", "<OrgnlPmtInfAndRvsl><OrgnlPmtInfId>P-9</OrgnlPmtInfId><OrgnlNbOfTxs>2</OrgnlNbOfTxs>"
          + "<OrgnlCtrlSum>0.50</OrgnlCtrlSum><PmtInfRvsl>true</PmtInfRvsl></OrgnlPmtInfAndRvsl></CstmrPmtRvsl>"),
        ("<NbOfTxs>3", "<NbOfTxs>5"), ("12.50</CtrlSum>", "13.00</CtrlSum>"),
      ], rules: ["undone-by-word"]),
    UndoAllowance(
      words: "a whole block that does not say of how many", file: .cancellation08,
      changes: [("<NbOfTxs>3</NbOfTxs>\n<CtrlSum>1000000012.50</CtrlSum>\n<PmtInfCxl>true", "<PmtInfCxl>true")]),
    UndoAllowance(
      words: "the file named before its blocks", file: .cancellation08,
      changes: [
        (
          "<Undrlyg>",
          "<Undrlyg><OrgnlGrpInfAndCxl><OrgnlMsgId>MSG-1</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId>"
            + "<GrpCxl>false</GrpCxl></OrgnlGrpInfAndCxl>"
        ), ("<OrgnlGrpInf>", "<!-- "), ("</OrgnlGrpInf>", " -->"),
      ]),
    UndoAllowance(
      words: "the file of another Undrlyg, which says nothing of this one", file: .cancellation08,
      changes: [
        (
          "<Undrlyg>",
          "<Undrlyg><OrgnlGrpInfAndCxl><OrgnlMsgId>MSG-0</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId>"
            + "<GrpCxl>false</GrpCxl></OrgnlGrpInfAndCxl></Undrlyg><Undrlyg>"
        ), ("<OrgnlGrpInf>", "<!-- "), ("</OrgnlGrpInf>", " -->"),
      ], rules: ["original-message-missing"]),
    UndoAllowance(
      words: "a reversal on the day", file: .reversal09, changes: [("<ReqdColltnDt>2026-12-03", "<ReqdColltnDt>2026-12-05")]),
    UndoAllowance(
      words: "a reversal on the fifth open day, and a weekend", file: .reversal09,
      changes: [("<ReqdColltnDt>2026-12-03", "<ReqdColltnDt>2026-11-30")]),
    UndoAllowance(
      words: "a cancellation on the day", file: .cancellation08,
      changes: [("<OrgnlReqdColltnDt>2026-12-03", "<OrgnlReqdColltnDt>2026-12-02")]),
    UndoAllowance(
      words: "the number 1 for true", file: .cancellation08, changes: [("<PmtInfCxl>true", "<PmtInfCxl>1")]),
  ]
}
