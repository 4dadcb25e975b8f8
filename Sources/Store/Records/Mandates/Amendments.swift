import SEPA

/// What changed of a mandate and is new to its bank, as a file carries it: each value as it was before.
package struct OpenAmendment: Hashable, Sendable {
  package let account: String?
  package let reference: String?
  package let creditorIdentifier: String?
  package let creditorName: String?
}

/// Amendments on their way: they go out with every collection until one that carried them is settled.
extension Session {
  /// While a file is made no mandate changes, so that what it says of amendments is what its debits say; and while one
  /// changes no file is made. For the life of the transaction, and before any of its rows is locked.
  /// - Parameter toAmend: to change mandates, not to make a file.
  package func lockAmendments(toAmend: Bool) throws(StoreFault) {
    try run(
      "SELECT pg_advisory_xact_lock\(toAmend ? "" : "_shared")(hashtextextended('sepad amendments', 0))")
  }

  /// Writes down which amendments travel with the debits of `picked`.
  /// - Returns: whether any does.
  func carryAmendments(in file: Int64) throws(StoreFault) -> Bool {
    guard try one("SELECT EXISTS (SELECT FROM sepad.mandate_amendment WHERE closed_at IS NULL)").bool(0) else { return false }
    return try run(
      """
      INSERT INTO sepad.amendment_item (amendment_id, collection_id, file_id)
      SELECT a.id, p.collection_id, $1
      FROM picked p
      JOIN sepad.collection c ON c.id = p.collection_id
      JOIN sepad.mandate_amendment a ON a.mandate_id = c.mandate_id AND a.closed_at IS NULL
      """, [.integer(file)]
    ).affected > 0
  }

  /// Of a debit of file item `i`: what it was before, the oldest of each, as columns. Where a bank has missed two changes, it
  /// knows what was before the first.
  static let amendmentColumns = "x.account, x.reference, x.creditor_identifier, x.creditor_name"
  static let amendmentJoin = """
    LEFT JOIN LATERAL (
      SELECT \(["account", "reference", "creditor_identifier", "creditor_name"].map { element in
        "(array_agg(a.original ORDER BY a.id) FILTER (WHERE a.element = '\(element)'))[1] AS \(element)"
      }.joined(separator: ", "))
      FROM sepad.amendment_item n JOIN sepad.mandate_amendment a ON a.id = n.amendment_id
      WHERE n.file_id = i.file_id AND n.collection_id = i.collection_id
    ) x ON true
    """

  /// What travelled with collections that were settled since, every bank on the way has read: it goes out no more.
  /// - Parameter before: the last event before a report was applied.
  func closeAmendments(eventsAfter before: Int64, _ stamp: Stamp) throws(StoreFault) {
    guard try one("SELECT EXISTS (SELECT FROM sepad.mandate_amendment WHERE closed_at IS NULL)").bool(0) else { return }
    try run(
      """
      WITH closed AS (
        UPDATE sepad.mandate_amendment a SET closed_at = $1, closed_by = x.collection_id
        FROM (
          SELECT DISTINCT ON (o.id) o.id, v.collection_id, v.id AS event_id
          FROM sepad.mandate_amendment o
          JOIN sepad.amendment_item n ON n.amendment_id = o.id
          JOIN sepad.file_item i ON i.collection_id = n.collection_id AND i.live AND i.file_id = n.file_id
          JOIN sepad.payment_event v ON v.collection_id = n.collection_id AND v.id > $3 AND v.event = 'settled'
          WHERE o.closed_at IS NULL
          ORDER BY o.id, v.id
        ) x
        WHERE a.id = x.id
        RETURNING a.mandate_id, a.element, x.event_id
      ), told AS (
        INSERT INTO sepad.mandate_history (mandate_id, at, event, from_state, to_state, cause_event_id, because, actor)
        SELECT m.id, $1, 'amendment_settled', m.state, m.state, min(c.event_id),
          string_agg(DISTINCT replace(c.element::text, '_', ' '), ', '), $2
        FROM closed c JOIN sepad.mandate m ON m.id = c.mandate_id GROUP BY m.id ORDER BY m.id
        \(Self.returningMandateEvent)
      )
      \(Self.mandateJobs)
      """, [.text(stamp.at.description), .text(stamp.actor), .integer(before)])
  }

  /// Notes that a creditor goes by another name or identifier than what banks have read so far, on each of its mandates.
  func amendCreditor(_ id: Int64, name: String?, identifier: String?, at: Instant) throws(StoreFault) {
    for (element, original) in [("creditor_name", name), ("creditor_identifier", identifier)] {
      guard let original else { continue }
      try run(
        """
        INSERT INTO sepad.mandate_amendment (mandate_id, element, original, at)
        SELECT m.id, $2::sepad.amended_element, $3, $4 FROM sepad.mandate m
        WHERE m.creditor_id = $1 AND m.state NOT IN (\(Self.ends)) AND m.signed_on IS NOT NULL
          AND (m.registered_on IS NOT NULL OR m.last_used_on IS NOT NULL OR m.registration_asked > 0 OR EXISTS (
            SELECT FROM sepad.collection c JOIN sepad.collection_status s ON s.collection_id = c.id
            WHERE c.mandate_id = m.id AND s.state NOT IN ('requested', 'scheduled', 'cancelled')))
        ORDER BY m.id
        """, [.integer(id), .text(element), .text(original), .text(at.description)])
    }
  }
}
