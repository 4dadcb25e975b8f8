import ArgumentParser
import Channels
import FoundationEssentials
import Glibc
import ISO20022
import Logging
import Notices
import SEPA
import Store
import Work

/// What the worker must know.
struct WorkerSetup: Codable {
  var conninfo: String
  var spool: String
  var schema: String?
  var host = "127.0.0.1"
  var port: Int
  var user: String
  var privateKey: String
  var knownHosts: String
  var bank: String
  var webhookPort: Int
  var webhookSecret: String
  /// Payments in one file.
  var maxTransactions: Int
}

/// One order to the worker, and what came of it; a line of JSON each.
struct Order: Codable {
  var stage: String
  /// The daemon's clock.
  var seconds: Int64 = Days.start.seconds
  /// What a bare part works on.
  var path = ""
  var count = 0
}

struct Answer: Codable {
  var moved = 0
  var cost = Cost()
  var peakKibibytes = 0
  var fault: String?
}

/// `loop worker`: the daemon's stages in a process of its own, run one at a time as they are ordered on standard input.
struct Worker: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Runs stages as told.", shouldDisplay: false)

  @Argument var setup: String

  func run() async throws {
    let setup = try JSONDecoder().decode(WorkerSetup.self, from: Data((Meter.text(setup) ?? "").utf8))
    let stages = try Stages(setup)
    while let line = readLine() {
      let order = try JSONDecoder().decode(Order.self, from: Data(line.utf8))
      var answer = Answer()
      Meter.forgetPeakMemory()
      let (wall, processor) = (Meter.wall(), Meter.processor())
      do { answer.moved = try await stages.run(order) } catch { answer.fault = "\(order.stage): \(error)" }
      answer.cost = Cost(wall: Meter.wall() - wall, processor: Meter.processor() - processor)
      answer.peakKibibytes = Meter.peakMemory()
      print(String(decoding: try JSONEncoder().encode(answer), as: UTF8.self))
      fflush(nil)
    }
  }
}

/// The daemon's lanes, with the connections and sizes that it has.
struct Stages {
  private let setup: WorkerSetup
  private let pipeline: Session
  private let banking: Session
  private let notices: Session
  private let bank: BankProfile
  private let webhook: WebhookEndpoint
  private let log: Logger
  /// Of the webhook, as a daemon has them.
  static let connections = 4

  init(_ setup: WorkerSetup) throws {
    self.setup = setup
    pipeline = Session(conninfo: setup.conninfo, name: "pipeline", schemaVersion: Migrator.version)
    banking = Session(conninfo: setup.conninfo, name: "bank sandbox", schemaVersion: Migrator.version)
    notices = Session(conninfo: setup.conninfo, name: "react", schemaVersion: Migrator.version)
    bank = BankProfile(
      name: "sandbox", initiatingParty: "ACME SAS",
      windows: PerScheme(both: try SubmissionWindow(leadDays: 1, cutOff: 16 * 3600, submitAheadDays: 2)),
      timeZone: "Europe/Paris",
      files: FileRules(maxTransactions: setup.maxTransactions, batchBooking: true), remoteName: "{message_id}.xml", uncertainWaitSeconds: 0,
      channel: SFTPChannel(
        try SFTPOptions(
          host: setup.host, port: setup.port, user: setup.user, privateKeyPath: setup.privateKey,
          knownHostsPath: setup.knownHosts, inbox: setup.bank + "/inbox", outbox: setup.bank + "/outbox",
          archive: setup.bank + "/archive", done: setup.bank + "/done", outboxPattern: "*.xml")),
      signer: nil, signatureSuffix: ".p7s")
    webhook = try WebhookEndpoint(
      name: "erp", url: "http://127.0.0.1:\(setup.webhookPort)/hooks/sepad",
      secrets: [try WebhookSecret(setup.webhookSecret)], allowPlainHTTP: true, connections: Self.connections)
    var log = Logger(label: "loop")
    log.logLevel = .error
    self.log = log
  }

  /// - Returns: what moved, in the stage's own count.
  func run(_ order: Order) async throws -> Int {
    let now = Instant(seconds: order.seconds)
    switch order.stage {
    case "intake": return try await Intake(session: pipeline).run(at: now)
    case "dating": return try await Dating(session: pipeline).run(bank, at: now)
    case "build":
      let builder = Builder(session: pipeline, schemas: setup.schema.map { ["pain.008.001.08": $0] } ?? [:], log: log)
      return try await untilNothing { try await builder.run(bank, at: now) }
    case "exchange":
      return try await Exchange(session: banking, bank: bank, spoolDirectory: setup.spool, log: log).run { now }
    case "apply":
      return try await Apply(session: banking, policies: ReturnPolicies(), log: log).run(bank: bank.name, at: now)
    case "notices":
      let react = React(session: notices, webhooks: [webhook], mail: nil, policies: ReturnPolicies(), log: log)
      var told = 0
      while told < order.count {
        let count = try await react.run { now }
        guard count > 0 else { break }
        told += count
      }
      return told
    case "rest":
      // Nobody may be connected to a database that is copied.
      for session in [pipeline, banking, notices] { await session.disconnect() }
      return 0
    case "validate": return try validate(order.path)
    case "write": return try write(order.count)
    default: throw Failure("\(order.stage): found no such stage")
    }
  }

