// Defects of messages that undo collections.

extension Defect {
  private static func without(_ line: String) -> [(String, String)] { [(line + "\n", "")] }
  /// The first element of that name in a comment.
  private static func hidden(_ name: String) -> [(String, String)] { [("<\(name)>", "<!-- "), ("</\(name)>", " -->")] }

  /// Of the rules that only these messages have.
  static let undoing: [Defect] = [
    Defect("request-id-missing", .cancellation08, without("<Id>CXL-1</Id>"), at: "<Assgnmt>"),
    Defect("original-message-missing", .reversal02, hidden("OrgnlGrpInf"), at: "<OrgnlPmtInfAndRvsl>"),
    Defect("original-message-missing", .reversal09, without("<OrgnlMsgId>MSG-1</OrgnlMsgId>"), at: "<OrgnlPmtInfAndRvsl>"),
    Defect("original-message-missing", .cancellation08, hidden("OrgnlGrpInf"), at: "<OrgnlPmtInfAndCxl>"),
    Defect(
      "original-message-name-missing", .reversal02, without("<OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId>"),
      at: "<OrgnlGrpInf>"),
    Defect(
      "original-message-name-missing", .cancellation01, without("<OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId>"),
      at: "<OrgnlGrpInfAndCxl>"),
    Defect("original-message-name", .reversal09, [(">pain.008.001.08<", ">pain.001.001.09<")], at: "pain.001.001.09"),
    Defect(
      "original-block-missing", .reversal02, without("<OrgnlPmtInfId>P-1</OrgnlPmtInfId>"), at: "<OrgnlPmtInfAndRvsl>"),
    Defect(
      "undone-nothing", .cancellation08,
      [
        ("<NbOfTxs>6", "<NbOfTxs>3"), (">2000000025.00", ">1000000012.50"), ("<PmtInfCxl>true", "<PmtInfCxl>false"),
        ("<OrgnlPmtInfAndCxl>\n<OrgnlPmtInfId>P-2", "<OrgnlPmtInfAndCxl >\n<OrgnlPmtInfId>P-2"),
      ], at: "<OrgnlPmtInfAndCxl >"),
    Defect(
      "undone-nothing", .cancellation01, [("<GrpCxl>true", "<GrpCxl>false")], at: "<?xml",
      also: ["transactions-of-file", "control-sum-of-file"]),
    Defect("undone-by-word", .reversal09, [("<PmtInfRvsl>false", "<PmtInfRvsl>true")], at: "<PmtInfRvsl>true"),
    Defect("undone-by-word", .reversal02, [("<GrpRvsl>false", "<GrpRvsl>true")], at: "<GrpRvsl>true"),
    Defect("undone-flag", .reversal02, [("<GrpRvsl>false", "<GrpRvsl>no")], at: "<GrpRvsl>"),
    Defect("undone-flag", .cancellation08, [("<PmtInfCxl>false", "<PmtInfCxl>no")], at: "<PmtInfCxl>no"),
    Defect("undone-id-missing", .reversal02, without("<RvslId>RVS-E2E-1</RvslId>"), at: "<TxInf>"),
    Defect("undone-id-missing", .cancellation08, without("<CxlId>CXL-E2E-1</CxlId>"), at: "<TxInf>"),
    Defect("undone-id-repeated", .reversal09, [("<RvslId>RVS-E2E-2", "<RvslId >RVS-E2E-1")], at: "<RvslId >"),
    Defect("undone-id-repeated", .cancellation08, [("<CxlId>CXL-E2E-3", "<CxlId >CXL-E2E-1")], at: "<CxlId >"),
    Defect(
      "original-end-to-end-id-missing", .reversal09, without("<OrgnlEndToEndId>E2E-1</OrgnlEndToEndId>"), at: "<TxInf>"),
    Defect("undone-repeated", .reversal09, again("<RvslId>RVS"), at: "<TxInf >"),
    Defect("undone-repeated", .cancellation08, again("<CxlId>CXL"), at: "<TxInf >"),
    Defect("original-reference-missing", .reversal02, hidden("OrgnlTxRef"), at: "<TxInf>"),
    Defect(
      "original-form", .reversal02, [("<Dbtr>\n<Nm>Garcia</Nm>", "<Dbtr >\n<Pty><Nm>Garcia</Nm></Pty>")], at: "<Dbtr >"),
    Defect("original-form", .reversal09, [("<Dbtr>\n<Pty><Nm>Garcia</Nm></Pty>", "<Dbtr >\n<Nm>Garcia</Nm>")], at: "<Dbtr >"),
    Defect(
      "original-form", .cancellation08,
      [("<MndtRltdInf>\n", "<MndtRltdInf>\n<DrctDbtMndt>"), ("</MndtRltdInf>", "</DrctDbtMndt></MndtRltdInf>")],
      at: "<MndtRltdInf>"),
    Defect("original-amount-missing", .reversal02, without(collected), at: "<TxInf>"),
    Defect("original-amount-missing", .cancellation08, without(collected), at: "<TxInf>"),
    Defect("reversed-amount-missing", .reversal09, without(back("12.50")), at: "<TxInf>"),
    Defect(
      "reversed-amount-beyond", .reversal09, [(back("12.50"), back("12.51")), ("12.50</CtrlSum>", "12.51</CtrlSum>")],
      at: "12.51</RvsdInstdAmt>"),
    Defect(
      "reversed-amount-partial", .reversal09, [(back("12.50"), back("12.49")), ("12.50</CtrlSum>", "12.49</CtrlSum>")],
      at: "12.49</RvsdInstdAmt>"),
    Defect("undone-beyond-block", .reversal02, [("<OrgnlNbOfTxs>3", "<OrgnlNbOfTxs>1")], at: "<OrgnlNbOfTxs>1"),
    Defect("undone-beyond-block", .cancellation08, [("<NbOfTxs>3", "<NbOfTxs>2")], at: "<NbOfTxs>2"),
    Defect(
      "undone-sum-beyond-block", .reversal02, [("<OrgnlCtrlSum>1000000012.50", "<OrgnlCtrlSum>12.50")],
      at: "<OrgnlCtrlSum>12.50"),
    Defect(
      "undone-sum-beyond-block", .cancellation08, [("<CtrlSum>1000000012.50", "<CtrlSum>12.50")], at: "<CtrlSum>12.50"),
    Defect("reversal-reason-missing", .reversal09, hidden("RvslRsnInf"), at: "<TxInf>"),
    Defect("cancellation-reason-missing", .cancellation08, hidden("CxlRsnInf"), at: "<TxInf>"),
    Defect("reversal-reason", .reversal09, [("<Cd>AM05", "<Cd>AC04")], at: "<Cd>AC04"),
    Defect("cancellation-reason", .cancellation08, [("<Cd>FRAD", "<Cd>ABCD")], at: "<Cd>ABCD"),
    Defect("reversal-early", .reversal09, [("<ReqdColltnDt>2026-12-03", "<ReqdColltnDt>2026-12-08")], at: "2026-12-08"),
    Defect("reversal-late", .reversal09, [("<ReqdColltnDt>2026-12-03", "<ReqdColltnDt>2026-11-27")], at: "2026-11-27"),
    Defect(
      "cancellation-late", .cancellation08, [("<OrgnlReqdColltnDt>2026-12-03", "<OrgnlReqdColltnDt>2026-12-01")],
      at: "2026-12-01</OrgnlReqdColltnDt>"),
  ]

