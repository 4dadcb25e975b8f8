package import SEPA

/// Who moved a state, and when; kept on each event.
package struct Stamp: Sendable {
  /// The instant of the daemon's clock.
  package let at: Instant
  /// The stage, or the operator's name.
  package let actor: String

  package init(at: Instant, actor: String) {
    self.at = at
    self.actor = actor
  }
}

/// The only place where a collection's or a file's state changes: under guard of the transition tables, with exactly
/// one event, and with the jobs that tell of it, in one statement and so in one transaction.
extension Session {
  /// Applies `event` to the collections that `selection` names.
  ///
  /// - Parameters:
  ///   - selection: a SELECT with the columns `collection_id bigint, collection_date date, file_id bigint,
  ///     inbound_file_id bigint, entry_ordinal bigint, reason_code text, detail text`; its parameters start at `$4`.
  ///   - isRuled: whether `selection` has a column `rule text` too: how the entry was matched.
  ///   - first: a data-modifying CTE that `selection` reads from, `name AS (…)`, with the same parameters.
  /// - Returns: how many collections moved. One whose state has no row for the event, or that is already where the
  ///   event leads, does not move and gets no event.
  package func move(
    _ event: CollectionEvent, first: String? = nil, selecting selection: String, isRuled: Bool = false,
    _ parameters: [SQLValue] = [], _ stamp: Stamp
  ) throws(StoreFault) -> Int {
    Int(
      try one(
        """
        WITH \(first.map { $0 + ", " } ?? "")chosen AS MATERIALIZED (
          \(selection)
        ), moved AS (
          UPDATE sepad.collection_status s
          SET state = t.to_state, collection_date = coalesce(x.collection_date, s.collection_date), moved_at = $2
          -- With a LIMIT that it does not know, PostgreSQL reckons on a tenth of them, which makes up for pages that it takes to
          -- be on disk: else all states are read to move what one file carries of ten times as many.
          FROM (SELECT * FROM chosen LIMIT (SELECT 9223372036854775807)) x, sepad.collection_transition t
          WHERE s.collection_id = x.collection_id
            AND t.event = $1::sepad.collection_event AND t.from_state = s.state
            AND (t.to_state <> s.state OR x.collection_date IS DISTINCT FROM s.collection_date AND x.collection_date IS NOT NULL)
          RETURNING s.collection_id, t.from_state, t.to_state, x.file_id, x.inbound_file_id, x.entry_ordinal,
            x.reason_code, x.detail, \(isRuled ? "x.rule" : "NULL::text AS rule"), s.collection_date
        ), told AS (
          INSERT INTO sepad.payment_event (collection_id, at, event, from_state, to_state, file_id, inbound_file_id,
            entry_ordinal, reason_code, detail, rule, actor, collection_date)
          SELECT m.collection_id, $2, $1, m.from_state, m.to_state, m.file_id, m.inbound_file_id, m.entry_ordinal,
            m.reason_code, m.detail, m.rule, $3, m.collection_date
          FROM moved m
          ORDER BY m.collection_id
          RETURNING id, collection_id, event, at
        ), jobs AS (
          \(Self.jobs(mailing: event == .rejected || event == .returned))
        )
        SELECT count(*) FROM moved
        """,
        [.text(event.rawValue), .text(stamp.at.description), .text(stamp.actor)] + parameters
      ).integer(0))
  }

  /// Jobs for the rows of `told (id, collection_id, event, at)`: every webhook hears of every change; finance and the
  /// debtor get mail about rejects and returns.
  /// - Parameter mailing: whether they are rejects or returns. The question who has an address is not asked of others.
  static func jobs(mailing: Bool) -> String {
    let mails = """
      UNION ALL
        SELECT p.kind, p.endpoint, e.collection_id, e.id, e.at
        FROM told e CROSS JOIN sepad.subscription p
        -- OFFSET 0: asked for each row; otherwise it may be planned as one reading of all debtors that have an address.
        WHERE p.kind = 'finance_mail' OR p.kind = 'debtor_mail' AND EXISTS (
          SELECT FROM sepad.collection c JOIN sepad.mandate m ON m.id = c.mandate_id JOIN sepad.debtor d ON d.id = m.debtor_id
          WHERE c.id = e.collection_id AND d.email IS NOT NULL OFFSET 0)
      """
    return """
      INSERT INTO sepad.job (kind, endpoint, subject, event_id, created_at, run_at)
      SELECT n.kind::sepad.job_kind, n.endpoint, 'collection:' || n.collection_id, n.id, n.at, n.at
      FROM (
        SELECT p.kind, p.endpoint, e.collection_id, e.id, e.at
        FROM told e CROSS JOIN sepad.subscription p WHERE p.kind = 'webhook'
        \(mailing ? mails : "")
      ) n
      ORDER BY n.id
      """
  }

