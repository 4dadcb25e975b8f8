/// Calls a person, in finance or operations, to something that sepad will not decide by itself.
package enum OperationsAlert: Equatable, Sendable {
  /// An inbound file could not be read and was put aside whole; nothing of it was applied.
  case fileSetAside(bank: String, fileName: String, fault: String, receivedOn: String)
  /// The bank refused a whole pain.008.
  case fileRefused(bank: String, messageID: String, reason: ReasonText, transactions: Int, amountCents: Int64)
  /// Nobody knows whether the bank has a pain.008; it is not sent again before somebody does.
  case fileUncertain(bank: String, messageID: String, transactions: Int, amountCents: Int64)
  /// An upload had not ended after all the time that an attempt may take; the file will not leave so.
  case uploadTooSlow(
    bank: String, messageID: String, seconds: Int, sizeBytes: Int, transactions: Int, amountCents: Int64)
  /// Bank entries that belong to no collection, or to more than one.
  case unmatchedEntries(bank: String, fileName: String, entries: Int, amountCents: Int64)
  /// The bank has said nothing about a pain.008 in the time in which it should have.
  case answerOverdue(bank: String, messageID: String, submittedOn: String, transactions: Int, amountCents: Int64)
  /// Direct debits of a file were neither credited nor refused in time after their collection date.
  case creditOverdue(bank: String, messageID: String, collectionDate: String, transactions: Int, amountCents: Int64)
  /// A statement does not hold together, by itself or with the one before.
  case statementFault(bank: String, statement: String, fault: String)
  /// Webhooks or reminders were given up, or may or may not have arrived.
  case noticesFailed(endpoint: String, notices: Int, lastAnswer: String)
  /// Two attempts to collect one claim are live at once: a return was undone after the next attempt had left.
  case collectedTwice(endToEndID: String, collections: String, amountCents: Int64)
  /// A debtor was asked in vain to have its bank register a B2B mandate; without that its bank refuses each collection.
  case mandateUnregistered(creditor: String, mandateReference: String, asked: Int, isHeld: Bool)
  /// Mandates that are void soon, unless something is collected under them.
  case mandatesEnding(creditor: String, mandates: Int, inDays: Int)
  /// Debtors could not be told of collections, or not in time: these are held, or collected all the same.
  case noticesMissing(
    creditor: String, collections: Int, amountCents: Int64, firstDate: String, late: Int, failed: Int, isHeld: Bool)
  /// The database is another one than before, and may have gone back in time: nothing is sent until a person agrees.
  case databaseWentBack(epoch: Int, metOn: String, files: Int, blindBanks: String)

  /// The mail's words. `fault` is the house's own text and stays as it is; days are `YYYY-MM-DD`.
  package func letter(in language: NoticeLanguage) -> Letter {
    switch language {
    case .french: french
    case .english: english
    case .german: german
    }
  }
}
