import SEPA

/// What really becomes of an attempt that the bank holds.
enum Fate: UInt8 {
  case none, held, failed, collected
  /// Returned; the return undone; returned once more.
  case takenBack, givenBack, takenBackAgain

  /// Whether it brings money, or still may.
  var isLive: Bool { self == .held || self == .collected || self == .givenBack }
}

/// What the bank says of an attempt, each on a booking day of its own, in this order; it arrives in any order.
enum News: UInt8, CaseIterable { case accepted, rejected, settled, returned, reinstated, returnedAgain }

/// The collection's machine, with its states and events by number.
enum CollectionMoves {
  private static let table = MoveTable<CollectionState>()
  static let states = table.states
  static let none: UInt8 = 15
  static let requested = table.place(of: CollectionState.requested)
  static let scheduled = table.place(of: CollectionState.scheduled)
  static let sealed = table.place(of: CollectionState.sealed)
  static let settled = table.place(of: CollectionState.settled)
  static let rejected = table.place(of: CollectionState.rejected)
  static let returned = table.place(of: CollectionState.returned)
  static let cancelled = table.place(of: CollectionState.cancelled)

  static func after(_ state: UInt8, _ event: CollectionEvent) -> UInt8? {
    state == none ? nil : table.after(state, number(of: event))
  }

  /// A switch, for a dictionary costs ten times as much in a build without optimisation.
  private static func number(of event: CollectionEvent) -> Int {
    switch event {
    case .dated: 0
    case .sealed: 1
    case .unsealed: 2
    case .submitted: 3
    case .accepted: 4
    case .settled: 5
    case .rejected: 6
    case .returned: 7
    case .reinstated: 8
    case .cancelled: 9
    }
  }

  /// That the numbers are those of the machine.
  static var isNumberedRightly: Bool { CollectionEvent.allCases.allSatisfy { number(of: $0) == table.place(of: $0) } }
}

/// One attempt to collect a claim: a collection, the file that it stands in, and what the bank made of it.
struct Attempt {
  /// Index in `CollectionMoves.states`; `none` before it exists.
  var state = CollectionMoves.none
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

  var exists: Bool { state != CollectionMoves.none }
  var failed: Bool { state == CollectionMoves.rejected || state == CollectionMoves.returned }
  /// What `sepad.double_attempt` counts.
  var countsAsLive: Bool { exists && !failed && state != CollectionMoves.cancelled }

  func knows(_ news: News) -> Bool { known >> news.rawValue & 1 != 0 }

  /// News that the bank could give by now, a bit each.
  var told: UInt8 {
    switch fate {
    case .none: 0
    case .held: 0b000001
    case .failed: 0b000011
    case .collected: 0b000101
    case .takenBack: 0b001101
    case .givenBack: 0b011101
    case .takenBackAgain: 0b111101
    }
  }

  /// Whether all that decides has arrived: an acceptance decides nothing, and a credit nothing once it was taken back.
  var isQuiet: Bool { told & ~known & (fate == .collected ? 0b111110 : 0b111010) == 0 }

  /// As `Session.move` does: nothing where the event is not allowed.
  mutating func move(_ event: CollectionEvent) { state = CollectionMoves.after(state, event) ?? state }

  var bits: UInt64 {
    UInt64(state) | (isDue ? 1 << 4 : 0) | (isInFile ? 1 << 5 : 0)
      | UInt64(copies) << 6 | UInt64(fate.rawValue) << 8 | UInt64(known) << 11
  }

  init(bits: UInt64) {
    state = UInt8(bits & 15)
    isDue = bits >> 4 & 1 != 0
    isInFile = bits >> 5 & 1 != 0
    copies = UInt8(bits >> 6 & 3)
    fate = Fate(rawValue: UInt8(bits >> 8 & 7)) ?? .none
    known = UInt8(bits >> 11 & 63)
  }
}

/// A claim with its attempts, three at most.
struct ClaimState {
  private var first = Attempt()
  private var second = Attempt()
  private var third = Attempt()
  /// Whether a later attempt was sealed while the record showed one before it alive.
  var wasSealedKnowingly = false

  init() {
    first.state = CollectionMoves.requested
    first.isDue = true
  }

  subscript(index: Int) -> Attempt {
    get { index == 0 ? first : index == 1 ? second : third }
    set { if index == 0 { first = newValue } else if index == 1 { second = newValue } else { third = newValue } }
  }

  /// How many attempts bring money or still may, at the bank.
  var liveAtBank: Int { (first.fate.isLive ? 1 : 0) + (second.fate.isLive ? 1 : 0) + (third.fate.isLive ? 1 : 0) }

  var hasUndoneReturn: Bool { first.fate == .givenBack || second.fate == .givenBack || third.fate == .givenBack }

  /// Whether all that the bank can say by now has arrived.
  var isQuiet: Bool { first.isQuiet && second.isQuiet && third.isQuiet }

  /// What `sepad.double_attempt` shows.
  var isShown: Bool {
    (first.countsAsLive ? 1 : 0) + (second.countsAsLive ? 1 : 0) + (third.countsAsLive ? 1 : 0) > 1
  }

  var packed: UInt64 {
    first.bits | second.bits << 17 | third.bits << 34 | (wasSealedKnowingly ? 1 << 63 : 0)
  }

  init(packed bits: UInt64) {
    first = Attempt(bits: bits & 0x1FFFF)
    second = Attempt(bits: bits >> 17 & 0x1FFFF)
    third = Attempt(bits: bits >> 34 & 0x1FFFF)
    wasSealedKnowingly = bits >> 63 != 0
  }
}
