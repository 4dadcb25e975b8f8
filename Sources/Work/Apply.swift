internal import CrashPoints
internal import ISO20022
package import Logging
package import SEPA
package import Store

/// Reads kept reports and moves what they speak of: whole reports in one transaction, or none of them.
package struct Apply: Sendable {
  private let session: Session
  private let policies: ReturnPolicies?
  private let log: Logger

  /// - Parameter policies: what follows from rejects and returns; nil where nothing may.
  package init(session: Session, policies: ReturnPolicies?, log: Logger) {
    self.session = session
    self.policies = policies
    self.log = log
  }

  /// - Returns: how many reports were finished, applied or set aside.
  package func run(bank: String, at now: Instant) async throws -> Int {
    var finished = 0
    // How many are left of those that could not be applied together.
    var alone = 0
    // A daemon that is to end leaves what waits to the next one.
    while !Task.isCancelled {
      do {
        let reports = try await applyNext(alone > 0 ? 1 : Self.mostReports, bank: bank, at: now)
        if reports.isEmpty { break }
        CrashPoints.reach(.applyCommitted)
        finished += reports.count
        alone = max(0, alone - reports.count)
        for report in reports { log.info("report applied", metadata: ["report": "\(report)"]) }
      } catch let apart as Apart {
        alone = apart.reports
      }
    }
    return finished
  }

  // A bank that answers each of a thousand files sends as many reports, and matching is some dozens of statements however
  // little there is to match. Not more entries at once than a large report has.
  private static let mostReports = 200
  private static let mostEntries = 10_000

  /// Finishes the oldest reports that were kept and not finished yet, in one transaction.
  /// - Parameter limit: how many reports at most.
  /// - Returns: their names; none when none was waiting.
  /// - Throws: `Apart`, when nothing was done for they must be taken one by one; never with a limit of one.
  func applyNext(_ limit: Int, bank: String, at now: Instant) async throws -> [String] {
    do {
      return try await session.transaction { session in
        var files: [InboundFile] = []
        var entries = 0
        while files.count < limit, entries < Self.mostEntries, let file = try session.nextReceived(bank: bank) {
          entries += try blaming(file) { try store(file, session, at: now) }
          files.append(file)
        }
        guard let first = files.first else { return [] }
        let applied = try blaming(first, of: files.count) {
          try session.applyOpenEntries(
            bank: bank, reports: files.count == 1 ? [] : files.map(\.id), policies, Stamp(at: now, actor: "apply"))
        }
        if applied.mustBeApart { throw Apart(reports: files.count) }
        CrashPoints.reach(.applyMatched)
        return files.map(\.remoteName)
      }
    } catch let aside as SetAside {
      // The transaction is undone, so nothing of the file remains but its bytes; those and the reason stay.
      try await session.transaction { session in
        try session.setAside(aside.file.id, fault: aside.fault, at: now)
        let concern = Concern.reportSetAside(
          bank: bank, report: aside.file.remoteName, fault: aside.fault, receivedOn: String(now.description.prefix(10)))
        try session.raise(concern, subject: "inbound:\(aside.file.id)", at: now)
        CrashPoints.reach(.asideWritten)
      }
      CrashPoints.reach(.asideCommitted)
      log.error("report set aside", metadata: ["report": "\(aside.file.remoteName)", "fault": "\(aside.fault)"])
      return [aside.file.remoteName]
    }
  }

  /// Tells faults of a report from those of the database, which leave it where it is, to be read again.
  /// - Parameter count: of how many reports it may be any.
  private func blaming<Value>(_ file: InboundFile, of count: Int = 1, _ work: () throws -> Value) throws -> Value {
    func aside(_ fault: any Error) -> any Error {
      count == 1 ? SetAside(file: file, fault: "\(fault)") : Apart(reports: count)
    }
    do {
      return try work()
    } catch let fault as ReportFault {
      if let cause = fault.cause, !((cause as? StoreFault)?.isOfValues ?? false) { throw cause }
      throw aside(fault)
    } catch let fault as StoreFault where fault.isOfValues {
      throw aside(fault)
    }
  }

  private struct SetAside: Error {
    let file: InboundFile
    let fault: String
  }

  /// Several reports cannot be applied together: one of them not at all, or they speak of the same.
  struct Apart: Error {
    let reports: Int
  }

  /// Reads a report from its stored bytes, to be matched.
  /// - Returns: how many entries it has.
  private func store(_ file: InboundFile, _ session: isolated Session, at now: Instant) throws -> Int {
    let gathered = GatheredReport(of: file.id)
    try session.beginEntries()
    let reader = BankFileReader { record in
      try gathered.take(record)
      guard gathered.isFull else { return }
      try session.storeEntries(&gathered.entries)
      try session.store(gathered.flushStatements(), of: file.id)
    }
    try reader.read(session.chunks(ofInbound: file.id))
    try session.storeEntries(&gathered.entries)
    try session.store(gathered.flushStatements(), of: file.id)
    CrashPoints.reach(.applyRead)
    for warning in reader.warnings {
      log.warning("report is unusual", metadata: ["report": "\(file.remoteName)", "found": "\(warning)"])
    }
    try session.finishInbound(file.id, messageType: reader.messageType ?? "unknown", warnings: reader.warnings, at: now)
    return gathered.total
  }
}
