package import SEPA

/// A file under construction that takes collections of one collection file back, inside the transaction that will seal it.
package struct OpenUndoing: Sendable {
  /// A block of the collection file, and what of it is taken back.
  package struct Block: Sendable {
    package let id: Int64
    package let paymentInformationID: String
    package let sequenceType: SequenceType
    package let collectionDate: String
    package let originalTransactions: Int
    package let originalSumCents: Int64
    package let transactions: Int
    package let sumCents: Int64
    package let iban: String
    package let bic: String?
    package let ultimateCreditor: String?
  }

  package let id: Int64
  package let messageID: String
  package let bank: String
  package let kind: UndoingKind
  package let creditorID: Int64
  package let creditorName: String
  package let creditorIdentifier: String
  package let scheme: Scheme
  /// The collection file: its message id, its message, and when it was made, as it says itself.
  package let original: (messageID: String, message: String, createdAt: String)
  /// In the order of the collection file.
  package let blocks: [Block]
  /// The first of the days by which its items must leave, `YYYY-MM-DD`.
  package let leaveBy: String
  package var transactions: Int { blocks.reduce(0) { $0 + $1.transactions } }
  package var sumCents: Int64 { blocks.reduce(0) { $0 + $1.sumCents } }
}

/// One collection that is taken back, in the order of the file.
package struct UndoneItem: Sendable {
  package let blockID: Int64
  package let undoingID: Int64
  package let reason: String
  package let debit: FileItem
}

/// Building files that take collections back: everything here runs inside one transaction.
extension Session {
  /// Takes requests of one kind about one collection file of a scheme that the bank has, the oldest first, and lays them out.
  /// Requests that cannot leave in time any more are closed as too late.
  ///
  /// - Parameters:
  ///   - received: the day on which the bank counts a file as received that leaves now.
  ///   - states: of collections that can be taken back so.
  ///   - messageID: makes the message id from the file's id.
  /// - Returns: nil when there is nothing to be asked.
  package func openUndoing(
    _ kind: UndoingKind, _ scheme: Scheme, bank: String, received: CalendarDay, states: [CollectionState], limit: Int,
    messageID: @Sendable (Int64) -> String, _ stamp: Stamp
  ) throws(StoreFault) -> OpenUndoing? {
    let asking: [SQLValue] = [
      .text(bank), .text(kind.rawValue), .text(received.iso), .texts(states.map(\.rawValue)), .text(scheme.rawValue),
    ]
    try closeLate(asking, stamp)
    guard let original = try first(
      """
      SELECT o.id, o.message_id, o.message, to_char(o.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        k.id, k.name, k.creditor_identifier
      \(Self.asked)
      ORDER BY u.id LIMIT 1
      """, asking)
    else { return nil }
    let id = try one("SELECT nextval(pg_get_serial_sequence('sepad.outbound_file', 'id'))").integer(0)
    let taken = try run(
      """
      INSERT INTO sepad.undoing_item (file_id, ordinal, undoing_id)
      SELECT $6, row_number() OVER (ORDER BY x.ordinal), x.id
      FROM (
        SELECT u.id, i.ordinal \(Self.asked) AND o.id = $7 ORDER BY i.ordinal LIMIT $8 FOR UPDATE OF u SKIP LOCKED
      ) x
      """,
      asking + [.integer(id), .integer(try original.integer(0)), .integer(Int64(limit))]
    ).affected
    guard taken > 0 else { return nil }
    let blocks = try run(
      """
      SELECT b.id, b.payment_information_id, b.sequence_type, b.collection_date, b.transactions, b.sum_cents, count(*),
        sum(c.amount_cents)::bigint, a.iban, a.bic, a.ultimate_creditor, min(u.leave_by)
      FROM sepad.undoing_item n
      JOIN sepad.undoing u ON u.id = n.undoing_id
      JOIN sepad.collection c ON c.id = u.collection_id
      JOIN sepad.file_item i ON i.collection_id = c.id AND i.live
      JOIN sepad.payment_block b ON b.id = i.block_id
      JOIN sepad.creditor_account a ON a.id = b.account_id
      WHERE n.file_id = $1
      GROUP BY b.id, a.id ORDER BY b.ordinal
      """, [.integer(id)])
    return OpenUndoing(
      id: id, messageID: messageID(id), bank: bank, kind: kind, creditorID: try original.integer(4),
      creditorName: try original.text(5), creditorIdentifier: try original.text(6), scheme: scheme,
      original: (try original.text(1), try original.text(2), try original.text(3)),
      blocks: try map(blocks) { row throws(StoreFault) in
        guard let sequence = SequenceType(rawValue: try row.text(2)) else { throw .shape("block: unknown sequence type") }
        return OpenUndoing.Block(
          id: try row.integer(0), paymentInformationID: try row.text(1), sequenceType: sequence,
          collectionDate: try row.text(3), originalTransactions: Int(try row.integer(4)), originalSumCents: try row.integer(5),
          transactions: Int(try row.integer(6)), sumCents: try row.integer(7), iban: try row.text(8), bic: row[9],
          ultimateCreditor: row[10])
      },
      leaveBy: try map(blocks) { row throws(StoreFault) in try row.text(11) }.min() ?? received.iso)
  }

