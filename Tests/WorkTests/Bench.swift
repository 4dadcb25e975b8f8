import Channels
import Foundation
import Logging
import SEPA
import Signing
import Store
import TestSupport
import Work

/// A database with one creditor and one bank, and the stages to run on it, for the tests of this room.
struct Bench {
  let conninfo: String
  let session: Session
  var bank: BankProfile
  var policies = ReturnPolicies()
  let log: Logger

  /// A database at the newest schema, and nothing else: hundreds of tests begin with one like it.
  private static let migrated = Task {
    let conninfo = try PrivatePostgres.shared.makeDatabase()
    let session = Session(conninfo: conninfo, name: "migrated")
    _ = try await Migrator().migrate(session)
    await session.disconnect()
    return conninfo
  }

  /// The day before the first collection dates of these tests: a Tuesday.
  static let start = Instant(seconds: 1_796_108_400)  // 2026-12-01T07:00:00Z

  init(
    on postgres: PrivatePostgres = .shared, channel: any BankChannel = NoBank(), maxTransactions: Int = 1000
  ) async throws {
    if postgres === PrivatePostgres.shared {
      conninfo = try postgres.makeDatabase(like: try await Self.migrated.value)
      session = Session(conninfo: conninfo, name: "bench")
    } else {
      conninfo = try postgres.makeDatabase()
      session = Session(conninfo: conninfo, name: "bench")
      _ = try await Migrator().migrate(session)
    }
    bank = BankProfile(
      name: "sandbox", initiatingParty: "ACME SAS",
      windows: PerScheme(both: try SubmissionWindow(leadDays: 1, cutOff: 16 * 3600, submitAheadDays: 2)),
      timeZone: "Europe/Paris",
      files: FileRules(maxTransactions: maxTransactions, batchBooking: true), remoteName: "{message_id}.xml", uncertainWaitSeconds: 0,
      channel: channel, signer: nil, signatureSuffix: ".p7s")
    var log = Logger(label: "test")
    log.logLevel = .critical
    self.log = log
    try await session.configure(creditors: Self.creditors(), subscriptions: Self.subscriptions, at: Self.start)
  }

  static let subscriptions = [Subscription(endpoint: "webhook:erp", kind: "webhook")]

  /// Both at one bank.
  static func creditors(zeta convention: DayConvention = .following) -> [CreditorRecord] {
    [
      CreditorRecord(
        key: "acme", name: "ACME SAS", creditorIdentifier: "FR72ZZZ123456", language: "fr", contactEmail: nil,
        contactPhone: nil,
        accounts: [.init(key: "main", iban: "FR7630006000011234567890189", bic: nil, bank: "sandbox")]),
      CreditorRecord(
        key: "zeta", name: "ZETA GmbH", creditorIdentifier: "DE98ZZZ09999999999", language: "de", contactEmail: nil,
        contactPhone: nil,
        accounts: [.init(key: "main", iban: "DE89370400440532013000", bic: nil, bank: "sandbox")], closedDay: convention),
    ]
  }

  /// Requests one mandate and `amounts.count` collections under it, and answers them.
  func request(
    amounts: [String], due: String = "2026-12-03", mandate: String = "M-1", scheme: Scheme = .b2b, account: String? = nil
  ) async throws {
    try await session.run(
      """
      INSERT INTO intake.mandate_request (request_key, creditor, mandate_reference, scheme, sequence, signed_on, debtor_name, iban)
      VALUES ($1, 'acme', $1, $2, 'recurrent', '2026-01-02', 'Müller & Söhne', 'DE89370400440532013000')
      """, [.text(mandate), .text(scheme.rawValue)])
    try await session.run(
      """
      INSERT INTO intake.collection_request (request_key, creditor, mandate_reference, amount, due_date, end_to_end_id, account)
      SELECT $1 || '-' || n, 'acme', $1, amount, $2, $1 || '-' || n, $4
      FROM unnest(string_to_array($3, ' ')) WITH ORDINALITY AS a (amount, place), LATERAL (SELECT place - 1 AS n) p
      ORDER BY place
      """, [.text(mandate), .text(due), .text(amounts.joined(separator: " ")), .optional(account)])
    _ = try await Intake(session: session).run(at: Self.start)
  }

