/// What people are shown of plans.
extension Session {
  /// All plans, or those of one creditor, what ends last.
  package func planList(creditor: String?) throws(StoreFault) -> TextTable {
    try table(
      ["creditor", "plan", "mandate", "frequency", "state", "next due", "made", "ended because"],
      """
      SELECT k.key, p.request_key, m.reference, p.every || ' ' || p.unit || ', ' || p.due_day, s.state, s.next_due,
        (SELECT count(*) FROM sepad.plan_collection c WHERE c.plan_id = p.id AND c.live), s.ended_because
      FROM sepad.plan p
      JOIN sepad.plan_status s ON s.plan_id = p.id
      JOIN sepad.creditor k ON k.id = p.creditor_id
      JOIN sepad.mandate m ON m.id = p.mandate_id
      WHERE $1::text IS NULL OR k.key = $1
      ORDER BY k.key, s.next_due NULLS LAST, p.id
      """, [.optional(creditor)])
  }

  /// A plan's facts. No account and no name.
  package func planFacts(_ id: Int64) throws(StoreFault) -> TextTable {
    try table(
      [
        "id", "creditor", "plan", "mandate", "account", "amount", "frequency", "due day", "start", "end", "periods",
        "first period", "state", "next period", "next due", "ended because", "accepted at",
      ],
      """
      SELECT p.id, k.key, p.request_key, m.reference || ', ' || m.state, a.key,
        CASE WHEN p.amount_cents IS NOT NULL THEN sepad.euro(p.amount_cents) || ' each'
          WHEN p.total_cents IS NOT NULL THEN sepad.euro(p.total_cents) || ' in ' || p.periods
          ELSE 'given for each of ' || cardinality(p.amounts_cents) END,
        'every ' || p.every || ' ' || p.unit || CASE WHEN p.every > 1 THEN 's' ELSE '' END, p.due_day, p.starts_on, p.ends_on,
        p.periods, p.first_period, s.state, s.next_period, s.next_due, s.ended_because,
        to_char(p.accepted_at, 'YYYY-MM-DD HH24:MI:SS')
      FROM sepad.plan p
      JOIN sepad.plan_status s ON s.plan_id = p.id
      JOIN sepad.creditor k ON k.id = p.creditor_id
      JOIN sepad.creditor_account a ON a.id = p.account_id
      JOIN sepad.mandate m ON m.id = p.mandate_id
      WHERE p.id = $1
      """, [.integer(id)])
  }

  /// Everything that was changed in a plan, oldest first.
  package func planHistory(_ id: Int64) throws(StoreFault) -> TextTable {
    try table(
      ["at", "change", "from period", "to", "by", "request key", "because"],
      """
      SELECT to_char(c.accepted_at, 'YYYY-MM-DD HH24:MI:SS'), c.kind, c.from_period,
        coalesce(sepad.euro(c.amount_cents), trim_scale(c.percent_e4 / 10000.0) || ' %'), c.actor, c.request_key, c.because
      FROM sepad.plan_change c WHERE c.plan_id = $1 ORDER BY c.id
      """, [.integer(id)])
  }

  /// The last collections that a plan has made, with their states; the newest first.
  package func planMade(_ id: Int64, limit: Int) throws(StoreFault) -> TextTable {
    try table(
      ["period", "due", "amount", "collection", "request key", "state", "collection date", "held"],
      """
      SELECT c.period, o.requested_date, sepad.euro(o.amount_cents), o.id, o.request_key, s.state, s.collection_date, d.held
      FROM sepad.plan_collection c
      JOIN sepad.collection o ON o.id = c.collection_id
      JOIN sepad.collection_status s ON s.collection_id = o.id
      LEFT JOIN sepad.due d ON d.collection_id = o.id
      WHERE c.plan_id = $1 ORDER BY c.period DESC, c.revision DESC LIMIT $2
      """, [.integer(id), .integer(Int64(limit))])
  }
}
