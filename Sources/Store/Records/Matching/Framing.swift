/// Entries that say nothing about a payment by themselves.
extension Session {
  /// Makes a file's stored entries ready to be matched: money told twice, in a booking and in its details, will move
  /// once.
  ///
  /// - Parameter entries: how many the file has. The planner must know of many before autovacuum can see them.
  package func prepareForMatching(file: Int64, entries: Int) throws(StoreFault) {
    let isLarge = entries >= 1000
    if isLarge { try run("ANALYZE sepad.inbound_entry") }
    try countChildren(of: file)
    // Again, for what it counted decides how matching is planned.
    if isLarge { try run("ANALYZE sepad.inbound_entry") }
  }

  private func countChildren(of file: Int64) throws(StoreFault) {
    try run(
      """
      UPDATE sepad.inbound_entry e SET children = n.children
      FROM (SELECT parent, count(*) AS children FROM sepad.inbound_entry WHERE file_id = $1 AND parent IS NOT NULL GROUP BY parent) n
      WHERE e.file_id = $1 AND e.ordinal = n.parent AND e.kind = 'entry'
      """, [.integer(file)])
    // A batch whose details name no payment (a sample, or a line of text) is told by the booking itself.
    try run(
      """
      UPDATE sepad.inbound_entry e SET children = 0
      WHERE e.file_id = $1 AND e.kind = 'entry' AND e.children > 0
        AND (e.payment_information_id IS NOT NULL OR e.message_id IS NOT NULL) AND coalesce(e.transactions, 2) > 1
        AND NOT EXISTS (
          SELECT FROM sepad.inbound_entry t
          WHERE t.file_id = e.file_id AND t.parent = e.ordinal
            AND (t.end_to_end_id IS NOT NULL OR t.payment_information_id IS NOT NULL OR t.mandate_reference IS NOT NULL))
      """, [.integer(file)])
    try run(
      """
      UPDATE sepad.inbound_entry t SET disposition = 'informational', note = 'told by its booking'
      FROM sepad.inbound_entry e
      WHERE t.file_id = $1 AND t.kind = 'transaction' AND e.file_id = t.file_id AND e.ordinal = t.parent
        AND e.kind = 'entry' AND e.children = 0
      """, [.integer(file)])
  }

  /// A debit with a return reason that is told for information and never booked: the payment was refused before there
  /// was anything to take back. `name` is an entry's.
  static func isRefusal(_ name: String) -> String {
    "\(name).status = 'INFO' AND \(name).direction = 'DBIT' AND \(name).is_return AND \(name).reason_code IS NOT NULL"
  }

  func putAsideFraming(bank: String) throws(StoreFault) {
    try putAsideIgnored(bank: bank)
    try run(
      """
      UPDATE sepad.inbound_entry e
      SET disposition = 'informational', note = CASE
        WHEN e.message_name = 'EBICS' THEN 'customer protocol'
        WHEN e.kind = 'entry' AND e.children > 0 THEN 'told by its transactions'
        WHEN e.kind IN ('entry', 'transaction') THEN 'not booked: ' || coalesce(e.status, 'no status')
        WHEN e.kind = 'cancellationStatus' THEN 'cancels nothing: ' || coalesce(e.status, 'no status')
        ELSE 'announces nothing final: ' || coalesce(e.status, 'no status') END
      FROM sepad.inbound_file f
      WHERE f.id = e.file_id AND f.bank = $1 AND e.disposition = 'open'
        AND (e.message_name = 'EBICS'
          OR e.kind = 'entry' AND e.children > 0
          OR e.kind IN ('entry', 'transaction') AND e.status IN ('PDNG', 'INFO', 'FUTR')
            AND (\(Self.isRefusal("e"))) IS NOT TRUE
          OR e.kind = 'cancellationStatus' AND coalesce(e.status, '') NOT IN ('CNCL', 'ACCR')
          OR e.kind IN ('blockStatus', 'transactionStatus') AND sepad.status_meaning(e.status) IS NULL)
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
