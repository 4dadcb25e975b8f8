internal import Channels
internal import ISO20022
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
    var troubles = Troubles()
    let fetched = epoch.isAgreed ? 0 : try await fetch(at: now, &troubles)
    if let first = troubles.first { throw first }
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
    } else {
      // Without another sign, a name alone proves nothing: anybody could have put a file there.
      var proofs = look.onlyReported.count
      for found in look.forgotten + look.unsent.map(\.found) where try await isOurs(found) { proofs += 1 }
      if proofs > 0 {
        log.error("the database went back in time", metadata: ["bank": "\(bank.name)", "files": "\(proofs)"])
        try await session.beginEpoch(
          after: epoch.number, why: "\(proofs) files at \(bank.name) that it does not know as sent")
        return 0
      }
    }
    await session.note(fact)
    return epoch.isAgreed ? nil : fetched
  }

  /// Whether a file at the bank is by its own words the one that its name says; also when it cannot be had.
  private func isOurs(_ found: BankLook.Found) async throws -> Bool {
    let path = spool.path(for: "name-\(found.messageID)")
    defer { spool.remove(path: path) }
    do throws(ChannelFault) {
      try await bank.channel.download(found.remote, from: found.origin, to: path, limit: Self.reportLimit)
    } catch {
      return true
    }
    var messageID: String?
    let reader = Pain008Reader { event in
      if case .header(let header) = event { messageID = header.messageID }
    }
    do {
      try spool.eachPiece(of: path) { piece in
        if messageID == nil { try piece.withUnsafeBytes { try reader.feed($0) } }
      }
    } catch is Pain008ReadFault {
      // What was read before the fault counts.
    }
    if messageID != found.messageID {
      log.warning("not ours, by its words", metadata: ["bank": "\(bank.name)", "file": "\(found.messageID)"])
    }
    return messageID == found.messageID
  }
}
