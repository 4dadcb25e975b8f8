package import SEPA

/// A file at the bank that the database does not know, and that was read whole: what it says of itself.
package struct FoundFile: Sendable, Equatable {
  package var messageID: String
  package var bank: String
  /// Where: `archive`.
  package var seenIn: String
  package var remoteName: String
  /// `CreDtTm`.
  package var createdAt: Instant
  package var transactions: Int64
  package var controlSumCents: Int64
  package var sizeBytes: Int64
  package var sha256: String

  package init(
    messageID: String, bank: String, seenIn: String, remoteName: String, createdAt: Instant, transactions: Int64,
    controlSumCents: Int64, sizeBytes: Int64, sha256: String
  ) {
    self.messageID = messageID
    self.bank = bank
    self.seenIn = seenIn
    self.remoteName = remoteName
    self.createdAt = createdAt
    self.transactions = transactions
    self.controlSumCents = controlSumCents
    self.sizeBytes = sizeBytes
    self.sha256 = sha256
  }
}

/// A payment information block of such a file, with what it announces.
package struct FoundBlock: Sendable, Equatable {
  package var paymentInformationID: String
  package var scheme: String?
  package var sequenceType: String?
  /// `YYYY-MM-DD`
  package var collectionDate: String?
  package var creditorIdentifier: String
  package var creditorIBAN: String?
  package var transactions: Int64?
  package var sumCents: Int64?

  package init(
    paymentInformationID: String, scheme: String?, sequenceType: String?, collectionDate: String?,
    creditorIdentifier: String, creditorIBAN: String?, transactions: Int64?, sumCents: Int64?
  ) {
    self.paymentInformationID = paymentInformationID
    self.scheme = scheme
    self.sequenceType = sequenceType
    self.collectionDate = collectionDate
    self.creditorIdentifier = creditorIdentifier
    self.creditorIBAN = creditorIBAN
    self.transactions = transactions
    self.sumCents = sumCents
  }
}

/// A debit of such a file.
package struct FoundDebit: Sendable, Equatable {
  /// Its block's place in the file, from 1.
  package var block: Int
  package var endToEndID: String
  package var mandateReference: String?
  package var amountCents: Int64
  package var currency: String?
  package var debtorIBAN: String?
  package var remittance: String?
  /// By ISO 11649, where the debit has one.
  package var creditorReference: String?
  package var purpose: String?

  package init(
    block: Int, endToEndID: String, mandateReference: String?, amountCents: Int64, currency: String?,
    debtorIBAN: String?, remittance: String?, creditorReference: String? = nil, purpose: String? = nil
  ) {
    self.block = block
    self.endToEndID = endToEndID
    self.mandateReference = mandateReference
    self.amountCents = amountCents
    self.currency = currency
    self.debtorIBAN = debtorIBAN
    self.remittance = remittance
    self.creditorReference = creditorReference
    self.purpose = purpose
  }
}

/// What the database knows of the debits of one such file, or of one that only reports name.
package struct FoundMessage: Sendable, Equatable {
  package let bank: String
  package let messageID: String
  package let debits: Int64
  package let amountCents: Int64
  /// On the worklist: these are held.
  package let waiting: Int64
  /// In a file that is not at the bank for certain: it is withdrawn unsent, or never sent again.
  package let inUnsentFiles: Int64
  /// At the bank in another file too.
  package let sentElsewhere: Int64
  /// Of which the database knows no collection.
  package let unknown: Int64
  /// Each debit is one collection that was to be sent and stands in no other file: the file is taken for what it is.
  package let isAdoptable: Bool
}

/// What lies at the banks and the database does not know: kept beside it, for the life of the connection.
extension Session {
  /// Makes room for what is found, for the life of the connection.
  package func beginFindings() throws(StoreFault) {
    try script(
      """
      CREATE TEMP TABLE IF NOT EXISTS found_file (
        message_id text, bank text, seen_in text, remote_name text, created_at timestamptz, transactions bigint,
        control_sum_cents bigint, size_bytes bigint, sha256 bytea, adoptable boolean NOT NULL DEFAULT false
      );
      CREATE TEMP TABLE IF NOT EXISTS found_block (
        message_id text, bank text, ordinal bigint, payment_information_id text, scheme text, sequence_type text,
        collection_date date, creditor_identifier text, creditor_iban text, transactions bigint, sum_cents bigint
      );
      CREATE TEMP TABLE IF NOT EXISTS found_debit (
        message_id text, ordinal bigint, bank text, creditor_identifier text, end_to_end_id text,
        mandate_reference text, amount_cents bigint, collection_date date, block bigint, currency text, debtor_iban text,
        remittance text, creditor_reference text, purpose text
      );
      CREATE INDEX IF NOT EXISTS found_debit_end_to_end ON found_debit (end_to_end_id);
      CREATE TEMP TABLE IF NOT EXISTS found_chunk (message_id text, bank text, ordinal bigint, bytes bytea);
      CREATE TEMP TABLE IF NOT EXISTS found_item (
        message_id text, bank text, ordinal bigint, block bigint, account_id integer, collection_id bigint
      );
      """)
    try run("TRUNCATE found_file, found_block, found_debit, found_chunk, found_item")
  }

  /// Keeps a file as found: it was read to its end.
  package func keepFound(_ file: FoundFile) throws(StoreFault) {
    try run(
      """
      INSERT INTO found_file (message_id, bank, seen_in, remote_name, created_at, transactions, control_sum_cents,
        size_bytes, sha256)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, decode($9, 'hex'))
      """,
      [
        .text(file.messageID), .text(file.bank), .text(file.seenIn), .text(file.remoteName),
        .text(file.createdAt.description), .integer(file.transactions), .integer(file.controlSumCents),
        .integer(file.sizeBytes), .text(file.sha256),
      ])
  }