  /// From where requests `u` are read that a file could carry now, with the collection file `o` and the place `i` in it: of
  /// bank `$1`, kind `$2` and scheme `$5`, to leave on `$3` or later, for collections in states `$4`.
  private static let asked = """
    FROM sepad.undoing u
    JOIN sepad.collection_status s ON s.collection_id = u.collection_id
    JOIN sepad.file_item i ON i.collection_id = u.collection_id AND i.live
    JOIN sepad.outbound_file o ON o.id = i.file_id
    JOIN sepad.creditor k ON k.id = o.creditor_id
    WHERE u.closed_at IS NULL AND u.leave_by >= $3 AND u.kind = $2::sepad.undoing_kind
      AND o.bank = $1 AND o.scheme = $5::sepad.scheme AND o.state IN ('submitted', 'accepted') AND s.state::text = ANY ($4)
      AND NOT EXISTS (SELECT FROM sepad.undoing_item n WHERE n.undoing_id = u.id AND n.live)
    """

  /// What stands in no file when the last moment for it has passed comes to nothing.
  /// - Parameter asking: as `asked` has them.
  private func closeLate(_ asking: [SQLValue], _ stamp: Stamp) throws(StoreFault) {
    try close(
      // A debtor may have been quicker.
      because: """
        CASE WHEN s.state::text = ANY ($5) THEN 'too late: it could not leave by ' || u.leave_by
          ELSE 'needless: it is ' || s.state END
        """,
      expected: "a file of it that left in time", from: "FROM sepad.collection_status s",
      where: """
        s.collection_id = u.collection_id AND u.leave_by < $4 AND u.kind = $3::sepad.undoing_kind
          AND EXISTS (
            SELECT FROM sepad.collection c JOIN sepad.creditor_account a ON a.id = c.account_id
            WHERE c.id = u.collection_id AND c.scheme = $6::sepad.scheme AND a.bank = $2)
          AND NOT EXISTS (SELECT FROM sepad.undoing_item n WHERE n.undoing_id = u.id AND n.live)
        """, asking, stamp)
  }

  /// Closes open requests `u`, and tells the webhooks, as of a request that is refused: only later.
  /// - Parameters:
  ///   - because: an expression: why.
  ///   - condition: its parameters start at `$2`.
  private func close(
    because: String, expected: String, from: String = "", where condition: String, _ parameters: [SQLValue], _ stamp: Stamp
  ) throws(StoreFault) {
    try run(
      """
      WITH closed AS (
        UPDATE sepad.undoing u SET closed_at = $1, closed_because = \(because)
        \(from) WHERE u.closed_at IS NULL AND \(condition)
        RETURNING u.kind::text, u.request_key, u.creditor_id, u.closed_because
      )
      INSERT INTO sepad.job (kind, endpoint, subject, content, created_at, run_at)
      SELECT 'webhook', p.endpoint, 'request:' || c.kind || ':' || c.request_key,
        jsonb_build_object('kind', c.kind, 'request_key', c.request_key, 'creditor', k.key, 'refusals', jsonb_build_array(
          jsonb_build_object('field', 'collection', 'rule', c.closed_because, 'found', '', 'expected', '\(expected)',
            'hint', 'sepad collection show tells what became of it'))), $1, $1
      FROM closed c JOIN sepad.creditor k ON k.id = c.creditor_id CROSS JOIN sepad.subscription p
      WHERE p.kind = 'webhook'
      """, [.text(stamp.at.description)] + parameters)
  }