  /// One mandate `Z-1` and one collection of another creditor at the same bank.
  func requestForSecondCreditor(amount: String, endToEndID: String, due: String = "2026-12-03") async throws {
    try await session.run(
      """
      INSERT INTO intake.mandate_request (request_key, creditor, mandate_reference, scheme, sequence, signed_on, debtor_name, iban)
      VALUES ('Z-1', 'zeta', 'Z-1', 'B2B', 'recurrent', '2026-01-02', 'Nord AB', 'FR1420041010050500013M02606')
      """)
    try await session.run(
      """
      INSERT INTO intake.collection_request (request_key, creditor, mandate_reference, amount, due_date, end_to_end_id)
      VALUES ('Z-1-0', 'zeta', 'Z-1', $1, $3, $2)
      """, [.text(amount), .text(endToEndID), .text(due)])
    _ = try await Intake(session: session).run(at: Self.start)
  }

  /// Dates and seals what is due.
  func seal(at now: Instant = Bench.start) async throws {
    _ = try await Dating(session: session).run(bank, at: now)
    while try await Builder(session: session, log: log).run(bank, at: now) > 0 {}
  }

  /// Dates and seals what is due, and marks the files as submitted.
  /// - Returns: message ids of the new files, in the order in which they were sealed.
  func sealAndSubmit(at now: Instant = Bench.start) async throws -> [String] {
    try await seal(at: now)
    let files = try await session.unfinishedFiles(bank: bank.name, at: now).sorted { $0.id < $1.id }
    for file in files {
      try await session.transaction { session in
        try session.moveFile(file.id, .sendBegan, evidence: nil, Stamp(at: now, actor: "test"))
        try session.moveFile(file.id, .delivered, evidence: "test", Stamp(at: now, actor: "test"))
      }
    }
    return files.map(\.messageID)
  }

  /// Keeps a report as if it had been fetched, and applies all that is kept.
  func apply(_ report: String, name: String = "report.xml", at now: Instant = Bench.start) async throws {
    try await keep(report, name: name)
    try await applyKept(at: now)
  }

  /// Keeps a report as if it had been fetched.
  func keep(_ report: String, name: String = "report.xml") async throws {
    try await keep(Array(report.utf8), name: name)
  }

  /// Keeps any file as if it had been fetched, in pieces as large as the exchange makes them.
  func keep(_ bytes: [UInt8], name: String) async throws {
    let sha256 = try SHA256Digest.of(bytes).map { String(format: "%02x", $0) }.joined()
    try await session.transaction { session in
      guard try !session.sawBefore(bank: "sandbox", sha256: sha256) else { return }
      let id = try session.addInbound(
        bank: "sandbox", remoteName: name, sizeBytes: Int64(bytes.count), sha256: sha256, at: Bench.start)
      for (ordinal, start) in stride(from: 0, to: bytes.count, by: 256 << 10).enumerated() {
        try session.addInboundChunk(file: id, ordinal: ordinal, Array(bytes[start...].prefix(256 << 10)))
      }
    }
  }

  func applyKept(at now: Instant = Bench.start) async throws {
    _ = try await Apply(session: session, policies: policies, log: log).run(bank: "sandbox", at: now)
  }

  func states() async throws -> [String: String] {
    var states: [String: String] = [:]
    for row in try await session.run(
      "SELECT c.end_to_end_id, s.state FROM sepad.collection c JOIN sepad.collection_status s ON s.collection_id = c.id"
    ).rows { states[try row.text(0)] = try row.text(1) }
    return states
  }
}

/// A bank that nothing reaches: for stages that must not talk to one.
struct NoBank: BankChannel {
  private let fault = ChannelFault(.connectFailed, stage: .configure, found: "no bank", expected: "none")
  func submit(_ file: LocalFile) async -> SubmitOutcome { .notSent(fault) }
  func locate(remoteName: String, size: Int64, attempt: Int) async throws(ChannelFault) -> Sighting { throw fault }
  func list() async throws(ChannelFault) -> [RemoteFile] { throw fault }
  func download(_ file: RemoteFile, to path: String, limit: Int64) async throws(ChannelFault) { throw fault }
  func acknowledge(_ file: RemoteFile) async throws(ChannelFault) { throw fault }
  func probe() async throws(ChannelFault) -> String { throw fault }
}
