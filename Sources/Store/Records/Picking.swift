package import SEPA

/// What one file may carry, and how large it can get.
package struct FileLimits: Sendable {
  package var rules: FileRules
  /// No document of these parts is larger than their sum, in bytes: its beginning and end, each block, each debit without
  /// its texts, each address without its texts.
  package var largest: (file: Int, block: Int, debit: Int, address: Int)

  package init(rules: FileRules, largest: (file: Int, block: Int, debit: Int, address: Int)) {
    self.rules = rules
    self.largest = largest
  }
}

/// Which of the due collections go into the next file.
extension Session {
  /// Takes up to as many as a file may carry off the worklist, into the table `picked`. Those that the bank would not take
  /// stay on it, held with the reason.
  /// - Returns: how many were taken.
  func pick(
    _ group: BuildGroup, dates: ClosedRange<CalendarDay>, _ limits: FileLimits, _ stamp: Stamp,
    from worklist: Worklist = .due
  ) throws(StoreFault) -> Int {
    let rules = limits.rules
    // One table for the connection's life; its rows live as long as the transaction.
    try run(
      """
      CREATE TEMP TABLE IF NOT EXISTS picked (
        collection_id bigint, account_id int, sequence_type sepad.sequence_type, collection_date date, amount_cents bigint,
        debtor text, bytes int
      ) ON COMMIT DELETE ROWS
      """)
    let group: [SQLValue] = [
      .text(group.bank), .integer(group.creditorID), .text(group.scheme.rawValue), .text(dates.lowerBound.iso),
      .text(dates.upperBound.iso),
    ]
    let sequence = Self.sequence(rules.sequences)
    var onlyBlock = rules.sequences == .first ? Self.onlyFirst(worklist) : ""
    var parameters = group
    parameters.append(.integer(Int64(limits.most)))
    if rules.blocks == .one {
      let block = "d.account_id, \(sequence) AS sequence_type, d.collection_date, d.collection_id"
      guard let first = try first(Self.candidates(worklist, block, onlyBlock, limit: "1"), group) else { return 0 }
      onlyBlock += " AND (d.account_id, \(sequence), d.collection_date) = ($7, $8::sepad.sequence_type, $9::date)"
      parameters += [.integer(try first.integer(0)), .text(try first.text(1)), .text(try first.text(2))]
    }
    let columns = """
      d.collection_id, d.account_id, \(sequence) AS sequence_type, d.collection_date, c.amount_cents, c.end_to_end_id,
        c.remittance, c.remittance_is_reference, m.reference, m.ultimate_debtor, m.debtor_id
      """
    let candidates = Self.candidates(worklist, columns, onlyBlock, limit: "$6 FOR UPDATE OF d SKIP LOCKED")
    let obstacles = rules.obstacles
    var picked = 0
    var held = 0
    repeat {
      picked = try run(
        """
        INSERT INTO picked
        SELECT p.collection_id, p.account_id, p.sequence_type, p.collection_date, p.amount_cents, \(limits.columns)
        FROM (\(candidates) LIMIT $6) p \(limits.needsDebtor ? "JOIN sepad.debtor b ON b.id = p.debtor_id" : "")
        """, parameters
      ).affected
      held = obstacles.isEmpty ? 0 : try hold(obstacles, in: worklist, stamp)
      picked -= held
    } while picked == 0 && held > 0
    guard picked > 0 else { return 0 }
    if let most = rules.maxBytes { picked -= try leave(beyond: most, limits) }
    // By its index: as a join with a table that nobody has analyzed, it is a reading of all that waits for its day.
    let taken = try run(
      "DELETE FROM \(worklist.rawValue) WHERE collection_id = ANY (ARRAY(SELECT collection_id FROM picked))").affected
    guard taken == picked else { throw .shape("worklist: found \(taken) of the rows that were picked, expected \(picked)") }
    return picked
  }

