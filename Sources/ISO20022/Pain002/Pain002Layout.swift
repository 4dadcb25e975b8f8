// pain.002, CustomerPaymentStatusReport: what the bank says about a file of ours, before any money moved.
// Element names as in the schemas of versions .03 to .13; they differ only in what is not read here.

enum Pain002Layout {
  static let roles: [(String, ReportRole)] =
    [
      ("GrpHdr", .record(.documentHeader)),
      ("GrpHdr/MsgId", .field(.messageID)),
      ("GrpHdr/CreDtTm", .field(.createdAt)),
    ]
    + status(
      "OrgnlGrpInfAndSts", .groupStatus,
      [
        ("OrgnlMsgId", .originalMessageID),
        ("OrgnlMsgNmId", .originalMessageName),
        ("GrpSts", .status),
      ])
    + status(
      "OrgnlPmtInfAndSts", .blockStatus,
      [
        ("OrgnlPmtInfId", .originalPaymentInformationID),
        ("PmtInfSts", .status),
      ])
    + status(
      "OrgnlPmtInfAndSts/TxInfAndSts", .transactionStatus,
      [
        ("OrgnlInstrId", .originalInstructionID),
        ("OrgnlEndToEndId", .originalEndToEndID),
        ("TxSts", .status),
        ("AcctSvcrRef", .accountServicerReference),
        ("OrgnlTxRef/Amt/InstdAmt", .instructedAmount),
        ("OrgnlTxRef/MndtRltdInf/MndtId", .mandateID),
        ("OrgnlTxRef/DbtrAcct/Id/IBAN", .debtorAccountIBAN),
        ("OrgnlTxRef/PmtTpInf/LclInstrm/Cd", .localInstrument),
      ])

  /// A level of the report: its own fields, and the reasons every level gives alike.
  private static func status(_ element: String, _ kind: ReportRecord.Kind, _ fields: [(String, ReportField)])
    -> [(String, ReportRole)]
  {
    let reasons: [(String, ReportField)] = [
      ("StsRsnInf/Rsn/Cd", .reason),
      ("StsRsnInf/Rsn/Prtry", .proprietaryReason),
      ("StsRsnInf/AddtlInf", .reasonText),
    ]
    return [(element, .record(kind))] + (fields + reasons).map { ("\(element)/\($0.0)", .field($0.1)) }
  }
}
