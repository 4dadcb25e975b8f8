import FoundationEssentials
import SEPA
import Store
import TestSupport

/// Everything the loop needs, on this machine and only for it: a database, the sandbox bank behind sshd, a receiver.
final class House {
  /// What somebody who runs PostgreSQL on two cores with this load would set; nothing that risks what is committed.
  static let settings = [
    "fsync=on", "max_connections=40", "shared_buffers=1GB", "effective_cache_size=4GB", "max_wal_size=8GB",
    "checkpoint_timeout=15min", "random_page_cost=1.1", "maintenance_work_mem=256MB",
  ]

  let directory: TemporaryDirectory
  let postgres: PrivatePostgres
  let conninfo: String
  /// The bank's folder.
  let bank: String
  let sshd: SSHServer
  let receiver: WebhookSink
  /// Another, which takes anything.
  let plainReceiver: WebhookSink
  private(set) var worker: WorkerLink?
  private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="

  init(schema: String?, perFile: Int, settings: [String]) async throws {
    directory = try TemporaryDirectory()
    postgres = try PrivatePostgres(settings: Self.settings + settings)
    conninfo = try postgres.makeDatabase()
    sshd = try await SSHServer()
    receiver = try await WebhookSink(in: directory.path, ["--secret", Self.secret])
    plainReceiver = try await WebhookSink(in: directory.makeDirectory("plain"))
    bank = try directory.makeDirectory("bank")
    for folder in ["inbox", "archive", "outbox", "done", "state", "refused"] { try directory.makeDirectory("bank/\(folder)") }
    try directory.makeDirectory("spool")
    let session = Session(conninfo: conninfo, name: "loop")
    _ = try await Migrator().migrate(session)
    try await session.configure(
      creditors: [
        CreditorRecord(
          key: "acme", name: "ACME SAS", creditorIdentifier: "FR72ZZZ123456", language: "fr", contactEmail: nil,
          contactPhone: nil,
          accounts: [
            .init(key: "first", iban: "FR7630006000011234567890189", bic: nil, bank: "sandbox"),
            .init(key: "second", iban: "FR7630001007941234567890185", bic: nil, bank: "sandbox"),
          ])
      ], subscriptions: [Subscription(endpoint: "webhook:erp", kind: "webhook")], at: Days.start)
    await session.disconnect()
    let setup = WorkerSetup(
      conninfo: conninfo, spool: directory.appending("spool"), schema: schema, port: sshd.port, user: sshd.user,
      privateKey: sshd.privateKey, knownHosts: sshd.knownHosts, bank: bank, webhookPort: receiver.port,
      webhookSecret: Self.secret, maxTransactions: perFile)
    worker = try WorkerLink(setup: try directory.write("worker.json", Array(try JSONEncoder().encode(setup))))
    try writeConfiguration()
  }

  func run(_ order: Order) throws -> Answer {
    guard let worker else { throw Failure("worker: found none") }
    return try worker.run(order)
  }

  /// Lets the bank do what is due at an instant.
  func letBankWork(at now: Instant, schema: String?) throws -> Cost {
    let clock = try directory.write("clock", Array("\(now)\n".utf8))
    return try Program.run(
      [try Program.sibling("sandbox-bank"), "once", "--root", bank, "--clock", clock, "--booking", "alternate"]
        + (schema.map { ["--schema", $0] } ?? []), output: directory.appending("bank.log"))
  }

  /// `sepad import`, as an ERP's export comes in.
  func importFile(_ what: String, _ path: String) throws -> Cost {
    try Program.run(
      [try Program.sibling("sepad"), "import", what, path, "--config", directory.appending("sepad.toml")],
      output: directory.appending("import.log"))
  }

  /// `sepad status`, as Ops asks.
  func status() throws -> Cost {
    try Program.run(
      [try Program.sibling("sepad"), "status", "--config", directory.appending("sepad.toml")], output: directory.appending("status.log"))
  }

