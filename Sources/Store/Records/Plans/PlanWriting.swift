package import SEPA

/// A plan to be stored.
package struct NewPlan: Sendable {
  package var creditorID: Int64
  package var accountID: Int64
  package var mandateID: Int64
  package var terms: PlanTerms
  package var remittance: String?
  package var purpose: String?
  package var requestKey: String
  package var digest: String

  package init(
    creditorID: Int64, accountID: Int64, mandateID: Int64, terms: PlanTerms, remittance: String?, purpose: String?,
    requestKey: String, digest: String
  ) {
    self.creditorID = creditorID
    self.accountID = accountID
    self.mandateID = mandateID
    self.terms = terms
    self.remittance = remittance
    self.purpose = purpose
    self.requestKey = requestKey
    self.digest = digest
  }
}

/// What webhooks hear of a plan; no personal data.
package struct PlanNews: Sendable {
  package let planID: Int64
  /// JSON: what the notice says.
  package let content: String

  package init(planID: Int64, content: String) {
    self.planID = planID
    self.content = content
  }
}

extension Session {
  /// Any constant serves, as long as nobody else on this database uses it: "sepadpln" in ASCII.
  private static let changesKey: Int64 = 0x7365_7061_6470_6C6E

  /// Takes the right to answer changes of plans until the transaction ends: two that hold from one period count in the order
  /// in which they are accepted, which must be that in which they came.
  /// - Returns: whether it was free.
  package func holdPlanChanges() throws(StoreFault) -> Bool {
    try one("SELECT pg_try_advisory_xact_lock($1)", [.integer(Self.changesKey)]).bool(0)
  }

  /// Which day it is for each creditor, by the creditor's number.
  package func creditorDays(at: Instant) throws(StoreFault) -> [Int64: CalendarDay] {
    var days: [Int64: CalendarDay] = [:]
    for row in try run(
      "SELECT id, ($1::timestamptz AT TIME ZONE time_zone)::date FROM sepad.creditor", [.text(at.description)]
    ).rows { days[try row.integer(0)] = try? CalendarDay(iso: try row.text(1)) }
    return days
  }

  /// Stores plans, each at its first period.
  /// - Returns: their ids, in order.
  package func store(_ plans: [NewPlan], at: Instant) throws(StoreFault) -> [Int64] {
    guard !plans.isEmpty else { return [] }
    let ids = try allocateIDs("sepad.plan", count: plans.count)
    var rows = CopyText()
    var statuses = CopyText()
    for (id, plan) in zip(ids, plans) {
      let terms = plan.terms
      for number in [id, plan.creditorID, plan.accountID, plan.mandateID] { rows.add(number) }
      switch terms.amounts {
      case .fixed(let amount): for column in ["\(amount.value)", nil, nil] { rows.add(column) }
      case .listed(let list):
        for column in [nil, "{" + list.map { "\($0.value)" }.joined(separator: ",") + "}", nil] { rows.add(column) }
      case .instalments(let total, _): for column in [nil, nil, "\(total.value)"] { rows.add(column) }
      }
      rows.add(terms.frequency.unit.rawValue)
      rows.add(Int64(terms.frequency.every))
      for column in [terms.day.text, terms.start.iso, terms.end?.iso, terms.count.map { "\($0)" }, "\(terms.firstPeriod)"] {
        rows.add(column)
      }
      for column in [plan.remittance, plan.purpose, plan.requestKey, "\\x" + plan.digest, at.description] { rows.add(column) }
      rows.endRow()
      let progress = PlanProgress(PlanSchedule(terms), nextPeriod: terms.firstPeriod)
      statuses.add(id)
      statuses.add(plan.creditorID)
      for column in [progress.state, "\(progress.nextPeriod)", progress.nextDue?.iso, progress.endedBecause] {
        statuses.add(column)
      }
      statuses.endRow()
    }
    try copy(
      """
      COPY sepad.plan (id, creditor_id, account_id, mandate_id, amount_cents, amounts_cents, total_cents, unit, every, due_day,
        starts_on, ends_on, periods, first_period, remittance, purpose, request_key, request_digest, accepted_at) FROM STDIN
      """, &rows)
    try copy(
      "COPY sepad.plan_status (plan_id, creditor_id, state, next_period, next_due, ended_because) FROM STDIN", &statuses)
    return ids
  }

