/// What came of each entry, and its writing down.
extension Session {
  /// `applied` when an entry moved something, `repeated` when everything it says was known already or overtaken, `foreign`
  /// when it is no business of ours; what stays open says why.
  ///
  /// - Parameter before: the last event before this pass. What moved is looked for behind it, in one short reading of what
  ///   is new; further back, for an entry that was concluded once before, row by row, by the collection's own events.
  func concludeEntries(eventsAfter before: Int64, _ desk: inout Desk) throws(StoreFault) {
    // Tables with statistics of their own: as subqueries they may be read once for each entry.
    try run("INSERT INTO reached_entry SELECT DISTINCT file_id, ordinal FROM match WHERE whole_block AND NOT waits")
    try run(
      """
      INSERT INTO moved_entry SELECT DISTINCT inbound_file_id, entry_ordinal FROM sepad.payment_event
      WHERE id > $1 AND inbound_file_id IS NOT NULL AND entry_ordinal IS NOT NULL
      """, [.integer(before)])
    try run("ANALYZE reached_entry, moved_entry")
    try writeDown(Self.outcome, &desk)
  }

  /// Writes into `inbound_entry` what is known of each entry in `open_entry`, which remains open, and with it, once, all that
  /// was just read.
  func writeIdentitiesDown(_ desk: inout Desk) throws(StoreFault) { try writeDown(Self.identity, &desk) }

  /// - Parameter outcome: what is known: a SELECT.
  private func writeDown(_ outcome: String, _ desk: inout Desk) throws(StoreFault) {
    if desk.hasEarlier || !desk.hasUnwritten { try rewrite(outcome) }
    if desk.hasUnwritten { try write(outcome, &desk) }
  }

  /// Entries of earlier reports, or written down before.
  private func rewrite(_ outcome: String) throws(StoreFault) {
    try run(
      """
      UPDATE sepad.inbound_entry n
      SET collection_id = z.collection_id, block_id = z.block_id, matched_by = z.matched_by,
        principal_cents = z.principal_cents, charges_cents = z.charges_cents, verdict = z.verdict, note = z.note,
        -- A plain EXISTS may be planned as one reading of all events that there ever were; OFFSET 0 forbids it.
        disposition = CASE
          WHEN z.disposition = 'repeated' AND (
            EXISTS (
              SELECT FROM sepad.payment_event v
              WHERE v.collection_id = z.collection_id AND v.inbound_file_id = n.file_id AND v.entry_ordinal = n.ordinal
              OFFSET 0)
            OR z.collection_id IS NULL AND EXISTS (
              SELECT FROM match k JOIN sepad.payment_event v ON v.collection_id = k.collection_id
              WHERE k.file_id = n.file_id AND k.ordinal = n.ordinal AND NOT k.waits
                AND v.inbound_file_id = n.file_id AND v.entry_ordinal = n.ordinal
              OFFSET 0))
          THEN 'applied' ELSE z.disposition END
      FROM (\(outcome)) z
      WHERE n.file_id = z.file_id AND n.ordinal = z.ordinal
        AND (n.collection_id, n.block_id, n.matched_by, n.principal_cents, n.charges_cents, n.verdict, n.note, n.disposition)
          IS DISTINCT FROM (z.collection_id, z.block_id, z.matched_by, z.principal_cents, z.charges_cents, z.verdict, z.note,
            z.disposition)
      """)
  }

  /// Entries that were just read.
  private func write(_ outcome: String, _ desk: inout Desk) throws(StoreFault) {
    let columns = Self.reportedColumns.filter { $0 != "charges_cents" }
    let written = try run(
      """
      INSERT INTO sepad.inbound_entry (\(columns.joined(separator: ", ")), charges_cents, collection_id, block_id,
        matched_by, principal_cents, verdict, note, disposition)
      SELECT \(columns.map { "r.\($0)" }.joined(separator: ", ")),
        coalesce(z.charges_cents, r.charges_cents), z.collection_id, z.block_id, z.matched_by, z.principal_cents, z.verdict,
        CASE WHEN z.file_id IS NOT NULL THEN z.note WHEN NOT (\(Self.isOpen(desk))) THEN \(Self.reportedNote(desk)) END,
        coalesce(z.disposition, CASE WHEN \(Self.isOpen(desk)) THEN 'open' ELSE 'informational' END::sepad.disposition)
      FROM \(Self.reported(desk))
      LEFT JOIN (\(outcome)) z ON z.file_id = r.file_id AND z.ordinal = r.ordinal
      """
    ).affected
    // At once: whoever reads another report in this transaction finds nothing that is written already.
    try run("TRUNCATE reported_entry, booking")
    desk.hasUnwritten = false
    try analyzeEntries(written)
  }

