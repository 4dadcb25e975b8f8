package import SEPA

/// What applying did, for the log and the status file.
package struct Applied: Sendable, Equatable {
  /// Changes of state.
  package var moved = 0
  /// Entries of this bank that wait for an explanation or a person.
  package var stillOpen = 0
  /// Whether nothing was applied, for it might end otherwise if one report came after the other.
  package var mustBeApart = false

  package init() {}
}

/// Finds what each open entry of a bank speaks of, moves it, and says on the entry what came of it.
///
/// Every pass is one set-based statement over all open entries, those of earlier files too: a report that came before
/// its cause is matched when the cause is there. The passes, in order:
///
/// 1. what says nothing about a payment by itself is put aside (`Framing.swift`);
/// 2. what a person decided is taken as decided (`Decisions.swift`), every other entry is identified: which collection, or
///    which whole block, by the strongest rule that names one (`Identity.swift`, `Batches.swift`). Amount, currency, scheme,
///    account and debtor account are compared whatever the rule; what differs, and what could mean two, moves nothing and
///    says why;
/// 3. what an identified entry says becomes an event for its collections (`Reach.swift`), unless a later word is known
///    already (`Precedence.swift`);
/// 4. the events are applied, in the order of the states' ladder;
/// 5. each entry is concluded: applied, repeated, foreign, or open with its reason (`Conclusion.swift`).
///
/// Then each reject and return has what follows from it (`Following/`).
///
/// The end depends on what was reported only, not on its order, its repetition, or how it was cut into files.
extension Session {
  /// Passes are repeated while they move something and something is still open: a batch less its refusals, or a booking
  /// under the bank's own reference, may be told before what explains it.
  ///
  /// - Parameters:
  ///   - bank: whose open entries; the caller holds the transaction in which they were stored.
  ///   - reports: those stored in this transaction, where they are several.
  ///   - policies: what follows from rejects and returns; nil where nothing may.
  /// - Returns: with `mustBeApart` where two of the reports speak of one payment or file, or one leaves an entry open: which of
  ///   two entries counts, and which waits, is decided by which came first. Then the caller undoes the transaction.
  package func applyOpenEntries(
    bank: String, reports: [Int64] = [], _ policies: ReturnPolicies?, _ stamp: Stamp
  ) throws(StoreFault) -> Applied {
    // One at a time for a bank: a person's decision and a report that comes in do not see half of each other.
    try run("SELECT pg_advisory_xact_lock(hashtextextended('sepad apply ' || $1, 0))", [.text(bank)])
    // A large report is sorted and hashed in memory, and by one process: workers cannot read temporary tables.
    try run("SET LOCAL work_mem = '32MB'")
    try run("SET LOCAL max_parallel_workers_per_gather = 0")
    try run(Self.workingStatistics)
    let before = try one("SELECT coalesce(max(id), 0) FROM sepad.payment_event").integer(0)
    var applied = Applied()
    var desk = try clearDesk()
    repeat {
      guard let moved = try applyPass(bank: bank, &desk, apart: !reports.isEmpty, stamp) else {
        applied.mustBeApart = true
        return applied
      }
      applied.moved += moved
      applied.stillOpen = Int(
        try one(
          """
          SELECT count(*) FROM sepad.inbound_entry e JOIN sepad.inbound_file f ON f.id = e.file_id
          WHERE e.disposition = 'open' AND f.bank = $1
          """, [.text(bank)]
        ).integer(0))
      if moved == 0 || applied.stillOpen == 0 { break }
      desk = try clearDesk()
    } while true
    if !reports.isEmpty {
      applied.mustBeApart = try one(
        "SELECT EXISTS (SELECT FROM sepad.inbound_entry WHERE file_id = ANY ($1) AND disposition = 'open')", [.integers(reports)]
      ).bool(0)
      if applied.mustBeApart { return applied }
    }
    if desk.hasUndoings { try closeRefusedUndoings(bank: bank, stamp) }
    if let policies, applied.moved > 0 { try follow(eventsAfter: before, policies, stamp) }
    return applied
  }

