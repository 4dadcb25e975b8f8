/// Calls a person, in finance or operations, to something that sepad will not decide by itself.
package enum OperationsAlert: Equatable, Sendable {
  /// An inbound file could not be read and was put aside whole; nothing of it was applied.
  case fileSetAside(bank: String, fileName: String, fault: String, receivedOn: String)
  /// The bank refused a whole pain.008.
  case fileRefused(bank: String, messageID: String, reason: ReasonText, transactions: Int, amountCents: Int64)
  /// Nobody knows whether the bank has a pain.008; it is not sent again before somebody does.
  case fileUncertain(bank: String, messageID: String, transactions: Int, amountCents: Int64)
  /// Bank entries that belong to no collection, or to more than one.
  case unmatchedEntries(bank: String, fileName: String, entries: Int, amountCents: Int64)

  /// The mail's words. `fault` is the house's own text and stays as it is; days are `YYYY-MM-DD`.
  package func letter(in language: NoticeLanguage) -> Letter {
    switch language {
    case .french: french
    case .english: english
    case .german: german
    }
  }
}
