package import SEPA

/// Mandates as a person or a caller names them, and what is known of them.
extension Session {
  /// A mandate's number; `creditor` is the creditor's key in the configuration.
  package func mandateID(creditor: String, reference: String) throws(StoreFault) -> Int64? {
    try first(
      """
      SELECT m.id FROM sepad.mandate m JOIN sepad.creditor k ON k.id = m.creditor_id
      WHERE k.key = $1 AND m.reference = $2
      """, [.text(creditor), .text(reference)]
    ).map { row throws(StoreFault) in try row.integer(0) }
  }

  /// A mandate's facts. No account and no name.
  package func mandateFacts(_ id: Int64) throws(StoreFault) -> TextTable {
    try table(
      [
        "id", "creditor", "reference", "scheme", "kind", "signed on", "state", "registered on", "asked to register",
        "notice days", "amendments open", "collections", "waiting",
      ],
      """
      SELECT m.id, k.key, m.reference, m.scheme, CASE WHEN m.recurrent THEN 'recurrent' ELSE 'one-off' END, m.signed_on, m.state,
        m.registered_on, nullif(m.registration_asked, 0), m.notice_days,
        (SELECT string_agg(DISTINCT replace(a.element::text, '_', ' '), ', ')
         FROM sepad.mandate_amendment a WHERE a.mandate_id = m.id AND a.closed_at IS NULL),
        (SELECT count(*) FROM sepad.collection c WHERE c.mandate_id = m.id),
        (SELECT count(*) FROM sepad.collection c JOIN sepad.due d ON d.collection_id = c.id WHERE c.mandate_id = m.id)
      FROM sepad.mandate m JOIN sepad.creditor k ON k.id = m.creditor_id WHERE m.id = $1
      """, [.integer(id)])
  }

  /// Mandates, the oldest first. No account and no name.
  /// - Parameters:
  ///   - creditor: the creditor's key; nil for all.
  ///   - isEnding: only those whose end was told since they were used last.
  package func mandateList(creditor: String?, state: MandateState?, isEnding: Bool, limit: Int) throws(StoreFault) -> TextTable {
    try table(
      ["creditor", "reference", "scheme", "kind", "signed on", "state", "registered on", "asked to register"],
      """
      SELECT k.key, m.reference, m.scheme, CASE WHEN m.recurrent THEN 'recurrent' ELSE 'one-off' END, m.signed_on, m.state,
        m.registered_on, nullif(m.registration_asked, 0)
      FROM sepad.mandate m JOIN sepad.creditor k ON k.id = m.creditor_id
      WHERE ($1::text IS NULL OR k.key = $1) AND ($2::text IS NULL OR m.state = $2::sepad.mandate_state)
        AND (NOT $3 OR m.ends_told IS NOT NULL AND m.look_on IS NOT NULL)
      ORDER BY m.id LIMIT $4
      """, [.optional(creditor), .optional(state?.rawValue), .bool(isEnding), .integer(Int64(limit))])
  }

  /// Everything that happened to a mandate, oldest first.
  package func mandateHistory(_ id: Int64) throws(StoreFault) -> TextTable {
    try table(
      ["at", "event", "from", "to", "after collection", "by", "because"],
      """
      SELECT to_char(h.at, 'YYYY-MM-DD HH24:MI:SS'), h.event, h.from_state, h.to_state, v.collection_id, h.actor, h.because
      FROM sepad.mandate_history h LEFT JOIN sepad.payment_event v ON v.id = h.cause_event_id
      WHERE h.mandate_id = $1 ORDER BY h.id
      """, [.integer(id)])
  }
}
