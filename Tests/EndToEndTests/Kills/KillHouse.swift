import Foundation
import TestSupport
import Testing

/// One database, one bank's folder, one configuration, on the servers of a bench.
final class KillHouse {
  let bench: KillBench
  let way: Way
  let database: String
  /// Names everything that is this house's own on shared servers.
  let name: String
  let directory: TemporaryDirectory
  /// The bank's folder.
  let bank: String
  let program: Program
  /// How each collection ends, by request key, whatever happened on the way.
  var ends = KillBench.ends
  /// What happened before the database went back.
  var past: KillPast?

  /// - Parameters:
  ///   - database: where its records are, for those who look.
  ///   - doors: nil: to the bench's own servers.
  ///   - edit: what is otherwise in the daemon's configuration.
  init(
    _ bench: KillBench, _ way: Way, database: String, doors: Doors? = nil, edit: (String) -> String = { $0 }
  ) throws {
    self.bench = bench
    self.way = way
    self.database = database
    name = "case\(bench.nextNumber())"
    directory = try TemporaryDirectory()
    bank = try bench.directory.makeDirectory("banks/\(name)")
    for folder in ["inbox", "archive", "outbox/done", "state"] {
      try FileManager.default.createDirectory(atPath: "\(bank)/\(folder)", withIntermediateDirectories: true)
    }
    program = try Program(
      directory,
      configuration: edit(
        Self.configuration(
        bench, way, database, name: name, path: directory.path, bank: bank, doors: doors ?? bench.doors)))
  }

  // MARK: Both sides

  /// Moves both sides to an instant.
  func set(clock instant: String) throws {
    let new = try directory.write("clock.new", Array((instant + "\n").utf8))
    rename(new, directory.appending("clock"))
  }

  @discardableResult
  func sepad(_ words: String...) throws -> String {
    let child = try program.start(words)
    let status = child.wait()
    guard status == 0 else { throw TestSupportFault("sepad \(words): exit \(status): \(child.output)") }
    return child.output
  }

  /// The daemon, with a crash point armed.
  func start(_ words: [String], crash: String) throws -> ChildProcess {
    try ChildProcess(
      Program.path("sepad"), words + program.arguments, log: directory.appending("crashed-\(UUID().uuidString)"),
      environment: program.environment.merging(["SEPAD_CRASH": crash]) { _, new in new })
  }

  /// Lets a daemon die.
  func die(at point: String) throws {
    let child = try start(["run", "--once"], crash: "\(point):kill")
    let status = child.wait()
    guard status == -SIGKILL else { throw TestSupportFault("\(point) not reached: exit \(status): \(child.output)") }
  }

  /// Puts rows into intake: mandates or collections.
  func request(_ what: String, _ rows: some Sequence<String>, header given: String? = nil) throws {
    let header =
      given ?? (what == "mandates"
      ? "request_key;creditor;mandate_reference;scheme;sequence;signed_on;debtor_name;iban;email;language"
      : "request_key;creditor;mandate_reference;amount;due_date")
    let file = try directory.write("\(what).csv", Array(([header] + rows).joined(separator: "\n").utf8))
    try sepad("import", what, file)
  }

  /// The bank's turn: everything that is due.
  func work() throws {
    let (status, output) = try ChildProcess.run(
      Program.path("sandbox-bank"),
      [
        "once", "--root", bank, "--clock", directory.appending("clock"), "--booking", "mixed", "--require-signature",
        bench.directory.appending("signing.pem"),
      ])
    guard status == 0 else { throw TestSupportFault("sandbox-bank: \(output)") }
  }

  /// The bank takes what it was brought, and the daemon works before it hears of that: where something is sent twice,
  /// the bank now has it twice.
  func workSilently() throws {
    try work()
    let (outbox, drawer) = ("\(bank)/outbox", "\(bank)/drawer")
    rename(outbox, drawer)
    try FileManager.default.createDirectory(atPath: outbox, withIntermediateDirectories: false)
    try sepad("run", "--once")
    try FileManager.default.removeItem(atPath: outbox)
    rename(drawer, outbox)
  }

  /// The bank takes its answers back, as if it had not given them.
  func keepAnswers() throws {
    rename("\(bank)/outbox/done", "\(bank)/drawer")
    try FileManager.default.createDirectory(atPath: "\(bank)/outbox/done", withIntermediateDirectories: false)
  }

  /// It gives them.
  func answer() throws {
    for file in try FileManager.default.contentsOfDirectory(atPath: "\(bank)/drawer") {
      rename("\(bank)/drawer/\(file)", "\(bank)/outbox/\(file)")
    }
  }

  /// Lets both sides work, the daemon first, until neither has anything left to do.
  func settle() throws {
    for _ in 0..<6 {
      try sepad("run", "--once")
      if try waiting.isEmpty && unfinished == "0" { return }
      try work()
    }
    throw TestSupportFault("still busy: \(waiting), unfinished: \(try unfinished)")
  }

  /// Files that one side has put down for the other.
  var waiting: [String] {
    ["inbox", "outbox"].flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: "\(bank)/\(folder)")) ?? []).filter { $0 != "done" }
    }
  }

  /// How many things the daemon could still do by itself.
  var unfinished: String {
    get throws {
      try sql(
        """
        SELECT (SELECT count(*) FROM sepad.outbound_file WHERE state IN ('sealed', 'sending', 'uncertain'))
          + (SELECT count(*) FROM sepad.due WHERE held IS NULL) + (SELECT count(*) FROM sepad.inbound_file WHERE state = 'received')
          + (SELECT count(*) FROM sepad.job WHERE state = 'waiting')
        """)
    }
  }

  /// Names of what lies in the bank's inbox and archive.
  var atTheBank: [String] {
    ["inbox", "archive"].flatMap { (try? FileManager.default.contentsOfDirectory(atPath: "\(bank)/\($0)")) ?? [] }.sorted()
  }

  /// Lines of the bank's own record.
  func journal(_ name: String) -> [String] {
    String(decoding: bytes(ofFile: "\(bank)/state/\(name)") ?? [], as: UTF8.self).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }.map(String.init)
  }

  func sql(_ statement: String) throws -> String {
    let (status, output) = try ChildProcess.run(PrivatePostgres.psql, ["-XAtqc", statement, database])
    guard status == 0 else { throw TestSupportFault(output) }
    return output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func lines(_ statement: String) throws -> [String] { try sql(statement).split(separator: "\n").map(String.init) }
}
