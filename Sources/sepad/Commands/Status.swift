import ArgumentParser
import Store
import Work

struct Status: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says where every collection stands, what waits, and whether the sums add up.",
    discussion: "Ends with 1 when the sums do not add up, or when the daemon died or stands still.")
  @OptionGroup var config: ConfigurationOption
  @Flag(help: "As JSON.") var json = false

  func run() async throws {
    let configuration = try config.load()
    let clock = try Clocks.make(configuration)
    let last = configuration.statusFile.map { LastWords(path: $0, at: SystemClock().now()) }
    // First, since the database may be what is wrong.
    if !json, let last {
      Console.say(last.text)
      for trouble in last.troubles {
        Console.say("TROUBLE \(trouble.place): \(trouble.kind) since \(trouble.since): \(trouble.detail)")
      }
    }
    let (overview, holders) = try await config.withStore(configuration) {
      (try await Overview(of: $0, at: clock.now()), try await $0.holders())
    }
    if json {
      Console.say(try overview.json(last))
    } else {
      Console.say(overview.table)
      Console.say(overview.conservation)
      Console.say(overview.queueLines)
      if let warning = overview.warning { Console.say(warning) }
      if !holders.rows.isEmpty { Console.say(holders.text) }
    }
    guard overview.addsUp, last?.state != .dead else { throw ExitCode(1) }
  }
}
