internal import ISO20022
package import SEPA
package import Store

/// Says what would be built now, without building it.
package struct Preview: Sendable {
  private let session: Session

  package init(session: Session) { self.session = session }

  /// - Returns: files in the order in which they would be sealed, and what stays on the worklist, with why. No row is
  ///   locked: a daemon that builds meanwhile is not disturbed.
  package func run(_ bank: BankProfile, at now: Instant) async throws -> BuildPreview {
    let local = try await bank.localTime(session, at: now)
    return try await session.previewBuild(
      bank: bank.name, FileLimits(rules: bank.files, largest: Pain008Writer.largestParts),
      dates: bank.windows.map { $0.buildable(at: local) }, Stamp(at: now, actor: "preview")
    ) { group in try bank.collectionDate(of: group, at: local) }
  }
}
