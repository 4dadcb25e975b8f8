package import SEPA

/// A fetched file whose bytes are kept.
package struct InboundFile: Sendable {
  package let id: Int64
  package let bank: String
  package let remoteName: String
}

/// One status or entry of a report on its way to be stored: the columns of `sepad.inbound_entry`.
///
/// Its texts lie in UTF-8 where whoever read them keeps them, so it serves only as long as they stay there.
package struct ReportedEntry {
  package typealias Bytes = UnsafeRawBufferPointer

  package var ordinal: Int64
  package var parent: Int64?
  package var line: Int64
  /// groupStatus, blockStatus, transactionStatus, entry, transaction
  package var kind: String
  package var messageID: Bytes?
  package var paymentInformationID: Bytes?
  package var endToEndID: Bytes?
  package var mandateReference: Bytes?
  package var servicerReference: Bytes?
  package var status: Bytes?
  package var amountCents: Int64?
  package var currency: Bytes?
  /// CRDT or DBIT
  package var direction: String?
  package var isReversal = false
  package var isReturn = false
  package var transactions: Int64?
  /// How many transactions tell of what this booking is made of: 0 where it tells of it itself, as a batch does whose details
  /// bear no end-to-end id, payment information id or mandate reference.
  package var children: Int64 = 0
  package var reasonCode: String?
  package var reasonText: String?
  package var accountIBAN: Bytes?
  /// YYYY-MM-DD
  package var bookedOn: Bytes?
  package var valuedOn: Bytes?
  /// Of the message it answers: pain.008.001.08, or EBICS for a customer protocol.
  package var messageName: Bytes?
  package var entryReference: Bytes?
  package var transactionID: Bytes?
  /// What we asked for, where the bank repeats it.
  package var originalCents: Int64?
  package var chargesCents: Int64?
  package var bankCode: Bytes?
  package var family: BookingFamily?
  package var scheme: Scheme?
  package var debtorIBAN: Bytes?
  /// The structured creditor reference.
  package var creditorReference: Bytes?

  package init(ordinal: Int64, parent: Int64?, line: Int64, kind: String) {
    self.ordinal = ordinal
    self.parent = parent
    self.line = line
    self.kind = kind
  }
}

extension Session {
  /// Whether these bytes were fetched before, under any name; counts the sighting.
  package func sawBefore(bank: String, sha256: String) throws(StoreFault) -> Bool {
    try run(
      "UPDATE sepad.inbound_file SET sightings = sightings + 1 WHERE bank = $1 AND sha256 = decode($2, 'hex')",
      [.text(bank), .text(sha256)]
    ).affected > 0
  }

  /// Keeps a fetched file before anything reads it. Run inside a transaction, with the chunks.
  package func addInbound(
    bank: String, remoteName: String, sizeBytes: Int64, sha256: String, at: Instant
  ) throws(StoreFault) -> Int64 {
    try one(
      """
      INSERT INTO sepad.inbound_file (bank, remote_name, size_bytes, sha256, received_at)
      VALUES ($1, $2, $3, decode($4, 'hex'), $5) RETURNING id
      """, [.text(bank), .text(remoteName), .integer(sizeBytes), .text(sha256), .text(at.description)]
    ).integer(0)
  }

  package func addInboundChunk(file: Int64, ordinal: Int, _ bytes: [UInt8]) throws(StoreFault) {
    try run(
      "INSERT INTO sepad.inbound_chunk (file_id, ordinal, bytes) VALUES ($1, $2, $3)",
      [.integer(file), .integer(Int64(ordinal)), .bytes(bytes)])
  }

  /// The oldest file that was kept and not yet applied, locked for this transaction; nil when there is none.
  package func nextReceived(bank: String) throws(StoreFault) -> InboundFile? {
    try first(
      """
      SELECT id, bank, remote_name FROM sepad.inbound_file
      WHERE state = 'received' AND bank = $1 ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
      """, [.text(bank)]
    ).map { row throws(StoreFault) in
      InboundFile(id: try row.integer(0), bank: try row.text(1), remoteName: try row.text(2))
    }
  }

