package import SEPA

/// A notice that is not known to have reached its debtor, or not in time.
package struct OpenNotice: Sendable {
  package let id: Int64
  package let collection: Int64
  package let creditorKey: String
  /// The day that the debtor is told, and what it is told with.
  package let day: CalendarDay
  package let amountCents: Int64
  /// Days that were agreed.
  package let days: Int
  /// What the creditor wants of a collection whose notice is missing.
  package let missing: MissingNotice
  /// Whether the collection waits for it.
  package let isHeld: Bool
  /// Whether finance was told before that it is not in time.
  package let isMissed: Bool
  /// What the record says of it: `waiting`, `failed`…
  package let outcome: String
}

/// What becomes of an open notice.
package struct EndedNotice: Sendable {
  package let notice: OpenNotice
  /// `given`, `acknowledged` or `failed`; nil while it is still open.
  package let outcome: String?
  package let end: NoticeEnd

  package init(_ notice: OpenNotice, outcome: String?, _ end: NoticeEnd) {
    self.notice = notice
    self.outcome = outcome
    self.end = end
  }
}

extension Session {
  /// Notices of one bank's collections whose mails came to an end, and those that nobody could take, locked for this
  /// transaction; those that another daemon holds are passed over.
  /// - Parameter zone: of the bank: a mail is given on the day that its clock shows.
  package func endedNotices(bank: String, zone: String, limit: Int) throws(StoreFault) -> [EndedNotice] {
    let answer = try run(
      """
      SELECT \(Self.openNotice), j.state, (j.finished_at AT TIME ZONE $2)::date, n.detail
      \(Self.fromNotices)
      LEFT JOIN LATERAL (SELECT o.state, o.finished_at FROM sepad.job o WHERE o.id = n.job_ids[1] OFFSET 0) j ON true
      WHERE n.outcome = 'waiting' AND (n.carrier = 'mail' OR n.job_ids IS NULL) AND (n.job_ids IS NULL OR j.state <> 'waiting')
        AND a.bank = $1
      ORDER BY n.id LIMIT $3
      FOR UPDATE OF n SKIP LOCKED
      """, [.text(bank), .text(zone), .integer(Int64(limit))])
    return try map(answer) { row throws(StoreFault) in
      let notice = try Self.openNotice(row)
      guard let state = row[10] else { return EndedNotice(notice, outcome: "failed", .failed(row[12] ?? "nobody took it")) }
      switch state {
      case "done": return EndedNotice(notice, outcome: "given", .given(on: try CalendarDay(stored: try row.text(11))))
      case "uncertain": return EndedNotice(notice, outcome: "failed", .failed("the mail was perhaps sent"))
      default: return EndedNotice(notice, outcome: "failed", .failed("the mail was refused"))
      }
    }
  }

  /// Notices of one bank's collections that could have been given in time until the day before `today`, and were not.
  package func overdueNotices(bank: String, today: String, limit: Int) throws(StoreFault) -> [EndedNotice] {
    let answer = try run(
      """
      SELECT \(Self.openNotice), n.carrier
      \(Self.fromNotices)
      WHERE n.outcome = 'waiting' AND n.missed_at IS NULL AND n.give_by < $2 AND a.bank = $1
      ORDER BY n.give_by, n.id LIMIT $3
      FOR UPDATE OF n SKIP LOCKED
      """, [.text(bank), .text(today), .integer(Int64(limit))])
    return try map(answer) { row throws(StoreFault) in
      EndedNotice(try Self.openNotice(row), outcome: nil, .overdue(NoticeCarrier(rawValue: try row.text(10)) ?? .mail))
    }
  }

  /// The last notice of a collection, locked; nil where none was made.
  package func lastNotice(of collection: Int64) throws(StoreFault) -> OpenNotice? {
    try first(
      """
      SELECT \(Self.openNotice) \(Self.fromNotices)
      WHERE n.collection_id = $1 ORDER BY n.id DESC LIMIT 1 FOR UPDATE OF n
      """, [.integer(collection)]
    ).map(Self.openNotice)
  }

