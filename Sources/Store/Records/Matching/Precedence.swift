/// Which of two words about the same money counts: decided by booking days, never by which report came first.
///
/// A return and its undoing may alternate: return, undone, returned again. The later booking wins, on one day the
/// undoing. Told twice, each counts once. What cannot be said twice (a second debit with nothing undone between) waits
/// for a person.
extension Session {
  /// Opens a question that is asked row by row, by index: a plain EXISTS may be planned as one pass over every entry
  /// that was ever reported. Closed by `LIMIT 1)`.
  private static let any = "(SELECT true"

  /// Marks events that a later word overtook, and takes back those that must wait.
  func yieldToLaterWords() throws(StoreFault) {
    let events = try run("SELECT DISTINCT event FROM match").rows.map { $0[0] ?? "" }
    if events.contains("returned") { try yieldReturns() }
    if events.contains("reinstated") { try yieldUndoings() }
    if events.contains("returned") { try keepRepeats(of: "returned", direction: "DBIT", word: "debited") }
    if events.contains("settled") { try keepRepeats(of: "settled", direction: "CRDT", word: "credited") }
  }

  /// A return booked no later than an undoing that was applied is an old story.
  private func yieldReturns() throws(StoreFault) {
    try run(
      """
      UPDATE match m SET overtaken = true
      FROM open_entry n
      WHERE m.event = 'returned' AND n.file_id = m.file_id AND n.ordinal = m.ordinal AND \(Self.any)
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
      WHERE m.event = 'reinstated' AND n.file_id = m.file_id AND n.ordinal = m.ordinal AND \(Self.any)
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
          WHERE o.collection_id = m.collection_id AND o.direction = '\(direction)' AND o.disposition IN ('applied', 'repeated')
            AND (o.direction = 'DBIT' OR NOT o.is_return AND NOT o.is_reversal)
            AND o.status IS DISTINCT FROM 'INFO'
            AND o.booked_on <> n.booked_on AND o.valued_on IS DISTINCT FROM n.valued_on
            AND (o.servicer_reference = n.servicer_reference) IS NOT TRUE
            AND NOT EXISTS (
              SELECT FROM sepad.inbound_entry v
              WHERE v.collection_id = m.collection_id AND v.direction = 'CRDT' AND (v.is_return OR v.is_reversal)
                AND v.disposition <> 'ignored'
                AND v.booked_on BETWEEN least(o.booked_on, n.booked_on) AND greatest(o.booked_on, n.booked_on))
          LIMIT 1) IS NOT NULL
        """)
  }

  /// Takes back an event whose entry stays open for now. `condition` speaks of the event `m` and its entry `n`.
  private func wait(event: String, verdict: String, condition: String) throws(StoreFault) {
    try run(
      """
      WITH waiting AS (
        DELETE FROM match m USING open_entry n
        WHERE m.event = $2 AND n.file_id = m.file_id AND n.ordinal = m.ordinal AND \(condition)
        RETURNING m.file_id, m.ordinal
      )
      UPDATE sepad.inbound_entry n SET verdict = $1
      FROM waiting w
      WHERE n.file_id = w.file_id AND n.ordinal = w.ordinal AND n.verdict IS DISTINCT FROM $1
      """, [.text(verdict), .text(event)])
  }
}
