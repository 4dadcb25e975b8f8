// What a record says, value by value.

extension ReportRecord {
  /// `camt.054.001.08`.
  package var messageType: String {
    get { content.messageType }
    set {
      ownContent()
      content.messageType = newValue
    }
  }
  /// The report's own `GrpHdr/MsgId`, in every record.
  package var messageID: String? {
    get { self[.messageID] }
    set { self[.messageID] = newValue }
  }
  /// `CreDtTm` of the report or the statement, as written.
  package var createdAt: String? {
    get { self[.createdAt] }
    set { self[.createdAt] = newValue }
  }
  /// `Stmt/Id`, `Rpt/Id`, `Ntfctn/Id`, in its entries and transactions too.
  package var statementID: String? {
    get { self[.statementID] }
    set { self[.statementID] = newValue }
  }
  /// The account reported on, in entries and transactions too. People's data.
  package var accountIBAN: String? {
    get { self[.accountIBAN] }
    set { self[.accountIBAN] = newValue }
  }
  /// Our message: pain.002 `OrgnlMsgId`, camt `Refs/MsgId`, of an entry `Btch/MsgId` when that batch is the whole entry.
  package var originalMessageID: String? {
    get { self[.originalMessageID] }
    set { self[.originalMessageID] = newValue }
  }
  /// pain.002 `OrgnlMsgNmId`: `pain.008.001.08`, or `EBICS` in an EBICS customer protocol (HAC).
  package var originalMessageName: String? {
    get { self[.originalMessageName] }
    set { self[.originalMessageName] = newValue }
  }
  /// Our block: pain.002 `OrgnlPmtInfId`, camt `Refs/PmtInfId`, of an entry `Btch/PmtInfId` when that batch
  /// is the whole entry.
  package var originalPaymentInformationID: String? {
    get { self[.originalPaymentInformationID] }
    set { self[.originalPaymentInformationID] = newValue }
  }
  package var originalInstructionID: String? {
    get { self[.originalInstructionID] }
    set { self[.originalInstructionID] = newValue }
  }
  /// Our debit's EndToEndId; `NOTPROVIDED` as written.
  package var originalEndToEndID: String? {
    get { self[.originalEndToEndID] }
    set { self[.originalEndToEndID] = newValue }
  }
  package var mandateID: String? {
    get { self[.mandateID] }
    set { self[.mandateID] = newValue }
  }
  /// camt `Refs/TxId`.
  package var transactionID: String? {
    get { self[.transactionID] }
    set { self[.transactionID] = newValue }
  }
  /// camt `NtryRef`.
  package var entryReference: String? {
    get { self[.entryReference] }
    set { self[.entryReference] = newValue }
  }
  /// The bank's own reference: of the entry in an entry, of the transaction in a transaction. Not inherited.
  package var accountServicerReference: String? {
    get { self[.accountServicerReference] }
    set { self[.accountServicerReference] = newValue }
  }
  /// pain.002 `GrpSts`, `PmtInfSts`, `TxSts`; camt.029 `TxCxlSts`; camt `Sts` (`BOOK`, `PDNG`, `INFO`), proprietary ones as `prtry:X`.
  package var status: String? {
    get { self[.status] }
    set { self[.status] = newValue }
  }
  /// camt: `Ntry/Amt`; of a transaction `Amt`, else `AmtDtls/TxAmt/Amt`, else `AmtDtls/InstdAmt/Amt`, never the entry's.
  /// pain.002: `OrgnlTxRef/Amt/InstdAmt`.
  package var amount: ReportAmount? {
    get { amount(.amount) }
    set { setAmount(.amount, newValue) }
  }
  /// What we asked for: camt `AmtDtls/InstdAmt/Amt`, pain.002 `OrgnlTxRef/Amt/InstdAmt`. Without charges.
  package var originalAmount: ReportAmount? {
    get { amount(.originalAmount) }
    set { setAmount(.originalAmount, newValue) }
  }
  /// Each `Rsn` of `StsRsnInf` or `RtrInf` in order: `AC04`, proprietary ones as `prtry:X`.
  package var reasonCodes: [String] {
    get { content.rarities.reasonCodes }
    set {
      ownRarities()
      content.rarities.reasonCodes = newValue
    }
  }
  /// `AddtlInf` of the reasons, joined by blanks. May hold people's data.
  package var reasonText: String? {
    get { content.rarities.reasonText }
    set {
      ownRarities()
      content.rarities.reasonText = newValue
    }
  }
  /// `BkTxCd`: `PMNT/IDDT/UPDD`, else `prtry:X`. Of a transaction its own, else its entry's.
  package var bankTransactionCode: String? {
    get { self[.bankTransactionCode] }
    set { self[.bankTransactionCode] = newValue }
  }
  /// `YYYY-MM-DD`; of a time stamp the day as written. Entries' days, in their transactions too.
  package var bookingDay: String? {
    get { self[.bookingDay] }
    set { self[.bookingDay] = newValue }
  }
  package var valueDay: String? {
    get { self[.valueDay] }
    set { self[.valueDay] = newValue }
  }
  /// What the bank charged in all (`Chrgs`), in the currency of the first of them; nil when none are given, when
  /// currencies differ or when some are credited.
  package var charges: ReportAmount? {
    get { content.rarities.charges }
    set {
      ownRarities()
      content.rarities.charges = newValue
    }
  }
  /// People's data.
  package var debtorAccountIBAN: String? {
    get { self[.debtorAccountIBAN] }
    set { self[.debtorAccountIBAN] = newValue }
  }
  /// The one structured creditor reference of the remittance information; nil when there are several.
  package var creditorReference: String? {
    get { self[.creditorReference] }
    set { self[.creditorReference] = newValue }
  }
  /// pain.002 `LclInstrm/Cd`: `CORE` or `B2B`.
  package var localInstrument: String? {
    get { self[.localInstrument] }
    set { self[.localInstrument] = newValue }
  }
  /// Of a statement, as its account is kept in.
  package var accountCurrency: String? {
    get { self[.accountCurrency] }
    set { self[.accountCurrency] = newValue }
  }
  /// `ElctrncSeqNb` and `LglSeqNb` of a statement; nil when absent or not a number.
  package var electronicNumber: Int? {
    get { content.rarities.electronicNumber }
    set {
      ownRarities()
      content.rarities.electronicNumber = newValue
    }
  }
  package var legalNumber: Int? {
    get { content.rarities.legalNumber }
    set {
      ownRarities()
      content.rarities.legalNumber = newValue
    }
  }
  /// Page of a statement that is sent in several messages.
  package var page: Int? {
    get { content.rarities.page }
    set {
      ownRarities()
      content.rarities.page = newValue
    }
  }
  package var isLastPage: Bool? {
    get { content.rarities.isLastPage }
    set {
      ownRarities()
      content.rarities.isLastPage = newValue
    }
  }
  /// The period of a statement, as written.
  package var from: String? {
    get { self[.from] }
    set { self[.from] = newValue }
  }
  package var to: String? {
    get { self[.to] }
    set { self[.to] = newValue }
  }
  /// Of a balance: `OPBD`, `PRCD`, `CLBD` and so on; its amount, direction and `bookingDay` say the rest.
  package var balanceType: String? {
    get { self[.balanceType] }
    set { self[.balanceType] = newValue }
  }
  /// Of an entry: one per `NtryDtls` that has one.
  package var batches: [ReportBatch] {
    get { batchCount == 0 ? [] : content.rarities.earlierBatches + [lastBatch] }
    set {
      ownRarities()
      batchCount = newValue.count
      content.rarities.earlierBatches = Array(newValue.dropLast())
      lastBatch = newValue.last ?? ReportBatch()
    }
  }

  var lastBatch: ReportBatch {
    get {
      var batch = ReportBatch()
      batch.messageID = self[.batchMessageID]
      batch.paymentInformationID = self[.batchPaymentInformationID]
      batch.transactions = batchTransactions
      batch.total = amount(.batchTotal)
      return batch
    }
    set {
      self[.batchMessageID] = newValue.messageID
      self[.batchPaymentInformationID] = newValue.paymentInformationID
      batchTransactions = newValue.transactions
      setAmount(.batchTotal, newValue.total)
    }
  }

  package var amountText: String? { self[.amount] }
  package var currency: String? { self[.currency] }
  package var amountCents: Int64? { cents(.amount) }
  package var originalAmountCents: Int64? { cents(.originalAmount) }
  package var chargesCents: Int64? { charges?.cents }
  /// The first reason given.
  package var reasonCode: String? { reasonCodes.first }
}
