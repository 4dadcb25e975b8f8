import Foundation
import TestSupport
import Testing

/// A database that fails over to its standby, or is restored from a backup, under a daemon at work and a bank that
/// forgets nothing.
@Suite("The database goes elsewhere", .serialized)
struct FailoverTests {
  @Test("a synchronous failover with a file on its way loses nothing, and the daemon goes on by itself")
  func synchronous() async throws {
    let pair = try await StandbyPair(.synchronous)
    let sandbox = try await Sandbox(.sftp, database: pair.database)
    let daemon = try sandbox.program.start(["run"])
    defer { daemon.kill() }
    try await waitUntil("a file at the bank", seconds: 60) { !sandbox.atTheBank.isEmpty }
    pair.killPrimary()
    try await pair.promote()
    try await waitUntil("the daemon has found the new primary, and goes on", seconds: 60) {
      try sandbox.ask("SELECT actor FROM sepad.epoch WHERE number = 2") == "sepad"
    }
    try await waitUntil("all files are at the bank", seconds: 60) {
      try sandbox.ask("SELECT count(*) FROM sepad.outbound_file WHERE state <> 'submitted'") == "0"
        && sandbox.ask("SELECT count(*) FROM sepad.due WHERE collection_date < '2026-12-04'") == "0"
    }
    #expect(daemon.isRunning, "\(daemon.output)")
    #expect(daemon.terminate() == 0)
    for day in Sandbox.days {
      try sandbox.set(clock: "\(day)T07:00:00Z")
      try sandbox.settle()
    }
    try sandbox.expectTheEnd()
    #expect(try sandbox.sql("SELECT count(*) FROM sepad.job WHERE kind = 'alert_mail' AND subject LIKE 'epoch:%'") == "0")
  }

  @Test("an asynchronous failover forgets files that the bank has: nothing is sent until a person agrees, nothing twice")
  func asynchronous() async throws {
    let pair = try await StandbyPair(.asynchronous)
    let sandbox = try await Sandbox(.sftp, database: pair.database)
    try sandbox.settle()
    let before = sandbox.atTheBank
    try await pair.cutOff()
    try sandbox.set(clock: "2026-12-02T07:00:00Z")
    let daemon = try sandbox.program.start(["run"])
    defer { daemon.kill() }
    try await waitUntil("files of the second day are at the bank", seconds: 60) {
      try sandbox.atTheBank.count > before.count
        && sandbox.ask("SELECT count(*) FROM sepad.outbound_file WHERE state IN ('sealed', 'sending', 'uncertain')") == "0"
    }
    let sent = sandbox.atTheBank
    pair.killPrimary()
    try await pair.promote()
    try await waitUntil("finance has been told", seconds: 60) {
      try sandbox.ask("SELECT state FROM sepad.job WHERE subject = 'epoch:2'") == "done"
    }
    #expect(daemon.isRunning, "\(daemon.output)")
    try await sandbox.expectStandstill(daemon, sent: sent)
    try sandbox.agree(forgotten: sent.subtracting(before))
    #expect(daemon.terminate() == 0)
    try sandbox.goOn()
    try sandbox.expectNothingTwice()
  }

  @Test("a restore to an earlier point forgets files that the bank has: nothing is sent until a person agrees, nothing twice")
  func restore() async throws {
    let sandbox = try await Sandbox(.https)
    try sandbox.settle()
    let before = sandbox.atTheBank
    let dump = sandbox.directory.appending("backup.sql")
    func shell(_ line: String) throws {
      let (status, output) = try ChildProcess.run("/bin/sh", ["-c", line])
      try #require(status == 0, "\(output)")
    }
    try shell("pg_dump --no-owner '\(sandbox.database)' > '\(dump)'")
    for day in ["2026-12-02", "2026-12-03"] {
      try sandbox.set(clock: "\(day)T07:00:00Z")
      try sandbox.settle()
    }
    let sent = sandbox.atTheBank
    let name = try #require(sandbox.database.split(separator: "=").last)
    let server = sandbox.database.replacingOccurrences(of: "dbname=\(name)", with: "dbname=postgres")
    try await waitUntil("nobody works on the database") {
      try sandbox.ask("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()") == "0"
    }
    try shell("psql -Xqc 'ALTER DATABASE \(name) RENAME TO \(name)_lost' '\(server)'")
    try shell("psql -Xqc 'CREATE DATABASE \(name)' '\(server)'")
    try shell("psql -Xq -v ON_ERROR_STOP=1 -f '\(dump)' '\(sandbox.database)' > '\(sandbox.directory.path)/restored'")

    try sandbox.sepad("run", "--once")
    #expect(try sandbox.sepad("status").contains("NOTHING IS BUILT AND NOTHING IS SENT until a person agrees: sepad recover"))
    #expect(try sandbox.sql("SELECT count(*) FROM sepad.epoch_look WHERE epoch = 2 AND files > 0") == "1")
    // What the bank had reported since is here again.
    #expect(try sandbox.sql("SELECT count(*) FROM sepad.inbound_file WHERE state = 'received'") == "0")
    #expect(try sandbox.sql("SELECT count(*) FROM sepad.inbound_file") == "\(sandbox.reportsTaken)")
    #expect(sandbox.atTheBank == sent)
    try sandbox.agree(forgotten: sent.subtracting(before))
    try sandbox.goOn()
    try sandbox.expectNothingTwice()
  }

  @Test("a host that says nothing does not keep the daemon from the next", .timeLimit(.minutes(2)))
  func silentHost() async throws {
    let pair = try await StandbyPair(.asynchronous)
    let silent = try SilentListener()
    let hosts = pair.database.replacingOccurrences(of: "host=", with: "host=127.0.0.1,")
    let sandbox = try await Sandbox(.sftp, database: hosts + " port=\(silent.port),5432,5432 connect_timeout=2")
    #expect(try sandbox.sepad("status").contains("requested"))
    withExtendedLifetime((pair, silent)) {}
  }
}

