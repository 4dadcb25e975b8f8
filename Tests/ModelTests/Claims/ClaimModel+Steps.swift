// What happens to one attempt, by our doing and by the bank's.

import SEPA

extension ClaimModel {
  /// Dating, building, withdrawing, recording, cancelling, presenting again.
  func ours(_ state: ClaimState, _ index: Int, _ steps: inout Steps) {
    let attempt = state[index]
    if attempt.isDue, attempt.state == CollectionMoves.requested {
      add(state, .dated, index, &steps) { $0.move(.dated) }
    }
    if attempt.isDue, attempt.state == CollectionMoves.scheduled { seal(state, index, &steps) }
    if attempt.isInFile, attempt.state == CollectionMoves.sealed, attempt.copies == 0 || !withdrawsOnlyUnsent {
      add(state, .withdrawn, index, &steps) {
        $0.move(.unsealed)
        $0.isInFile = false
        $0.isDue = true
      }
    }
    if attempt.isInFile, attempt.copies > 0, attempt.state == CollectionMoves.sealed {
      add(state, .submitted, index, &steps) { $0.move(.submitted) }
    }
    if attempt.isDue { add(state, .cancelled, index, &steps) { Self.cancel(&$0) } }
    present(state, index, &steps)
  }

  private func seal(_ state: ClaimState, _ index: Int, _ steps: inout Steps) {
    var isAlone = true
    for before in 0..<index where state[before].countsAsLive { isAlone = false }
    guard isAlone || !buildsGuarded else { return }
    var next = state
    next.wasSealedKnowingly = !isAlone
    add(next, .sealed, index, &steps) {
      $0.move(.sealed)
      $0.isDue = false
      $0.isInFile = true
    }
  }

  private static func cancel(_ attempt: inout Attempt) {
    attempt.isDue = false
    attempt.move(.cancelled)
  }

  /// By itself with the report that said so, or later by a person: once, and only behind what came to nothing.
  private func present(_ state: ClaimState, _ index: Int, _ steps: inout Steps) {
    guard index + 1 < count, !state[index + 1].exists, state[index].failed || !representsOnlyWhatFailed else { return }
    var next = state
    next[index + 1].state = CollectionMoves.requested
    next[index + 1].isDue = true
    steps.add(next.packed, UInt32(Step.presented.rawValue) | UInt32(index) << 8)
  }

  /// The file arrives, the bank decides, takes back, gives back; and tells of each, in any order.
  func theirs(_ state: ClaimState, _ index: Int, _ steps: inout Steps) {
    let attempt = state[index]
    if attempt.isInFile, attempt.state == CollectionMoves.sealed, attempt.copies == 0 || !withdrawsOnlyUnsent {
      add(state, .arrived, index, &steps) {
        if $0.fate == .none { $0.fate = .held }
        $0.copies = min(3, $0.copies + 1)
      }
    }
    switch attempt.fate {
    case .none, .failed, .takenBackAgain: break
    case .held:
      add(state, .decided, index, &steps) { $0.fate = .failed }
      add(state, .decided, index, &steps) { $0.fate = .collected }
    case .collected: add(state, .decided, index, &steps) { $0.fate = .takenBack }
    case .takenBack: add(state, .decided, index, &steps) { $0.fate = .givenBack }
    case .givenBack: add(state, .decided, index, &steps) { $0.fate = .takenBackAgain }
    }
    let news = attempt.told & ~attempt.known
    for bit in 0..<UInt8(6) where news >> bit & 1 != 0 {
      if let news = News(rawValue: bit) { tell(state, index, news, &steps) }
    }
  }

  /// A report is applied: first that the bank has the file, then its news, as `Matching/Precedence` orders them.
  private func tell(_ state: ClaimState, _ index: Int, _ news: News, _ steps: inout Steps) {
    var next = state
    var attempt = state[index]
    if attempt.state == CollectionMoves.sealed { attempt.move(.submitted) }
    var isUndone = false
    switch news {
    case .accepted: attempt.move(.accepted)
    case .rejected: attempt.move(.rejected)
    case .settled: attempt.move(.settled)
    case .returned: if !attempt.knows(.reinstated) { attempt.move(.returned) }
    case .returnedAgain:
      // A second debit with nothing undone between waits.
      if attempt.knows(.returned), !attempt.knows(.reinstated) { return }
      attempt.move(.returned)
    case .reinstated:
      // Early: it undoes what is not known. Late: a return after it is known.
      if !attempt.knows(.returned), !attempt.knows(.returnedAgain) { return }
      isUndone = !attempt.knows(.returnedAgain)
      if isUndone { attempt.move(.reinstated) }
    }
    attempt.known |= 1 << news.rawValue
    next[index] = attempt
    if isUndone, cancelsOvertaken {
      for later in index + 1..<3 where next[later].isDue { Self.cancel(&next[later]) }
    }
    let label = UInt32(Step.told.rawValue) | UInt32(index) << 8 | UInt32(news.rawValue) << 12
    steps.add(next.packed, label | Steps.isProgress)
  }
}
