package import SEPA

/// What decides how old a mandate is.
package struct AgingMandate: Sendable {
  package let id: Int64
  package let creditorKey: String
  /// The day from which its 36 months count.
  package let lastUse: CalendarDay
  /// Days before its end that were told since then.
  package let told: Int?
}

/// Mandates that nobody uses. No payment writes down that it used its mandate: each is looked at when it could have grown
/// old, and what it was used for is read then.
extension Session {
  /// Mandates to be looked at by `day`, locked for this transaction; those that another daemon holds are passed over.
  package func agingMandates(by day: String, limit: Int) throws(StoreFault) -> [AgingMandate] {
    let answer = try run(
      """
      SELECT m.id, k.key, coalesce(greatest(m.last_used_on, u.last),
        -- Of a mandate that was signed long before it came here, nobody said whether it was used.
        greatest(m.signed_on, (m.accepted_at AT TIME ZONE 'UTC')::date)), m.ends_told
      FROM sepad.mandate m
      JOIN sepad.creditor k ON k.id = m.creditor_id
      LEFT JOIN LATERAL (
        -- From the first that was not refused or taken back: what came to nothing before it was no use.
        SELECT max(x.collection_date) FILTER (
          WHERE m.last_used_on IS NOT NULL OR x.collection_date >= x.first) AS last
        FROM (
          SELECT s.collection_date,
            min(s.collection_date) FILTER (WHERE s.state NOT IN ('rejected', 'returned')) OVER () AS first
          FROM sepad.collection c JOIN sepad.collection_status s ON s.collection_id = c.id
          WHERE c.mandate_id = m.id AND s.state IN ('submitted', 'accepted', 'settled', 'rejected', 'returned')
        ) x
      ) u ON true
      WHERE m.look_on <= $1 AND m.signed_on IS NOT NULL
      ORDER BY m.look_on, m.id LIMIT $2
      FOR UPDATE OF m SKIP LOCKED
      """, [.text(day), .integer(Int64(limit))])
    return try map(answer) { row throws(StoreFault) in
      AgingMandate(
        id: try row.integer(0), creditorKey: try row.text(1), lastUse: try CalendarDay(stored: try row.text(2)),
        told: row[3].flatMap { Int($0) })
    }
  }

  /// When mandates are looked at next, and what was told of their ends.
  package func lookAgain(_ mandates: [(id: Int64, on: CalendarDay, told: Int?)]) throws(StoreFault) {
    guard !mandates.isEmpty else { return }
    try run(
      """
      UPDATE sepad.mandate m SET look_on = x.look_on::date, ends_told = nullif(x.told, 0)
      FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS x (id, look_on, told) WHERE m.id = x.id
      """,
      [
        .integers(mandates.map(\.id)), .texts(mandates.map(\.on.iso)), .integers(mandates.map { Int64($0.told ?? 0) }),
      ])
  }

  /// Ends what was not used for too long.
  package func expire(_ mandates: [(id: Int64, since: CalendarDay)], _ stamp: Stamp) throws(StoreFault) {
    guard !mandates.isEmpty else { return }
    try moveMandates(
      .expired,
      selecting: """
        SELECT id AS mandate_id, NULL::bigint AS cause_event_id, '36 months without a collection, on ' || since AS because
        FROM unnest($4::bigint[], $5::text[]) AS x (id, since)
        """, [.integers(mandates.map(\.id)), .texts(mandates.map(\.since.iso))], stamp)
  }

  /// Tells the webhooks of mandates that end soon.
  package func tellOfEnds(_ mandates: [(id: Int64, on: CalendarDay)], _ stamp: Stamp) throws(StoreFault) {
    guard !mandates.isEmpty else { return }
    try tellOfMandates(
      selecting: """
        SELECT id AS mandate_id, 'ending' AS event, NULL::bigint AS cause_event_id,
          'void on ' || day || ' unless it is used before' AS because
        FROM unnest($3::bigint[], $4::text[]) AS x (id, day)
        """, [.integers(mandates.map(\.id)), .texts(mandates.map(\.on.iso))], stamp)
  }
}
