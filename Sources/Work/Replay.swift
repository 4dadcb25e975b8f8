package import Logging
internal import SEPA
internal import Signing
package import Store

/// Applies all stored reports again, in a copy of the database, and holds what comes of it against what came of it the
/// first time: with this program's readers and matching, whatever version applied them then.
///
/// The configured database is only read, and may be at work meanwhile: what has moved in it since the copy was made is
/// held against what the copy came with. Memory does not grow with the history: reports are streamed, and states are
/// compared page by page.
package struct Replay: Sendable {
  /// What was applied again, and how it compares.
  package struct Outcome: Sendable, Equatable {
    package var reports = 0
    package var files = 0
    package var collections = 0
    package var entries = 0
    package var differences = 0
    /// Reports that the copy holds and that had not been applied when it was made.
    package var waiting = 0
    /// Reports that came after the copy was made.
    package var newerReports = 0
    /// Collections, files and reports that have moved since.
    package var movedSince = 0

    package init() {}
  }

  private let source: Session
  private let copy: Session
  private let migrator: Migrator
  private let log: Logger

  /// - Parameters:
  ///   - source: the configured database.
  ///   - copy: what was made from it; rewritten.
  ///   - migrator: brings the copy to this program's schema.
  package init(source: Session, copy: Session, log: Logger, migrator: Migrator = Migrator()) {
    self.source = source
    self.copy = copy
    self.migrator = migrator
    self.log = log
  }

  /// - Parameters:
  ///   - key: any number that nobody else locks; proves that the two are two.
  ///   - tell: hears of the progress, in lines for a person.
  ///   - differs: hears of each difference as it is found.
  /// - Throws: `CopyFault` before anything is changed; `MigrationFault`, `StoreFault`.
  package func run(
    key: Int64, tell: @Sendable (String) -> Void, differs: @Sendable (Difference) -> Void
  ) async throws -> Outcome {
    var outcome = Outcome()
    outcome.newerReports = try await requireCopy(key: key)
    for migration in try await migrator.migrate(copy) {
      tell("copy: applied migration \(migration.number) \(migration.name)")
    }
    let banks = try await copy.takeBackReports()
    tell("copy: taken back what \(banks.reduce(0) { $0 + $1.reports }) reports brought")
    func differ(_ difference: Difference) {
      outcome.differences += 1
      differs(difference)
    }
    for bank in banks {
      try await apply(bank.bank, reports: Int(bank.reports), tell: tell, differ)
    }
    for difference in try await copy.rebindDecisions() { differ(difference) }
    for kind in Compared.allCases {
      let (rows, moved) = try await compare(kind, differ)
      outcome.movedSince += moved
      switch kind {
      case .collections: outcome.collections = rows
      case .files: outcome.files = rows
      case .reports: outcome.reports = rows
      }
    }
    let counts = try await copy.replayedCounts()
    (outcome.entries, outcome.waiting) = (Int(counts.entries), Int(counts.waiting))
    // Lets go of the locks, here and now.
    await copy.disconnect()
    return outcome
  }

  // MARK: Is it a copy?

  private static let atWork = CopyFault(
    rule: "nobody else works on it", found: "a lock that is held", expected: "all of them free")

  /// Changes nothing.
  /// - Returns: how many reports came after the copy was made.
  private func requireCopy(key: Int64) async throws -> Int {
    guard try await !source.isSameDatabase(as: copy, key: key) else {
      throw CopyFault(rule: "is a copy", found: "the configured database itself", expected: "another database")
    }
    try await copy.requireOurs()
    for kind in Session.Common.allCases { try await requireCommon(kind) }
    if let youngest = try await copy.youngestCollection() {
      guard try await source.requestDigest(of: youngest.id) == youngest.digest else {
        throw CopyFault(
          rule: "is a copy", found: "collection \(youngest.id), which the configured database does not have so",
          expected: "its collections")
      }
    }
    try await copy.requireAlone()
    // Held until the end: a daemon that is started on the copy tells nothing, and talks to no bank.
    guard try await copy.holdQuietly("notices") else { throw Self.atWork }
    for bank in try await copy.knownBanks() {
      guard try await copy.holdQuietly("bank \(bank)") else { throw Self.atWork }
    }
    return Int(try await source.reportCount() - copy.reportCount())
  }

  private func requireCommon(_ kind: Session.Common) async throws {
    var after: Int64 = 0
    while true {
      let ours = try await copy.common(kind, after: after)
      guard let last = ours.last?.id else { return }
      // As many as there are in the range: what came to the source later has higher numbers, but for a few.
      var theirs: [Int64: String] = [:]
      var from = after
      while true {
        let page = try await source.common(kind, after: from, through: last)
        guard let end = page.last?.id else { break }
        for row in page { theirs[row.id] = row.identity }
        from = end
      }
      for row in ours where theirs[row.id] != row.identity {
        let name = kind == .reports ? "report" : "file"
        throw CopyFault(
          rule: "is a copy", found: "\(name) \(row.id), which the configured database does not have so",
          expected: "its \(kind.rawValue)")
      }
      after = last
    }
  }

  // MARK: Again

  private func apply(
    _ bank: String, reports: Int, tell: @Sendable (String) -> Void, _ differ: (Difference) -> Void
  ) async throws {
    // What followed from rejects and returns is there already, in mandates and next attempts: nothing follows again.
    let apply = Apply(session: copy, policies: nil, log: log)
    var applied = 0
    while let report = try await copy.nextReplayed(bank: bank) {
      if let difference = try await check(report) { differ(difference) }
      // At the time of the first time, so that the events say the same.
      guard try await !apply.applyNext(1, bank: bank, at: report.finishedAt).isEmpty else { throw Self.atWork }
      applied += 1
      // After 1, 2, 4, 8 … reports: autovacuum would come too late for what grows so fast.
      if applied & (applied - 1) == 0 { try await copy.analyzeEntries() }
      if applied == reports || applied * 20 / reports > (applied - 1) * 20 / reports {
        tell("bank \(bank): \(applied) of \(reports) reports applied")
      }
    }
  }

  /// Whether a report's bytes are those that were fetched.
  private func check(_ report: ReplayedReport) async throws -> Difference? {
    let stored = try await copy.transaction { session in
      let digest = try SHA256Digest()
      var size: Int64 = 0
      let next = session.chunks(ofInbound: report.id)
      while let chunk = try next() {
        chunk.withUnsafeBytes { digest.update($0) }
        size += Int64(chunk.count)
      }
      return "\(hexadecimal(try digest.finish())) over \(size) bytes"
    }
    let kept = "\(report.sha256) over \(report.sizeBytes) bytes"
    guard stored != kept else { return nil }
    return Difference(
      "report \(report.id) (\(report.remoteName))", rule: "stored bytes: sha256", found: stored, expected: kept)
  }

  // MARK: The same?

  private func compare(_ kind: Compared, _ differ: (Difference) -> Void) async throws -> (rows: Int, moved: Int) {
    var (rows, moved) = (0, 0)
    var after: Int64 = 0
    while true {
      let page = try await copy.replayed(kind, after: after)
      guard let last = page.last?.id else { return (rows, moved) }
      let now = try await source.configured(kind, after: after, through: last)
      for row in page {
        guard let configured = now[row.id] else {
          differ(Difference(row.name, rule: "presence", found: "in the copy only", expected: "in both"))
          continue
        }
        let stands = configured.mark == row.mark
        if !stands { moved += 1 }
        if let difference = row.difference(from: stands ? configured.values : [], as: kind) { differ(difference) }
      }
      rows += page.count
      after = last
    }
  }
}

extension ReplayedRow {
  /// The first value that differs. What follows it follows from it.
  /// - Parameter configured: what to expect; what is not in it, as the copy came.
  fileprivate func difference(from configured: [String?], as kind: Compared) -> Difference? {
    for (place, rule) in kind.rules.enumerated() {
      let expected = place < configured.count ? configured[place] : before[place]
      guard values[place] != expected else { continue }
      var found = values[place] ?? "nothing"
      // What a person asks next about a report that is read otherwise.
      if kind == .reports, place == 0 {
        if let fault = values[2] { found += " (\(fault))" }
        if values[0] == "applied" { found += " (it can be read now)" }
      }
      return Difference(name, rule: rule, found: found, expected: expected ?? "nothing")
    }
    return nil
  }
}