  /// What of a group (`$1` bank, `$2` creditor, `$3` scheme) may go into a file for dates from `$4` to `$5`, in its order.
  ///
  /// The next of each account, read in the order of an index until there are enough: a large creditor's worklist is not read
  /// whole for each of its files. Of several accounts more rows are locked than one file takes: until it is made, another daemon
  /// passes them over.
  /// - Parameters:
  ///   - columns: of the worklist `d`, the collection `c` and its mandate `m`; `d.collection_date` and `d.collection_id` are
  ///     among them.
  ///   - limit: how many of each account, and how they are locked.
  private static func candidates(_ worklist: Worklist, _ columns: String, _ onlyBlock: String, limit: String) -> String {
    """
    SELECT n.* FROM sepad.creditor_account a
    CROSS JOIN LATERAL (
      SELECT \(columns)
      FROM \(worklist.rawValue) d
      JOIN sepad.collection c ON c.id = d.collection_id
      JOIN sepad.mandate m ON m.id = c.mandate_id
      WHERE d.account_id = a.id AND d.scheme = $3::sepad.scheme
        AND d.collection_date BETWEEN $4 AND $5 AND d.held IS NULL AND m.state = 'active' \(onlyBlock)
        AND (NOT EXISTS (SELECT FROM sepad.lost_debit) OR sepad.perhaps_sent(d.collection_id) IS NULL)
        -- A claim is presented again only while no attempt before can bring money.
        AND (c.attempt = 1 OR NOT EXISTS (
          SELECT FROM sepad.collection p JOIN sepad.collection_status ps ON ps.collection_id = p.id
          WHERE (p.id = c.represents OR p.represents = c.represents) AND p.attempt < c.attempt
            AND ps.state NOT IN ('rejected', 'returned', 'cancelled')))
      ORDER BY d.collection_date, d.collection_id
      LIMIT \(limit)
    ) n
    WHERE a.bank = $1 AND a.creditor_id = $2
    ORDER BY n.collection_date, n.collection_id
    """
  }

  /// How a collection on the worklist is marked in its file. What was asked for is what it is to the creditor; what the bank
  /// sees follows from what it has accepted so far, at the moment in which the file is made.
  private static func sequence(_ rule: FileRules.Sequences) -> String {
    switch rule {
    case .recurrent: "CASE d.sequence_type WHEN 'FNAL' THEN 'RCUR' ELSE d.sequence_type END"
    case .first:
      """
      CASE WHEN d.sequence_type = 'OOFF' OR sepad.sequence_begun(c.mandate_id) THEN d.sequence_type ELSE 'FRST' END
      """
    }
  }

  /// Of a mandate whose sequence has not begun, one collection leaves, the first: whether the next is a first one too is not
  /// known before it is answered.
  private static func onlyFirst(_ worklist: Worklist) -> String {
    """
    AND (d.sequence_type = 'OOFF' OR sepad.sequence_begun(c.mandate_id)
      OR sepad.unanswered_collection(c.mandate_id) IS NULL AND d.collection_id = (
        SELECT w.collection_id FROM \(worklist.rawValue) w JOIN sepad.collection wc ON wc.id = w.collection_id
        WHERE wc.mandate_id = c.mandate_id AND w.held IS NULL ORDER BY w.collection_date, w.collection_id LIMIT 1))
    """
  }

  /// Holds those of `picked` that the bank would not take, and leaves them out.
  private func hold(
    _ obstacles: [(facts: DebtorFacts, obstacle: FileRules.Obstacle)], in worklist: Worklist, _ stamp: Stamp
  ) throws(StoreFault) -> Int {
    let facts = SQLValue.texts(obstacles.map(\.facts.text))
    let reasons = SQLValue.texts(obstacles.map(\.obstacle.rawValue))
    func selection(_ first: Int) -> String {
      """
      SELECT p.collection_id, o.why FROM picked p
      JOIN unnest($\(first)::text[], $\(first + 1)::text[]) AS o (debtor, why) ON o.debtor = p.debtor
      """
    }
    let held =
      switch worklist {
      case .due: try hold(selection(3), [facts, reasons], stamp)
      case .copy:
        try run(
          "UPDATE worklist w SET held = x.why FROM (\(selection(1))) x WHERE x.collection_id = w.collection_id", [facts, reasons]
        ).affected
      }
    if held > 0 { try run("DELETE FROM picked WHERE debtor = ANY ($1)", [facts]) }
    return held
  }

