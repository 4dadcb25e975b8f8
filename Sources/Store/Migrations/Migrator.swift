/// Why a database cannot be brought to this program's schema.
package enum MigrationFault: Error, Equatable, CustomStringConvertible {
  /// A migration that was applied reads differently today: somebody edited history.
  case changed(number: Int, name: String)
  /// The database was migrated by a newer sepad.
  case newer(found: Int, known: Int)

  package var description: String {
    switch self {
    case .changed(let number, let name):
      "migration \(number) \(name): checksum: found other text than was applied, expected the same\n"
        + "HINT: install the version of sepad that applied it, or restore its source"
    case .newer(let found, let known):
      "schema version: found \(found), expected at most \(known)\nHINT: this database needs a newer sepad"
    }
  }
}

/// Brings a database to this program's schema: numbered steps, forward only, one transaction each, one migrator at a
/// time (advisory lock), each step checksummed so that a changed old one is refused.
package struct Migrator: Sendable {
  private let migrations: [Migration]
  /// Any constant serves, as long as nobody else on this database uses it: "sepadmig" in ASCII.
  private static let lockKey: Int64 = 0x7365_7061_646D_6967

  package init(migrations: [Migration] = Migration.all) {
    self.migrations = migrations
  }

  /// Applies what is missing.
  /// - Returns: the migrations applied now, in order; empty when there was nothing to do.
  /// - Throws: `MigrationFault`, `StoreFault`. A step that fails leaves the steps before it applied and itself undone.
  package func migrate(_ session: Session) async throws -> [Migration] {
    try await session.run("SELECT pg_advisory_lock($1)", [.integer(Self.lockKey)])
    do {
      let applied = try await applyMissing(session)
      try await session.run("SELECT pg_advisory_unlock($1)", [.integer(Self.lockKey)])
      return applied
    } catch {
      // Ending the connection releases the lock whatever state it is in.
      await session.disconnect()
      throw error
    }
  }

  /// Whether the database stands exactly at this program's schema.
  /// - Throws: `StoreFault.schema` when it does not.
  package func requireCurrent(_ session: Session) async throws {
    let known = migrations.last?.number ?? 0
    let exists = try await session.one("SELECT to_regclass('sepad.migration') IS NOT NULL").bool(0)
    let found = exists ? Int(try await session.one("SELECT coalesce(max(number), 0) FROM sepad.migration").integer(0)) : 0
    guard found == known else { throw StoreFault.schema(found: "version \(found)", expected: "version \(known)") }
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
