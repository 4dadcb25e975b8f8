import SEPA

/// What follows from each reject and each return: decided by the policies, row by row and purely; done in the database,
/// page by page, in the transaction that applies the report.
extension Session {
  /// Rejects and returns that are looked at together.
  private static let page = 5000

  /// - Parameter before: the last event before the report was applied.
  func follow(eventsAfter before: Int64, _ policies: ReturnPolicies, _ stamp: Stamp) throws(StoreFault) {
    var last = before
    // First: a one-off mandate whose collection came back may carry the next attempt.
    try followMandates(eventsAfter: before, stamp)
    while let next = try followPage(after: last, policies, stamp) { last = next }
    try cancelOvertaken(eventsAfter: before, stamp)
  }

  /// - Returns: the event after which the next page begins; nil when there is none.
  private func followPage(after event: Int64, _ policies: ReturnPolicies, _ stamp: Stamp) throws(StoreFault) -> Int64? {
    let rows = try run(
      """
      SELECT v.id, v.event = 'returned', c.id, c.scheme, coalesce(v.reason_code, ''), k.key, a.bank,
        coalesce(e.kind, '') = 'cancellationStatus', e.bank_code, coalesce(v.collection_date, c.requested_date), e.booked_on,
        c.attempt, f.requested_date
      FROM sepad.payment_event v
      JOIN sepad.collection c ON c.id = v.collection_id
      JOIN sepad.collection f ON f.id = coalesce(c.represents, c.id)
      JOIN sepad.creditor k ON k.id = c.creditor_id
      JOIN sepad.creditor_account a ON a.id = c.account_id
      LEFT JOIN sepad.inbound_entry e ON e.file_id = v.inbound_file_id AND e.ordinal = v.entry_ordinal
      WHERE v.id > $1 AND v.event IN ('rejected', 'returned')
        AND NOT EXISTS (SELECT FROM sepad.r_transaction r WHERE r.event_id = v.id)
      ORDER BY v.id LIMIT \(Self.page)
      """, [.integer(event)]
    ).rows
    guard let last = rows.last else { return nil }
    let today = stamp.at.day
    var lines = CopyText()
    for row in rows {
      guard let scheme = Scheme(rawValue: try row.text(3)) else { throw .shape("collection: unknown scheme") }
      let facts = RTransaction.Facts(
        scheme: scheme, isAfterSettlement: try row.bool(1), isCancellation: try row.bool(7), reason: .reading(try row.text(4)),
        bankTransactionCode: row[8], settledOn: try day(row, 9),
        // As the bank wrote it, so it may be no day at all.
        bookedOn: row[10].flatMap { try? CalendarDay(iso: $0) } ?? today)
      let claim = ReturnPolicies.Claim(
        creditor: try row.text(5), attempt: Int(try row.integer(11)), requestedOn: try day(row, 12))
      let decision = policies.decide(facts, claim, today: today)
      let mark = policies.marks[try row.text(6)] ?? RepresentationMark()
      lines.add(try row.integer(0))
      lines.add(try row.integer(2))
      lines.add(decision.kind.rawValue)
      lines.add(decision.limit?.iso)
      lines.add(decision.isBeyondLimit)
      lines.add(decision.action.rawValue)
      lines.add(decision.representOn?.iso)
      lines.add(decision.mandate.rawValue)
      lines.add(decision.policy)
      lines.add(mark.endToEndSuffix)
      lines.add(mark.remittancePrefix)
      lines.endRow()
    }
    try run(
      """
      CREATE TEMP TABLE IF NOT EXISTS following (
        event_id bigint PRIMARY KEY, collection_id bigint, kind text, limit_on date, beyond_limit boolean, action text,
        represent_on date, mandate text, policy text, suffix text, prefix text
      ) ON COMMIT DELETE ROWS
      """)
    try copy("COPY following FROM STDIN", &lines)
    try moveTheirMandates(stamp)
    try keepDecisions()
    try represent(stamp)
    try run("TRUNCATE following")
    return rows.count < Self.page ? nil : try last.integer(0)
  }

