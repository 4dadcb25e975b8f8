internal import CrashPoints
package import SEPA
internal import Signing
package import Store

/// Makes collections of plans, as far ahead as each creditor's horizon: each period once, whoever makes it and however often
/// it is tried. Reads the plans that have something to be made, decides by their schedules, commits; a bounded batch at a
/// time. What was missed while no daemon ran is made late, under the day on which it was due; a period that is due more than
/// 30 days behind is passed over, and told, since nobody expects it any more. A plan whose mandate has ended, ends.
package struct Scheduler: Sendable {
  private let session: Session
  /// Plans of one transaction, and collections that one plan makes in it.
  private static let (batch, most) = (100, 60)
  private static let actor = "scheduler"

  package init(session: Session) { self.session = session }

  /// - Returns: how many plans were moved on.
  package func run(at now: Instant) async throws -> Int {
    var moved = 0
    while !Task.isCancelled {
      let count = try await session.transaction { session in
        let plans = try session.claimPlans(limit: Self.batch, at: now)
        guard !plans.isEmpty else { return 0 }
        try await make(plans, session, Stamp(at: now, actor: Self.actor))
        CrashPoints.reach(.planWritten)
        return plans.count
      }
      if count == 0 { break }
      CrashPoints.reach(.planCommitted)
      moved += count
    }
    return moved
  }

  private func make(_ plans: [StoredPlan], _ session: isolated Session, _ stamp: Stamp) async throws {
    let made = try session.madePeriods(plans.map { ($0.id, $0.nextPeriod) })
    let turns = try plans.map { try PlanTurn($0, made: made[$0.id] ?? [:], most: Self.most) }
    for turn in turns {
      for period in turn.missed {
        try session.amend(
          PlanChange(.skip, from: period.ordinal), of: turn.plan.id, creditor: turn.plan.creditorID,
          because: PlanTurn.missedBecause, stamp)
      }
    }
    var fresh = turns.flatMap(\.collections)
    // A caller may have used such a key before plans had them for themselves: then the next revision is taken.
    var taken = try session.takenCollectionKeys(fresh.map(\.key))
    for index in fresh.indices {
      while taken.contains(CreditorKey(fresh[index].plan.creditorID, fresh[index].key)) {
        fresh[index].revision += 1
        taken.formUnion(try session.takenCollectionKeys([fresh[index].key]))
      }
      fresh[index].collection.requestKey = fresh[index].key
      fresh[index].collection.endToEndID = try fresh[index].endToEndID
    }
    let identities = try session.takenEndToEndIDs(fresh.compactMap(\.collection.endToEndID))
    for index in fresh.indices {
      // A caller's own, by a chance of nearly none: then it gets one of its number.
      guard let own = fresh[index].collection.endToEndID else { continue }
      if identities.contains(CreditorKey(fresh[index].plan.creditorID, own)) { fresh[index].collection.endToEndID = nil }
    }
    if !fresh.isEmpty {
      let ids = try await session.store(fresh.map(\.collection), stamp)
      try session.tie(
        fresh.map { NewPlanCollection(planID: $0.plan.id, period: $0.period.ordinal, revision: $0.revision) }, to: ids)
    }
    try session.moveOn(turns.map { ($0.plan.id, $0.progress) })
    try session.tellOfPlans(turns.flatMap(\.news), at: stamp.at)
  }
}

/// What one plan does in one turn: decided purely.
struct PlanTurn {
  /// A collection to be made.
  struct Making {
    let plan: StoredPlan
    let period: PlanPeriod
    var revision: Int
    var collection: NewCollection

    var key: String { PlanKey.text(plan: plan.key, period: period.ordinal, revision: revision) }

    /// Of creditor, plan and period alone: a database that went back in time makes the same again, and its bank and the
    /// search for forgotten files know it by that.
    var endToEndID: String {
      get throws {
        let digest = try SHA256Digest.of(Array("\(plan.creditor)\n\(key)".utf8)).prefix(12)
        return "PLAN-" + digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
      }
    }
  }

  let plan: StoredPlan
  private(set) var collections: [Making] = []
  /// Due too long ago to be collected by itself.
  private(set) var missed: [PlanPeriod] = []
  let progress: PlanProgress
  static let missedBecause = "due more than \(CollectionRequest.oldestDueDate) days before it could be made"

  /// - Parameters:
  ///   - made: by period: whether a collection of it lives, and its last revision.
  ///   - most: how many collections it makes at most; the next turn goes on.
  init(_ plan: StoredPlan, made: [Int: (isLive: Bool, revision: Int)], most: Int) throws {
    self.plan = plan
    let use = plan.mandateState.planUse
    if case .end(let reason) = use {
      progress = PlanProgress(endedBecause: reason, nextPeriod: plan.nextPeriod)
      return
    }
    guard use != .wait else {
      progress = PlanProgress(plan.schedule, nextPeriod: plan.nextPeriod)
      return
    }
    var held: String?
    if case .hold(let word) = use { held = word }
    var schedule = plan.schedule
    var next = plan.nextPeriod
    let oldest = plan.today.adding(days: -CollectionRequest.oldestDueDate)
    while collections.count < most, let period = schedule.period(next), period.due <= plan.until {
      next += 1
      let before = made[period.ordinal]
      guard case .collect(let amount) = period.verdict, before?.isLive != true else { continue }
      guard period.due >= oldest else {
        missed.append(period)
        schedule = PlanSchedule(plan.terms, plan.changes + missed.map { PlanChange(.skip, from: $0.ordinal) })
        continue
      }
      collections.append(try Self.making(plan, period, amount, revision: (before?.revision ?? 0) + 1, held: held))
    }
    progress = PlanProgress(schedule, nextPeriod: next)
  }

  private static func making(
    _ plan: StoredPlan, _ period: PlanPeriod, _ amount: Cents, revision: Int, held: String?
  ) throws -> Making {
    let text = try plan.remittance.map { try PlanRemittance($0).text(of: period).value }
    return Making(
      plan: plan, period: period, revision: revision,
      collection: NewCollection(
        creditorID: plan.creditorID, accountID: plan.accountID, mandateID: plan.mandateID, scheme: plan.scheme,
        sequenceType: .rcur, amountCents: amount.value, requestedDate: period.due.iso, endToEndID: nil, remittance: text,
        purpose: plan.purpose, requestKey: "", digest: plan.digest, held: held))
  }

  var news: [PlanNews] {
    var news: [PlanNews] = []
    for period in missed {
      var content = PlanContent("plan.missed", plan, state: progress.state, reason: Self.missedBecause)
      (content.period, content.label) = (period.ordinal, period.label)
      news.append(content.news(of: plan.id))
    }
    if progress.state == "ended", plan.state != "ended" {
      news.append(PlanContent("plan.ended", plan, state: "ended", reason: progress.endedBecause).news(of: plan.id))
    }
    return news
  }
}

/// The request keys of collections that plans make: `plan:KEY:12`, and `plan:KEY:12/2` where the first was taken back. What
/// follows the last colon holds none, so that two plans never share one; intake refuses such keys to everybody else.
enum PlanKey {
  static let prefix = "plan:"

  static func text(plan: String, period: Int, revision: Int) -> String {
    "\(prefix)\(plan):\(period)\(revision == 1 ? "" : "/\(revision)")"
  }
}
