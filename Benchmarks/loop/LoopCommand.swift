import ArgumentParser

/// Takes made-up collections the whole way, from a CSV file to settled, rejected or returned, and measures each stage
/// beside the statements and programs it stands on.
@main
struct LoopCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loop", abstract: "Measures the whole way of collections, a stage at a time.",
    subcommands: [Run.self, Tenants.self, Worker.self], defaultSubcommand: Run.self)
}
