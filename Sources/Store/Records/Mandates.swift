package import SEPA

/// The only place where a mandate's state changes: under guard of the transition table, with a line of its history, and
/// with what waits for it on the worklist.
extension Session {
  /// Applies `event` to the mandates that `selection` names. Collections on the worklist are held while their mandate may
  /// not be used, and go on when it may again.
  ///
  /// - Parameter selection: a SELECT with the columns `mandate_id bigint, cause_event_id bigint, because text`; its
  ///   parameters start at `$4`.
  /// - Returns: how many mandates moved. One whose state has no row for the event, or that is already where the event
  ///   leads, does not move.
  @discardableResult
  package func moveMandates(
    _ event: MandateEvent, selecting selection: String, _ parameters: [SQLValue] = [], _ stamp: Stamp
  ) throws(StoreFault) -> Int {
    Int(
      try one(
        """
        WITH chosen AS MATERIALIZED (
          \(selection)
        ), moved AS (
          UPDATE sepad.mandate m SET state = t.to_state
          FROM chosen x, sepad.mandate_transition t
          WHERE m.id = x.mandate_id AND t.event = $1::sepad.mandate_event AND t.from_state = m.state AND t.to_state <> m.state
          RETURNING m.id, t.from_state, t.to_state, x.cause_event_id, x.because
        ), told AS (
          INSERT INTO sepad.mandate_history (mandate_id, at, event, from_state, to_state, cause_event_id, because, actor)
          SELECT id, $2, $1::sepad.mandate_event, from_state, to_state, cause_event_id, because, $3 FROM moved ORDER BY id
        ), held AS (
          UPDATE sepad.due d
          SET held = CASE WHEN n.to_state <> 'active' THEN 'mandate ' || n.to_state END
          FROM moved n JOIN sepad.collection c ON c.mandate_id = n.id
          WHERE d.collection_id = c.id AND (d.held IS NULL OR d.held LIKE 'mandate %')
        )
        SELECT count(*) FROM moved
        """, [.text(event.rawValue), .text(stamp.at.description), .text(stamp.actor)] + parameters
      ).integer(0))
  }

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
      ["id", "creditor", "reference", "scheme", "kind", "signed on", "state", "collections", "waiting"],
      """
      SELECT m.id, k.key, m.reference, m.scheme, CASE WHEN m.recurrent THEN 'recurrent' ELSE 'one-off' END, m.signed_on, m.state,
        (SELECT count(*) FROM sepad.collection c WHERE c.mandate_id = m.id),
        (SELECT count(*) FROM sepad.collection c JOIN sepad.due d ON d.collection_id = c.id WHERE c.mandate_id = m.id)
      FROM sepad.mandate m JOIN sepad.creditor k ON k.id = m.creditor_id WHERE m.id = $1
      """, [.integer(id)])
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
