/// What came of each entry.
extension Session {
  /// `applied` when it moved something, `repeated` when everything it says was known already or overtaken, `foreign` when
  /// it is no business of ours; what stays open says why.
  ///
  /// - Parameter before: the last event before this pass. What moved is looked for behind it, in one short reading of what
  ///   is new; further back, for an entry that was concluded once before, row by row, by the collection's own events:
  ///   a plain EXISTS may be planned as one reading of all events that there ever were (OFFSET 0 forbids it).
  func concludeEntries(bank: String, eventsAfter before: Int64) throws(StoreFault) {
    // Tables with keys and numbers of their own: as subqueries they may be read once for each entry.
    try run("TRUNCATE reached_entry, moved_entry")
    try run("INSERT INTO reached_entry SELECT DISTINCT file_id, ordinal FROM match")
    try run(
      """
      INSERT INTO moved_entry SELECT DISTINCT inbound_file_id, entry_ordinal FROM sepad.payment_event
      WHERE id > $1 AND inbound_file_id IS NOT NULL AND entry_ordinal IS NOT NULL
      """, [.integer(before)])
    try run("ANALYZE reached_entry, moved_entry")
    // What is identified and in no match waits, with its verdict.
    try run(
      """
      UPDATE sepad.inbound_entry n
      SET \(Self.spokenOf), verdict = CASE WHEN m.file_id IS NULL THEN n.verdict END,
        disposition = CASE
          WHEN m.file_id IS NULL THEN n.disposition
          WHEN x.file_id IS NOT NULL OR EXISTS (
            SELECT FROM sepad.payment_event v
            WHERE v.inbound_file_id = n.file_id AND v.entry_ordinal = n.ordinal AND v.collection_id = i.collection_id
            OFFSET 0)
          THEN 'applied' ELSE 'repeated' END
      FROM identified i
      JOIN sepad.collection c ON c.id = i.collection_id
      LEFT JOIN reached_entry m ON m.file_id = i.file_id AND m.ordinal = i.ordinal
      LEFT JOIN moved_entry x ON x.file_id = i.file_id AND x.ordinal = i.ordinal
      WHERE n.file_id = i.file_id AND n.ordinal = i.ordinal AND n.disposition = 'open'
      """)
    try run(
      """
      UPDATE sepad.inbound_entry e
      SET verdict = NULL, disposition = CASE WHEN x.file_id IS NOT NULL OR EXISTS (
          SELECT FROM match k JOIN sepad.payment_event v ON v.collection_id = k.collection_id
          WHERE k.file_id = e.file_id AND k.ordinal = e.ordinal
            AND v.inbound_file_id = e.file_id AND v.entry_ordinal = e.ordinal
          OFFSET 0)
        THEN 'applied' ELSE 'repeated' END::sepad.disposition
      FROM reached_entry m
      LEFT JOIN moved_entry x ON x.file_id = m.file_id AND x.ordinal = m.ordinal
      WHERE e.file_id = m.file_id AND e.ordinal = m.ordinal AND e.disposition = 'open'
        AND NOT EXISTS (SELECT FROM identified i WHERE i.file_id = m.file_id AND i.ordinal = m.ordinal)
      """)
    try run(
      """
      UPDATE sepad.inbound_entry e
      SET disposition = 'foreign', note = CASE
        WHEN e.kind IN ('entry', 'transaction') AND NOT x.our_account THEN 'an account that is not collected to'
        WHEN e.kind IN ('entry', 'transaction') THEN 'no direct debit of ours: ' || e.bank_code
        ELSE 'answers ' || e.message_name END
      FROM (
        SELECT o.file_id, o.ordinal, o.account_iban IS NULL OR EXISTS (
          SELECT FROM sepad.creditor_account a WHERE a.iban = o.account_iban AND a.bank = $1) AS our_account
        FROM open_entry o
      ) x
      WHERE e.file_id = x.file_id AND e.ordinal = x.ordinal AND e.disposition = 'open' AND e.verdict IS NULL
        AND e.collection_id IS NULL
        AND (e.kind IN ('entry', 'transaction') AND (e.family = 'other' OR NOT x.our_account)
          OR e.kind IN ('groupStatus', 'blockStatus', 'transactionStatus', 'cancellationStatus')
            AND e.message_name NOT LIKE 'pain.008%')
      """, [.text(bank)])
    try run(
      """
      UPDATE sepad.inbound_entry e
      SET verdict = CASE
        WHEN e.kind IN ('entry', 'transaction') THEN 'unknown: names no collection and no block'
        ELSE 'unknown: names no file of ours' END
      FROM open_entry o
      WHERE e.file_id = o.file_id AND e.ordinal = o.ordinal AND e.disposition = 'open' AND e.verdict IS NULL
      """)
  }
}