  /// Reads what a file takes back, in order, a bounded number at a time.
  package func eachUndone(
    in file: Int64, batch: Int = 1000, _ body: @Sendable (isolated Session, [UndoneItem]) async throws -> Void
  ) async throws {
    try run(
      """
      DECLARE undone CURSOR FOR
      SELECT i.block_id, u.id, u.reason, b.ordinal, \(Self.itemColumns(asSealedIn: "o")), NULL, NULL, NULL, NULL
      FROM sepad.undoing_item n
      JOIN sepad.undoing u ON u.id = n.undoing_id
      JOIN sepad.collection c ON c.id = u.collection_id
      JOIN sepad.file_item i ON i.collection_id = c.id AND i.live
      JOIN sepad.payment_block b ON b.id = i.block_id
      JOIN sepad.outbound_file o ON o.id = i.file_id
      JOIN sepad.mandate m ON m.id = c.mandate_id
      JOIN sepad.debtor d ON d.id = m.debtor_id
      WHERE n.file_id = \(file)
      ORDER BY n.ordinal
      """)
    while true {
      let rows = try run("FETCH \(batch) FROM undone")
      if rows.rows.isEmpty { break }
      let items = try map(rows) { row throws(StoreFault) in
        UndoneItem(
          blockID: try row.integer(0), undoingID: try row.integer(1), reason: try row.text(2), debit: try Self.item(row, from: 3))
      }
      try await body(self, items)
    }
    try run("CLOSE undone")
  }

  /// Fixes the file: its row and its first line of history.
  /// - Parameter firstDate: the collection date whose lead time ends when the file must have left.
  package func seal(_ file: OpenUndoing, firstDate: String, _ seal: Seal, _ stamp: Stamp) throws(StoreFault) {
    try insertFile(
      SealedRow(
        id: file.id, bank: file.bank, creditorID: file.creditorID, scheme: file.scheme, messageID: file.messageID,
        firstDate: firstDate, transactions: file.transactions, sumCents: file.sumCents, undoes: file.kind),
      seal, stamp)
  }

  /// Requests that the bank refused, as a whole file or one by one, come to nothing: the collections stay what they are.
  func closeRefusedUndoings(bank: String, _ stamp: Stamp) throws(StoreFault) {
    try close(
      because: "$2", expected: "that the bank follows it",
      from: "FROM sepad.undoing_item n, sepad.outbound_file f, sepad.collection c, sepad.file_item i, sepad.outbound_file o",
      where: """
        n.undoing_id = u.id AND n.live AND f.id = n.file_id AND f.bank = $3
        AND c.id = u.collection_id AND i.collection_id = c.id AND i.live AND o.id = i.file_id
        AND (f.state = 'refused' OR EXISTS (
          SELECT FROM sepad.inbound_entry e
          WHERE e.disposition = 'informational' AND e.end_to_end_id = c.end_to_end_id
            AND (e.kind = 'transactionStatus' AND e.message_id = f.message_id AND sepad.status_meaning(e.status) = 'rejected'
              OR u.kind = 'cancellation' AND e.kind = 'cancellationStatus' AND e.message_id = o.message_id
                AND e.status = 'RJCR')))
        """, [.text(Self.undoingRefused), .text(bank)], stamp)
  }

  static let undoingRefused = "refused by the bank"
}
