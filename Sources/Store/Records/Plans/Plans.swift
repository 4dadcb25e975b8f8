package import SEPA

/// A plan as the database holds it, with all its changes.
package struct StoredPlan: Sendable {
  package let id: Int64
  package let creditorID: Int64
  /// Key of the creditor in the configuration.
  package let creditor: String
  package let accountID: Int64
  package let mandateID: Int64
  package let scheme: Scheme
  package let mandateState: MandateState
  /// The caller's key.
  package let key: String
  /// Hex SHA-256 of the request.
  package let digest: String
  package let terms: PlanTerms
  package let remittance: String?
  package let purpose: String?
  /// In the order in which they were accepted.
  package var changes: [PlanChange]
  package let nextPeriod: Int
  /// `active`, `paused` or `ended`.
  package let state: String
  /// Nil unless it has ended.
  package let endedBecause: String?
  /// In the creditor's time zone.
  package let today: CalendarDay
  /// The last due day for which collections are made now.
  package let until: CalendarDay

  package var schedule: PlanSchedule { PlanSchedule(terms, changes) }
}

/// Where a plan goes on.
package struct PlanProgress: Sendable {
  package var nextPeriod: Int
  package var state: String
  /// Nil once nothing more is to come.
  package var nextDue: CalendarDay?
  package var endedBecause: String?

  /// By its schedule alone, from a period on.
  package init(_ schedule: PlanSchedule, nextPeriod: Int) {
    self.nextPeriod = nextPeriod
    guard let period = schedule.period(nextPeriod) else {
      (state, endedBecause) = ("ended", schedule.isCutShort ? Self.cutShort : Self.complete)
      return
    }
    nextDue = period.due
    state = period.verdict == .paused ? "paused" : "active"
  }

  /// Before its time.
  package init(endedBecause reason: String, nextPeriod: Int) {
    self.nextPeriod = nextPeriod
    (state, endedBecause) = ("ended", reason)
  }

  /// It was made as a whole: changes may still reach what stands in no file.
  package static let complete = "every period is made"
  package static let cutShort = "an end was put to it"
}

/// A collection that a plan has made.
package struct PlanCollection: Sendable {
  package let period: Int
  package let revision: Int
  package let collectionID: Int64
  package let amount: Cents
  package let standing: MadePeriod.Standing
}

/// A new period's collection, to be tied to what was stored for it.
package struct NewPlanCollection: Sendable {
  package let planID: Int64
  package let period: Int
  package let revision: Int

  package init(planID: Int64, period: Int, revision: Int) {
    self.planID = planID
    self.period = period
    self.revision = revision
  }
}

extension Session {
  /// Locks up to `limit` plans that have something to be made now; those that another daemon holds are passed over.
  package func claimPlans(limit: Int, at: Instant) throws(StoreFault) -> [StoredPlan] {
    let ids = try map(
      try run(
        """
        SELECT n.plan_id
        FROM sepad.creditor k CROSS JOIN LATERAL (
          -- In the index's order, so that however many plans there are, what is due is all that is read.
          SELECT s.plan_id FROM sepad.plan_status s
          WHERE s.creditor_id = k.id
            AND s.next_due <= ($1::timestamptz AT TIME ZONE k.time_zone)::date + k.plan_horizon_days
            -- Until the debtor has signed, a plan makes nothing, and must not keep others from their turn.
            AND NOT EXISTS (
              SELECT FROM sepad.plan p JOIN sepad.mandate m ON m.id = p.mandate_id
              WHERE p.id = s.plan_id AND m.state IN ('draft', 'awaiting_signature'))
          ORDER BY s.next_due
          LIMIT $2
          FOR UPDATE SKIP LOCKED
        ) n
        LIMIT $2
        """, [.text(at.description), .integer(Int64(limit))])
    ) { row throws(StoreFault) in try row.integer(0) }
    return try plans(ids, at: at)
  }

