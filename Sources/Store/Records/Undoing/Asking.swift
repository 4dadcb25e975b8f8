package import SEPA

/// Whether a collection is taken back before it is settled, or afterwards.
package enum UndoingKind: String, CaseIterable, Sendable {
  /// camt.055: a collection that is at the bank must not be collected.
  case cancellation
  /// pain.007: a settled collection is given back to the debtor.
  case reversal
}

/// What intake must know of a collection to judge a request to take it back.
package struct UndoableCollection: Sendable {
  package let id: Int64
  package let endToEndID: String
  package let state: CollectionState
  /// Name of the bank connection that it goes through.
  package let bank: String
  /// `YYYY-MM-DD`; nil while it has none.
  package let collectionDate: String?
  /// Kinds that were asked for and may still take it back, or have.
  package let asked: Set<UndoingKind>
}

/// A request to take a collection back, to be stored.
package struct NewUndoing: Sendable {
  package var kind: UndoingKind
  package var creditorID: Int64
  package var collectionID: Int64
  package var reason: String
  /// The last day on which it may leave, `YYYY-MM-DD`; nil where it is done at once.
  package var leaveBy: String?
  package var requestKey: String
  package var digest: String

  package init(
    kind: UndoingKind, creditorID: Int64, collectionID: Int64, reason: String, leaveBy: String?, requestKey: String,
    digest: String
  ) {
    self.kind = kind
    self.creditorID = creditorID
    self.collectionID = collectionID
    self.reason = reason
    self.leaveBy = leaveBy
    self.requestKey = requestKey
    self.digest = digest
  }
}

extension Session {
  /// The collections of a creditor that a key or an end-to-end id names: all attempts of one claim, the last first. Locked
  /// against what moves their states until the transaction ends.
  package func undoable(
    creditor: Int64, requestKey: String?, endToEndID: String?
  ) throws(StoreFault) -> [UndoableCollection] {
    // By an index each, however many collections there are: the key stands for the first attempt, which the others represent.
    let first = "sepad.collection f WHERE f.creditor_id = $1 AND f.request_key = $2 AND f.attempt = 1"
    let ids =
      requestKey == nil
      ? "SELECT f.id FROM sepad.collection f WHERE f.creditor_id = $1 AND f.end_to_end_id = $3"
      : "SELECT f.id FROM \(first) UNION ALL SELECT o.id FROM sepad.collection o WHERE o.represents IN (SELECT f.id FROM \(first))"
    let named = "c.id IN (\(ids)) AND ($2::text IS NULL OR c.request_key = $2) AND ($3::text IS NULL OR c.end_to_end_id = $3)"
    let parameters: [SQLValue] = [.integer(creditor), .optional(requestKey), .optional(endToEndID)]
    // In the builder's order: the worklist first, then the state.
    try run(
      "SELECT FROM sepad.due d JOIN sepad.collection c ON c.id = d.collection_id WHERE \(named) FOR UPDATE OF d", parameters)
    let answer = try run(
      """
      SELECT c.id, c.end_to_end_id, s.state, a.bank, s.collection_date,
        (SELECT string_agg(u.kind::text, ' ') FROM sepad.undoing u WHERE u.collection_id = c.id AND u.closed_at IS NULL)
      FROM sepad.collection c
      JOIN sepad.collection_status s ON s.collection_id = c.id
      JOIN sepad.creditor_account a ON a.id = c.account_id
      WHERE \(named)
      ORDER BY c.attempt DESC
      FOR UPDATE OF s
      """, parameters)
    return try map(answer) { row throws(StoreFault) in
      guard let state = CollectionState(rawValue: try row.text(2)) else { throw .shape("collection: unknown state") }
      return UndoableCollection(
        id: try row.integer(0), endToEndID: try row.text(1), state: state, bank: try row.text(3), collectionDate: row[4],
        asked: Set((row[5] ?? "").split(separator: " ").compactMap { UndoingKind(rawValue: String($0)) }))
    }
  }

  /// What was asked for to take a collection back, and what came of it, the oldest first.
  package func collectionUndoings(_ id: Int64) throws(StoreFault) -> TextTable {
    try table(
      ["taken back by", "asked at", "request key", "reason", "file", "progress"],
      """
      SELECT u.kind, to_char(u.accepted_at, 'YYYY-MM-DD HH24:MI:SS'), u.request_key, u.reason, p.message_id, p.progress
      FROM sepad.undoing u JOIN sepad.undoing_progress p ON p.undoing_id = u.id
      WHERE u.collection_id = $1 ORDER BY u.id
      """, [.integer(id)])
  }

  /// Stores requests to take collections back.
  /// - Returns: their ids, in order.
  package func store(_ undoings: [NewUndoing], at: Instant) throws(StoreFault) -> [Int64] {
    let ids = try allocateIDs("sepad.undoing", count: undoings.count)
    var rows = CopyText()
    for (id, undoing) in zip(ids, undoings) {
      rows.add(id)
      rows.add(undoing.kind.rawValue)
      rows.add(undoing.creditorID)
      rows.add(undoing.collectionID)
      for column in [undoing.reason, undoing.leaveBy, undoing.requestKey, "\\x" + undoing.digest, at.description] {
        rows.add(column)
      }
      rows.endRow()
    }
    try copy(
      """
      COPY sepad.undoing (id, kind, creditor_id, collection_id, reason, leave_by, request_key, request_digest, accepted_at)
      FROM STDIN
      """, &rows)
    return ids
  }
}
