/// The steps that are statements to PostgreSQL.
extension ProtocolModel {
  func database(_ state: ProtocolState, _ who: Int, _ steps: inout Steps) {
    let daemon = state[who]
    switch daemon.place {
    case .resting: list(state, who, &steps)
    case .toDoubt:
      statement(state, who, .doubts, &steps) { next in
        let event = rules.doubtsWhatIsFoundSending ? FileMoves.outcomeUnknown : FileMoves.notSent
        _ = next.move(event, attempt: guarding(daemon.attempt))
        next.rest(who)
      }
    case .toSettle:
      // Nothing is asked of the database before the search.
      var next = state
      next[who].place = rules.isTwoStep && rules.looksAtTemporaryFirst ? .lookTemporary : .lookInbox
      settling(next, who, &steps)
    case .toSend:
      statement(state, who, .withdraws, &steps) { next in
        _ = next.move(FileMoves.withdrawal, attempt: nil)
        next.rest(who)
      }
      guard daemon.attempt < rules.maxAttempts else { return }
      statement(state, who, .prepares, &steps) { next in next[who].place = .prepared }
    case .prepared:
      statement(state, who, .begins, &steps) { next in
        if next.attempts < rules.maxAttempts, next.move(FileMoves.sendBegan, attempt: guarding(daemon.attempt)) {
          next[who].place = .began
          next[who].attempt = daemon.attempt + 1
        } else {
          next.rest(who)
        }
      }
    case .record: record(state, who, &steps)
    case .recordReported:
      statement(state, who, .recordsReported, &steps) { next in
        _ = next.move(FileMoves.reported, attempt: nil)
        next.rest(who)
      }
    default: break
    }
  }

  /// Lock and list in one: nothing that matters can come between. Where nothing is to be done, nothing happens.
  private func list(_ state: ProtocolState, _ who: Int, _ steps: inout Steps) {
    guard state.lock == 0 || !rules.needsLock else { return }
    var next = state
    switch state.file {
    case FileMoves.sealed: next[who].place = .toSend
    case FileMoves.sending: next[who].place = .toDoubt
    case FileMoves.uncertain where state.isOld || !rules.waits: next[who].place = .toSettle
    default: return
    }
    next[who].attempt = state.attempts
    next[who].isConnected = true
    if rules.needsLock { next.lock = UInt8(who + 1) }
    add(next, .lists, who, &steps)
  }

  private func record(_ state: ProtocolState, _ who: Int, _ steps: inout Steps) {
    let daemon = state[who]
    let outcome = Outcome(rawValue: daemon.note) ?? .unknown
    statement(state, who, .records, &steps) { next in
      let event =
        switch outcome {
        case .delivered, .found: FileMoves.delivered
        case .notSent: FileMoves.notSent
        case .unknown: FileMoves.outcomeUnknown
        }
      let isDone = next.move(event, attempt: guarding(daemon.attempt))
      if !isDone, outcome == .delivered {
        // Overtaken, and true all the same.
        next[who].place = .recordReported
        next[who].note = 0
      } else {
        next.rest(who)
      }
    }
  }

  private func guarding(_ attempt: UInt8) -> UInt8? { rules.guardsAttempt ? attempt : nil }

  /// One statement that commits: done; or done with its answer lost; or failing because the connection is gone already.
  private func statement(
    _ state: ProtocolState, _ who: Int, _ step: ProtocolStep, _ steps: inout Steps,
    _ body: (inout ProtocolState) -> Void
  ) {
    var next = state
    if !state[who].isConnected {
      if rules.isPinned {
        next.rest(who)
        add(next, .statementFails, who, &steps)
        return
      }
      // A new connection, in silence and without the lock.
      next[who].isConnected = true
    }
    body(&next)
    add(next, step, who, &steps)
    guard rules.hasFaults else { return }
    next.rest(who)
    add(next, .losesAnswer, who, &steps)
  }
}
