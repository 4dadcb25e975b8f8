/// What a plan does with its mandate's state: the one place where that is decided.
package enum PlanUse: Hashable, Sendable {
  /// Its collections are made and go on their way.
  case collect
  /// They are made, and wait for the mandate under this word of the worklist.
  case hold(String)
  /// None is made yet: the debtor has agreed to nothing.
  case wait
  /// None is made any more: the plan ends.
  case end(String)
}

extension MandateState {
  /// Whether a plan's collections may be made under a mandate in this state.
  package var planUse: PlanUse {
    switch self {
    case .active: .collect
    case .signed, .awaitingRegistration, .suspended: .hold(obstacle ?? rawValue)
    case .draft, .awaitingSignature: .wait
    case .revoked, .expired, .consumed, .refused: .end(obstacle ?? rawValue)
    }
  }
}
