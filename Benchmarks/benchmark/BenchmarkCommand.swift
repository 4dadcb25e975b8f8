import ArgumentParser

/// Measures sepad beside what it stands on. Each figure that counts is a ratio taken in one run.
@main
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "Measures how fast sepad reads and writes, and in how much memory.",
    subcommands: [Read.self, Compare.self, Write.self, Make.self, Once.self, Peak.self])
}
