/// What happens without a daemon doing it: to it, at the bank, with time, and by a person.
extension ProtocolModel {
  func misfortunes(_ state: ProtocolState, _ who: Int, _ steps: inout Steps) {
    let daemon = state[who]
    guard daemon.place != .resting else { return }
    var next = state
    next.rest(who)
    add(next, .crashes, who, &steps)
    if daemon.place == .putting, rules.isTwoStep {
      // Killed, and what the server had received by then was all of it.
      var whole = next
      if daemon.handle == .temporary { whole.setTemporary(slot(daemon.attempt), .complete) }
      if daemon.handle == .final { whole.final = .complete }
      add(whole, .crashes, who, &steps)
    }
    if daemon.place == .inTime || daemon.place == .putting {
      // Killed with the request on its way.
      if rules.isTwoStep, daemon.place == .inTime { next.lateRenames |= 1 << slot(daemon.attempt) }
      if !rules.isTwoStep, daemon.place == .putting { next.latePuts |= 1 << slot(daemon.attempt) }
      add(next, .crashes, who, &steps)
    }
    if daemon.isConnected {
      next = state
      next[who].isConnected = false
      if next.lock == UInt8(who + 1) { next.lock = 0 }
      add(next, .losesConnection, who, &steps)
    }
    if daemon.isBeforeClockCheck, !daemon.isLate, rules.waits, rules.checksClock {
      next = state
      next[who].isLate = true
      add(next, .standsStill, who, &steps)
    }
  }

  func surroundings(_ state: ProtocolState, _ steps: inout Steps) {
    age(state, &steps)
    bank(state, &steps)
    if rules.person != .silent, state.file == FileMoves.uncertain { person(state, &steps) }
  }

  /// The wait is counted from the intent; a process counts half of it from before the intent, and so is late by then.
  private func age(_ state: ProtocolState, _ steps: inout Steps) {
    guard rules.waits, !state.isOld else { return }
    guard state.file == FileMoves.sending || state.file == FileMoves.uncertain else { return }
    var next = state
    next.isOld = true
    for who in 0...1 where state[who].attempt == state.attempts {
      if !rules.isTwoStep, rules.isPutBounded, state[who].place == .inTime || state[who].place == .putting { return }
      if state[who].isBeforeClockCheck, state[who].place != .prepared { next[who].isLate = rules.checksClock }
    }
    if !rules.isTwoStep, rules.isPutBounded { next.latePuts &= ~(1 << slot(state.attempts)) }
    add(next, .ages, &steps)
  }

  private func bank(_ state: ProtocolState, _ steps: inout Steps) {
    if state.final == .complete {
      var next = state
      next.final = .none
      next.taken += 1
      add(next, .bankTakes, &steps)
    }
    if state.taken > 0 { report(state, &steps) }
    guard state.lateRenames | state.latePuts != 0 else { return }
    for slot in 0..<rules.maxAttempts {
      if state.lateRenames >> slot & 1 != 0 {
        var next = state
        next.lateRenames &= ~(1 << slot)
        // Refused, it changes nothing, and may as well never come.
        if rename(in: &next, slot) { add(next, .serverRenames, &steps) }
      }
      if state.latePuts >> slot & 1 != 0 {
        var next = state
        next.latePuts &= ~(1 << slot)
        if rules.isTwoStep {
          replaceTemporary(in: &next, slot, by: .partial)
          add(next, .serverStores, &steps)
          next.setTemporary(slot, .complete)
        } else {
          next.store()
        }
        add(next, .serverStores, &steps)
      }
    }
  }

  private func report(_ state: ProtocolState, _ steps: inout Steps) {
    var next = state
    guard next.move(FileMoves.reported, attempt: nil) else { return }
    if next.file != state.file { add(next, .bankReports, &steps) }
    guard rules.hasVerdicts else { return }
    for (event, step) in [(FileMoves.accepted, ProtocolStep.bankAccepts), (FileMoves.refused, .bankRefuses)] {
      var told = next
      if told.move(event, attempt: nil), told.file != state.file { add(told, step, &steps) }
    }
  }

  private func person(_ state: ProtocolState, _ steps: inout Steps) {
    if state.isAtBank || rules.person == .guessesSent {
      var next = state
      _ = next.move(FileMoves.delivered, attempt: state.attempts)
      add(next, .personSaysSent, &steps)
    }
    if !state.isAtBank && !mayStillArrive(state) || rules.person == .guessesNotSent {
      var next = state
      _ = next.move(FileMoves.notSent, attempt: state.attempts)
      add(next, .personSaysNotSent, &steps)
    }
  }

  /// What "and never will" leaves out: a request on its way, or a process that may still make one.
  private func mayStillArrive(_ state: ProtocolState) -> Bool {
    if state.lateRenames | state.latePuts != 0 { return true }
    return [state.a, state.b].contains { daemon in
      daemon.place == .inTime || daemon.place == .putting && !rules.isTwoStep
        || daemon.isBeforeClockCheck && daemon.place != .prepared && !(daemon.isLate && rules.checksClock)
    }
  }
}
