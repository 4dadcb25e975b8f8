/// What must hold of an adversary's requests, each with the statement that finds what contradicts it.
enum AdversarialClaims {
  typealias Claim = (claim: String, found: String)

  /// `made.answered_mandate` and `made.answered_collection`: each request as it was meant beside what it was told, where
  /// a collection under a mandate that was refused is meant to be refused as well.
  static let views = """
    CREATE FUNCTION made.told(refusals jsonb, OUT rules text, OUT fields text[]) LANGUAGE sql IMMUTABLE AS $$
      SELECT coalesce(string_agg(DISTINCT rule, ' | ' ORDER BY rule), ''), coalesce(array_agg(DISTINCT field), '{}')
      FROM (
        SELECT r->>'field' AS field, ((r->>'field') || ': ' || (r->>'rule')) COLLATE "C" AS rule
        FROM jsonb_array_elements(refusals) r
      ) x
    $$;
    CREATE VIEW made.answered_mandate AS
    SELECT m.id, r.answer::text, r.mandate_id AS subject, r.refusals, t.rules, t.fields, m.repeats, m.breaches, m.open,
      (SELECT f.mandate_id FROM intake.mandate_request f WHERE f.id = m.repeats) AS repeated
    FROM made.mandate m LEFT JOIN intake.mandate_request r USING (id) LEFT JOIN LATERAL made.told(r.refusals) t ON true;
    CREATE VIEW made.answered_collection AS
    SELECT c.id, r.answer::text, r.collection_id AS subject, r.refusals, t.rules, t.fields, c.repeats,
      CASE WHEN c.breaches = '' AND c.open = '' AND m.answer = 'refused' THEN 'mandate_reference: mandate exists'
        ELSE c.breaches END AS breaches,
      CASE WHEN c.open <> '' AND m.answer = 'refused' THEN c.open || ' | mandate_reference' ELSE c.open END AS open,
      (SELECT f.collection_id FROM intake.collection_request f WHERE f.id = c.repeats) AS repeated
    FROM made.collection c LEFT JOIN intake.collection_request r USING (id)
    LEFT JOIN intake.mandate_request m ON m.id = c.of_mandate LEFT JOIN LATERAL made.told(r.refusals) t ON true;
    """

  /// After intake.
  static let requests: [Claim] = ["mandate", "collection"].flatMap(answers) + [
    (
      "a mandate is kept as it was meant",
      """
      SELECT a.id, m.reference, b.iban, k.key FROM made.answered_mandate a JOIN made.mandate w USING (id)
      LEFT JOIN sepad.mandate m ON m.id = a.subject LEFT JOIN sepad.debtor b ON b.id = m.debtor_id
      LEFT JOIN sepad.creditor k ON k.id = m.creditor_id
      WHERE a.answer = 'accepted' AND
        (k.key, m.request_key, m.reference, m.scheme::text, m.recurrent, m.signed_on::text, b.iban, b.bic) IS DISTINCT FROM
        (w.creditor, w.request_key, w.mandate_reference, w.scheme, w.sequence = 'recurrent', w.signed_on, w.iban, w.bic)
      """
    ),
    (
      "a name is spelled as the tables have it, and never empty",
      """
      SELECT a.id, w.debtor_name, b.name, m.ultimate_debtor FROM made.answered_mandate a JOIN made.mandate w USING (id)
      JOIN sepad.mandate m ON m.id = a.subject JOIN sepad.debtor b ON b.id = m.debtor_id
      WHERE a.answer = 'accepted' AND NOT (
        b.name ~ \(name) AND coalesce(m.ultimate_debtor, 'nobody') ~ \(name)
        AND (w.debtor_name = b.name OR a.open LIKE '%debtor_name%')
        AND (w.ultimate_debtor IS NOT DISTINCT FROM m.ultimate_debtor OR a.open LIKE '%ultimate_debtor%'))
      """
    ),
    (
      "an address is kept as it was meant, in both its forms",
      """
      SELECT a.id, b.town, b.street FROM made.answered_mandate a JOIN made.mandate w USING (id)
      JOIN sepad.mandate m ON m.id = a.subject JOIN sepad.debtor b ON b.id = m.debtor_id
      WHERE a.answer = 'accepted' AND (
        (b.country, b.town, b.postcode, b.building, concat_ws(chr(10), b.address_line1, b.address_line2)) IS DISTINCT FROM
          (w.country, w.town, w.postcode, w.building, concat_ws(chr(10), w.address_line1, w.address_line2))
        OR b.street IS DISTINCT FROM w.street AND a.open NOT LIKE '%address%')
      """
    ),
    (
      "a collection is kept as it was meant",
      """
      SELECT a.id, c.end_to_end_id, c.amount_cents FROM made.answered_collection a JOIN made.collection w USING (id)
      LEFT JOIN sepad.collection c ON c.id = a.subject LEFT JOIN sepad.mandate m ON m.id = c.mandate_id
      LEFT JOIN sepad.creditor k ON k.id = c.creditor_id
      WHERE a.answer = 'accepted' AND (
        (k.key, c.request_key, m.reference, c.amount_cents::text, c.requested_date::text, c.purpose) IS DISTINCT FROM
          (w.creditor, w.request_key, w.mandate_reference, w.amount, w.due_date, w.purpose)
        -- Of what would be made for one, another may have been given to another by its caller.
        OR CASE WHEN w.end_to_end_id IS NULL THEN c.end_to_end_id !~ ('^E2E-' || c.id || '(-\\d+)?$')
          ELSE c.end_to_end_id <> w.end_to_end_id END
        OR a.open NOT LIKE '%remittance%' AND (c.remittance, c.remittance_is_reference) IS DISTINCT FROM
          (coalesce(w.creditor_reference, w.remittance), w.creditor_reference IS NOT NULL)
        OR c.remittance !~ \(remittance))
      """
    ),
    (
      "what was taken is what is there, to the cent",
      """
      SELECT * FROM (SELECT count(*), sum(amount_cents) FROM sepad.collection) c,
        (SELECT count(*), sum(w.amount::bigint) FROM made.collection w JOIN intake.collection_request r USING (id)
         WHERE r.answer = 'accepted') w
      WHERE c IS DISTINCT FROM w
      """
    ),
    (
      "what is refused tells no name, and no remittance",
      """
      SELECT r.id FROM intake.mandate_request r, jsonb_array_elements(r.refusals) x
      WHERE char_length(r.debtor_name) > 12 AND strpos(x->>'found', r.debtor_name) > 0
        OR char_length(r.ultimate_debtor) > 12 AND strpos(x->>'found', r.ultimate_debtor) > 0
      UNION ALL
      SELECT r.id FROM intake.collection_request r, jsonb_array_elements(r.refusals) x
      WHERE char_length(r.remittance) > 12 AND strpos(x->>'found', r.remittance) > 0
      """
    ),
  ]

