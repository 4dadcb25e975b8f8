import Channels
import Logging
import Notices
import SEPA
import Signing
import Store
import TOMLKit
import Work

/// The configuration file as checked values: what the daemon needs, and where its own files are.
struct Configuration {
  let settings: Settings
  let statusFile: String?
  let pollMilliseconds: Int
  /// For sandboxes only: a file that holds the instant the daemon believes it is.
  let clockFile: String?
  let logLevel: Logger.Level
  let schemaDirectory: String?
  /// Secrets that more than their owner can read.
  let openSecrets: [String]

  /// - Parameter path: a TOML file.
  /// - Throws: `ConfigurationFault`, with the first thing that is wrong.
  init(path: String, environment: [String: String]) throws {
    let text: String
    do { text = try TextFile.read(path, limit: 1 << 20) } catch {
      throw ConfigurationFault(file: path, key: "-", rule: "file is readable", found: "\(error)", expected: "a TOML file")
    }
    let root: ConfigurationTable
    do { root = ConfigurationTable(file: path, path: "", table: try TOMLTable(string: text)) } catch {
      throw ConfigurationFault(file: path, key: "-", rule: "TOML", found: "\(error)", expected: "a well-formed file")
    }
    guard let database = try root.section("database") else {
      throw root.fault("database", "presence", found: "nothing", expected: "[database]")
    }
    let conninfo = try Self.conninfo(database)
    try database.refuseUnknown()
    guard let daemon = try root.section("daemon") else {
      throw root.fault("daemon", "presence", found: "nothing", expected: "[daemon]")
    }
    let state = try daemon.text("state_directory") ?? "/var/lib/sepad"
    let spool = try daemon.text("spool_directory") ?? "\(state)/spool"
    statusFile = try daemon.text("status_file")
    pollMilliseconds = try daemon.integer("poll_interval_seconds", default: 30, in: 1...3600) * 1000
    clockFile = try daemon.text("clock_file")
    // Beside a clock that a file steers, any other differs.
    let tolerance = try daemon.integer("clock_tolerance_seconds", default: clockFile == nil ? 60 : 0, in: 0...86_400)
    logLevel = try Self.logLevel(daemon)
    schemaDirectory = try daemon.text("schema_directory")
    let secrets = Secrets(
      directory: try daemon.text("credentials_directory") ?? environment["CREDENTIALS_DIRECTORY"])
    try daemon.refuseUnknown()
    let banks = try root.sections("bank").map { try BankSection.read($0, secrets) }
    let creditors = try root.sections("creditor").map { try CreditorSection.read($0, banks: banks) }
    let webhooks = try root.sections("webhook").map { try NoticeSections.webhook($0, secrets) }
    let mail = try root.section("mail").map { try NoticeSections.mail($0, secrets) }
    let policies = try PolicySections.read(root, banks: banks, creditors: creditors)
    for (key, names) in [
      ("bank", banks.map(\.name)), ("creditor", creditors.map(\.key)), ("webhook", webhooks.map(\.name)),
    ] where Set(names).count != names.count {
      throw root.fault(key, "unique name", found: "one name twice", expected: "each once")
    }
    try PreNotificationSection.check(root, creditors.map { ($0.key, $0.notices) }, mails: mail != nil, webhooks: !webhooks.isEmpty)
    try root.refuseUnknown()
    openSecrets = secrets.open
    settings = Settings(
      conninfo: conninfo, spoolDirectory: spool, schemas: Self.schemas(of: banks, in: schemaDirectory),
      banks: banks, creditors: creditors, webhooks: webhooks, mail: mail, policies: policies,
      clockToleranceSeconds: tolerance == 0 ? nil : Int64(tolerance))
  }

  /// Those that are there, of the messages that the banks take.
  private static func schemas(of banks: [BankProfile], in directory: String?) -> [String: String] {
    guard let directory else { return [:] }
    let messages = banks.flatMap { [$0.files.message, $0.files.cancellation, $0.files.reversal].compactMap(\.self) }
    let paths = messages.map { ($0, "\(directory)/\($0).xsd") }
    return Dictionary(paths.filter { TextFile.exists($0.1) }, uniquingKeysWith: { first, _ in first })
  }

  private static func logLevel(_ daemon: ConfigurationTable) throws -> Logger.Level {
    let text = try daemon.text("log_level") ?? "info"
    guard let level = Logger.Level(rawValue: text) else {
      throw daemon.fault(
        "log_level", "choice", found: text, expected: Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return level
  }

  /// libpq would take a password here; this file may be read by many.
  private static func conninfo(_ database: ConfigurationTable) throws -> String {
    let text = try database.required("url")
    guard !holdsPassword(text) else {
      throw database.fault("url", "no secret in this file", found: "a password", expected: "one in ~/.pgpass, or a certificate")
    }
    return text
  }

  /// Whether a libpq connection string or URI tells a password.
  static func holdsPassword(_ text: String) -> Bool {
    var authority = text[...]
    if let scheme = text.firstRange(of: "://") {
      authority = text[scheme.upperBound...].prefix { !"/?#".contains($0) }
      authority = authority.lastIndex(of: "@").map { authority[..<$0] } ?? ""
    }
    let inAuthority = text.contains("://") && authority.contains(":")
    return inAuthority || text.lowercased().firstRange(of: "password=") != nil
  }
}
