import ArgumentParser
import FoundationEssentials
import Glibc
import ISO20022

/// `benchmark read`: reports of a large day, beside libxml2's empty walk of the same file.
struct Read: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Reads made-up reports, in turns with libxml2's empty walk of the same file.")

  @Option(help: "Payments in each report.")
  var transactions = 100_000
  @Option(help: "How often each file is read each way.")
  var rounds = 9
  @Option(help: "Payments in the larger report whose reading must need no more memory.")
  var manyTransactions = 1_000_000
  @Flag(help: "Everything as JSON.")
  var json = false

  func run() throws {
    let folder = try temporaryFolder()
    defer { rmdir(folder) }
    let reports = try BankReport.allCases.map { try measure($0, in: folder) }
    let few = max(1, transactions / 10)
    let peaks = try BankReport.allCases.flatMap { report in
      try Pass.allCases.map { pass in
        try PeakMemory(
          report: report.rawValue, pass: pass, few: few, kibibytesForFew: Peak.inChild(report, pass, few),
          many: manyTransactions, kibibytesForMany: Peak.inChild(report, pass, manyTransactions))
      }
    }
    let outcome = Outcome(reports: reports, peaks: peaks)
    print(json ? try outcome.json() : outcome.text)
  }

  private func measure(_ report: BankReport, in folder: String) throws -> ReportRates {
    let path = "\(folder)/\(report.rawValue).xml"
    let size = try report.write(payments: transactions, toFile: path)
    defer { unlink(path) }
    // Small files are read several times in one go: a clock tick must not decide.
    let repeats = max(1, (64 << 20) / max(1, size))
    var seconds: [Pass: [Double]] = [:]
    for round in 0...max(1, rounds) {
      for pass in Pass.allCases {
        let taken = try processorSeconds {
          for _ in 0..<repeats { _ = try pass.run(pieces(of: path)) }
        }
        // The first round fills caches and decides nothing.
        if round > 0 { seconds[pass, default: []].append(taken / Double(repeats)) }
      }
    }
    let walk = seconds[.walk] ?? []
    let rates = Pass.allCases.map { pass in
      let own = seconds[pass] ?? []
      return Rate(
        pass: pass, megabytesPerSecond: Double(size) / 1e6 / median(own),
        paymentsPerSecond: Double(transactions) / median(own), ofWalk: median(zip(walk, own).map { $0 / $1 }))
    }
    return ReportRates(report: report.rawValue, payments: transactions, bytes: size, rates: rates)
  }

  private func temporaryFolder() throws -> String {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(base)/sepad-benchmark-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure("\(base): found errno \(errno), expected a new folder") }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// `benchmark peak`: one reading in a process of its own; prints the most memory it held, in KiB.
struct Peak: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Peak memory of one reading, in KiB.", shouldDisplay: false)

  @Argument var report: String
  @Argument var pass: String
  @Argument var transactions: Int

  func run() throws {
    guard let report = BankReport(rawValue: report), let pass = Pass(rawValue: pass) else {
      throw ValidationError("found \(self.report) \(self.pass), expected a report and how far to read it")
    }
    // Made while it is read, so that a large one needs neither disk nor memory.
    _ = try pass.run(report.source(payments: transactions))
    print(try peakMemory())
  }

  static func inChild(_ report: BankReport, _ pass: Pass, _ transactions: Int) throws -> Int {
    try numberFromChild(["peak", report.rawValue, pass.rawValue, "\(transactions)"])
  }
}
