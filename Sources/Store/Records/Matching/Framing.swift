/// Entries that say nothing about a payment by themselves.
extension Session {
  /// Stores a file's entries, each with what it is by itself: how many transactions a booking has; what is told twice, in
  /// a booking and in its details, and will move once; what says nothing about a payment. All else is `open`.
  ///
  /// - Parameter entries: how many the file has. The planner must know of many before autovacuum can see them.
  package func prepareForMatching(file: Int64, entries: Int) throws(StoreFault) {
    if entries >= Self.many { try run("ANALYZE reported_entry") }
    // Where a person has decided about entries of this file, which a replay finds here, that comes first.
    let decided = try one("SELECT EXISTS (SELECT FROM sepad.entry_decision WHERE file_id = $1)", [.integer(file)]).bool(0)
    try run(
      """
      WITH booking AS MATERIALIZED (
        -- A batch whose details name no payment (a sample, or a line of text) is told by the booking itself.
        SELECT p.ordinal, CASE
          WHEN (p.payment_information_id IS NOT NULL OR p.message_id IS NOT NULL) AND coalesce(p.transactions, 2) > 1
            AND NOT n.names_any THEN 0
          ELSE n.children END AS children
        FROM (
          SELECT parent, count(*) AS children, bool_or(
            end_to_end_id IS NOT NULL OR payment_information_id IS NOT NULL OR mandate_reference IS NOT NULL) AS names_any
          FROM reported_entry WHERE parent IS NOT NULL GROUP BY parent
        ) n
        JOIN reported_entry p ON p.ordinal = n.parent AND p.kind = 'entry'
      ), whole AS (
        SELECT r.*, coalesce(own.children, 0) AS counted, r.kind = 'transaction' AND above.children = 0 AS told_above
        FROM reported_entry r
        LEFT JOIN booking own ON own.ordinal = r.ordinal
        LEFT JOIN booking above ON above.ordinal = r.parent
      )
      INSERT INTO sepad.inbound_entry (\(Self.reportedColumns), children, disposition, note)
      SELECT \(Self.reportedColumns), counted,
        CASE WHEN told_above \(decided ? "" : "OR \(Self.isFraming("e", children: "counted"))") THEN 'informational' ELSE 'open' END::sepad.disposition,
        CASE WHEN told_above THEN 'told by its booking' \(decided ? "" : """
          WHEN \(Self.isFraming("e", children: "counted")) THEN \(Self.framingNote("e", children: "counted"))
          """) END
      FROM whole e
      """)
    try run("TRUNCATE reported_entry")
    try analyzeEntries(entries)
  }

  private static let many = 1000

  /// What is a large part of all entries changes how matching is planned.
  private func analyzeEntries(_ entries: Int) throws(StoreFault) {
    guard entries >= Self.many else { return }
    let known = try one("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'sepad.inbound_entry'::regclass")
    if Int64(entries) * 10 >= (try known.integer(0)) { try run("ANALYZE sepad.inbound_entry") }
  }

  /// A debit with a return reason that is told for information and never booked: the payment was refused before there
  /// was anything to take back. `name` is an entry's.
  static func isRefusal(_ name: String) -> String {
    "\(name).status = 'INFO' AND \(name).direction = 'DBIT' AND \(name).is_return AND \(name).reason_code IS NOT NULL"
  }

  /// Whether an entry says nothing about a payment by itself.
  private static func isFraming(_ name: String, children: String) -> String {
    """
    (\(name).message_name = 'EBICS'
      OR \(name).kind = 'entry' AND \(children) > 0
      OR \(name).kind IN ('entry', 'transaction') AND \(name).status IN ('PDNG', 'INFO', 'FUTR')
        AND (\(isRefusal(name))) IS NOT TRUE
      OR \(name).kind = 'cancellationStatus' AND coalesce(\(name).status, '') NOT IN ('CNCL', 'ACCR')
      OR \(name).kind IN ('blockStatus', 'transactionStatus') AND sepad.status_meaning(\(name).status) IS NULL)
    """
  }

  private static func framingNote(_ name: String, children: String) -> String {
    """
    CASE
      WHEN \(name).message_name = 'EBICS' THEN 'customer protocol'
      WHEN \(name).kind = 'entry' AND \(children) > 0 THEN 'told by its transactions'
      WHEN \(name).kind IN ('entry', 'transaction') THEN 'not booked: ' || coalesce(\(name).status, 'no status')
      WHEN \(name).kind = 'cancellationStatus' THEN 'cancels nothing: ' || coalesce(\(name).status, 'no status')
      ELSE 'announces nothing final: ' || coalesce(\(name).status, 'no status') END
    """
  }

  /// The same for what is open in all files: decided anew, or opened again.
  func putAsideFraming(bank: String) throws(StoreFault) {
    try putAsideIgnored(bank: bank)
    try run(
      """
      UPDATE sepad.inbound_entry e
      SET disposition = 'informational', note = \(Self.framingNote("e", children: "e.children"))
      FROM sepad.inbound_file f
      WHERE f.id = e.file_id AND f.bank = $1 AND e.disposition = 'open' AND \(Self.isFraming("e", children: "e.children"))
      """, [.text(bank)])
  }

  /// What a person put aside stays aside, also where a replay finds it open again.
  private func putAsideIgnored(bank: String) throws(StoreFault) {
    try run(
      """
      UPDATE sepad.inbound_entry e SET disposition = 'ignored', verdict = NULL, note = d.because
      FROM sepad.inbound_file f, (
        SELECT DISTINCT ON (file_id, ordinal) file_id, ordinal, decision, because
        FROM sepad.entry_decision ORDER BY file_id, ordinal, id DESC
      ) d
      WHERE f.id = e.file_id AND f.bank = $1 AND e.disposition = 'open' AND d.decision = 'ignored'
        AND d.file_id = e.file_id AND d.ordinal = e.ordinal
      """, [.text(bank)])
  }
}