  /// Writes what became of notices, and lets their collections go on or has them wait, with a line of their history where the
  /// notice is missing.
  /// - Parameter obstacles: what holds each collection from now on, in the order of `ended`.
  package func end(_ ended: [EndedNotice], obstacles: [String?], _ stamp: Stamp) throws(StoreFault) {
    guard !ended.isEmpty else { return }
    let words = ended.map { $0.end.obstacle(days: $0.notice.days, before: $0.notice.day) ?? "" }
    try run(
      """
      UPDATE sepad.notice n
      SET outcome = coalesce(nullif(x.outcome, '')::sepad.notice_outcome, n.outcome),
        outcome_at = CASE WHEN x.outcome = '' THEN n.outcome_at ELSE $5::timestamptz END,
        given_on = coalesce(nullif(x.given_on, '')::date, n.given_on),
        detail = coalesce(nullif(x.words, ''), CASE WHEN x.outcome = '' THEN n.detail END),
        missed_at = coalesce(n.missed_at, CASE WHEN x.words <> '' THEN $5::timestamptz END)
      FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS x (id, outcome, given_on, words)
      WHERE n.id = x.id
      """,
      [
        .integers(ended.map(\.notice.id)), .texts(ended.map { $0.outcome ?? "" }),
        .texts(ended.map { if case .given(let day) = $0.end { day.iso } else { "" } }), .texts(words),
        .text(stamp.at.description),
      ])
    let waiting = zip(ended, obstacles).filter(\.0.notice.isHeld)
    try hold(waiting.map { ($0.notice.collection, $1) })
    let missing = zip(zip(ended, obstacles), words).filter { $0.0.notice.isHeld && $1 != "" }
    guard !missing.isEmpty else { return }
    try run(
      """
      INSERT INTO sepad.payment_event (collection_id, at, event, from_state, to_state, detail, actor, collection_date)
      SELECT s.collection_id, $4, x.event, s.state, s.state, x.detail, $5, s.collection_date
      FROM unnest($1::bigint[], $2::text[], $3::text[]) AS x (collection_id, event, detail)
      JOIN sepad.collection_status s ON s.collection_id = x.collection_id ORDER BY 1
      """,
      [
        .integers(missing.map(\.0.0.notice.collection)), .texts(missing.map { $0.0.1 == nil ? "released" : "held" }),
        .texts(missing.map { $0.0.1 == nil ? "sent all the same: \($0.1)" : $0.1 }), .text(stamp.at.description),
        .text(stamp.actor),
      ])
  }

  /// Says what holds collections by their notices; nil lets one go on, unless its mandate holds it too.
  func hold(_ obstacles: [(collection: Int64, why: String?)]) throws(StoreFault) {
    guard !obstacles.isEmpty else { return }
    let all = SQLValue.integers(obstacles.map(\.collection))
    // In everybody's order: the worklist first.
    try run("SELECT FROM sepad.due WHERE collection_id = ANY ($1) ORDER BY collection_id FOR UPDATE", [all])
    let free = SQLValue.integers(obstacles.filter { $0.why == nil }.map(\.collection))
    try run("DELETE FROM sepad.notice_need WHERE collection_id = ANY ($1) AND look_on IS NULL", [free])
    try run("UPDATE sepad.notice_need SET obstacle = NULL WHERE collection_id = ANY ($1)", [free])
    try run(
      """
      UPDATE sepad.notice_need w SET obstacle = x.why
      FROM unnest($1::bigint[], $2::text[]) AS x (collection_id, why) WHERE w.collection_id = x.collection_id AND x.why <> ''
      """, [all, .texts(obstacles.map { $0.why ?? "" })])
    try run(
      """
      UPDATE sepad.due d SET held = sepad.obstacle(m.state, d.collection_id)
      FROM sepad.collection c JOIN sepad.mandate m ON m.id = c.mandate_id
      WHERE d.collection_id = ANY ($1) AND c.id = d.collection_id AND \(Self.isHeldByMandateOrNotice)
      """, [all])
  }

  private static let openNotice = """
    n.id, n.collection_id, k.key, n.collection_date, n.amount_cents, n.days, k.notice_missing,
      EXISTS (SELECT FROM sepad.notice_need w WHERE w.collection_id = n.collection_id AND w.obstacle IS NOT NULL),
      n.missed_at IS NOT NULL, n.outcome
    """
  private static let fromNotices = """
    FROM sepad.notice n
    JOIN sepad.collection c ON c.id = n.collection_id
    JOIN sepad.creditor_account a ON a.id = c.account_id
    JOIN sepad.creditor k ON k.id = c.creditor_id
    """

  private static func openNotice(_ row: Row) throws(StoreFault) -> OpenNotice {
    guard let missing = MissingNotice(rawValue: try row.text(6)) else { throw .shape("creditor: unknown notice_missing") }
    return OpenNotice(
      id: try row.integer(0), collection: try row.integer(1), creditorKey: try row.text(2),
      day: try CalendarDay(stored: try row.text(3)), amountCents: try row.integer(4), days: Int(try row.integer(5)),
      missing: missing, isHeld: try row.bool(7), isMissed: try row.bool(8), outcome: try row.text(9))
  }
}
