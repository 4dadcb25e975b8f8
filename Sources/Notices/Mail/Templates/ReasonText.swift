/// A bank's reason as the mails say it: the code, what it means in the mail's language, and its normalised cause.
package struct ReasonText: Equatable, Sendable {
  /// Such as `AM04`.
  package var code: String
  /// What the code means, in the language of the mail; empty when nobody knows.
  package var label: String
  package var cause: NoticeCause

  /// `cause` is the normalised cause's name, such as `insufficient_funds`; one that is not known becomes `unknown`.
  package init(code: String, label: String, cause: String) {
    self.code = code
    self.label = label
    self.cause = NoticeCause(rawValue: cause) ?? .unknown
  }

  /// `AM04 – Provision insuffisante`
  var line: String { label.isEmpty || label == code ? code : "\(code) – \(label)" }
}

/// Why a collection failed, as far as the advice differs. The names are those of the webhooks' `cause`.
package enum NoticeCause: String, CaseIterable, Sendable, Codable {
  case insufficientFunds = "insufficient_funds"
  case mandateNotRegistered = "mandate_not_registered"
  case mandateData = "mandate_data"
  case accountClosed = "account_closed"
  case accountInvalid = "account_invalid"
  case accountBlocked = "account_blocked"
  case refused
  case duplicate
  case technical
  case bankNotReachable = "bank_not_reachable"
  case regulatory
  case unknown
}

/// The two SEPA direct debit schemes, by their local instrument codes.
package enum NoticeScheme: String, CaseIterable, Sendable, Codable {
  case core = "CORE"
  case b2b = "B2B"
}