  /// - Parameter apart: whether to move nothing where two reports speak of the same.
  /// - Returns: how many collections moved; nil where that is so.
  private func applyPass(bank: String, _ desk: inout Desk, apart: Bool, _ stamp: Stamp) throws(StoreFault) -> Int? {
    try gatherOpenEntries(bank: bank, &desk)
    try identifyCollections(desk, bank: bank)
    if desk.bears.blockOrMessage > 0 { try identifyBlocks() }
    try identifyByReference(desk, bank: bank)
    try writeIdentities(&desk)
    try gatherEvents(desk)
    if apart, try doReportsMeet() { return nil }
    let told = try whatIsTold()
    let isContested = try isAnyToldBefore(told)
    try yieldToLaterWords(told, isContested: isContested)
    try reportFiles(desk, stamp)
    var moved = 0
    let before = try one("SELECT coalesce(max(id), 0) FROM sepad.payment_event").integer(0)
    for event in [CollectionEvent.rejected, .accepted, .settled, .returned, .reinstated] where told.tells(event) {
      moved += try move(
        event, selecting: Self.told(desk, isTwice: told.tellsTwice(event)), isRuled: true, [.text(event.rawValue)], stamp)
    }
    try concludeEntries(eventsAfter: before, &desk)
    if isContested { try reopenRepeats() }
    return moved
  }

  /// Working tables are analyzed several times in a pass. What they are like is all that the planner must know, not their rarest
  /// values: 3000 rows tell that in a tenth of the time that 30 000 take.
  private static let workingStatistics = "SET LOCAL default_statistics_target = 10"

  /// Asks once which events are told: what nobody tells is not asked for, for each event is a pass over what matched.
  private func whatIsTold() throws(StoreFault) -> Told {
    let rows = try run(
      """
      SELECT event, bool_or(times > 1)
      FROM (SELECT event, count(*) AS times FROM match WHERE NOT waits GROUP BY event, collection_id) x
      GROUP BY event
      """
    ).rows
    var told = Told()
    for row in rows {
      guard let event = row[0] else { continue }
      told.events.insert(event)
      if try row.bool(1) { told.twice.insert(event) }
    }
    return told
  }

  /// What tells the event `$4`, as `move` wants it.
  /// - Parameter isTwice: whether one payment may be told of twice.
  private static func told(_ desk: Desk, isTwice: Bool) -> String {
    """
    SELECT \(isTwice ? "DISTINCT ON (m.collection_id) " : "")m.collection_id, NULL::date AS collection_date,
      NULL::bigint AS file_id, m.file_id AS inbound_file_id, m.ordinal AS entry_ordinal, m.reason_code, m.rule,
      \(desk.hasDecisions ? "d.because" : "NULL::text") AS detail
    FROM match m
    \(desk.hasDecisions ? "LEFT JOIN (\(decisions)) d ON d.file_id = m.file_id AND d.ordinal = m.ordinal" : "")
    WHERE m.event = $4 AND NOT m.overtaken AND NOT m.waits
    -- Of several that say the same, the one that says most: a reason, and about this payment alone.
    ORDER BY m.collection_id\(isTwice ? ", m.reason_code IS NULL, m.whole_block, m.file_id, m.ordinal" : "")
    """
  }

  /// The last decision about each entry that somebody decided about.
  static let decisions = """
    SELECT DISTINCT ON (file_id, ordinal) file_id, ordinal, decision, collection_id, because
    FROM sepad.entry_decision ORDER BY file_id, ordinal, id DESC
    """

  /// Whether entries of two reports speak of one payment, or of one file as a whole.
  private func doReportsMeet() throws(StoreFault) -> Bool {
    try one(
      """
      SELECT EXISTS (SELECT FROM match WHERE NOT waits GROUP BY collection_id HAVING min(file_id) <> max(file_id))
        OR EXISTS (
          SELECT FROM open_entry WHERE kind = 'groupStatus' GROUP BY message_id HAVING min(file_id) <> max(file_id))
      """
    ).bool(0)
  }