  /// Locks the plans that these keys name until the transaction ends, in an order that all who wait for them keep.
  package func lockPlans(_ keys: [CreditorKey]) throws(StoreFault) -> [CreditorKey: Int64] {
    guard !keys.isEmpty else { return [:] }
    var found: [CreditorKey: Int64] = [:]
    for row in try run(
      """
      SELECT p.creditor_id, p.request_key, p.id
      FROM sepad.plan p JOIN sepad.plan_status s ON s.plan_id = p.id
      WHERE (p.request_key, p.creditor_id) IN (SELECT key, creditor FROM unnest($1::text[], $2::bigint[]) AS n (key, creditor))
      ORDER BY p.id
      FOR UPDATE OF s
      """, [.texts(keys.map(\.key)), .integers(keys.map(\.creditorID))]
    ).rows {
      found[CreditorKey(try row.integer(0), try row.text(1))] = try row.integer(2)
    }
    return found
  }

  /// A plan's number; `creditor` is the creditor's key in the configuration.
  package func planID(creditor: String, key: String) throws(StoreFault) -> Int64? {
    try first(
      "SELECT p.id FROM sepad.plan p JOIN sepad.creditor k ON k.id = p.creditor_id WHERE k.key = $1 AND p.request_key = $2",
      [.text(creditor), .text(key)]
    ).map { row throws(StoreFault) in try row.integer(0) }
  }

  /// Plans by their numbers, in the order of these.
  /// - Parameter locking: whether their mandates stay as they are until the transaction ends.
  package func plans(_ ids: [Int64], locking: Bool = true, at: Instant) throws(StoreFault) -> [StoredPlan] {
    guard !ids.isEmpty else { return [] }
    var changes: [Int64: [PlanChange]] = [:]
    for row in try run(
      "SELECT plan_id, kind, from_period, amount_cents, percent_e4 FROM sepad.plan_change WHERE plan_id = ANY ($1) ORDER BY id",
      [.integers(ids)]
    ).rows { changes[try row.integer(0), default: []].append(try Self.change(row)) }
    let answer = try run(
      """
      SELECT p.id, p.creditor_id, k.key, p.account_id, p.mandate_id, m.scheme, m.state, p.request_key,
        encode(p.request_digest, 'hex'), p.remittance, p.purpose, s.next_period, s.state, s.ended_because,
        t.today, t.today + k.plan_horizon_days, p.amount_cents, array_to_string(p.amounts_cents, ' '), p.total_cents, p.unit,
        p.every, p.due_day, p.starts_on, p.ends_on, p.periods, p.first_period
      FROM unnest($1::bigint[]) WITH ORDINALITY AS n (id, place)
      JOIN sepad.plan p ON p.id = n.id
      JOIN sepad.plan_status s ON s.plan_id = p.id
      JOIN sepad.creditor k ON k.id = p.creditor_id
      JOIN sepad.mandate m ON m.id = p.mandate_id
      CROSS JOIN LATERAL (SELECT ($2::timestamptz AT TIME ZONE k.time_zone)::date AS today) t
      ORDER BY n.place
      -- Whoever moves a mandate waits, and then finds what was made under it.
      \(locking ? "FOR SHARE OF m" : "")
      """, [.integers(ids), .text(at.description)])
    return try map(answer) { row throws(StoreFault) in
      guard let scheme = Scheme(rawValue: try row.text(5)), let mandate = MandateState(rawValue: try row.text(6)) else {
        throw .shape("plan: unknown scheme or state of its mandate")
      }
      let id = try row.integer(0)
      return StoredPlan(
        id: id, creditorID: try row.integer(1), creditor: try row.text(2), accountID: try row.integer(3),
        mandateID: try row.integer(4), scheme: scheme, mandateState: mandate, key: try row.text(7), digest: try row.text(8),
        terms: try Self.terms(row), remittance: row[9], purpose: row[10], changes: changes[id] ?? [],
        nextPeriod: Int(try row.integer(11)), state: try row.text(12), endedBecause: row[13],
        today: try Self.day(try row.text(14)), until: try Self.day(try row.text(15)))
    }
  }