extension Sandbox {
  /// Names of collection files in the bank's inbox and archive.
  fileprivate var atTheBank: Set<String> {
    Set(
      ["inbox", "archive"].flatMap { (try? FileManager.default.contentsOfDirectory(atPath: "\(bank)/\($0)")) ?? [] }
        .filter { $0.hasSuffix(".xml") })
  }

  /// How many different reports the bank has given us.
  fileprivate var reportsTaken: Int {
    let done = "\(bank)/outbox/done"
    let files = (try? FileManager.default.contentsOfDirectory(atPath: done)) ?? []
    return Set(files.map { bytes(ofFile: "\(done)/\($0)") ?? [] }).count
  }

  /// The same while the database may be away.
  fileprivate func ask(_ statement: String) throws -> String { (try? sql(statement)) ?? "" }

  /// The daemon goes on, day after day, and sends nothing; monitoring can see why.
  fileprivate func expectStandstill(_ daemon: ChildProcess, sent: Set<String>) async throws {
    try set(clock: "2026-12-02T07:30:00Z")
    func status() throws -> [String: Any] {
      let data = try Data(contentsOf: URL(fileURLWithPath: directory.appending("status.json")))
      return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
    func stands(_ stage: String) throws -> Bool {
      let stages = try status()["stages"] as? [String: [String: Any]]
      return stages?[stage]?["last_success"] as? String == "2026-12-02T07:30:00Z"
    }
    try await waitUntil("each stage has had its turn", seconds: 60) {
      try stands("pipeline") && stands("bank sandbox") && (status()["counted_at"] as? String) == "2026-12-02T07:30:00Z"
    }
    #expect(try status()["epoch"] as? Int == 2)
    #expect(try status()["epoch_agreed"] as? Bool == false)
    #expect(atTheBank == sent)
  }

  /// `sepad recover` names what was forgotten, and takes it for what it is once a person agrees.
  fileprivate func agree(forgotten: Set<String>) throws {
    #expect(!forgotten.isEmpty)
    let (status, output) = try program.run("recover")
    #expect(status == 1 && output.contains("NOT AGREED, nothing is built and nothing is sent"), "\(output)")
    for name in forgotten {
      #expect(output.contains("  \(name.dropLast(4)) lies in the ") && output.contains("is not known here"), "\(name): \(output)")
    }
    #expect(try program.run("recover", "--agree").status == 64)
    let vouched = try program.run("recover", "--agree", "--nothing-lost", "--because", "a guess", "--operator", "jo")
    #expect(vouched.status == 65 && vouched.output.contains("files that prove the opposite"), "\(vouched)")
    let agreed = try sepad("recover", "--agree", "--because", "seen at the bank", "--operator", "jo")
    let counts = try #require(
      agreed.firstMatch(
        of: /agreed by jo: 0 files submitted, ([0-9]+) known again, 0 uncertain, 0 withdrawn; ([0-9]+) collections held/),
      "\(agreed)")
    #expect(counts.1 == "\(forgotten.count)" && counts.2 == "0", "\(agreed)")
    #expect(output.matches(of: /will be: known again, submitted/).count == forgotten.count, "\(output)")
    #expect(try sepad("recover").contains("agreed"))
    #expect(try sql("SELECT count(*) FROM sepad.lost_debit") == "0")
    #expect(try sql("SELECT count(*) FROM sepad.due WHERE held IS NOT NULL") == "0")
    // The very bytes: what goes out again, and what a person asks for, is what the bank has.
    for name in forgotten {
      let ours = try sql(
        """
        SELECT encode(sha256(string_agg(c.bytes, '' ORDER BY c.ordinal)), 'hex') = encode(f.sha256, 'hex'), f.size_bytes
        FROM sepad.outbound_file f JOIN sepad.outbound_chunk c ON c.file_id = f.id WHERE f.remote_name = '\(name)'
        GROUP BY f.id
        """)
      let theirs = ["inbox", "archive"].compactMap { bytes(ofFile: "\(bank)/\($0)/\(name)")?.count }
      #expect(theirs.map { "t|\($0)" } == [ours], "\(name)")
    }
  }

  /// Everything comes to its end, as if the database had never been away.
  fileprivate func goOn() throws {
    for day in Self.days.dropFirst(2) {
      try set(clock: "\(day)T07:00:00Z")
      try settle()
    }
    try expectTheEnd()
    try sepad("reconcile")
    #expect(try sql("SELECT count(*) FROM sepad.outbound_file WHERE message_id LIKE 'SEPAD-%-E2-%'") != "0")
    #expect(try sql("SELECT count(*) FROM sepad.collection_status WHERE state = 'sealed'") == "0")
  }

  /// By the bank's own record: no message id and no payment came twice.
  fileprivate func expectNothingTwice() throws {
    let seen = String(decoding: bytes(ofFile: "\(bank)/state/seen.tsv") ?? [], as: UTF8.self).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }.compactMap { $0.split(separator: "\t").dropFirst().first.map(String.init) }
    #expect(!seen.isEmpty && Set(seen).count == seen.count, "\(seen)")
    let violations = String(decoding: bytes(ofFile: "\(bank)/state/violations.log") ?? [], as: UTF8.self)
    #expect(violations.split(separator: "\n").allSatisfy { $0.hasPrefix("#") }, "\(violations)")
  }
}

extension ChildProcess {
  /// Asks it to end, and waits for that.
  fileprivate func terminate() -> Int32 {
    Glibc.kill(pid, SIGTERM)
    return wait()
  }
}
