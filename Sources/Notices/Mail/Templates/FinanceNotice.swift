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
  /// What sepad does about it by itself.
  package var followUp = FollowUp()

  /// What a policy decided: it comes before what people are advised to do.
  package struct FollowUp: Equatable, Sendable {
    /// What has become of the mandate.
    package enum Mandate: Equatable, Sendable {
      case suspended, ended
    }
    /// The day from which it is collected again, `YYYY-MM-DD`, and as which attempt.
    package var collectedAgain: (on: String, attempt: Int)?
    package var mandate: Mandate?
    /// It came later than the scheme allows; the last day, `YYYY-MM-DD`.
    package var limit: String?

    package init(collectedAgain: (on: String, attempt: Int)? = nil, mandate: Mandate? = nil, limit: String? = nil) {
      self.collectedAgain = collectedAgain
      self.mandate = mandate
      self.limit = limit
    }

    package static func == (left: FollowUp, right: FollowUp) -> Bool {
      left.collectedAgain?.on == right.collectedAgain?.on && left.collectedAgain?.attempt == right.collectedAgain?.attempt
        && left.mandate == right.mandate && left.limit == right.limit
    }
  }

  package init(
    kind: Kind, creditorName: String, endToEndID: String, mandateReference: String, amountCents: Int64,
    scheme: NoticeScheme, collectionDate: String, reportedOn: String? = nil, reason: ReasonText, collectionID: String,
    fileMessageID: String? = nil, followUp: FollowUp = FollowUp()
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
    self.followUp = followUp
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
