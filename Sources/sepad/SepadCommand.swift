import ArgumentParser
import Glibc
import SEPA
import Store
import Work

/// The one program: a daemon, and the commands that people type.
@main
struct SepadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sepad", abstract: "Collects SEPA direct debits unattended.", version: Version.text,
    subcommands: [
      Migrate.self, Import.self, Run.self, Check.self, Status.self, Inspect.self, Validate.self, ProfileCommand.self,
      CalendarCommand.self, Build.self, FileCommand.self, CollectionCommand.self, MandateCommand.self, PlanCommand.self,
      NoticeCommand.self, Unmatched.self, Reconcile.self, ReplayCommand.self, RecoverCommand.self,
    ])

  /// Ends without the C libraries' exit handlers: connections may still be closing on their own threads, and would use
  /// OpenSSL after its end.
  static func main() async {
    var status: Int32 = 0
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      status = exitCode(for: error).rawValue
      let message = fullMessage(for: error)
      if !message.isEmpty { status == 0 ? Console.say(message) : Console.complain(message) }
    }
    fflush(nil)
    _exit(status)
  }
}

enum Version {
  static let text = "0.1.0"
}

/// Exit codes of sysexits.h, as scripts and cron read them.
enum Exit {
  static let badData = ExitCode(65)
  static let noInput = ExitCode(66)
  static let unavailable = ExitCode(69)
  static let misconfigured = ExitCode(78)
}

/// `--config`, and what follows from it.
struct ConfigurationOption: ParsableArguments {
  @Option(name: .customLong("config"), help: "The configuration file.")
  var path = "/etc/sepad/sepad.toml"

  /// Reads and checks the file; a fault is told on stderr and ends the command.
  func load() throws -> Configuration {
    do { return try Configuration(path: path, environment: Self.environment) } catch {
      Console.complain("\(error)")
      throw Exit.misconfigured
    }
  }

  /// A session on the configured database, whose schema is ours.
  /// - Parameter timeLimit: seconds that one statement may take.
  func openStore(_ configuration: Configuration, timeLimit: Int = 60) async throws -> Session {
    let session = Session(
      conninfo: configuration.settings.conninfo, name: "command", timeLimit: timeLimit, schemaVersion: Migrator.version)
    do { try await session.run("SELECT") } catch {
      Console.complain("\(error)")
      throw Exit.unavailable
    }
    return session
  }

  /// Runs `body` on the store and tells faults of the database as such.
  func withStore<Value: Sendable>(
    _ configuration: Configuration, timeLimit: Int = 60, _ body: (Session) async throws -> Value
  ) async throws -> Value {
    let session = try await openStore(configuration, timeLimit: timeLimit)
    do { return try await body(session) } catch let fault as StoreFault {
      Console.complain("\(fault)")
      throw Exit.unavailable
    }
  }

  private static var environment: [String: String] {
    getenv("CREDENTIALS_DIRECTORY").map { ["CREDENTIALS_DIRECTORY": String(cString: $0)] } ?? [:]
  }
}

/// Lines for people: answers on stdout, complaints on stderr.
enum Console {
  static func say(_ line: String) { print(line) }

  static func complain(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
  }
}
