/// What came of each entry.
extension Session {
  /// `applied` when it moved something, `repeated` when everything it says was known already or overtaken, `foreign` when
  /// it is no business of ours; what stays open says why.
  func concludeEntries(bank: String) throws(StoreFault) {
    try run(
      """
      UPDATE sepad.inbound_entry e
      SET verdict = NULL, disposition = CASE WHEN EXISTS (
          SELECT FROM sepad.payment_event v
          WHERE v.inbound_file_id = e.file_id AND v.entry_ordinal = e.ordinal AND v.collection_id = ANY (m.collections))
        THEN 'applied' ELSE 'repeated' END::sepad.disposition
      FROM (SELECT file_id, ordinal, array_agg(collection_id) AS collections FROM match GROUP BY 1, 2) m
      WHERE e.file_id = m.file_id AND e.ordinal = m.ordinal AND e.disposition = 'open'
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
