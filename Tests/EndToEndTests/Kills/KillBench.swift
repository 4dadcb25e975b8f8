import Foundation
import TestSupport
import Testing

/// Servers, and a database to copy, for many cases after one another: PostgreSQL of its own, so that it can be switched
/// off, sshd, nginx, mail and webhook receivers.
///
/// The copied database holds mandates and dated collections of a morning in November: of those that settle, one that the
/// bank refuses, one that comes back, one it never answers; and the requests for one more mandate and collection, unread.
final class KillBench {
  let postgres: PrivatePostgres
  let directory: TemporaryDirectory
  let mails: MailSink
  let webhooks: WebhookSink
  let ssh: SSHServer
  let nginx: NginxServer
  /// Made once; see above.
  private(set) var template = ""
  /// Highest job of the template: those after it are a case's own.
  private(set) var lastJob = 0
  /// Made when the first case asks for it.
  private var past: KillPast?
  private var cases = 0
  static let webhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="

  init() async throws {
    postgres = try PrivatePostgres()
    directory = try TemporaryDirectory()
    mails = try await MailSink(in: directory.path)
    webhooks = try await WebhookSink(in: directory.path, ["--secret", Self.webhookSecret])
    ssh = try await SSHServer()
    nginx = try await NginxServer(root: directory.makeDirectory("banks"))
    try makeCredentials()
    let first = try KillHouse(self, .sftp, database: postgres.makeDatabase())
    try first.set(clock: "2026-11-30T07:00:00Z")
    try first.sepad("migrate")
    try first.request("mandates", Self.mandates.dropLast())
    try first.request("collections", Self.collections.dropLast())
    try first.sepad("run", "--once")
    try first.request("mandates", Self.mandates.suffix(1))
    try first.request("collections", Self.collections.suffix(1))
    lastJob = Int(try first.sql("SELECT coalesce(max(id), 0) FROM sepad.job")) ?? 0
    // A copy is another database, which waits for a person; these are to be the first that anybody has met.
    _ = try first.sql("DELETE FROM sepad.epoch")
    template = first.database
  }

  /// A house of its own for one case.
  /// - Parameters:
  ///   - doors: nil: to the bench's own servers.
  ///   - edit: what is otherwise in the daemon's configuration.
  func house(_ way: Way, doors: Doors? = nil, edit: (String) -> String = { $0 }) throws -> KillHouse {
    try KillHouse(self, way, database: try postgres.copyDatabase(template), doors: doors, edit: edit)
  }

  /// To its own servers.
  var doors: Doors {
    Doors(
      sftp: """
        host = "127.0.0.1"
        port = \(ssh.port)
        known_hosts = "\(ssh.knownHosts)"
        """, url: nginx.url, caFile: nginx.caFile)
  }

  /// A house whose database went back in time, or is a copy, while its bank remembers.
  func house(_ way: Way, after scene: Scene) throws -> KillHouse {
    let past = try past ?? KillPast(self)
    self.past = past
    let house = try KillHouse(self, way, database: try postgres.copyDatabase(past.database(for: scene)))
    house.past = past
    let (status, output) = try ChildProcess.run("/bin/cp", ["-a", past.bank + "/.", house.bank])
    guard status == 0 else { throw TestSupportFault(output) }
    if scene == .unanswered { try house.keepAnswers() }
    if scene == .setBack { _ = try house.sql("DELETE FROM sepad.epoch") }
    return house
  }

  func nextNumber() -> Int {
    cases += 1
    return cases
  }

  private static let mandates = [
    "m-settles;acme;M-SETTLES;B2B;recurrent;2026-01-05;Une Boulangerie;BE38999587044272;settles@debtor.example;fr",
    "m-rejected;acme;M-REJECTED;B2B;recurrent;2026-01-05;Une Brasserie;BE38999587044272;rejected@debtor.example;fr",
    "m-returned;acme;M-RETURNED;B2B;recurrent;2026-01-05;Une Librairie;BE38999587044272;returned@debtor.example;fr",
    "m-silent;acme;M-SILENT;B2B;recurrent;2026-01-05;Une Papeterie;BE38999587044272;silent@debtor.example;fr",
    "m-core;acme;M-CORE;CORE;recurrent;2026-01-05;Une Cliente;BE38999587044272;core@debtor.example;fr",
    "m-late;acme;M-LATE;B2B;recurrent;2026-01-05;Une Menuiserie;BE38999587044272;late@debtor.example;fr",
  ]
  /// The last two digits of an amount tell the sandbox bank what to do with it.
  private static let collections = [
    "settles;acme;M-SETTLES;101.00;2026-12-04",
    "rejected;acme;M-REJECTED;102.52;2026-12-04",
    "returned;acme;M-RETURNED;103.61;2026-12-04",
    "silent;acme;M-SILENT;104.73;2026-12-03",
    "core;acme;M-CORE;105.00;2026-12-04",
    "late;acme;M-LATE;106.00;2026-12-04",
  ]
  /// How each ends, by request key, whatever happened on the way.
  static let ends = [
    "core settled", "late settled", "rejected rejected AC04", "returned returned AM04", "settles settled",
    "silent accepted",
  ]

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
