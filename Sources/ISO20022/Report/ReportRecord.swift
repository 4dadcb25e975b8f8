// One model for everything a bank reports: pain.002 and camt records in one flat shape, ready for a staging table.

/// Which way money moved on the account.
package enum CreditDebit: String, Equatable, Sendable, Codable {
  case credit = "CRDT"
  case debit = "DBIT"
}

/// An amount as a bank wrote it.
package struct ReportAmount: Equatable, Sendable {
  /// As written, without surrounding blanks.
  package var text: String
  /// The `Ccy` attribute; nil when absent.
  package var currency: String?

  package init(text: String, currency: String?) {
    self.text = text
    self.currency = currency
  }

  /// In cents; nil when not a number, negative, with a part smaller than a cent, or too large.
  package var cents: Int64? { ExactDecimal(text)?.cents }
}

/// What a booked batch says about the debits in it (`NtryDtls/Btch`).
package struct ReportBatch: Equatable, Sendable {
  package var messageID: String?
  package var paymentInformationID: String?
  /// `NbOfTxs`; nil when absent or not a number.
  package var transactions: Int?
  package var total: ReportAmount?

  package init() {}
}

/// One thing a bank said.
///
/// A value is nil where the bank did not give it or gave it empty. A record carries its context: the report's own
/// message id, and for transactions what their entry, block or statement says and they do not repeat themselves.
package struct ReportRecord: Equatable, Sendable {
  package enum Kind: String, Equatable, Sendable, Codable {
    /// `GrpHdr`: the report itself.
    case documentHeader
    /// pain.002 `OrgnlGrpInfAndSts`: about a whole file of ours.
    case groupStatus
    /// pain.002 `OrgnlPmtInfAndSts`: about one payment information block of ours.
    case blockStatus
    /// pain.002 `TxInfAndSts`: about one debit of ours.
    case transactionStatus
    /// camt.029 `OrgnlGrpInfAndSts`: about our request to cancel a file.
    case cancellationGroup
    /// camt.029 `Sts`: what became of the whole request; its status is that of everything that has none of its own.
    case resolution
    /// camt.029 `OrgnlPmtInfAndSts`: about our request to cancel a block.
    case cancellationBlock
    /// camt.029 `TxInfAndSts`: about our request to cancel one debit.
    case cancellationStatus
    /// camt `Stmt`, `Rpt`, `Ntfctn`.
    case statement
    /// camt `Bal` of a statement or report.
    case balance
    /// camt `Ntry`: one booking on the account.
    case entry
    /// camt `TxDtls`: one payment within a booking.
    case transaction
  }

  package var kind: Kind
  /// Place in document order, from 1, counted at start tags: whatever contains a record has the lower number.
  /// Records are delivered at end tags, so a transaction comes before its entry.
  package var ordinal: Int
  /// The ordinal of the record around this one; nil for the header. Groups, blocks and statements belong to the header.
  package var parentOrdinal: Int?
  /// Where its start tag stands.
  package var line: Int

  /// `camt.054.001.08`.
  package var messageType: String
  /// The report's own `GrpHdr/MsgId`, in every record.
  package var messageID: String?
  /// `CreDtTm` of the report or the statement, as written.
  package var createdAt: String?
  /// `Stmt/Id`, `Rpt/Id`, `Ntfctn/Id`, in its entries and transactions too.
  package var statementID: String?
  /// The account reported on, in entries and transactions too. People's data.
  package var accountIBAN: String?

  /// Our message: pain.002 `OrgnlMsgId`, camt `Refs/MsgId`, of an entry `Btch/MsgId` when that batch is the whole entry.
  package var originalMessageID: String?
  /// pain.002 `OrgnlMsgNmId`: `pain.008.001.08`, or `EBICS` in an EBICS customer protocol (HAC).
  package var originalMessageName: String?
  /// Our block: pain.002 `OrgnlPmtInfId`, camt `Refs/PmtInfId`, of an entry `Btch/PmtInfId` when that batch
  /// is the whole entry.
  package var originalPaymentInformationID: String?
  package var originalInstructionID: String?
  /// Our debit's EndToEndId; `NOTPROVIDED` as written.
  package var originalEndToEndID: String?
  package var mandateID: String?
  /// camt `Refs/TxId`.
  package var transactionID: String?
  /// camt `NtryRef`.
  package var entryReference: String?
  /// The bank's own reference: of the entry in an entry, of the transaction in a transaction. Not inherited.
  package var accountServicerReference: String?

  /// pain.002 `GrpSts`, `PmtInfSts`, `TxSts`; camt.029 `TxCxlSts`; camt `Sts` (`BOOK`, `PDNG`, `INFO`), proprietary ones as `prtry:X`.
  package var status: String?
  /// camt: `Ntry/Amt`; of a transaction `Amt`, else `AmtDtls/TxAmt/Amt`, else `AmtDtls/InstdAmt/Amt`, never the entry's.
  /// pain.002: `OrgnlTxRef/Amt/InstdAmt`.
  package var amount: ReportAmount?
  /// What we asked for: camt `AmtDtls/InstdAmt/Amt`, pain.002 `OrgnlTxRef/Amt/InstdAmt`. Without charges.
  package var originalAmount: ReportAmount?
  /// Of a transaction its own, else its entry's.
  package var creditDebit: CreditDebit?
  /// `RvslInd` of the entry, in its transactions too: the booking undoes an earlier one.
  package var isReversal = false
  /// `TxDtls` has an `RtrInf`, even an empty one: money that was once booked came back.
  package var hasReturnInformation = false
  /// Each `Rsn` of `StsRsnInf` or `RtrInf` in order: `AC04`, proprietary ones as `prtry:X`.
  package var reasonCodes: [String] = []
  /// `AddtlInf` of the reasons, joined by blanks. May hold people's data.
  package var reasonText: String?
  /// `BkTxCd`: `PMNT/IDDT/UPDD`, else `prtry:X`. Of a transaction its own, else its entry's.
  package var bankTransactionCode: String?
  /// `YYYY-MM-DD`; of a time stamp the day as written. Entries' days, in their transactions too.
  package var bookingDay: String?
  package var valueDay: String?
  /// What the bank charged in all (`Chrgs`), in the currency of the first of them; nil when none are given, when
  /// currencies differ or when some are credited.
  package var charges: ReportAmount?
  /// People's data.
  package var debtorAccountIBAN: String?
  /// The one structured creditor reference of the remittance information; nil when there are several.
  package var creditorReference: String?
  /// pain.002 `LclInstrm/Cd`: `CORE` or `B2B`.
  package var localInstrument: String?

  /// Of a statement, as its account is kept in.
  package var accountCurrency: String?
  /// `ElctrncSeqNb` and `LglSeqNb` of a statement; nil when absent or not a number.
  package var electronicNumber: Int?
  package var legalNumber: Int?
  /// Page of a statement that is sent in several messages.
  package var page: Int?
  package var isLastPage: Bool?
  /// The period of a statement, as written.
  package var from: String?
  package var to: String?
  /// Of a balance: `OPBD`, `PRCD`, `CLBD` and so on; its amount, direction and `bookingDay` say the rest.
  package var balanceType: String?
  /// Of an entry: one per `NtryDtls` that has one.
  package var batches: [ReportBatch] = []

  package init(kind: Kind, ordinal: Int, parentOrdinal: Int?, line: Int, messageType: String) {
    self.kind = kind
    self.ordinal = ordinal
    self.parentOrdinal = parentOrdinal
    self.line = line
    self.messageType = messageType
  }

  package var amountText: String? { amount?.text }
  package var currency: String? { amount?.currency }
  package var amountCents: Int64? { amount?.cents }
  package var chargesCents: Int64? { charges?.cents }
  /// The first reason given.
  package var reasonCode: String? { reasonCodes.first }
}
