internal import SEPA

/// A file that lies at its bank and that the database has forgotten becomes a file of the database again: only whole, and
/// only where each of its debits is one collection of which nothing else is known.
extension Session {
  /// Finds the collection of each found debit, and marks the files of which all have theirs.
  ///
  /// A debit is a collection where all that the file says of it is what the database says: creditor, account, scheme,
  /// sequence, end-to-end id, mandate, debtor account, amount, purpose and remittance; collected not before the day asked for. The
  /// collection was there when the file was made, or a request that came later under a number that was given twice could
  /// be taken for the one that was sent. It waits to be sent, alone or in a file that never left and is withdrawn, and no
  /// other found or lost debit could be it.
  func markAdoptable() throws(StoreFault) {
    try run("TRUNCATE found_item")
    try run("UPDATE found_file SET adoptable = false")
    try run(
      """
      INSERT INTO found_item (message_id, bank, ordinal, block, account_id, collection_id)
      SELECT t.message_id, t.bank, t.ordinal, t.block, a.id, c.id
      FROM found_debit t
      JOIN found_file f ON f.message_id = t.message_id AND f.bank = t.bank
      JOIN found_block b ON b.message_id = t.message_id AND b.bank = t.bank AND b.ordinal = t.block
      JOIN sepad.creditor_account a ON a.bank = t.bank AND a.iban = b.creditor_iban
      JOIN sepad.creditor k ON k.id = a.creditor_id AND k.creditor_identifier = b.creditor_identifier
      JOIN sepad.collection c ON c.creditor_id = k.id AND c.account_id = a.id AND c.end_to_end_id = t.end_to_end_id
      JOIN sepad.mandate m ON m.id = c.mandate_id AND m.reference = t.mandate_reference
      JOIN sepad.debtor d ON d.id = m.debtor_id AND d.iban = t.debtor_iban
      WHERE c.amount_cents = t.amount_cents AND t.currency = 'EUR' AND c.scheme::text = b.scheme
        AND (c.sequence_type = 'OOFF') = (b.sequence_type = 'OOFF') AND c.purpose IS NOT DISTINCT FROM t.purpose
        AND (c.remittance, c.remittance_is_reference) IS NOT DISTINCT FROM
          (coalesce(t.creditor_reference, t.remittance), t.creditor_reference IS NOT NULL)
        AND c.requested_date <= b.collection_date AND c.accepted_at <= f.created_at
        AND (EXISTS (SELECT FROM sepad.due w WHERE w.collection_id = c.id)
          OR EXISTS (SELECT FROM sepad.file_item i JOIN sepad.outbound_file o ON o.id = i.file_id
            WHERE i.collection_id = c.id AND i.live AND o.state = 'sealed'))
        AND NOT EXISTS (SELECT FROM found_debit u
          WHERE u.end_to_end_id = t.end_to_end_id AND u.creditor_identifier = t.creditor_identifier
            AND (u.message_id, u.ordinal) <> (t.message_id, t.ordinal))
        AND NOT EXISTS (SELECT FROM sepad.lost_debit l
          WHERE l.end_to_end_id = t.end_to_end_id AND l.creditor_identifier = t.creditor_identifier
            AND l.released_at IS NULL)
      """)
    try run("ANALYZE found_item, found_block")
    try run(
      """
      UPDATE found_file f SET adoptable = true
      WHERE (SELECT (count(*), count(DISTINCT i.collection_id), count(DISTINCT a.creditor_id)) = (f.transactions, f.transactions, 1)
          FROM found_item i JOIN sepad.creditor_account a ON a.id = i.account_id
          WHERE i.message_id = f.message_id AND i.bank = f.bank)
        AND (SELECT (count(*), sum(t.amount_cents)) = (f.transactions, f.control_sum_cents) FROM found_debit t
          WHERE t.message_id = f.message_id AND t.bank = f.bank)
        AND (SELECT count(DISTINCT b.scheme) FROM found_block b WHERE b.message_id = f.message_id AND b.bank = f.bank) = 1
        -- Each block is what it announces, and has the id that it would have here.
        AND NOT EXISTS (
          SELECT FROM found_block b
          LEFT JOIN LATERAL (
            SELECT count(*) AS items, sum(c.amount_cents)::bigint AS cents, count(DISTINCT i.account_id) AS accounts
            FROM found_item i JOIN sepad.collection c ON c.id = i.collection_id
            WHERE i.message_id = b.message_id AND i.bank = b.bank AND i.block = b.ordinal
          ) x ON true
          WHERE b.message_id = f.message_id AND b.bank = f.bank
            AND ((b.transactions, b.sum_cents, 1) IS DISTINCT FROM (x.items, x.cents, x.accounts)
              OR b.payment_information_id <> f.message_id || '-' || b.ordinal))
        AND NOT EXISTS (SELECT FROM sepad.outbound_file o
          WHERE o.message_id = f.message_id OR o.bank = f.bank AND o.remote_name = f.remote_name)
        AND NOT EXISTS (SELECT FROM found_block b JOIN sepad.payment_block p USING (payment_information_id)
          WHERE b.message_id = f.message_id AND b.bank = f.bank)
      """)
  }

