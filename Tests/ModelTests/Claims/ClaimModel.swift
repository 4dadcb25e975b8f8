import SEPA

/// One claim and the attempts to collect it: dating, building, withdrawing, reports in any order, and presenting again.
/// A file at the bank is one step here: Protocol has shown that a message gets there once, and a withdrawn one never.
struct ClaimModel: StateModel {
  /// Attempts that are walked through.
  var count = 2
  /// The builder leaves out a claim of which an attempt before may still bring money.
  var buildsGuarded = true
  /// A return that was undone cancels what was to collect it again.
  var cancelsOvertaken = true
  /// Only what came to nothing is presented again.
  var representsOnlyWhatFailed = true
  /// What was withdrawn never left.
  var withdrawsOnlyUnsent = true
  /// Looks for nothing but one attempt at the bank twice.
  var looksForDoublesOnly = false

  enum Step: UInt8, CaseIterable {
    case dated, sealed, withdrawn, arrived, submitted, decided, told, presented, cancelled
  }

  var start: UInt64 { ClaimState().packed }

  func steps(from bits: UInt64, into steps: inout Steps) {
    let state = ClaimState(packed: bits)
    for index in 0..<count where state[index].exists {
      ours(state, index, &steps)
      theirs(state, index, &steps)
    }
  }

  func violation(in bits: UInt64) -> String? {
    let state = ClaimState(packed: bits)
    if state.wasSealedKnowingly { return "sealed while an attempt before was alive in the record" }
    for index in 0..<count where state[index].copies > 1 { return "the bank has one attempt twice" }
    if looksForDoublesOnly { return nil }
    let isDouble = state.liveAtBank > 1
    if isDouble, !state.hasUndoneReturn { return "two live attempts at the bank, and no return was undone" }
    guard state.isQuiet else { return nil }
    if isDouble, !state.isShown { return "two live attempts at the bank, all told, and double_attempt is silent" }
    for index in 0..<count where !agrees(state[index]) { return "all told, and the record says something else" }
    return nil
  }

  /// Each attempt has come to what it comes to, or a person is told.
  func isEnd(_ bits: UInt64) -> Bool {
    let state = ClaimState(packed: bits)
    if state.isShown { return true }
    for index in 0..<count {
      let attempt = state[index]
      if attempt.countsAsLive, attempt.state != CollectionMoves.settled { return false }
    }
    return true
  }

  private func agrees(_ attempt: Attempt) -> Bool {
    switch attempt.fate {
    case .none: attempt.state != CollectionMoves.settled && !attempt.failed
    case .held: attempt.countsAsLive && attempt.state != CollectionMoves.settled && !attempt.isDue
    case .failed: attempt.state == CollectionMoves.rejected
    case .collected, .givenBack: attempt.state == CollectionMoves.settled
    case .takenBack, .takenBackAgain: attempt.state == CollectionMoves.returned
    }
  }

  func words(for label: UInt32, to: UInt64, isSwapped: Bool) -> String {
    let index = Int(label >> 8 & 15)
    let step = Step(rawValue: UInt8(label & 255)) ?? .told
    let attempt = ClaimState(packed: to)[index]
    let news = step == .told ? " \(News(rawValue: UInt8(label >> 12 & 15)) ?? .accepted)" : ""
    let state = attempt.exists ? CollectionMoves.states[Int(attempt.state)].rawValue : "none"
    return "attempt \(index + 1): \(step)\(news)  [\(state); at the bank: \(attempt.fate)]"
  }

  func add(_ state: ClaimState, _ step: Step, _ index: Int, _ steps: inout Steps, _ body: (inout Attempt) -> Void) {
    var next = state
    body(&next[index])
    let isProgress = step != .withdrawn && step != .cancelled
    steps.add(next.packed, UInt32(step.rawValue) | UInt32(index) << 8 | (isProgress ? Steps.isProgress : 0))
  }
}