  private static let name = "'^[-a-zA-Z0-9/?:().,''+ ]{1,70}$'"
  private static let remittance = "'^[-a-zA-Z0-9/?:().,''+ ]{1,140}$'"

  /// What was answered, and with which rules.
  private static func answers(to kind: String) -> [Claim] {
    [
      (
        "a \(kind) is answered as it was meant, and one of which only the program can say by yes or no",
        """
        SELECT id, answer, breaches, open, rules FROM made.answered_\(kind) WHERE answer IS NULL OR answer NOT IN (
          SELECT unnest(CASE WHEN repeats IS NOT NULL THEN '{duplicate}' WHEN breaches <> '' THEN '{refused}'
            WHEN open = '' THEN '{accepted}' ELSE '{accepted,refused}' END::text[]))
        """
      ),
      (
        "a refused \(kind) is told all that is wrong with it, and nothing else",
        """
        SELECT id, breaches, open, rules FROM made.answered_\(kind) WHERE answer = 'refused' AND (
          rules = '' OR open = '' AND rules <> breaches
          OR NOT string_to_array(breaches, ' | ') <@ string_to_array(rules, ' | ')
          OR NOT fields <@ (string_to_array(open, ' | ') || ARRAY(
            SELECT split_part(b, ': ', 1) FROM unnest(string_to_array(breaches, ' | ')) b)))
        """
      ),
      (
        "a refusal of a \(kind) has all its parts, and what was taken has none",
        """
        SELECT a.id, r::text FROM made.answered_\(kind) a LEFT JOIN LATERAL jsonb_array_elements(a.refusals) r ON true
        WHERE (answer = 'refused') <> (r IS NOT NULL) OR (answer = 'refused') <> (subject IS NULL)
          OR answer = 'refused' AND EXISTS (
            SELECT FROM unnest(ARRAY['field', 'rule', 'found', 'expected', 'hint']) part WHERE coalesce(btrim(r->>part), '') = '')
        """
      ),
      (
        "a \(kind) that comes again is the same",
        "SELECT id, repeats, subject FROM made.answered_\(kind) WHERE repeats IS NOT NULL AND subject IS DISTINCT FROM repeated"
      ),
    ]
  }

