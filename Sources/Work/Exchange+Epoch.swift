internal import Channels
internal import Logging
internal import SEPA
internal import Store

/// What a bank shows of a database that may have gone back in time. All of it is asked for again on the next connection,
/// so that a kill on the way costs a look.
extension Exchange {
  /// Holds the database against the bank's directories, once for each connection: another one may lead to another
  /// database, or to one that was set back. What they show of an epoch that waits is kept.
  /// - Returns: nil when files may leave; else how many reports came to light that the database had forgotten.
  func compare(at now: Instant) async throws -> Int? {
    let epoch = try await session.epoch()
    let fact = "bank \(bank.name), epoch \(epoch.number), \(epoch.isAgreed)"
    if await session.knows(fact) { return epoch.isAgreed ? nil : 0 }
    // What the bank has to say is evidence too, and is heard first.
    let fetched = epoch.isAgreed ? 0 : try await fetch(at: now)
    let look = try await Lookout(session: session, bank: bank).look(andReports: !epoch.isAgreed)
    for report in look.reports {
      let path = spool.path(for: "again-\(bank.name)")
      defer { spool.remove(path: path) }
      try await bank.channel.download(report, from: .done, to: path, limit: Self.reportLimit)
      try await keep(report, from: path, at: now)
    }
    if !epoch.isAgreed {
      let unread = try await session.isReportWaiting(bank: bank.name)
      if unread { return fetched + look.reports.count }
      try await session.raiseEpoch(above: look.highestEpoch)
      let number = try await session.epoch().number
      try await session.record(EpochLook(bank: bank.name, files: look.proofs, blind: look.blind), epoch: number)
      log.warning("nothing is sent: see sepad recover", metadata: ["bank": "\(bank.name)", "epoch": "\(number)"])
    } else if look.proofs > 0 {
      log.error("the database went back in time", metadata: ["bank": "\(bank.name)", "files": "\(look.proofs)"])
      try await session.beginEpoch(
        after: epoch.number, why: "\(look.proofs) files at \(bank.name) that it does not know as sent")
      return 0
    }
    await session.note(fact)
    return epoch.isAgreed ? nil : fetched
  }
}
