import ArgumentParser
import FoundationEssentials
import SEPA
import Store
import Work

struct Build: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says what would be sent now: files, sums by date and scheme, and what waits, with why.",
    discussion: "Builds nothing: that is the daemon's work. Nothing is changed, and no row is locked.")
  @OptionGroup var config: ConfigurationOption
  @Flag(help: "Compulsory, so that nobody takes it for an order.") var dryRun = false
  @Flag(help: "One JSON object for each bank, a line each.") var json = false

  func validate() throws {
    if !dryRun { throw ValidationError("build: found no --dry-run, expected it: files are built by the daemon (sepad run)") }
  }

  func run() async throws {
    let configuration = try config.load()
    let now = try Clocks.make(configuration).now()
    try await config.withStore(configuration) { session in
      for bank in configuration.settings.banks {
        let preview = try await Preview(session: session).run(bank, at: now)
        Console.say(json ? try preview.json(bank: bank.name) : preview.text(bank: bank.name))
      }
    }
  }
}

extension BuildPreview {
  /// Sums of what would be sent, by collection date and scheme.
  private var sums: [(date: String, scheme: Scheme, transactions: Int, cents: Int64)] {
    var sums: [String: (date: String, scheme: Scheme, transactions: Int, cents: Int64)] = [:]
    for file in files {
      for block in file.blocks {
        let key = "\(block.collectionDate) \(file.scheme.rawValue)"
        let known = sums[key] ?? (block.collectionDate, file.scheme, 0, 0)
        sums[key] = (known.date, known.scheme, known.transactions + block.transactions, known.cents + block.sumCents)
      }
    }
    return sums.sorted { $0.key < $1.key }.map(\.value)
  }

  func text(bank: String) -> String {
    var lines = ["\(bank): \(files.count) files"]
    for (index, file) in files.enumerated() {
      lines.append("")
      lines.append("file \(index + 1): \(file.creditor), \(file.scheme.rawValue): \(Self.sum(file.transactions, file.sumCents))")
      for block in file.blocks {
        lines.append(
          """
            \(block.collectionDate) \(block.sequenceType.rawValue) into account \(block.account): \
          \(Self.sum(block.transactions, block.sumCents))
          """)
      }
    }
    if !files.isEmpty { lines.append("") }
    for sum in sums { lines.append("\(sum.date) \(sum.scheme.rawValue): \(Self.sum(sum.transactions, sum.cents))") }
    if !waiting.isEmpty { lines.append("\nwaiting:") }
    for group in waiting {
      let dates = [group.firstDate, group.lastDate == group.firstDate ? nil : group.lastDate].compactMap(\.self)
        .joined(separator: " to ")
      let why = group.why == "date" ? "not yet: collected \(dates)" : "held: \(group.why)"
      lines.append(
        """
          \(group.creditor), \(group.scheme.rawValue): \(Self.sum(group.transactions, group.sumCents)), \(why) \
        (collection \(group.examples.map(String.init).joined(separator: ", "))\(group.transactions > group.examples.count ? " …" : ""))
        """)
    }
    return lines.joined(separator: "\n")
  }

  func json(bank: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(Told(bank, self)), as: UTF8.self)
  }

  private static func sum(_ transactions: Int, _ cents: Int64) -> String {
    "\(transactions) collection\(transactions == 1 ? "" : "s"), \(Cents(cents).decimalText) EUR"
  }
}

/// A preview as scripts read it; sums in cents.
private struct Told: Encodable {
  struct File: Encodable {
    let creditor: String
    let scheme: String
    let transactions: Int
    let sumCents: Int64
    let blocks: [Block]
  }

  struct Block: Encodable {
    let account: String
    let sequenceType: String
    let collectionDate: String
    let transactions: Int
    let sumCents: Int64
  }

  struct Waiting: Encodable {
    let creditor: String
    let scheme: String
    let why: String
    let transactions: Int
    let sumCents: Int64
    let collections: [Int64]
  }

  let bank: String
  let files: [File]
  let waiting: [Waiting]

  init(_ bank: String, _ preview: BuildPreview) {
    self.bank = bank
    files = preview.files.map { file in
      File(
        creditor: file.creditor, scheme: file.scheme.rawValue, transactions: file.transactions, sumCents: file.sumCents,
        blocks: file.blocks.map {
          Block(
            account: $0.account, sequenceType: $0.sequenceType.rawValue, collectionDate: $0.collectionDate,
            transactions: $0.transactions, sumCents: $0.sumCents)
        })
    }
    waiting = preview.waiting.map {
      Waiting(
        creditor: $0.creditor, scheme: $0.scheme.rawValue, why: $0.why, transactions: $0.transactions, sumCents: $0.sumCents,
        collections: $0.examples)
    }
  }
}
