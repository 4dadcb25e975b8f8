package import SEPA

/// An entry of a report, as a person names it.
package struct EntryID: Sendable, Equatable, CustomStringConvertible {
  package let file: Int64
  package let ordinal: Int64

  package init(file: Int64, ordinal: Int64) {
    self.file = file
    self.ordinal = ordinal
  }

  package var description: String { "entry \(file) \(ordinal)" }
}

/// Why a decision about an entry was not taken; nothing changed.
package struct DecisionFault: Error, Sendable, Equatable, CustomStringConvertible {
  package let entry: EntryID
  package let rule: String
  package let found: String
  package let expected: String

  package init(entry: EntryID, rule: String, found: String, expected: String) {
    self.entry = entry
    self.rule = rule
    self.found = found
    self.expected = expected
  }

  package var description: String { "\(entry): \(rule): found \(found), expected \(expected)" }
}

/// What people decide about entries that sepad left open. Each decision is kept for ever, with its name and reason.
extension Session {
  /// Decides that an open entry speaks of `collection`, and applies it: the event bears the operator's name and reason.
  ///
  /// - Parameters:
  ///   - acceptDifference: that the amount may differ. The whole collection moves; what the bank took beyond it counts as
  ///     charges.
  ///   - policies: what follows if it is a reject or a return.
  /// - Throws: `DecisionFault` when the entry cannot mean that; `StoreFault`.
  package func assign(
    _ entry: EntryID, to collection: Int64, acceptDifference: Bool, because: String, _ policies: ReturnPolicies, _ stamp: Stamp
  ) async throws {
    try await transaction { session in
      let row = try session.openEntry(entry)
      func refuse(_ rule: String, found: String, expected: String) -> DecisionFault {
        DecisionFault(entry: entry, rule: rule, found: found, expected: expected)
      }
      guard try row.bool(4) else {
        throw refuse("speaks of one payment", found: try row.text(1), expected: "a transaction, or a booking without details")
      }
      guard
        let facts = try session.first(
          """
          SELECT c.amount_cents, o.bank = $2 FROM sepad.collection c
          JOIN sepad.file_item i ON i.collection_id = c.id AND i.live
          JOIN sepad.outbound_file o ON o.id = i.file_id
          WHERE c.id = $1
          """, [.integer(collection), .text(try row.text(0))])
      else { throw refuse("collection", found: "\(collection), in no file", expected: "the number of one that went to the bank") }
      guard try facts.bool(1) else {
        throw refuse("bank", found: "a collection of another bank", expected: "one that \(try row.text(0)) collects")
      }
      if let currency = row[3], currency != "EUR" { throw refuse("currency", found: currency, expected: "EUR") }
      if let cents = row[2].flatMap({ Int64($0) }), cents != (try facts.integer(0)), !acceptDifference {
        throw refuse(
          "amount", found: Cents(cents).decimalText,
          expected: "\(Cents(try facts.integer(0)).decimalText), or --accept-difference")
      }
      try session.keep("assigned", entry, because, collection: collection, stamp)
      try session.run(
        "UPDATE sepad.inbound_entry SET disposition = 'open', verdict = NULL, note = NULL WHERE file_id = $1 AND ordinal = $2",
        [.integer(entry.file), .integer(entry.ordinal)])
      _ = try session.applyOpenEntries(bank: try row.text(0), policies, stamp)
      let end = try session.one(
        "SELECT disposition, coalesce(verdict, '') FROM sepad.inbound_entry WHERE file_id = $1 AND ordinal = $2",
        [.integer(entry.file), .integer(entry.ordinal)])
      guard try end.text(0) != "open" else {
        throw refuse("moves collection \(collection)", found: try end.text(1), expected: "an event that its state allows")
      }
    }
  }

  /// Decides that an open entry is no business of ours.
  /// - Throws: `DecisionFault` when it is not open; `StoreFault`.
  package func ignore(_ entry: EntryID, because: String, _ stamp: Stamp) async throws {
    try await transaction { session in
      _ = try session.openEntry(entry)
      try session.keep("ignored", entry, because, collection: nil, stamp)
      // From now on it speaks of nothing: no other entry is explained, or overtaken, by one that was put aside.
      try session.run(
        """
        UPDATE sepad.inbound_entry SET disposition = 'ignored', note = $3, collection_id = NULL, block_id = NULL,
          matched_by = NULL, principal_cents = NULL
        WHERE file_id = $1 AND ordinal = $2
        """, [.integer(entry.file), .integer(entry.ordinal), .text(because)])
    }
  }

