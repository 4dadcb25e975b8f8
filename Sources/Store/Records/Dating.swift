package import SEPA

/// Collections on the worklist that share what decides their collection date.
package struct DatingGroup: Sendable {
  package let accountID: Int64
  package let bank: String
  package let scheme: Scheme
  package let requestedDate: String
  /// The date fixed so far; nil before the first time.
  package let collectionDate: String?
  /// What the creditor wants of a due date on which TARGET is closed.
  package let convention: DayConvention
  /// Whether debtors hear of another day than they were told.
  package let notifies: Bool
}

extension DatingGroup {
  /// The same for what is asked for on another day.
  package func asked(for day: CalendarDay) -> DatingGroup {
    DatingGroup(
      accountID: accountID, bank: bank, scheme: scheme, requestedDate: day.iso, collectionDate: nil, convention: convention,
      notifies: notifies)
  }
}

extension Session {
  /// Groups of the worklist without a date, or with one before `earliest`, for one bank. What is held keeps its date.
  /// - Parameter earliest: the earliest date that a file sent now could carry.
  package func undated(
    bank: String, earliest: PerScheme<CalendarDay>, in worklist: Worklist = .due
  ) throws(StoreFault) -> [DatingGroup] {
    // Each a range of the index.
    let ranges = [("CORE", "$2"), ("B2B", "$3")].flatMap { scheme, earliest in
      ["collection_date IS NULL", "collection_date < \(earliest)::date"].map { range in
        """
        SELECT scheme, requested_date, collection_date FROM \(worklist.rawValue)
        WHERE account_id = a.id AND held IS NULL AND scheme = '\(scheme)' AND \(range)
        """
      }
    }
    let answer = try run(
      """
      SELECT a.id, a.bank, d.scheme, d.requested_date, d.collection_date, c.closed_day, c.notice_by IS NOT NULL
      FROM sepad.creditor_account a
      JOIN sepad.creditor c ON c.id = a.creditor_id
      -- OFFSET 0: of each account, by the index, and not all that waits for its day.
      CROSS JOIN LATERAL (\(ranges.joined(separator: "\nUNION ALL\n"))\nOFFSET 0) d
      WHERE a.bank = $1
      GROUP BY 1, 2, 3, 4, 5, 6, 7
      ORDER BY 1, 3, 4
      """, [.text(bank), .text(earliest.core.iso), .text(earliest.b2b.iso)])
    return try map(answer) { row throws(StoreFault) in
      guard let scheme = Scheme(rawValue: try row.text(2)) else { throw .shape("due: unknown scheme") }
      guard let convention = DayConvention(rawValue: try row.text(5)) else { throw .shape("creditor: unknown closed_day") }
      return DatingGroup(
        accountID: try row.integer(0), bank: try row.text(1), scheme: scheme, requestedDate: try row.text(3),
        collectionDate: row[4], convention: convention, notifies: try row.bool(6))
    }
  }

  /// Fixes or moves the collection date of a group. The requested date stays as it was asked for.
  /// - Returns: how many collections it dated.
  package func date(_ group: DatingGroup, to day: String, _ stamp: Stamp) async throws -> Int {
    // As two questions: by IS NOT DISTINCT FROM no index is asked.
    let isOfDay = group.collectionDate == nil ? "collection_date IS NULL AND $7::date IS NULL" : "collection_date = $7::date"
    return try await transaction { session in
      // The rows are locked first: the builder takes them off the worklist under the same lock. One statement, so that a
      // group of a million stays in the database.
      try session.move(
        .dated,
        first: """
          taken AS (
            UPDATE sepad.due SET collection_date = $8
            WHERE collection_id IN (
              SELECT collection_id FROM sepad.due
              WHERE account_id = $4 AND scheme = $5::sepad.scheme AND requested_date = $6
                AND \(isOfDay) AND held IS NULL
              ORDER BY collection_id
              FOR UPDATE SKIP LOCKED)
            RETURNING collection_id
          )
          """,
        selecting: Self.dated("$8::date"),
        [
          .integer(group.accountID), .text(group.scheme.rawValue), .text(group.requestedDate),
          .optional(group.collectionDate), .text(day),
        ], stamp)
    }
  }

  /// Fixes or moves the dates of collections that the caller has locked on the worklist, held or not: the day that a debtor
  /// is told is the day on which it is collected from.
  package func date(_ days: [(collection: Int64, day: String)], _ stamp: Stamp) throws(StoreFault) {
    guard !days.isEmpty else { return }
    _ = try move(
      .dated,
      first: """
        taken AS (
          UPDATE sepad.due d SET collection_date = x.day
          FROM unnest($4::bigint[], $5::text[]::date[]) AS x (collection_id, day)
          WHERE d.collection_id = x.collection_id AND d.collection_date IS DISTINCT FROM x.day
          RETURNING d.collection_id, x.day
        )
        """,
      selecting: Self.dated("n.day"), [.integers(days.map(\.collection)), .texts(days.map(\.day))], stamp)
  }

  /// What moves for the rows of `taken`, to the day of an SQL expression.
  private static func dated(_ day: String) -> String {
    """
    SELECT n.collection_id, \(day) AS collection_date, NULL::bigint AS file_id, NULL::bigint AS inbound_file_id,
      NULL::bigint AS entry_ordinal, NULL::text AS reason_code,
      CASE WHEN s.collection_date IS NULL AND c.requested_date = \(day) THEN NULL
        ELSE 'from ' || coalesce(s.collection_date, c.requested_date) || ' to ' || \(day) END AS detail
    FROM taken n
    JOIN sepad.collection c ON c.id = n.collection_id
    JOIN sepad.collection_status s ON s.collection_id = n.collection_id
    """
  }
}
