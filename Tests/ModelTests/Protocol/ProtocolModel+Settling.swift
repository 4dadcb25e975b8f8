/// `Exchange.settle` and `locate`: looks at the bank's side, a name at a time, and never sends.
extension ProtocolModel {
  func settling(_ state: ProtocolState, _ who: Int, _ steps: inout Steps) {
    let daemon = state[who]
    let slot = slot(daemon.attempt)
    var next = state
    switch daemon.place {
    case .lookTemporary:
      switch state.temporary(slot) {
      case .none: sees(.nothing, &next, who)
      case .partial: sees(.incomplete, &next, who)
      case .complete where !rules.removesTemporary: sees(.removed, &next, who)
      case .complete: next[who].place = .removeTemporary
      }
      add(next, .looksAtTemporary, who, &steps)
    case .removeTemporary:
      sees(state.temporary(slot) == .none ? .unclear : .removed, &next, who)
      replaceTemporary(in: &next, slot, by: .none)
      add(next, .removes, who, &steps)
      if rules.hasFaults {
        var unclear = state
        sees(.unclear, &unclear, who)
        add(unclear, .cannotRemove, who, &steps)
        sees(.unclear, &next, who)
        add(next, .removalAnswerLost, who, &steps)
      }
      return
    case .lookInbox:
      switch state.final {
      case .complete: next = concluded(state, who, .found)
      case .partial: next.rest(who)
      case .none where rules.hasArchive: next[who].place = .lookArchive
      case .none: goOn(&next, who)
      }
      add(next, .looksAtInbox, who, &steps)
    case .lookArchive:
      if state.taken > 0 { next = concluded(state, who, .found) } else { goOn(&next, who) }
      add(next, .looksAtArchive, who, &steps)
    default: break
    }
    guard rules.hasFaults else { return }
    next = state
    next.rest(who)
    add(next, .cannotLook, who, &steps)
  }

  private func sees(_ sight: Sight, _ state: inout ProtocolState, _ who: Int) {
    state[who].note = sight.rawValue
    if rules.looksAtTemporaryFirst { state[who].place = .lookInbox } else { conclude(&state, who) }
  }

  /// Inbox and archive hold nothing.
  private func goOn(_ state: inout ProtocolState, _ who: Int) {
    if rules.isTwoStep, !rules.looksAtTemporaryFirst {
      state[who].place = .lookTemporary
    } else {
      conclude(&state, who)
    }
  }

  /// Neither inbox nor archive held it: what was seen under the temporary name decides. Nothing known is nothing said.
  private func conclude(_ state: inout ProtocolState, _ who: Int) {
    let isAbsent =
      switch Sight(rawValue: state[who].note) ?? .unclear {
      case .nothing, .notLooked: rules.hasArchive
      case .incomplete, .removed: true
      case .unclear: false
      }
    if isAbsent { state = concluded(state, who, .notSent) } else { state.rest(who) }
  }
}
