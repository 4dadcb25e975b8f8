import Foundation
import TestSupport
import Testing

/// Several daemons on one database, a primary with its synchronous standby, three banks over SFTP, HTTPS and HTTPS
/// without MOVE, mail and webhook receivers; whatever passes between any two of them passes through a proxy.
final class SoakHouse {
  /// One that the house keeps running, as systemd would.
  final class Daemon {
    let directory: TemporaryDirectory
    let program: Program
    /// Its way to each of the two database servers.
    let database: [FaultProxy]
    /// Seconds by which its clock is wrong.
    var skew = 0
    fileprivate(set) var process: ChildProcess?
    fileprivate(set) var logs: [String] = []
    /// Somebody ended it: that it is gone is no surprise.
    var isKilled = false

    init(directory: TemporaryDirectory, program: Program, database: [FaultProxy]) {
      self.directory = directory
      self.program = program
      self.database = database
    }

    var statusFile: String { directory.appending("status.json") }
  }

  /// A sandbox bank, which the house keeps running too.
  final class Bank {
    let name: String
    let folder: String
    fileprivate(set) var process: ChildProcess?

    init(name: String, folder: String) {
      self.name = name
      self.folder = folder
    }
  }

  let directory: TemporaryDirectory
  let pair: StandbyPair
  let mails: MailSink
  let webhooks: WebhookSink
  let mailProxy: FaultProxy
  let webhookProxy: FaultProxy
  /// A number in it is what the webhook receiver answers.
  let webhookStatus: String
  /// The banks' ways, in the order of `banks`.
  let bankProxies: [FaultProxy]
  let ssh: SSHServer
  /// Sshd with the same keys that refuses what the name says; and one with other host keys.
  let readOnlySSH: SSHServer
  let renamelessSSH: SSHServer
  let impostorSSH: SSHServer
  let nginx: NginxServer
  let banks: [Bank]
  private(set) var daemons: [Daemon] = []
  private var clock = "2026-12-01T07:00:00Z"
  private var starts = 0
  private var callers: [ChildProcess] = []
  /// What ended by itself, and should not have.
  private(set) var surprises: [String] = []
  private static let webhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="
  static let bankNames = ["bank0", "bank1", "bank2"]

  init(daemons count: Int) async throws {
    directory = try TemporaryDirectory()
    pair = try await StandbyPair(.synchronous)
    // Not a superuser, whom no limit holds; a connection of its own for whoever writes requests.
    try pair.sql("CREATE ROLE sepad LOGIN CREATEROLE; ALTER DATABASE \(pair.name) OWNER TO sepad", in: "postgres")
    mails = try await MailSink(in: directory.path)
    mailProxy = try FaultProxy(.port(mails.port))
    webhookStatus = directory.appending("webhook-status")
    webhooks = try await WebhookSink(
      in: directory.path, ["--secret", Self.webhookSecret, "--status-file", webhookStatus])
    webhookProxy = try FaultProxy(.port(webhooks.port))
    ssh = try await SSHServer()
    readOnlySSH = try await SSHServer(sftpArguments: "-R", keysOf: ssh)
    renamelessSSH = try await SSHServer(sftpArguments: "-P rename,posix-rename", keysOf: ssh)
    impostorSSH = try await SSHServer()
    nginx = try await NginxServer(root: directory.makeDirectory("banks"))
    bankProxies = [
      try FaultProxy(.port(ssh.port)), try FaultProxy(.port(nginx.port)), try FaultProxy(.port(nginx.port)),
    ]
    banks = Self.bankNames.map { [directory] in Bank(name: $0, folder: directory.appending("banks/\($0)")) }
    for bank in banks {
      for folder in ["inbox", "archive", "outbox/done", "state"] {
        try FileManager.default.createDirectory(
          atPath: "\(bank.folder)/\(folder)", withIntermediateDirectories: true)
      }
    }
    try makeCredentials()
    try directory.write("known_hosts", ssh.hostLines(forPort: bankProxies[0].port))
    daemons = try (0..<count).map { try makeDaemon($0) }
    try setBankClock("2026-12-01T07:00:00Z")
    for daemon in daemons { try setClock(daemon) }
    let (status, output) = try daemons[0].program.run("migrate")
    try #require(status == 0, "\(output)")
  }

  // MARK: Time

  /// Moves the daemons, each with its own error.
  func setDaemonClocks(_ instant: String) throws {
    clock = instant
    for daemon in daemons { try setClock(daemon) }
  }

  func setClock(_ daemon: Daemon) throws {
    let formatter = ISO8601DateFormatter()
    let date = try #require(formatter.date(from: clock))
    try replace(
      daemon.directory.appending("clock"),
      with: formatter.string(from: date.addingTimeInterval(TimeInterval(daemon.skew))))
  }

  func setBankClock(_ instant: String) throws { try replace(directory.appending("bank.clock"), with: instant) }

