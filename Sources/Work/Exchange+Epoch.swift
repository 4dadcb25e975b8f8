internal import Channels
internal import CrashPoints
internal import ISO20022
internal import Logging
internal import SEPA
internal import Store

/// What a bank shows of a database that may have gone back in time. All of it is asked for again on the next connection,
/// so that a kill on the way costs a look.
extension Exchange {
  /// What a bank's directories say of the database.
  enum Comparison {
    /// Files may be sent.
    case mayLeave
    /// Not before a person agrees, or all is clear; so many reports came to light that the database had forgotten.
    case mustWait(reports: Int)
  }

  /// Holds the database against the bank's directories, once for each connection: another one may lead to another
  /// database, or to one that was set back. What they show of an epoch that waits is kept.
  func compare(at now: Instant) async throws -> Comparison {
    let epoch = try await session.epoch()
    let fact = "bank \(bank.name), epoch \(epoch.number), \(epoch.isAgreed)"
    if await session.knows(fact) { return epoch.isAgreed ? .mayLeave : .mustWait(reports: 0) }
    // What the bank has to say is evidence too, and is heard first.
    let fetched = epoch.isAgreed ? 0 : try await fetchAll(at: now)
    var look = try await Lookout(session: session, bank: bank).look(andReports: !epoch.isAgreed)
    for (file, found) in look.unsent where try await isAnother(found, than: file) {
      try await yield(file, at: now)
      look.unsent.removeAll { $0.file.id == file.id }
      look.forgotten.append(found)
    }
    try await fetchAgain(look.reports, at: now)
    if !epoch.isAgreed {
      let unread = try await session.isReportWaiting(bank: bank.name)
      if unread { return .mustWait(reports: fetched + look.reports.count) }
      CrashPoints.reach(.lookDue)
      try await session.raiseEpoch(above: look.highestEpoch)
      CrashPoints.reach(.lookNumbered)
      let number = try await session.epoch().number
      try await session.record(EpochLook(bank: bank.name, files: look.proofs, blind: look.blind), epoch: number)
      CrashPoints.reach(.lookKept)
      log.warning("nothing is sent: see sepad recover", metadata: ["bank": "\(bank.name)", "epoch": "\(number)"])
    } else {
      // Without another sign, a name alone proves nothing: anybody could have put a file there.
      var proofs = look.onlyReported.count
      for found in look.forgotten + look.unsent.map(\.found) where try await isOurs(found) { proofs += 1 }
      if proofs > 0 {
        log.error("the database went back in time", metadata: ["bank": "\(bank.name)", "files": "\(proofs)"])
        CrashPoints.reach(.epochDue)
        try await session.beginEpoch(
          after: epoch.number, why: "\(proofs) files at \(bank.name) that it does not know as sent")
        CrashPoints.reach(.epochBegun)
        return .mustWait(reports: 0)
      }
    }
    await session.note(fact)
    return epoch.isAgreed ? .mayLeave : .mustWait(reports: fetched)
  }

  /// Keeps reports that were fetched once, from where the bank still has them.
  func fetchAgain(_ reports: [RemoteFile], at now: Instant) async throws {
    for report in reports {
      let path = spool.path(for: "again-\(bank.name)")
      defer { spool.remove(path: path) }
      CrashPoints.reach(.againDue)
      try await bank.channel.download(report, from: .done, to: path, limit: Self.reportLimit)
      CrashPoints.reach(.againDownloaded)
      try await keep(report, from: path, at: now)
    }
  }

  /// Withdraws a sealed file whose name and message id another has at the bank: one that was sealed and sent in a time
  /// that the database has forgotten. Ours never left. It goes before the reports on the other are applied, or they would
  /// be taken for its own, and what it alone carries would never be collected.
  private func yield(_ file: NamedFile, at now: Instant) async throws {
    try await session.transaction { session in
      try session.moveFile(
        file.id, .withdrawn, evidence: "another file lies at the bank under its name",
        Stamp(at: now, actor: "exchange"))
      CrashPoints.reach(.yieldWritten)
    }
    CrashPoints.reach(.yielded)
    log.error("another file under its name", metadata: ["bank": "\(bank.name)", "file": "\(file.messageID)"])
  }

  /// Whether what lies at the bank is by its own words ours, and not what was sealed here; false when it cannot be had.
  private func isAnother(_ found: BankLook.Found, than file: NamedFile) async throws -> Bool {
    let path = spool.path(for: "name-\(found.messageID)")
    defer { spool.remove(path: path) }
    guard try await fetch(found, to: path) else { return false }
    return try spool.digest(of: path).sha256 != file.sha256 && isOurs(found, at: path)
  }

  /// Whether a file at the bank is by its own words the one that its name says; also when it cannot be had.
  private func isOurs(_ found: BankLook.Found) async throws -> Bool {
    let path = spool.path(for: "name-\(found.messageID)")
    defer { spool.remove(path: path) }
    return try await !fetch(found, to: path) || isOurs(found, at: path)
  }

  /// - Returns: false when the bank does not give it.
  private func fetch(_ found: BankLook.Found, to path: String) async throws -> Bool {
    CrashPoints.reach(.nameDue)
    do throws(ChannelFault) {
      try await bank.channel.download(found.remote, from: found.origin, to: path, limit: Self.reportLimit)
    } catch {
      return false
    }
    CrashPoints.reach(.nameRead)
    return true
  }

  private func isOurs(_ found: BankLook.Found, at path: String) throws -> Bool {
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