  /// Makes the marked files files of the database, at the bank, and their collections submitted. Their bytes are those
  /// that were read. What was kept of them as lost goes.
  /// - Returns: how many files.
  /// - Throws: `StoreFault.shape` when not exactly their collections could be taken; the transaction must then fail.
  func adopt(_ stamp: Stamp) throws(StoreFault) -> Int {
    let found = try run(
      "SELECT message_id, bank, seen_in, transactions FROM found_file WHERE adoptable ORDER BY message_id")
    for row in found.rows {
      try adopt(
        try row.text(0), bank: try row.text(1), seenIn: try row.text(2), transactions: Int(try row.integer(3)), stamp)
    }
    return found.rows.count
  }

  private func adopt(
    _ message: String, bank: String, seenIn place: String, transactions: Int, _ stamp: Stamp
  ) throws(StoreFault) {
    func require(_ count: Int, _ what: String) throws(StoreFault) {
      guard count == transactions else {
        throw .shape("adopting \(message): found \(count) collections \(what), expected \(transactions)")
      }
    }
    let key: [SQLValue] = [.text(message), .text(bank)]
    let file = try one(
      """
      INSERT INTO sepad.outbound_file (bank, creditor_id, scheme, message_id, created_at, remote_name, first_date,
        transactions, control_sum_cents, size_bytes, sha256, schema_checked, state, moved_at, amendments_before)
      SELECT f.bank, (SELECT min(a.creditor_id) FROM found_item i JOIN sepad.creditor_account a ON a.id = i.account_id
          WHERE i.message_id = f.message_id AND i.bank = f.bank),
        (SELECT min(b.scheme) FROM found_block b WHERE b.message_id = f.message_id AND b.bank = f.bank)::sepad.scheme,
        f.message_id, f.created_at, f.remote_name,
        (SELECT min(b.collection_date) FROM found_block b WHERE b.message_id = f.message_id AND b.bank = f.bank),
        f.transactions, f.control_sum_cents, f.size_bytes, f.sha256, false, 'sealed', $3,
        (SELECT coalesce(max(id), 0) FROM sepad.mandate_amendment WHERE at <= f.created_at)
      FROM found_file f WHERE f.message_id = $1 AND f.bank = $2 AND f.size_bytes = (
        SELECT sum(octet_length(c.bytes)) FROM found_chunk c WHERE c.message_id = f.message_id AND c.bank = f.bank)
      RETURNING id
      """, key + [.text(stamp.at.description)]
    ).integer(0)
    try run(
      """
      INSERT INTO sepad.outbound_chunk (file_id, ordinal, bytes)
      SELECT $3, ordinal, bytes FROM found_chunk WHERE message_id = $1 AND bank = $2
      """, key + [.integer(file)])
    try run(
      """
      INSERT INTO sepad.payment_block (file_id, ordinal, payment_information_id, account_id, scheme, sequence_type,
        collection_date, transactions, sum_cents)
      SELECT $3, b.ordinal, b.payment_information_id, i.account_id, b.scheme::sepad.scheme,
        b.sequence_type::sepad.sequence_type, b.collection_date, b.transactions, b.sum_cents
      FROM found_block b
      JOIN (SELECT DISTINCT block, account_id FROM found_item WHERE message_id = $1 AND bank = $2) i ON i.block = b.ordinal
      WHERE b.message_id = $1 AND b.bank = $2
      """, key + [.integer(file)])
    try run(
      """
      INSERT INTO sepad.file_item (file_id, ordinal, block_id, collection_id)
      SELECT $3, i.ordinal, p.id, i.collection_id
      FROM found_item i JOIN sepad.payment_block p ON p.file_id = $3 AND p.ordinal = i.block
      WHERE i.message_id = $1 AND i.bank = $2
      """, key + [.integer(file)])
    let known = "found in the \(place), where the database had forgotten it"
    try run(
      """
      INSERT INTO sepad.file_history (file_id, at, event, to_state, evidence, actor)
      VALUES ($1, $2, 'sealed', 'sealed', $3, $4)
      """, [.integer(file), .text(stamp.at.description), .text(known), .text(stamp.actor)])
    let taken = try run(
      "DELETE FROM sepad.due WHERE collection_id IN (SELECT collection_id FROM sepad.file_item WHERE file_id = $1)",
      [.integer(file)]
    ).affected
    // A builder may have been quicker.
    try require(taken, "on the worklist")
    // In the steps of any file, so that whoever hears of steps hears of these.
    for event in [CollectionEvent.dated, .sealed] {
      let moved = try move(
        event,
        selecting: """
          SELECT i.collection_id, p.collection_date, i.file_id, NULL::bigint AS inbound_file_id,
            NULL::bigint AS entry_ordinal, NULL::text AS reason_code, $5::text AS detail
          FROM sepad.file_item i JOIN sepad.payment_block p ON p.id = i.block_id WHERE i.file_id = $4
          """, [.integer(file), .text("\(message) \(known)")], stamp)
      if event == .sealed { try require(moved, "in state scheduled") }
    }
    try moveFile(file, .sendBegan, evidence: "in the time that the database has forgotten", stamp)
    try moveFile(file, .delivered, evidence: "\(known); each debit is a collection that waited", stamp)
    try run("DELETE FROM sepad.lost_debit WHERE message_id = $1", [.text(message)])
    try run("DELETE FROM sepad.lost_message WHERE message_id = $1", [.text(message)])
  }
}
