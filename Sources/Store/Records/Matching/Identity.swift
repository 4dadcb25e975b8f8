/// Which one collection an entry speaks of. The strongest rule that names any decides, and then everything the entry
/// says is compared: a weaker rule never overrules a stronger one that found something amiss.
extension Session {
  /// The ids that we gave and the bank repeats, from the strongest.
  func identifyCollections(_ desk: Desk, bank: String) throws(StoreFault) {
    if desk.hasDecisions { try addDecided() }
    var left = desk.bears.endToEndID
    for rule in Self.rulesOfEndToEndID {
      // Where nothing is left, the weaker ones are not asked.
      if left == 0 { break }
      left -= try find(rule: rule.name, bank: bank, joining: rule.joins, where: rule.condition)
    }
    // The bank's own reference of something that it told before about one payment.
    if desk.bears.servicerReference > 0 {
      _ = try find(
        rule: "account servicer reference", bank: bank,
        joining: """
          JOIN sepad.inbound_entry r ON r.servicer_reference = e.servicer_reference AND r.collection_id IS NOT NULL
            AND (r.file_id, r.ordinal) <> (e.file_id, e.ordinal) AND r.kind IN ('entry', 'transaction')
          JOIN sepad.inbound_file g ON g.id = r.file_id AND g.bank = e.bank
          \(Self.look(for: "c", in: "collection", by: "id = r.collection_id"))
          """,
        asks: "e.servicer_reference IS NOT NULL AND e.end_to_end_id IS NULL AND e.kind IN ('entry', 'transaction')")
    }
    try chooseCandidates()
  }

  private static let rulesOfEndToEndID: [(name: String, joins: String, condition: String)] = [
    // Original message, block and end-to-end id; either of the first two may be left out by the bank, not both.
    (
      "message id + payment information id + end-to-end id",
      """
      \(look(for: "o", in: "outbound_file", by: "message_id = e.message_id"))
      \(look(for: "c", in: "collection", by: "creditor_id = o.creditor_id AND end_to_end_id = e.end_to_end_id"))
      """, "o.bank = $2 AND i.file_id = o.id"
    ),
    (
      "payment information id + end-to-end id",
      """
      \(look(for: "q", in: "payment_block", by: "payment_information_id = e.payment_information_id"))
      \(look(for: "o", in: "outbound_file", by: "id = q.file_id"))
      \(look(for: "c", in: "collection", by: "creditor_id = o.creditor_id AND end_to_end_id = e.end_to_end_id"))
      """, "i.block_id = q.id"
    ),
    (
      "end-to-end id + mandate reference + amount",
      look(for: "c", in: "collection", by: "end_to_end_id = e.end_to_end_id"), "d.reference = e.mandate_reference"
    ),
    // A transfer that quotes our id is a debtor who pays otherwise, not our collection.
    (
      "end-to-end id + amount", look(for: "c", in: "collection", by: "end_to_end_id = e.end_to_end_id"),
      "e.family IS DISTINCT FROM 'other'"
    ),
  ]

  /// Joins what an index finds, for each row that comes: OFFSET 0 leaves no other way. A table of some hundred rows would be held
  /// against each entry of a report whole, since PostgreSQL reckons on few entries that a rule finds something for; one of
  /// millions be read whole for a report of thousands. What many rows ask alike, it remembers.
  private static func look(
    for alias: String, _ columns: String = "*", in table: String, by condition: String
  ) -> String {
    "JOIN LATERAL (SELECT \(columns) FROM sepad.\(table) WHERE \(condition) OFFSET 0) \(alias) ON true"
  }

  /// What a person has decided comes before every rule, and is not compared again: that was done when it was decided.
  private func addDecided() throws(StoreFault) {
    try run(
      """
      INSERT INTO match (file_id, ordinal, collection_id, outbound_id, block_id, kind, event, reason_code, rule, cents, waits)
      SELECT e.file_id, e.ordinal, c.id, i.file_id, i.block_id, e.kind, e.event, e.reason_code, 'by hand', c.amount_cents,
        -- One that is in no file any more.
        i.file_id IS NULL
      FROM (\(Self.decisions)) d
      JOIN open_entry e ON e.file_id = d.file_id AND e.ordinal = d.ordinal
      JOIN sepad.collection c ON c.id = d.collection_id
      LEFT JOIN sepad.file_item i ON i.collection_id = c.id AND i.live
      WHERE d.decision = 'assigned'
      """)
  }

  /// The weakest: a reference that the debtor's bank carried along; after the batches, so that these come first.
  func identifyByReference(_ desk: Desk, bank: String) throws(StoreFault) {
    guard desk.bears.creditorReference > 0 else { return }
    let found = try find(
      rule: "structured reference + amount", bank: bank,
      joining: """
        JOIN LATERAL (
          SELECT o.* FROM sepad.collection o WHERE o.end_to_end_id = e.creditor_reference
          UNION ALL
          -- A reference has at most 35 characters (Max35Text), and the index holds no longer remittance.
          SELECT o.* FROM sepad.collection o WHERE o.remittance = e.creditor_reference AND char_length(o.remittance) <= 35
        ) c ON true
        """,
      asks: """
        e.creditor_reference IS NOT NULL AND e.kind IN ('entry', 'transaction') AND e.end_to_end_id IS NULL
          AND e.family IS DISTINCT FROM 'other'
        """,
      where: "e.amount_cents = c.amount_cents AND e.block_id IS NULL")
    if found > 0 { try chooseCandidates() }
  }

  /// Whether nothing was found yet for an entry `e` of `open_entry`.
  static let isUnidentified = """
    NOT EXISTS (SELECT FROM match k WHERE k.file_id = e.file_id AND k.ordinal = e.ordinal)
      AND NOT EXISTS (SELECT FROM candidate k WHERE k.file_id = e.file_id AND k.ordinal = e.ordinal)
    """

