import ArgumentParser
import Store
import Work

struct Status: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says where every collection stands, what waits, and whether the sums add up.",
    discussion: "Ends with 1 when the sums do not add up.")
  @OptionGroup var config: ConfigurationOption
  @Flag(help: "As JSON.") var json = false

  func run() async throws {
    let configuration = try config.load()
    let clock = try Clocks.make(configuration)
    let (overview, holders) = try await config.withStore(configuration) {
      (try await Overview(of: $0, at: clock.now()), try await $0.holders())
    }
    let age = configuration.statusFile.flatMap { StatusFile(path: $0).age(at: SystemClock().now()) }
    if json {
      Console.say(try overview.json(statusFileAge: age))
    } else {
      Console.say(overview.table)
      Console.say(overview.conservation)
      Console.say(overview.queueLines)
      for warning in overview.warnings { Console.say(warning) }
      if !holders.rows.isEmpty { Console.say(holders.text) }
      if let path = configuration.statusFile {
        Console.say("status file \(path): " + (age.map { "written \($0) s ago" } ?? "none, the daemon does not run"))
      }
    }
    guard overview.addsUp else { throw ExitCode(1) }
  }
}
