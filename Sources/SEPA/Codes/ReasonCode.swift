/// Why a bank or a debtor did not let a collection stand: an ISO 20022 external status or return reason code, with what
/// to tell people and what to do next.
///
/// The code is the bank's; cause and advice are ours, built on EPC173-14 (reason codes for SDD R-transactions) and on
/// the nature of the two schemes. Nothing re-presents by itself on a code that is not in the table.
package struct ReasonCode: Hashable, Sendable {
  /// As the bank wrote it: `AM04`.
  package let code: String
  /// The name of the code in the external code set: `InsufficientFunds`. Nil where the code is not known here.
  package let name: String?
  package let cause: Cause
  package let representation: Representation
  package let mandate: MandateAdvice

  let french: String
  let english: String
  let german: String

  /// A short label for people, in sentence case.
  package func label(in language: Language) -> String {
    switch language {
    case .fr: french
    case .en: english
    case .de: german
    }
  }

  /// The table, by code.
  package static let known: [String: ReasonCode] = Dictionary(uniqueKeysWithValues: table.map { ($0.code, $0) })

  /// The entry of this code. A code that is not in the table keeps its text, has the cause `unknown` and waits for a person.
  package static func reading(_ code: String) -> ReasonCode {
    known[code]
      ?? ReasonCode(
        code: code, name: nil, cause: .unknown, representation: .afterAgreement, mandate: .keep,
        french: "Code inconnu : à vérifier", english: "Unknown code: to be checked", german: "Unbekannter Code: zu prüfen")
  }
}

extension ReasonCode {
  /// What consumers of the webhooks switch on; the code stands beside it.
  package enum Cause: String, CaseIterable, Codable, Sendable {
    case insufficientFunds = "insufficient_funds"
    /// B2B: the debtor's bank has no such mandate.
    case mandateNotRegistered = "mandate_not_registered"
    /// The mandate has ended, or cannot be relied on any more.
    case mandateCancelled = "mandate_cancelled"
    case accountClosed = "account_closed"
    /// Wrong, blocked, or not open to this kind of debit.
    case accountInvalid = "account_invalid"
    /// The debtor, or a filter the debtor set, said no.
    case refused
    case duplicate
    /// The message or the way it took: ours, the bank's or the clearing's to repair.
    case technical
    case bankNotReachable = "bank_not_reachable"
    case regulatory
    case unknown
  }

  /// Whether and when the same claim may be collected again.
  package enum Representation: String, CaseIterable, Codable, Sendable {
    /// Never as it is.
    case never
    /// After the data was put right.
    case afterFix = "after_fix"
    /// Later with the same data, once or twice, marked as a re-presentation (France: art. L133-26 II bis CMF).
    case later
    /// After the debtor agreed.
    case afterAgreement = "after_agreement"
  }

  /// What becomes of the mandate meanwhile.
  package enum MandateAdvice: String, CaseIterable, Codable, Sendable {
    case keep
    case suspend
    case end
  }
}
