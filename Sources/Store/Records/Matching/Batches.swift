/// Bookings of a whole payment information block, as batch booking makes them: one amount, no payments named.
extension Session {
  /// A block is meant when the booking names it (or its message, and then exactly one block fits), and its sum and count
  /// are those of the block, gross or less what was refused. The whole block moves, or nothing of it.
  func identifyBlocks() throws(StoreFault) {
    try run(
      """
      UPDATE open_entry n
      SET block_id = CASE WHEN x.fitting = 1 THEN x.fits END,
        matched_by = CASE WHEN x.fitting = 1 THEN 'payment information id + sum' END,
        principal_cents = CASE WHEN x.fitting = 1 THEN n.stated_cents END,
        verdict = CASE
          WHEN x.fitting = 1 THEN NULL
          WHEN x.fitting > 1 THEN 'ambiguous: ' || x.fitting || ' blocks fit'
          WHEN x.found > 1 THEN 'ambiguous: ' || x.found || ' blocks named, none fits'
          ELSE x.mismatch END
      FROM (
        SELECT k.file_id, k.ordinal, count(*) AS found, count(*) FILTER (WHERE k.mismatch IS NULL) AS fitting,
          min(k.block_id) FILTER (WHERE k.mismatch IS NULL) AS fits, min(k.mismatch) AS mismatch
        FROM (
          SELECT e.file_id, e.ordinal, b.id AS block_id, nullif(concat_ws('; ',
            CASE WHEN e.currency <> 'EUR' THEN 'mismatch: currency: found ' || e.currency || ', expected EUR' END,
            CASE WHEN e.scheme <> b.scheme THEN 'mismatch: scheme: found ' || e.scheme || ', expected ' || b.scheme END,
            CASE WHEN e.account_iban <> a.iban THEN 'mismatch: account: found another, expected the one it was collected to' END,
            CASE WHEN NOT (\(Self.isWholeBlock) OR coalesce(
                e.amount_cents = kept.cents AND coalesce(e.transactions, kept.transactions) IN (kept.transactions, 1), false))
              THEN 'mismatch: batch: found ' || coalesce(sepad.euro(e.amount_cents), 'no amount')
                || coalesce(' in ' || e.transactions || ' payments', '') || ', expected ' || sepad.euro(b.sum_cents)
                || ' in ' || b.transactions
                || CASE WHEN kept.transactions < b.transactions
                  THEN ', or ' || sepad.euro(kept.cents) || ' in ' || kept.transactions ELSE '' END
            END), '') AS mismatch
          FROM open_entry e
          -- Two questions, each answered by its index; as one they are a walk through all files.
          JOIN LATERAL (
            SELECT p.id FROM sepad.payment_block p WHERE p.payment_information_id = e.payment_information_id
            UNION ALL
            SELECT p.id FROM sepad.outbound_file f JOIN sepad.payment_block p ON p.file_id = f.id
            WHERE f.message_id = e.message_id AND e.payment_information_id IS NULL
          ) named ON true
          JOIN sepad.payment_block b ON b.id = named.id
          JOIN sepad.outbound_file o ON o.id = b.file_id AND o.bank = e.bank
          JOIN sepad.creditor_account a ON a.id = b.account_id
          -- What the bank kept after its refusals; those that it took back later were in the batch. Nobody adds it up where the
          -- booking is of the block as it was sent.
          JOIN LATERAL (
            SELECT coalesce(sum(s.amount_cents), 0)::bigint AS cents, count(*) AS transactions
            FROM sepad.file_item i
            JOIN sepad.collection_status s ON s.collection_id = i.collection_id AND s.state <> 'rejected'
            WHERE i.block_id = b.id AND i.live AND NOT \(Self.isWholeBlock)
          ) kept ON true
          WHERE e.single AND e.kind IN ('entry', 'transaction') AND e.end_to_end_id IS NULL
            AND (e.payment_information_id IS NOT NULL OR e.message_id IS NOT NULL)
            AND \(Self.isUnidentified)
        ) k
        GROUP BY k.file_id, k.ordinal
      ) x
      WHERE n.file_id = x.file_id AND n.ordinal = x.ordinal
      """)
  }

  /// Whether a booking `e` is of the amount and number of a block `b` as it was sent.
  private static let isWholeBlock = """
    coalesce(e.amount_cents = b.sum_cents AND coalesce(e.transactions, b.transactions) IN (b.transactions, 1), false)
    """
}
