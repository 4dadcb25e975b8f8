import SEPA
import Store

/// Of the collections whose debtors are to be told now, those of plans: told by one notice that lists what follows, or told
/// already by such a list.
struct PlanNotifier {
  let bank: BankProfile
  /// What the bank's clock shows.
  let local: LocalDateTime
  let stamp: Stamp

  /// What is to be done about them.
  struct Sorted {
    /// To be told of, each by a notice of its own.
    var due: [NewNotice] = []
    /// Looked at again on a day: a list that names them is on its way.
    var later: [(collection: Int64, on: String)] = []
    /// Told of before.
    var covered: [(notice: NewNotice, on: CalendarDay)] = []
    /// What the notices of some of `due` list beside.
    var lists: [(collection: Int64, plan: Int64, periods: [ListedPeriod])] = []

    /// Writes what is covered and what is listed, once the notices are made.
    func finish(_ session: isolated Session, _ stamp: Stamp) throws {
      for (notice, day) in covered {
        try session.cover(notice, givenOn: day, because: "told by the list of an earlier notice", stamp)
      }
      for list in lists { try session.list(list.periods, of: list.plan, withNoticeOf: list.collection) }
    }
  }

  /// - Parameter expected: collections that may be told of now.
  func sort(
    _ expected: [(candidate: NoticeCandidate, notice: NewNotice)], _ session: isolated Session
  ) throws -> Sorted {
    var sorted = Sorted()
    let planned = try session.planned(expected.map { ($0.notice.collection, $0.notice.day) })
    var listing: Set<Int64> = []
    for (candidate, notice) in expected.sorted(by: { $0.notice.day < $1.notice.day }) {
      guard let plan = planned[notice.collection] else {
        sorted.due.append(notice)
        continue
      }
      let lastDay = notice.day.adding(days: -notice.days)
      if let told = plan.toldOn, told <= lastDay {
        sorted.covered.append((notice, told))
      } else if plan.isBeingTold || listing.contains(plan.planID), local.day < lastDay {
        sorted.later.append((notice.collection, local.day.adding(days: 1).iso))
      } else {
        sorted.due.append(notice)
        listing.insert(plan.planID)
        let periods = try following(plan, candidate, session)
        if !periods.isEmpty { sorted.lists.append((notice.collection, plan.planID, periods)) }
      }
    }
    return sorted
  }

  /// The periods after one, on the days on which they will be collected if nothing is late.
  private func following(
    _ plan: PlannedNotice, _ candidate: NoticeCandidate, _ session: isolated Session
  ) throws -> [ListedPeriod] {
    guard let stored = try session.plans([plan.planID], locking: false, at: stamp.at).first else { return [] }
    var periods: [ListedPeriod] = []
    var ordinal = plan.period + 1
    while periods.count < PlanNotices.most, ordinal <= plan.period + 4 * PlanNotices.most,
      let period = stored.schedule.period(ordinal)
    {
      if case .collect(let amount) = period.verdict {
        let day = try bank.collectionDate(of: candidate.group.asked(for: period.due), at: local)
        periods.append(ListedPeriod(period: ordinal, day: day, amountCents: amount.value))
      }
      ordinal += 1
    }
    return periods
  }
}
