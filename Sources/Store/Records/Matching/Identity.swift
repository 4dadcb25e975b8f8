/// Which one collection an entry speaks of. The strongest rule that names any decides, and then everything the entry
/// says is compared: a weaker rule never overrules a stronger one that found something amiss.
extension Session {
  /// The ids that we gave and the bank repeats, from the strongest.
  func identifyCollections() throws(StoreFault) {
    try addDecided()
    for rule in Self.rulesOfEndToEndID {
      // Where nothing is left, the weaker ones are not asked.
      guard try addCandidates(rule: rule.name, joining: rule.joins, where: rule.condition) != nil else { break }
    }
    // The bank's own reference of something that it told before about one payment.
    try addCandidates(
      rule: "account servicer reference",
      joining: """
        JOIN sepad.inbound_entry r ON r.servicer_reference = e.servicer_reference AND r.collection_id IS NOT NULL
          AND (r.file_id, r.ordinal) <> (e.file_id, e.ordinal) AND r.kind IN ('entry', 'transaction')
        JOIN sepad.inbound_file g ON g.id = r.file_id AND g.bank = e.bank
        JOIN sepad.collection c ON c.id = r.collection_id
        JOIN sepad.file_item i ON i.collection_id = c.id AND i.live
        """,
      asks: "e.servicer_reference IS NOT NULL AND e.end_to_end_id IS NULL AND e.kind IN ('entry', 'transaction')")
    try chooseCandidates()
  }

  private static let rulesOfEndToEndID: [(name: String, joins: String, condition: String)] = [
    // Original message, block and end-to-end id; either of the first two may be left out by the bank, not both.
    (
      "message id + payment information id + end-to-end id",
      """
      JOIN sepad.outbound_file o ON o.message_id = e.message_id AND o.bank = e.bank
      JOIN sepad.collection c ON c.creditor_id = o.creditor_id AND c.end_to_end_id = e.end_to_end_id
      JOIN sepad.file_item i ON i.collection_id = c.id AND i.file_id = o.id AND i.live
      """, "true"
    ),
    (
      "payment information id + end-to-end id",
      """
      JOIN sepad.payment_block q ON q.payment_information_id = e.payment_information_id
      JOIN sepad.file_item i ON i.block_id = q.id AND i.live
      JOIN sepad.collection c ON c.id = i.collection_id AND c.end_to_end_id = e.end_to_end_id
      """, "true"
    ),
    (
      "end-to-end id + mandate reference + amount",
      """
      JOIN sepad.collection c ON c.end_to_end_id = e.end_to_end_id
      JOIN sepad.mandate n ON n.id = c.mandate_id AND n.reference = e.mandate_reference
      JOIN sepad.file_item i ON i.collection_id = c.id AND i.live
      """, "true"
    ),
    // A transfer that quotes our id is a debtor who pays otherwise, not our collection.
    (
      "end-to-end id + amount",
      """
      JOIN sepad.collection c ON c.end_to_end_id = e.end_to_end_id
      JOIN sepad.file_item i ON i.collection_id = c.id AND i.live
      """, "e.family IS DISTINCT FROM 'other'"
    ),
  ]

  /// What a person has decided comes before every rule, and is not compared again: that was done when it was decided.
  private func addDecided() throws(StoreFault) {
    let added = try run(
      """
      INSERT INTO candidate
      SELECT e.file_id, e.ordinal, d.collection_id, 'by hand', NULL, false
      FROM (
        SELECT DISTINCT ON (file_id, ordinal) file_id, ordinal, decision, collection_id
        FROM sepad.entry_decision ORDER BY file_id, ordinal, id DESC
      ) d
      JOIN open_entry e ON e.file_id = d.file_id AND e.ordinal = d.ordinal
      WHERE d.decision = 'assigned'
      """
    ).affected
    if added > 0 { try run("ANALYZE candidate") }
  }

