import SEPA

/// What applying did, for the log and the status file.
package struct Applied: Sendable, Equatable {
  package var files = 0
  package var moved = 0
  package var stillOpen = 0

  package init() {}
}

/// Finds what each open entry of a bank speaks of, moves it, and says on the entry what came of it.
///
/// Every pass is one set-based statement over all open entries, those of earlier files too: a report that came before
/// its cause is matched when the cause is there. Passes run in the order rejected, accepted, settled, returned; the
/// states' ladder makes the end independent of it, the order only keeps histories readable.
extension Session {
  /// - Parameter inbound: the file just stored, for the history of the outbound files it reports on.
  package func applyOpenEntries(bank: String, _ stamp: Stamp) async throws -> Applied {
    var applied = Applied()
    try putAsideInformational(bank: bank)
    try findMatches(bank: bank)
    try reportFiles(stamp)
    for event in [CollectionEvent.rejected, .accepted, .settled, .returned] {
      applied.moved += try move(
        event,
        selecting: """
          SELECT DISTINCT ON (m.collection_id) m.collection_id, NULL::date AS collection_date, NULL::bigint AS file_id,
            m.file_id AS inbound_file_id, m.ordinal AS entry_ordinal, m.reason_code,
            m.rule AS detail
          FROM match m WHERE m.event = $4
          ORDER BY m.collection_id, m.file_id, m.ordinal
          """, [.text(event.rawValue)], stamp)
    }
    try concludeEntries()
    applied.files = Int(try one("SELECT count(DISTINCT outbound_id) FROM match").integer(0))
    applied.stillOpen = Int(
      try one(
        """
        SELECT count(*) FROM sepad.inbound_entry e JOIN sepad.inbound_file f ON f.id = e.file_id
        WHERE e.disposition = 'open' AND f.bank = $1
        """, [.text(bank)]
      ).integer(0))
    try run("TRUNCATE match")
    return applied
  }

  /// Entries that say nothing about a payment by themselves.
  private func putAsideInformational(bank: String) throws(StoreFault) {
    try run(
      """
      UPDATE sepad.inbound_entry e
      SET disposition = 'informational', note = CASE
        WHEN e.kind = 'entry' AND e.children > 0 THEN 'told by its transactions'
        WHEN e.kind IN ('entry', 'transaction') THEN 'not booked: ' || coalesce(e.status, 'no status')
        ELSE 'announces nothing final: ' || coalesce(e.status, 'no status') END
      FROM sepad.inbound_file f
      WHERE f.id = e.file_id AND f.bank = $1 AND e.disposition = 'open'
        AND (e.kind = 'entry' AND e.children > 0
          OR e.kind IN ('entry', 'transaction') AND e.status IN ('PDNG', 'INFO', 'FUTR')
          OR e.kind IN ('blockStatus', 'transactionStatus') AND coalesce(e.status, '') NOT IN ('RJCT', 'ACCP', 'ACSP', 'ACTC', 'ACWC', 'ACSC'))
      """, [.text(bank)])
  }

