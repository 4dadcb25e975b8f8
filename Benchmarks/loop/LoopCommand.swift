import ArgumentParser
import Glibc

/// Takes made-up collections the whole way, from a CSV file to settled, rejected or returned, and measures each stage
/// beside the statements and programs it stands on.
@main
struct LoopCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loop", abstract: "Measures the whole way of collections, a stage at a time.",
    subcommands: [Run.self, Tenants.self, Worker.self], defaultSubcommand: Run.self)

  /// Ends as `sepad` does, by `_exit`: a database thread that still winds up is not to meet OpenSSL's exit handlers.
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
      let message = fullMessage(for: error) + "\n"
      _ = message.withCString { write(status == 0 ? STDOUT_FILENO : STDERR_FILENO, $0, strlen($0)) }
    }
    fflush(nil)
    _exit(status)
  }
}
