package import SEPA

/// A report of the copy whose turn it is.
package struct ReplayedReport: Sendable {
  package let id: Int64
  package let remoteName: String
  package let sizeBytes: Int64
  package let sha256: String
  /// When it was applied the first time.
  package let finishedAt: Instant
}

/// Something that a replay did not reach, or reached otherwise.
package struct Difference: Sendable, Equatable, CustomStringConvertible {
  /// `collection 345`
  package let subject: String
  package let rule: String
  /// What the replay came to.
  package let found: String
  /// What the configured database says.
  package let expected: String

  package init(_ subject: String, rule: String, found: String, expected: String) {
    self.subject = subject
    self.rule = rule
    self.found = found
    self.expected = expected
  }

  package var description: String { "\(subject): \(rule): found \(found), expected \(expected)" }
}

/// What a replay is held to.
package enum Compared: String, Sendable, CaseIterable {
  case collections, files, reports

  /// Names of the values, in the order of the columns below; the first that differs is told.
  package var rules: [String] {
    switch self {
    case .collections, .files: ["state"]
    case .reports: ["state", "message type", "fault", "open entries"]
    }
  }

  /// In the copy, for ids after `$1`: id, name, mark, and each value twice, as the replay left it and as the copy came.
  fileprivate var replayed: String {
    switch self {
    case .collections:
      """
      SELECT s.collection_id, 'collection ' || s.collection_id, k.mark, s.state, k.state
      FROM sepad.collection_status s JOIN sepad_replay.collection k ON k.id = s.collection_id
      WHERE s.collection_id > $1 ORDER BY s.collection_id LIMIT $2
      """
    case .files:
      """
      SELECT f.id, 'file ' || f.id || ' (' || f.message_id || ')', k.mark, f.state, k.state
      FROM sepad.outbound_file f JOIN sepad_replay.file k ON k.id = f.id
      WHERE f.id > $1 ORDER BY f.id LIMIT $2
      """
    case .reports:
      """
      SELECT f.id, 'report ' || f.id || ' (' || f.remote_name || ')', k.mark, f.state, k.state,
        f.message_type, k.message_type, f.fault, k.fault,
        (SELECT count(*) FROM sepad.inbound_entry e WHERE e.file_id = f.id AND e.disposition = 'open'), k.open_entries
      FROM sepad.inbound_file f JOIN sepad_replay.report k ON k.id = f.id AND k.state <> 'received'
      WHERE f.id > $1 ORDER BY f.id LIMIT $2
      """
    }
  }

  /// In the configured database, for ids after `$1` up to `$2`: id, mark, and the values. How many entries of a report
  /// are open changes without a mark, so that it is not among them.
  fileprivate var configured: String {
    switch self {
    case .collections:
      """
      SELECT s.collection_id,
        (SELECT max(v.id) FROM sepad.payment_event v WHERE v.collection_id = s.collection_id), s.state
      FROM sepad.collection_status s WHERE s.collection_id > $1 AND s.collection_id <= $2
      """
    case .files:
      """
      SELECT f.id, (SELECT max(h.id) FROM sepad.file_history h WHERE h.file_id = f.id), f.state
      FROM sepad.outbound_file f WHERE f.id > $1 AND f.id <= $2
      """
    case .reports:
      """
      SELECT f.id, f.finished_at, f.state, f.message_type, f.fault
      FROM sepad.inbound_file f WHERE f.id > $1 AND f.id <= $2
      """
    }
  }
}

/// One row of the copy after the replay.
package struct ReplayedRow: Sendable {
  package let id: Int64
  package let name: String
  /// The last event that the copy came with.
  package let mark: String?
  /// As the replay left it.
  package let values: [String?]
  /// As the copy came.
  package let before: [String?]
}

/// One row of the configured database.
package struct ConfiguredRow: Sendable {
  package let mark: String?
  package let values: [String?]
}

