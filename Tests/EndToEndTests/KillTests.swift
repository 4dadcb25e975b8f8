import Foundation
import TestSupport
import Testing

/// SIGKILL, wherever it strikes: the same end, and no message id at the bank twice.
@Suite("Killed")
struct KillTests {
  @Test("at random instants, and started again")
  func anywhere() async throws {
    let seed = ProcessInfo.processInfo.environment["SEPAD_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)
    print("kills: SEPAD_SEED=\(seed)")
    var random = SeededRandom(seed)
    let sandbox = try await Sandbox(.sftp)
    var kills = 0
    for (index, day) in Sandbox.days.enumerated() {
      try sandbox.set(clock: "\(day)T07:00:00Z")
      if day.hasSuffix("-02") { try askBack("cancellation", where: "s.state IN ('submitted', 'accepted')", sandbox) }
      if day.hasSuffix("-04") { try askBack("reversal", where: "s.state = 'settled'", sandbox) }
      // Most happens in the first days.
      for _ in 0..<(index < 6 ? Int.random(in: 2...4, using: &random) : 0) {
        let lines = Int.random(in: 1...40, using: &random)
        let latest = ContinuousClock.now.advanced(by: .milliseconds(Int.random(in: 100...1500, using: &random)))
        let daemon = try sandbox.program.start(["run"])
        try await waitUntil("a random instant") {
          ContinuousClock.now >= latest || daemon.output.count(where: { $0 == "\n" }) >= lines
        }
        #expect(daemon.isRunning, "\(daemon.output)")
        daemon.kill()
        kills += 1
        // The bank goes on meanwhile, or not.
        if Bool.random(using: &random) { try sandbox.work() }
      }
      try sandbox.settle()
    }
    print("killed \(kills) times")
    #expect(kills >= 10)
    try sandbox.expectTheEnd()
    #expect(try sandbox.sql("SELECT count(*) FROM sepad.job WHERE state IN ('waiting', 'dead')") == "0")
    try expectAskedOnce(sandbox)
  }

  /// Asks for all of a state to be taken back. The bank only takes note: what becomes of them stays as it is.
  private func askBack(_ kind: String, where condition: String, _ sandbox: Sandbox) throws {
    _ = try sandbox.sql(
      """
      INSERT INTO intake.\(kind)_request (request_key, creditor, collection)
      SELECT '\(kind)-' || c.id, k.key, c.request_key
      FROM sepad.collection c JOIN sepad.collection_status s ON s.collection_id = c.id
      JOIN sepad.creditor k ON k.id = c.creditor_id WHERE \(condition)
      """)
  }

  /// Each request that was taken stands in one file at the bank, whatever was killed on the way.
  private func expectAskedOnce(_ sandbox: Sandbox) throws {
    let archive = "\(sandbox.bank)/archive"
    let texts = try FileManager.default.contentsOfDirectory(atPath: archive).filter { $0.hasSuffix(".xml") }
      .map { String(decoding: bytes(ofFile: "\(archive)/\($0)") ?? [], as: UTF8.self) }
    for (kind, tag) in [("cancellation", "CxlId"), ("reversal", "RvslId")] {
      let ids = texts.flatMap { text in
        text.components(separatedBy: "<\(tag)>").dropFirst().map { String($0.prefix { $0 != "<" }) }
      }
      let asked = try sandbox.sql(
        "SELECT count(*) FROM sepad.undoing WHERE kind = '\(kind)' AND closed_at IS NULL AND leave_by IS NOT NULL")
      #expect(Set(ids).count == ids.count && String(ids.count) == asked && ids.count > 3, "\(kind): \(ids.count), \(asked)")
    }
    #expect(try sandbox.sql("SELECT count(*) FROM sepad.outbound_file WHERE undoes IS NOT NULL AND state <> 'accepted'") == "0")
  }

  /// Where a daemon can die with a file on its way, and how the next one learns of it.
  enum Moment: String, CaseIterable, Sendable {
    case nothingArrived, allArrived

    /// Events of the file after `sendBegan`, and the words of the evidence.
    var history: String {
      switch self {
      case .nothingArrived: "outcomeUnknown,notSent,sendBegan,delivered"
      case .allArrived: "outcomeUnknown,delivered"
      }
    }
  }

  @Test("while a file is on its way: settled by what lies at the bank, never by sending again", arguments: Moment.allCases)
  func whileSending(_ moment: Moment) async throws {
    let folder = try TemporaryDirectory()
    let sandbox = try await Sandbox(.sftp)
    let hold = folder.appending("hold")
    // The signature's upload is the first, the file's the second.
    let daemon = try sandbox.program.start(["run"], with: ["SEPAD_CRASH": "uploadDue:2:hold=\(hold)"])
    defer { daemon.kill() }
    try await waitUntil("a file about to leave", seconds: 60) { FileManager.default.fileExists(atPath: hold + ".reached") }
    #expect(try sandbox.sql("SELECT count(*) FROM sepad.outbound_file WHERE state = 'sending'") == "1")
    let file = try sandbox.sql("SELECT id FROM sepad.outbound_file WHERE state = 'sending'")
    let name = try sandbox.sql("SELECT remote_name FROM sepad.outbound_file WHERE id = \(file)")
    switch moment {
    case .nothingArrived:
      daemon.kill()
    case .allArrived:
      // The daemon delivers, and cannot write down that it has: somebody holds the row.
      let holder = try await Holder(sandbox, "SELECT FROM sepad.outbound_file WHERE id = \(file) FOR UPDATE")
      try folder.write("hold.go", [])
      try await waitUntil("the file is at the bank, and the daemon waits to say so") {
        try FileManager.default.fileExists(atPath: "\(sandbox.bank)/inbox/\(name)")
          && sandbox.sql(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == "1"
      }
      daemon.kill()
      try await holder.end()
    }
    try await waitUntil("the dead daemon's sessions are gone") {
      try sandbox.sql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()") == "0"
    }
    #expect(try sandbox.sql("SELECT state FROM sepad.outbound_file WHERE id = \(file)") == "sending")

    try sandbox.sepad("run", "--once")
    let history = try sandbox.sql(
      """
      SELECT string_agg(event, ',' ORDER BY id) FROM sepad.file_history
      WHERE file_id = \(file) AND id > (SELECT min(id) FROM sepad.file_history WHERE file_id = \(file) AND event = 'sendBegan')
      """)
    #expect(history == moment.history)
    for day in Sandbox.days {
      try sandbox.set(clock: "\(day)T07:00:00Z")
      try sandbox.settle()
    }
    try sandbox.expectTheEnd()
  }
}

/// Somebody who holds a lock in the database until it ends.
private final class Holder {
  private let sandbox: Sandbox
  private let process: ChildProcess
  private static let mine = "FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'holder'"

  /// Takes what `statement` locks.
  init(_ sandbox: Sandbox, _ statement: String) async throws {
    self.sandbox = sandbox
    process = try ChildProcess(
      PrivatePostgres.psql, ["-Xqc", "BEGIN; \(statement); SELECT pg_sleep(600)", "\(sandbox.database) application_name=holder"],
      log: sandbox.directory.appending("holder"))
    try await waitUntil("the lock is held") {
      try sandbox.sql("SELECT count(*) \(Self.mine) AND wait_event = 'PgSleep'") == "1"
    }
  }

  /// Lets go.
  func end() async throws {
    _ = try sandbox.sql("SELECT pg_terminate_backend(pid) \(Self.mine)")
    try await waitUntil("the lock is free") { try sandbox.sql("SELECT count(*) \(Self.mine)") == "0" }
    process.kill()
  }
}
