package import SEPA

/// Why a collection cannot be presented again, or withdrawn, by hand; nothing changed.
package struct AttemptFault: Error, Sendable, Equatable, CustomStringConvertible {
  package let collection: Int64
  package let rule: String
  package let found: String
  package let expected: String

  package var description: String { "collection \(collection): \(rule): found \(found), expected \(expected)" }
}

/// A claim presented again: a new collection tied to the first, with an end-to-end id of its own.
extension Session {
  /// Adds the next attempt to each collection that `selection` names, if that one came to nothing, no attempt after it is
  /// more than cancelled, and its mandate may be used. An attempt exists once, however often it is asked for.
  ///
  /// - Parameter selection: a SELECT with the columns `collection_id bigint, represent_on date, suffix text, prefix text,
  ///   because text`: the attempt that failed, the day asked for next, the bank's mark with `{n}` in its suffix, and what
  ///   the history says of it; its parameters start at `$3`.
  /// - Returns: the new collections.
  @discardableResult
  func addAttempts(selecting selection: String, _ parameters: [SQLValue], _ stamp: Stamp) throws(StoreFault) -> [Int64] {
    let mark = try epoch().mark
    return try run(
      """
      WITH chosen AS MATERIALIZED (
        \(selection)
      ), added AS (
        INSERT INTO sepad.collection (id, creditor_id, account_id, mandate_id, scheme, sequence_type, amount_cents,
          requested_date, end_to_end_id, remittance, request_key, request_digest, accepted_at, represents, attempt,
          purpose, remittance_is_reference)
        SELECT n.id, c.creditor_id, c.account_id, c.mandate_id, c.scheme, c.sequence_type, c.amount_cents,
          -- Another debit on another day: the debtor is told of it, as long before as was agreed.
          greatest(x.represent_on, CASE WHEN k.notice_by IS NOT NULL
            THEN ($1::timestamptz AT TIME ZONE 'UTC')::date + coalesce(m.notice_days, k.notice_days) + 1 END),
          -- Derived once, stored, never made again: the first one marked, where it fits and is free.
          CASE WHEN char_length(w.marked) <= 35 AND x.suffix <> '' AND NOT EXISTS (
              SELECT FROM sepad.collection o WHERE o.creditor_id = c.creditor_id AND o.end_to_end_id = w.marked)
            THEN w.marked
            -- A caller may have used what would be made.
            ELSE 'E2E-\(mark)' || n.id || CASE WHEN EXISTS (
                SELECT FROM sepad.collection o
                WHERE o.creditor_id = c.creditor_id AND o.end_to_end_id = 'E2E-\(mark)' || n.id)
              THEN '-' || left(md5(n.id::text || f.request_key), 8) ELSE '' END END,
          CASE WHEN x.prefix = '' OR f.remittance_is_reference THEN f.remittance ELSE left(x.prefix || coalesce(f.remittance, ''), 140) END,
          f.request_key, f.request_digest, $1, f.id, a.attempt, f.purpose, f.remittance_is_reference
        FROM chosen x
        JOIN sepad.collection c ON c.id = x.collection_id
        JOIN sepad.collection f ON f.id = coalesce(c.represents, c.id)
        JOIN sepad.collection_status s ON s.collection_id = c.id AND s.state IN ('rejected', 'returned')
        JOIN sepad.mandate m ON m.id = c.mandate_id AND m.state = 'active'
        JOIN sepad.creditor k ON k.id = c.creditor_id
        JOIN LATERAL (
          SELECT max(o.attempt) + 1 AS attempt, bool_or(o.attempt > c.attempt AND os.state <> 'cancelled') AS has_later
          FROM sepad.collection o JOIN sepad.collection_status os ON os.collection_id = o.id
          WHERE o.id = f.id OR o.represents = f.id
        ) a ON a.has_later IS NOT TRUE
        CROSS JOIN LATERAL (SELECT f.end_to_end_id || replace(x.suffix, '{n}', a.attempt::text) AS marked) w
        -- Tied to the row, or PostgreSQL may ask for one number and give it to all of them.
        CROSS JOIN LATERAL (SELECT nextval(pg_get_serial_sequence('sepad.collection', 'id')) + 0 * c.id AS id) n
        ON CONFLICT (represents, attempt) WHERE represents IS NOT NULL DO NOTHING
        RETURNING id, creditor_id, account_id, scheme, sequence_type, amount_cents, requested_date, represents, attempt
      ), standing AS (
        INSERT INTO sepad.collection_status (collection_id, state, moved_at, amount_cents)
        SELECT id, 'requested', $1, amount_cents FROM added
      ), notices AS (
        INSERT INTO sepad.notice_need (collection_id, look_on, obstacle)
        SELECT a.id, ($1::timestamptz AT TIME ZONE 'UTC')::date, '\(NoticePolicy.notGiven)'
        FROM added a JOIN sepad.creditor k ON k.id = a.creditor_id WHERE k.notice_by IS NOT NULL
        RETURNING collection_id, obstacle
      ), waiting AS (
        INSERT INTO sepad.due (collection_id, account_id, scheme, sequence_type, requested_date, held)
        SELECT a.id, a.account_id, a.scheme, a.sequence_type, a.requested_date, n.obstacle
        FROM added a LEFT JOIN notices n ON n.collection_id = a.id
      ), told AS (
        INSERT INTO sepad.payment_event (collection_id, at, event, to_state, detail, actor)
        SELECT a.id, $1, 'requested', 'requested', concat_ws(', ', 'attempt ' || a.attempt || ' of collection ' || a.represents,
          (SELECT x.because FROM chosen x JOIN sepad.collection c ON c.id = x.collection_id
           WHERE coalesce(c.represents, c.id) = a.represents LIMIT 1)), $2
        FROM added a ORDER BY a.id
        RETURNING id, collection_id, event, at
      ), jobs AS (
        \(Self.jobs(mailing: false))
      )
      SELECT id FROM added ORDER BY id
      """, [.text(stamp.at.description), .text(stamp.actor)] + parameters
    ).rows.map { row throws(StoreFault) in try row.integer(0) }
  }

