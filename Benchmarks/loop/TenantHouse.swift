import FoundationEssentials
import SEPA
import Store
import TestSupport

/// One database, its banks behind one sshd, and real daemons, for many creditors.
final class TenantHouse {
  private let load: TenantLoad
  private let postgres: PrivatePostgres
  private let directory: TemporaryDirectory
  private let sshd: SSHServer
  private let conninfo: String
  /// Asks how far the daemons are; its statements are a few index probes.
  private let session: Session
  private let configurations: [String]
  private var daemons: [ChildProcess] = []
  private(set) var peakKibibytes = 0
  private let schema = schemaPath("pain.008.001.08")
  private static let step = 50_000

  init(_ load: TenantLoad, postgres: PrivatePostgres, nodes: Int, perFile: Int) async throws {
    (self.load, self.postgres) = (load, postgres)
    directory = try TemporaryDirectory()
    sshd = try await SSHServer()
    conninfo = try postgres.makeDatabase()
    session = Session(conninfo: conninfo, name: "tenants")
    _ = try await Migrator().migrate(session)
    for bank in 0..<load.banks {
      for folder in ["inbox", "archive", "outbox", "done", "state", "refused"] {
        try directory.makeDirectory("bank\(bank)/\(folder)")
      }
    }
    try directory.makeDirectory("credentials")
    try directory.write("credentials/bank-ssh-key", bytes(ofFile: sshd.privateKey) ?? [])
    configurations = try (0..<nodes).map { [directory, sshd, conninfo, schema] node in
      for folder in ["state", "spool"] { try directory.makeDirectory("node\(node)/\(folder)") }
      let text = Self.configuration(
        load, of: directory.appending("node\(node)"), in: directory.path, sshd, conninfo: conninfo, schema: schema,
        perFile: perFile)
      return try directory.write("node\(node)/sepad.toml", Array(text.utf8))
    }
    try setClock(Days.start)
  }

  // MARK: Requests

  /// All of them, as if they had come in the night; the big creditor's first.
  func writeRequests() throws {
    var mandates = try Batch(self, "mandate", [
      "request_key", "creditor", "mandate_reference", "scheme", "sequence", "signed_on", "debtor_name", "iban", "country", "town",
    ])
    var collections = try Batch(self, "collection", [
      "request_key", "creditor", "mandate_reference", "amount", "due_date", "end_to_end_id", "remittance",
    ])
    var number = 0
    for creditor in load.members {
      for n in 1...max(1, load.count(of: creditor)) {
        number += 1
        let name = "\(creditor)-\(n)"
        try mandates.add([
          "M-\(name)", "c\(creditor)", "M-\(name)", "CORE", "recurrent", "2026-01-02", "Jörg Weiß \(n)", Requests.iban(number), "DE",
          "Leipzig",
        ])
        try collections.add([
          "C-\(name)", "c\(creditor)", "M-\(name)", "\(n % 900 + 10).\(Requests.cents(number))", Days.due, "E-\(name)",
          "Facture n. INV-2026-\(n)",
        ])
      }
    }
    try mandates.end()
    try collections.end()
    try psql("VACUUM (ANALYZE) intake.mandate_request")
    try psql("VACUUM (ANALYZE) intake.collection_request")
    try psql("CHECKPOINT")
  }

  /// Rows of one intake table on their way, by COPY.
  private struct Batch {
    private let house: TenantHouse
    private let table: String
    private let columns: String
    private var file: OwnFile
    private var rows = 0

    init(_ house: TenantHouse, _ table: String, _ columns: [String]) throws {
      (self.house, self.table, self.columns) = (house, table, columns.joined(separator: ", "))
      file = try OwnFile(house.directory.appending(table))
    }

    mutating func add(_ row: [String]) throws {
      try file.write(row.joined(separator: "\t") + "\n")
      rows += 1
      guard rows == TenantHouse.step else { return }
      try end()
      file = try OwnFile(house.directory.appending(table))
    }

    mutating func end() throws {
      guard rows > 0 else { return }
      try house.psql("\\copy intake.\(table)_request (\(columns)) FROM '\(house.directory.appending(table))'")
      rows = 0
    }
  }

  private func psql(_ statement: String) throws {
    try Program.run(
      [PrivatePostgres.psql, "-Xqv", "ON_ERROR_STOP=1", "-c", statement, conninfo], output: directory.appending("psql.log"))
  }

  // MARK: Daemons

  func start() throws {
    daemons = try configurations.enumerated().map { node, path in
      try ChildProcess(
        try Program.sibling("sepad"), ["run", "--config", path], log: directory.appending("node\(node)/log"))
    }
  }

  /// Ends them as systemd would.
  func end() throws {
    for daemon in daemons { daemon.terminate() }
    for daemon in daemons {
      guard daemon.wait() == 0 else { throw Failure("sepad: found an error: \(daemon.output.suffix(2000))") }
    }
    daemons = []
  }

  /// From now until `condition` holds.
  /// - Returns: what it cost, and the database's clock when it began.
  func measure(
    until what: String, _ condition: (TenantHouse) async throws -> Bool
  ) async throws -> (TenantOutcome.Way, began: String) {
    guard let server = postgres.process else { throw Failure("PostgreSQL: found no process") }
    let began = try await session.one("SELECT clock_timestamp()").text(0)
    let (wall, database) = (Meter.wall(), try Meter.processor(ofFamily: server))
    try await waitUntil(what, seconds: 3600) {
      if let ended = daemons.first(where: { !$0.isRunning }) { throw Failure("sepad ended: \(ended.output.suffix(2000))") }
      return try await condition(self)
    }
    let way = TenantOutcome.Way(
      wall: Meter.wall() - wall, processor: try daemons.reduce(0) { $0 + (try Meter.processor(ofFamily: $1.pid)) },
      databaseProcessor: try Meter.processor(ofFamily: server) - database)
    peakKibibytes = max(peakKibibytes, daemons.map { Meter.peakMemory(of: $0.pid) }.max() ?? 0)
    return (way, began)
  }

