/// `DirectDelivery.submit`: one PUT to the final name, which the server makes visible when it is whole.
extension ProtocolModel {
  func putting(_ state: ProtocolState, _ who: Int, _ steps: inout Steps) {
    switch state[who].place {
    case .began: lookAtClock(state, who, &steps)
    case .inTime:
      var next = state
      next[who].place = .putting
      add(next, .asksToPut, who, &steps)
      // No byte of the body left, or the server refused it.
      if rules.hasFaults { add(concluded(state, who, .notSent), .putBreaks, who, &steps) }
    case .putting:
      var next = state
      next.store()
      add(concluded(next, who, .delivered), .putEnds, who, &steps)
      guard rules.hasFaults else { return }
      add(concluded(next, who, .unknown), .putAnswerLost, who, &steps)
      add(concluded(state, who, .unknown), .putBreaks, who, &steps)
      next = concluded(state, who, .unknown)
      next.latePuts |= 1 << slot(state[who].attempt)
      add(next, .putBreaks, who, &steps)
    default: break
    }
  }
}

extension ProtocolState {
  /// The whole message under the final name, in place of what lies there.
  mutating func store() { final = .complete }
}
