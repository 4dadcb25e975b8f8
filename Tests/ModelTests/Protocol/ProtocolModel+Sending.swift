/// `TwoStepDelivery.submit`, from the upload to the outcome.
extension ProtocolModel {
  func sending(_ state: ProtocolState, _ who: Int, _ steps: inout Steps) {
    let daemon = state[who]
    let slot = slot(daemon.attempt)
    switch daemon.place {
    case .began:
      // What lies there is removed first: whoever still writes to it writes to no name any more.
      var next = state
      replaceTemporary(in: &next, slot, by: .partial)
      next[who].place = .putting
      next[who].handle = .temporary
      add(next, .putBegins, who, &steps)
      guard rules.hasFaults else { return }
      add(concluded(state, who, .notSent), .putBreaks, who, &steps)
      guard rules.hasLateUploads else { return }
      next = concluded(state, who, .notSent)
      next.latePuts |= 1 << slot
      add(next, .putBreaks, who, &steps)
    case .putting:
      var next = state
      switch daemon.handle {
      case .temporary: next.setTemporary(slot, .complete)
      case .final: next.final = .complete
      case .none, .unlinked: break
      }
      next[who].handle = .none
      next[who].place = .uploaded
      add(next, .putEnds, who, &steps)
      if slot > 0, state.temporary(slot - 1) != .none {
        // What the attempt before left is cleared away, if the server lets us.
        var cleared = next
        replaceTemporary(in: &cleared, slot - 1, by: .none)
        add(cleared, .putEnds, who, &steps)
      }
      guard rules.hasFaults else { return }
      add(concluded(next, who, .notSent), .putAnswerLost, who, &steps)
      add(concluded(state, who, .notSent), .putBreaks, who, &steps)
    case .uploaded:
      var next = state
      next[who].place = .measured
      add(state.temporary(slot) == .complete ? next : concluded(state, who, .notSent), .measures, who, &steps)
      if rules.hasFaults { add(concluded(state, who, .notSent), .cannotMeasure, who, &steps) }
    case .measured: lookAtClock(state, who, &steps)
    case .inTime: rename(state, who, slot, &steps)
    case .refused:
      var next = state
      next[who].place = .refusedLook
      next[who].note = state.temporary(slot) == .none ? 0 : 1
      replaceTemporary(in: &next, slot, by: .none)
      add(next, .removesAfterRefusal, who, &steps)
      guard rules.hasFaults else { return }
      add(concluded(state, who, .unknown), .cannotRemove, who, &steps)
      add(concluded(next, who, .unknown), .removalAnswerLost, who, &steps)
    case .refusedLook:
      let outcome: Outcome =
        switch (daemon.note == 1, state.final) {
        case (true, .none): .notSent
        case (false, .complete): .delivered
        case (true, _), (false, _): .unknown
        }
      add(concluded(state, who, outcome), .looksAfterRefusal, who, &steps)
      if rules.hasFaults { add(concluded(state, who, .unknown), .cannotLook, who, &steps) }
    default: break
    }
  }

  /// Past it, standing still is no longer noticed.
  func lookAtClock(_ state: ProtocolState, _ who: Int, _ steps: inout Steps) {
    if rules.checksClock, rules.waits, state[who].isLate {
      add(concluded(state, who, .notSent), .looksAtClock, who, &steps)
      return
    }
    var next = state
    next[who].place = .inTime
    next[who].isLate = false
    add(next, .looksAtClock, who, &steps)
  }

  private func rename(_ state: ProtocolState, _ who: Int, _ slot: UInt8, _ steps: inout Steps) {
    var done = state
    let isDone = rename(in: &done, slot)
    if isDone { add(concluded(done, who, done.final == .complete ? .delivered : .unknown), .renames, who, &steps) }
    if !isDone { add(refused(state, who), .renames, who, &steps) }
    guard rules.hasFaults else { return }
    if isDone {
      add(concluded(done, who, .unknown), .renameAnswerLost, who, &steps)
      add(refused(done, who), .renameLooksRefused, who, &steps)
    }
    var waiting = state
    waiting.lateRenames |= 1 << slot
    add(concluded(waiting, who, .unknown), .renameWaits, who, &steps)
    add(refused(waiting, who), .renameWaitsLooksRefused, who, &steps)
    add(concluded(state, who, .notSent), .renameNotRequested, who, &steps)
  }

  private func refused(_ state: ProtocolState, _ who: Int) -> ProtocolState {
    var next = state
    next[who].place = .refused
    return next
  }

  func concluded(_ state: ProtocolState, _ who: Int, _ outcome: Outcome) -> ProtocolState {
    var next = state
    next[who].place = .record
    next[who].note = outcome.rawValue
    next[who].isLate = false
    next[who].handle = .none
    return next
  }
}

/// What the server does with names and files.
extension ProtocolModel {
  /// Another file under a temporary name, or none: uploads under way into the old one go on without a name.
  func replaceTemporary(in state: inout ProtocolState, _ slot: UInt8, by copy: Copy) {
    redirect(in: &state, slot, to: .unlinked)
    state.setTemporary(slot, copy)
  }

  /// - Returns: false where it is refused: without a source, or onto a name that is taken.
  func rename(in state: inout ProtocolState, _ slot: UInt8) -> Bool {
    guard state.temporary(slot) != .none, state.final == .none else { return false }
    state.final = state.temporary(slot)
    state.setTemporary(slot, .none)
    redirect(in: &state, slot, to: .final)
    return true
  }

  private func redirect(in state: inout ProtocolState, _ slot: UInt8, to handle: Handle) {
    for who in 0...1 where state[who].handle == .temporary && self.slot(state[who].attempt) == slot {
      state[who].handle = handle
    }
  }
}