  /// Presents a collection again because a person says so.
  ///
  /// - Parameters:
  ///   - day: the day asked for, `YYYY-MM-DD`; it moves like any other to one that can be met.
  ///   - because: kept with the new collection's first event.
  /// - Returns: the new collection.
  /// - Throws: `AttemptFault`; `StoreFault`.
  package func represent(
    _ collection: Int64, on day: String, marks: [String: RepresentationMark], because: String, _ stamp: Stamp
  ) async throws -> Int64 {
    try await transaction { session in
      func refuse(_ rule: String, _ found: String, _ expected: String) -> AttemptFault {
        AttemptFault(collection: collection, rule: rule, found: found, expected: expected)
      }
      guard
        let row = try session.first(
          """
          SELECT s.state, m.state, a.bank,
            (SELECT min(n.id) FROM sepad.collection n JOIN sepad.collection_status ns ON ns.collection_id = n.id
             WHERE n.represents = coalesce(c.represents, c.id) AND n.attempt > c.attempt AND ns.state <> 'cancelled')
          FROM sepad.collection c
          JOIN sepad.collection_status s ON s.collection_id = c.id
          JOIN sepad.mandate m ON m.id = c.mandate_id
          JOIN sepad.creditor_account a ON a.id = c.account_id
          WHERE c.id = $1 FOR UPDATE OF s
          """, [.integer(collection)])
      else { throw refuse("exists", "none", "a collection's number") }
      if let next = row[3] { throw refuse("presented again once", "collection \(next)", "no next attempt; look at that one") }
      guard ["rejected", "returned"].contains(try row.text(0)) else {
        throw refuse("came to nothing", try row.text(0), "rejected or returned")
      }
      guard try row.text(1) == "active" else { throw refuse("mandate may be used", try row.text(1), "active; see sepad mandate") }
      let mark = marks[try row.text(2)] ?? RepresentationMark()
      let added = try session.addAttempts(
        selecting: """
          SELECT $3::bigint AS collection_id, $4::date AS represent_on, $5::text AS suffix, $6::text AS prefix, $7::text AS because
          """,
        [
          .integer(collection), .text(day), .text(mark.endToEndSuffix), .text(mark.remittancePrefix), .text(because),
        ], stamp)
      guard let id = added.first else { throw refuse("presented again", "nothing new", "a new collection") }
      return id
    }
  }

  /// Withdraws a collection that stands in no file yet.
  /// - Throws: `AttemptFault` when it does, or does not exist; `StoreFault`.
  package func cancel(_ collection: Int64, because: String, _ stamp: Stamp) async throws {
    try await transaction { session in
      // In the builder's order: the worklist first, then the state.
      try session.run("DELETE FROM sepad.due WHERE collection_id = $1", [.integer(collection)])
      try session.run("DELETE FROM sepad.notice_need WHERE collection_id = $1", [.integer(collection)])
      let moved = try session.move(
        .cancelled,
        selecting: """
          SELECT $4::bigint AS collection_id, NULL::date AS collection_date, NULL::bigint AS file_id,
            NULL::bigint AS inbound_file_id, NULL::bigint AS entry_ordinal, NULL::text AS reason_code, $5 AS detail
          """, [.integer(collection), .text(because)], stamp)
      guard moved == 1 else {
        let state = try session.first(
          "SELECT state FROM sepad.collection_status WHERE collection_id = $1", [.integer(collection)]
        )?[0]
        throw AttemptFault(
          collection: collection, rule: "stands in no file", found: state ?? "none", expected: "requested or scheduled")
      }
    }
  }
}