  /// What is a large part of all entries changes how matching is planned.
  private func analyzeEntries(_ written: Int) throws(StoreFault) {
    guard written >= 1000 else { return }
    let known = try one("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'sepad.inbound_entry'::regclass")
    if Int64(written) * 10 >= (try known.integer(0)) {
      // What is asked for when entries are matched, as roughly as of the working tables; autovacuum looks closer later, and at the
      // rest.
      try run(
        """
        ANALYZE sepad.inbound_entry (file_id, ordinal, parent, kind, direction, disposition, collection_id, block_id,
          servicer_reference)
        """)
    }
  }

  /// What an entry `o` of `open_entry` speaks of, where `i` of `match` names its collection.
  private static let spokenOf = """
    o.file_id, o.ordinal, coalesce(i.collection_id, o.collection_id) AS collection_id, o.block_id,
    coalesce(i.rule, o.matched_by) AS matched_by,
    CASE
      WHEN i.file_id IS NULL THEN o.principal_cents
      WHEN o.kind IN ('entry', 'transaction') THEN i.cents END AS principal_cents,
    CASE
      WHEN o.kind IN ('entry', 'transaction') AND o.charges_cents IS NULL AND o.stated_cents > i.cents
        THEN o.stated_cents - i.cents
      ELSE o.charges_cents END AS charges_cents
    """

  private static let identified = """
    open_entry o
    LEFT JOIN match i ON i.file_id = o.file_id AND i.ordinal = o.ordinal AND NOT i.whole_block
    """

  private static let identity = "SELECT \(spokenOf), o.verdict, o.note, o.disposition FROM \(identified)"

  /// Whether an entry tells something, of one payment or of a whole block.
  private static let isHeard = "(NOT i.waits OR m.file_id IS NOT NULL)"

  private static let outcome = """
    SELECT \(spokenOf),
      CASE
        WHEN o.disposition <> 'open' THEN o.verdict
        WHEN \(isHeard) OR w.foreign_note IS NOT NULL THEN NULL
        WHEN o.verdict IS NOT NULL THEN o.verdict
        WHEN o.kind IN ('entry', 'transaction') THEN 'unknown: names no collection and no block'
        ELSE 'unknown: names no file of ours' END AS verdict,
      coalesce(w.foreign_note, o.note) AS note,
      CASE
        WHEN o.disposition <> 'open' THEN o.disposition
        WHEN \(isHeard) AND x.file_id IS NOT NULL THEN 'applied'
        WHEN \(isHeard) THEN 'repeated'
        WHEN w.foreign_note IS NOT NULL THEN 'foreign'
        ELSE 'open' END::sepad.disposition AS disposition
    FROM \(identified)
    LEFT JOIN reached_entry m ON m.file_id = o.file_id AND m.ordinal = o.ordinal
    LEFT JOIN moved_entry x ON x.file_id = o.file_id AND x.ordinal = o.ordinal
    -- What is identified and says nothing yet waits, with its verdict.
    CROSS JOIN LATERAL (
      SELECT CASE
        WHEN o.disposition <> 'open' OR m.file_id IS NOT NULL OR o.verdict IS NOT NULL OR i.file_id IS NOT NULL
          OR o.collection_id IS NOT NULL THEN NULL
        WHEN o.kind IN ('entry', 'transaction') THEN CASE
          WHEN o.account_iban IS NOT NULL AND NOT EXISTS (
            SELECT FROM sepad.creditor_account a WHERE a.iban = o.account_iban AND a.bank = o.bank)
          THEN 'an account that is not collected to'
          WHEN o.family = 'other' THEN 'no direct debit of ours: ' || coalesce(o.bank_code, 'no code') END
        WHEN o.kind IN ('groupStatus', 'blockStatus', 'transactionStatus', 'cancellationStatus')
          AND o.message_name NOT LIKE 'pain.008%' THEN 'answers ' || o.message_name END AS foreign_note
    ) w
    """
}