  /// Leaves the last of `picked` on the worklist, so that no document of the others can be larger than `most` bytes. The
  /// first stays, however long it is.
  /// - Returns: how many were left.
  private func leave(beyond most: Int64, _ limits: FileLimits) throws(StoreFault) -> Int {
    try run(
      """
      DELETE FROM picked WHERE collection_id IN (
        SELECT collection_id FROM (
          SELECT collection_id, row_number() OVER w AS n, sum(bytes + CASE WHEN new_block THEN $2 ELSE 0 END) OVER w AS sum
          FROM (
            SELECT *, row_number() OVER (
              PARTITION BY account_id, sequence_type, collection_date ORDER BY collection_id) = 1 AS new_block
            FROM picked
          ) p
          WINDOW w AS (ORDER BY collection_date, collection_id ROWS UNBOUNDED PRECEDING)
        ) s WHERE n > 1 AND sum > $1)
      """, [.integer(most - Int64(limits.largest.file)), .integer(Int64(limits.largest.block))]
    ).affected
  }

  /// Lets those of a group go on that were held for what the bank wanted, where it wants it no more, or has it.
  /// - Returns: how many.
  @discardableResult
  package func releaseObstacles(of group: BuildGroup, _ rules: FileRules, _ stamp: Stamp) throws(StoreFault) -> Int {
    try run(
      """
      WITH freed AS (
        UPDATE sepad.due d SET held = sepad.obstacle(m.state, d.collection_id)
        FROM sepad.creditor_account a, sepad.collection c, sepad.mandate m, sepad.debtor b
        WHERE d.held IS NOT NULL AND d.held = ANY ($5) AND d.scheme = $4::sepad.scheme AND a.id = d.account_id
          AND (a.bank, a.creditor_id) = ($3, $7) AND c.id = d.collection_id AND m.id = c.mandate_id
          AND b.id = m.debtor_id AND NOT \(Self.debtorFacts) = ANY ($6)
        RETURNING d.collection_id
      )
      INSERT INTO sepad.payment_event (collection_id, at, event, from_state, to_state, detail, actor, collection_date)
      SELECT s.collection_id, $1, 'released', s.state, s.state, 'the bank takes it now', $2, s.collection_date
      FROM freed f JOIN sepad.collection_status s ON s.collection_id = f.collection_id ORDER BY 1
      """,
      [
        .text(stamp.at.description), .text(stamp.actor), .text(group.bank), .text(group.scheme.rawValue),
        .texts(FileRules.Obstacle.allCases.map(\.rawValue)), .texts(rules.obstacles.map(\.facts.text)),
        .integer(group.creditorID),
      ]
    ).affected
  }

  /// `DebtorFacts.text` of a row `b` of `sepad.debtor`.
  static let debtorFacts = """
    concat_ws(' ', CASE WHEN b.bic IS NULL THEN '-' WHEN b.bic ~ '^[A-Z]{6}[A-Z2-9][A-NP-Z0-9]' THEN 'bic' ELSE 'new-bic' END,
      CASE WHEN left(b.iban, 2) IN (\(eea)) AND (b.bic IS NULL OR substr(b.bic, 5, 2) IN (\(eea))) THEN 'inside'
        ELSE 'outside' END,
      CASE WHEN b.country IS NULL THEN 'none' WHEN b.address_line1 IS NULL AND b.address_line2 IS NULL THEN 'structured'
        ELSE 'hybrid' END)
    """

  private static let eea = (SEPACountry.all.filter(\.isEEA).map(\.code) + SEPACountry.eeaTerritories.sorted())
    .map { "'\($0)'" }.joined(separator: ", ")
}

extension FileLimits {
  /// Debits that one file can have room for, so that what is left again is less than twice what is taken.
  fileprivate var most: Int {
    guard let bytes = rules.maxBytes else { return rules.maxTransactions }
    return max(1, min(rules.maxTransactions, Int(bytes) / largest.debit + 1))
  }

  fileprivate var needsDebtor: Bool { rules.maxBytes != nil || !rules.obstacles.isEmpty }

  /// The columns `debtor` and `bytes` of `picked`.
  fileprivate var columns: String {
    let facts = rules.obstacles.isEmpty ? "NULL" : Session.debtorFacts
    guard rules.maxBytes != nil else { return "\(facts), NULL" }
    let texts = [
      "p.end_to_end_id", "p.remittance", "p.reference", "p.ultimate_debtor", "b.name", "b.iban", "b.bic", "b.country", "b.town", "b.postcode",
      "b.street", "b.building", "b.address_line1", "b.address_line2",
    ]
    let lengths = texts.map { "coalesce(octet_length(\($0)), 0)" }.joined(separator: " + ")
    return """
      \(facts), \(largest.debit) + CASE WHEN b.country IS NULL THEN 0 ELSE \(largest.address) END + \(lengths)
      """
  }
}
