package import SEPA

/// What one file may carry: one creditor, one bank, one scheme.
package struct BuildGroup: Sendable {
  package let bank: String
  package let creditorID: Int64
  /// The creditor's name in the configuration.
  package let creditorKey: String
  package let creditorName: String
  package let creditorIdentifier: String
  package let creditorAddress: CreditorRecord.Address?
  package let scheme: Scheme
}

/// A file under construction, inside the transaction that will seal it.
package struct OpenFile: Sendable {
  /// One payment information block of it, as its header announces it.
  package struct Block: Sendable {
    package let ordinal: Int64
    package let paymentInformationID: String
    package let sequenceType: SequenceType
    package let collectionDate: String
    package let transactions: Int
    package let sumCents: Int64
    package let iban: String
    package let bic: String?
    package let ultimateCreditor: String?
    package let categoryPurpose: String?
  }
  package let id: Int64
  package let messageID: String
  package let blocks: [Block]
  /// Whether any of its debits tells its bank of an amendment.
  package let amends: Bool
  package var transactions: Int { blocks.reduce(0) { $0 + $1.transactions } }
  /// Bounded: a file's transactions are limited, and each is at most 99 999 999 999 cents.
  package var sumCents: Int64 { blocks.reduce(0) { $0 + $1.sumCents } }
  package var firstDate: String { blocks.map(\.collectionDate).min() ?? "" }
}

/// One debit of a file under construction, in the order of the file.
package struct FileItem: Sendable {
  package let blockOrdinal: Int64
  package let endToEndID: String
  package let amountCents: Int64
  package let mandateReference: String
  package let signedOn: String
  package let debtorName: String
  package let debtorIBAN: String
  package let debtorBIC: String?
  /// country, town, postcode, street, building, line 1, line 2
  package let address: [String?]
  package let remittance: String?
  /// Whether it is a creditor reference by ISO 11649, not a text.
  package let remittanceIsReference: Bool
  package let purpose: String?
  package let ultimateDebtor: String?
  /// What changed of its mandate and is new to the bank; nil for most.
  package let amendment: OpenAmendment?
}

/// What is fixed when a file is sealed.
package struct Seal: Sendable {
  package var remoteName: String
  package var createdAt: Instant
  package var sizeBytes: Int64
  package var sha256: [UInt8]
  package var signature: [UInt8]?
  package var signatureName: String?
  package var schemaChecked: Bool
  /// The message and its version: `pain.008.001.08`.
  package var message: String

  package init(
    remoteName: String, createdAt: Instant, sizeBytes: Int64, sha256: [UInt8], signature: [UInt8]?,
    signatureName: String?, schemaChecked: Bool, message: String
  ) {
    self.remoteName = remoteName
    self.createdAt = createdAt
    self.sizeBytes = sizeBytes
    self.sha256 = sha256
    self.signature = signature
    self.signatureName = signatureName
    self.schemaChecked = schemaChecked
    self.message = message
  }
}

/// Building a file: everything here runs inside one transaction, so that a kill leaves either a whole sealed file or
/// nothing at all, with its collections back on the worklist.
extension Session {
  /// Accounts with as much due are not told apart by how much it is: to count a million at each turn, for the order alone, would
  /// cost more than most files.
  private static let muchDue = 1000

