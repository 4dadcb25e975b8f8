import SEPA

/// Which of two words about the same money counts: decided by booking days, never by which report came first.
///
/// A return and its undoing may alternate: return, undone, returned again. The later booking wins, on one day the
/// undoing. Told twice, each counts once. What cannot be said twice (a second debit with nothing undone between) waits
/// for a person.
extension Session {
  /// Opens a question that is asked row by row, by index: a plain EXISTS may be planned as one pass over every entry
  /// that was ever reported. Closed by `LIMIT 1)`.
  private static let any = "(SELECT true"

  /// Whether money that is told now was told before, or twice now: of one payment in the same direction, or of its block.
  /// Mostly it was not, and then nothing has to be compared.
  func isAnyToldBefore(_ told: Told) throws(StoreFault) -> Bool {
    guard told.tells(.settled) || told.tells(.returned) else { return false }
    if told.tellsTwice(.settled) || told.tellsTwice(.returned) { return true }
    let concluded = "o.disposition IN ('applied', 'repeated')"
    return try one(
      """
      SELECT EXISTS (
        SELECT FROM (SELECT DISTINCT block_id FROM match WHERE event = 'settled' AND NOT waits) m
        JOIN sepad.inbound_entry o ON o.block_id = m.block_id AND \(concluded)
      ) OR EXISTS (
        SELECT FROM match m
        WHERE m.event IN ('settled', 'returned') AND NOT m.waits
          -- Of one that nobody was paid for yet, no money was told. Not as a join: an EXISTS is planned for its first row, and
          -- there is none.
          AND (
            SELECT s.state NOT IN ('submitted', 'accepted') FROM sepad.collection_status s
            WHERE s.collection_id = m.collection_id)
          AND \(Self.any)
          FROM sepad.inbound_entry o
          WHERE o.collection_id = m.collection_id AND \(concluded)
            AND o.direction = CASE m.event WHEN 'settled' THEN 'CRDT' ELSE 'DBIT' END
          LIMIT 1) IS NOT NULL
      )
      """
    ).bool(0)
  }

  /// Marks events that a later word overtook, and takes back those that must wait.
  /// - Parameter isContested: as `isAnyToldBefore` says.
  func yieldToLaterWords(_ told: Told, isContested: Bool) throws(StoreFault) {
    if told.tells(.returned) { try yieldReturns() }
    if told.tells(.reinstated) { try yieldUndoings() }
    guard isContested else { return }
    if told.tells(.returned) { try keepRepeats(of: "returned", direction: "DBIT", word: "debited") }
    if told.tells(.settled) {
      try keepRepeats(of: "settled", direction: "CRDT", word: "credited")
      try keepRepeatsOfBlocks()
    }
  }

  /// A return booked no later than an undoing that was applied is an old story.
  private func yieldReturns() throws(StoreFault) {
    try run(
      """
      UPDATE match m SET overtaken = true
      FROM open_entry n
      WHERE m.event = 'returned' AND NOT m.waits AND n.file_id = m.file_id AND n.ordinal = m.ordinal AND \(Self.any)
        FROM sepad.inbound_entry v
        WHERE v.collection_id = m.collection_id AND v.direction = 'CRDT' AND (v.is_return OR v.is_reversal)
          AND v.disposition IN ('applied', 'repeated') AND coalesce(v.booked_on >= n.booked_on, true)
        LIMIT 1) IS NOT NULL
      """)
  }

  /// An undoing needs something to undo, of itself or of its whole block; a return booked after it is the later word.
  private func yieldUndoings() throws(StoreFault) {
    func returned(_ key: String) -> String {
      """
      \(Self.any) FROM sepad.inbound_entry r
        WHERE r.\(key) = m.\(key) AND r.direction = 'DBIT' AND r.kind IN ('entry', 'transaction')
          AND r.status IS DISTINCT FROM 'INFO'
          AND r.disposition <> 'ignored' AND coalesce(r.booked_on <= n.booked_on, true)
        LIMIT 1)
      """
    }
    try wait(
      event: "reinstated", verdict: "early: undoes a return that is not known",
      condition: "\(returned("collection_id")) IS NULL AND \(returned("block_id")) IS NULL")
    try run(
      """
      UPDATE match m SET overtaken = true
      FROM open_entry n
      WHERE m.event = 'reinstated' AND NOT m.waits AND n.file_id = m.file_id AND n.ordinal = m.ordinal AND \(Self.any)
        FROM sepad.inbound_entry r
        WHERE r.collection_id = m.collection_id AND r.direction = 'DBIT' AND r.booked_on > n.booked_on
          AND r.status IS DISTINCT FROM 'INFO'
          AND r.disposition <> 'ignored' AND NOT EXISTS (
            SELECT FROM sepad.inbound_entry v
            WHERE v.collection_id = m.collection_id AND v.direction = 'CRDT' AND (v.is_return OR v.is_reversal)
              AND v.booked_on >= r.booked_on)
        LIMIT 1) IS NOT NULL
      """)
  }