  /// Keeps a block of a file as found; `ordinal` is its place.
  package func keepFound(
    _ block: FoundBlock, ordinal: Int, of messageID: String, bank: String
  ) throws(StoreFault) {
    try run(
      "INSERT INTO found_block VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      [
        .text(messageID), .text(bank), .integer(Int64(ordinal)), .text(block.paymentInformationID),
        .optional(block.scheme), .optional(block.sequenceType), .optional(block.collectionDate),
        .text(block.creditorIdentifier), .optional(block.creditorIBAN), .optional(block.transactions),
        .optional(block.sumCents),
      ])
  }

  /// Keeps debits of a file as found, after their blocks; `first` is the number of the first.
  package func keepFound(
    _ debits: [FoundDebit], in blocks: [FoundBlock], of messageID: String, bank: String, from first: Int
  ) throws(StoreFault) {
    var rows = CopyText()
    for (index, debit) in debits.enumerated() {
      let block = blocks[debit.block - 1]
      rows.add(messageID)
      rows.add(Int64(first + index))
      for text in [bank, block.creditorIdentifier, debit.endToEndID, debit.mandateReference] { rows.add(text) }
      rows.add(debit.amountCents)
      rows.add(block.collectionDate)
      rows.add(Int64(debit.block))
      for text in [debit.currency, debit.debtorIBAN, debit.remittance, debit.creditorReference, debit.purpose] { rows.add(text) }
      rows.endRow()
    }
    try copy("COPY found_debit FROM STDIN", &rows)
  }

  /// Keeps a piece of a found file's bytes.
  package func keepFoundChunk(
    _ bytes: [UInt8], ordinal: Int, of messageID: String, bank: String
  ) throws(StoreFault) {
    try run(
      "INSERT INTO found_chunk VALUES ($1, $2, $3, $4)",
      [.text(messageID), .text(bank), .integer(Int64(ordinal)), .bytes(bytes)])
  }

  /// Keeps what reports say of the debits of a file that nobody can look into: those whose collections are known.
  package func keepReported(_ messageID: String, bank: String) throws(StoreFault) {
    try run(
      """
      INSERT INTO found_debit (message_id, ordinal, bank, creditor_identifier, end_to_end_id, mandate_reference,
        amount_cents, collection_date)
      SELECT $1, row_number() OVER (ORDER BY c.id), $2, k.creditor_identifier, c.end_to_end_id, NULL, c.amount_cents,
        NULL
      FROM sepad.collection c JOIN sepad.creditor k ON k.id = c.creditor_id
      WHERE c.account_id IN (SELECT id FROM sepad.creditor_account WHERE bank = $2)
        AND c.end_to_end_id IN (
          SELECT e.end_to_end_id FROM sepad.inbound_entry e JOIN sepad.inbound_file f ON f.id = e.file_id
          WHERE e.disposition = 'open' AND e.message_id = $1 AND f.bank = $2)
      """, [.text(messageID), .text(bank)])
  }

  /// What the database knows of the debits that were found.
  package func foundMessages() throws(StoreFault) -> [FoundMessage] {
    try run("ANALYZE found_debit")
    try markAdoptable()
    return try map(
      try run(
        """
        SELECT x.bank, x.message_id, count(*), coalesce(sum(x.amount_cents), 0)::bigint,
          count(*) FILTER (WHERE x.waits), count(*) FILTER (WHERE x.unsent),
          count(*) FILTER (WHERE x.known AND NOT x.waits AND NOT x.unsent), count(*) FILTER (WHERE NOT x.known),
          EXISTS (SELECT FROM found_file f WHERE f.message_id = x.message_id AND f.bank = x.bank AND f.adoptable)
        FROM (
          SELECT t.bank, t.message_id, t.amount_cents, c.id IS NOT NULL AS known, d.collection_id IS NOT NULL AS waits,
            EXISTS (SELECT FROM sepad.file_item i JOIN sepad.outbound_file f ON f.id = i.file_id
              WHERE i.collection_id = c.id AND i.live AND f.state IN ('sealed', 'sending', 'uncertain')) AS unsent
          FROM found_debit t \(Self.known) LEFT JOIN sepad.due d ON d.collection_id = c.id
        ) x GROUP BY 1, 2 ORDER BY 1, 2
        """)
    ) { row throws(StoreFault) in
      FoundMessage(
        bank: try row.text(0), messageID: try row.text(1), debits: try row.integer(2), amountCents: try row.integer(3),
        waiting: try row.integer(4), inUnsentFiles: try row.integer(5), sentElsewhere: try row.integer(6),
        unknown: try row.integer(7), isAdoptable: try row.bool(8))
    }
  }

  /// Found debits of which no collection is known, for a list: end-to-end id, mandate, amount, day, file.
  package func unknownDebits(limit: Int) throws(StoreFault) -> TextTable {
    try table(
      ["message id", "end-to-end id", "mandate", "EUR", "collection date"],
      """
      SELECT t.message_id, t.end_to_end_id, t.mandate_reference, sepad.euro(t.amount_cents), t.collection_date
      FROM found_debit t \(Self.known) WHERE c.id IS NULL ORDER BY t.message_id, t.ordinal LIMIT $1
      """, [.integer(Int64(limit))])
  }

  /// The collection of a found debit `t`, as `c`, by its end-to-end id.
  static let known = """
    LEFT JOIN sepad.creditor k ON k.creditor_identifier = t.creditor_identifier
    LEFT JOIN sepad.collection c ON c.creditor_id = k.id AND c.end_to_end_id = t.end_to_end_id
    """
}
