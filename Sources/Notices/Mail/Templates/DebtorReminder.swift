/// Asks a debtor, politely, for a payment whose direct debit failed. It claims no fees, sets no deadline and threatens
/// nothing: what follows legally is for the creditor to say.
///
/// It holds no link and no account number and asks for none, so that it cannot be mistaken for a lure.
package struct DebtorReminder: Equatable, Sendable {
  package var creditorName: String
  /// How the debtor reaches the creditor; at least one should be given.
  package var contactEmail: String?
  package var contactPhone: String?
  package var debtorName: String?
  package var amountCents: Int64
  /// The day the debit was due, `YYYY-MM-DD`.
  package var dueDate: String
  package var mandateReference: String
  package var scheme: NoticeScheme
  package var reason: ReasonText?
  /// 1 for the first reminder of the payment.
  package var level: Int
  /// The day from which it is collected again by itself, `YYYY-MM-DD`: then nobody is asked to pay in another way, or the
  /// payment would come twice.
  package var collectedAgainOn: String?

  package init(
    creditorName: String, contactEmail: String? = nil, contactPhone: String? = nil, debtorName: String? = nil,
    amountCents: Int64, dueDate: String, mandateReference: String, scheme: NoticeScheme, reason: ReasonText? = nil,
    level: Int = 1, collectedAgainOn: String? = nil
  ) {
    self.creditorName = creditorName
    self.contactEmail = contactEmail
    self.contactPhone = contactPhone
    self.debtorName = debtorName
    self.amountCents = amountCents
    self.dueDate = dueDate
    self.mandateReference = mandateReference
    self.scheme = scheme
    self.reason = reason
    self.level = level
    self.collectedAgainOn = collectedAgainOn
  }

  /// Whether a reminder may go out by itself: not after a death, a suspicion of fraud or a regulatory reason, and not
  /// where the mistake is the creditor's own.
  package static func isFit(after reason: ReasonText) -> Bool {
    if ["MD07", "FRAD"].contains(reason.code) { return false }
    return switch reason.cause {
    case .regulatory, .duplicate, .technical: false
    case .insufficientFunds, .mandateNotRegistered, .mandateData, .accountClosed, .accountInvalid, .accountBlocked, .refused,
      .bankNotReachable, .unknown:
      true
    }
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
