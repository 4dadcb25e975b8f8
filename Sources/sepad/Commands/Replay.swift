import ArgumentParser
import Logging
import Store
import Work

struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Applies all stored reports again, in a copy of the database, and compares.",
    discussion: """
      The copy is rewritten; the configured database is only read, and may be at work. Ends with 1 when a \
      collection, a file or a report does not end as it did: each is a line. What was decided by hand counts again. \
      docs/OPERATING.md says how to make a copy.
      """)
  @OptionGroup var config: ConfigurationOption
  @Option(help: "The copy: a libpq connection string, without a password.") var into: String
  @Option(help: "How many differences to show; the others are counted.") var show = 100

  func validate() throws {
    guard show >= 0 else { throw ValidationError("show: range: found \(show), expected 0 or more") }
    guard !Configuration.holdsPassword(into) else {
      throw ValidationError("into: no secret in a command: found a password, expected one in ~/.pgpass")
    }
  }

  func run() async throws {
    let configuration = try config.load()
    let source = Session(conninfo: configuration.settings.conninfo, name: "replay", timeLimit: Self.timeLimit)
    let copy = Session(conninfo: into, name: "replay into", timeLimit: Self.timeLimit)
    for (session, name) in [(source, "database.url"), (copy, "into")] {
      do { try await session.run("SELECT 1") } catch {
        Console.complain("\(name): \(error)")
        throw Exit.unavailable
      }
    }
    // Its findings are lines of their own.
    let log = Logger(label: "replay") { _ in SwiftLogNoOpLogHandler() }
    let lines = Lines(limit: show)
    let outcome: Replay.Outcome
    do {
      outcome = try await Replay(source: source, copy: copy, log: log).run(
        key: Int64.random(in: .min ... .max), tell: { Console.complain($0) }, differs: { lines.add("\($0)") })
    } catch let fault as CopyFault {
      Console.complain("\(fault)")
      throw Exit.badData
    } catch {
      Console.complain("\(error)")
      throw Exit.unavailable
    }
    if lines.left > 0 { Console.say("… and \(lines.left) more") }
    if outcome.newerReports > 0 || outcome.movedSince > 0 {
      Console.say(
        "since the copy was made: \(outcome.newerReports) reports came, \(outcome.movedSince) rows moved: "
          + "compared as they were")
    }
    if outcome.waiting > 0 { Console.say("left out: \(outcome.waiting) reports that had not been applied yet") }
    let size = [
      "\(outcome.reports) reports", "\(outcome.files) files", "\(outcome.collections) collections",
      "\(outcome.entries) entries",
    ].joined(separator: ", ")
    guard outcome.differences == 0 else {
      Console.say("\(outcome.differences) differences: \(size)")
      throw ExitCode(1)
    }
    Console.say("all ends as it did: \(size)")
  }

  /// Seconds: one statement goes over the whole history.
  private static let timeLimit = 6 * 3600
}

/// Says the first lines, counts the others.
private final class Lines: @unchecked Sendable {  // Used by one task, a call at a time.
  private let limit: Int
  private var count = 0

  init(limit: Int) { self.limit = limit }

  /// How many were not said.
  var left: Int { max(0, count - limit) }

  func add(_ line: String) {
    count += 1
    if count <= limit { Console.say(line) }
  }
}
