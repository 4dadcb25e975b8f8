internal import CrashPoints
package import Logging
package import SEPA
package import Store

/// Looks for what should have happened and did not, and for what nobody but a person can decide; each is told once.
package actor Watch {
  private let session: Session
  private let banks: [BankProfile]
  private let log: Logger
  /// Day of the last walk over what should have been credited.
  private var walkedOn: CalendarDay?
  /// Minutes that entries rest, and a file's unknown fate: a later report, or a look at the bank's side, often settles them.
  private static let rest: Int64 = 15
  /// Days of collection dates that are looked at again each day; older ones have been told.
  private static let lookBack = 14

  package init(session: Session, banks: [BankProfile], log: Logger) {
    self.session = session
    self.banks = banks
    self.log = log
  }

  /// - Returns: how many alerts are new.
  package func run(at now: Instant) async throws -> Int {
    var raised = 0
    for bank in banks {
      for file in try await session.refusedFiles(bank: bank.name) {
        let concern = Concern.fileRefused(
          bank: bank.name, messageID: file.messageID, reasonCode: file.reasonCode, transactions: file.transactions,
          amountCents: file.amountCents)
        raised += try await raise(concern, "file:\(file.id):refused", at: now)
      }
      let rested = now.adding(seconds: -Self.rest * 60)
      for file in try await session.uncertainFiles(bank: bank.name, since: rested) {
        let concern = Concern.fileUncertain(
          bank: bank.name, messageID: file.messageID, transactions: file.transactions, amountCents: file.amountCents)
        raised += try await raise(concern, "file:\(file.id):uncertain:\(file.since)", at: now)
      }
      for open in try await session.openEntries(bank: bank.name, appliedBefore: rested) {
        let concern = Concern.entriesOpen(
          bank: bank.name, report: open.report, entries: open.entries, amountCents: open.amountCents)
        raised += try await raise(concern, "inbound:\(open.inboundFile):open", at: now)
      }
      if let hours = bank.answerWithinHours {
        let since = now.adding(seconds: -Int64(hours) * 3600)
        for file in try await session.unansweredFiles(bank: bank.name, since: since) {
          let concern = Concern.answerOverdue(
            bank: bank.name, messageID: file.messageID, submittedOn: String(file.since.prefix(10)),
            transactions: file.transactions, amountCents: file.amountCents)
          raised += try await raise(concern, "file:\(file.id):unanswered", at: now)
        }
      }
    }
    for file in try await session.slowFiles() {
      let concern = Concern.uploadTooSlow(
        bank: file.bank, messageID: file.messageID, seconds: file.seconds, sizeBytes: file.sizeBytes,
        transactions: file.transactions, amountCents: file.amountCents)
      raised += try await raise(concern, "file:\(file.id):slow", at: now)
    }
    for failed in try await session.failedNotices() {
      let concern = Concern.noticesFailed(endpoint: failed.endpoint, notices: failed.notices, lastAnswer: failed.detail)
      raised += try await raise(concern, "notices:\(failed.endpoint):\(failed.latest)", at: now)
    }
    for double in try await session.doubleAttempts() {
      let concern = Concern.collectedTwice(
        endToEndID: double.endToEndID, collections: double.collections, amountCents: double.amountCents)
      raised += try await raise(concern, "claim:\(double.claim):twice", at: now)
    }
    if walkedOn != now.day {
      raised += try await walk(at: now)
      walkedOn = now.day
    }
    return raised
  }

  /// Once a day, since it walks over payments and statements instead of the few files that are not finished.
  private func walk(at now: Instant) async throws -> Int {
    var raised = 0
    for bank in banks {
      let last = TARGETCalendar.adding(-bank.creditWithinDays, to: now.day).adding(days: -1)
      for file in try await session.uncollected(bank: bank.name, from: last.adding(days: -Self.lookBack), to: last) {
        let concern = Concern.creditOverdue(
          bank: bank.name, messageID: file.messageID, collectionDate: file.since, transactions: file.transactions,
          amountCents: file.amountCents)
        raised += try await raise(concern, "file:\(file.id):uncollected:\(file.since)", at: now)
      }
    }
    for fault in try await session.statementFaults() {
      let concern = Concern.statementFault(bank: fault.bank, statement: fault.statementID, fault: fault.fault)
      raised += try await raise(concern, fault.subject, at: now)
    }
    return raised
  }

  private func raise(_ concern: Concern, _ subject: String, at now: Instant) async throws -> Int {
    CrashPoints.reach(.alertDue)
    guard try await session.raise(concern, subject: subject, at: now) else { return 0 }
    CrashPoints.reach(.alertRaised)
    log.warning("needs a person", metadata: ["subject": "\(subject)"])
    return 1
  }
}
