import SEPA

/// One claim and the attempts to collect it: dating, building, withdrawing, reports in any order, and presenting again.
/// A file at the bank is one step here, for Protocol has shown that a message gets there once, and a withdrawn one never.
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

  enum Step: UInt8, CaseIterable {
    case dated, sealed, withdrawn, arrived, submitted, decided, told, presented, cancelled
  }

  var start: UInt64 { ClaimState(count: count).packed }

  func steps(from bits: UInt64, into steps: inout Steps) {
    let state = ClaimState(packed: bits, count: count)
    for index in 0..<count where state.attempts[index].state != nil {
      ours(state, index, &steps)
      theirs(state, index, &steps)
    }
  }

  func violation(in bits: UInt64) -> String? {
    let state = ClaimState(packed: bits, count: count)
    if state.wasSealedKnowingly { return "sealed while an attempt before was alive in the record" }
    if state.attempts.contains(where: { $0.copies > 1 }) { return "the bank has one attempt twice" }
    let live = state.attempts.filter(\.fate.isLive)
    if live.count > 1, !live.contains(where: { $0.fate == .givenBack }) {
      return "two live attempts at the bank, and no return was undone"
    }
    let isQuiet = state.attempts.allSatisfy(\.isQuiet)
    if isQuiet, live.count > 1, !isShown(state) { return "two live attempts at the bank, all told, and double_attempt is silent" }
    if isQuiet, let wrong = state.attempts.first(where: { !agrees($0) }) {
      return "all told, and the record says \(wrong.state?.rawValue ?? "nothing") of what the bank calls \(wrong.fate)"
    }
    return nil
  }

  /// Each attempt has come to what it comes to, or a person is told.
  func isEnd(_ bits: UInt64) -> Bool {
    let state = ClaimState(packed: bits, count: count)
    return isShown(state) || state.attempts.allSatisfy { !$0.countsAsLive || $0.state == .settled }
  }

  private func isShown(_ state: ClaimState) -> Bool { state.attempts.filter(\.countsAsLive).count > 1 }

  private func agrees(_ attempt: Attempt) -> Bool {
    switch attempt.fate {
    case .none: attempt.state != .settled && attempt.state != .returned && attempt.state != .rejected
    case .held: [.sealed, .submitted, .accepted].contains(attempt.state)
    case .failed: attempt.state == .rejected
    case .collected, .givenBack: attempt.state == .settled
    case .takenBack, .takenBackAgain: attempt.state == .returned
    }
  }

  // MARK: What sepad does

  private func ours(_ state: ClaimState, _ index: Int, _ steps: inout Steps) {
    let attempt = state.attempts[index]
    if attempt.isDue, attempt.state == .requested { add(state, .dated, index, &steps) { $0.move(.dated) } }
    if attempt.isDue, attempt.state == .scheduled {
      let isAlone = !state.attempts[..<index].contains(where: \.countsAsLive)
      if isAlone || !buildsGuarded {
        var next = state
        next.wasSealedKnowingly = !isAlone
        add(next, .sealed, index, &steps) {
          $0.move(.sealed)
          $0.isDue = false
          $0.isInFile = true
        }
      }
    }
    if attempt.isInFile, attempt.state == .sealed, attempt.copies == 0 || !withdrawsOnlyUnsent {
      add(state, .withdrawn, index, &steps) {
        $0.move(.unsealed)
        $0.isInFile = false
        $0.isDue = true
      }
    }
    if attempt.isInFile, attempt.copies > 0, attempt.state == .sealed {
      add(state, .submitted, index, &steps) { $0.move(.submitted) }
    }
    if attempt.isDue { cancel(state, index, &steps) }
    present(state, index, &steps)
  }

  private func cancel(_ state: ClaimState, _ index: Int, _ steps: inout Steps) {
    add(state, .cancelled, index, &steps) {
      $0.isDue = false
      $0.move(.cancelled)
    }
  }

  /// By itself with the report that said so, or later by a person: either way once, and only behind what came to nothing.
  private func present(_ state: ClaimState, _ index: Int, _ steps: inout Steps) {
    guard index + 1 < count, state.attempts[index + 1].state == nil else { return }
    let attempt = state.attempts[index]
    guard attempt.state == .rejected || attempt.state == .returned || !representsOnlyWhatFailed else { return }
    var next = state
    next.attempts[index + 1].state = .requested
    next.attempts[index + 1].isDue = true
    steps.add(next.packed, UInt32(Step.presented.rawValue) | UInt32(index) << 8)
  }

  // MARK: What the bank does

  private func theirs(_ state: ClaimState, _ index: Int, _ steps: inout Steps) {
    let attempt = state.attempts[index]
    if attempt.isInFile, attempt.state == .sealed, attempt.fate == .none || !withdrawsOnlyUnsent {
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
    for news in News.allCases where attempt.isTold(news) && !attempt.knows(news) { tell(state, index, news, &steps) }
  }

  /// A report is applied: first that the bank has the file, then its news, as `Matching/Precedence` orders them.
  private func tell(_ state: ClaimState, _ index: Int, _ news: News, _ steps: inout Steps) {
    let attempt = state.attempts[index]
    var next = state
    next.attempts[index].known |= 1 << news.rawValue
    if next.attempts[index].state == .sealed { next.attempts[index].move(.submitted) }
    switch news {
    case .accepted: next.attempts[index].move(.accepted)
    case .rejected: next.attempts[index].move(.rejected)
    case .settled: next.attempts[index].move(.settled)
    case .returned: if !attempt.knows(.reinstated) { next.attempts[index].move(.returned) }
    case .returnedAgain:
      // A second debit with nothing undone between waits.
      if attempt.knows(.returned), !attempt.knows(.reinstated) { return }
      next.attempts[index].move(.returned)
    case .reinstated:
      // Early: it undoes what is not known. Late: a return after it is known.
      if !attempt.knows(.returned), !attempt.knows(.returnedAgain) { return }
      guard !attempt.knows(.returnedAgain) else { break }
      next.attempts[index].move(.reinstated)
      guard cancelsOvertaken else { break }
      for later in next.attempts.indices where later > index && next.attempts[later].isDue {
        next.attempts[later].isDue = false
        next.attempts[later].move(.cancelled)
      }
    }
    steps.add(next.packed, UInt32(Step.told.rawValue) | UInt32(index) << 8 | UInt32(news.rawValue) << 12 | Steps.isProgress)
  }

  private func add(_ state: ClaimState, _ step: Step, _ index: Int, _ steps: inout Steps, _ body: (inout Attempt) -> Void) {
    var next = state
    body(&next.attempts[index])
    let isOurs = step != .withdrawn && step != .cancelled
    steps.add(next.packed, UInt32(step.rawValue) | UInt32(index) << 8 | (isOurs ? Steps.isProgress : 0))
  }

  func words(for label: UInt32, from: UInt64, to: UInt64, isSwapped: Bool) -> String {
    let index = Int(label >> 8 & 15)
    let step = Step(rawValue: UInt8(label & 255)) ?? .told
    let attempt = ClaimState(packed: to, count: count).attempts[index]
    let news = step == .told ? " \(News(rawValue: UInt8(label >> 12 & 15)) ?? .accepted)" : ""
    return "attempt \(index + 1): \(step)\(news)  [\(attempt.state?.rawValue ?? "none"); at the bank: \(attempt.fate)]"
  }
}