  /// Whether a report of this bank was kept and not read yet.
  package func isReportWaiting(bank: String) throws(StoreFault) -> Bool {
    try one("SELECT EXISTS (SELECT FROM sepad.inbound_file WHERE state = 'received' AND bank = $1)", [.text(bank)]).bool(0)
  }

  /// The bytes of an inbound file: each call gives the next chunk, nil after the last.
  package func chunks(ofInbound file: Int64) -> () throws -> [UInt8]? {
    var ordinal: Int64 = 0
    return {
      defer { ordinal += 1 }
      return try self.bytes(
        "SELECT bytes FROM sepad.inbound_chunk WHERE file_id = $1 AND ordinal = $2", [.integer(file), .integer(ordinal)]
      ).first
    }
  }

  /// What a report can say of an entry: columns of `sepad.inbound_entry`, in the order that `CopyText.add` writes them in.
  static let reportedColumns = [
    "file_id", "ordinal", "parent", "line", "kind", "message_id", "payment_information_id", "end_to_end_id",
    "mandate_reference", "servicer_reference", "status", "amount_cents", "currency", "direction", "is_reversal", "is_return",
    "transactions", "children", "reason_code", "reason_text", "account_iban", "booked_on", "valued_on", "message_name",
    "entry_reference", "transaction_id", "original_cents", "charges_cents", "bank_code", "family", "scheme", "debtor_iban",
    "creditor_reference",
  ]

  /// Makes room for a report's entries: they go into `inbound_entry` when it is known what came of them, each written
  /// once (`applyOpenEntries`). To be called before `storeEntries`, in the same transaction.
  package func beginEntries() throws(StoreFault) {
    try makeMatchingTables()
  }

  /// Takes what a report said, as it said it. The server works it in while the next entries are read; what is wrong with it, the
  /// next call on this session says.
  ///
  /// - Parameter rows: each of them added with `CopyText.add(_:of:)`; they are taken.
  package func storeEntries(_ rows: inout CopyText) throws(StoreFault) {
    try copyAhead("COPY reported_entry (\(Self.reportedColumns.joined(separator: ", "))) FROM STDIN", &rows)
  }

  /// - Parameter warnings: what was unusual about it and was read all the same; kept with it.
  package func finishInbound(_ id: Int64, messageType: String, warnings: [String], at: Instant) throws(StoreFault) {
    try run(
      "UPDATE sepad.inbound_file SET state = 'applied', message_type = $2, warnings = $4, finished_at = $3 WHERE id = $1",
      [.integer(id), .text(messageType), .text(at.description), .texts(warnings)])
  }

  /// Sets a file aside whole, with the reason; its bytes stay.
  package func setAside(_ id: Int64, fault: String, at: Instant) throws(StoreFault) {
    try run(
      "UPDATE sepad.inbound_file SET state = 'set_aside', fault = $2, finished_at = $3 WHERE id = $1",
      [.integer(id), .text(fault), .text(at.description)])
  }
}

extension CopyText {
  /// One row of `sepad.inbound_entry`, its columns in the order that `Session.storeEntries` names them in.
  package mutating func add(_ entry: borrowing ReportedEntry, of file: Int64) {
    add(file)
    add(entry.ordinal)
    add(entry.parent)
    add(entry.line)
    add(entry.kind)
    add(utf8: entry.messageID)
    add(utf8: entry.paymentInformationID)
    add(utf8: entry.endToEndID)
    add(utf8: entry.mandateReference)
    add(utf8: entry.servicerReference)
    add(utf8: entry.status)
    add(entry.amountCents)
    add(utf8: entry.currency)
    add(entry.direction)
    add(entry.isReversal)
    add(entry.isReturn)
    add(entry.transactions)
    add(entry.children)
    add(entry.reasonCode)
    add(entry.reasonText)
    add(utf8: entry.accountIBAN)
    add(utf8: entry.bookedOn)
    add(utf8: entry.valuedOn)
    add(utf8: entry.messageName)
    add(utf8: entry.entryReference)
    add(utf8: entry.transactionID)
    add(entry.originalCents)
    add(entry.chargesCents)
    add(utf8: entry.bankCode)
    add(entry.family?.rawValue)
    add(entry.scheme?.rawValue)
    add(utf8: entry.debtorIBAN)
    add(utf8: entry.creditorReference)
    endRow()
  }
}
