internal import CrashPoints
package import SEPA
package import Store

/// Fixes collection dates: the requested day, or the TARGET day that stands for it by the creditor's convention, or the next
/// one that can still be met; and moves those that were overtaken by the clock. The requested date stays as it was asked for.
package struct Dating: Sendable {
  private let session: Session

  package init(session: Session) { self.session = session }

  /// - Returns: how many collections got a date, or another one.
  package func run(_ bank: BankProfile, at now: Instant) async throws -> Int {
    let local = try await bank.localTime(session, at: now)
    let earliest = bank.windows.map { $0.earliestCollectionDate(at: local) }
    var dated = 0
    for group in try await session.undated(bank: bank.name, earliest: earliest) where !Task.isCancelled {
      let day = try bank.collectionDate(of: group, at: local)
      dated += try await session.transaction { session in
        let count = try await session.date(group, to: day.iso, Stamp(at: now, actor: "dating"))
        if group.notifies { try session.tellAgain(group, day: day.iso, today: local.day.iso) }
        CrashPoints.reach(.datingWritten)
        return count
      }
      CrashPoints.reach(.datingCommitted)
    }
    return dated
  }
}