  /// The weakest: a reference that the debtor's bank carried along; after the batches, so that these come first.
  func identifyByReference() throws(StoreFault) {
    let added = try addCandidates(
      rule: "structured reference + amount",
      joining: """
        JOIN LATERAL (
          SELECT o.* FROM sepad.collection o WHERE o.end_to_end_id = e.creditor_reference
          UNION ALL
          -- A reference has at most 35 characters (Max35Text), and the index holds no longer remittance.
          SELECT o.* FROM sepad.collection o WHERE o.remittance = e.creditor_reference AND char_length(o.remittance) <= 35
        ) c ON true
        JOIN sepad.file_item i ON i.collection_id = c.id AND i.live
        """,
      asks: """
        e.creditor_reference IS NOT NULL AND e.kind IN ('entry', 'transaction') AND e.end_to_end_id IS NULL
          AND e.family IS DISTINCT FROM 'other'
        """,
      where: "e.amount_cents = c.amount_cents AND e.block_id IS NULL")
    if added ?? 0 > 0 { try chooseCandidates() }
  }

  /// Adds what one rule finds for entries that no stronger rule found anything for, with what differs.
  ///
  /// - Parameters:
  ///   - joins: from `e`, an open entry, to `c`, a collection, and `i`, its place in the file that carries it.
  ///   - asks: what an entry `e` must have for the rule to say anything.
  /// - Returns: how many it added; nil where every entry that has what the rule asks for has its candidates already.
  @discardableResult
  private func addCandidates(
    rule: String, joining joins: String, asks: String = "e.end_to_end_id IS NOT NULL", where condition: String = "true"
  ) throws(StoreFault) -> Int? {
    let asking = "SELECT * FROM open_entry e WHERE e.single AND \(asks)"
    let unidentified = "\(asking) AND NOT EXISTS (SELECT FROM candidate k WHERE k.file_id = e.file_id AND k.ordinal = e.ordinal)"
    let left = try one("SELECT EXISTS (\(unidentified)), EXISTS (SELECT FROM candidate)")
    guard try left.bool(0) else { return nil }
    let added = try run(
      """
      WITH unidentified AS MATERIALIZED (
        -- While there is no candidate, what the planner knows of them is of an earlier transaction.
        \(try left.bool(1) ? unidentified : asking)
      )
      INSERT INTO candidate
      SELECT e.file_id, e.ordinal, c.id, $1, nullif(concat_ws('; ',
        CASE WHEN e.payment_information_id <> b.payment_information_id
          THEN 'mismatch: payment information id: expected ' || b.payment_information_id END,
        CASE WHEN e.mandate_reference <> d.reference AND NOT sepad.was_before(d.id, 'reference', e.mandate_reference)
          THEN 'mismatch: mandate reference: expected ' || d.reference END,
        CASE WHEN e.currency <> 'EUR' THEN 'mismatch: currency: found ' || e.currency || ', expected EUR' END,
        CASE WHEN e.scheme <> c.scheme THEN 'mismatch: scheme: found ' || e.scheme || ', expected ' || c.scheme END,
        CASE WHEN e.account_iban <> a.iban THEN 'mismatch: account: found another, expected the one it was collected to' END,
        CASE WHEN e.debtor_iban <> t.iban AND NOT sepad.was_before(d.id, 'account', e.debtor_iban)
          THEN 'mismatch: debtor account: found another, expected that of the mandate' END,
        \(Self.amountMismatch)
      ), ''), e.amount_cents IS NULL AND e.kind IN ('entry', 'transaction')
      FROM unidentified e
      \(joins)
      JOIN sepad.payment_block b ON b.id = i.block_id
      -- Not `=`: it invites a plan that first holds each entry against all accounts of its bank.
      JOIN sepad.creditor_account a ON a.id = c.account_id AND a.bank IS NOT DISTINCT FROM e.bank
      JOIN sepad.mandate d ON d.id = c.mandate_id
      JOIN sepad.debtor t ON t.id = d.debtor_id
      WHERE \(condition)
      -- Two ways to one collection say the same.
      ON CONFLICT DO NOTHING
      """, [.text(rule)]
    ).affected
    if added > 0 { try run("ANALYZE candidate") }
    return Int(added)
  }

