package import SEPA

/// A notice that is to go out.
package struct NewNotice: Sendable {
  package let collection: Int64
  /// The day that the debtor is told.
  package let day: CalendarDay
  /// Days that are agreed.
  package let days: Int

  package init(collection: Int64, day: CalendarDay, days: Int) {
    self.collection = collection
    self.day = day
    self.days = days
  }
}

/// Notices as they go out, and how they end.
extension Session {
  /// Writes notices with the jobs that carry them, one for each collection, amount and day: one that was written before is
  /// not written again. To be called with the collections' rows of `sepad.notice_need` locked.
  package func give(_ notices: [NewNotice], _ stamp: Stamp) throws(StoreFault) {
    guard !notices.isEmpty else { return }
    let ids = try allocateIDs("sepad.notice", count: notices.count)
    try run(
      """
      WITH made AS MATERIALIZED (
        SELECT x.id, c.id AS collection_id, x.day, x.days, c.amount_cents, k.notice_by, b.email IS NOT NULL AS has_address,
          jsonb_build_object('kind', 'notice_due', 'notice_id', x.id, 'creditor', k.key, 'collection_id', c.id,
            'request_key', c.request_key, 'end_to_end_id', c.end_to_end_id, 'mandate_reference', m.reference,
            'amount_cents', c.amount_cents, 'collection_date', x.day, 'scheme', c.scheme, 'sequence_type', c.sequence_type,
            'days', x.days, 'give_by', x.day - x.days, 'attempt', c.attempt) AS content
        FROM unnest($1::bigint[], $2::bigint[], $3::text[]::date[], $4::bigint[]::int[]) AS x (id, collection_id, day, days)
        JOIN sepad.collection c ON c.id = x.collection_id
        JOIN sepad.creditor k ON k.id = c.creditor_id
        JOIN sepad.mandate m ON m.id = c.mandate_id
        JOIN sepad.debtor b ON b.id = m.debtor_id
        WHERE NOT EXISTS (
          SELECT FROM sepad.notice n
          WHERE n.collection_id = c.id AND n.collection_date = x.day AND n.amount_cents = c.amount_cents OFFSET 0)
      ), jobs AS (
        INSERT INTO sepad.job (kind, endpoint, subject, content, created_at, run_at)
        SELECT p.kind::sepad.job_kind, p.endpoint, 'collection:' || n.collection_id,
          -- A mail is written from what is known when it goes out: its job says which.
          CASE n.notice_by WHEN 'mail' THEN jsonb_build_object('kind', 'notice_due', 'notice_id', n.id) ELSE n.content END, $5, $5
        FROM made n JOIN sepad.subscription p
          ON p.kind = CASE n.notice_by WHEN 'mail' THEN 'debtor_mail' ELSE 'webhook' END
            AND (n.notice_by <> 'mail' OR n.has_address)
        ORDER BY n.id, p.endpoint
        RETURNING id, (content->>'notice_id')::bigint AS notice_id
      ), carried AS (
        SELECT notice_id, array_agg(id ORDER BY id) AS ids FROM jobs GROUP BY notice_id
      )
      INSERT INTO sepad.notice (id, collection_id, collection_date, amount_cents, days, give_by, carrier, made_at, job_ids,
        detail)
      SELECT n.id, n.collection_id, n.day, n.amount_cents, n.days, n.day - n.days, n.notice_by, $5, j.ids,
        CASE WHEN j.ids IS NOT NULL THEN NULL WHEN n.notice_by = 'mail' AND NOT n.has_address THEN 'no e-mail address'
          ELSE 'nobody is configured to take it' END
      FROM made n LEFT JOIN carried j ON j.notice_id = n.id ORDER BY n.id
      """,
      [
        .integers(ids), .integers(notices.map(\.collection)), .texts(notices.map(\.day.iso)),
        .integers(notices.map { Int64($0.days) }), .text(stamp.at.description),
      ])
    try run(
      """
      WITH told AS (
        DELETE FROM sepad.notice_need WHERE collection_id = ANY ($1) AND obstacle IS NULL
      )
      UPDATE sepad.notice_need SET look_on = NULL WHERE collection_id = ANY ($1) AND obstacle IS NOT NULL
      """, [.integers(notices.map(\.collection))])
  }

  /// Writes that a debtor was told of a collection by an earlier notice, as by the schedule of a whole plan, and lets it go on
  /// where that was in time. To be called inside a transaction.
  ///
  /// - Parameters:
  ///   - notice: the day that the debtor was told, and the days that are agreed.
  ///   - day: the day on which the debtor was told.
  /// - Returns: whether it was in time: the collection is told of like any other otherwise.
  @discardableResult
  package func cover(
    _ notice: NewNotice, givenOn day: CalendarDay, because: String, _ stamp: Stamp
  ) throws(StoreFault) -> Bool {
    guard day.days(until: notice.day) >= notice.days else { return false }
    try run(
      """
      INSERT INTO sepad.notice (collection_id, collection_date, amount_cents, days, give_by, carrier, made_at, outcome,
        outcome_at, given_on, detail)
      SELECT c.id, $2::date, c.amount_cents, $3::int, $2::date - $3::int, 'plan', $5, 'covered', $5, $4, $6
      FROM sepad.collection c WHERE c.id = $1
      ON CONFLICT (collection_id, collection_date, amount_cents) DO NOTHING
      """,
      [
        .integer(notice.collection), .text(notice.day.iso), .integer(Int64(notice.days)), .text(day.iso),
        .text(stamp.at.description), .text(because),
      ])
    try run(
      "UPDATE sepad.notice_need SET look_on = NULL WHERE collection_id = $1 AND obstacle IS NOT NULL",
      [.integer(notice.collection)])
    try hold([(notice.collection, nil)])
    return true
  }
}
