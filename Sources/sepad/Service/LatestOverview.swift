import SEPA

/// What the database last said of itself, and whether it still answers.
actor LatestOverview {
  struct Sight: Sendable {
    let overview: Overview?
    /// Why there is no newer one; nil while all is well.
    let fault: String?
  }

  /// Seconds without an answer after which the database counts as out of reach.
  static let patience: Int64 = 60
  private var overview: Overview?
  private var fault: String?
  private var answeredAt: Instant
  /// How long the last answer took to come is no fault: sums over many rows come more rarely.
  private var spacing: Int64 = 0

  init(at start: Instant) { answeredAt = start }

  func answered(_ fresh: Overview, at now: Instant) {
    spacing = max(0, now.seconds - answeredAt.seconds)
    (overview, fault, answeredAt) = (fresh, nil, now)
  }

  func failed(_ error: any Error) { fault = "\(error)" }

  func sight(at now: Instant) -> Sight {
    if let fault { return Sight(overview: overview, fault: fault) }
    let late = now.seconds - answeredAt.seconds > Self.patience + 2 * spacing
    return Sight(overview: overview, fault: late ? "database: no answer since \(answeredAt)" : nil)
  }
}