  /// - Returns: how many steps moved something, in all calls up to the first that moved nothing.
  private func untilNothing(_ step: () async throws -> Int) async throws -> Int {
    var total = 0
    while true {
      let moved = try await step()
      if moved == 0 { return total }
      total += moved
    }
  }

  /// The schema's validator by itself.
  private func validate(_ path: String) throws -> Int {
    guard let schema = setup.schema else { return 0 }
    let validator = try SchemaValidator(schemaPath: schema)
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw Failure("\(path): found errno \(errno), expected a file") }
    defer { close(file) }
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { piece.deallocate() }
    var total = 0
    while true {
      let count = read(file, piece.baseAddress, piece.count)
      guard count > 0 else { break }
      total += count
      try validator.feed(UnsafeRawBufferPointer(rebasing: piece[..<count]))
    }
    try validator.finish()
    return total
  }

  /// The writer by itself: the same debit again and again, its bytes let go.
  private func write(_ count: Int) throws -> Int {
    var total = 0
    let writer = Pain008Writer { total += $0.count }
    try writer.begin(
      CollectionFileHeader(
        messageID: "SEPAD-20261201-1", createdAt: "2026-12-01T07:00:00Z", transactions: count, controlSum: Int64(count) * 1020,
        initiatingPartyName: "ACME SAS", initiatingPartyID: nil))
    try writer.beginBlock(
      PaymentBlock(
        paymentInformationID: "SEPAD-20261201-1-1", scheme: "CORE", sequenceType: "RCUR", collectionDate: Days.due,
        transactions: count, controlSum: Int64(count) * 1020, batchBooking: true, creditorName: "ACME SAS",
        creditorAddress: nil, creditorIBAN: "FR7630006000011234567890189", creditorBIC: nil,
        creditorIdentifier: "FR72ZZZ123456"))
    let debit = Debit(
      endToEndID: "E-A123456", amount: 1020, mandateReference: "M-A123456", signedOn: "2026-01-02",
      debtorName: "Joerg Weiss 123456",
      debtorAddress: PartyAddress(street: "Am Alten Markt", building: "17", postcode: "50667", town: "Leipzig", country: "DE"),
      debtorIBAN: "DE02999999991000123456", remittance: .unstructured("Facture n. INV-2026-123456, echeance decembre"))
    for _ in 0..<count { try writer.debit(debit) }
    try writer.endBlock()
    try writer.end()
    return total
  }
}

/// The worker's other end.
final class WorkerLink {
  private let pid: pid_t
  private let orders: Int32
  private let answers: UnsafeMutablePointer<FILE>

  init(setup: String) throws {
    var down: [Int32] = [0, 0]
    var up: [Int32] = [0, 0]
    guard pipe(&down) == 0, pipe(&up) == 0, let file = fdopen(up[0], "r") else { throw Failure("pipe: errno \(errno)") }
    // What other programs inherit would never end.
    for end in down + up { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // One heap, as `sepad run` asks for it.
    pid = try Program.start(
      [try Program.sibling("loop"), "worker", setup], output: nil, environment: ["MALLOC_ARENA_MAX=1"], input: down[0],
      descriptor: up[1])
    close(down[0])
    close(up[1])
    orders = down[1]
    answers = file
  }

  deinit {
    close(orders)
    fclose(answers)
    var status: Int32 = 0
    waitpid(pid, &status, 0)
  }

  @discardableResult
  func run(_ order: Order) throws -> Answer {
    let line = Array(try JSONEncoder().encode(order)) + [0x0A]
    guard write(orders, line, line.count) == line.count else { throw Failure("worker: found it gone") }
    var text: UnsafeMutablePointer<CChar>?
    var size = 0
    defer { free(text) }
    guard getline(&text, &size, answers) > 0, let text else { throw Failure("worker: found it gone during \(order.stage)") }
    let answer = try JSONDecoder().decode(Answer.self, from: Data(String(cString: text).utf8))
    if let fault = answer.fault { throw Failure(fault) }
    return answer
  }
}
