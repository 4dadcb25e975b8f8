/// Tells the creditor's finance department that one payment was rejected or returned, why, and what to do next.
///
/// Names no debtor: the mandate reference leads to him, in the creditor's own books.
package struct FinanceNotice: Equatable, Sendable {
  /// What became of the payment.
  package enum Kind: String, CaseIterable, Sendable {
    /// Refused before settlement: the money never came.
    case rejected
    /// Taken back after settlement.
    case returned
  }

  package var kind: Kind
  package var creditorName: String
  package var endToEndID: String
  package var mandateReference: String
  package var amountCents: Int64
  package var scheme: NoticeScheme
  /// The day of the debit, `YYYY-MM-DD`.
  package var collectionDate: String
  /// The day the bank booked the return or reported the reject, `YYYY-MM-DD`.
  package var reportedOn: String?
  package var reason: ReasonText
  package var collectionID: String
  /// MsgId of the pain.008 that carried it.
  package var fileMessageID: String?

  package init(
    kind: Kind, creditorName: String, endToEndID: String, mandateReference: String, amountCents: Int64,
    scheme: NoticeScheme, collectionDate: String, reportedOn: String? = nil, reason: ReasonText, collectionID: String,
    fileMessageID: String? = nil
  ) {
    self.kind = kind
    self.creditorName = creditorName
    self.endToEndID = endToEndID
    self.mandateReference = mandateReference
    self.amountCents = amountCents
    self.scheme = scheme
    self.collectionDate = collectionDate
    self.reportedOn = reportedOn
    self.reason = reason
    self.collectionID = collectionID
    self.fileMessageID = fileMessageID
  }

  /// The mail's words. The reason's label must be in the same language.
  package func letter(in language: NoticeLanguage) -> Letter {
    switch language {
    case .french: french
    case .english: english
    case .german: german
    }
  }
}
