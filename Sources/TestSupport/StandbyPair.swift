import Foundation

/// Two PostgreSQL clusters of our own, a primary and its standby by streaming replication, for tests of a failover.
/// Each has a Unix socket and no TCP port. Ends with the value.
package final class StandbyPair: @unchecked Sendable {  // Servers change one after the other, by one test.
  /// What the primary waits for.
  package enum Mode: String, CaseIterable, Sendable {
    /// What is committed is on the standby.
    case synchronous
    /// What is committed may not be there yet.
    case asynchronous
  }

  /// Where both are, as a daemon is told: whichever of them takes writes.
  package let database: String
  private let directory: String
  private let name: String
  private var primary: ChildProcess
  private var standby: ChildProcess?

  package init(_ mode: Mode) async throws {
    // A socket's path is limited to 107 bytes.
    var template = Array("/tmp/sepad-pair-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SetupFault(what: "mkdtemp") }
    let directory = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    self.directory = directory
    chmod(directory, 0o777)
    for socket in ["a", "b"] {
      mkdir("\(directory)/\(socket)", 0o777)
      chmod("\(directory)/\(socket)", 0o777)
    }
    name = "t" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
    database = "host=\(directory)/a,\(directory)/b user=postgres target_session_attrs=read-write dbname=\(name)"
    try PrivatePostgres.asServerUser([
      "initdb", "-D", "\(directory)/primary", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-N",
    ])
    primary = try Self.start("primary", "a", directory)
    try await waitUntil("the primary accepts connections") { (try? Self.ask("SELECT 1", "a", directory)) == "1" }
    try PrivatePostgres.asServerUser([
      "pg_basebackup", "-h", "\(directory)/a", "-U", "postgres", "-D", "\(directory)/standby", "-R", "-X", "stream", "-c",
      "fast", "-N",
    ])
    standby = try Self.start("standby", "b", directory)
    try await waitUntil("the standby streams") {
      try Self.ask("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'", "a", directory) == "1"
    }
    if mode == .synchronous {
      _ = try Self.ask("ALTER SYSTEM SET synchronous_standby_names = '*'", "a", directory)
      _ = try Self.ask("SELECT pg_reload_conf()", "a", directory)
      try await waitUntil("the standby is synchronous") {
        try Self.ask("SELECT sync_state FROM pg_stat_replication", "a", directory) == "sync"
      }
    }
    _ = try Self.ask("CREATE DATABASE \(name)", "a", directory)
  }

  deinit {
    primary.kill()
    standby?.kill()
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// Stops the standby once it has all that is committed: what follows is on the primary alone.
  package func cutOff() async throws {
    let directory = directory
    try await waitUntil("the standby has everything") {
      try Self.ask("SELECT flush_lsn >= pg_current_wal_lsn() FROM pg_stat_replication", "a", directory) == "t"
    }
    standby?.kill()
    standby = nil
  }

  /// Ends the primary at once, with all that it was doing.
  package func killPrimary() { primary.kill() }

  /// Makes the standby, started again if it was cut off, take writes.
  package func promote() async throws {
    let directory = directory
    if standby == nil { standby = try Self.start("standby", "b", directory) }
    try await waitUntil("the standby accepts connections", seconds: 60) {
      (try? Self.ask("SELECT pg_is_in_recovery()", "b", directory)) == "t"
    }
    let promoted = try Self.ask("SELECT pg_promote(true, 60)", "b", directory)
    guard promoted == "t" else { throw SetupFault(what: "pg_promote: \(promoted)") }
  }

  private static func start(_ cluster: String, _ socket: String, _ directory: String) throws -> ChildProcess {
    // One that was killed leaves these behind; its processes are gone.
    try? FileManager.default.removeItem(atPath: "\(directory)/\(cluster)/postmaster.pid")
    let command = PrivatePostgres.serverCommand([
      "postgres", "-D", "\(directory)/\(cluster)", "-k", "\(directory)/\(socket)", "-c", "listen_addresses=", "-c",
      "fsync=off", "-c", "max_connections=60", "-c", "wal_keep_size=64MB",
    ])
    return try ChildProcess(command[0], Array(command.dropFirst()), log: "\(directory)/\(cluster).log")
  }

  private static func ask(_ sql: String, _ socket: String, _ directory: String) throws -> String {
    let (status, output) = try ChildProcess.run(
      "/usr/bin/psql", ["-XAtqc", sql, "host=\(directory)/\(socket) user=postgres dbname=postgres"])
    guard status == 0 else { throw SetupFault(what: "psql: \(output)") }
    return output.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