  /// Creditors and schemes of a bank that have something due on one of the scheme's dates, or held for what the bank wants,
  /// those with least first.
  package func buildable(
    bank: String, dates: PerScheme<ClosedRange<CalendarDay>>, in worklist: Worklist = .due
  ) throws(StoreFault) -> [BuildGroup] {
    let answer = try run(
      """
      SELECT c.id, c.name, c.creditor_identifier, d.scheme, c.street, c.building, c.postcode, c.town, c.country,
        c.key
      FROM (
        SELECT a.id AS account_id, s.scheme, n.due
        FROM sepad.creditor_account a
        CROSS JOIN (VALUES ('CORE'::sepad.scheme, $2::date, $3::date), ('B2B', $4::date, $5::date)) AS s (scheme, first, last)
        CROSS JOIN LATERAL (
          SELECT count(*) AS due
          FROM (
            SELECT FROM \(worklist.rawValue)
            WHERE account_id = a.id AND scheme = s.scheme AND held IS NULL AND collection_date BETWEEN s.first AND s.last
            LIMIT \(Self.muchDue)
          ) x
        ) n
        WHERE a.bank = $1 AND n.due > 0
        UNION ALL
        SELECT account_id, scheme, 1 FROM \(worklist.rawValue) WHERE held IS NOT NULL AND held = ANY ($6) GROUP BY 1, 2
      ) d
      JOIN sepad.creditor_account a ON a.id = d.account_id
      JOIN sepad.creditor c ON c.id = a.creditor_id
      WHERE a.bank = $1
      GROUP BY c.id, d.scheme
      ORDER BY sum(d.due), c.id, d.scheme
      """,
      [
        .text(bank), .text(dates.core.lowerBound.iso), .text(dates.core.upperBound.iso), .text(dates.b2b.lowerBound.iso),
        .text(dates.b2b.upperBound.iso), .texts(FileRules.Obstacle.allCases.map(\.rawValue)),
      ])
    return try map(answer) { row throws(StoreFault) in
      guard let scheme = Scheme(rawValue: try row.text(3)) else { throw .shape("due: unknown scheme") }
      return BuildGroup(
        bank: bank, creditorID: try row.integer(0), creditorKey: try row.text(9), creditorName: try row.text(1),
        creditorIdentifier: try row.text(2),
        creditorAddress: row[7].map {
          CreditorRecord.Address(street: row[4], building: row[5], postcode: row[6], town: $0, country: row[8] ?? "")
        }, scheme: scheme)
    }
  }

  /// Takes due collections of a group off the worklist, as many as one file may carry, and lays them out in blocks.
  /// What the bank would not take is held, with the reason.
  /// - Parameter messageID: makes the message id from the file's id; derived once, stored, never made again.
  /// - Returns: nil when another daemon took them all, when their mandates may not be used, or when all are held.
  package func openFile(
    _ group: BuildGroup, dates: ClosedRange<CalendarDay>, _ limits: FileLimits,
    messageID: @Sendable (Int64) -> String, _ stamp: Stamp
  ) throws(StoreFault) -> OpenFile? {
    try lockAmendments(toAmend: false)
    // What was read of the creditor may have been amended meanwhile; then the next turn knows better.
    guard
      try one("SELECT (name, creditor_identifier) = ($2, $3) FROM sepad.creditor WHERE id = $1",
        [.integer(group.creditorID), .text(group.creditorName), .text(group.creditorIdentifier)]).bool(0)
    else { return nil }
    guard try pick(group, dates: dates, limits, stamp) > 0 else { return nil }
    let id = try one("SELECT nextval(pg_get_serial_sequence('sepad.outbound_file', 'id'))").integer(0)
    let message = messageID(id)
    try run(
      """
      INSERT INTO sepad.payment_block (file_id, ordinal, payment_information_id, account_id, scheme, sequence_type,
        collection_date, transactions, sum_cents)
      SELECT $1, n, $2 || '-' || n, account_id, $3::sepad.scheme, sequence_type, collection_date, transactions, sum_cents
      FROM (
        SELECT row_number() OVER (ORDER BY collection_date, account_id, sequence_type) AS n, account_id, sequence_type,
          collection_date, count(*) AS transactions, sum(amount_cents) AS sum_cents
        FROM picked GROUP BY account_id, sequence_type, collection_date
      ) b
      """, [.integer(id), .text(message), .text(group.scheme.rawValue)])
    try run(
      """
      INSERT INTO sepad.file_item (file_id, ordinal, block_id, collection_id)
      SELECT $1, row_number() OVER (ORDER BY b.ordinal, p.collection_id), b.id, p.collection_id
      FROM picked p
      JOIN sepad.payment_block b ON b.file_id = $1 AND b.account_id = p.account_id
        AND b.sequence_type = p.sequence_type AND b.collection_date = p.collection_date
      """, [.integer(id)])
    let amends = try carryAmendments(in: id)
    let blocks = try run(
      """
      SELECT b.ordinal, b.payment_information_id, b.sequence_type, b.collection_date, b.transactions, b.sum_cents,
        a.iban, a.bic, a.ultimate_creditor, a.category_purpose
      FROM sepad.payment_block b JOIN sepad.creditor_account a ON a.id = b.account_id
      WHERE b.file_id = $1 ORDER BY b.ordinal
      """, [.integer(id)])
    return OpenFile(
      id: id, messageID: message,
      blocks: try map(blocks) { row throws(StoreFault) in
        guard let sequence = SequenceType(rawValue: try row.text(2)) else { throw .shape("block: unknown sequence type") }
        return OpenFile.Block(
          ordinal: try row.integer(0), paymentInformationID: try row.text(1), sequenceType: sequence,
          collectionDate: try row.text(3), transactions: Int(try row.integer(4)), sumCents: try row.integer(5),
          iban: try row.text(6), bic: row[7], ultimateCreditor: row[8], categoryPurpose: row[9])
      }, amends: amends)
  }

