import TestSupport

/// Collections of times gone by, settled, with the rows that the daemon would have left: a file for each hundred
/// thousand, half of them booked as a batch and half alone, six events and as many notices told for each. A mandate
/// carries one of them a month for two years. Checks between tables are off while it writes: the rows are right by making.
struct History {
  private let house: House
  private static let step = 100_000
  private static let at = "2026-01-05T07:00:00Z"

  init(_ house: House) { self.house = house }

  func write(_ count: Int) throws {
    var first = 1
    while first <= count {
      let last = min(count, first + Self.step - 1)
      try house.sql(Self.file(number: (first - 1) / Self.step + 1, first: first, last: last))
      first = last + 1
    }
    try house.sql(Self.end(count))
    // psql runs each of these by itself.
    for table in ["sepad.collection", "sepad.collection_status", "sepad.payment_event", "sepad.job", "sepad.file_item", "sepad.inbound_entry"] {
      try house.sql("VACUUM (ANALYZE) \(table)")
    }
    try house.sql("ANALYZE")
  }

  /// One file and all that came of it.
  private static func file(number: Int, first: Int, last: Int) -> String {
    let rows = "generate_series(\(first), \(last)) AS n"
    let account = "(SELECT id FROM sepad.creditor_account WHERE key = CASE WHEN n % 2 = 0 THEN 'first' ELSE 'second' END)"
    let creditor = "(SELECT id FROM sepad.creditor)"
    let cents = "(1000 + n % 90000)"
    let block = "(\(number) * 2 - n % 2)"
    let (statuses, credits) = (number * 2 - 1, number * 2)
    return """
      SET session_replication_role = replica;
      SET synchronous_commit = off;
      INSERT INTO sepad.debtor (id, name, iban, country, town, postcode, street, building) OVERRIDING SYSTEM VALUE
      SELECT m, 'Joerg Weiss ' || m, 'DE0299999999' || (1000000000 + m), 'DE', 'Leipzig', '50667', 'Am Alten Markt', '17'
      FROM (SELECT DISTINCT 1 + n / 24 AS m FROM \(rows)) x ON CONFLICT DO NOTHING;
      INSERT INTO sepad.mandate (id, creditor_id, reference, scheme, recurrent, signed_on, debtor_id, request_key, request_digest,
        accepted_at) OVERRIDING SYSTEM VALUE
      SELECT m, \(creditor), 'M-H' || m, 'CORE', true, '2024-01-02', m, 'M-H' || m, sha256(m::text::bytea), '\(at)'
      FROM (SELECT DISTINCT 1 + n / 24 AS m FROM \(rows)) x ON CONFLICT DO NOTHING;
      INSERT INTO sepad.collection (id, creditor_id, account_id, mandate_id, scheme, sequence_type, amount_cents, requested_date,
        end_to_end_id, remittance, request_key, request_digest, accepted_at)
      SELECT n, \(creditor), \(account), 1 + n / 24, 'CORE', 'RCUR', \(cents), '2026-01-08', 'E-H' || n,
        'Facture n. INV-2026-' || n, 'C-H' || n, sha256(n::text::bytea), '\(at)' FROM \(rows);
      INSERT INTO sepad.collection_status (collection_id, state, collection_date, moved_at)
      SELECT n, 'settled', '2026-01-08', '\(at)' FROM \(rows);
      INSERT INTO sepad.payment_event (id, collection_id, at, event, from_state, to_state, actor, collection_date)
        OVERRIDING SYSTEM VALUE
      SELECT n * 6 + e.k - 6, n, '\(at)', e.event, e.before::sepad.collection_state, e.after::sepad.collection_state, 'history', '2026-01-08'
      FROM \(rows), (VALUES (1, 'requested', NULL, 'requested'), (2, 'dated', 'requested', 'scheduled'),
        (3, 'sealed', 'scheduled', 'sealed'), (4, 'submitted', 'sealed', 'submitted'),
        (5, 'accepted', 'submitted', 'accepted'), (6, 'settled', 'accepted', 'settled')) AS e (k, event, before, after);
      INSERT INTO sepad.job (id, kind, endpoint, subject, event_id, created_at, run_at, attempts, state, finished_at)
        OVERRIDING SYSTEM VALUE
      SELECT v, 'webhook', 'webhook:erp', 'collection:' || 1 + (v - 1) / 6, v, '\(at)', '\(at)', 1, 'done', '\(at)'
      FROM generate_series(\((first - 1) * 6 + 1), \(last * 6)) AS v;
      INSERT INTO sepad.outbound_file (id, bank, creditor_id, scheme, message_id, created_at, remote_name, first_date, transactions,
        control_sum_cents, size_bytes, sha256, schema_checked, state, moved_at)
      SELECT \(number), 'sandbox', \(creditor), 'CORE', 'HISTORY-\(number)', '\(at)', 'HISTORY-\(number).xml', '2026-01-08',
        count(*), sum(\(cents)), 1, sha256('\(number)'), true, 'accepted', '\(at)' FROM \(rows);
      INSERT INTO sepad.payment_block (id, file_id, ordinal, payment_information_id, account_id, scheme, sequence_type,
        collection_date, transactions, sum_cents)
      SELECT \(block), \(number), 2 - n % 2, 'HISTORY-\(number)-' || 2 - n % 2, \(account.replacing("n %", with: "min(n) %")), 'CORE', 'RCUR',
        '2026-01-08', count(*), sum(\(cents)) FROM \(rows) GROUP BY n % 2;
      INSERT INTO sepad.file_item (file_id, ordinal, block_id, collection_id)
      SELECT \(number), n, \(block), n FROM \(rows);
      INSERT INTO sepad.inbound_file (id, bank, remote_name, size_bytes, sha256, received_at, state, message_type, finished_at)
        OVERRIDING SYSTEM VALUE
      SELECT f, 'sandbox', 'history-' || f, 1, sha256(f::text::bytea), '\(at)', 'applied', 'camt.054.001.08', '\(at)'
      FROM generate_series(\(statuses), \(credits)) AS f;
      INSERT INTO sepad.inbound_entry (file_id, ordinal, line, kind, message_id, status, is_reversal, is_return, disposition, matched_by)
      VALUES (\(statuses), 1, 1, 'groupStatus', 'HISTORY-\(number)', 'ACCP', false, false, 'applied', 'message id');
      INSERT INTO sepad.inbound_entry (file_id, ordinal, line, kind, message_id, payment_information_id, status, amount_cents,
        currency, direction, is_reversal, is_return, transactions, account_iban, booked_on, valued_on, disposition, matched_by,
        bank_code, family, block_id, principal_cents)
      SELECT \(credits), 1, 1, 'entry', 'HISTORY-\(number)', 'HISTORY-\(number)-2', 'BOOK', sum(\(cents)), 'EUR', 'CRDT', false, false,
        count(*), 'FR7630006000011234567890189', '2026-01-08', '2026-01-08', 'applied', 'payment information id + sum',
        'PMNT/IDDT/ESDD', 'issuedDirectDebit', \(number) * 2, sum(\(cents)) FROM \(rows) WHERE n % 2 = 0;
      INSERT INTO sepad.inbound_entry (file_id, ordinal, parent, line, kind, message_id, payment_information_id, end_to_end_id,
        mandate_reference, status, amount_cents, currency, direction, is_reversal, is_return, children, account_iban, booked_on,
        valued_on, disposition, matched_by, note, bank_code, family, collection_id, principal_cents)
      SELECT \(credits), n * 2 + k, CASE k WHEN 1 THEN n * 2 END, 1, CASE k WHEN 0 THEN 'entry' ELSE 'transaction' END,
        CASE k WHEN 1 THEN 'HISTORY-\(number)' END, CASE k WHEN 1 THEN 'HISTORY-\(number)-1' END, CASE k WHEN 1 THEN 'E-H' || n END,
        CASE k WHEN 1 THEN 'M-H' || 1 + n / 24 END, 'BOOK', \(cents), 'EUR', 'CRDT', false, false, 1 - k,
        'FR7630001007941234567890185', '2026-01-08', '2026-01-08',
        CASE k WHEN 0 THEN 'informational' ELSE 'applied' END::sepad.disposition,
        CASE k WHEN 1 THEN 'message id + payment information id + end-to-end id' END,
        CASE k WHEN 0 THEN 'told by its transactions' END, 'PMNT/IDDT/ESDD', 'issuedDirectDebit',
        CASE k WHEN 1 THEN n END, CASE k WHEN 1 THEN \(cents) END
      FROM \(rows), generate_series(0, 1) AS k WHERE n % 2 = 1;
      """
  }

  /// Numbers go on behind what is there.
  private static func end(_ count: Int) -> String {
    let tables = ["debtor", "mandate", "collection", "payment_event", "job", "outbound_file", "payment_block", "inbound_file"]
    return tables.map {
      "SELECT setval(pg_get_serial_sequence('sepad.\($0)', 'id'), greatest((SELECT max(id) FROM sepad.\($0)), 1));"
    }.joined(separator: "\n")
  }
}