  /// After all files of a version were read into `made.announced` and `made.written`.
  ///
  /// - Parameters:
  ///   - addresses: whether the bank takes any; without, nobody outside the EEA can be collected from.
  ///   - oldBICs: whether the version has only BICs of before ISO 9362:2014, so that others are left out.
  static func files(addresses: Bool, oldBICs: Bool) -> [Claim] {
    let mayWait = addresses ? "false" : "w.outside::boolean"
    let bic = oldBICs ? "CASE WHEN m.bic ~ '^[A-Z]{6}[A-Z2-9][A-NP-Z0-9]' THEN m.bic END" : "m.bic"
    return [
      (
        "each collection is in one file, or held because its debtor is outside the EEA",
        """
        SELECT c.id, f.n, d.held, w.outside FROM sepad.collection c JOIN sepad.creditor k ON k.id = c.creditor_id
        LEFT JOIN sepad.due d ON d.collection_id = c.id
        JOIN sepad.mandate m ON m.id = c.mandate_id
        JOIN intake.mandate_request r ON r.mandate_id = m.id AND r.answer = 'accepted' JOIN made.mandate w ON w.id = r.id
        LEFT JOIN (SELECT creditor_identifier, end_to_end_id, count(*) AS n FROM made.written GROUP BY 1, 2) f
          ON (f.creditor_identifier, f.end_to_end_id) = (k.creditor_identifier, c.end_to_end_id)
        WHERE (coalesce(f.n, 0), d.held) IS DISTINCT FROM
          (CASE WHEN \(mayWait) THEN 0 ELSE 1 END, CASE WHEN \(mayWait) THEN 'bank takes no such address' END)
        """
      ),
      (
        "a debit says what was asked for",
        """
        SELECT f.end_to_end_id, c.id, f.cents, f.bic, f.debtor_name FROM made.written f
        LEFT JOIN (sepad.collection c JOIN sepad.creditor k ON k.id = c.creditor_id)
          ON (k.creditor_identifier, c.end_to_end_id) = (f.creditor_identifier, f.end_to_end_id)
        LEFT JOIN intake.collection_request r ON r.collection_id = c.id AND r.answer = 'accepted'
        LEFT JOIN made.collection w ON w.id = r.id LEFT JOIN made.mandate m ON m.id = w.of_mandate
        LEFT JOIN sepad.mandate n ON n.id = c.mandate_id LEFT JOIN sepad.debtor b ON b.id = n.debtor_id
        WHERE (f.cents::text, f.mandate_reference, f.signed_on, f.iban, f.purpose, f.scheme, f.bic) IS DISTINCT FROM
            (w.amount, w.mandate_reference, m.signed_on, m.iban, w.purpose, m.scheme, \(bic))
          OR f.end_to_end_id <> coalesce(w.end_to_end_id, f.end_to_end_id)
          OR f.sequence_type <> CASE m.sequence WHEN 'recurrent' THEN 'RCUR' ELSE 'OOFF' END
          -- What was spelled otherwise than meant was seen at intake; here it is what intake kept.
          OR (f.debtor_name, f.ultimate_debtor, f.remittance, f.creditor_reference) IS DISTINCT FROM
            (b.name, n.ultimate_debtor, CASE WHEN c.remittance_is_reference THEN NULL ELSE c.remittance END,
             CASE WHEN c.remittance_is_reference THEN c.remittance END)
          OR f.collection_date < w.due_date OR (f.country, f.town) IS DISTINCT FROM
            (CASE WHEN \(addresses) THEN b.country END, CASE WHEN \(addresses) THEN b.town END)
          OR m.outside::boolean AND f.country IS NULL
        """
      ),
      (
        "no name is empty, and each is of the set",
        "SELECT * FROM made.written WHERE debtor_name IS NULL OR debtor_name !~ \(name)"
      ),
      (
        "counts and sums of files and blocks are those of the collections in them",
        """
        SELECT * FROM (SELECT * FROM made.announced) a FULL JOIN (
          SELECT i.file_id, b.payment_information_id AS block, count(*) AS transactions, sum(c.amount_cents)::bigint AS cents
          FROM sepad.file_item i JOIN sepad.payment_block b ON b.id = i.block_id JOIN sepad.collection c ON c.id = i.collection_id
          GROUP BY GROUPING SETS ((1, 2), (1))
        ) s ON (a.file_id, coalesce(a.block, '')) = (s.file_id, coalesce(s.block, ''))
        WHERE (a.transactions, a.cents) IS DISTINCT FROM (s.transactions, s.cents)
        """
      ),
      (
        "all files and what is held come to what was taken",
        """
        SELECT * FROM (SELECT sum(cents) AS announced, sum(transactions) AS debits FROM made.announced WHERE block IS NULL) a,
          (SELECT coalesce(sum(c.amount_cents), 0) AS held, count(*) AS waiting
           FROM sepad.due d JOIN sepad.collection c ON c.id = d.collection_id) h,
          (SELECT sum(amount_cents) AS taken, count(*) AS collections FROM sepad.collection) t
        WHERE (announced + held, debits + waiting) IS DISTINCT FROM (taken, collections::numeric)
        """
      ),
    ]
  }
}
