/// Why a database is not one to replay into; nothing in it was changed.
package struct CopyFault: Error, Sendable, Equatable, CustomStringConvertible {
  package let rule: String
  package let found: String
  package let expected: String

  package init(rule: String, found: String, expected: String) {
    self.rule = rule
    self.found = found
    self.expected = expected
  }

  package var description: String {
    "copy: \(rule): found \(found), expected \(expected)\nHINT: make a fresh copy: docs/OPERATING.md, Replay"
  }
}

/// Whether a database is a copy of another, and nobody's but ours. Nothing here changes anything.
extension Session {
  /// What a copy must have in common with what it was made from.
  package enum Common: String, Sendable, CaseIterable {
    case reports, files

    /// Id and identity of each row of a range.
    fileprivate var rows: String {
      switch self {
      case .reports: "SELECT id, bank || ' ' || encode(sha256, 'hex') FROM sepad.inbound_file"
      case .files: "SELECT id, message_id || ' ' || encode(sha256, 'hex') FROM sepad.outbound_file"
      }
    }
  }

  /// Whether `other` is connected to the very database that this session is connected to, whatever way either took: a
  /// lock that is taken here is seen there. A restored or replicated copy has locks of its own.
  ///
  /// - Parameter key: any number that nobody else locks.
  package func isSameDatabase(as other: Session, key: Int64) async throws -> Bool {
    guard try one("SELECT pg_try_advisory_lock($1)", [.integer(key)]).bool(0) else {
      throw StoreFault.shape("advisory lock: found taken, expected a key of our own")
    }
    let seen = try await other.sees(lock: key)
    try run("SELECT pg_advisory_unlock($1)", [.integer(key)])
    return seen
  }

  private func sees(lock key: Int64) throws(StoreFault) -> Bool {
    try one(
      """
      SELECT EXISTS (
        SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
        -- One key of 64 bits is shown as two halves.
        WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.classid::bigint << 32 | l.objid::bigint = $1)
      """, [.integer(key)]
    ).bool(0)
  }

  /// Waits a little for whoever has just left, as the program that filled the copy.
  /// - Throws: `CopyFault` when anybody else is connected to this database.
  package func requireAlone() throws {
    for attempt in 1...30 {
      let others = try one(
        """
        SELECT count(*), string_agg(DISTINCT coalesce(nullif(application_name, ''), 'without a name'), ', ')
        FROM pg_stat_activity
        -- The server's own workers, as autovacuum, belong to no role.
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
        """)
      guard try others.integer(0) > 0 else { return }
      guard attempt < 30 else {
        throw CopyFault(
          rule: "nobody else works on it", found: "\(try others.integer(0)) other connections (\(try others.text(1)))",
          expected: "none")
      }
      try run("SELECT pg_sleep(0.1)")
    }
  }

  /// - Throws: `CopyFault` when this is no database of sepad at all.
  package func requireOurs() throws {
    guard try one("SELECT to_regclass('sepad.inbound_file') IS NOT NULL").bool(0) else {
      throw CopyFault(rule: "is a copy", found: "no tables of sepad", expected: "those of the configured database")
    }
  }

  /// What is common of the rows after `after`, by id: at most `limit`, and none beyond `through`.
  package func common(
    _ kind: Common, after: Int64, through: Int64 = .max, limit: Int = 5000
  ) throws(StoreFault) -> [(id: Int64, identity: String)] {
    let answer = try run(
      "\(kind.rows) WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3",
      [.integer(after), .integer(through), .integer(Int64(limit))])
    return try map(answer) { row throws(StoreFault) in (try row.integer(0), try row.text(1)) }
  }

  /// The youngest collection, and what was asked for in it; nil when there is none.
  package func youngestCollection() throws(StoreFault) -> (id: Int64, digest: String)? {
    try first("SELECT id, encode(request_digest, 'hex') FROM sepad.collection ORDER BY id DESC LIMIT 1")
      .map { row throws(StoreFault) in (try row.integer(0), try row.text(1)) }
  }

  /// What was asked for in a collection; nil when there is none of this number.
  package func requestDigest(of collection: Int64) throws(StoreFault) -> String? {
    try first("SELECT encode(request_digest, 'hex') FROM sepad.collection WHERE id = $1", [.integer(collection)])
      .map { row throws(StoreFault) in try row.text(0) }
  }

  /// Banks that a file went to or came from.
  package func knownBanks() throws(StoreFault) -> [String] {
    let answer = try run("SELECT bank FROM sepad.inbound_file UNION SELECT bank FROM sepad.outbound_file ORDER BY 1")
    return try map(answer) { row throws(StoreFault) in try row.text(0) }
  }

  /// How many reports this database holds.
  package func reportCount() throws(StoreFault) -> Int64 {
    try one("SELECT count(*) FROM sepad.inbound_file").integer(0)
  }
}
