import SEPA

/// What identified entries and group statuses say, as one event for each collection they reach.
extension Session {
  /// Adds to `match` what is said of whole blocks and files, one row for each of their collections.
  func gatherEvents(_ desk: Desk) throws(StoreFault) {
    if desk.hasEarlier || desk.bears.blockOrMessage > 0 {
      try run(
        """
        INSERT INTO match (file_id, ordinal, collection_id, outbound_id, block_id, kind, event, reason_code, rule, whole_block)
        SELECT e.file_id, e.ordinal, i.collection_id, i.file_id, i.block_id, e.kind, e.event, e.reason_code, e.matched_by, true
        FROM open_entry e
        JOIN sepad.file_item i ON i.block_id = e.block_id AND i.live
        WHERE e.collection_id IS NULL
          AND NOT EXISTS (SELECT FROM match k WHERE k.file_id = e.file_id AND k.ordinal = e.ordinal)
        """)
    }
    if desk.bears.acceptances > 0 { try gatherNamed() }
    // A refusal of a block or a file reaches every transaction; an acceptance only those that the same report does not
    // name one by one.
    let wholes = [
      (desk.bears.blockStatus, "blockStatus", "message id + payment information id",
        "AND b.payment_information_id = e.payment_information_id"),
      (desk.bears.groupStatus, "groupStatus", "message id", ""),
    ]
    for (count, kind, rule, block) in wholes where count > 0 {
      try run("ANALYZE match")
      if desk.bears.acceptances > 0 { try gatherNamedCollections() }
      try run(
        """
        INSERT INTO match (file_id, ordinal, collection_id, outbound_id, block_id, kind, event, reason_code, rule, whole_block)
        SELECT e.file_id, e.ordinal, i.collection_id, o.id, i.block_id, e.kind, e.event, e.reason_code, $2, true
        FROM open_entry e
        JOIN sepad.outbound_file o ON o.message_id = e.message_id AND o.bank = e.bank
        JOIN sepad.payment_block b ON b.file_id = o.id \(block)
        JOIN sepad.file_item i ON i.block_id = b.id AND i.live
        JOIN sepad.collection c ON c.id = i.collection_id
        WHERE e.kind = $1 AND e.event IS NOT NULL
          AND (e.event = 'rejected' OR NOT EXISTS (
            SELECT FROM named_collection n WHERE n.file_id = e.file_id AND n.collection_id = i.collection_id) AND NOT EXISTS (
            SELECT FROM named_transaction t
            WHERE t.file_id = e.file_id AND t.message_id = e.message_id AND t.end_to_end_id = c.end_to_end_id))
        """, [.text(kind), .text(rule)])
      try run(
        """
        UPDATE open_entry n SET matched_by = $2
        FROM match m WHERE m.file_id = n.file_id AND m.ordinal = n.ordinal AND n.kind = $1
        """, [.text(kind), .text(rule)])
    }
    try run("ANALYZE match")
  }

  /// Fills `named_transaction`: what reports name one by one that accept a block or a file, also what they say nothing
  /// final about. Asked of the entries themselves, payment by payment, it is one reading of all that were ever reported,
  /// or of the whole report for each payment.
  private func gatherNamed() throws(StoreFault) {
    try run(
      """
      INSERT INTO named_transaction
      SELECT f.file_id, t.message_id, t.end_to_end_id
      FROM (\(Self.acceptingReports)) f
      CROSS JOIN LATERAL (
        SELECT message_id, end_to_end_id FROM sepad.inbound_entry
        WHERE file_id = f.file_id AND kind = 'transactionStatus' AND message_id IS NOT NULL AND end_to_end_id IS NOT NULL
        OFFSET 0
      ) t
      UNION
      SELECT r.file_id, r.message_id, r.end_to_end_id
      -- Those that are not written yet.
      FROM reported_entry r
      JOIN (\(Self.acceptingReports)) f ON f.file_id = r.file_id
      WHERE r.kind = 'transactionStatus' AND r.message_id IS NOT NULL AND r.end_to_end_id IS NOT NULL
      """)
    try run("ANALYZE named_transaction")
  }

  /// The reports that accept a block or a file.
  private static let acceptingReports = """
    SELECT DISTINCT file_id FROM open_entry WHERE kind IN ('groupStatus', 'blockStatus') AND event = 'accepted'
    """

  /// Fills `named_collection`: what such reports say something of so far, by itself or with its block. `match` has no index for
  /// it, which every report would pay for.
  private func gatherNamedCollections() throws(StoreFault) {
    try run(
      """
      INSERT INTO named_collection
      SELECT DISTINCT m.file_id, m.collection_id FROM match m JOIN (\(Self.acceptingReports)) f ON f.file_id = m.file_id
      ON CONFLICT DO NOTHING
      """)
    try run("ANALYZE named_collection")
  }

  /// A bank that reports on a file has it, whatever we believed; and a group status is news about the file itself.
  func reportFiles(_ desk: Desk, _ stamp: Stamp) throws(StoreFault) {
    let reports = try run(
      """
      SELECT r.outbound_id, min(f.remote_name),
        bool_or(r.kind = 'groupStatus' AND r.event IS NOT DISTINCT FROM 'rejected'),
        bool_or(r.kind IN ('groupStatus', 'blockStatus', 'transactionStatus') AND r.event IS DISTINCT FROM 'rejected'
          OR r.kind IN ('blockStatus', 'transactionStatus'))
      FROM (
        SELECT DISTINCT m.outbound_id, m.file_id, m.kind, m.event FROM match m WHERE NOT m.waits
        UNION ALL
        -- PART and the like name their transactions elsewhere; of the file they say that the bank has it.
        SELECT o.id, e.file_id, e.kind, e.event FROM open_entry e
        JOIN sepad.outbound_file o ON o.message_id = e.message_id AND o.bank = e.bank
        WHERE e.kind = 'groupStatus'
      ) r
      JOIN sepad.inbound_file f ON f.id = r.file_id
      GROUP BY r.outbound_id ORDER BY r.outbound_id
      """)
    for report in reports.rows {
      let file = try report.integer(0)
      let evidence = "reported by \(try report.text(1))"
      try moveFile(file, .reported, evidence: evidence, stamp)
      if try report.bool(2) {
        try moveFile(file, .refused, evidence: evidence, stamp)
      } else if try report.bool(3) {
        try moveFile(file, .accepted, evidence: evidence, stamp)
      }
    }
    guard desk.bears.groupStatus > 0 else { return }
    try run(
      """
      UPDATE open_entry e SET disposition = 'applied', matched_by = 'message id'
      FROM sepad.outbound_file o
      WHERE o.message_id = e.message_id AND o.bank = e.bank AND e.kind = 'groupStatus'
        AND (e.event IS NULL OR o.undoes IS NOT NULL)
      """)
  }
}
