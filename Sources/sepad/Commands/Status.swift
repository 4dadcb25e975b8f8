import ArgumentParser
import FoundationEssentials
import SEPA
import Store
import Work

struct Status: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says where every collection stands, what waits, and whether the sums add up.")
  @OptionGroup var config: ConfigurationOption
  @Flag(help: "As JSON.") var json = false

  func run() async throws {
    let configuration = try config.load()
    let session = try await config.openStore(configuration)
    let clock = try Clocks.make(configuration)
    let overview = Overview(
      totals: try await session.stateTotals(), queues: try await session.queueDepths(at: clock.now()))
    if json {
      Console.say(try overview.json())
    } else {
      Console.say(overview.table)
      Console.say(overview.conservation)
      Console.say(overview.queueLines)
    }
    guard overview.addsUp else { throw ExitCode(1) }
  }
}

/// Counts and sums, as the command prints them and as the status file holds them.
struct Overview {
  let totals: [StateTotal]
  let queues: QueueDepths

  private func cents(_ states: Set<CollectionState>) -> Int64 {
    totals.reduce(0) { states.contains($1.state) ? $0 + $1.cents : $0 }
  }

  var submittedCents: Int64 { cents([.submitted, .accepted, .settled, .rejected, .returned]) }
  var openCents: Int64 { cents([.submitted, .accepted]) }

  /// submitted = settled + rejected + returned + open.
  var addsUp: Bool {
    submittedCents == cents([.settled]) + cents([.rejected]) + cents([.returned]) + openCents
  }

  var table: String {
    TextTable(
      header: ["state", "collections", "EUR"],
      rows: totals.map { [$0.state.rawValue, "\($0.collections)", Cents($0.cents).decimalText] }
    ).text
  }

  var conservation: String {
    """
    submitted \(Cents(submittedCents).decimalText) = settled \(Cents(cents([.settled])).decimalText) \
    + rejected \(Cents(cents([.rejected])).decimalText) + returned \(Cents(cents([.returned])).decimalText) \
    + open \(Cents(openCents).decimalText)
    """
  }

  var queueLines: String {
    queueFields.map { "\($0.name): \($0.value)" }.joined(separator: "  ")
  }

  private var queueFields: [(name: String, value: Int64)] {
    [
      ("newRequests", queues.newRequests), ("refusedRequests", queues.refusedRequests), ("due", queues.due),
      ("filesToSend", queues.filesToSend), ("filesUncertain", queues.filesUncertain),
      ("inboundToApply", queues.inboundToApply), ("inboundSetAside", queues.inboundSetAside),
      ("openEntries", queues.openEntries), ("jobsWaiting", queues.jobsWaiting), ("jobsDue", queues.jobsDue),
      ("jobsDead", queues.jobsDead),
    ]
  }

  struct Document: Encodable {
    struct Total: Encodable {
      let count: Int64
      let cents: Int64
    }
    let collections: [String: Total]
    let queues: [String: Int64]
    let submitted_cents: Int64
    let open_cents: Int64
    let adds_up: Bool
  }

  var document: Document {
    Document(
      collections: Dictionary(
        uniqueKeysWithValues: totals.map { ($0.state.rawValue, Document.Total(count: $0.collections, cents: $0.cents)) }),
      queues: Dictionary(uniqueKeysWithValues: queueFields.map { ($0.name, $0.value) }),
      submitted_cents: submittedCents, open_cents: openCents, adds_up: addsUp)
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(document), as: UTF8.self)
  }
}
