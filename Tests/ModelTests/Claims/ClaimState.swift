import SEPA

/// What really becomes of an attempt that the bank holds.
enum Fate: UInt8 {
  case none, held, failed, collected
  /// Returned; the return undone; returned once more.
  case takenBack, givenBack, takenBackAgain

  /// Whether it brings money, or still may.
  var isLive: Bool { self == .held || self == .collected || self == .givenBack }
}

/// What the bank says of an attempt, each on a booking day of its own, in this order; it arrives in any order, and again.
enum News: UInt8, CaseIterable { case accepted, rejected, settled, returned, reinstated, returnedAgain }

/// One attempt to collect a claim: a collection, the file that it stands in, and what the bank made of it.
struct Attempt {
  /// nil before it exists.
  var state: CollectionState?
  /// Whether it stands on the worklist.
  var isDue = false
  /// Stands in a file that has not been withdrawn.
  var isInFile = false
  /// Messages at the bank that carry it, at most 3.
  var copies: UInt8 = 0
  var fate = Fate.none
  /// News that were applied, a bit each.
  var known: UInt8 = 0

  init() {}

  func knows(_ news: News) -> Bool { known >> news.rawValue & 1 != 0 }

  /// Whether the bank could say this by now.
  func isTold(_ news: News) -> Bool {
    switch news {
    case .accepted: fate != .none
    case .rejected: fate == .failed
    case .settled: fate.rawValue >= Fate.collected.rawValue
    case .returned: fate.rawValue >= Fate.takenBack.rawValue
    case .reinstated: fate.rawValue >= Fate.givenBack.rawValue
    case .returnedAgain: fate == .takenBackAgain
    }
  }

  /// Whether all that decides has arrived.
  var isQuiet: Bool {
    News.allCases.allSatisfy { $0 == .accepted || !isTold($0) || knows($0) || $0 == .settled && fate != .collected }
  }

  /// What `sepad.double_attempt` counts.
  var countsAsLive: Bool {
    guard let state else { return false }
    return state != .rejected && state != .returned && state != .cancelled
  }

  var bits: UInt64 {
    UInt64(state.flatMap(Self.states.firstIndex(of:)) ?? 15) | (isDue ? 1 << 4 : 0) | (isInFile ? 1 << 5 : 0)
      | UInt64(copies) << 6 | UInt64(fate.rawValue) << 8 | UInt64(known) << 11
  }

  init(bits: UInt64) {
    let index = Int(bits & 15)
    state = index < Self.states.count ? Self.states[index] : nil
    isDue = bits >> 4 & 1 != 0
    isInFile = bits >> 5 & 1 != 0
    copies = UInt8(bits >> 6 & 3)
    fate = Fate(rawValue: UInt8(bits >> 8 & 7)) ?? .none
    known = UInt8(bits >> 11 & 63)
  }

  private static let states = CollectionState.allCases

  /// As `Session.move` does: nothing where the event is not allowed.
  mutating func move(_ event: CollectionEvent) {
    if let next = try? state?.applying(event) { state = next }
  }
}

/// A claim with its attempts.
struct ClaimState {
  var attempts: [Attempt]
  /// Whether a later attempt was sealed while the record showed one before it alive.
  var wasSealedKnowingly = false

  init(count: Int) {
    attempts = Array(repeating: Attempt(), count: count)
    attempts[0].state = .requested
    attempts[0].isDue = true
  }

  var packed: UInt64 {
    var bits: UInt64 = wasSealedKnowingly ? 1 << 63 : 0
    for (index, attempt) in attempts.enumerated() { bits |= attempt.bits << (17 * UInt64(index)) }
    return bits
  }

  init(packed bits: UInt64, count: Int) {
    attempts = (0..<count).map { Attempt(bits: bits >> (17 * UInt64($0)) & 0x1FFFF) }
    wasSealedKnowingly = bits >> 63 != 0
  }
}
