/// Takes back, in a copy, all that was concluded from reports, so that they can be applied again. Never in the database
/// that a daemon works on: history is rewritten here.
extension Session {
  /// Tables that hold nothing but what reports said and what was concluded from it, and what was told because of it.
  /// Another one that is derived from reports goes into this list; `TRUNCATE` wants them all at once.
  private static let derived = [
    "sepad.inbound_entry", "sepad.inbound_statement", "sepad.r_transaction", "sepad.job", "sepad.delivery",
  ]
  /// What no one rewrites elsewhere.
  private static let appendOnly = ["sepad.payment_event", "sepad.file_history", "sepad.mandate_history", "sepad.r_transaction"]
  /// Events of an outbound file that reports bring.
  private static let reportedFileEvents = "('reported', 'accepted', 'refused')"
  static let decisionKey = "entry_decision_file_id_ordinal_fkey"

  /// Takes back what reports brought, keeping what was there before for the comparison. People's decisions stay: they
  /// are applied again. Reports that had not been applied when the copy was made are put aside, so that they are not
  /// applied now. Nobody is told of anything any more.
  /// - Returns: how many reports are to be applied, by bank.
  package func takeBackReports() async throws -> [(bank: String, reports: Int64)] {
    try await transaction { session in
      try session.keepStates()
      for table in Self.appendOnly { try session.run("ALTER TABLE \(table) DISABLE TRIGGER USER") }
      // Entries go and come back; decisions about them stay, until then about nothing.
      try session.run("ALTER TABLE sepad.entry_decision DROP CONSTRAINT IF EXISTS \(Self.decisionKey)")
      try session.run("TRUNCATE \(Self.derived.joined(separator: ", "))")
      // What became of mandates stays, for it is not made again; the event behind it comes back under another number.
      try session.run("UPDATE sepad.mandate_history SET cause_event_id = NULL WHERE cause_event_id IS NOT NULL")
      try session.run("DELETE FROM sepad.subscription")
      try session.takeBackFiles()
      try session.takeBackCollections()
      try session.run(
        """
        UPDATE sepad.inbound_file f SET message_type = NULL, finished_at = NULL, warnings = '{}',
          state = CASE k.state WHEN 'received' THEN 'set_aside' ELSE 'received' END::sepad.inbound_state,
          fault = CASE k.state WHEN 'received' THEN 'not applied yet when the copy was made' END
        FROM sepad_replay.report k WHERE k.id = f.id
        """)
      for table in Self.appendOnly { try session.run("ALTER TABLE \(table) ENABLE TRIGGER USER") }
    }
    // A restored copy has no statistics, and what follows asks as a daemon does on grown tables.
    try run("ANALYZE")
    let banks = try run("SELECT bank, count(*) FROM sepad.inbound_file WHERE state = 'received' GROUP BY 1 ORDER BY 1")
    return try map(banks) { row throws(StoreFault) in (try row.text(0), try row.integer(1)) }
  }

  private func takeBackFiles() throws(StoreFault) {
    try run(
      "UPDATE sepad.undoing SET closed_at = NULL, closed_because = NULL WHERE closed_because = $1", [.text(Self.undoingRefused)])
    try run("DELETE FROM sepad.file_history WHERE event IN \(Self.reportedFileEvents)")
    try run(
      """
      UPDATE sepad.outbound_file f SET state = v.to_state, moved_at = v.at
      FROM (SELECT DISTINCT ON (file_id) file_id, to_state, at FROM sepad.file_history ORDER BY file_id, id DESC) v
      WHERE v.file_id = f.id AND v.to_state <> f.state
      """)
  }

  private func takeBackCollections() throws(StoreFault) {
    try run("DELETE FROM sepad.payment_event WHERE inbound_file_id IS NOT NULL")
    // A file that we knew to be at the bank by a report only has not submitted anything either.
    try run(
      """
      DELETE FROM sepad.payment_event v USING sepad.outbound_file f
      WHERE f.id = v.file_id AND v.event = 'submitted' AND f.state IN ('sealed', 'sending', 'uncertain')
      """)
    try run(
      """
      UPDATE sepad.collection_status s SET state = v.to_state, moved_at = v.at
      FROM (SELECT DISTINCT ON (collection_id) collection_id, to_state, at FROM sepad.payment_event
        ORDER BY collection_id, id DESC) v
      WHERE v.collection_id = s.collection_id AND v.to_state <> s.state
      """)
  }

  /// Keeps the states that the copy came with in a schema of its own, once: a replay that was cut short, or is made
  /// again, is held against the same. `mark` is what changes whenever a state does.
  private func keepStates() throws(StoreFault) {
    let here = "(SELECT oid FROM pg_database WHERE datname = current_database())"
    if try one("SELECT to_regclass('sepad_replay.place') IS NOT NULL").bool(0) {
      if try one("SELECT oid = \(here) FROM sepad_replay.place").bool(0) { return }
      // Of the database that this one was copied from: a copy of a copy.
      try run("DROP SCHEMA sepad_replay CASCADE")
    }
    try run("CREATE SCHEMA sepad_replay")
    for (table, rows, key) in [
      ("place", "SELECT \(here) AS oid", "oid"),
      (
        "collection",
        """
        SELECT s.collection_id AS id, s.state::text, (SELECT max(v.id) FROM sepad.payment_event v
          WHERE v.collection_id = s.collection_id)::text AS mark
        FROM sepad.collection_status s
        """, "id"
      ),
      (
        "file",
        """
        SELECT f.id, f.state::text, (SELECT max(h.id) FROM sepad.file_history h WHERE h.file_id = f.id)::text AS mark
        FROM sepad.outbound_file f
        """, "id"
      ),
      (
        "report",
        """
        SELECT f.id, f.state::text, f.message_type, f.fault, f.finished_at, f.finished_at::text AS mark,
          (SELECT count(*) FROM sepad.inbound_entry e WHERE e.file_id = f.id AND e.disposition = 'open') AS open_entries
        FROM sepad.inbound_file f
        """, "id"
      ),
      (
        "decided",
        """
        SELECT e.file_id, e.ordinal, e.line, e.kind, e.direction, e.amount_cents FROM sepad.inbound_entry e
        WHERE EXISTS (SELECT FROM sepad.entry_decision d WHERE d.file_id = e.file_id AND d.ordinal = e.ordinal)
        """, "file_id, ordinal"
      ),
    ] {
      try run("CREATE TABLE sepad_replay.\(table) AS \(rows)")
      try run("ALTER TABLE sepad_replay.\(table) ADD PRIMARY KEY (\(key))")
    }
  }
}
