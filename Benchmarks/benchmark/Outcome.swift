import FoundationEssentials

/// All that one run of `benchmark read` found.
struct Outcome: Codable {
  var reports: [ReportRates]
  var peaks: [PeakMemory]

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  var text: String { (reports.map(\.text) + [peakText]).joined(separator: "\n\n") }

  private var peakText: String {
    let lines = peaks.map { peak in
      let sizes = "\(peak.few): \(peak.kibibytesForFew) KiB   \(peak.many): \(peak.kibibytesForMany) KiB"
      return "\(peak.report)  \(padded(peak.pass.rawValue, 8))  \(sizes)   \(decimals(peak.ofFew)) of the smaller"
    }
    return (["Peak memory, by payments"] + lines).joined(separator: "\n")
  }
}

/// One report, read in each way.
struct ReportRates: Codable {
  var report: String
  var payments: Int
  var bytes: Int
  var rates: [Rate]

  var text: String {
    let lines = rates.map { rate in
      let numbers = [
        padded("\(Int(rate.megabytesPerSecond)) MB/s", 10), padded("\(Int(rate.paymentsPerSecond)) payments/s", 22),
        "\(decimals(rate.ofWalk)) of the walk",
      ]
      return "  \(padded(rate.pass.rawValue, 8))  \(numbers.joined(separator: "  "))"
    }
    return (["\(report), \(payments) payments, \(bytes / 1_000_000) MB"] + lines).joined(separator: "\n")
  }
}

/// A way of reading a report.
struct Rate: Codable {
  var pass: Pass
  var megabytesPerSecond: Double
  var paymentsPerSecond: Double
  /// The median of what each round found beside its own walk: 1 is as fast as libxml2 alone.
  var ofWalk: Double
}

/// The most memory that readings of a small and of a large report held.
struct PeakMemory: Codable {
  var report: String
  var pass: Pass
  var few: Int
  var kibibytesForFew: Int
  var many: Int
  var kibibytesForMany: Int

  var ofFew: Double { Double(kibibytesForMany) / Double(kibibytesForFew) }
}

private func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.utf8.count))
}

private func decimals(_ value: Double) -> String {
  let hundredths = Int((value * 100).rounded())
  return "\(hundredths / 100)." + (hundredths % 100 < 10 ? "0" : "") + "\(hundredths % 100)"
}
