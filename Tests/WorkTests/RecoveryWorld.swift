import Channels
import Foundation
import Logging
import SEPA
import Store
import Synchronization
import TestSupport
import Testing
import Work

/// A bank in memory whose directories can be looked into.
final class ShownBank: BankChannel {
  struct State {
    var inbox: [String: [UInt8]] = [:]
    var archive: [String: [UInt8]]? = [:]
    var outbox: [String: [UInt8]] = [:]
    var done: [String: [UInt8]] = [:]
    /// Names in the order in which they came.
    var submissions: [String] = []
    /// What every look is answered with.
    var fault: ChannelFault?
  }
  let state = Mutex(State())

  /// The bank takes what lies in the inbox.
  func take() {
    state.withLock { state in
      state.archive?.merge(state.inbox) { old, _ in old }
      state.inbox = [:]
    }
  }

  /// Ends the words of each file, to see which message ids came.
  var submissions: [String] { state.withLock { $0.submissions } }

  func submit(_ file: LocalFile) async -> SubmitOutcome {
    guard let bytes = bytes(ofFile: file.path) else { return .notSent(Self.missing(file.remoteName)) }
    return state.withLock { state in
      guard state.inbox[file.remoteName] == nil, state.archive?[file.remoteName] == nil else {
        return .unknown(ChannelFault(.alreadyExists, stage: .rename, found: file.remoteName, expected: "a free name"))
      }
      state.inbox[file.remoteName] = bytes
      state.submissions.append(file.remoteName)
      return .delivered(evidence: "\(bytes.count) bytes")
    }
  }

  func locate(remoteName: String, size: Int64, attempt: Int) async throws(ChannelFault) -> Sighting {
    state.withLock { state in
      if state.inbox[remoteName]?.count == Int(size) { return .complete(where: "inbox") }
      guard let archive = state.archive else { return .unknown("no archive") }
      return archive[remoteName]?.count == Int(size) ? .complete(where: "archive") : .absent(evidence: "not there")
    }
  }

  func list() async throws(ChannelFault) -> [RemoteFile] { Self.files(state.withLock { $0.outbox }) { _ in true } }

  func download(_ file: RemoteFile, to path: String, limit: Int64) async throws(ChannelFault) {
    try Self.write(state.withLock { $0.outbox[file.name] }, file, path)
  }

  func acknowledge(_ file: RemoteFile) async throws(ChannelFault) {
    state.withLock { state in state.done[file.name] = state.outbox.removeValue(forKey: file.name) ?? state.done[file.name] }
  }

  func files(in place: BankPlace, _ takes: @Sendable (String) -> Bool) async throws(ChannelFault) -> [RemoteFile]? {
    if let fault = state.withLock({ $0.fault }) { throw fault }
    return directory(place).map { Self.files($0, takes) }
  }

  func download(_ file: RemoteFile, from place: BankPlace, to path: String, limit: Int64) async throws(ChannelFault) {
    try Self.write(directory(place)?[file.name], file, path)
  }

  func probe() async throws(ChannelFault) -> String { "" }

  private func directory(_ place: BankPlace) -> [String: [UInt8]]? {
    state.withLock { state in
      switch place {
      case .inbox: state.inbox
      case .archive: state.archive
      case .done: state.done
      }
    }
  }

  private static func files(_ directory: [String: [UInt8]], _ takes: (String) -> Bool) -> [RemoteFile] {
    directory.filter { takes($0.key) }.map { RemoteFile(name: $0.key, size: Int64($0.value.count)) }
  }

  private static func write(_ bytes: [UInt8]?, _ file: RemoteFile, _ path: String) throws(ChannelFault) {
    guard let bytes, (try? Data(bytes).write(to: URL(fileURLWithPath: path))) != nil else { throw missing(file.name) }
  }

  private static func missing(_ name: String) -> ChannelFault {
    ChannelFault(.notFound, stage: .download, found: "no \(name)", expected: "it")
  }
}

/// A database, a bank that remembers, and the stages between them; the database can be set back.
struct RecoveryWorld {
  var bench: Bench
  let bank: ShownBank
  let spool: TemporaryDirectory

