import Foundation
import TestSupport
import Testing

/// The whole house on one machine: a database, the sandbox bank behind a real server, a mail server, a webhook receiver,
/// a clock to steer, and the example requests of `deploy/examples`.
final class Sandbox {
  enum Channel: String, CaseIterable, Sendable {
    case sftp, https
  }

  let directory: TemporaryDirectory
  let database: String
  let program: Program
  /// The bank's folder.
  let bank: String
  let mails: MailSink
  let webhooks: WebhookSink
  private let servers: [AnyObject]
  static let examples = repository + "/deploy/examples"
  private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
  private static let webhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="

  /// - Parameters:
  ///   - database: an empty one; nil for one of our own.
  init(_ channel: Channel, database given: String? = nil) async throws {
    directory = try TemporaryDirectory()
    database = try given ?? PrivatePostgres.shared.makeDatabase()
    bank = directory.appending("bank")
    for folder in ["inbox", "archive", "outbox/done", "state", "refused"] {
      try FileManager.default.createDirectory(atPath: "\(bank)/\(folder)", withIntermediateDirectories: true)
    }
    mails = try await MailSink(in: directory.path)
    webhooks = try await WebhookSink(in: directory.path, ["--secret", Self.webhookSecret])
    let credentials = directory.appending("credentials")
    try FileManager.default.createDirectory(atPath: credentials, withIntermediateDirectories: true)
    let connection: String
    switch channel {
    case .sftp:
      let server = try await SSHServer()
      try FileManager.default.copyItem(atPath: server.privateKey, toPath: credentials + "/bank-ssh-key")
      connection = """
        [bank.sftp]
        host = "127.0.0.1"
        port = \(server.port)
        user = "\(server.user)"
        private_key = "bank-ssh-key"
        known_hosts = "\(server.knownHosts)"
        inbox = "\(bank)/inbox"
        archive = "\(bank)/archive"
        outbox = "\(bank)/outbox"
        pattern = "*.xml"
        done = "\(bank)/outbox/done"
        """
      servers = [server]
    case .https:
      let server = try await NginxServer(root: bank)
      try FileManager.default.copyItem(atPath: server.clientCertificate, toPath: credentials + "/client.pem")
      try FileManager.default.copyItem(atPath: server.clientKey, toPath: credentials + "/client.key")
      connection = """
        [bank.https]
        inbox = "\(server.url)/inbox/"
        archive = "\(server.url)/archive/"
        outbox = "\(server.url)/outbox/"
        pattern = "*.xml"
        acknowledge = "move"
        done = "\(server.url)/outbox/done/"
        ca_file = "\(server.caFile)"
        client_certificate = "client.pem"
        client_key = "client.key"
        """
      servers = [server]
    }
    try Self.makeSigner(in: directory)
    try FileManager.default.copyItem(atPath: directory.appending("signing.pem"), toPath: credentials + "/signing.pem")
    try FileManager.default.copyItem(atPath: directory.appending("signing.key"), toPath: credentials + "/signing.key")
    try Data((Self.webhookSecret + "\n").utf8).write(to: URL(fileURLWithPath: credentials + "/webhook-secret"))
    for file in try FileManager.default.contentsOfDirectory(atPath: credentials) {
      try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: "\(credentials)/\(file)")
    }
    program = try Program(
      directory,
      configuration: Self.configuration(
        directory.path, database, channel, connection, mailPort: mails.port, webhookPort: webhooks.port))
    try set(clock: "2026-12-01T07:00:00Z")
    try sepad("migrate")
    try sepad("import", "mandates", Self.examples + "/mandates.csv")
    try sepad("import", "collections", Self.examples + "/collections.csv")
  }

  // MARK: Time

  /// The days of December 2026 on which something happens to the examples.
  static let days = ["01", "02", "03", "04", "07", "08", "09", "10", "11", "14"].map { "2026-12-\($0)" }

  /// Moves both sides to an instant.
  func set(clock instant: String) throws {
    let new = directory.appending("clock.new")
    try Data((instant + "\n").utf8).write(to: URL(fileURLWithPath: new))
    rename(new, directory.appending("clock"))
  }

  /// Lets both sides work, one after the other, until neither has anything left to do.
  func settle() throws {
    var rounds = 0
    repeat {
      rounds += 1
      try #require(rounds < 20, "still busy: \(waiting)")
      try sepad("run", "--once")
      try work()
    } while try !waiting.isEmpty || sql("SELECT count(*) FROM sepad.outbound_file WHERE state IN ('sealed', 'sending', 'uncertain')") != "0"
  }

  /// The bank's turn: everything that is due.
  func work() throws {
    let (status, output) = try ChildProcess.run(
      Program.path("sandbox-bank"),
      [
        "once", "--root", bank, "--clock", directory.appending("clock"), "--booking", "mixed", "--require-signature",
        directory.appending("signing.pem"),
      ])
    try #require(status == 0, "sandbox-bank: \(output)")
  }

  /// Files that one side has put down for the other.
  private var waiting: [String] {
    ["inbox", "outbox"].flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: "\(bank)/\(folder)")) ?? [])
        .filter { $0.hasSuffix(".xml") || $0.hasSuffix(".part") }
    }
  }

  // MARK: Both sides' records

  @discardableResult
  func sepad(_ words: String...) throws -> String {
    let child = try program.start(words)
    let status = child.wait()
    try #require(status == 0, "sepad \(words.joined(separator: " ")): exit \(status): \(child.output)")
    return child.output
  }

  func sql(_ statement: String) throws -> String {
    let (status, output) = try ChildProcess.run(PrivatePostgres.psql, ["-XAtqc", statement, database])
    try #require(status == 0, "\(output)")
    return output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Everything that must hold when all days are over, whatever happened on the way.
  func expectTheEnd() throws {
    // What the bank took, by its own record: no message id twice, nothing it had to complain of.
    let seen = try lines("state/seen.tsv").map { $0.split(separator: "\t").map(String.init) }
    let messages = seen.compactMap { $0.count > 1 ? $0[1] : nil }
    #expect(!messages.isEmpty && Set(messages).count == messages.count, "message ids at the bank: \(messages)")
    #expect(try lines("state/violations.log") == [])
    // Each request ended as the examples were made for, to the cent.
    let outcomes = try sql(
      """
      SELECT CASE WHEN s.state IN ('submitted', 'accepted') THEN 'open' ELSE s.state::text END || coalesce(' ' || CASE WHEN s.state IN ('rejected', 'returned') THEN (
          SELECT v.reason_code FROM sepad.payment_event v WHERE v.collection_id = s.collection_id AND v.event = s.state::text
          ORDER BY v.id DESC LIMIT 1) END, ''), count(*), sum(c.amount_cents)
      FROM sepad.collection_status s JOIN sepad.collection c ON c.id = s.collection_id GROUP BY 1 ORDER BY 1
      """)
    let found = outcomes.split(separator: "\n").map(String.init).sorted()
    let expected = try Self.expectedOutcomes()
    #expect(found == expected, "found \(found), expected \(expected)")
    // It ends with 1 where a daemon was killed and its status file stayed.
    let status = try JSONSerialization.jsonObject(with: Data(try program.run("status", "--json").output.utf8)) as? [String: Any]
    #expect(status?["adds_up"] as? Bool == true)
    #expect(try sql("SELECT count(*) FROM sepad.history_contradiction") == "0")
    #expect(try sql("SELECT count(*) FROM sepad.conservation_block WHERE difference_cents <> 0") == "0")
    // No debtor was reminded twice.
    let reminders = try zip(mails.envelopes, mails.mails).filter { !$0.0.contains("compta@acme.example") }.map { pair in
      try String(contentsOfFile: pair.1, encoding: .utf8).split(separator: "\n")
        .first { $0.lowercased().hasPrefix("message-id:") }.map(String.init) ?? pair.1
    }
    #expect(!reminders.isEmpty && Set(reminders).count == reminders.count)
  }

  /// `deploy/examples/expected.tsv` in the words of the query above: how the collections end, apart from refused requests.
  private static func expectedOutcomes() throws -> [String] {
    var sums: [String: (count: Int, cents: Int)] = [:]
    for line in try String(contentsOfFile: examples + "/expected.tsv", encoding: .utf8).split(separator: "\n").dropFirst() {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields[0] == "collection", let count = Int(fields[2]), let cents = Int(fields[3]) else { continue }
      let name =
        fields[1].hasPrefix("settled") ? "settled" : fields[1] == "never answered" ? "open" : fields[1]
      sums[name, default: (0, 0)].count += count
      sums[name, default: (0, 0)].cents += cents
    }
    return sums.map { "\($0.key)|\($0.value.count)|\($0.value.cents)" }.sorted()
  }

  private func lines(_ name: String) throws -> [String] {
    guard FileManager.default.fileExists(atPath: "\(bank)/\(name)") else { return [] }
    return try String(contentsOfFile: "\(bank)/\(name)", encoding: .utf8).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }.map(String.init)
  }

  // MARK: Set up

  /// Valid by the sandbox's clock, whatever the machine's says; only `openssl ca` takes a first day.
  static func makeSigner(in directory: TemporaryDirectory) throws {
    let configuration = """
      [ca]
      default_ca = own
      [own]
      dir = .
      database = index.txt
      new_certs_dir = .
      rand_serial = yes
      default_md = sha256
      policy = any
      x509_extensions = signer
      [any]
      commonName = supplied
      [signer]
      basicConstraints = critical, CA:false
      keyUsage = critical, digitalSignature

      """
    try directory.write("ca.conf", Array(configuration.utf8))
    try directory.write("index.txt", [])
    for command in [
      "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=signing -keyout signing.key -out request.pem",
      "ca -config ca.conf -batch -selfsign -notext -keyfile signing.key -in request.pem -out signing.pem -startdate 20260101000000Z -enddate 20280101000000Z",
    ] {
      let (status, output) = try ChildProcess.run("/bin/sh", ["-c", "cd '\(directory.path)' && openssl \(command)"])
      try #require(status == 0, "openssl: \(output)")
    }
  }

  private static func configuration(
    _ path: String, _ database: String, _ channel: Channel, _ connection: String, mailPort: Int, webhookPort: Int
  ) -> String {
    let schemas = ProcessInfo.processInfo.environment["SEPAD_SCHEMAS"].map { "schema_directory = \"\($0)\"" } ?? ""
    return """
      [database]
      url = "\(database)"
      [daemon]
      state_directory = "\(path)/state"
      spool_directory = "\(path)/spool"
      status_file = "\(path)/status.json"
      clock_file = "\(path)/clock"
      credentials_directory = "\(path)/credentials"
      \(schemas)
      poll_interval_seconds = 1
      [[bank]]
      name = "sandbox"
      channel = "\(channel.rawValue)"
      initiating_party = "ACME SAS"
      cancellation = "camt.055.001.08"
      uncertain_wait_seconds = 0
      \(connection)
      [bank.signing]
      form = "cms-detached"
      certificate = "signing.pem"
      key = "signing.key"
      suffix = ".p7s"
      [[creditor]]
      key = "acme-fr"
      name = "ACME SAS"
      creditor_identifier = "FR72ZZZ123456"
      registration = "ignore"
      language = "fr"
      town = "Paris"
      country = "FR"
        [[creditor.account]]
        key = "main"
        iban = "FR7630006000011234567890189"
        bank = "sandbox"
      [[creditor]]
      key = "nord-de"
      name = "Nord Handels GmbH"
      creditor_identifier = "DE98ZZZ09999999999"
      registration = "ignore"
      language = "de"
      town = "Hamburg"
      country = "DE"
        [[creditor.account]]
        key = "main"
        iban = "DE89370400440532013000"
        bank = "sandbox"
      [[webhook]]
      name = "erp"
      url = "http://127.0.0.1:\(webhookPort)/hooks/sepad"
      secret = "webhook-secret"
      allow_plain_http = true
      [mail]
      server = "smtp://127.0.0.1:\(mailPort)"
      from = "Direct debits <direct-debits@acme.example>"
      finance = ["compta@acme.example"]
      starttls = false
      """
  }
}
