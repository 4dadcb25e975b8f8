import ArgumentParser
import Glibc

/// `benchmark compare`: a camt.054, beside other programs that read it.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Reads a made-up camt.054, in turns with other programs.")

  @Option(help: "Payments in it.")
  var transactions = 5000
  @Option(help: "How often each reads it.")
  var rounds = 5
  @Argument(help: "Programs, each with its first argument: they get the file and the number of payments, and print seconds.")
  var programs: [String]

  func run() throws {
    let path = "\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/sepad-compare-\(getpid()).xml"
    defer { unlink(path) }
    _ = try BankReport.notification.write(payments: transactions, toFile: path)
    var own: [Double] = []
    var others: [String: [Double]] = [:]
    for round in 0...max(1, rounds) {
      let taken = try processorSeconds { for _ in 0..<10 { _ = try Pass.rows.run(pieces(of: path)) } } / 10
      if round > 0 { own.append(taken) }
      for program in programs {
        let words = program.split(separator: " ").map(String.init)
        let taken = try secondsFromProgram(words + [path, "\(transactions)"])
        if round > 0 { others[program, default: []].append(taken) }
      }
    }
    print("rows of sepad  \(rate(own)) payments/s")
    for program in programs {
      let taken = others[program] ?? []
      let times = median(zip(taken, own).map { $0 / $1 })
      print("\(program.split(separator: " ").last ?? "")  \(rate(taken)) payments/s  sepad is \(Int(times)) times as fast")
    }
  }

  private func rate(_ seconds: [Double]) -> Int { Int(Double(transactions) / median(seconds)) }
}