  /// Fills `match`: which collection each open entry speaks of, by which rule, and what it says of it. Amount,
  /// currency and account are compared wherever the entry names them; what could mean two collections means none.
  private func findMatches(bank: String) throws(StoreFault) {
    try run(
      """
      CREATE TEMP TABLE IF NOT EXISTS match (
        file_id bigint, ordinal bigint, collection_id bigint, outbound_id bigint, event text, reason_code text, rule text
      )
      """)
    try run("TRUNCATE match")
    // pain.002, one transaction: original message and end-to-end id.
    try run(
      """
      INSERT INTO match
      SELECT e.file_id, e.ordinal, c.id, o.id, CASE e.status WHEN 'RJCT' THEN 'rejected' ELSE 'accepted' END,
        e.reason_code, 'message id + end-to-end id'
      FROM sepad.inbound_entry e
      JOIN sepad.inbound_file f ON f.id = e.file_id AND f.bank = $1
      JOIN sepad.outbound_file o ON o.message_id = e.message_id AND o.bank = f.bank
      JOIN sepad.collection c ON c.creditor_id = o.creditor_id AND c.end_to_end_id = e.end_to_end_id
      JOIN sepad.file_item i ON i.collection_id = c.id AND i.file_id = o.id AND i.live
      JOIN sepad.payment_block b ON b.id = i.block_id
      WHERE e.disposition = 'open' AND e.kind = 'transactionStatus'
        AND coalesce(e.payment_information_id, b.payment_information_id) = b.payment_information_id
        AND coalesce(e.amount_cents, c.amount_cents) = c.amount_cents AND coalesce(e.currency, 'EUR') = 'EUR'
      """, [.text(bank)])
    // pain.002, a whole block or a whole file. A refusal reaches every transaction; an acceptance only those that the
    // same report does not name one by one.
    for (kind, block) in [("blockStatus", "AND b.payment_information_id = e.payment_information_id"), ("groupStatus", "")] {
      try run(
        """
        INSERT INTO match
        SELECT e.file_id, e.ordinal, i.collection_id, o.id, CASE e.status WHEN 'RJCT' THEN 'rejected' ELSE 'accepted' END,
          e.reason_code, CASE e.kind WHEN 'groupStatus' THEN 'message id' ELSE 'message id + payment information id' END
        FROM sepad.inbound_entry e
        JOIN sepad.inbound_file f ON f.id = e.file_id AND f.bank = $1
        JOIN sepad.outbound_file o ON o.message_id = e.message_id AND o.bank = f.bank
        JOIN sepad.payment_block b ON b.file_id = o.id \(block)
        JOIN sepad.file_item i ON i.block_id = b.id AND i.live
        WHERE e.disposition = 'open' AND e.kind = $2
          AND (e.status = 'RJCT' OR e.status IN ('ACCP', 'ACSP', 'ACTC', 'ACWC', 'ACSC') AND NOT EXISTS (
            SELECT FROM match m WHERE m.file_id = e.file_id AND m.collection_id = i.collection_id))
        """, [.text(bank), .text(kind)])
    }
    // camt, one transaction (or an entry without details): end-to-end id, amount, account, and mandate where named.
    try run(
      """
      INSERT INTO match
      SELECT file_id, ordinal, collection_id, outbound_id, event, reason_code, 'end-to-end id + amount'
      FROM (
        SELECT e.file_id, e.ordinal, c.id AS collection_id, i.file_id AS outbound_id,
          CASE e.direction WHEN 'DBIT' THEN 'returned' ELSE 'settled' END AS event, e.reason_code,
          count(*) OVER (PARTITION BY e.file_id, e.ordinal) AS candidates
        FROM sepad.inbound_entry e
        JOIN sepad.inbound_file f ON f.id = e.file_id AND f.bank = $1
        JOIN sepad.collection c ON c.end_to_end_id = e.end_to_end_id
        JOIN sepad.creditor_account a ON a.id = c.account_id AND a.bank = f.bank
        JOIN sepad.mandate d ON d.id = c.mandate_id
        JOIN sepad.file_item i ON i.collection_id = c.id AND i.live
        WHERE e.disposition = 'open' AND e.kind IN ('entry', 'transaction') AND coalesce(e.status, 'BOOK') = 'BOOK'
          AND e.amount_cents = c.amount_cents AND e.currency = 'EUR'
          AND coalesce(e.account_iban, a.iban) = a.iban
          AND coalesce(e.mandate_reference, d.reference) = d.reference
          -- A credit takes nothing back, and a debit settles nothing.
          AND (e.direction = 'DBIT' OR e.direction = 'CRDT' AND NOT e.is_return AND NOT e.is_reversal)
      ) x
      WHERE candidates = 1
      """, [.text(bank)])
    // camt, a batch-booked credit: the block's id, with the sum and the count of what was not refused.
    try run(
      """
      INSERT INTO match
      SELECT e.file_id, e.ordinal, i.collection_id, b.file_id, 'settled', NULL, 'payment information id + sum'
      FROM sepad.inbound_entry e
      JOIN sepad.inbound_file f ON f.id = e.file_id AND f.bank = $1
      JOIN sepad.payment_block b ON b.payment_information_id = e.payment_information_id
      JOIN sepad.creditor_account a ON a.id = b.account_id AND a.bank = f.bank
      JOIN LATERAL (
        SELECT sum(c.amount_cents) FILTER (WHERE s.state <> 'rejected') AS cents,
          count(*) FILTER (WHERE s.state <> 'rejected') AS transactions
        FROM sepad.file_item i
        JOIN sepad.collection c ON c.id = i.collection_id
        JOIN sepad.collection_status s ON s.collection_id = c.id
        WHERE i.block_id = b.id AND i.live
      ) kept ON e.amount_cents = kept.cents AND coalesce(e.transactions, kept.transactions) = kept.transactions
        OR e.amount_cents = b.sum_cents AND coalesce(e.transactions, b.transactions) = b.transactions
      JOIN sepad.file_item i ON i.block_id = b.id AND i.live
      JOIN sepad.collection_status s ON s.collection_id = i.collection_id
      WHERE e.disposition = 'open' AND (e.kind = 'entry' AND e.children = 0 OR e.kind = 'transaction') AND e.direction = 'CRDT'
        AND NOT e.is_return AND NOT e.is_reversal AND coalesce(e.status, 'BOOK') = 'BOOK' AND e.end_to_end_id IS NULL
        AND e.currency = 'EUR' AND coalesce(e.account_iban, a.iban) = a.iban
      """, [.text(bank)])
  }

