// camt.029, ResolutionOfInvestigation: the bank's answer to our request to cancel direct debits. Element names as in the
// schemas of versions .06 to .13.

enum Camt029Layout {
  static let roles: [(String, ReportRole)] =
    [
      ("Assgnmt", .record(.documentHeader)),
      ("Assgnmt/Id", .field(.messageID)),
      ("Assgnmt/CreDtTm", .field(.createdAt)),

      ("Sts", .record(.resolution)),
      ("Sts/Conf", .field(.status)),

      ("CxlDtls/OrgnlGrpInfAndSts", .record(.cancellationGroup)),
      ("CxlDtls/OrgnlGrpInfAndSts/OrgnlMsgId", .field(.originalMessageID)),
      ("CxlDtls/OrgnlGrpInfAndSts/OrgnlMsgNmId", .field(.originalMessageName)),
      ("CxlDtls/OrgnlGrpInfAndSts/GrpCxlSts", .field(.status)),

      ("CxlDtls/OrgnlPmtInfAndSts", .record(.cancellationBlock)),
      ("CxlDtls/OrgnlPmtInfAndSts/OrgnlPmtInfId", .field(.originalPaymentInformationID)),
      ("CxlDtls/OrgnlPmtInfAndSts/OrgnlGrpInf/OrgnlMsgId", .field(.originalMessageID)),
      ("CxlDtls/OrgnlPmtInfAndSts/OrgnlGrpInf/OrgnlMsgNmId", .field(.originalMessageName)),
      ("CxlDtls/OrgnlPmtInfAndSts/PmtInfCxlSts", .field(.status)),
    ] + transaction("CxlDtls/OrgnlPmtInfAndSts/TxInfAndSts") + transaction("CxlDtls/TxInfAndSts")

  private static func transaction(_ element: String) -> [(String, ReportRole)] {
    let fields: [(String, ReportField)] = [
      ("OrgnlGrpInf/OrgnlMsgId", .originalMessageID),
      ("OrgnlGrpInf/OrgnlMsgNmId", .originalMessageName),
      ("OrgnlInstrId", .originalInstructionID),
      ("OrgnlEndToEndId", .originalEndToEndID),
      ("TxCxlSts", .status),
      ("CxlStsRsnInf/Rsn/Cd", .reason),
      ("CxlStsRsnInf/Rsn/Prtry", .proprietaryReason),
      ("CxlStsRsnInf/AddtlInf", .reasonText),
      ("OrgnlInstdAmt", .instructedAmount),
      ("OrgnlTxRef/Amt/InstdAmt", .referencedAmount),
      ("OrgnlTxRef/MndtRltdInf/MndtId", .mandateID),
      ("OrgnlTxRef/DbtrAcct/Id/IBAN", .debtorAccountIBAN),
    ]
    return [(element, .record(.cancellationStatus))] + fields.map { ("\(element)/\($0.0)", .field($0.1)) }
  }
}
