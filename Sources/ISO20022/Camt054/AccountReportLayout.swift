// camt.054, and its siblings camt.052 and camt.053: what was booked on our account. The three differ in the name of
// what contains the entries; the versions .02 to .08 in whether a status is plain text and a transaction has an amount
// of its own, so both forms are listed. Version .01 has no NtryDtls.

enum AccountReportLayout {
  static func roles(container: String) -> [(String, ReportRole)] {
    let entry = container + "/Ntry"
    let details = entry + "/NtryDtls"
    return [
      ("GrpHdr", .record(.documentHeader)),
      ("GrpHdr/MsgId", .field(.messageID)),
      ("GrpHdr/CreDtTm", .field(.createdAt)),

      (container, .record(.statement)),
      (container + "/Id", .field(.statementID)),
      (container + "/CreDtTm", .field(.createdAt)),
      (container + "/Acct/Id/IBAN", .field(.accountIBAN)),
      (container + "/Acct/Ccy", .field(.accountCurrency)),
      (container + "/ElctrncSeqNb", .field(.electronicNumber)),
      (container + "/LglSeqNb", .field(.legalNumber)),
      (container + "/FrToDt/FrDtTm", .field(.from)),
      (container + "/FrToDt/ToDtTm", .field(.to)),
    ] + ["StmtPgntn", "RptPgntn", "NtfctnPgntn"].flatMap { pagination -> [(String, ReportRole)] in
      [
        ("\(container)/\(pagination)/PgNb", .field(.page)),
        ("\(container)/\(pagination)/LastPgInd", .field(.lastPage)),
      ]
    } + [
      (container + "/Bal", .record(.balance)),
      (container + "/Bal/Tp/CdOrPrtry/Cd", .field(.balanceType)),
      (container + "/Bal/Tp/Cd", .field(.balanceType)),
      (container + "/Bal/Amt", .field(.amount)),
      (container + "/Bal/CdtDbtInd", .field(.creditDebit)),
      (container + "/Bal/Dt/Dt", .field(.bookingDay)),
      (container + "/Bal/Dt/DtTm", .field(.bookingDay)),

      (entry, .record(.entry)),
      (entry + "/NtryRef", .field(.entryReference)),
      (entry + "/Amt", .field(.amount)),
      (entry + "/CdtDbtInd", .field(.creditDebit)),
      (entry + "/RvslInd", .field(.reversal)),
      (entry + "/Sts", .field(.status)),
      (entry + "/Sts/Cd", .field(.status)),
      (entry + "/Sts/Prtry", .field(.proprietaryStatus)),
      (entry + "/BookgDt/Dt", .field(.bookingDay)),
      (entry + "/BookgDt/DtTm", .field(.bookingDay)),
      (entry + "/ValDt/Dt", .field(.valueDay)),
      (entry + "/ValDt/DtTm", .field(.valueDay)),
      (entry + "/AcctSvcrRef", .field(.accountServicerReference)),
      (entry + "/AmtDtls/InstdAmt/Amt", .field(.instructedAmount)),

      (details, .details),
    ] + inner(details) + inner(entry) + shared(entry)
  }

  /// The batches and transactions of a booking, within its details or, in version .01, directly.
  private static func inner(_ around: String) -> [(String, ReportRole)] {
    let batch = around + "/Btch"
    let transaction = around + "/TxDtls"
    return [
      (batch, .batch),
      (batch + "/MsgId", .field(.batchMessageID)),
      (batch + "/PmtInfId", .field(.batchPaymentInformationID)),
      (batch + "/NbOfTxs", .field(.batchTransactions)),
      (batch + "/TtlAmt", .field(.batchTotal)),

      (transaction, .record(.transaction)),
      (transaction + "/Refs/MsgId", .field(.originalMessageID)),
      (transaction + "/Refs/AcctSvcrRef", .field(.accountServicerReference)),
      (transaction + "/Refs/PmtInfId", .field(.originalPaymentInformationID)),
      (transaction + "/Refs/InstrId", .field(.originalInstructionID)),
      (transaction + "/Refs/EndToEndId", .field(.originalEndToEndID)),
      (transaction + "/Refs/TxId", .field(.transactionID)),
      (transaction + "/Refs/MndtId", .field(.mandateID)),
      (transaction + "/Amt", .field(.amount)),
      (transaction + "/CdtDbtInd", .field(.creditDebit)),
      (transaction + "/AmtDtls/InstdAmt/Amt", .field(.instructedAmount)),
      (transaction + "/AmtDtls/TxAmt/Amt", .field(.transactionAmount)),
      (transaction + "/RltdPties/DbtrAcct/Id/IBAN", .field(.debtorAccountIBAN)),
      (transaction + "/RmtInf/Strd/CdtrRefInf/Ref", .field(.creditorReference)),
      (transaction + "/RmtInf/Strd/CdtrRefInf/CdtrRef", .field(.creditorReference)),
      (transaction + "/RtrInf", .returnInformation),
      (transaction + "/RtrInf/Rsn/Cd", .field(.reason)),
      (transaction + "/RtrInf/Rsn/Prtry", .field(.proprietaryReason)),
      (transaction + "/RtrInf/AddtlInf", .field(.reasonText)),
    ] + shared(transaction)
  }

  /// What entries and transactions say in the same way.
  private static func shared(_ element: String) -> [(String, ReportRole)] {
    [
      (element + "/BkTxCd/Domn/Cd", .field(.domain)),
      (element + "/BkTxCd/Domn/Fmly/Cd", .field(.family)),
      (element + "/BkTxCd/Domn/Fmly/SubFmlyCd", .field(.subfamily)),
      (element + "/BkTxCd/Prtry/Cd", .field(.proprietaryCode)),
      (element + "/Chrgs/TtlChrgsAndTaxAmt", .field(.chargesTotal)),
      (element + "/Chrgs/Rcrd/Amt", .field(.charge)),
      (element + "/Chrgs/Rcrd/CdtDbtInd", .field(.chargeSign)),
      // Before version .03 each charge is a Chrgs of its own.
      (element + "/Chrgs/Amt", .field(.charge)),
      (element + "/Chrgs/CdtDbtInd", .field(.chargeSign)),
    ]
  }
}