  /// The working tables of one application. They live as long as the connection; what is in them, as the transaction: to
  /// truncate them costs more than to match what few entries say.
  func makeMatchingTables() throws(StoreFault) {
    if try one("SELECT to_regclass('pg_temp.moved_entry') IS NOT NULL").bool(0) { return }
    // What reports said, as they said it.
    try makeTable("reported_entry", "LIKE sepad.inbound_entry INCLUDING DEFAULTS")
    try makeTable("booking", "file_id bigint, ordinal bigint, children bigint, amount_cents bigint, currency text")
    // What is said of an entry while it is matched stands here, and is written down once.
    try makeTable(
      "open_entry",
      """
      file_id bigint, ordinal bigint, parent bigint, kind text, bank text, message_id text, payment_information_id text,
      end_to_end_id text, mandate_reference text, servicer_reference text, creditor_reference text, amount_cents bigint,
      stated_cents bigint, original_cents bigint, charges_cents bigint, currency text, direction text, family text,
      scheme sepad.scheme, debtor_iban text, account_iban text, transactions bigint, reason_code text, booked_on text,
      valued_on text, bank_code text, message_name text, event text, single boolean, siblings bigint, booked_cents bigint,
      disposition sepad.disposition, collection_id bigint, block_id bigint, matched_by text, principal_cents bigint,
      verdict text, note text,
      PRIMARY KEY (file_id, ordinal)
      """)
    // What an entry says of a collection: by itself, and then it is the only one that the entry speaks of, or of its whole block.
    // One row, written where it is found, carries all that the later steps ask: with a table for each step, a third of applying
    // was copying from one to the next. `waits`: of the payment that it names, it says nothing yet.
    try makeTable(
      "match",
      """
      file_id bigint, ordinal bigint, collection_id bigint, outbound_id bigint, block_id bigint, kind text, event text,
      reason_code text, rule text, cents bigint, mismatch text, amountless boolean, whole_block boolean DEFAULT false,
      overtaken boolean DEFAULT false, waits boolean DEFAULT false
      """)
    // What could be meant by an entry that is not clear.
    try makeTable(
      "candidate",
      """
      file_id bigint, ordinal bigint, collection_id bigint, rule text, mismatch text, amountless boolean,
      PRIMARY KEY (file_id, ordinal, collection_id)
      """)
    try makeTable(
      "named_transaction",
      "file_id bigint, message_id text, end_to_end_id text, PRIMARY KEY (file_id, message_id, end_to_end_id)")
    try makeTable("named_collection", "file_id bigint, collection_id bigint, PRIMARY KEY (file_id, collection_id)")
    for table in ["reached_entry", "moved_entry"] { try makeTable(table, "file_id bigint, ordinal bigint") }
  }

  private func makeTable(_ name: String, _ columns: String) throws(StoreFault) {
    try run("CREATE TEMP TABLE IF NOT EXISTS \(name) (\(columns)) ON COMMIT DELETE ROWS")
  }

  /// Before a pass: what an earlier one of this transaction left is thrown away, and nothing that is not written down yet.
  private func clearDesk() throws(StoreFault) -> Desk {
    try makeMatchingTables()
    let row = try one(
      """
      SELECT EXISTS (SELECT FROM open_entry), EXISTS (SELECT FROM reported_entry), EXISTS (SELECT FROM sepad.undoing_item),
        EXISTS (SELECT FROM sepad.entry_decision)
      """)
    if try row.bool(0) {
      try run("TRUNCATE open_entry, candidate, match, named_transaction, named_collection, reached_entry, moved_entry")
    }
    return Desk(hasUnwritten: try row.bool(1), hasUndoings: try row.bool(2), hasDecisions: try row.bool(3))
  }

