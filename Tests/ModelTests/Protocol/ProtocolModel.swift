import SEPA

/// One sealed file, two daemons, the database and the bank: `Exchange`, the deliveries of `Channels` and `moveFile`, a
/// step at a time and in every order.
struct ProtocolModel: StateModel {
  let rules: Rules
  /// Looks for nothing but the end of the matter, one message twice, and not for the lies in the record before it.
  var looksForDoublesOnly = false

  var start: UInt64 { ProtocolState().packed.bits }

  func steps(from bits: UInt64, into steps: inout Steps) {
    let state = ProtocolState(packed: bits)
    for who in 0...1 {
      step(state, who, &steps)
      if rules.hasFaults { misfortunes(state, who, &steps) }
    }
    surroundings(state, &steps)
  }

  func violation(in bits: UInt64) -> String? {
    let state = ProtocolState(packed: bits)
    if state.taken + (state.final == .complete ? 1 : 0) > 1 { return "the bank has one message twice" }
    if looksForDoublesOnly { return nil }
    if state.final == .partial { return "an incomplete file under the final name" }
    switch FileMoves.states[Int(state.file)] {
    case .submitted, .accepted, .refused: return state.isAtBank ? nil : "recorded as at the bank, and never was"
    case .sealed, .withdrawn: return state.isAtBank ? "recorded as not at the bank, and is" : nil
    case .sending, .uncertain: return nil
    }
  }

  /// The file's fate is recorded; or only a person or a report can know it; or the bound of attempts is reached.
  func isEnd(_ bits: UInt64) -> Bool {
    let state = ProtocolState(packed: bits)
    switch FileMoves.states[Int(state.file)] {
    case .submitted, .accepted, .refused, .withdrawn: return true
    case .sealed: return state.attempts >= rules.maxAttempts
    case .sending: return false
    case .uncertain:
      let hasLeftNothing = !rules.isTwoStep || state.temporary(slot(state.attempts)) == .none
      return !rules.hasArchive && state.final == .none && hasLeftNothing
    }
  }

  /// A step of nobody's.
  func add(_ state: ProtocolState, _ step: ProtocolStep, _ steps: inout Steps) { add(state, step, 2, &steps) }

  /// A daemon's step.
  func add(_ state: ProtocolState, _ step: ProtocolStep, _ who: Int, _ steps: inout Steps) {
    let (bits, isSwapped) = state.packed
    let marks = (step.isProgress ? Steps.isProgress : 0) | (isSwapped ? Steps.isSwap : 0)
    steps.add(bits, UInt32(step.rawValue) | UInt32(who) << 8 | marks)
  }

  /// Which temporary name an attempt uses.
  func slot(_ attempt: UInt8) -> UInt8 { rules.hasNamePerAttempt && attempt > 0 ? attempt - 1 : 0 }

  /// What one daemon does next, as the code has it.
  private func step(_ state: ProtocolState, _ who: Int, _ steps: inout Steps) {
    switch state[who].place {
    case .resting, .toSend, .toDoubt, .toSettle, .prepared, .record, .recordReported: database(state, who, &steps)
    case .began, .putting, .uploaded, .measured, .inTime, .refused, .refusedLook:
      if rules.isTwoStep { sending(state, who, &steps) } else { putting(state, who, &steps) }
    case .lookTemporary, .removeTemporary, .lookInbox, .lookArchive: settling(state, who, &steps)
    }
  }

  func words(for label: UInt32, to: UInt64, isSwapped: Bool) -> String {
    let who = Int(label >> 8 & 3)
    let name = who == 2 ? "" : ["A ", "B "][isSwapped ? 1 - who : who]
    let step = ProtocolStep(rawValue: UInt8(label & 255))?.words ?? "?"
    let state = ProtocolState(packed: to)
    var bank = (0..<rules.maxAttempts).compactMap { slot in
      state.temporary(slot) == .none ? nil : "temporary name \(slot + 1) \(state.temporary(slot))"
    }
    if state.final != .none { bank.append("final name \(state.final)") }
    if state.taken > 0 { bank.append("taken \(state.taken)") }
    if bank.isEmpty { bank.append("nothing") }
    let file = FileMoves.states[Int(state.file)].rawValue
    return "\(name)\(step)  [\(file), attempt \(state.attempts); bank: \(bank.joined(separator: ", "))]"
  }
}