  private func replace(_ path: String, with text: String) throws {
    try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: path + ".new"))
    rename(path + ".new", path)
  }

  // MARK: Who runs

  /// Starts what is not running. What ended without being killed is noted, unless it says that the database was away.
  /// - Parameter crash: a crash point for the daemons that are started now.
  func keepRunning(crash: () -> String? = { nil }) throws {
    for daemon in daemons where daemon.process?.isRunning != true {
      if let process = daemon.process, !daemon.isKilled {
        let status = process.wait()
        if status != 69 && status != -9 {
          surprises.append("a daemon ended with \(status): \(process.output.suffix(500))")
        }
      }
      daemon.isKilled = false
      let environment = crash().map { ["SEPAD_CRASH": $0] } ?? [:]
      let process = try daemon.program.start(["run"], with: environment)
      daemon.logs.append(process.log)
      daemon.process = process
    }
    for bank in banks where bank.process?.isRunning != true {
      starts += 1
      bank.process = try ChildProcess(
        Program.path("sandbox-bank"),
        [
          "serve", "--root", bank.folder, "--clock", directory.appending("bank.clock"), "--booking", "mixed",
          "--require-signature", directory.appending("signing.pem"),
        ], log: directory.appending("\(bank.name)-\(starts).log"))
    }
  }

  func kill(_ daemon: Daemon) {
    daemon.isKilled = true
    daemon.process?.kill()
  }

  func kill(_ bank: Bank) { bank.process?.kill() }

  /// Asks a daemon to end, which it must do in time whatever else is broken: systemd would kill it.
  func end(_ daemon: Daemon) async throws {
    daemon.isKilled = true
    guard let process = daemon.process, process.isRunning else { return }
    process.terminate()
    do {
      try await waitUntil("SIGTERM", seconds: 45) { !process.isRunning }
      // Asked before it runs, it ends as any program does: there is nothing yet to stop in order.
      let expected = process.output.contains("info running") ? [0] : [0, -SIGTERM]
      if !expected.contains(process.wait()) {
        surprises.append("after SIGTERM: exit \(process.wait()): \(process.output.suffix(500))")
      }
    } catch {
      surprises.append("after SIGTERM: still running after 45 s: \(process.output.suffix(500))")
      process.kill()
    }
  }

  // MARK: Both sides

  /// Begins to write rows into intake, as an ERP would: again and again until it has been told that they are there. What
  /// arrived without its knowing arrives twice.
  func request(_ table: String, _ columns: String, _ rows: [String]) throws {
    guard !rows.isEmpty else { return }
    starts += 1
    let file = try directory.write("requests-\(starts)", Array((rows.joined(separator: "\n") + "\n").utf8))
    let script = """
      until PGCONNECT_TIMEOUT=2 \(PrivatePostgres.psql) -Xqc "\\copy intake.\(table) (\(columns)) FROM '\(file)'" "$1"; do sleep 0.2; done
      """
    callers.append(
      try ChildProcess("/bin/sh", ["-c", script, "sh", pair.database], log: directory.appending("caller-\(starts).log")))
  }

  /// Waits until all requests are written.
  func finishRequests() async throws {
    try await waitUntil("requests are written", seconds: 120) { callers.allSatisfy { !$0.isRunning } }
    callers.removeAll()
  }

  /// Whether nothing is on its way between the two sides: no file without a known fate, no report unread.
  /// - Parameter waiting: whether a file may still wait for its turn.
  func isQuiet(waiting: Bool = false) -> Bool {
    guard lying.isEmpty else { return false }
    let counted = try? pair.sql(
      """
      SELECT (SELECT count(*) FROM sepad.outbound_file
          WHERE state IN ('sending', 'uncertain') OR state = 'sealed' AND NOT \(waiting))
        + (SELECT count(*) FROM sepad.inbound_file WHERE state = 'received')
        + (SELECT count(*) FROM intake.collection_request WHERE answer = 'new')
      """)
    return counted == "0"
  }

  /// Files that one side has put down for the other. A temporary name is nobody's: an upload whose daemon was killed may
  /// come to lie there after whoever sent the file instead has cleared away what was there.
  var lying: [String] {
    banks.flatMap { bank in
      ["inbox", "outbox"].flatMap { folder in
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(bank.folder)/\(folder)")) ?? [])
          .filter { $0.hasSuffix(".xml") }.map { "\(bank.name)/\(folder)/\($0)" }
      }
    }
  }

  /// Whether each daemon's exchange with each bank succeeded on this day of its clock.
  func hasEachWorked(on day: String) -> Bool {
    daemons.allSatisfy { daemon in
      guard let data = FileManager.default.contents(atPath: daemon.statusFile),
        let status = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
        let stages = status["stages"] as? [String: [String: Any]]
      else { return false }
      return (["pipeline"] + Self.bankNames.map { "bank \($0)" }).allSatisfy {
        (stages[$0]?["last_success"] as? String).map { $0 >= day } ?? false
      }
    }
  }

  // MARK: Set up

  private func makeDaemon(_ number: Int) throws -> Daemon {
    let own = try TemporaryDirectory()
    let proxies = try pair.socketFolders.map { try FaultProxy(.socket("\($0)/.s.PGSQL.5432")) }
    let url = """
      host=127.0.0.1,127.0.0.1 port=\(proxies[0].port),\(proxies[1].port) user=sepad dbname=\(pair.name) \
      target_session_attrs=read-write connect_timeout=2
      """
    return Daemon(
      directory: own, program: try Program(own, configuration: configuration(path: own.path, database: url)),
      database: proxies)
  }

  private func makeCredentials() throws {
    try Sandbox.makeSigner(in: directory)
    let folder = try directory.makeDirectory("credentials")
    for (path, name) in [
      (ssh.privateKey, "bank-ssh-key"), (nginx.clientCertificate, "client.pem"), (nginx.clientKey, "client.key"),
      (directory.appending("signing.pem"), "signing.pem"), (directory.appending("signing.key"), "signing.key"),
    ] { try FileManager.default.copyItem(atPath: path, toPath: "\(folder)/\(name)") }
    try Data((Self.webhookSecret + "\n").utf8).write(to: URL(fileURLWithPath: folder + "/webhook-secret"))
    for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
      try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: "\(folder)/\(file)")
    }
  }
}
