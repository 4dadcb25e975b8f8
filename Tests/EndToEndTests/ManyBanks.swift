import Foundation
import TestSupport
import Testing

/// One creditor with an account at each of several sandbox banks, which differ in how they book and what they answer:
/// one database, one SFTP server, one clock, no notices.
final class ManyBanks {
  /// A way to be a bank.
  struct Manner: Hashable, Sendable {
    /// `--booking`: batch or single.
    var booking: String
    /// `--answers`: all, refusals or none.
    var answers: String

    var name: String { "\(booking)-\(answers)" }
  }

  let directory: TemporaryDirectory
  let manners: [Manner]
  private let database: String
  private let program: Program
  private let server: SSHServer

  init(_ manners: [Manner]) async throws {
    self.manners = manners
    directory = try TemporaryDirectory()
    database = try PrivatePostgres.shared.makeDatabase()
    server = try await SSHServer()
    let credentials = directory.appending("credentials")
    try FileManager.default.createDirectory(atPath: credentials, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: server.privateKey, toPath: credentials + "/bank-ssh-key")
    try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: credentials + "/bank-ssh-key")
    for manner in manners {
      for folder in ["inbox", "archive", "outbox/done", "state", "refused"] {
        try FileManager.default.createDirectory(
          atPath: "\(directory.path)/\(manner.name)/\(folder)", withIntermediateDirectories: true)
      }
    }
    program = try Program(
      directory, configuration: Self.configuration(directory.path, database, server, manners))
  }

  // MARK: Time

  func set(clock instant: String) throws {
    let new = directory.appending("clock.new")
    try Data((instant + "\n").utf8).write(to: URL(fileURLWithPath: new))
    rename(new, directory.appending("clock"))
  }

  /// The banks begin, so that what is due is there; then each side works until neither has anything left to do.
  func settle() throws {
    var rounds = 0
    repeat {
      rounds += 1
      try #require(rounds < 10, "still busy")
      try work()
      try sepad("run", "--once")
    } while !isQuiet
  }

  private func work() throws {
    let banks = try manners.map { manner in
      try ChildProcess(
        Program.path("sandbox-bank"),
        [
          "once", "--root", directory.appending(manner.name), "--clock", directory.appending("clock"),
          "--booking", manner.booking, "--answers", manner.answers, "--scenario", directory.appending("scenario"),
        ], log: directory.appending("bank-\(manner.name)"))
    }
    for bank in banks { try #require(bank.wait() == 0, "sandbox-bank: \(bank.output)") }
  }

  private var isQuiet: Bool {
    manners.allSatisfy { manner in
      ["inbox", "outbox"].allSatisfy { folder in
        let names = try? FileManager.default.contentsOfDirectory(atPath: "\(directory.path)/\(manner.name)/\(folder)")
        return names?.contains { $0.hasSuffix(".xml") || $0.hasSuffix(".part") } != true
      }
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

  /// Rows of fields, which hold no bar.
  func sql(_ statement: String) throws -> [[String]] {
    let (status, output) = try ChildProcess.run(PrivatePostgres.psql, ["-XAtqc", statement, database])
    try #require(status == 0, "\(output)")
    return output.split(separator: "\n").map { line in
      line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    }
  }

  // MARK: Set up

  private static func configuration(
    _ path: String, _ database: String, _ server: SSHServer, _ manners: [Manner]
  ) -> String {
    let schemas = ProcessInfo.processInfo.environment["SEPAD_SCHEMAS"].map { "schema_directory = \"\($0)\"" } ?? ""
    var text = """
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
      # Many payments of every course share a mandate here, and none of them may hold the others.
      [[policy]]
      action = "wait"
      mandate = "keep"
      [[creditor]]
      key = "acme"
      name = "ACME SAS"
      creditor_identifier = "FR72ZZZ123456"
      registration = "ignore"
      language = "fr"
      town = "Paris"
      country = "FR"

      """
    for (index, manner) in manners.enumerated() {
      text += """
          [[creditor.account]]
          key = "\(manner.name)"
          iban = "\(germanIBAN(account: index + 1))"
          bank = "\(manner.name)"

        """
    }
    for manner in manners {
      text += """
        [[bank]]
        name = "\(manner.name)"
        channel = "sftp"
        initiating_party = "ACME SAS"
        uncertain_wait_seconds = 0
        [bank.sftp]
        host = "127.0.0.1"
        port = \(server.port)
        user = "\(server.user)"
        private_key = "bank-ssh-key"
        known_hosts = "\(server.knownHosts)"
        inbox = "\(path)/\(manner.name)/inbox"
        archive = "\(path)/\(manner.name)/archive"
        outbox = "\(path)/\(manner.name)/outbox"
        pattern = "*.xml"
        done = "\(path)/\(manner.name)/outbox/done"

        """
    }
    return text
  }

  /// An account at a bank that does not exist, with right check digits (ISO 13616).
  static func germanIBAN(account: Int) -> String {
    let digits = "99999999" + String(repeating: "0", count: 10 - "\(account)".count) + "\(account)"
    let remainder = (digits + "131400").utf8.reduce(0) { ($0 * 10 + Int($1) - 48) % 97 }
    let check = 98 - remainder
    return "DE\(check < 10 ? "0" : "")\(check)\(digits)"
  }
}
