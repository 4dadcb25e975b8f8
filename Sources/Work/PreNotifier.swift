internal import CrashPoints
package import SEPA
package import Store

/// Has debtors told amount and date as long before as was agreed, for the creditors that want it: writes the notices and the
/// jobs that carry them, fixes the collection date that they tell, and lets collections go on, or not, by what became of them.
///
/// A collection of such a creditor waits on the worklist from its beginning, so one whose notice is not known to have been
/// given cannot be built. The date that was told only ever moves to a later one, and then the debtor is told again.
package struct PreNotifier: Sendable {
  private let session: Session
  private static let batch = 500

  package init(session: Session) { self.session = session }

  /// - Returns: how many notices went out or ended, and how many collections were looked at; 0 also while the database's
  ///   epoch is not agreed: who was told in the time that is forgotten nobody knows yet.
  package func run(_ bank: BankProfile, at now: Instant) async throws -> Int {
    guard try await session.epoch().isAgreed else { return 0 }
    let local = try await bank.localTime(session, at: now)
    let stamp = Stamp(at: now, actor: "notices")
    let given = try await repeating { session in try give(bank, at: local, session, stamp) }
    // Afterwards, so that what nobody could take is known at once.
    let ended = try await repeating { session in
      let ended = try session.endedNotices(bank: bank.name, zone: bank.timeZone, limit: Self.batch)
      try NoticeDesk.end(ended, session, stamp)
      return ended.count
    }
    let overdue = try await repeating { session in
      let overdue = try session.overdueNotices(bank: bank.name, today: local.day.iso, limit: Self.batch)
      try NoticeDesk.end(overdue, session, stamp)
      return overdue.count
    }
    return given + ended + overdue
  }

  /// Batch after batch, each in a transaction of its own, until one is empty, or the daemon is to end.
  private func repeating(_ work: @Sendable (isolated Session) throws -> Int) async throws -> Int {
    var done = 0
    while !Task.isCancelled {
      let count = try await session.transaction { session in
        let count = try work(session)
        if count > 0 { CrashPoints.reach(.noticeWritten) }
        return count
      }
      if count == 0 { break }
      CrashPoints.reach(.noticeCommitted)
      done += count
    }
    return done
  }

  private func give(
    _ bank: BankProfile, at local: LocalDateTime, _ session: isolated Session, _ stamp: Stamp
  ) throws -> Int {
    let candidates = try session.noticeCandidates(bank: bank.name, today: local.day.iso, limit: Self.batch)
    var due: [NewNotice] = []
    var expected: [(candidate: NoticeCandidate, notice: NewNotice)] = []
    var later: [(collection: Int64, on: String)] = []
    for candidate in candidates {
      guard candidate.isExpected else {
        later.append((candidate.collection, local.day.adding(days: 1).iso))
        continue
      }
      let day = try date(of: candidate, bank, at: local)
      let opens = day.adding(days: -(candidate.days + candidate.leadDays))
      if candidate.isHeld, opens > local.day {
        later.append((candidate.collection, opens.iso))
      } else {
        expected.append((candidate, NewNotice(collection: candidate.collection, day: day, days: candidate.days)))
      }
    }
    let plans = try PlanNotifier(bank: bank, local: local, stamp: stamp).sort(expected, session)
    due += plans.due
    later += plans.later
    try session.lookAtNotices(later)
    try session.date((due + plans.covered.map(\.notice)).map { ($0.collection, $0.day.iso) }, stamp)
    let filed = try session.noticesOfFiled(bank: bank.name, today: local.day.iso, limit: Self.batch)
    for collection in filed.due {
      due.append(
        NewNotice(collection: collection.collection, day: try CalendarDay(iso: collection.day), days: collection.days))
    }
    try session.give(due, stamp)
    try plans.finish(session, stamp)
    return candidates.count + filed.crossedOff + filed.due.count
  }

  /// The date that it has, while it can be met; else the one that it would get now.
  private func date(
    of candidate: NoticeCandidate, _ bank: BankProfile, at local: LocalDateTime
  ) throws(ValueFault) -> CalendarDay {
    if let fixed = candidate.group.collectionDate {
      let day = try CalendarDay(iso: fixed)
      if day >= bank.windows[candidate.group.scheme].earliestCollectionDate(at: local) { return day }
    }
    return try bank.collectionDate(of: candidate.group, at: local)
  }
}
