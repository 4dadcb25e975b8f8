import ArgumentParser

/// `benchmark once`: one way of reading and nothing else, for a profiler to look at.
struct Once: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Reads a file one way and says nothing: for profilers.")

  @Argument(help: "walk, pull, records or rows.")
  var pass: String
  @Argument(help: "A camt file; `benchmark make` writes one.")
  var file: String
  @Option(help: "How often.")
  var times = 1

  func run() throws {
    guard let pass = Pass(rawValue: pass) else {
      throw ValidationError("found \(self.pass), expected \(Pass.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    for _ in 0..<times { _ = try pass.run(pieces(of: file)) }
  }
}

/// `benchmark make`: the file that `benchmark read` would read.
struct Make: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Writes a made-up report.")

  @Argument(help: "camt.054.001.08 or camt.053.001.08.")
  var report: String
  @Argument(help: "Where to.")
  var file: String
  @Option(help: "Payments in it.")
  var transactions = 100_000

  func run() throws {
    guard let report = BankReport(rawValue: report) else {
      let known = BankReport.allCases.map(\.rawValue).joined(separator: " or ")
      throw ValidationError("found \(self.report), expected \(known)")
    }
    _ = try report.write(payments: transactions, toFile: file)
  }
}
