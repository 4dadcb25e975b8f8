/// Which of two words about the same money counts: decided by booking days, never by which report came first.
///
/// A return and its undoing may alternate: return, undone, returned again. The later booking wins, on one day the
/// undoing. Told twice, each counts once. What cannot be said twice (a second debit with nothing undone between) waits
/// for a person.
extension Session {
  /// Marks events that a later word overtook, and takes back those that must wait.
  func yieldToLaterWords() throws(StoreFault) {
    // A return booked no later than an undoing that was applied is an old story.
    try run(
      """
      UPDATE match m SET overtaken = true
      FROM sepad.inbound_entry n
      WHERE m.event = 'returned' AND n.file_id = m.file_id AND n.ordinal = m.ordinal AND EXISTS (
        SELECT FROM sepad.inbound_entry v
        WHERE v.collection_id = m.collection_id AND v.direction = 'CRDT' AND (v.is_return OR v.is_reversal)
          AND v.disposition IN ('applied', 'repeated') AND coalesce(v.booked_on >= n.booked_on, true))
      """)
    // An undoing needs something to undo; a return booked after it is the later word.
    try wait(
      verdict: "early: undoes a return that is not known",
      condition: """
        m.event = 'reinstated' AND NOT EXISTS (
          SELECT FROM sepad.inbound_entry r
          WHERE (r.collection_id = m.collection_id OR r.block_id = i.block_id) AND r.direction = 'DBIT'
            AND r.kind IN ('entry', 'transaction') AND coalesce(r.booked_on <= n.booked_on, true))
        """)
    try run(
      """
      UPDATE match m SET overtaken = true
      FROM sepad.inbound_entry n
      WHERE m.event = 'reinstated' AND n.file_id = m.file_id AND n.ordinal = m.ordinal AND EXISTS (
        SELECT FROM sepad.inbound_entry r
        WHERE r.collection_id = m.collection_id AND r.direction = 'DBIT' AND r.booked_on > n.booked_on
          AND r.disposition <> 'ignored' AND NOT EXISTS (
            SELECT FROM sepad.inbound_entry v
            WHERE v.collection_id = m.collection_id AND v.direction = 'CRDT' AND (v.is_return OR v.is_reversal)
              AND v.booked_on >= r.booked_on))
      """)
    // The same money a second time, on other days and under another reference of the bank's.
    for (event, direction, word) in [("returned", "DBIT", "debited"), ("settled", "CRDT", "credited")] {
      try wait(
        verdict: "again: \(word) on another day already",
        condition: """
          m.event = '\(event)' AND NOT m.overtaken AND n.collection_id IS NOT NULL AND EXISTS (
            SELECT FROM sepad.inbound_entry o
            WHERE o.collection_id = m.collection_id AND o.direction = '\(direction)' AND o.disposition IN ('applied', 'repeated')
              AND o.is_return = n.is_return AND o.is_reversal = n.is_reversal
              AND o.booked_on <> n.booked_on AND o.valued_on IS DISTINCT FROM n.valued_on
              AND (o.servicer_reference = n.servicer_reference) IS NOT TRUE
              AND NOT EXISTS (
                SELECT FROM sepad.inbound_entry v
                WHERE v.collection_id = m.collection_id AND v.direction = 'CRDT' AND (v.is_return OR v.is_reversal)
                  AND v.disposition <> 'ignored'
                  AND v.booked_on BETWEEN least(o.booked_on, n.booked_on) AND greatest(o.booked_on, n.booked_on)))
          """)
    }
  }

  private func wait(verdict: String, condition: String) throws(StoreFault) {
    try run(
      """
      WITH waiting AS (
        DELETE FROM match m
        USING sepad.inbound_entry n, sepad.file_item i
        WHERE n.file_id = m.file_id AND n.ordinal = m.ordinal AND i.collection_id = m.collection_id AND i.live AND \(condition)
        RETURNING m.file_id, m.ordinal
      )
      UPDATE sepad.inbound_entry n SET verdict = $1 FROM waiting w WHERE n.file_id = w.file_id AND n.ordinal = w.ordinal
      """, [.text(verdict)])
  }
}
