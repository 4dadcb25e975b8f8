import ArgumentParser
import Store

struct Reconcile: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Adds up what the banks were given and what became of it, to the cent.",
    discussion: """
      submitted = settled + rejected + returned + open, for each creditor, day, file or block. Ends with 1 when that does \
      not hold anywhere, or when two reports contradict each other; each contradiction is a line on stderr.
      """)
  @OptionGroup var config: ConfigurationOption
  @Option(help: "creditor, day, file or block.") var by: Session.Reconciled = .creditor

  func run() async throws {
    let found = try await config.withStore(try config.load()) { try await $0.reconcile(by: by) }
    Console.say(found.sums.rows.isEmpty ? "nothing was submitted yet" : found.sums.text)
    for fault in found.statementFaults {
      Console.complain("warn: \(fault.bank): statement \(fault.statementID): \(fault.fault)")
    }
    for line in found.contradictions { Console.complain(line) }
    guard found.holds else { throw ExitCode(1) }
    Console.say("all of it adds up")
  }
}

extension Session.Reconciled: ExpressibleByArgument {}
