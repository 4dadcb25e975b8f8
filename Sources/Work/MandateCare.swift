internal import CrashPoints
package import Logging
package import SEPA
package import Store

/// Looks after mandates that nobody looks at: asks debtors again to have theirs registered, and ends what was not used for
/// 36 months, after telling so 90, 30 and 7 days before.
package struct MandateCare: Sendable {
  private let session: Session
  private let policies: [String: MandatePolicy]
  private let log: Logger
  private static let batch = 500

  /// - Parameter policies: how each creditor deals with mandates, by its key in the configuration.
  package init(session: Session, policies: [String: MandatePolicy], log: Logger) {
    self.session = session
    self.policies = policies
    self.log = log
  }

  /// - Returns: how many mandates were looked after.
  package func run(at now: Instant) async throws -> Int {
    var cared = 0
    while !Task.isCancelled {
      let count = try await session.transaction { session in
        let count = try ask(session, at: now) + lookAtAge(session, at: now)
        if count > 0 { CrashPoints.reach(.careWritten) }
        return count
      }
      if count == 0 { break }
      CrashPoints.reach(.careCommitted)
      cared += count
    }
    return cared
  }

  private func ask(_ session: isolated Session, at now: Instant) throws -> Int {
    let due = try session.mandatesToRegister(by: now.day.iso, limit: Self.batch)
    let stamp = Stamp(at: now, actor: "care")
    for (creditor, mandates) in Dictionary(grouping: due, by: \.creditorKey).sorted(by: { $0.key < $1.key }) {
      let policy = policies[creditor] ?? MandatePolicy()
      try session.askToRegister(
        mandates: mandates.map(\.id), next: now.day.adding(days: policy.reminderDays).iso, isFirst: false, stamp)
      for mandate in mandates where mandate.asked >= MandatePolicy.mostAsked {
        let concern = Concern.mandateUnregistered(
          creditor: creditor, mandateReference: mandate.reference, asked: Int64(mandate.asked), isHeld: mandate.isHeld)
        try session.raise(concern, subject: "mandate:\(mandate.id):unregistered:\(now.day.iso)", at: now)
      }
    }
    return due.count
  }

  private func lookAtAge(_ session: isolated Session, at now: Instant) throws -> Int {
    let aging = try session.agingMandates(by: now.day.iso, limit: Self.batch)
    let stamp = Stamp(at: now, actor: "care")
    var again: [(id: Int64, on: CalendarDay, told: Int?)] = []
    var over: [(id: Int64, since: CalendarDay)] = []
    var ending: [(id: Int64, on: CalendarDay)] = []
    var ends: [Ending: Int64] = [:]
    for mandate in aging {
      switch MandateAge(lastUse: mandate.lastUse, told: mandate.told, today: now.day) {
      case .young(let day):
        // What was told of an end that a collection has put off is told anew of the next.
        let isFar = now.day.days(until: mandate.lastUse.adding(months: MandateAge.months)) > (MandateAge.warnings.first ?? 0)
        again.append((mandate.id, day, isFar ? nil : mandate.told))
      case .ending(let end, let days, let day):
        again.append((mandate.id, day, days))
        ending.append((mandate.id, end))
        ends[Ending(creditor: mandate.creditorKey, days: days), default: 0] += 1
      case .over(let end): over.append((mandate.id, end))
      }
    }
    try session.lookAgain(again)
    try session.tellOfEnds(ending, stamp)
    try session.expire(over, stamp)
    for (end, count) in ends.sorted(by: { ($0.key.creditor, $0.key.days) < ($1.key.creditor, $1.key.days) }) {
      let concern = Concern.mandatesEnding(creditor: end.creditor, mandates: count, inDays: Int64(end.days))
      try session.raise(concern, subject: "creditor:\(end.creditor):ending:\(end.days):\(now.day.iso)", at: now)
    }
    if !over.isEmpty { log.info("mandates expired", metadata: ["mandates": "\(over.count)"]) }
    return aging.count
  }

  private struct Ending: Hashable {
    let creditor: String
    let days: Int
  }
}
