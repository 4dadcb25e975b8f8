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
    // The daemon knows more than the database: that a bank's outbox cannot be read is written down nowhere else.
    let told = last?.state == .alive ? configuration.statusFile.flatMap { StatusFile(path: $0).banks } : nil
    let known = BankStatus.all(configuration.settings.banks.map(\.name), stages: [], unsent: overview.unsent)
    let banks = known.merging(told ?? [:]) { $1 }
    if json {
      Console.say(try overview.json(last, banks: banks))
    } else {
      Console.say(overview.table)
      Console.say(overview.conservation)
      Console.say(overview.queueLines)
      for warning in overview.warnings { Console.say(warning) }
      for (name, bank) in banks.sorted(by: { $0.key < $1.key }) {
        guard let fault = bank.fault else { continue }
        Console.say("bank \(name): \(fault): \(bank.fault_text ?? "-")\nHINT: \(bank.hint ?? "-")")
      }
      if !holders.rows.isEmpty { Console.say(holders.text) }
    }
    guard overview.addsUp, last?.state != .dead else { throw ExitCode(1) }
  }
}