  /// Ties collections to the periods that they were made for; the database refuses a second one of a period.
  package func tie(_ made: [NewPlanCollection], to collections: [Int64]) throws(StoreFault) {
    guard !made.isEmpty else { return }
    var rows = CopyText()
    for (period, collection) in zip(made, collections) {
      for number in [period.planID, Int64(period.period), Int64(period.revision), collection] { rows.add(number) }
      rows.endRow()
    }
    try copy("COPY sepad.plan_collection (plan_id, period, revision, collection_id) FROM STDIN", &rows)
  }

  /// Moves plans on.
  package func moveOn(_ plans: [(id: Int64, progress: PlanProgress)]) throws(StoreFault) {
    guard !plans.isEmpty else { return }
    try run(
      """
      UPDATE sepad.plan_status s
      SET state = n.state, next_period = n.period, next_due = nullif(n.due, '')::date, ended_because = nullif(n.because, '')
      FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[]) AS n (id, state, period, due, because)
      WHERE s.plan_id = n.id
      """,
      [
        .integers(plans.map(\.id)), .texts(plans.map(\.progress.state)), .integers(plans.map { Int64($0.progress.nextPeriod) }),
        .texts(plans.map { $0.progress.nextDue?.iso ?? "" }), .texts(plans.map { $0.progress.endedBecause ?? "" }),
      ])
  }

  /// Adds a change to a plan.
  /// - Parameter request: key and digest of what asked for it; nil where no request did.
  /// - Returns: its number.
  @discardableResult
  package func amend(
    _ change: PlanChange, of plan: Int64, creditor: Int64, because: String, request: (key: String, digest: String)? = nil,
    _ stamp: Stamp
  ) throws(StoreFault) -> Int64 {
    var (amount, percent): (Int64?, Int64?) = (nil, nil)
    switch change.kind {
    case .amount(let cents): amount = cents.value
    case .index(let percentage): percent = percentage.tenThousandths
    case .pause, .resume, .skip, .end: break
    }
    return try one(
      """
      INSERT INTO sepad.plan_change (plan_id, creditor_id, kind, from_period, amount_cents, percent_e4, because, actor,
        request_key, request_digest, accepted_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, decode($10, 'hex'), $11) RETURNING id
      """,
      [
        .integer(plan), .integer(creditor), .text(change.kind.word), .integer(Int64(change.from)), .optional(amount),
        .optional(percent), .text(because), .text(stamp.actor), .optional(request?.key), .optional(request?.digest),
        .text(stamp.at.description),
      ]
    ).integer(0)
  }

  /// Takes back collections that a plan has made and that stand in no file: their periods can be made again.
  package func takeBack(_ collections: [Int64], because: String, _ stamp: Stamp) async throws {
    for collection in collections {
      try await cancel(collection, because: because, stamp)
      try run("UPDATE sepad.plan_collection SET live = false WHERE collection_id = $1", [.integer(collection)])
    }
  }

  /// Which request keys stand for collections, of any creditor.
  package func takenCollectionKeys(_ keys: [String]) throws(StoreFault) -> Set<CreditorKey> {
    Set(try knownRequests(.collection, keys: keys).keys)
  }

  /// Jobs that tell every webhook what became of plans.
  package func tellOfPlans(_ news: [PlanNews], at: Instant) throws(StoreFault) {
    guard !news.isEmpty else { return }
    try run(
      """
      INSERT INTO sepad.job (kind, endpoint, subject, content, created_at, run_at)
      SELECT 'webhook', p.endpoint, 'plan:' || n.id, n.content::jsonb, $3, $3
      FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS n (id, content, place) CROSS JOIN sepad.subscription p
      WHERE p.kind = 'webhook'
      ORDER BY n.place
      """, [.integers(news.map(\.planID)), .texts(news.map(\.content)), .text(at.description)])
  }
}
