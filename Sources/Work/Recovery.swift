internal import Channels
internal import Containers
internal import CrashPoints
internal import ISO20022
package import Logging
package import SEPA
package import Store

/// After a failover or a restore: holds the database against all banks, says what was found, and does what a person
/// agrees to. A failover that lost nothing is agreed to without one.
package struct Recovery: Sendable {
  /// What a bank leaves in doubt whose directories prove nothing.
  package struct Doubt: Sendable {
    package let bank: RecoveryPlan.BlindBank
    /// Files that may have been sent.
    package let files: Int64
    /// Collections that may stand in files that the database has forgotten.
    package let waiting: Int64
    package let waitingCents: Int64
  }

  /// What was found, and what would be done.
  package struct Findings: Sendable {
    package internal(set) var epoch: Epoch
    package internal(set) var looks: [BankLook] = []
    /// What the database knows of the debits of forgotten files.
    package internal(set) var messages: [FoundMessage] = []
    /// Forgotten files that could not be read, with why.
    package internal(set) var unread: [(messageID: String, bank: String, fault: String)] = []
    package internal(set) var plan = RecoveryPlan()
    /// Of each bank whose directories prove nothing, what that leaves in doubt.
    package internal(set) var doubts: [Doubt] = []

    /// How many files prove that the database went back.
    package var proofs: Int { looks.reduce(0) { $0 + $1.proofs } }
    /// Whether nothing is to be decided: every bank shows all, and all of it is known.
    package var isClean: Bool { proofs == 0 && plan.blind.isEmpty }
  }

  private let session: Session
  private let banks: [BankProfile]
  private let policies: ReturnPolicies?
  private let spool: Spool
  private let log: Logger
  private static let fileLimit: Int64 = 4 << 30

  /// - Parameter policies: what follows from rejects and returns that are heard of at an agreement.
  package init(
    session: Session, banks: [BankProfile], policies: ReturnPolicies?, spoolDirectory: String, log: Logger
  ) {
    self.session = session
    self.banks = banks
    self.policies = policies
    spool = Spool(directory: spoolDirectory)
    self.log = log
  }

  // MARK: The daemon's part

  /// Agrees to an epoch of which every bank has shown that nothing is missing; tells finance of any other, once.
  /// - Returns: how much moved: an agreement, or an alert.
  package func decide(at now: Instant) async throws -> Int {
    let epoch = try await session.epoch()
    guard !epoch.isAgreed else { return 0 }
    let looks = try await session.looks(epoch: epoch.number)
    let missing = banks.map(\.name).filter { name in !looks.contains { $0.bank == name } }
    let doubtful = looks.filter { $0.files > 0 || $0.blind != nil }
    if missing.isEmpty, doubtful.isEmpty {
      let because = "every file of ours at \(banks.map(\.name).joined(separator: ", ")) is known here as sent"
      let stamp = Stamp(at: now, actor: "sepad")
      CrashPoints.reach(.agreeDue)
      guard try await session.agree(toEpoch: epoch.number, because: because, stamp) else { return 0 }
      CrashPoints.reach(.agreed)
      log.notice("another database than before, and nothing is missing", metadata: ["epoch": "\(epoch.number)"])
      return 1
    }
    // A bank that is out of reach may yet show that all is well.
    if doubtful.isEmpty, try await !session.epochWaits(seconds: 15 * 60) { return 0 }
    let concern = Concern.databaseWentBack(
      epoch: Int64(epoch.number), metOn: String(epoch.metAt.prefix(10)),
      files: Int64(doubtful.reduce(0) { $0 + $1.files }),
      blindBanks: (missing + doubtful.filter { $0.blind != nil }.map(\.bank)).sorted().joined(separator: ", "))
    CrashPoints.reach(.wentBackDue)
    guard try await session.raise(concern, subject: "epoch:\(epoch.number)", at: now) else { return 0 }
    CrashPoints.reach(.wentBackTold)
    log.warning("needs a person", metadata: ["subject": "epoch:\(epoch.number)"])
    return 1
  }

  // MARK: A person's part

  /// Looks at every bank, reads what the database does not know, and says what an agreement would do. Changes nothing.
  ///
  /// - Parameter forAgreement: what is found is to be agreed to, on this connection: the bytes that were read are kept,
  ///   for those are the ones to adopt.
  /// - Throws: `StoreFault`, `SpoolFault`. A bank that is out of reach counts as one that shows nothing.
  package func find(forAgreement: Bool = false, at now: Instant) async throws -> Findings {
    var findings = Findings(epoch: try await session.epoch())
    try await session.beginFindings()
    for bank in banks {
      var look: BankLook
      do {
        look = try await Lookout(session: session, bank: bank).look(andReports: true)
      } catch let fault as ChannelFault {
        look = BankLook(bank: bank.name)
        look.blind = "\(fault)"
      }
      try await tellApart(&look, bank, &findings)
      for file in look.forgotten { try await read(file, bank, keepingBytes: forAgreement, &look, &findings) }
      for message in look.onlyReported {
        try await session.keepReported(message.messageID, bank: bank.name)
        findings.plan.lost.append(.init(messageID: message.messageID, bank: bank.name, seenIn: message.report))
        findings.unread.append((message.messageID, bank.name, "only a report names it: \(message.report)"))
        look.blind = look.blind ?? "\(message.messageID) is answered in \(message.report), and does not lie there"
      }
      if let why = look.blind {
        let local = try await bank.localTime(session, at: now)
        let latest = bank.windows.map { $0.latestBuildable(at: local) }
        let blind = RecoveryPlan.BlindBank(bank: bank.name, why: why, latest: max(latest.core, latest.b2b).iso)
        findings.plan.blind.append(blind)
        let doubt = try await session.doubtful(blind)
        findings.doubts.append(
          Doubt(bank: blind, files: doubt.files, waiting: doubt.waiting, waitingCents: doubt.waitingCents))
      }
      findings.looks.append(look)
    }
    findings.messages = try await session.foundMessages()
    return findings
  }

  /// Fetches and applies what every bank has reported and is not kept here, so that it counts when a person agrees: once
  /// that is done, nobody looks for reports of a time that is forgotten any more. With the right to talk to each bank.
  package func hear(at now: Instant) async throws {
    for bank in banks {
      let exchange = Exchange(session: session, bank: bank, spool: spool, log: log)
      do {
        _ = try await exchange.fetchAll(at: now)
        try await exchange.fetchAgain(Lookout(session: session, bank: bank).look(andReports: true).reports, at: now)
      } catch is ChannelFault {
        // `find` says so.
        continue
      }
      _ = try await Apply(session: session, policies: policies, log: log).run(bank: bank.name, at: now)
    }
  }

  /// Takes the right to talk to each bank, so that no daemon does meanwhile; waits for one that is at it.
  /// - Returns: false when a daemon does not let go.
  package func takeBanks() async throws -> Bool {
    for bank in banks {
      var attempts = 0
      while try await !session.lockBank(bank.name) {
        attempts += 1
        guard attempts < 300 else { return false }
        try await session.run("SELECT pg_sleep(0.1)")
      }
    }
    return true
  }

  /// Does what the findings ask for and agrees to the epoch, in one transaction; an epoch of its own, where one is needed,
  /// is begun before, and waits for whoever agrees again if this one does not come to it. Ends the connection, and with it
  /// the right to talk to the banks.
  ///
  /// - Parameter nothingLost: a person vouches that the database has not gone back: then nothing is doubted that no file
  ///   proves. Not to be asked for with proofs of the opposite.
  package func agree(
    _ findings: Findings, nothingLost: Bool, because: String, _ stamp: Stamp
  ) async throws -> RecoveryOutcome {
    var outcome = RecoveryOutcome()
    var epoch = try await session.epoch()
    if epoch.isAgreed {
      CrashPoints.reach(.personDue)
      try await session.beginEpoch(
        after: epoch.number, why: "\(findings.proofs) files at banks that it does not know as sent")
      CrashPoints.reach(.personBegun)
    }
    try await session.raiseEpoch(above: findings.looks.map(\.highestEpoch).max() ?? 0)
    CrashPoints.reach(.personNumbered)
    epoch = try await session.epoch()
    if nothingLost {
      _ = try await session.agree(toEpoch: epoch.number, because: because, stamp)
      CrashPoints.reach(.vouched)
    } else {
      let number = epoch.number
      let (banks, policies) = (banks.map(\.name), policies)
      outcome = try await session.transaction { session in
        let outcome = try session.recover(
          findings.plan, banks: banks, policies, epoch: number, because: because, stamp)
        CrashPoints.reach(.recoverWritten)
        return outcome
      }
      CrashPoints.reach(.recovered)
    }
    await session.disconnect()
    return outcome
  }

  /// Of files that the database takes for unsent: those that lie there with the very bytes were sent. Others have the
  /// name of a file that was forgotten.
  private func tellApart(_ look: inout BankLook, _ bank: BankProfile, _ findings: inout Findings) async throws {
    for (file, found) in look.unsent {
      var isSame = false
      if found.sizeBytes == file.sizeBytes {
        let path = spool.path(for: "found-\(file.id)")
        defer { spool.remove(path: path) }
        do {
          CrashPoints.reach(.unsentDue)
          try await bank.channel.download(found.remote, from: found.origin, to: path, limit: Self.fileLimit)
          CrashPoints.reach(.unsentDownloaded)
          isSame = try spool.digest(of: path).sha256 == file.sha256
        } catch let error as ChannelFault {
          look.blind = look.blind ?? "\(file.messageID) lies in the \(found.place) and cannot be compared: \(error)"
        }
      }
      if isSame {
        findings.plan.sent.append((file.id, "found in the \(found.place) with the bytes that were sealed"))
      } else {
        look.unsent.removeAll { $0.file.id == file.id }
        look.forgotten.append(found)
      }
    }
  }

  /// Reads a file that the database does not know, a piece at a time, and keeps what it says as found.
  private func read(
    _ file: BankLook.Found, _ bank: BankProfile, keepingBytes: Bool, _ look: inout BankLook, _ findings: inout Findings
  ) async throws {
    findings.plan.lost.append(.init(messageID: file.messageID, bank: bank.name, seenIn: file.place))
    let path = spool.path(for: "found-\(file.messageID)")
    defer { spool.remove(path: path) }
    do {
      CrashPoints.reach(.forgottenDue)
      do throws(ChannelFault) {
        try await bank.channel.download(file.remote, from: file.origin, to: path, limit: Self.fileLimit)
      } catch {
        throw Unreadable(why: "\(error)")
      }
      CrashPoints.reach(.forgottenDownloaded)
      let found = FoundReader()
      let document: String
      do { document = try spool.unpacked(path) } catch let fault as ContainerFault { throw Unreadable(why: "\(fault)") }
      defer { if document != path { spool.remove(path: document) } }
      try await spool.eachPiece(of: document) { piece in
        try found.feed(piece)
        try await keepDebits(of: found, file, bank)
      }
      if keepingBytes {
        var pieces = 0
        try await spool.eachPiece(of: path) { piece in
          try await session.keepFoundChunk(piece, ordinal: pieces, of: file.messageID, bank: bank.name)
          pieces += 1
        }
      }
      try found.finish()
      try await keepDebits(of: found, file, bank)
      for (index, block) in found.blocks.enumerated() {
        try await session.keepFound(block, ordinal: index + 1, of: file.messageID, bank: bank.name)
      }
      // A name alone makes no file of ours.
      guard let header = found.header, header.messageID == file.messageID, let sum = header.controlSum,
        let createdAt = header.createdAt.flatMap({ try? Instant(iso: $0) })
      else { return }
      let digest = try spool.digest(of: path)
      try await session.keepFound(
        FoundFile(
          messageID: file.messageID, bank: bank.name, seenIn: file.place, remoteName: file.name, createdAt: createdAt,
          transactions: Int64(header.transactions), controlSumCents: sum, sizeBytes: digest.size, sha256: digest.sha256))
    } catch let fault as Unreadable {
      findings.unread.append((file.messageID, bank.name, fault.why))
      look.blind = look.blind ?? "\(file.messageID) cannot be read"
    }
  }

  private func keepDebits(of found: FoundReader, _ file: BankLook.Found, _ bank: BankProfile) async throws {
    let (first, batch) = found.takeDebits()
    if batch.isEmpty { return }
    try await session.keepFound(batch, in: found.blocks, of: file.messageID, bank: bank.name, from: first)
  }
}
