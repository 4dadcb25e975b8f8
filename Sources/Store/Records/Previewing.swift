package import SEPA

/// What stands on the worklist, as it would be built: nothing of it is done, and nobody waits for it.
package struct BuildPreview: Sendable {
  /// One file that would be sealed.
  package struct File: Sendable {
    package let creditor: String
    package let scheme: Scheme
    package let blocks: [Block]
    package var transactions: Int { blocks.reduce(0) { $0 + $1.transactions } }
    package var sumCents: Int64 { blocks.reduce(0) { $0 + $1.sumCents } }
  }

  /// One payment information block of it.
  package struct Block: Sendable {
    /// The account's key in the configuration.
    package let account: String
    package let sequenceType: SequenceType
    /// `YYYY-MM-DD`.
    package let collectionDate: String
    package let transactions: Int
    package let sumCents: Int64
  }

  /// Collections that stay on the worklist for one reason.
  package struct Waiting: Sendable {
    package let creditor: String
    package let scheme: Scheme
    /// Why, in the words of `sepad collection show`; `date` for those whose day has not come.
    package let why: String
    package let transactions: Int
    package let sumCents: Int64
    package let firstDate: String?
    package let lastDate: String?
    /// Numbers of the first of them, at most five.
    package let examples: [Int64]
  }

  package var files: [File] = []
  package var waiting: [Waiting] = []
}

/// Where collections wait that are in no file yet.
package enum Worklist: String, Sendable {
  case due = "sepad.due"
  /// A copy for a preview, that lives as long as its transaction.
  case copy = "worklist"
}

extension Session {
  /// What a builder would make of one bank's worklist: on a copy of it, inside a transaction that ends without a trace.
  ///
  /// - Parameters:
  ///   - bank: its name.
  ///   - limits: what a file may carry.
  ///   - dates: the collection dates for which files may be built now.
  ///   - date: the collection date of a group.
  package func previewBuild(
    bank: String, _ limits: FileLimits, dates: PerScheme<ClosedRange<CalendarDay>>, _ stamp: Stamp,
    date: @escaping @Sendable (DatingGroup) throws -> CalendarDay
  ) async throws -> BuildPreview {
    try await transaction { session in
      try session.copyWorklist(bank: bank)
      for group in try session.undated(bank: bank, earliest: dates.map(\.lowerBound), in: .copy) {
        try session.run(
          """
          UPDATE worklist SET collection_date = $1
          WHERE account_id = $2 AND scheme = $3::sepad.scheme AND requested_date = $4
            AND collection_date IS NOT DISTINCT FROM $5::date AND held IS NULL
          """,
          [
            .text(try date(group).iso), .integer(group.accountID), .text(group.scheme.rawValue),
            .text(group.requestedDate), .optional(group.collectionDate),
          ])
      }
      var preview = BuildPreview()
      var groups = try session.buildable(bank: bank, dates: dates, in: .copy)
      // In the builder's order: one file of each group, then the next.
      while !groups.isEmpty {
        var next: [BuildGroup] = []
        for group in groups {
          guard try session.pick(group, dates: dates[group.scheme], limits, stamp, from: .copy) > 0 else { continue }
          preview.files.append(
            BuildPreview.File(creditor: group.creditorKey, scheme: group.scheme, blocks: try session.pickedBlocks()))
          try session.run("DELETE FROM picked")
          next.append(group)
        }
        groups = next
      }
      preview.waiting = try session.waiting()
      return preview
    }
  }

  private func copyWorklist(bank: String) throws(StoreFault) {
    try run(
      """
      CREATE TEMP TABLE worklist ON COMMIT DROP AS
      SELECT d.* FROM sepad.due d JOIN sepad.creditor_account a ON a.id = d.account_id WHERE a.bank = $1
      """, [.text(bank)])
    // The builder lets them go first, and holds them again if need be.
    try run("UPDATE worklist SET held = NULL WHERE held = ANY ($1)", [.texts(FileRules.Obstacle.allCases.map(\.rawValue))])
    try run("CREATE UNIQUE INDEX ON worklist (collection_id)")
    try run("CREATE INDEX ON worklist (account_id, scheme, collection_date, collection_id) WHERE held IS NULL")
    try run("ANALYZE worklist")
  }

  private func pickedBlocks() throws(StoreFault) -> [BuildPreview.Block] {
    let answer = try run(
      """
      SELECT a.key, p.sequence_type, p.collection_date, count(*), sum(p.amount_cents)::bigint
      FROM picked p JOIN sepad.creditor_account a ON a.id = p.account_id
      GROUP BY a.id, a.key, p.sequence_type, p.collection_date ORDER BY p.collection_date, a.id, p.sequence_type
      """)
    return try map(answer) { row throws(StoreFault) in
      guard let sequence = SequenceType(rawValue: try row.text(1)) else { throw .shape("block: unknown sequence type") }
      return BuildPreview.Block(
        account: try row.text(0), sequenceType: sequence, collectionDate: try row.text(2),
        transactions: Int(try row.integer(3)), sumCents: try row.integer(4))
    }
  }

  /// What is left of the copy, by reason.
  private func waiting() throws(StoreFault) -> [BuildPreview.Waiting] {
    let answer = try run(
      """
      SELECT k.key, w.scheme, coalesce(w.held, CASE
          WHEN m.state <> 'active' THEN 'mandate ' || m.state
          WHEN EXISTS (SELECT FROM sepad.lost_debit) AND sepad.perhaps_sent(w.collection_id) IS NOT NULL
            THEN sepad.perhaps_sent(w.collection_id)
          WHEN c.attempt > 1 AND EXISTS (
            SELECT FROM sepad.collection p JOIN sepad.collection_status ps ON ps.collection_id = p.id
            WHERE (p.id = c.represents OR p.represents = c.represents) AND p.attempt < c.attempt
              AND ps.state NOT IN ('rejected', 'returned', 'cancelled'))
            THEN 'an attempt before may still bring money'
          ELSE 'date' END) AS why,
        count(*), sum(c.amount_cents)::bigint, min(w.collection_date), max(w.collection_date),
        array_to_string((array_agg(w.collection_id ORDER BY w.collection_id))[:5], ' ')
      FROM worklist w
      JOIN sepad.collection c ON c.id = w.collection_id
      JOIN sepad.mandate m ON m.id = c.mandate_id
      JOIN sepad.creditor k ON k.id = c.creditor_id
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
      """)
    return try map(answer) { row throws(StoreFault) in
      guard let scheme = Scheme(rawValue: try row.text(1)) else { throw .shape("due: unknown scheme") }
      return BuildPreview.Waiting(
        creditor: try row.text(0), scheme: scheme, why: try row.text(2), transactions: Int(try row.integer(3)),
        sumCents: try row.integer(4), firstDate: row[5], lastDate: row[6],
        examples: try row.text(7).split(separator: " ").compactMap { Int64($0) })
    }
  }
}