  /// A bank that reports on a file has it, whatever we believed; and a group status is news about the file itself.
  private func reportFiles(_ stamp: Stamp) throws(StoreFault) {
    let reports = try run(
      """
      SELECT m.outbound_id, min(f.remote_name),
        bool_or(e.kind = 'groupStatus' AND e.status = 'RJCT'),
        bool_or(e.kind = 'groupStatus' AND e.status IN ('ACCP', 'ACSP', 'ACTC', 'ACWC', 'ACSC', 'PART')
          OR e.kind IN ('blockStatus', 'transactionStatus'))
      FROM match m
      JOIN sepad.inbound_entry e ON e.file_id = m.file_id AND e.ordinal = m.ordinal
      JOIN sepad.inbound_file f ON f.id = m.file_id
      GROUP BY m.outbound_id ORDER BY m.outbound_id
      """)
    for report in reports.rows {
      let file = try report.integer(0)
      let evidence = "reported by \(try report.text(1))"
      try moveFile(file, .reported, evidence: evidence, stamp)
      if try report.bool(2) {
        try moveFile(file, .refused, evidence: evidence, stamp)
      } else if try report.bool(3) {
        try moveFile(file, .accepted, evidence: evidence, stamp)
      }
    }
    // PART names its transactions elsewhere in the report; on the file itself it is a partial acceptance.
    let partial = try run(
      """
      SELECT o.id, f.remote_name, e.file_id, e.ordinal
      FROM sepad.inbound_entry e
      JOIN sepad.inbound_file f ON f.id = e.file_id
      JOIN sepad.outbound_file o ON o.message_id = e.message_id AND o.bank = f.bank
      WHERE e.disposition = 'open' AND e.kind = 'groupStatus'
        AND coalesce(e.status, '') NOT IN ('RJCT', 'ACCP', 'ACSP', 'ACTC', 'ACWC', 'ACSC')
      """)
    for report in partial.rows {
      let evidence = "reported by \(try report.text(1))"
      try moveFile(try report.integer(0), .reported, evidence: evidence, stamp)
      try moveFile(try report.integer(0), .accepted, evidence: evidence, stamp)
      try run(
        "UPDATE sepad.inbound_entry SET disposition = 'applied', matched_by = 'message id' WHERE file_id = $1 AND ordinal = $2",
        [.integer(try report.integer(2)), .integer(try report.integer(3))])
    }
  }

  /// Says on each matched entry what came of it: `applied` when it moved something, `repeated` when everything it says
  /// was known already or overtaken.
  private func concludeEntries() throws(StoreFault) {
    try run(
      """
      UPDATE sepad.inbound_entry e
      SET matched_by = m.rule, disposition = CASE WHEN EXISTS (
          SELECT FROM sepad.payment_event v
          WHERE v.inbound_file_id = e.file_id AND v.entry_ordinal = e.ordinal AND v.collection_id = ANY (m.collections))
        THEN 'applied' ELSE 'repeated' END::sepad.disposition
      FROM (SELECT file_id, ordinal, min(rule) AS rule, array_agg(collection_id) AS collections FROM match GROUP BY 1, 2) m
      WHERE e.file_id = m.file_id AND e.ordinal = m.ordinal AND e.disposition = 'open'
      """)
  }

  /// Counts an entry's transactions, so that money told twice (in the entry and in its details) moves once.
  package func countChildren(of file: Int64) throws(StoreFault) {
    try run(
      """
      UPDATE sepad.inbound_entry e SET children = n.children
      FROM (SELECT parent, count(*) AS children FROM sepad.inbound_entry WHERE file_id = $1 AND parent IS NOT NULL GROUP BY parent) n
      WHERE e.file_id = $1 AND e.ordinal = n.parent AND e.kind = 'entry'
      """, [.integer(file)])
  }
}