extension Session {
  /// The next report of a bank that is to be applied again; nil after the last.
  package func nextReplayed(bank: String) throws(StoreFault) -> ReplayedReport? {
    try first(
      """
      SELECT f.id, f.remote_name, f.size_bytes, encode(f.sha256, 'hex'),
        (extract(epoch FROM coalesce(k.finished_at, f.received_at)) * 1000000)::bigint
      FROM sepad.inbound_file f JOIN sepad_replay.report k ON k.id = f.id
      WHERE f.state = 'received' AND f.bank = $1 ORDER BY f.id LIMIT 1
      """, [.text(bank)]
    ).map { row throws(StoreFault) in
      ReplayedReport(
        id: try row.integer(0), remoteName: try row.text(1), sizeBytes: try row.integer(2), sha256: try row.text(3),
        finishedAt: Instant(microseconds: try row.integer(4)))
    }
  }

  /// Lets the planner know what the reports applied so far have brought.
  package func analyzeEntries() throws(StoreFault) {
    try run("ANALYZE sepad.inbound_entry, sepad.payment_event, sepad.collection_status")
  }

  /// Rows of the copy after `after`, by id: a page of them.
  package func replayed(_ kind: Compared, after: Int64, limit: Int = 5000) throws(StoreFault) -> [ReplayedRow] {
    let answer = try run(kind.replayed, [.integer(after), .integer(Int64(limit))])
    return try map(answer) { row throws(StoreFault) in
      let places = kind.rules.indices
      return ReplayedRow(
        id: try row.integer(0), name: try row.text(1), mark: row[2], values: places.map { row[3 + 2 * $0] },
        before: places.map { row[4 + 2 * $0] })
    }
  }

  /// The rows of the configured database in a range of ids.
  package func configured(_ kind: Compared, after: Int64, through: Int64) throws(StoreFault) -> [Int64: ConfiguredRow] {
    var rows: [Int64: ConfiguredRow] = [:]
    for row in try run(kind.configured, [.integer(after), .integer(through)]).rows {
      rows[try row.integer(0)] = ConfiguredRow(mark: row[1], values: Array(row.columns[2...]))
    }
    return rows
  }

  /// How many entries the applied reports have, and how many reports were left out since they had not been applied when
  /// the copy was made.
  package func replayedCounts() throws(StoreFault) -> (entries: Int64, waiting: Int64) {
    let row = try one(
      """
      SELECT (SELECT count(*) FROM sepad.inbound_entry),
        (SELECT count(*) FROM sepad_replay.report WHERE state = 'received')
      """)
    return (try row.integer(0), try row.integer(1))
  }

  /// Binds decisions to their entries again. A decision speaks of an entry by its number in its report: a reader that
  /// counts otherwise, or no longer reads that report, would make it speak of another entry or of none.
  /// - Returns: those of which that is so.
  package func rebindDecisions() async throws -> [Difference] {
    try await transaction { session in
      let lost = try session.run(
        """
        SELECT 'entry ' || k.file_id || ' ' || k.ordinal, \(Self.words("e")), \(Self.words("k"))
        FROM sepad_replay.decided k LEFT JOIN sepad.inbound_entry e ON e.file_id = k.file_id AND e.ordinal = k.ordinal
        WHERE (k.line, k.kind, k.direction, k.amount_cents)
          IS DISTINCT FROM (e.line, e.kind, e.direction, e.amount_cents)
        ORDER BY k.file_id, k.ordinal
        """)
      try session.run(
        """
        ALTER TABLE sepad.entry_decision ADD CONSTRAINT \(Self.decisionKey)
          FOREIGN KEY (file_id, ordinal) REFERENCES sepad.inbound_entry NOT VALID
        """)
      if lost.rows.isEmpty {
        try session.run("ALTER TABLE sepad.entry_decision VALIDATE CONSTRAINT \(Self.decisionKey)")
      }
      return try session.map(lost) { row throws(StoreFault) in
        Difference(
          try row.text(0), rule: "is the one that was decided", found: row[1] ?? "none", expected: row[2] ?? "none")
      }
    }
  }

  /// What an entry is, so that a person finds it; NULL for none.
  private static func words(_ entry: String) -> String {
    """
    \(entry).kind || ' in line ' || \(entry).line || coalesce(' ' || \(entry).direction, '')
      || coalesce(' ' || sepad.euro(\(entry).amount_cents), '')
    """
  }
}