  private static let collected = "<OrgnlInstdAmt Ccy=\"EUR\">12.50</OrgnlInstdAmt>"
  private static func back(_ amount: String) -> String { "<RvsdInstdAmt Ccy=\"EUR\">\(amount)</RvsdInstdAmt>" }
  /// The second debit under the names of the first.
  private static func again(_ id: String) -> [(String, String)] {
    [
      ("<TxInf>\n\(id)-E2E-2", "<TxInf >\n\(id)-E2E-2"), ("<OrgnlInstrId>I-2</OrgnlInstrId>\n", ""),
      ("<OrgnlEndToEndId>E2E-2", "<OrgnlEndToEndId>E2E-1"), ("<MndtId>RUM-2", "<MndtId>RUM-1"),
    ]
  }

  /// Of the rules that collections have too, in other places.
  static let undoingLikeCollections: [Defect] = [
    Defect("namespace", .reversal09, [("20022:tech", "20022:text")], at: "<Document"),
    Defect(
      "message-element", .reversal09, [("<CstmrPmtRvsl", "<CstmrDrctDbtInitn"), ("</CstmrPmtRvsl", "</CstmrDrctDbtInitn")],
      at: "<CstmrDrctDbtInitn"),
    Defect("message-version", .reversal09, [("pain.007.001.09", "pain.007.001.08")], at: "<Document"),
    Defect("national-variant", .reversal02, [("pain.007.001.02", "pain.007.001.01")], at: "<Document"),
    Defect("header-missing", .cancellation08, hidden("Assgnmt"), at: "<?xml"),
    Defect(
      "element-repeated", .reversal02,
      [("<OrgnlPmtInfAndRvsl>", "<OrgnlGrpInf ><OrgnlMsgId>M</OrgnlMsgId></OrgnlGrpInf>\n<OrgnlPmtInfAndRvsl>")],
      at: "<OrgnlGrpInf >"),
    Defect(
      "element-late", .cancellation08,
      hidden("CtrlData")
        + [("</CstmrPmtCxlReq>", "<CtrlData ><NbOfTxs>6</NbOfTxs></CtrlData>\n</CstmrPmtCxlReq>")], at: "<CtrlData >"),
    Defect(
      "element-not-used", .reversal09, [("<RvslRsnInf>", "<CompstnAmt Ccy=\"EUR\">1</CompstnAmt>\n<RvslRsnInf>")],
      at: "<CompstnAmt"),
    Defect("element-empty", .cancellation08, [("<CxlId>CXL-E2E-1</CxlId>", "<CxlId/>")], at: "<CxlId/>"),
    Defect("message-id-missing", .reversal02, without("<MsgId>RVS-1</MsgId>"), at: "<GrpHdr>"),
    Defect(
      "creation-time-missing", .cancellation08, without("<CreDtTm>2026-12-02T07:00:00Z</CreDtTm>"), at: "<Assgnmt>"),
    Defect("creation-time-form", .reversal09, [("T07:00:00Z</CreDtTm", "T7:00</CreDtTm")], at: "T7:00"),
    Defect(
      "id-length", .cancellation08, [("<CxlId>CXL-E2E-1", "<CxlId>" + String(repeating: "A", count: 36))], at: "AAA"),
    Defect("id-characters", .reversal09, [("<RvslId>RVS-E2E-1", "<RvslId>RVS_1")], at: "RVS_1"),
    Defect("id-slashes", .reversal09, [("<OrgnlEndToEndId>E2E-1", "<OrgnlEndToEndId>E2E//1")], at: "E2E//1"),
    Defect("id-slashes", .cancellation08, [("<MndtId>RUM-1", "<MndtId>/RUM-1")], at: "/RUM-1"),
    Defect("transactions-missing", .reversal02, without("<NbOfTxs>3</NbOfTxs>"), at: "<GrpHdr>"),
    Defect("transactions-form", .reversal09, [("<OrgnlNbOfTxs>3", "<OrgnlNbOfTxs>three")], at: "three"),
    Defect("transactions-of-file", .reversal09, [("<NbOfTxs>3", "<NbOfTxs>4")], at: "<NbOfTxs>4"),
    Defect("transactions-of-file", .cancellation01, [("<NbOfTxs>3", "<NbOfTxs>4")], at: "<NbOfTxs>4"),
    Defect("control-sum-form", .reversal09, [("<OrgnlCtrlSum>1000000012.50", "<OrgnlCtrlSum>1000000012.505")], at: "505<"),
    Defect("control-sum-of-file", .reversal02, [("<CtrlSum>1", "<CtrlSum>2")], at: "<CtrlSum>2"),
    Defect("control-sum-of-file", .cancellation08, [("<CtrlSum>2", "<CtrlSum>3")], at: "<CtrlSum>3"),
    Defect("amount-form", .cancellation08, [(">12.50</OrgnlInstdAmt", ">12,50</OrgnlInstdAmt")], at: "12,50"),
    Defect(
      "amount-range", .reversal09, [("999999999.99</OrgnlInstdAmt", "1000000000.00</OrgnlInstdAmt")],
      at: "1000000000.00</OrgnlInstdAmt", also: ["reversed-amount-partial"]),
    Defect("currency", .reversal09, [("<OrgnlInstdAmt Ccy=\"EUR\"", "<OrgnlInstdAmt Ccy=\"USD\"")], at: "USD"),
    Defect("currency", .reversal09, [("<RvsdInstdAmt Ccy=\"EUR\"", "<RvsdInstdAmt Ccy=\"USD\"")], at: "USD"),
    Defect("charge-bearer", .reversal02, [("SLEV", "SHAR")], at: "SHAR"),
    Defect("service-level", .reversal09, [("<Cd>SEPA", "<Cd>URGP")], at: "URGP"),
    Defect("scheme", .cancellation08, [("<Cd>B2B", "<Cd>B2C")], at: "B2C"),
    Defect(
      "scheme-mixed", .reversal09, [("<Cd>B2B</Cd></LclInstrm>\n<SeqTp>RCUR", "<Cd>CORE</Cd></LclInstrm>\n<SeqTp>RCUR")],
      at: "CORE"),
    Defect("sequence", .reversal02, [("<SeqTp>FRST", "<SeqTp>FIRS")], at: "FIRS"),
    Defect("date-form", .cancellation08, [("<DtOfSgntr>2026-01-31", "<DtOfSgntr>2026-02-31")], at: "2026-02-31"),
    Defect("iban-check-digits", .reversal09, [("DE89370400440532013000", "DE88370400440532013000")], at: "DE88"),
    Defect("iban-country", .cancellation08, [("DE89370400440532013000", "TR330006100519786457841326")], at: "TR33"),
    Defect(
      "account-without-iban", .reversal02, [("<IBAN>DE89370400440532013000</IBAN>", "<Othr><Id>1</Id></Othr>")],
      at: "<DbtrAcct>"),
    Defect("agent-other", .reversal09, [("NOTPROVIDED", "UNKNOWN")], at: "UNKNOWN"),
    Defect("bic-form", .cancellation08, [("<BICFI>AGRIFRPP", "<BICFI>AGRIFRP")], at: "AGRIFRP<"),
    Defect("identifier-element", .reversal02, [("<BIC>AGRIFRPP</BIC>", "<BICFI>AGRIFRPP</BICFI>")], at: "<BICFI>"),
    Defect(
      "creditor-id-check-digits", .reversal09,
      [("<Othr>\n<Id>FR72ZZZ123456", "<Othr>\n<Id>FR73ZZZ123456")], at: "FR73"),
    Defect(
      "creditor-id-scheme", .cancellation08, [("<Prtry>SEPA</Prtry>", "<Prtry>OTHER</Prtry>")], at: "OTHER"),
    Defect("name-length", .cancellation08, [("<Pty><Nm>Garcia", "<Pty><Nm>" + String(repeating: "Nom ", count: 18))], at: "Nom"),
    Defect("text-characters", .reversal09, [("<Nm>Garcia", "<Nm>Garc\u{ED}a")], at: "Garc"),
  ]
}