  /// Whether all that was asked for is at a bank.
  static func isOut(_ house: TenantHouse) async throws -> Bool {
    let isWaiting = try await house.session.one(
      """
      SELECT EXISTS (SELECT FROM intake.mandate_request WHERE answer = 'new')
        OR EXISTS (SELECT FROM intake.collection_request WHERE answer = 'new')
        OR EXISTS (SELECT FROM sepad.due)
        OR EXISTS (SELECT FROM sepad.outbound_file WHERE state IN ('sealed', 'sending', 'uncertain'))
      """
    ).bool(0)
    guard !isWaiting else { return false }
    return try await house.expect("submitted", "accepted")
  }

  /// Whether all that the banks said is known.
  static func isBack(_ house: TenantHouse) async throws -> Bool {
    for bank in 0..<house.load.banks {
      guard try entries(house.directory.appending("bank\(bank)/outbox")).isEmpty else { return false }
    }
    guard try await !house.session.one("SELECT EXISTS (SELECT FROM sepad.inbound_file WHERE state = 'received')").bool(0) else {
      return false
    }
    return try await house.expect("settled", "rejected")
  }

  /// - Throws: `Failure` when not every collection is in one of the states: a benchmark that lost one measured nothing.
  private func expect(_ states: String...) async throws -> Bool {
    let found = try await session.one(
      "SELECT count(*) FROM sepad.collection_status WHERE state::text = ANY ($1)", [.texts(states)]
    ).integer(0)
    guard Int(found) == load.total else {
      throw Failure("collections: found \(found) \(states.joined(separator: " or ")), expected \(load.total)")
    }
    return true
  }

  /// How long it took until a creditor's last file was being sent, from `began` of the database's clock.
  func waits(since began: String) async throws -> TenantOutcome.Waits {
    let row = try await session.one(
      """
      WITH wait AS (
        SELECT c.key, extract(epoch FROM max(f.begun_at) - $1::timestamptz)::float8 AS seconds
        FROM sepad.outbound_file f JOIN sepad.creditor c ON c.id = f.creditor_id
        GROUP BY c.key
      )
      SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE key <> 'c0'),
        max(seconds) FILTER (WHERE key <> 'c0'), max(seconds) FILTER (WHERE key = 'c0')
      FROM wait
      """, [.text(began)])
    return TenantOutcome.Waits(
      smallMedian: Double(try row.text(0)) ?? 0, smallLongest: Double(try row.text(1)) ?? 0, big: row[2].flatMap { Double($0) })
  }

  // MARK: Banks

  /// The banks take the files, answer them, and two days later credit what they did not refuse.
  func letBanksWork() throws {
    for instant in [Days.start, Days.credited] {
      try setClock(instant)
      for bank in 0..<load.banks {
        try Program.run(
          [try Program.sibling("sandbox-bank"), "once", "--root", directory.appending("bank\(bank)"), "--clock",
            directory.appending("clock"), "--booking", "alternate"] + (schema.map { ["--schema", $0] } ?? []),
          output: directory.appending("bank.log"))
      }
    }
  }

  private func setClock(_ instant: Instant) throws { try directory.write("clock", Array("\(instant)\n".utf8)) }

  // MARK: Configuration

  private static func configuration(
    _ load: TenantLoad, of node: String, in directory: String, _ sshd: SSHServer, conninfo: String, schema: String?,
    perFile: Int
  ) -> String {
    let schemas = schema.map { path in
      "schema_directory = \"\(path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" })\""
    } ?? ""
    let banks = (0..<load.banks).map { bank in
      """
      [[bank]]
      name = "bank\(bank)"
      channel = "sftp"
      initiating_party = "Collector SAS"
      max_transactions = \(perFile)
      \(BankTable.sftp(sshd, folder: "\(directory)/bank\(bank)"))
      """
    }
    let creditors = load.members.map { creditor in
      """
      [[creditor]]
      key = "c\(creditor)"
      name = "Creditor \(creditor)"
      creditor_identifier = "FR72\(businessCode(creditor))123456"
      registration = "ignore"
      language = "fr"
      town = "Paris"
      country = "FR"
        [[creditor.account]]
        key = "main"
        iban = "\(Requests.iban(500_000_000 + creditor))"
        bank = "bank\(load.bank(of: creditor))"
      """
    }
    return """
      [database]
      url = "\(conninfo)"
      [daemon]
      state_directory = "\(node)/state"
      spool_directory = "\(node)/spool"
      status_file = "\(node)/status.json"
      clock_file = "\(directory)/clock"
      credentials_directory = "\(directory)/credentials"
      poll_interval_seconds = 1
      log_level = "error"
      \(schemas)

      """ + (banks + creditors).joined(separator: "\n") + "\n"
  }

  /// Three digits or letters of a creditor identifier that its check digits do not cover: one for each creditor.
  private static func businessCode(_ creditor: Int) -> String {
    let code = String(creditor, radix: 36, uppercase: true)
    return String(repeating: "0", count: 3 - code.count) + code
  }
}
