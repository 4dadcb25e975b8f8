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
  package var database: String {
    "host=\(socketFolders.joined(separator: ",")) user=postgres target_session_attrs=read-write dbname=\(name)"
  }
  /// The folders of both servers' Unix sockets; which of them leads changes.
  package let socketFolders: [String]
  package let name = "t" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
  private let mode: Mode
  private let directory: String
  /// Index of the one that takes writes.
  private var leader = 0
  private var servers: [ChildProcess?] = [nil, nil]
  private var follower: Int { 1 - leader }

  package init(_ mode: Mode) async throws {
    // A socket's path is limited to 107 bytes.
    var template = Array("/tmp/sepad-pair-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SetupFault(what: "mkdtemp") }
    let directory = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    self.directory = directory
    self.mode = mode
    chmod(directory, 0o777)
    socketFolders = ["\(directory)/a", "\(directory)/b"]
    for folder in socketFolders {
      mkdir(folder, 0o777)
      chmod(folder, 0o777)
    }
    try PrivatePostgres.asServerUser([
      "initdb", "-D", data(leader), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-N",
    ])
    try await startLeader()
    try await makeStandby()
    _ = try ask("CREATE DATABASE \(name)", leader)
  }

  deinit {
    for server in servers { server?.kill() }
    try? FileManager.default.removeItem(atPath: directory)
  }

  // MARK: What may happen to it

  /// Stops the standby once it has all that is committed: what follows is on the primary alone.
  package func cutOff() async throws {
    try await waitUntil("the standby has everything") {
      try ask("SELECT flush_lsn >= pg_current_wal_lsn() FROM pg_stat_replication", leader) == "t"
    }
    servers[follower]?.kill()
    servers[follower] = nil
  }

  /// Ends the primary at once, with all that it was doing.
  package func killPrimary() { servers[leader]?.kill() }

  /// Makes the standby, started again if it was cut off, take writes.
  package func promote() async throws {
    if servers[follower] == nil { servers[follower] = try start(follower) }
    let promoted = follower
    try await waitUntil("the standby accepts connections", seconds: 60) {
      (try? ask("SELECT pg_is_in_recovery()", promoted)) == "t"
    }
    let answer = try ask("SELECT pg_promote(true, 60)", promoted)
    guard answer == "t" else { throw SetupFault(what: "pg_promote: \(answer)") }
    leader = promoted
  }

  /// After a failover: a standby in the old primary's place, empty at first.
  package func makeStandby() async throws {
    servers[follower]?.kill()
    try? FileManager.default.removeItem(atPath: data(follower))
    try PrivatePostgres.asServerUser([
      "pg_basebackup", "-h", socketFolders[leader], "-U", "postgres", "-D", data(follower), "-R", "-X", "stream", "-c",
      "fast", "-N",
    ])
    servers[follower] = try start(follower)
    try await waitUntil("the standby streams") {
      try ask("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'", leader) == "1"
    }
    guard mode == .synchronous else { return }
    _ = try ask("ALTER SYSTEM SET synchronous_standby_names = '*'", leader)
    _ = try ask("SELECT pg_reload_conf()", leader)
    try await waitUntil("the standby is synchronous") {
      try ask("SELECT sync_state FROM pg_stat_replication", leader) == "sync"
    }
  }

  /// Ends the primary as a power cut would, and starts it again: it recovers first.
  package func restartPrimary() async throws {
    killPrimary()
    try await startLeader()
  }

  /// Whether the standby stands still: a synchronous primary commits nothing meanwhile.
  package func setStandby(frozen: Bool) { if frozen { servers[follower]?.freeze() } else { servers[follower]?.thaw() } }

  /// Runs a statement on the primary, in the database or in another, as its superuser.
  /// - Returns: rows of fields with bars between them.
  /// - Throws: `SetupFault` with what psql said.
  @discardableResult
  package func sql(_ statement: String, in database: String? = nil) throws -> String {
    try ask(statement, leader, database ?? name)
  }

  // MARK: Servers

  private func data(_ server: Int) -> String { "\(directory)/\(server == 0 ? "primary" : "standby")" }

  private func startLeader() async throws {
    servers[leader] = try start(leader)
    try await waitUntil("the primary accepts connections", seconds: 60) { (try? ask("SELECT 1", leader)) == "1" }
  }

  private func start(_ server: Int) throws -> ChildProcess {
    // One that was killed leaves these behind; its processes are gone.
    try? FileManager.default.removeItem(atPath: "\(data(server))/postmaster.pid")
    let command = PrivatePostgres.serverCommand([
      "postgres", "-D", data(server), "-k", socketFolders[server], "-c", "listen_addresses=", "-c", "fsync=off", "-c",
      "max_connections=60", "-c", "wal_keep_size=64MB",
    ])
    return try ChildProcess(command[0], Array(command.dropFirst()), log: "\(data(server)).log")
  }

  private func ask(_ sql: String, _ server: Int, _ database: String = "postgres") throws -> String {
    let (status, output) = try ChildProcess.run(
      PrivatePostgres.psql,
      ["-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql, "host=\(socketFolders[server]) user=postgres dbname=\(database)"])
    guard status == 0 else { throw SetupFault(what: "psql: \(output)") }
    return output.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
