internal import FoundationEssentials
internal import Notices
internal import SEPA
internal import Store

/// What a person must know of, as an alert's job keeps it: codes and numbers, in no language yet.
enum Concern: Codable, Equatable, Sendable {
  case reportSetAside(bank: String, report: String, fault: String, receivedOn: String)
  case fileRefused(bank: String, messageID: String, reasonCode: String?, transactions: Int64, amountCents: Int64)
  case fileUncertain(bank: String, messageID: String, transactions: Int64, amountCents: Int64)
  case uploadTooSlow(
    bank: String, messageID: String, seconds: Int64, sizeBytes: Int64, transactions: Int64, amountCents: Int64)
  case entriesOpen(bank: String, report: String, entries: Int64, amountCents: Int64)
  case answerOverdue(bank: String, messageID: String, submittedOn: String, transactions: Int64, amountCents: Int64)
  case creditOverdue(bank: String, messageID: String, collectionDate: String, transactions: Int64, amountCents: Int64)
  case statementFault(bank: String, statement: String, fault: String)
  case noticesFailed(endpoint: String, notices: Int64, lastAnswer: String)
  case collectedTwice(endToEndID: String, collections: String, amountCents: Int64)
  case mandateUnregistered(creditor: String, mandateReference: String, asked: Int64, isHeld: Bool)
  case mandatesEnding(creditor: String, mandates: Int64, inDays: Int64)
  case noticesMissing(
    creditor: String, collections: Int64, amountCents: Int64, firstDate: String, late: Int64, failed: Int64, isHeld: Bool)
  case databaseWentBack(epoch: Int64, metOn: String, files: Int64, blindBanks: String)

  /// As a job keeps it.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// What `json` wrote; nil for anything else.
  init?(json: String) {
    guard let concern = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else { return nil }
    self = concern
  }

  /// The mail about it.
  func letter(in language: Language) -> Letter {
    alert(in: language).letter(in: NoticeLanguage(rawValue: language.rawValue) ?? .english)
  }

  private func alert(in language: Language) -> OperationsAlert {
    switch self {
    case .reportSetAside(let bank, let report, let fault, let receivedOn):
      return .fileSetAside(bank: bank, fileName: report, fault: fault, receivedOn: receivedOn)
    case .fileRefused(let bank, let messageID, let reasonCode, let transactions, let amountCents):
      let code = ReasonCode.reading(reasonCode ?? "")
      return .fileRefused(
        bank: bank, messageID: messageID,
        reason: ReasonText(code: code.code, label: code.label(in: language), cause: code.cause.rawValue),
        transactions: Int(transactions), amountCents: amountCents)
    case .fileUncertain(let bank, let messageID, let transactions, let amountCents):
      return .fileUncertain(bank: bank, messageID: messageID, transactions: Int(transactions), amountCents: amountCents)
    case .uploadTooSlow(let bank, let messageID, let seconds, let sizeBytes, let transactions, let amountCents):
      return .uploadTooSlow(
        bank: bank, messageID: messageID, seconds: Int(seconds), sizeBytes: Int(sizeBytes),
        transactions: Int(transactions), amountCents: amountCents)
    case .entriesOpen(let bank, let report, let entries, let amountCents):
      return .unmatchedEntries(bank: bank, fileName: report, entries: Int(entries), amountCents: amountCents)
    case .answerOverdue(let bank, let messageID, let submittedOn, let transactions, let amountCents):
      return .answerOverdue(
        bank: bank, messageID: messageID, submittedOn: submittedOn, transactions: Int(transactions), amountCents: amountCents)
    case .creditOverdue(let bank, let messageID, let collectionDate, let transactions, let amountCents):
      return .creditOverdue(
        bank: bank, messageID: messageID, collectionDate: collectionDate, transactions: Int(transactions),
        amountCents: amountCents)
    case .statementFault(let bank, let statement, let fault):
      return .statementFault(bank: bank, statement: statement, fault: fault)
    case .noticesFailed(let endpoint, let notices, let lastAnswer):
      return .noticesFailed(endpoint: endpoint, notices: Int(notices), lastAnswer: lastAnswer)
    case .collectedTwice(let endToEndID, let collections, let amountCents):
      return .collectedTwice(endToEndID: endToEndID, collections: collections, amountCents: amountCents)
    case .mandateUnregistered(let creditor, let reference, let asked, let isHeld):
      return .mandateUnregistered(creditor: creditor, mandateReference: reference, asked: Int(asked), isHeld: isHeld)
    case .mandatesEnding(let creditor, let mandates, let inDays):
      return .mandatesEnding(creditor: creditor, mandates: Int(mandates), inDays: Int(inDays))
    case .noticesMissing(let creditor, let collections, let amountCents, let firstDate, let late, let failed, let isHeld):
      return .noticesMissing(
        creditor: creditor, collections: Int(collections), amountCents: amountCents, firstDate: firstDate, late: Int(late),
        failed: Int(failed), isHeld: isHeld)
    case .databaseWentBack(let epoch, let metOn, let files, let blindBanks):
      return .databaseWentBack(epoch: Int(epoch), metOn: metOn, files: Int(files), blindBanks: blindBanks)
    }
  }
}

extension Session {
  /// Tells finance of a concern, once for each subject.
  /// - Returns: whether it is new.
  @discardableResult
  func raise(_ concern: Concern, subject: String, at now: Instant) throws -> Bool {
    try alert(subject: subject, content: try concern.json(), at: now)
  }
}