  /// A copy of the database as it is, and both of them freshly written down, so that they start alike.
  func twin() throws -> String {
    _ = try run(Order(stage: "rest"))
    let copy = try postgres.copyDatabase(conninfo)
    try sql("CHECKPOINT")
    return copy
  }

  /// What the server said, with the plans of slow statements where `plans` was among its settings.
  func keepLog(_ path: String) throws {
    _ = try Program.run(["/usr/bin/cp", postgres.directory + "/log", path], output: directory.appending("cp.out"))
  }

  /// Settings by which the server notes how it did what took longer than 20 ms.
  static let plans = [
    "session_preload_libraries=auto_explain", "auto_explain.log_min_duration=20", "auto_explain.log_analyze=on",
    "auto_explain.log_buffers=on", "auto_explain.log_timing=off", "auto_explain.log_nested_statements=on",
  ]

  func remove(twin: String) throws { try postgres.removeDatabase(twin) }

  @discardableResult
  func sql(_ statement: String, in database: String? = nil) throws -> String {
    let output = directory.appending("sql.out")
    try Program.run([PrivatePostgres.psql, "-XAtqv", "ON_ERROR_STOP=1", "-c", statement, database ?? conninfo], output: output)
    return (Meter.text(output) ?? "").split(separator: "\n").joined(separator: "\n")
  }

  /// Each by a connection of its own, all at once.
  func sql(_ statements: [String]) throws {
    let running = try statements.enumerated().map { place, statement in
      let script = try directory.write("part-\(place).sql", Array(statement.utf8))
      return try Program.start(
        [PrivatePostgres.psql, "-XAtq1v", "ON_ERROR_STOP=1", "-f", script, conninfo], output: directory.appending("part-\(place).out"))
    }
    for (place, pid) in running.enumerated() {
      guard try Program.end(of: pid) == 0 else {
        throw Failure("psql: \(Meter.text(directory.appending("part-\(place).out"))?.suffix(2000) ?? "")")
      }
    }
  }

  /// Drops the indexes that no constraint needs.
  /// - Returns: statements that make them again.
  func takeIndexesAway() throws -> [String] {
    let indexes = """
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE c.relnamespace IN ('sepad'::regnamespace, 'intake'::regnamespace)
        AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
      """
    let made = try sql("SELECT pg_get_indexdef(i.indexrelid) \(indexes) ORDER BY i.indrelid, i.indexrelid")
    try sql("""
      DO $$ DECLARE d text; BEGIN
        FOR d IN SELECT 'DROP INDEX ' || i.indexrelid::regclass \(indexes) LOOP EXECUTE d; END LOOP;
      END $$
      """)
    return made.split(separator: "\n").map(String.init)
  }

  func number(_ statement: String) throws -> Int { Int(try sql(statement)) ?? 0 }

  /// Bytes of write-ahead log so far.
  func walBytes() throws -> Int { try number("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint") }

  func databaseProcessor() throws -> Double {
    guard let server = postgres.process else { throw Failure("PostgreSQL: found no process") }
    return try Meter.processor(ofFamily: server)
  }

  private func writeConfiguration() throws {
    try directory.makeDirectory("state")
    try directory.makeDirectory("credentials")
    try directory.write("credentials/bank-ssh-key", bytes(ofFile: sshd.privateKey) ?? [])
    let text = """
      [database]
      url = "\(conninfo)"
      [daemon]
      state_directory = "\(directory.path)/state"
      spool_directory = "\(directory.path)/spool"
      credentials_directory = "\(directory.path)/credentials"
      [[bank]]
      name = "sandbox"
      channel = "sftp"
      initiating_party = "ACME SAS"
      \(BankTable.sftp(sshd, folder: bank))
      [[creditor]]
      key = "acme"
      name = "ACME SAS"
      creditor_identifier = "FR72ZZZ123456"
      registration = "ignore"
      language = "fr"
      town = "Paris"
      country = "FR"
        [[creditor.account]]
        key = "first"
        iban = "FR7630006000011234567890189"
        bank = "sandbox"

      """
    try directory.write("sepad.toml", Array(text.utf8))
  }
}
