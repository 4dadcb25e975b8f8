internal import Channels
internal import CrashPoints
package import Logging
package import SEPA
package import Store

/// Everything that passes between us and one bank: sends sealed files, settles what is uncertain, fetches reports.
///
/// One exchange per bank at a time, in all daemons together: it runs under a lock that dies with its session.
package struct Exchange: Sendable {
  let session: Session
  let bank: BankProfile
  let spool: Spool
  let log: Logger
  /// Reports larger than this are not fetched.
  static let reportLimit: Int64 = 4 << 30

  package init(session: Session, bank: BankProfile, spoolDirectory: String, log: Logger) {
    self.init(session: session, bank: bank, spool: Spool(directory: spoolDirectory), log: log)
  }

  init(session: Session, bank: BankProfile, spool: Spool, log: Logger) {
    self.session = session
    self.bank = bank
    self.spool = spool
    self.log = log
  }

  /// - Parameter clock: read anew for each file, since those before it may have taken hours.
  /// - Returns: how many files moved, out or in; 0 also when another daemon talks to this bank.
  /// - Throws: `StoreFault`, `SpoolFault`; `ChannelFault`, the first one met, when all that could be done is done.
  package func run(at clock: @Sendable () -> Instant) async throws -> Int {
    guard try await session.lockBank(bank.name) else { return 0 }
    var troubles = Troubles()
    var moved = 0
    do {
      // A directory that cannot be looked into, or a file that cannot be had, keeps nothing else from passing.
      switch try await troubles.tolerating({ try await compare(at: clock()) }) {
      case .mayLeave: moved += try await submit(at: clock, &troubles)
      case .mustWait(let reports): moved += reports
      // The bank did not show what it has: nothing is sent.
      case nil: break
      }
      moved += try await fetch(at: clock(), &troubles)
      try await session.unlockBank(bank.name)
    } catch {
      await session.disconnect()
      throw error
    }
    if let first = troubles.first { throw first }
    return moved
  }

  // MARK: Out

  private func submit(at clock: @Sendable () -> Instant, _ troubles: inout Troubles) async throws -> Int {
    var moved = 0
    for file in try await session.unfinishedFiles(bank: bank.name, at: clock()) where !Task.isCancelled {
      let started = ContinuousClock.now
      let now = clock()
      switch file.state {
      case .sealed: moved += try await send(file, at: now, readAt: started) ? 1 : 0
      case .sending:
        // We hold the bank's lock, so whoever was sending is dead: what reached the bank is not known.
        try await move(file, .outcomeUnknown, "the daemon stopped while sending", attempt: file.attempts, at: now)
        moved += 1
      case .uncertain:
        if try await troubles.tolerating({ try await settle(file, at: now) }) == true { moved += 1 }
      case .submitted, .accepted, .refused, .withdrawn: break
      }
    }
    return moved
  }

  /// Sends one sealed file, unless its collection date can no longer be met: then it is withdrawn, and its collections
  /// wait for a file with a valid date.
  ///
  /// - Parameter started: when `now` was read, or before. Whatever holds this process up from there on, a paused machine or
  ///   a slow line, the file gets its final name in time or not at all.
  private func send(_ file: SealedFile, at now: Instant, readAt started: ContinuousClock.Instant) async throws -> Bool {
    let local = try await bank.localTime(session, at: now)
    let secondsLeft = bank.windows[file.scheme].secondsLeft(for: try CalendarDay(iso: file.firstDate), at: local)
    if secondsLeft < 0 {
      try await move(file, .withdrawn, "collection date \(file.firstDate) can no longer be met", at: now)
      return true
    }
    if let other = try await session.perhapsSent(file: file.id) {
      try await move(file, .withdrawn, "its collections were perhaps sent in \(other)", at: now)
      return true
    }
    var outgoing = try await spool.write(file, from: session)
    defer { spool.remove(outgoing) }
    // Half of what others wait before they decide its fate, counted from before the intent: if this process stands still
    // for longer, it has nothing to say any more.
    let halfWait = bank.uncertainWaitSeconds > 0 ? bank.uncertainWaitSeconds * 500 : .max
    let untilCutOff = (Int64(secondsLeft) + 1) * 1000
    outgoing.notAfter = started.advanced(by: .milliseconds(min(halfWait, untilCutOff)))
    // Not where the bank's cut-off came first: that is no reason to wait longer.
    func limit(_ fault: ChannelFault) -> Int64? { fault.reason == .tooSlow && halfWait < untilCutOff ? halfWait / 1000 : nil }
    let attempt = file.attempts + 1
    outgoing.attempt = attempt
    guard try await move(file, .sendBegan, nil, attempt: file.attempts, at: now) == .sending else { return false }
    CrashPoints.reach(.sendIntended)
    let outcome = await bank.channel.submit(outgoing)
    CrashPoints.reach(.sendAnswered)
    switch outcome {
    case .delivered(let evidence):
      if try await move(file, .delivered, evidence, attempt: attempt, at: now) == nil {
        // Overtaken, and true all the same: the bank has it.
        try await move(file, .reported, "attempt \(attempt): \(evidence)", at: now)
      }
    case .notSent(let fault):
      log.error("file not sent", metadata: ["file": "\(file.messageID)", "fault": "\(fault)", "hint": "\(fault.hint)"])
      try await move(
        file, .notSent, "\(fault)", nextAttempt: now.adding(seconds: Self.rest(after: file.attempts)), attempt: attempt,
        tooSlow: limit(fault), at: now)
    case .unknown(let fault):
      log.error("outcome unknown", metadata: ["file": "\(file.messageID)", "fault": "\(fault)"])
      try await move(file, .outcomeUnknown, "\(fault)", attempt: attempt, tooSlow: limit(fault), at: now)
    }
    CrashPoints.reach(.sendRecorded)
    return true
  }

  /// Seconds until a file is tried again that was tried so often before.
  private static func rest(after attempts: Int) -> Int64 { min(3600, 30 << Int64(min(attempts, 7))) }

  /// Looks at the bank's side for a file whose fate is unknown. Never sends: at most it proves that nothing arrived.
  private func settle(_ file: SealedFile, at now: Instant) async throws -> Bool {
    guard file.secondsSinceBegun >= bank.uncertainWaitSeconds else { return false }
    CrashPoints.reach(.locateDue)
    let sighting = try await bank.channel.locate(
      remoteName: file.remoteName, size: file.sizeBytes, attempt: file.attempts)
    CrashPoints.reach(.located)
    switch sighting {
    case .complete(let place):
      try await move(file, .delivered, "found complete in \(place)", attempt: file.attempts, at: now)
    case .absent(let evidence):
      // Sent again at once, unless that has come to the same before.
      let rest = file.attempts < 3 ? nil : now.adding(seconds: Self.rest(after: file.attempts))
      try await move(file, .notSent, evidence, nextAttempt: rest, attempt: file.attempts, at: now)
    case .unknown(let reason):
      log.warning("still uncertain", metadata: ["file": "\(file.messageID)", "reason": "\(reason)"])
      return false
    }
    return true
  }

  /// - Parameter tooSlow: after so many seconds the attempt had not ended, and that is all that one may take.
  @discardableResult
  private func move(
    _ file: SealedFile, _ event: FileEvent, _ evidence: String?, nextAttempt: Instant? = nil, attempt: Int? = nil,
    tooSlow seconds: Int64? = nil, at now: Instant
  ) async throws -> FileState? {
    let state = try await session.transaction { session in
      let state = try session.moveFile(
        file.id, event, evidence: evidence, nextAttempt: nextAttempt, attempt: attempt,
        Stamp(at: now, actor: "exchange"))
      if let seconds, state != nil { try session.noteTooSlow(file.id, seconds: seconds) }
      CrashPoints.reach(.moveWritten)
      return state
    }
    CrashPoints.reach(.moveCommitted)
    log.info("file \(event.rawValue)", metadata: ["file": "\(file.messageID)", "state": "\(state?.rawValue ?? "-")"])
    return state
  }

  // MARK: In

  /// Fetches every report: keeps its bytes, commits, and only then lets the bank's copy go. One that cannot be had, or
  /// not be acknowledged, is left for the next time, and the others are fetched.
  func fetch(at now: Instant, _ troubles: inout Troubles) async throws -> Int {
    guard !troubles.isShut, let waiting = try await troubles.tolerating({ try await bank.channel.list() }) else { return 0 }
    var fetched = 0
    for remote in waiting where !troubles.isShut && !Task.isCancelled {
      if try await troubles.tolerating({ try await fetch(remote, at: now) }) != nil { fetched += 1 }
    }
    return fetched
  }

  /// The same, for who must have heard all of it: throws what it met, when it has fetched what it could.
  func fetchAll(at now: Instant) async throws -> Int {
    var troubles = Troubles()
    let fetched = try await fetch(at: now, &troubles)
    if let first = troubles.first { throw first }
    return fetched
  }

  private func fetch(_ remote: RemoteFile, at now: Instant) async throws {
    let path = spool.path(for: "in-\(bank.name)")
    defer { spool.remove(path: path) }
    CrashPoints.reach(.fetchListed)
    try await bank.channel.download(remote, to: path, limit: Self.reportLimit)
    CrashPoints.reach(.downloaded)
    try await keep(remote, from: path, at: now)
    try await bank.channel.acknowledge(remote)
    CrashPoints.reach(.acknowledged)
  }

  /// Keeps a report's bytes; those that are kept already count as seen again.
  func keep(_ remote: RemoteFile, from path: String, at now: Instant) async throws {
    let digest = try spool.digest(of: path)
    let bankName = bank.name
    let spool = spool
    let isNew = try await session.transaction { session in
      if try session.sawBefore(bank: bankName, sha256: digest.sha256) { return false }
      let id = try session.addInbound(
        bank: bankName, remoteName: remote.name, sizeBytes: digest.size, sha256: digest.sha256, at: now)
      var ordinal = 0
      try spool.eachPiece(of: path) { piece in
        try session.addInboundChunk(file: id, ordinal: ordinal, piece)
        ordinal += 1
      }
      CrashPoints.reach(.fetchWritten)
      return true
    }
    CrashPoints.reach(.fetchKept)
    log.info("report fetched", metadata: ["name": "\(remote.name)", "bytes": "\(digest.size)", "new": "\(isNew)"])
  }
}
