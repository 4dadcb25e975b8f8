/// Collections of times gone by, with the rows that the daemon would have left of them: one file and two reports for each
/// `perFile`, half of its collections booked as a batch and half alone, six events told for each, one in forty returned.
/// Checks between tables are off while it is written: the rows are right by making.
///
/// They belong to the creditor `acme` and to its first and last account, which must be configured, in a database that holds
/// nothing else yet.
package struct PastCollections {
  private let count: Int
  private let perFile: Int
  private let perMandate: Int
  private let told: Int
  private static let perScript = 100_000
  private static let at = "'2026-01-05T07:00:00Z'"
  private static let day = "'2026-01-08'"

  /// - Parameters:
  ///   - perMandate: how many a mandate has carried: one a month for two years.
  ///   - told: of how many, the last ones, the webhooks are still there; of all, where it is nil. They are half of the bytes.
  package init(count: Int, perFile: Int, perMandate: Int = 24, told: Int? = nil) {
    self.count = count
    self.perFile = perFile
    self.perMandate = perMandate
    self.told = told ?? count
  }

  /// Scripts that write it, in this order; each may be run as one transaction.
  package var scripts: [String] { parts + [end] }

  /// All but the last of `scripts`: they may run beside each other.
  package var parts: [String] {
    // Of whole files and of whole mandates: who writes a mandate that another is writing waits until that one is done.
    var step = max(1, Self.perScript / perFile) * perFile
    while step % perMandate != 0 { step += perFile }
    return stride(from: 1, through: count, by: step).map { script(first: $0, last: min(count, $0 + step - 1)) }
  }

  /// What autovacuum would have done since: statements that stand alone, after the scripts.
  package static let upkeep = ["VACUUM (ANALYZE)"]

  private func script(first: Int, last: Int) -> String {
    let rows = "generate_series(\(first), \(last)) AS n"
    let (at, day) = (Self.at, Self.day)
    let creditor = "(SELECT id FROM sepad.creditor WHERE key = 'acme')"
    func account(_ n: String) -> String {
      "CASE WHEN \(n) % 2 = 0 THEN (SELECT min(id) FROM sepad.creditor_account WHERE creditor_id = \(creditor)) "
        + "ELSE (SELECT max(id) FROM sepad.creditor_account WHERE creditor_id = \(creditor)) END"
    }
    func iban(_ n: String) -> String { "(SELECT iban FROM sepad.creditor_account WHERE id = \(account(n)))" }
    let cents = "(1000 + n % 90000)"
    let file = "((n - 1) / \(perFile) + 1)"
    let returned = "n % 40 = 0"
    let toldRows = "generate_series(greatest(\(first), \(count - told + 1)), \(last)) AS n"
    // Of a collection n in its file; odd ones are booked alone, even ones with their block.
    let (block, statuses, credits) = ("(\(file) * 2 - n % 2)", "(\(file) * 2 - 1)", "(\(file) * 2)")
    let mandate = "((n - 1) / \(perMandate) + 1)"
    let mandates = "(SELECT DISTINCT \(mandate) AS m FROM \(rows)) x"
    return """
      SET LOCAL session_replication_role = replica;
      SET LOCAL synchronous_commit = off;
      INSERT INTO sepad.debtor (id, name, iban, country, town, postcode, street, building) OVERRIDING SYSTEM VALUE
      SELECT m, 'Joerg Weiss ' || m, 'DE0299999999' || (1000000000 + m), 'DE', 'Leipzig', '50667', 'Am Alten Markt', '17'
      FROM \(mandates) ON CONFLICT DO NOTHING;
      INSERT INTO sepad.mandate (id, creditor_id, reference, scheme, recurrent, signed_on, debtor_id, request_key, request_digest,
        accepted_at) OVERRIDING SYSTEM VALUE
      SELECT m, \(creditor), 'M-H' || m, 'CORE', true, '2024-01-02', m, 'M-H' || m, sha256(m::text::bytea), \(at)
      FROM \(mandates) ON CONFLICT DO NOTHING;
      -- Every other one was amended once.
      INSERT INTO intake.mandate_change_request (request_key, creditor, mandate_reference, change, new_reference, received_at,
        answer, mandate_change_id, answered_at)
      SELECT 'M-H' || m, 'acme', 'M-G' || m, 'amended', 'M-H' || m, \(at), 'accepted', m, \(at)
      FROM \(mandates) WHERE m % 2 = 0 AND NOT EXISTS (SELECT FROM sepad.mandate_change c WHERE c.mandate_id = m);
      INSERT INTO sepad.mandate_amendment (mandate_id, element, original, at, closed_at)
      SELECT m, 'reference', 'M-G' || m, \(at), \(at)
      FROM \(mandates) WHERE m % 2 = 0 AND NOT EXISTS (SELECT FROM sepad.mandate_change c WHERE c.mandate_id = m);
      INSERT INTO sepad.mandate_change (id, creditor_id, mandate_id, change, request_key, request_digest, accepted_at)
      SELECT m, \(creditor), m, 'amended', 'M-H' || m, sha256(m::text::bytea), \(at)
      FROM \(mandates) WHERE m % 2 = 0 ON CONFLICT DO NOTHING;
      INSERT INTO intake.mandate_request (id, request_key, creditor, mandate_reference, scheme, sequence, signed_on, debtor_name,
        iban, country, town, postcode, street, building, received_at, answer, mandate_id, answered_at) OVERRIDING SYSTEM VALUE
      SELECT m, 'M-H' || m, 'acme', 'M-H' || m, 'CORE', 'recurrent', '2024-01-02', 'Joerg Weiss ' || m,
        'DE0299999999' || (1000000000 + m), 'DE', 'Leipzig', '50667', 'Am Alten Markt', '17', \(at), 'accepted', m, \(at)
      FROM \(mandates) ON CONFLICT DO NOTHING;
      INSERT INTO intake.collection_request (id, request_key, creditor, mandate_reference, amount, due_date, end_to_end_id,
        remittance, received_at, answer, collection_id, answered_at) OVERRIDING SYSTEM VALUE
      SELECT n, 'C-H' || n, 'acme', 'M-H' || \(mandate), \(cents) / 100 || '.' || lpad((\(cents) % 100)::text, 2, '0'), \(day),
        'E-H' || n, 'Facture n. INV-2026-' || n, \(at), 'accepted', n, \(at) FROM \(rows);
      INSERT INTO sepad.collection (id, creditor_id, account_id, mandate_id, scheme, sequence_type, amount_cents, requested_date,
        end_to_end_id, remittance, request_key, request_digest, accepted_at)
      SELECT n, \(creditor), \(account("n")), \(mandate), 'CORE', 'RCUR', \(cents), \(day), 'E-H' || n,
        'Facture n. INV-2026-' || n, 'C-H' || n, sha256(n::text::bytea), \(at) FROM \(rows);
      INSERT INTO sepad.collection_status (collection_id, state, collection_date, moved_at, amount_cents)
      SELECT n, CASE WHEN \(returned) THEN 'returned' ELSE 'settled' END::sepad.collection_state, \(day), \(at), \(cents) FROM \(rows);
      INSERT INTO sepad.state_tally (state, collections, cents)
      SELECT CASE WHEN \(returned) THEN 'returned' ELSE 'settled' END::sepad.collection_state, count(*), sum(\(cents)) FROM \(rows)
      GROUP BY 1;
      -- Of every fourth, the debtor was told, and somebody said so.
      INSERT INTO sepad.notice (id, collection_id, collection_date, amount_cents, days, give_by, carrier, made_at, job_ids, outcome,
        outcome_at, given_on)
      SELECT n, n, \(day), \(cents), 14, \(day)::date - 14, CASE n % 8 WHEN 1 THEN 'mail' ELSE 'webhook' END, \(at), ARRAY[n * 7 - 6],
        CASE n % 8 WHEN 1 THEN 'given' ELSE 'acknowledged' END::sepad.notice_outcome, \(at), \(day)::date - 16
      FROM \(rows) WHERE n % 4 = 1;
      -- Those by mail listed what follows.
      INSERT INTO sepad.plan (id, creditor_id, account_id, mandate_id, amount_cents, unit, every, due_day, starts_on, first_period,
        request_key, request_digest, accepted_at)
      SELECT 1, c.creditor_id, c.account_id, c.mandate_id, 100, 'month', 1, '1', \(day)::date, 1, 'P-H', c.request_digest, \(at)
      FROM sepad.collection c WHERE c.id = \(first) ON CONFLICT DO NOTHING;
      INSERT INTO sepad.notice_schedule (notice_id, plan_id, period, collection_date, amount_cents)
      SELECT n, 1, n, \(day), \(cents) FROM \(rows) WHERE n % 8 = 1;
      INSERT INTO intake.notice_request (request_key, creditor, collection, received_at, answer, notice_id, answered_at)
      SELECT 'N-H' || n, 'acme', 'C-H' || n, \(at), 'accepted', n, \(at) FROM \(rows) WHERE n % 4 = 1;
      INSERT INTO sepad.notice_acknowledgement (id, creditor_id, request_key, request_digest, accepted_at)
      SELECT n, \(creditor), 'N-H' || n, sha256(n::text::bytea), \(at) FROM \(rows) WHERE n % 4 = 1;
      INSERT INTO sepad.payment_event (id, collection_id, at, event, from_state, to_state, inbound_file_id, entry_ordinal,
        reason_code, actor, collection_date) OVERRIDING SYSTEM VALUE
      SELECT n * 7 + e.k - 7, n, \(at), e.event, e.before::sepad.collection_state, e.after::sepad.collection_state,
        CASE WHEN e.k > 4 THEN \(credits) END, CASE WHEN e.k > 4 THEN n * 2 + 1 END, CASE WHEN e.k = 7 THEN 'AM04' END,
        'history', \(day)
      FROM \(rows), (VALUES (1, 'requested', NULL, 'requested'), (2, 'dated', 'requested', 'scheduled'),
        (3, 'sealed', 'scheduled', 'sealed'), (4, 'submitted', 'sealed', 'submitted'),
        (5, 'accepted', 'submitted', 'accepted'), (6, 'settled', 'accepted', 'settled'),
        (7, 'returned', 'settled', 'returned')) AS e (k, event, before, after)
      WHERE e.k < 7 OR \(returned);
      INSERT INTO sepad.r_transaction (event_id, collection_id, kind, limit_on, beyond_limit, action, mandate, policy)
      SELECT n * 7, n, 'return', '2026-01-15', false, 'wait', 'keep', 'AM04' FROM \(rows) WHERE \(returned);
      INSERT INTO sepad.job (id, kind, endpoint, subject, event_id, created_at, run_at, attempts, state, finished_at)
        OVERRIDING SYSTEM VALUE
      SELECT v, 'webhook', 'webhook:erp', 'collection:' || n, v, \(at), \(at), 1, 'done', \(at)
      FROM \(toldRows), generate_series(n * 7 - 6, CASE WHEN \(returned) THEN n * 7 ELSE n * 7 - 1 END) AS v;
      INSERT INTO sepad.delivery (id, job_id, attempt, at, outcome, code) OVERRIDING SYSTEM VALUE
      SELECT v, v, 1, \(at), 'delivered', 200
      FROM \(toldRows), generate_series(n * 7 - 6, CASE WHEN \(returned) THEN n * 7 ELSE n * 7 - 1 END) AS v;
      INSERT INTO sepad.outbound_file (id, bank, creditor_id, scheme, message_id, created_at, remote_name, first_date, transactions,
        control_sum_cents, size_bytes, sha256, schema_checked, state, moved_at)
      SELECT f, 'sandbox', \(creditor), 'CORE', 'HISTORY-' || f, \(at), 'HISTORY-' || f || '.xml', \(day), transactions, cents, 1,
        sha256(f::text::bytea), true, 'accepted', \(at)
      FROM (SELECT \(file) AS f, count(*) AS transactions, sum(\(cents)) AS cents FROM \(rows) GROUP BY 1) x;
      INSERT INTO sepad.file_history (file_id, at, event, from_state, to_state, actor)
      SELECT f, \(at), e.event, e.before::sepad.file_state, e.after::sepad.file_state, 'history'
      FROM (SELECT DISTINCT \(file) AS f FROM \(rows)) x, (VALUES ('sealed', NULL, 'sealed'), ('sendBegan', 'sealed', 'sending'),
        ('delivered', 'sending', 'submitted'), ('accepted', 'submitted', 'accepted')) AS e (event, before, after);
      INSERT INTO sepad.payment_block (id, file_id, ordinal, payment_information_id, account_id, scheme, sequence_type,
        collection_date, transactions, sum_cents)
      SELECT b, f, 2 - odd, 'HISTORY-' || f || '-' || 2 - odd, \(account("odd")), 'CORE', 'RCUR', \(day), transactions, cents
      FROM (
        SELECT \(block) AS b, \(file) AS f, n % 2 AS odd, count(*) AS transactions, sum(\(cents)) AS cents FROM \(rows) GROUP BY 1, 2, 3
      ) x;
      INSERT INTO sepad.file_item (file_id, ordinal, block_id, collection_id)
      SELECT \(file), n, \(block), n FROM \(rows);
      INSERT INTO sepad.inbound_file (id, bank, remote_name, size_bytes, sha256, received_at, state, message_type, finished_at)
        OVERRIDING SYSTEM VALUE
      SELECT f, 'sandbox', 'history-' || f, 1, sha256(f::text::bytea), \(at), 'applied',
        CASE f % 2 WHEN 1 THEN 'pain.002.001.10' ELSE 'camt.054.001.08' END, \(at)
      FROM (SELECT DISTINCT \(file) * 2 - k AS f FROM \(rows), generate_series(0, 1) AS k) x;
      INSERT INTO sepad.inbound_entry (file_id, ordinal, line, kind, message_id, status, is_reversal, is_return, disposition, matched_by)
      SELECT DISTINCT \(statuses), 1, 1, 'groupStatus', 'HISTORY-' || \(file), 'ACCP', false, false, 'applied'::sepad.disposition,
        'message id' FROM \(rows);
      INSERT INTO sepad.inbound_entry (file_id, ordinal, line, kind, message_id, payment_information_id, status, amount_cents,
        currency, direction, is_reversal, is_return, transactions, account_iban, booked_on, valued_on, disposition, matched_by,
        bank_code, family, block_id, principal_cents)
      SELECT \(credits), 1, 1, 'entry', 'HISTORY-' || \(file), 'HISTORY-' || \(file) || '-2', 'BOOK', sum(\(cents)), 'EUR', 'CRDT', false,
        false, count(*), \(iban("0")), \(day), \(day), 'applied', 'payment information id + sum',
        'PMNT/IDDT/ESDD', 'issuedDirectDebit', \(file) * 2, sum(\(cents)) FROM \(rows) WHERE n % 2 = 0 GROUP BY \(file);
      INSERT INTO sepad.inbound_entry (file_id, ordinal, parent, line, kind, message_id, payment_information_id, end_to_end_id,
        mandate_reference, servicer_reference, status, amount_cents, currency, direction, is_reversal, is_return, children,
        account_iban, booked_on, valued_on, disposition, matched_by, note, bank_code, family, collection_id, principal_cents)
      SELECT \(credits), n * 2 + k, CASE k WHEN 1 THEN n * 2 END, 1, CASE k WHEN 0 THEN 'entry' ELSE 'transaction' END,
        CASE k WHEN 1 THEN 'HISTORY-' || \(file) END, CASE k WHEN 1 THEN 'HISTORY-' || \(file) || '-' || 2 - n % 2 END,
        CASE k WHEN 1 THEN 'E-H' || n END, CASE k WHEN 1 THEN 'M-H' || \(mandate) END, CASE k WHEN 1 THEN 'H' || n END, 'BOOK',
        \(cents), 'EUR', CASE WHEN \(returned) THEN 'DBIT' ELSE 'CRDT' END, false, \(returned), 1 - k, \(iban("n")), \(day), \(day),
        CASE k WHEN 0 THEN 'informational' ELSE 'applied' END::sepad.disposition,
        CASE k WHEN 1 THEN 'message id + payment information id + end-to-end id' END,
        CASE k WHEN 0 THEN 'told by its transactions' END, 'PMNT/IDDT/ESDD', 'issuedDirectDebit',
        CASE k WHEN 1 THEN n END, CASE k WHEN 1 THEN \(cents) END
      FROM \(rows), generate_series(0, 1) AS k WHERE n % 2 = 1 OR \(returned);
      """
  }

  /// Numbers go on behind what is there.
  package var end: String {
    let tables = [
      "sepad.debtor", "sepad.mandate", "sepad.collection", "sepad.payment_event", "sepad.job", "sepad.delivery",
      "sepad.notice", "sepad.plan", "sepad.outbound_file", "sepad.payment_block", "sepad.inbound_file", "intake.mandate_request", "intake.collection_request",
    ]
    return tables.map { "SELECT setval(pg_get_serial_sequence('\($0)', 'id'), (SELECT max(id) FROM \($0)));" }
      .joined(separator: "\n")
  }
}
