import ArgumentParser

/// Measures sepad beside what it stands on. Each figure that counts is a ratio taken in one run.
@main
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "Measures how fast sepad reads, and in how much memory.",
    subcommands: [Read.self, Make.self, Once.self, Peak.self])
}