  /// The same money a second time, on another day and under another reference of the bank's, with nothing undone between.
  private func keepRepeats(of event: String, direction: String, word: String) throws(StoreFault) {
    try wait(
      event: event, verdict: "again: \(word) on another day already",
      condition: """
        NOT m.whole_block AND NOT m.overtaken AND \(Self.any)
          FROM sepad.inbound_entry o
          WHERE o.collection_id = m.collection_id AND o.direction = '\(direction)' AND \(Self.isRepeated("o", by: "n"))
          LIMIT 1) IS NOT NULL
        """)
  }

  /// A payment that is credited with its whole block and alone as well: the one that is alone waits for a person.
  private func keepRepeatsOfBlocks() throws(StoreFault) {
    try wait(
      event: "settled", verdict: Self.besideItsBlock,
      condition: """
        NOT m.whole_block AND NOT m.overtaken AND \(Self.any)
          FROM sepad.inbound_entry o
          WHERE o.block_id = m.block_id AND o.collection_id IS NULL AND o.direction = 'CRDT'
            AND \(Self.isRepeated("o", by: "n"))
          LIMIT 1) IS NOT NULL
        """)
  }

  /// After the conclusion, the repeats that could not be seen before: told at once, or the block's credit told last.
  /// They say what the others say, so that nothing moved because of them.
  func reopenRepeats() throws(StoreFault) {
    func reopen(_ verdict: String, _ found: String, where condition: String) throws(StoreFault) {
      // Payment by payment, by index.
      try run(
        """
        UPDATE sepad.inbound_entry e SET disposition = 'open', verdict = \(verdict)
        FROM match m
        JOIN open_entry n ON n.file_id = m.file_id AND n.ordinal = m.ordinal AND n.kind IN ('entry', 'transaction')
        JOIN LATERAL (
          SELECT o.file_id, o.ordinal FROM sepad.inbound_entry o
          WHERE o.direction = n.direction AND \(Self.isRepeated("o", by: "n")) AND \(found)
          OFFSET 0
        ) x ON true
        WHERE NOT m.overtaken AND NOT m.waits AND \(condition)
        """)
    }
    let itself = "e.file_id = n.file_id AND e.ordinal = n.ordinal AND e.disposition IN ('applied', 'repeated')"
    try reopen(
      "'again: ' || CASE m.event WHEN 'settled' THEN 'credited' ELSE 'debited' END || ' on another day already'",
      "o.collection_id = m.collection_id AND o.booked_on < n.booked_on",
      where: "m.event IN ('settled', 'returned') AND NOT m.whole_block AND \(itself)")
    try reopen(
      "'\(Self.besideItsBlock)'", "o.block_id = m.block_id AND o.collection_id IS NULL",
      where: "m.event = 'settled' AND NOT m.whole_block AND \(itself)")
    try reopen(
      "'\(Self.besideItsBlock)'", "o.collection_id = m.collection_id",
      where: "m.event = 'settled' AND m.whole_block AND e.file_id = x.file_id AND e.ordinal = x.ordinal")
  }

  private static let besideItsBlock = "again: credited with its block on another day"

  /// Whether an earlier entry `o` and an entry `n` of one collection and direction tell of two bookings.
  private static func isRepeated(_ o: String, by n: String) -> String {
    """
    \(o).disposition IN ('applied', 'repeated')
      AND (\(o).direction = 'DBIT' OR NOT \(o).is_return AND NOT \(o).is_reversal)
      AND \(o).status IS DISTINCT FROM 'INFO'
      AND \(o).booked_on <> \(n).booked_on AND \(o).valued_on IS DISTINCT FROM \(n).valued_on
      AND (\(o).servicer_reference = \(n).servicer_reference) IS NOT TRUE
      AND NOT EXISTS (
        SELECT FROM sepad.inbound_entry v
        WHERE v.collection_id = m.collection_id AND v.direction = 'CRDT' AND (v.is_return OR v.is_reversal)
          AND v.disposition <> 'ignored'
          AND v.booked_on BETWEEN least(\(o).booked_on, \(n).booked_on) AND greatest(\(o).booked_on, \(n).booked_on))
    """
  }

  /// Takes back events whose entry stays open for now. `condition` speaks of the event `m` and its entry `n`.
  private func wait(event: String, verdict: String, condition: String) throws(StoreFault) {
    try run(
      """
      WITH waiting AS (
        UPDATE match m SET waits = true FROM open_entry n
        WHERE m.event = $2 AND NOT m.waits AND n.file_id = m.file_id AND n.ordinal = m.ordinal AND \(condition)
        RETURNING m.file_id, m.ordinal
      )
      UPDATE open_entry n SET verdict = $1
      FROM waiting w
      WHERE n.file_id = w.file_id AND n.ordinal = w.ordinal AND n.verdict IS DISTINCT FROM $1
      """, [.text(verdict), .text(event)])
  }
}
