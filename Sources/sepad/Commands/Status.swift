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
    let now = SystemClock().now()
    let age = configuration.statusFile.flatMap { StatusFile(path: $0).age(at: now) }
    // The daemon knows more than the database: that a bank's outbox cannot be read is written down nowhere else.
    let told = configuration.statusFile.flatMap { StatusFile(path: $0).banks(at: now) }
    let known = BankStatus.all(configuration.settings.banks.map(\.name), stages: [], unsent: overview.unsent)
    let banks = known.merging(told ?? [:]) { $1 }
    if json {
      Console.say(try overview.json(statusFileAge: age, banks: banks))
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
      if let path = configuration.statusFile {
        Console.say("status file \(path): " + (age.map { "written \($0) s ago" } ?? "none, the daemon does not run"))
      }
    }
    guard overview.addsUp else { throw ExitCode(1) }
  }
}