  /// Reads a file's debits in order, a bounded number at a time.
  package func eachItem(
    of file: OpenFile, batch: Int = 1000, _ body: @Sendable (isolated Session, [FileItem]) async throws -> Void
  ) async throws {
    try run(
      """
      DECLARE item CURSOR FOR
      SELECT b.ordinal, \(Self.itemColumns()), \(file.amends ? Self.amendmentColumns : "NULL, NULL, NULL, NULL")
      FROM sepad.file_item i
      JOIN sepad.payment_block b ON b.id = i.block_id
      JOIN sepad.collection c ON c.id = i.collection_id
      JOIN sepad.mandate m ON m.id = c.mandate_id
      JOIN sepad.debtor d ON d.id = m.debtor_id
      \(file.amends ? Self.amendmentJoin : "")
      WHERE i.file_id = \(file.id)
      ORDER BY i.ordinal
      """)
    while true {
      let rows = try run("FETCH \(batch) FROM item")
      if rows.rows.isEmpty { break }
      let items = try map(rows) { row throws(StoreFault) in try Self.item(row, from: 0) }
      try await body(self, items)
    }
    try run("CLOSE item")
  }

  /// Keeps a piece of a file's bytes.
  package func storeChunk(file: Int64, ordinal: Int, _ bytes: [UInt8]) throws(StoreFault) {
    try run(
      "INSERT INTO sepad.outbound_chunk (file_id, ordinal, bytes) VALUES ($1, $2, $3)",
      [.integer(file), .integer(Int64(ordinal)), .bytes(bytes)])
  }

  /// Fixes the file: its row, the state of each of its collections, and their events.
  /// - Throws: `StoreFault.shape` when not exactly its collections could be sealed; the transaction must then fail.
  package func seal(_ file: OpenFile, of group: BuildGroup, _ seal: Seal, _ stamp: Stamp) throws(StoreFault) {
    try insertFile(
      SealedRow(
        id: file.id, bank: group.bank, creditorID: group.creditorID, scheme: group.scheme, messageID: file.messageID,
        firstDate: file.firstDate, transactions: file.transactions, sumCents: file.sumCents, undoes: nil),
      seal, stamp)
    let sealed = try move(
      .sealed,
      selecting: """
        SELECT i.collection_id, NULL::date AS collection_date, i.file_id, NULL::bigint AS inbound_file_id,
          NULL::bigint AS entry_ordinal, NULL::text AS reason_code, NULL::text AS detail
        FROM sepad.file_item i WHERE i.file_id = $4
        """, [.integer(file.id)], stamp)
    guard sealed == file.transactions else {
      throw .shape("sealing \(file.messageID): found \(sealed) collections in state scheduled, expected \(file.transactions)")
    }
  }