  init(archive: Bool = true) async throws {
    bank = ShownBank()
    if !archive { bank.state.withLock { $0.archive = nil } }
    bench = try await Bench(channel: bank)
    spool = try TemporaryDirectory()
    try await bench.session.run("INSERT INTO sepad.subscription VALUES ('mail:finance', 'finance_mail')")
    // Met by whoever connects as a daemon does.
    try await Session(conninfo: bench.conninfo, name: "first", schemaVersion: Migrator.version).run("SELECT 1")
  }

  private init(bench: Bench, bank: ShownBank, spool: TemporaryDirectory) {
    (self.bench, self.bank, self.spool) = (bench, bank, spool)
  }

  var session: Session { bench.session }

  /// Everything that the daemon does in a turn, until nothing moves.
  func work(at now: Instant = Bench.start) async throws {
    var moved = 1
    while moved > 0 {
      moved = try await Intake(session: session).run(at: now)
      _ = try await Dating(session: session).run(bench.bank, at: now)
      moved += try await Builder(session: session, log: bench.log).run(bench.bank, at: now)
      moved += try await Exchange(session: session, bank: bench.bank, spoolDirectory: spool.path, log: bench.log).run { now }
      moved += try await Apply(session: session, policies: bench.policies, log: bench.log).run(bank: bench.bank.name, at: now)
      moved += try await recovery.decide(at: now)
    }
  }

  var recovery: Recovery {
    Recovery(session: session, banks: [bench.bank], policies: bench.policies, spoolDirectory: spool.path, log: bench.log)
  }

  /// What `sepad recover --agree` does.
  @discardableResult
  func agree(nothingLost: Bool = false) async throws -> RecoveryOutcome {
    #expect(try await recovery.takeBanks())
    try await recovery.hear(at: Bench.start)
    let outcome = try await recovery.agree(
      recovery.find(forAgreement: true, at: Bench.start), nothingLost: nothingLost, because: "the bank was asked",
      Stamp(at: Bench.start, actor: "jo"))
    // It ends its connection, which the server notices in its own time: until then the bank is taken.
    try await waitUntil("the bank is free") { try await session.lockBank(bench.bank.name) }
    try await session.unlockBank(bench.bank.name)
    return outcome
  }

  /// The database as it is now, to come back to.
  func backUp() async throws -> String {
    await session.disconnect()
    return try PrivatePostgres.shared.copyDatabase(bench.conninfo)
  }

  /// The same world with the database of then.
  func restored(_ backup: String) -> RecoveryWorld {
    var bench = bench
    bench = Bench(conninfo: backup, like: bench)
    return RecoveryWorld(bench: bench, bank: bank, spool: spool)
  }

  /// Sets the database back in a way that leaves no trace in it, as a disk that is set back.
  func makeTraceless() async throws {
    _ = try await session.epoch()
    let now = try await session.epoch().identity
    try await session.run("DELETE FROM sepad.epoch WHERE number > 1")
    try await session.run("UPDATE sepad.epoch SET identity = $1", [.text(now)])
    await session.disconnect()
  }

  func ask(_ sql: String) async throws -> String {
    try await session.run(sql).rows.map { row in (0..<row.count).map { row[$0] ?? "-" }.joined(separator: " ") }
      .joined(separator: " | ")
  }

  /// Requests that let sepad make the end-to-end ids.
  func request(unnamed amounts: [String], key: String) async throws {
    try await session.run(
      """
      INSERT INTO intake.collection_request (request_key, creditor, mandate_reference, amount, due_date)
      SELECT $1 || '-' || n, 'acme', 'M-1', amount, '2026-12-03'
      FROM unnest(string_to_array($2, ' ')) WITH ORDINALITY AS a (amount, n) ORDER BY n
      """, [.text(key), .text(amounts.joined(separator: " "))])
    _ = try await Intake(session: session).run(at: Bench.start)
  }
}

extension Bench {
  /// The same stages on another database, connected as a daemon is.
  init(conninfo: String, like other: Bench) {
    self.conninfo = conninfo
    session = Session(conninfo: conninfo, name: "bench", schemaVersion: Migrator.version)
    bank = other.bank
    policies = other.policies
    log = other.log
  }
}
