import SEPA

/// What settlements, rejects and returns say of mandates. Asked once for each report, and answered by small indexes where
/// nothing waits for it: what is no mandate's concern costs a payment nothing.
extension Session {
  /// - Parameter before: the last event before the report was applied.
  func followMandates(eventsAfter before: Int64, _ stamp: Stamp) throws(StoreFault) {
    try closeAmendments(eventsAfter: before, stamp)
    try proveRegistrations(eventsAfter: before, stamp)
    try consumeOneOffs(eventsAfter: before, stamp)
  }

  /// A settled collection proves that the debtor's bank knows the mandate: the bank of the account that it was collected from,
  /// not of one that the debtor has got since.
  private func proveRegistrations(eventsAfter before: Int64, _ stamp: Stamp) throws(StoreFault) {
    let unregistered = "m.registered_on IS NULL AND m.registration_asked > 0"
    guard try one("SELECT EXISTS (SELECT FROM sepad.mandate m WHERE \(unregistered))").bool(0) else { return }
    let settled = """
      SELECT DISTINCT ON (m.id) m.id AS mandate_id, v.id AS cause_event_id, v.collection_date,
        'a collection was settled' AS because
      FROM sepad.mandate m
      JOIN sepad.collection c ON c.mandate_id = m.id
      JOIN sepad.payment_event v ON v.collection_id = c.id AND v.id > \(before) AND v.event = 'settled'
      JOIN sepad.file_item i ON i.collection_id = c.id AND i.live
      JOIN sepad.outbound_file f ON f.id = i.file_id
      WHERE \(unregistered) AND NOT EXISTS (
        SELECT FROM sepad.mandate_amendment a
        WHERE a.mandate_id = m.id AND a.element = 'account' AND a.id > f.amendments_before)
      ORDER BY m.id, v.id
      """
    try moveMandates(.registered, selecting: settled, [], stamp)
    try run(
      """
      UPDATE sepad.mandate m SET registered_on = x.collection_date, registration_ask_on = NULL
      FROM (\(settled)) x WHERE m.id = x.mandate_id
      """)
  }

  /// A one-off mandate ends with the settlement of its collection, any other with that of its final one, and lives again when
  /// that is returned.
  private func consumeOneOffs(eventsAfter before: Int64, _ stamp: Stamp) throws(StoreFault) {
    let mayEnd = "(NOT m.recurrent OR m.has_final) AND m.state IN ('active', 'suspended', 'consumed')"
    guard try one("SELECT EXISTS (SELECT FROM sepad.mandate m WHERE \(mayEnd))").bool(0) else { return }
    for (event, move) in [("settled", MandateEvent.consumed), ("returned", .reopened), ("reinstated", .consumed)] {
      try moveMandates(
        move,
        selecting: """
          SELECT DISTINCT ON (m.id) m.id AS mandate_id, v.id AS cause_event_id, 'its last collection was \(event)' AS because
          FROM sepad.payment_event v
          JOIN sepad.collection c ON c.id = v.collection_id
          JOIN sepad.collection_status s ON s.collection_id = c.id AND s.state = '\(event == "returned" ? "returned" : "settled")'
          JOIN sepad.mandate m ON m.id = c.mandate_id AND \(mayEnd)
          WHERE v.id > \(before) AND v.event = '\(event)' AND c.sequence_type IN ('OOFF', 'FNAL') ORDER BY m.id, v.id
          """, [], stamp)
    }
  }

  /// Rejects and returns of `following` that say that the debtor's bank does not know a mandate of which none was ever
  /// settled: it waits for its registration again, and is not suspended.
  func unregister(_ stamp: Stamp) throws(StoreFault) {
    let unknown = """
      SELECT DISTINCT ON (c.mandate_id) c.mandate_id, f.event_id AS cause_event_id,
        f.kind || ' MD01, ' || f.policy AS because
      FROM following f
      JOIN sepad.payment_event v ON v.id = f.event_id AND v.reason_code = 'MD01'
      JOIN sepad.collection c ON c.id = f.collection_id
      JOIN sepad.mandate m ON m.id = c.mandate_id AND m.scheme = 'B2B' AND m.registration_asked > 0
      WHERE f.mandate = 'suspend' AND m.last_used_on IS NULL AND NOT EXISTS (
        SELECT FROM sepad.collection o JOIN sepad.collection_status s ON s.collection_id = o.id
        WHERE o.mandate_id = m.id AND s.state IN ('settled', 'returned'))
      ORDER BY c.mandate_id, f.event_id
      """
    guard try moveMandates(.unregistered, selecting: unknown, [], stamp) > 0 else { return }
    // Asked again, from the beginning.
    try run(
      """
      UPDATE sepad.mandate m SET registered_on = NULL, registration_asked = 1, registration_ask_on = $1
      FROM (\(unknown)) x WHERE m.id = x.mandate_id AND m.state = 'awaiting_registration'
      """, [.text(stamp.at.day.iso)])
  }
}
