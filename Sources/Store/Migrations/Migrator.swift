/// Why a database cannot be brought to this program's schema.
package enum MigrationFault: Error, Equatable, CustomStringConvertible {
  /// A migration that was applied reads differently today: somebody edited history.
  case changed(number: Int, name: String)
  /// The database was migrated by a newer sepad.
  case newer(found: Int, known: Int)
  /// A daemon or a command works on it with the schema as it is.
  case busy(users: [String])

  package var description: String {
    switch self {
    case .changed(let number, let name):
      "migration \(number) \(name): checksum: found other text than was applied, expected the same\n"
        + "HINT: install the version of sepad that applied it, or restore its source"
    case .newer(let found, let known):
      "schema version: found \(found), expected at most \(known)\nHINT: this database needs a newer sepad"
    case .busy(let users):
      "schema: nobody works on it: found \(users.isEmpty ? "somebody" : users.joined(separator: ", ")), expected nobody\n"
        + "HINT: stop every sepad on this database, on all machines, then migrate and start the new version"
    }
  }
}

/// Brings a database to this program's schema: numbered steps, forward only, one transaction each, one migrator at a
/// time (advisory lock), each step checksummed so that a changed old one is refused.
package struct Migrator: Sendable {
  private let migrations: [Migration]
  /// Any constant serves, as long as nobody else on this database uses it: "sepadmig" in ASCII.
  private static let lockKey: Int64 = 0x7365_7061_646D_6967
  /// Held shared by whoever works with the schema, alone by whoever changes it: "sepaduse".
  private static let useKey: Int64 = 0x7365_7061_6475_7365

  package init(migrations: [Migration] = Migration.all) {
    self.migrations = migrations
  }

  /// Applies what is missing.
  /// - Returns: the migrations applied now, in order; empty when there was nothing to do.
  /// - Throws: `MigrationFault`, `StoreFault`. A step that fails leaves the steps before it applied and itself undone.
  package func migrate(_ session: Session) async throws -> [Migration] {
    try await session.run("SELECT pg_advisory_lock($1)", [.integer(Self.lockKey)])
    do {
      guard try await !isCurrent(session) else {
        // Nothing to change: daemons may go on, and old texts are still compared.
        let none = try await applyMissing(session)
        try await session.run("SELECT pg_advisory_unlock($1)", [.integer(Self.lockKey)])
        return none
      }
      guard try await session.one("SELECT pg_try_advisory_lock($1)", [.integer(Self.useKey)]).bool(0) else {
        throw MigrationFault.busy(users: try await users(session))
      }
      let applied = try await applyMissing(session)
      for key in [Self.useKey, Self.lockKey] { try await session.run("SELECT pg_advisory_unlock($1)", [.integer(key)]) }
      return applied
    } catch {
      // Ending the connection releases the lock whatever state it is in.
      await session.disconnect()
      throw error
    }
  }

  /// The version this program works with.
  package static var version: Int { Migration.all.last?.number ?? 0 }

  /// Whether the database stands exactly at this program's schema.
  /// - Throws: `StoreFault.schema` when it does not.
  package func requireCurrent(_ session: Session) async throws {
    let known = migrations.last?.number ?? 0
    let found = try await session.schemaVersionFound()
    guard found == known else { throw StoreFault.schema(found: "version \(found)", expected: "version \(known)") }
  }

  private func isCurrent(_ session: Session) async throws -> Bool {
    try await session.schemaVersionFound() == migrations.last?.number ?? 0
  }

  /// Takes the right to work with the schema, for the life of the connection: no migration starts meanwhile, so that an
  /// old program never meets a new schema, not even between two of its statements.
  /// - Throws: `StoreFault.schema` when a migration is under way, or the version is another.
  static func hold(_ session: isolated Session, version: Int) throws(StoreFault) {
    guard try session.one("SELECT pg_try_advisory_lock_shared($1)", [.integer(useKey)]).bool(0) else {
      throw .schema(found: "a migration under way", expected: "version \(version)")
    }
    let found = try session.schemaVersionFound()
    guard found == version else { throw .schema(found: "version \(found)", expected: "version \(version)") }
  }

  /// Who holds off a migration, as pg_stat_activity names them.
  private func users(_ session: Session) async throws -> [String] {
    try await session.run(
      """
      SELECT DISTINCT concat_ws(' ', coalesce(nullif(a.application_name, ''), 'sepad'), 'from', coalesce(a.client_addr::text, 'this machine'))
      FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'advisory' AND l.mode = 'ShareLock' AND l.granted AND l.objsubid = 1
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (l.classid::bigint << 32 | l.objid::bigint) = $1
      ORDER BY 1
      """, [.integer(Self.useKey)]
    ).rows.map { try $0.text(0) }
  }

  private func applyMissing(_ session: Session) async throws -> [Migration] {
    try await session.run("CREATE SCHEMA IF NOT EXISTS sepad")
    try await session.run(
      """
      CREATE TABLE IF NOT EXISTS sepad.migration (
        number     integer PRIMARY KEY,
        name       text NOT NULL,
        sha256     bytea NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
      )
      """)
    let done = Set(
      try await session.run("SELECT number FROM sepad.migration").rows.map { Int(try $0.integer(0)) })
    if let newest = done.max(), newest > (migrations.last?.number ?? 0) {
      throw MigrationFault.newer(found: newest, known: migrations.last?.number ?? 0)
    }
    var applied: [Migration] = []
    for migration in migrations {
      if done.contains(migration.number) {
        let same = try await session.one(
          "SELECT sha256 = sha256(convert_to($2, 'UTF8')) FROM sepad.migration WHERE number = $1",
          [.integer(Int64(migration.number)), .text(migration.sql)]
        ).bool(0)
        guard same else { throw MigrationFault.changed(number: migration.number, name: migration.name) }
      } else {
        try await session.transaction { session in
          try session.script(migration.sql)
          try session.run(
            "INSERT INTO sepad.migration (number, name, sha256) VALUES ($1, $2, sha256(convert_to($3, 'UTF8')))",
            [.integer(Int64(migration.number)), .text(migration.name), .text(migration.sql)])
        }
        applied.append(migration)
      }
    }
    return applied
  }
}

extension Session {
  /// The newest migration applied; 0 before the first.
  func schemaVersionFound() throws(StoreFault) -> Int {
    guard try one("SELECT to_regclass('sepad.migration') IS NOT NULL").bool(0) else { return 0 }
    return Int(try one("SELECT coalesce(max(number), 0) FROM sepad.migration").integer(0))
  }
}