  private func day(_ row: Row, _ index: Int) throws(StoreFault) -> CalendarDay {
    do { return try CalendarDay(iso: try row.text(index)) } catch { throw .shape("column \(index): expected a day") }
  }

  private func moveTheirMandates(_ stamp: Stamp) throws(StoreFault) {
    // First: one that waits for its registration has no row for a suspension.
    try unregister(stamp)
    for (advice, event) in [(ReasonCode.MandateAdvice.suspend, MandateEvent.suspended), (.end, .revoked)] {
      try moveMandates(
        event,
        selecting: """
          SELECT DISTINCT ON (c.mandate_id) c.mandate_id, f.event_id AS cause_event_id,
            f.kind || coalesce(' ' || v.reason_code, '') || ', ' || f.policy AS because
          FROM following f
          JOIN sepad.collection c ON c.id = f.collection_id
          JOIN sepad.payment_event v ON v.id = f.event_id
          WHERE f.mandate = $4
          ORDER BY c.mandate_id, f.event_id
          """, [.text(advice.rawValue)], stamp)
    }
  }

  private func keepDecisions() throws(StoreFault) {
    try run(
      """
      UPDATE following f SET action = 'wait', represent_on = NULL, policy = f.policy || ': the mandate is ' || m.state
      FROM sepad.collection c JOIN sepad.mandate m ON m.id = c.mandate_id
      WHERE f.action = 'represent' AND c.id = f.collection_id AND m.state <> 'active'
      """)
    // One that was made and cancelled may have been paid in another way: only a person makes another.
    try run(
      """
      UPDATE following f SET action = 'wait', represent_on = NULL, policy = f.policy || ': presented again already'
      FROM sepad.collection c
      WHERE f.action = 'represent' AND c.id = f.collection_id AND EXISTS (
        SELECT FROM sepad.collection n WHERE n.represents = coalesce(c.represents, c.id) AND n.attempt > c.attempt)
      """)
    try run(
      """
      INSERT INTO sepad.r_transaction (event_id, collection_id, kind, limit_on, beyond_limit, action, represent_on, mandate, policy)
      SELECT event_id, collection_id, kind, limit_on, beyond_limit, action, represent_on, mandate, policy
      FROM following ORDER BY event_id
      """)
  }

  private func represent(_ stamp: Stamp) throws(StoreFault) {
    try addAttempts(
      selecting: """
        SELECT DISTINCT ON (f.collection_id) f.collection_id, f.represent_on, f.suffix, f.prefix, f.policy AS because
        FROM following f WHERE f.action = 'represent' ORDER BY f.collection_id, f.event_id
        """, [], stamp)
  }

  /// A return that was undone has paid its claim: what was to collect it again is cancelled, while it still can be. What
  /// is sealed by then shows in `sepad.double_attempt`.
  private func cancelOvertaken(eventsAfter before: Int64, _ stamp: Stamp) throws(StoreFault) {
    let overtaken = """
      SELECT n.id FROM sepad.payment_event v
      JOIN sepad.collection p ON p.id = v.collection_id
      JOIN sepad.collection n ON n.represents = coalesce(p.represents, p.id) AND n.attempt > p.attempt
      WHERE v.id > \(before) AND v.event = 'reinstated'
      """
    // In the builder's order: the worklist first, then the state.
    guard try run("DELETE FROM sepad.due WHERE collection_id IN (\(overtaken))").affected > 0 else { return }
    _ = try move(
      .cancelled,
      selecting: """
        SELECT x.id AS collection_id, NULL::date AS collection_date, NULL::bigint AS file_id,
          NULL::bigint AS inbound_file_id, NULL::bigint AS entry_ordinal, NULL::text AS reason_code,
          'an attempt before was paid after all' AS detail
        FROM (\(overtaken)) x
        """, [], stamp)
  }
}