  /// Banks write the principal alone, or with what they took for the return (then `InstdAmt` or `Chrgs` tells it), or a
  /// credit less their charges.
  private static let amountMismatch = """
    CASE
      WHEN e.amount_cents IS NULL OR e.amount_cents = c.amount_cents THEN NULL
      WHEN e.kind IN ('entry', 'transaction') AND e.direction = 'DBIT' AND (e.amount_cents - e.charges_cents = c.amount_cents
        OR e.original_cents = c.amount_cents AND e.amount_cents > c.amount_cents) THEN NULL
      WHEN e.kind IN ('entry', 'transaction') AND e.direction = 'CRDT' AND e.amount_cents + e.charges_cents = c.amount_cents
        THEN NULL
      WHEN e.kind IN ('entry', 'transaction') AND e.direction = 'DBIT' AND e.amount_cents < c.amount_cents
        THEN 'partial: found ' || sepad.euro(e.amount_cents) || ', expected ' || sepad.euro(c.amount_cents)
      ELSE 'mismatch: amount: found ' || sepad.euro(e.amount_cents) || ', expected ' || sepad.euro(c.amount_cents)
    END
    """

  /// Says on each entry which collection it is, or why none.
  private func chooseCandidates() throws(StoreFault) {
    // Details without amounts fit together or not at all: as many as the booking has, and its amount in sum.
    try run(
      """
      UPDATE candidate k SET amountless = false
      FROM open_entry e, (
        SELECT e.file_id, e.parent
        FROM open_entry e
        JOIN candidate k ON k.file_id = e.file_id AND k.ordinal = e.ordinal
        JOIN sepad.collection c ON c.id = k.collection_id
        WHERE k.amountless
        GROUP BY e.file_id, e.parent, e.siblings, e.booked_cents
        HAVING count(*) = e.siblings AND count(DISTINCT k.collection_id) = e.siblings AND sum(c.amount_cents) = e.booked_cents
      ) whole
      WHERE whole.file_id = e.file_id AND whole.parent = e.parent AND k.file_id = e.file_id AND k.ordinal = e.ordinal
        AND k.amountless
      """)
    try run("DELETE FROM identified")
    try run(
      """
      INSERT INTO identified
      SELECT k.file_id, k.ordinal, min(k.collection_id) FILTER (WHERE k.mismatch IS NULL AND NOT k.amountless), min(k.rule)
      FROM candidate k
      GROUP BY k.file_id, k.ordinal
      HAVING count(*) FILTER (WHERE k.mismatch IS NULL AND NOT k.amountless) = 1
      """)
    try run("ANALYZE identified")
    try run(
      """
      UPDATE open_entry n
      SET collection_id = NULL, matched_by = NULL, principal_cents = NULL,
        verdict = CASE
          WHEN x.fitting > 1 THEN 'ambiguous: ' || x.fitting || ' collections fit'
          WHEN x.found > 1 THEN 'ambiguous: ' || x.found || ' collections named, none fits'
          ELSE coalesce(x.mismatch, 'mismatch: amount: found none, expected ' || sepad.euro(x.cents)) END
      FROM (
        SELECT k.file_id, k.ordinal, count(*) AS found, min(k.mismatch) AS mismatch, min(c.amount_cents) AS cents,
          count(*) FILTER (WHERE k.mismatch IS NULL AND NOT k.amountless) AS fitting
        FROM candidate k JOIN sepad.collection c ON c.id = k.collection_id
        WHERE NOT EXISTS (SELECT FROM identified i WHERE i.file_id = k.file_id AND i.ordinal = k.ordinal)
        GROUP BY k.file_id, k.ordinal
      ) x
      WHERE n.file_id = x.file_id AND n.ordinal = x.ordinal
      """)
  }

  /// Takes away why an entry waited that is identified now. Where later words are weighed, identities are written down at
  /// once, since those words are looked for among all entries; otherwise with what came of the entry, for each change of a
  /// row costs a row.
  func writeIdentities(_ desk: inout Desk) throws(StoreFault) {
    try run(
      """
      UPDATE open_entry n SET verdict = NULL FROM identified i
      WHERE n.file_id = i.file_id AND n.ordinal = i.ordinal AND n.verdict IS NOT NULL
      """)
    let isWeighed = try one("SELECT EXISTS (SELECT FROM open_entry WHERE event = 'reinstated')")
    if try isWeighed.bool(0) { try writeDown(concluded: false, &desk) }
  }
}
