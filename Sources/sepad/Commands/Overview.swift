import FoundationEssentials
import SEPA
import Store
import Work

/// Counts and sums, as the command prints them and as the status file holds them.
struct Overview: Sendable {
  let totals: [StateTotal]
  let queues: QueueDepths
  let sums: FileSums
  let epoch: Epoch
  /// Files that will not leave as long as their upload takes.
  let slow: [SlowFile]
  let receivers: [ReceiverFault]
  let unsent: [UnsentFiles]
  let countedAt: Instant

  /// Asks the database.
  init(of session: Session, at now: Instant) async throws(StoreFault) {
    totals = try await session.stateTotals()
    queues = try await session.queueDepths(at: now)
    sums = try await session.fileSums()
    epoch = try await session.epoch()
    slow = try await session.slowFiles()
    receivers = try await session.receiverFaults()
    unsent = try await session.unsentFiles()
    countedAt = now
  }

  var table: String {
    TextTable(
      header: ["state", "collections", "EUR"],
      rows: totals.map { [$0.state.rawValue, "\($0.collections)", Cents($0.cents).decimalText] }
    ).text
  }

  /// submitted = settled + rejected + returned + open.
  var conservation: String {
    """
    submitted \(Cents(sums.submitted).decimalText) \(addsUp ? "=" : "DIFFERS FROM") settled \(Cents(sums.settled).decimalText) \
    + rejected \(Cents(sums.rejected).decimalText) + returned \(Cents(sums.returned).decimalText) \
    + open \(Cents(sums.open).decimalText)
    """
  }

  var addsUp: Bool { sums.addUp }

  var queueLines: String {
    queueFields.map { "\($0.name): \($0.value)" }.joined(separator: "  ")
  }

  /// What stops everything, or a file, where something does; a line each.
  var warnings: [String] {
    slow.map {
      """
      file \($0.messageID) (bank \($0.bank), \($0.sizeBytes) bytes): NOT SENT: its upload takes longer than the \($0.seconds) s \
      of an attempt: raise uncertain_wait_seconds above twice what it takes
      """
    } + (epochWarning.map { [$0] } ?? [])
  }

  private var epochWarning: String? {
    guard !epoch.isAgreed else { return nil }
    return "epoch \(epoch.number): \(epoch.why), met \(epoch.metAt): NOTHING IS BUILT AND NOTHING IS SENT until a person agrees: sepad recover"
  }

  /// Receivers that take nothing now.
  var receiverTroubles: [Trouble] {
    receivers.compactMap { receiver in
      receiver.since.map {
        Trouble(
          place: "receiver \(receiver.endpoint)", kind: "receiver.fails", since: $0,
          detail: "\(receiver.failing) notices wait for another attempt: \(receiver.detail)")
      }
    }
  }

  /// What stops everything, where something does.
  var epochTrouble: Trouble? {
    guard !epoch.isAgreed else { return nil }
    return Trouble(
      place: "database", kind: "database.wentBack", since: (try? Instant(iso: epoch.metAt)) ?? countedAt,
      detail: "epoch \(epoch.number) waits for a person: sepad recover")
  }

  private var queueFields: [(name: String, value: Int64)] {
    [
      ("newRequests", queues.newRequests), ("refusedRequests", queues.refusedRequests), ("due", queues.due), ("held", queues.held),
      ("filesToSend", queues.filesToSend), ("filesUncertain", queues.filesUncertain),
      ("filesTooSlow", Int64(slow.count)),
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
    let epoch: Int
    let epoch_agreed: Bool
    var status_file_age_seconds: Int64?
    /// alive, stopped, dead, absent; null where no status file is configured.
    var daemon: String?
    var troubles: [StatusFile.Document.Problem]?
    var banks: [String: BankStatus]?
  }

  var document: Document {
    Document(
      collections: Dictionary(
        uniqueKeysWithValues: totals.map { ($0.state.rawValue, Document.Total(count: $0.collections, cents: $0.cents)) }),
      queues: Dictionary(uniqueKeysWithValues: queueFields.map { ($0.name, $0.value) }),
      submitted_cents: sums.submitted, open_cents: sums.open, adds_up: addsUp, epoch: epoch.number, epoch_agreed: epoch.isAgreed)
  }

  /// - Parameter last: what the daemon wrote.
  func json(_ last: LastWords?, banks: [String: BankStatus]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    var document = document
    document.status_file_age_seconds = last?.age
    document.daemon = last?.state.rawValue
    document.troubles = last?.troubles
    document.banks = banks
    return String(decoding: try encoder.encode(document), as: UTF8.self)
  }
}