  /// Looks by one rule for what entries mean that no stronger rule found anything for, and compares the rest of what they say.
  /// Where one collection is found and nothing differs, it is a match; what is found otherwise become candidates.
  ///
  /// - Parameters:
  ///   - bank: `$2` of the statement; `open_entry` holds entries of it alone.
  ///   - joins: from `e`, an open entry, to `c`, a collection.
  ///   - asks: what an entry `e` must have for the rule to say anything.
  ///   - condition: of `e` and `c`, of `i`, its place in the file that carries it, with the block `b`, of its account `a` and
  ///     of its mandate with the debtor, `d`.
  /// - Returns: for how many entries it found something.
  private func find(
    rule: String, bank: String, joining joins: String, asks: String = "e.end_to_end_id IS NOT NULL",
    where condition: String = "true"
  ) throws(StoreFault) -> Int64 {
    // While nothing was found, what the planner knows of these tables is of an earlier transaction.
    let isFirst = try one("SELECT NOT EXISTS (SELECT FROM match) AND NOT EXISTS (SELECT FROM candidate)").bool(0)
    let added = try run(
      """
      INSERT INTO match (file_id, ordinal, collection_id, outbound_id, block_id, kind, event, reason_code, rule, cents, mismatch,
        amountless)
      SELECT e.file_id, e.ordinal, c.id, i.file_id, i.block_id, e.kind, e.event, e.reason_code, $1, c.amount_cents,
        \(Self.mismatch), e.amount_cents IS NULL AND e.kind IN ('entry', 'transaction')
      FROM (
        SELECT * FROM open_entry e WHERE e.single AND \(asks)\(isFirst ? "" : " AND \(Self.isUnidentified)") OFFSET 0
      ) e
      \(joins)
      \(Self.look(for: "i", in: "file_item", by: "collection_id = c.id AND live"))
      \(Self.look(for: "b", in: "payment_block", by: "id = i.block_id"))
      \(Self.look(for: "a", in: "creditor_account", by: "id = c.account_id"))
      \(Self.look(
        for: "d", "m.id, m.reference, b.iban", in: "mandate m JOIN sepad.debtor b ON b.id = m.debtor_id", by: "m.id = c.mandate_id"))
      WHERE a.bank = $2 AND \(condition)
      """, [.text(rule), .text(bank)]
    ).affected
    guard added > 0 else { return 0 }
    try run("ANALYZE match")
    let found = try one(
      """
      SELECT count(*), bool_or(is_doubtful)
      FROM (SELECT \(Self.isDoubtful) AS is_doubtful FROM match WHERE rule = $1 GROUP BY file_id, ordinal) x
      """, [.text(rule)])
    if try found.bool(1) { try putDoubtfulAside(rule) }
    return try found.integer(0)
  }

  /// Whether what was found for an entry, a group of rows of `match`, is not one collection that fits.
  private static let isDoubtful = "(count(*) > 1 OR bool_or(mismatch IS NOT NULL OR amountless))"

  /// Takes what is doubtful out of `match`, to be chosen from.
  private func putDoubtfulAside(_ rule: String) throws(StoreFault) {
    try run(
      """
      WITH doubtful AS (
        DELETE FROM match m USING (
          SELECT file_id, ordinal FROM match WHERE rule = $1 GROUP BY file_id, ordinal HAVING \(Self.isDoubtful)
        ) x
        WHERE m.file_id = x.file_id AND m.ordinal = x.ordinal
        RETURNING m.*
      )
      INSERT INTO candidate SELECT file_id, ordinal, collection_id, rule, mismatch, amountless FROM doubtful
      -- Two ways to one collection say the same.
      ON CONFLICT DO NOTHING
      """, [.text(rule)])
    try run("ANALYZE candidate")
  }

  /// Of what is doubtful, says on each entry which collection it is, or why none.
  private func chooseCandidates() throws(StoreFault) {
    guard try one("SELECT EXISTS (SELECT FROM candidate)").bool(0) else { return }
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
    try run(
      """
      INSERT INTO match (file_id, ordinal, collection_id, outbound_id, block_id, kind, event, reason_code, rule, cents)
      SELECT e.file_id, e.ordinal, c.id, i.file_id, i.block_id, e.kind, e.event, e.reason_code, x.rule, c.amount_cents
      FROM (
        SELECT k.file_id, k.ordinal, min(k.rule) AS rule,
          min(k.collection_id) FILTER (WHERE k.mismatch IS NULL AND NOT k.amountless) AS collection_id
        FROM candidate k
        WHERE NOT EXISTS (SELECT FROM match m WHERE m.file_id = k.file_id AND m.ordinal = k.ordinal)
        GROUP BY k.file_id, k.ordinal
        HAVING count(*) FILTER (WHERE k.mismatch IS NULL AND NOT k.amountless) = 1
      ) x
      JOIN open_entry e ON e.file_id = x.file_id AND e.ordinal = x.ordinal
      JOIN sepad.collection c ON c.id = x.collection_id
      JOIN sepad.file_item i ON i.collection_id = c.id AND i.live
      """)
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
        WHERE NOT EXISTS (SELECT FROM match m WHERE m.file_id = k.file_id AND m.ordinal = k.ordinal)
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
      UPDATE open_entry n SET verdict = NULL FROM match m
      WHERE n.file_id = m.file_id AND n.ordinal = m.ordinal AND n.verdict IS NOT NULL
      """)
    if desk.bears.undoings > 0 { try writeIdentitiesDown(&desk) }
  }
}
