import ArgumentParser
import Store

struct Reconcile: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Adds up what the banks were given and what became of it, to the cent.",
    discussion: """
      submitted = settled + rejected + returned + open, for each creditor, day, file or block. Ends with 1 when that does \
      not hold anywhere, when two reports contradict each other, or when the running totals that `sepad status` shows are not \
      what all collections come to; each contradiction is a line on stderr.
      """)
  @OptionGroup var config: ConfigurationOption
  @Option(help: "creditor, day, file or block.") var by: Session.Reconciled = .creditor
  @Flag(help: "First make the running totals what all collections come to; what was wrong is printed.")
  var correctTotals = false

  func run() async throws {
    let (corrected, found) = try await config.withStore(try config.load()) { session in
      (correctTotals ? try await session.correctTotals() : [], try await session.reconcile(by: by))
    }
    for line in corrected { Console.say("corrected: \(line)") }
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
