package import SEPA
internal import Store

/// The daemon's clock and the database's are not the same.
package struct ClockFault: Error, Equatable, CustomStringConvertible {
  /// Seconds by which the daemon is ahead of the database; negative behind.
  package let ahead: Int64
  let tolerance: Int64

  package var description: String {
    "clock: found \(ahead > 0 ? "\(ahead) s ahead of" : "\(-ahead) s behind") the database's, expected at most \(tolerance) s apart"
  }
}

/// Holds the daemon's clock against the database's, which all daemons share.
///
/// Which of the two is right nobody knows here; dates that were made by a wrong one would be refused by the bank, or worse,
/// taken. So a stage whose clock differs does nothing, and says so, until they agree.
package struct ClockGuard: Sendable {
  package let tolerance: Int64

  /// - Parameter tolerance: seconds that the clocks may be apart.
  package init(tolerance: Int64) { self.tolerance = tolerance }

  /// - Throws: `ClockFault` when they are further apart; `StoreFault`.
  func check(_ session: Session, _ clock: any WallClock) async throws {
    let before = clock.now()
    let theirs = try await session.instant()
    let ahead = Self.secondsAhead(before: before, theirs: theirs, after: clock.now())
    if abs(ahead) > tolerance { throw ClockFault(ahead: ahead, tolerance: tolerance) }
  }

  /// How far one clock is ahead of another that was asked between two readings; 0 where the reading explains it.
  package static func secondsAhead(before: Instant, theirs: Instant, after: Instant) -> Int64 {
    if theirs < before { return before.seconds - theirs.seconds }
    return theirs > after ? after.seconds - theirs.seconds : 0
  }
}
