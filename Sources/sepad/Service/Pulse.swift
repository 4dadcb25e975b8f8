import SEPA
import Store
import Work

/// Whether the database answers and takes writes, and how far its clock is from ours; asked for apart from the counts,
/// which may take long.
actor Pulse {
  /// Seconds after which an answer that has not come is told.
  static let patience: Int64 = 5
  private var asked: (at: Instant, began: ContinuousClock.Instant)?
  private var failing: (since: Instant, kind: String, detail: String)?
  private var differing: (since: Instant, ahead: Int64)?
  private let tolerance: Int64?

  /// - Parameter tolerance: seconds that the clocks may be apart before stages rest; nil where they are not compared.
  init(tolerance: Int64?) { self.tolerance = tolerance }

  /// Asks again and again, until cancelled.
  func beat(_ session: Session, _ clock: any WallClock, every interval: Double) async {
    while !Task.isCancelled {
      let before = clock.now()
      asked = asked ?? (before, .now)
      do {
        let theirs = try await session.pulse()
        answered(before: before, theirs: theirs, after: clock.now())
      } catch {
        asked = nil
        failing = (failing?.since ?? before, Trouble.kind(of: error), "\(error)")
      }
      do { try await Task.sleep(for: .seconds(interval)) } catch { break }
    }
  }

  private func answered(before: Instant, theirs: Instant, after: Instant) {
    (asked, failing) = (nil, nil)
    let ahead = ClockGuard.secondsAhead(before: before, theirs: theirs, after: after)
    // A few seconds are told as well: a clock that drifts is to be mended before it stops the stages.
    guard let tolerance, abs(ahead) > min(5, tolerance) else {
      differing = nil
      return
    }
    differing = (differing?.since ?? before, ahead)
  }

  /// Seconds by which our clock is ahead of the database's; nil where they agree or are not compared.
  var ahead: Int64? { differing?.ahead }

  /// What is wrong with the database, or with one of the clocks.
  var troubles: [Trouble] {
    var found: [Trouble] = []
    if let failing {
      found.append(Trouble(place: "database", kind: failing.kind, since: failing.since, detail: failing.detail))
    } else if let asked, asked.began.advanced(by: .seconds(Self.patience)) < .now {
      found.append(
        Trouble(place: "database", kind: "database.noAnswer", since: asked.at, detail: "it has not answered yet"))
    }
    if let differing, let tolerance {
      let apart = differing.ahead > 0 ? "\(differing.ahead) s ahead of" : "\(-differing.ahead) s behind"
      found.append(
        Trouble(
          place: "clock", kind: "clock.differs", since: differing.since,
          detail: "it is \(apart) the database's" + (abs(differing.ahead) > tolerance ? ", and every stage rests" : "")))
    }
    return found
  }
}
