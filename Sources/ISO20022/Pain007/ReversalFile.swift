// What a reversal file says beside what it copies of the collections that it gives back.

/// `GrpHdr` and `OrgnlGrpInf`: one file that reverses debits of one collection file.
package struct ReversalFileHeader: Equatable, Sendable {
  package var messageID: String
  /// `CreDtTm`, ISO 8601: `2026-12-01T07:00:00Z`.
  package var createdAt: String
  /// Reversals in the whole file.
  package var transactions: Int
  /// The sum of what goes back, in cents.
  package var controlSum: Int64
  package var initiatingPartyName: String
  /// Written as `OrgId/Othr/Id`: a creditor identifier, or what the bank calls its client.
  package var initiatingPartyID: String?
  package var original: OriginalFile

  package init(
    messageID: String, createdAt: String, transactions: Int, controlSum: Int64, initiatingPartyName: String,
    initiatingPartyID: String? = nil, original: OriginalFile
  ) {
    self.messageID = messageID
    self.createdAt = createdAt
    self.transactions = transactions
    self.controlSum = controlSum
    self.initiatingPartyName = initiatingPartyName
    self.initiatingPartyID = initiatingPartyID
    self.original = original
  }
}

/// Why a creditor gives money back: the reasons that the rulebooks leave to it (EPC016-06, EPC222-07; EPC173-14).
package enum ReversalReason: String, CaseIterable, Sendable {
  /// Collected twice.
  case duplicate = "AM05"
  /// Any other, which is not told.
  case unspecified = "MS02"
}

/// `TxInf`: one debit given back.
package struct Reversal: Equatable, Sendable {
  /// `RvslId`: the reversal's own, unique.
  package var reversalID: String
  package var debit: OriginalDebit
  /// What goes back, in cents; the whole amount, unless the bank has agreed to less.
  package var amount: Int64
  package var reason: ReversalReason

  /// - Parameter amount: nil for the whole amount.
  package init(reversalID: String, debit: OriginalDebit, amount: Int64? = nil, reason: ReversalReason) {
    self.reversalID = reversalID
    self.debit = debit
    self.amount = amount ?? debit.amount
    self.reason = reason
  }
}
