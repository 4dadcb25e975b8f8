internal import CrashPoints
internal import ISO20022
package import Logging
package import SEPA
package import Store

/// Reads kept reports and moves what they speak of: a whole report in one transaction, or none of it.
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
    while let file = try await applyNext(bank: bank, at: now) {
      CrashPoints.reach(.applyCommitted)
      finished += 1
      log.info("report applied", metadata: ["report": "\(file)"])
    }
    return finished
  }

  /// Finishes the oldest report that was kept and not finished yet.
  /// - Returns: its name; nil when there was none.
  func applyNext(bank: String, at now: Instant) async throws -> String? {
    do {
      return try await session.transaction { session in
        guard let file = try session.nextReceived(bank: bank) else { return nil }
        do {
          let (type, warnings) = try Self.store(file, session)
          CrashPoints.reach(.applyRead)
          for warning in warnings {
            log.warning("report is unusual", metadata: ["report": "\(file.remoteName)", "found": "\(warning)"])
          }
          try session.finishInbound(file.id, messageType: type, warnings: warnings, at: now)
          _ = try session.applyOpenEntries(bank: bank, policies, Stamp(at: now, actor: "apply"))
          CrashPoints.reach(.applyMatched)
          return file.remoteName
        } catch let fault as ReportFault {
          // The database's own troubles are not the file's: it stays where it is, to be read again.
          if let cause = fault.cause, !Self.isOfValues(cause) { throw cause }
          throw SetAside(file: file, fault: "\(fault)")
        } catch let fault as StoreFault where fault.isOfValues {
          throw SetAside(file: file, fault: "\(fault)")
        }
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
      return aside.file.remoteName
    }
  }

  private static func isOfValues(_ error: any Error) -> Bool { (error as? StoreFault)?.isOfValues ?? false }

  private struct SetAside: Error {
    let file: InboundFile
    let fault: String
  }

  /// Reads a report from its stored bytes into `inbound_entry`.
  /// - Returns: its message type, and what is unusual about it.
  private static func store(
    _ file: InboundFile, _ session: isolated Session
  ) throws -> (messageType: String, warnings: [String]) {
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
    try session.prepareForMatching(file: file.id, entries: gathered.total)
    return (reader.messageType ?? "unknown", reader.warnings)
  }
}