  /// Bank, kind, amount, currency and whether it speaks of one payment, of an entry that may be decided on; locked.
  private func openEntry(_ entry: EntryID) throws -> Row {
    guard
      let row = try first(
        """
        SELECT f.bank, e.kind, coalesce(e.amount_cents, CASE WHEN p.children = 1 THEN p.amount_cents END), e.currency,
          e.kind IN ('transactionStatus', 'cancellationStatus', 'transaction') OR e.kind = 'entry' AND e.children = 0,
          e.disposition
        FROM sepad.inbound_entry e
        JOIN sepad.inbound_file f ON f.id = e.file_id
        LEFT JOIN sepad.inbound_entry p ON p.file_id = e.file_id AND p.ordinal = e.parent AND p.kind = 'entry'
        WHERE e.file_id = $1 AND e.ordinal = $2 FOR UPDATE OF e
        """, [.integer(entry.file), .integer(entry.ordinal)])
    else { throw DecisionFault(entry: entry, rule: "entry", found: "none", expected: "one that sepad unmatched lists") }
    guard ["open", "ignored"].contains(try row.text(5)) else {
      throw DecisionFault(entry: entry, rule: "is open", found: try row.text(5), expected: "open or ignored")
    }
    return row
  }

  private func keep(
    _ decision: String, _ entry: EntryID, _ because: String, collection: Int64?, _ stamp: Stamp
  ) throws(StoreFault) {
    try run(
      """
      INSERT INTO sepad.entry_decision (file_id, ordinal, at, operator, because, decision, collection_id)
      VALUES ($1, $2, $3, $4, $5, $6, $7)
      """,
      [
        .integer(entry.file), .integer(entry.ordinal), .text(stamp.at.description), .text(stamp.actor), .text(because),
        .text(decision), .optional(collection),
      ])
  }

  /// Everything an entry said, as rows of name and value; empty for none.
  package func entryFacts(_ entry: EntryID) throws(StoreFault) -> TextTable {
    try table(
      [
        "report", "line", "kind", "status", "direction", "amount", "currency", "charges", "reversal", "return", "reason",
        "reason text", "booked", "valued", "message id", "payment information id", "end-to-end id", "mandate",
        "servicer reference", "creditor reference", "bank code", "scheme", "disposition", "why", "matched by", "collection",
        "note",
      ],
      """
      SELECT f.remote_name, e.line, e.kind, e.status, e.direction, sepad.euro(e.amount_cents), e.currency,
        sepad.euro(e.charges_cents), e.is_reversal, e.is_return, e.reason_code, e.reason_text, e.booked_on, e.valued_on,
        e.message_id, e.payment_information_id, e.end_to_end_id, e.mandate_reference, e.servicer_reference,
        e.creditor_reference, e.bank_code, e.scheme, e.disposition, e.verdict, e.matched_by, e.collection_id, e.note
      FROM sepad.inbound_entry e JOIN sepad.inbound_file f ON f.id = e.file_id
      WHERE e.file_id = $1 AND e.ordinal = $2
      """, [.integer(entry.file), .integer(entry.ordinal)])
  }

  /// What was decided about an entry, oldest first.
  package func entryDecisions(_ entry: EntryID) throws(StoreFault) -> TextTable {
    try table(
      ["at", "decision", "collection", "operator", "because"],
      """
      SELECT to_char(at, 'YYYY-MM-DD HH24:MI:SS'), decision, collection_id, operator, because
      FROM sepad.entry_decision WHERE file_id = $1 AND ordinal = $2 ORDER BY id
      """, [.integer(entry.file), .integer(entry.ordinal)])
  }

  /// Collections that an entry could mean, the likeliest first: those that share an id or the amount with it.
  package func entrySuggestions(_ entry: EntryID) throws(StoreFault) -> TextTable {
    try table(
      ["collection", "end-to-end id", "mandate", "amount", "collection date", "state", "shares"],
      """
      SELECT c.id, c.end_to_end_id, m.reference, sepad.euro(c.amount_cents), s.collection_date, s.state, x.shares
      FROM sepad.inbound_entry e
      JOIN sepad.inbound_file f ON f.id = e.file_id
      CROSS JOIN LATERAL (
        SELECT y.id, string_agg(y.what, ', ' ORDER BY y.rank) AS shares, min(y.rank) AS rank FROM (
          SELECT c.id, 'end-to-end id' AS what, 1 AS rank FROM sepad.collection c WHERE c.end_to_end_id = e.end_to_end_id
          UNION ALL
          SELECT c.id, 'mandate', 2 FROM sepad.mandate m JOIN sepad.collection c ON c.mandate_id = m.id
          WHERE m.reference = e.mandate_reference
          UNION ALL
          (SELECT c.id, 'amount', 3 FROM sepad.collection c
           JOIN sepad.collection_status s ON s.collection_id = c.id AND s.state IN ('submitted', 'accepted', 'settled')
           WHERE c.amount_cents = e.amount_cents AND e.direction IS NOT NULL ORDER BY s.collection_date DESC LIMIT 20)
        ) y GROUP BY y.id
      ) x
      JOIN sepad.collection c ON c.id = x.id
      JOIN sepad.creditor_account a ON a.id = c.account_id AND a.bank = f.bank
      JOIN sepad.mandate m ON m.id = c.mandate_id
      JOIN sepad.collection_status s ON s.collection_id = c.id
      WHERE e.file_id = $1 AND e.ordinal = $2 ORDER BY x.rank, length(x.shares) DESC, c.id LIMIT 20
      """, [.integer(entry.file), .integer(entry.ordinal)])
  }
}