  /// Applies `event` to an outbound file, and what follows from it to its collections: a delivered or reported file
  /// submits them, a withdrawn one sends them back to wait for another file.
  ///
  /// - Parameters:
  ///   - nextAttempt: when to try again, for `notSent`.
  ///   - evidence: what proves it, in words for a person; no personal data.
  ///   - attempt: the attempt to send that this is the outcome of: one that was overtaken by another moves nothing. Nil
  ///     for what is true whichever attempt.
  /// - Returns: the file's new state, or nil when its state does not allow the event (nothing changed).
  /// - Throws: `StoreFault`. Run it inside a transaction.
  @discardableResult
  package func moveFile(
    _ id: Int64, _ event: FileEvent, evidence: String?, nextAttempt: Instant? = nil, attempt: Int? = nil, _ stamp: Stamp
  ) throws(StoreFault) -> FileState? {
    let moved = try first(
      """
      WITH old AS (
        SELECT id, state FROM sepad.outbound_file WHERE id = $1 AND ($7::int IS NULL OR attempts = $7) FOR UPDATE
      ), moved AS (
        UPDATE sepad.outbound_file f
        SET state = t.to_state, moved_at = $3, next_attempt_at = $5,
          attempts = f.attempts + CASE WHEN $2 = 'sendBegan' THEN 1 ELSE 0 END,
          begun_at = CASE WHEN $2 = 'sendBegan' THEN clock_timestamp() ELSE f.begun_at END
        FROM old, sepad.file_transition t
        WHERE f.id = old.id AND t.event = $2::sepad.file_event AND t.from_state = old.state AND f.state = old.state
        RETURNING f.id, old.state AS from_state, f.state AS to_state
      ), told AS (
        INSERT INTO sepad.file_history (file_id, at, event, from_state, to_state, evidence, actor)
        SELECT id, $3, $2, from_state, to_state, $4, $6 FROM moved WHERE from_state <> to_state
      )
      SELECT to_state, from_state <> to_state FROM moved
      """,
      [
        .integer(id), .text(event.rawValue), .text(stamp.at.description), .optional(evidence),
        .optional(nextAttempt?.description), .text(stamp.actor), .optional(attempt.map(Int64.init)),
      ])
    guard let moved, let state = FileState(rawValue: try moved.text(0)) else { return nil }
    guard try moved.bool(1) else { return state }
    switch event {
    case .delivered, .reported: try moveItems(of: id, .submitted, stamp)
    case .withdrawn:
      try moveItems(of: id, .unsealed, stamp)
      for table in ["sepad.file_item", "sepad.undoing_item"] {
        try run("UPDATE \(table) SET live = false WHERE file_id = $1", [.integer(id)])
      }
      try run(
        """
        INSERT INTO sepad.due (collection_id, account_id, scheme, sequence_type, requested_date, collection_date, held)
        SELECT c.id, c.account_id, c.scheme, c.sequence_type, c.requested_date,
          -- A day that the debtor was told gives way to a later one alone.
          CASE WHEN EXISTS (SELECT FROM sepad.notice n WHERE n.collection_id = c.id OFFSET 0) THEN s.collection_date END,
          sepad.obstacle(m.state, c.id)
        FROM sepad.file_item i JOIN sepad.collection c ON c.id = i.collection_id
        JOIN sepad.collection_status s ON s.collection_id = c.id
        JOIN sepad.mandate m ON m.id = c.mandate_id
        WHERE i.file_id = $1
        """, [.integer(id)])
    case .sendBegan, .notSent, .outcomeUnknown, .accepted, .refused: break
    }
    return state
  }

  private func moveItems(of file: Int64, _ event: CollectionEvent, _ stamp: Stamp) throws(StoreFault) {
    _ = try move(
      event,
      selecting: """
        SELECT i.collection_id, NULL::date AS collection_date, i.file_id, NULL::bigint AS inbound_file_id,
          NULL::bigint AS entry_ordinal, NULL::text AS reason_code, NULL::text AS detail
        FROM sepad.file_item i WHERE i.file_id = $4 AND i.live
        """,
      [.integer(file)], stamp)
  }
}
