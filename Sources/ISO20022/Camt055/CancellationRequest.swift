// What a cancellation request says beside what it copies of the collections that it calls back.

/// `Assgnmt` and `CtrlData`: one request about debits of one collection file.
package struct CancellationHeader: Equatable, Sendable {
  /// `Assgnmt/Id`: the request's own; the bank's answer, a camt.029, names it.
  package var requestID: String
  /// `CreDtTm`, ISO 8601: `2026-12-01T07:00:00Z`.
  package var createdAt: String
  /// Debits called back in the whole request.
  package var transactions: Int
  /// Their sum in cents.
  package var controlSum: Int64
  /// `Assgnr`: who asks.
  package var initiatingPartyName: String
  /// Written as `OrgId/Othr/Id`: a creditor identifier, or what the bank calls its client.
  package var initiatingPartyID: String?
  /// `Assgne`: the creditor's bank, that is asked; nil for NOTPROVIDED.
  package var bankBIC: String?
  package var original: OriginalFile

  package init(
    requestID: String, createdAt: String, transactions: Int, controlSum: Int64, initiatingPartyName: String,
    initiatingPartyID: String? = nil, bankBIC: String? = nil, original: OriginalFile
  ) {
    self.requestID = requestID
    self.createdAt = createdAt
    self.transactions = transactions
    self.controlSum = controlSum
    self.initiatingPartyName = initiatingPartyName
    self.initiatingPartyID = initiatingPartyID
    self.bankBIC = bankBIC
    self.original = original
  }
}

/// Why collections are called back (ExternalCancellationReason1Code).
package enum CancellationReason: String, CaseIterable, Sendable {
  /// Sent twice.
  case duplicate = "DUPL"
  /// The creditor wants it so.
  case customer = "CUST"
  /// Sent by a fault of a program.
  case technical = "TECH"
  /// Not by the creditor.
  case fraud = "FRAD"
}

/// `TxInf`: one debit called back.
package struct Cancellation: Equatable, Sendable {
  /// `CxlId`: the cancellation's own, unique.
  package var cancellationID: String
  package var debit: OriginalDebit
  package var reason: CancellationReason

  package init(cancellationID: String, debit: OriginalDebit, reason: CancellationReason) {
    self.cancellationID = cancellationID
    self.debit = debit
    self.reason = reason
  }
}