  /// Writes a file's row and the first line of its history.
  func insertFile(_ file: SealedRow, _ seal: Seal, _ stamp: Stamp) throws(StoreFault) {
    try run(
      """
      INSERT INTO sepad.outbound_file (id, bank, creditor_id, scheme, message_id, created_at, remote_name, first_date,
        transactions, control_sum_cents, size_bytes, sha256, signature, signature_name, schema_checked, state, moved_at,
        message, undoes, amendments_before)
      VALUES ($1, $2, $3, $4::sepad.scheme, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'sealed', $16, $17,
        $18::sepad.undoing_kind, (SELECT coalesce(max(id), 0) FROM sepad.mandate_amendment))
      """,
      [
        .integer(file.id), .text(file.bank), .integer(file.creditorID), .text(file.scheme.rawValue), .text(file.messageID),
        .text(seal.createdAt.description), .text(seal.remoteName), .text(file.firstDate), .integer(Int64(file.transactions)),
        .integer(file.sumCents), .integer(seal.sizeBytes), .bytes(seal.sha256), seal.signature.map(SQLValue.bytes) ?? .null,
        .optional(seal.signatureName), .bool(seal.schemaChecked), .text(stamp.at.description), .text(seal.message),
        .optional(file.undoes?.rawValue),
      ])
    try run(
      "INSERT INTO sepad.file_history (file_id, at, event, to_state, actor) VALUES ($1, $2, 'sealed', 'sealed', $3)",
      [.integer(file.id), .text(stamp.at.description), .text(stamp.actor)])
  }

  /// Columns of a debit, as `item` reads them; of a block `b`, a collection `c`, its mandate `m` and debtor `d`.
  /// - Parameter file: the name of the file's row, for what stood in it, where the mandate may have been amended since.
  static func itemColumns(asSealedIn file: String? = nil) -> String {
    func sealed(_ element: String, _ now: String) -> String {
      file.map { "sepad.as_sealed(m.id, '\(element)', \($0).amendments_before, \(now))" } ?? now
    }
    return """
      c.end_to_end_id, c.amount_cents, \(sealed("reference", "m.reference")), m.signed_on, d.name, \(sealed("account", "d.iban")),
      d.bic, d.country, d.town, d.postcode, d.street, d.building, d.address_line1, d.address_line2, c.remittance,
      c.remittance_is_reference, c.purpose, m.ultimate_debtor
      """
  }

  /// A debit from a row whose column `first` is its block's ordinal, before `itemColumns` and `amendmentColumns`.
  static func item(_ row: Row, from first: Int) throws(StoreFault) -> FileItem {
    FileItem(
      blockOrdinal: try row.integer(first), endToEndID: try row.text(first + 1), amountCents: try row.integer(first + 2),
      mandateReference: try row.text(first + 3), signedOn: try row.text(first + 4), debtorName: try row.text(first + 5),
      debtorIBAN: try row.text(first + 6), debtorBIC: row[first + 7], address: (first + 8...first + 14).map { row[$0] },
      remittance: row[first + 15], remittanceIsReference: try row.bool(first + 16), purpose: row[first + 17],
      ultimateDebtor: row[first + 18],
      amendment: (19...22).allSatisfy { row[first + $0] == nil }
        ? nil
        : OpenAmendment(
          account: row[first + 19], reference: row[first + 20], creditorIdentifier: row[first + 21],
          creditorName: row[first + 22]))
  }
}

/// What the database keeps of a sealed file beside its `Seal`.
struct SealedRow {
  let id: Int64
  let bank: String
  let creditorID: Int64
  let scheme: Scheme
  let messageID: String
  let firstDate: String
  let transactions: Int
  let sumCents: Int64
  /// nil for collections.
  let undoes: UndoingKind?
}