  /// What plans have made from a period on that counts, or counted.
  /// - Parameter from: by plan: the first period asked for.
  /// - Returns: by plan and period: whether one lives, and the last revision.
  package func madePeriods(
    _ from: [(plan: Int64, period: Int)]
  ) throws(StoreFault) -> [Int64: [Int: (isLive: Bool, revision: Int)]] {
    var made: [Int64: [Int: (isLive: Bool, revision: Int)]] = [:]
    for row in try run(
      """
      SELECT c.plan_id, c.period, bool_or(c.live), max(c.revision)
      FROM unnest($1::bigint[], $2::bigint[]) AS n (id, period)
      JOIN sepad.plan_collection c ON c.plan_id = n.id AND c.period >= n.period
      GROUP BY 1, 2
      """, [.integers(from.map(\.plan)), .integers(from.map { Int64($0.period) })]
    ).rows {
      made[try row.integer(0), default: [:]][Int(try row.integer(1))] = (try row.bool(2), Int(try row.integer(3)))
    }
    return made
  }

  /// What a plan has made and nothing replaced.
  /// - Parameter locking: whether what stands in no file is to stay so until the transaction ends.
  package func planCollections(_ plan: Int64, locking: Bool) throws(StoreFault) -> [PlanCollection] {
    if locking {
      // The builder seals under this lock.
      try run(
        """
        SELECT FROM sepad.plan_collection c JOIN sepad.due d ON d.collection_id = c.collection_id
        WHERE c.plan_id = $1 AND c.live ORDER BY d.collection_id FOR UPDATE OF d
        """, [.integer(plan)])
    }
    let answer = try run(
      """
      SELECT c.period, c.revision, c.collection_id, o.amount_cents,
        CASE WHEN d.collection_id IS NOT NULL THEN 'open' WHEN s.state = 'cancelled' THEN 'cancelled' ELSE 'locked' END
      FROM sepad.plan_collection c
      JOIN sepad.collection o ON o.id = c.collection_id
      JOIN sepad.collection_status s ON s.collection_id = c.collection_id
      LEFT JOIN sepad.due d ON d.collection_id = c.collection_id
      WHERE c.plan_id = $1 AND c.live
      ORDER BY c.period
      """, [.integer(plan)])
    return try map(answer) { row throws(StoreFault) in
      let standing: MadePeriod.Standing =
        switch try row.text(4) {
        case "open": .open
        case "cancelled": .cancelled
        default: .locked
        }
      return PlanCollection(
        period: Int(try row.integer(0)), revision: Int(try row.integer(1)), collectionID: try row.integer(2),
        amount: Cents(try row.integer(3)), standing: standing)
    }
  }

  // MARK: Reading rows

  private static func change(_ row: Row) throws(StoreFault) -> PlanChange {
    let kind: PlanChange.Kind
    switch try row.text(1) {
    case "pause": kind = .pause
    case "resume": kind = .resume
    case "skip": kind = .skip
    case "end": kind = .end
    case "amount": kind = .amount(Cents(try row.integer(3)))
    case "index":
      guard let percentage = try? Percentage(tenThousandths: try row.integer(4)) else { throw .shape("plan: percentage") }
      kind = .index(percentage)
    default: throw .shape("plan: unknown change")
    }
    return PlanChange(kind, from: Int(try row.integer(2)))
  }

  private static func terms(_ row: Row) throws(StoreFault) -> PlanTerms {
    let amounts: PlanAmounts
    let periods = row[24].flatMap { Int($0) }
    if let list = row[17] {
      amounts = .listed(list.split(separator: " ").compactMap { Int64($0).map { Cents($0) } })
    } else if row[18] != nil, let periods {
      amounts = .instalments(total: Cents(try row.integer(18)), count: periods)
    } else {
      amounts = .fixed(Cents(try row.integer(16)))
    }
    guard let unit = PlanFrequency.Unit(rawValue: try row.text(19)),
      let frequency = try? PlanFrequency(unit: unit, every: Int(try row.integer(20))), let day = try? PlanDay(try row.text(21))
    else { throw .shape("plan: unknown frequency or due day") }
    var end: CalendarDay?
    if let text = row[23] { end = try Self.day(text) }
    return PlanTerms(
      start: try Self.day(try row.text(22)), frequency: frequency, day: day, amounts: amounts, end: end, count: periods,
      firstPeriod: Int(try row.integer(25)))
  }

  private static func day(_ text: String) throws(StoreFault) -> CalendarDay {
    do { return try CalendarDay(iso: text) } catch { throw .shape("plan: a day outside the calendar") }
  }
}
