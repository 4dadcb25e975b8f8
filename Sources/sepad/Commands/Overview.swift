import FoundationEssentials
import SEPA
import Store

/// Counts and sums, as the command prints them and as the status file holds them.
struct Overview: Sendable {
  let totals: [StateTotal]
  let queues: QueueDepths
  let sums: FileSums
  let countedAt: Instant

  /// Asks the database.
  init(of session: Session, at now: Instant) async throws(StoreFault) {
    totals = try await session.stateTotals()
    queues = try await session.queueDepths(at: now)
    sums = try await session.fileSums()
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
    var status_file_age_seconds: Int64?
  }

  var document: Document {
    Document(
      collections: Dictionary(
        uniqueKeysWithValues: totals.map { ($0.state.rawValue, Document.Total(count: $0.collections, cents: $0.cents)) }),
      queues: Dictionary(uniqueKeysWithValues: queueFields.map { ($0.name, $0.value) }),
      submitted_cents: sums.submitted, open_cents: sums.open, adds_up: addsUp)
  }

  /// - Parameter age: of the status file, in seconds.
  func json(statusFileAge age: Int64?) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    var document = document
    document.status_file_age_seconds = age
    return String(decoding: try encoder.encode(document), as: UTF8.self)
  }
}

/// What the banks were given, as their files were sealed, against what became of it, in cents.
struct FileSums: Sendable, Equatable {
  /// Control sums of the files that lie at a bank.
  let submitted: Int64
  let settled: Int64
  let rejected: Int64
  let returned: Int64
  /// Submitted or accepted, and nothing more yet.
  let open: Int64

  /// To the cent. The two sides are kept apart: one is written when a file is sealed, the other moves with each report.
  var addUp: Bool {
    let parts = [settled, rejected, returned, open].reduce((sum: Int64(0), overflow: false)) { total, part in
      let next = total.sum.addingReportingOverflow(part)
      return (next.partialValue, total.overflow || next.overflow)
    }
    return !parts.overflow && parts.sum == submitted
  }
}

extension Session {
  /// The sums of all files at banks, in one statement and so as of one moment.
  func fileSums() throws(StoreFault) -> FileSums {
    let row = try one(
      """
      SELECT coalesce(sum(control_sum_cents), 0)::bigint, coalesce(sum(settled_cents), 0)::bigint,
        coalesce(sum(rejected_cents), 0)::bigint, coalesce(sum(returned_cents), 0)::bigint,
        coalesce(sum(open_cents), 0)::bigint
      FROM sepad.file_totals WHERE file_state IN ('submitted', 'accepted', 'refused')
      """)
    return FileSums(
      submitted: try row.integer(0), settled: try row.integer(1), rejected: try row.integer(2),
      returned: try row.integer(3), open: try row.integer(4))
  }
}