  /// Fills `open_entry` with the bank's open entries: those of earlier reports, and those that were just read.
  private func gatherOpenEntries(bank: String, _ desk: inout Desk) throws(StoreFault) {
    if desk.hasUnwritten {
      desk.asksBookings = try frameReported()
      // Decisions are looked for among all entries.
      if desk.hasDecisions {
        let decided = try one(
          """
          SELECT EXISTS (
            SELECT FROM (SELECT DISTINCT file_id FROM reported_entry) r JOIN sepad.entry_decision d ON d.file_id = r.file_id)
          """)
        if try decided.bool(0) { try writeIdentitiesDown(&desk) }
      }
    }
    if desk.hasDecisions { try putAsideIgnored(bank: bank) }
    try putAsideFraming(bank: bank, desk)
    desk.hasEarlier = try run(
      """
      INSERT INTO open_entry
      SELECT \(Self.opened("e", children: "e.children", booking: "p", siblings: "p.children"))
      FROM sepad.inbound_entry e
      JOIN sepad.inbound_file f ON f.id = e.file_id AND f.bank = $1
      LEFT JOIN sepad.inbound_entry p ON p.file_id = e.file_id AND p.ordinal = e.parent AND p.kind = 'entry'
      WHERE e.disposition = 'open'
      """, [.text(bank)]
    ).affected > 0
    if desk.hasUnwritten {
      try run(
        """
        INSERT INTO open_entry
        SELECT
          \(Self.opened("r", children: "r.children", booking: "above", siblings: "above.children"))
        FROM \(Self.reported(desk))
        JOIN sepad.inbound_file f ON f.id = r.file_id
        WHERE \(Self.isOpen(desk))
        """)
    }
    // Of the columns that are asked for: the others' statistics take as long to make as the matching of some hundreds.
    try run(
      """
      ANALYZE open_entry (file_id, ordinal, parent, kind, event, single, bank, message_id, payment_information_id, end_to_end_id,
        mandate_reference, servicer_reference, creditor_reference, block_id)
      """)
    desk.bears = try bears()
  }

  /// The columns of `open_entry`, from an entry `e`, its report `f` and its booking: with the event that it would mean,
  /// `single` where it speaks of one payment.
  private static func opened(_ e: String, children: String, booking: String, siblings: String) -> String {
    """
    \(e).file_id, \(e).ordinal, \(e).parent, \(e).kind, f.bank, \(e).message_id, \(e).payment_information_id,
      \(e).end_to_end_id, \(e).mandate_reference, \(e).servicer_reference, \(e).creditor_reference,
      -- The one payment of a booking has the booking's amount, where the bank did not write it twice.
      coalesce(\(e).amount_cents, CASE WHEN \(siblings) = 1 THEN \(booking).amount_cents END), \(e).amount_cents,
      \(e).original_cents, \(e).charges_cents, coalesce(\(e).currency, \(booking).currency), \(e).direction, \(e).family,
      \(e).scheme, \(e).debtor_iban, \(e).account_iban, \(e).transactions, \(e).reason_code, \(e).booked_on,
      \(e).valued_on, \(e).bank_code, \(e).message_name,
      CASE
        WHEN \(e).kind IN ('groupStatus', 'blockStatus', 'transactionStatus') THEN sepad.status_meaning(\(e).status)
        -- camt.029: our request for cancellation was followed, so it will never be collected.
        WHEN \(e).kind = 'cancellationStatus' THEN 'rejected'
        WHEN \(isRefusal(e)) THEN 'rejected'
        WHEN \(e).direction = 'DBIT' THEN 'returned'
        WHEN \(e).is_reversal OR \(e).is_return THEN 'reinstated'
        ELSE 'settled'
      END,
      -- A fee may bear all ids of the payment that it is for, and any amount: it is nobody's payment.
      (\(e).kind IN ('transactionStatus', 'cancellationStatus', 'transaction') OR \(e).kind = 'entry' AND \(children) = 0)
        AND (\(e).family IS DISTINCT FROM 'other' OR NOT starts_with(\(e).bank_code, 'PMNT/IDDT/')),
      \(siblings), \(booking).amount_cents, 'open', \(e).collection_id, \(e).block_id, \(e).matched_by, \(e).principal_cents,
      \(e).verdict, \(e).note
    """
  }
}
