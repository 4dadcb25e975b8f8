package import SEPA

/// A collection of a plan whose debtor is told of the plan's next periods at once.
package struct PlannedNotice: Sendable {
  package let planID: Int64
  package let period: Int
  /// The day on which its debtor was told of it, by the list of an earlier notice; nil where none told of this day and amount.
  package let toldOn: CalendarDay?
  /// Whether a notice that lists it is on its way.
  package let isBeingTold: Bool
}

/// A period of a plan, as a notice lists it.
package struct ListedPeriod: Sendable, Hashable {
  package let period: Int
  package let day: CalendarDay
  package let amountCents: Int64

  package init(period: Int, day: CalendarDay, amountCents: Int64) {
    self.period = period
    self.day = day
    self.amountCents = amountCents
  }
}

/// Notices that tell of more than their own collection.
extension Session {
  /// Of these collections, on the days on which they would be collected, those of plans whose creditors want one notice for
  /// many periods.
  package func planned(_ collections: [(id: Int64, day: CalendarDay)]) throws(StoreFault) -> [Int64: PlannedNotice] {
    guard !collections.isEmpty, try one("SELECT EXISTS (SELECT FROM sepad.creditor WHERE notice_plans = 'schedule')").bool(0)
    else { return [:] }
    var found: [Int64: PlannedNotice] = [:]
    for row in try run(
      """
      SELECT x.id, t.plan_id, t.period, told.given_on, coalesce(told.waiting, false)
      FROM unnest($1::bigint[], $2::text[]::date[]) AS x (id, day)
      JOIN sepad.plan_collection t ON t.collection_id = x.id
      JOIN sepad.collection c ON c.id = x.id
      JOIN sepad.creditor k ON k.id = c.creditor_id AND k.notice_plans = 'schedule'
      LEFT JOIN LATERAL (
        SELECT min(n.given_on) AS given_on, bool_or(n.outcome = 'waiting') AS waiting
        FROM sepad.notice_schedule s JOIN sepad.notice n ON n.id = s.notice_id
        WHERE s.plan_id = t.plan_id AND s.period = t.period AND s.collection_date = x.day AND s.amount_cents = c.amount_cents
      ) told ON true
      """, [.integers(collections.map(\.id)), .texts(collections.map(\.day.iso))]
    ).rows {
      found[try row.integer(0)] = PlannedNotice(
        planID: try row.integer(1), period: Int(try row.integer(2)),
        toldOn: try row[3].map { text throws(StoreFault) in try CalendarDay(stored: text) }, isBeingTold: try row.bool(4))
    }
    return found
  }

  /// Writes which periods of its plan the last notice of a collection lists.
  package func list(_ periods: [ListedPeriod], of plan: Int64, withNoticeOf collection: Int64) throws(StoreFault) {
    try run(
      """
      INSERT INTO sepad.notice_schedule (notice_id, plan_id, period, collection_date, amount_cents)
      SELECT n.id, $2, x.period, x.day, x.cents
      FROM (SELECT id FROM sepad.notice WHERE collection_id = $1 AND outcome = 'waiting' ORDER BY id DESC LIMIT 1) n
      CROSS JOIN unnest($3::bigint[]::int[], $4::text[]::date[], $5::bigint[]) AS x (period, day, cents)
      ON CONFLICT DO NOTHING
      """,
      [
        .integer(collection), .integer(plan), .integers(periods.map { Int64($0.period) }), .texts(periods.map(\.day.iso)),
        .integers(periods.map(\.amountCents)),
      ])
  }

  /// What a notice lists beside its own collection, in the order of its periods.
  package func listedPeriods(of notice: Int64) throws(StoreFault) -> [ListedPeriod] {
    let answer = try run(
      "SELECT period, collection_date, amount_cents FROM sepad.notice_schedule WHERE notice_id = $1 ORDER BY period",
      [.integer(notice)])
    return try map(answer) { row throws(StoreFault) in
      ListedPeriod(
        period: Int(try row.integer(0)), day: try CalendarDay(stored: try row.text(1)), amountCents: try row.integer(2))
    }
  }
}
