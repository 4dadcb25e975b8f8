/// Whether a mandate may carry collections.
///
/// The SQL side holds the same table in `sepad.mandate_transition`; a test compares the two.
package enum MandateState: String, CaseIterable, Sendable, Codable {
  /// Signed and usable.
  case active
  /// Not usable for now; a person or a new account brings it back.
  case suspended
  /// Ended by debtor or creditor.
  case revoked
  /// Ended by 36 months without a collection (SDD rulebooks, section 4.1).
  case expired
}

/// What can happen to a mandate.
package enum MandateEvent: String, CaseIterable, Sendable, Codable {
  case suspended
  case resumed
  case revoked
  case expired
}

extension MandateState {
  /// The state after `event`; revoked and expired are ends.
  package func applying(_ event: MandateEvent) throws(IllegalTransition) -> MandateState {
    switch (self, event) {
    case (.active, .suspended), (.suspended, .suspended): .suspended
    case (.suspended, .resumed), (.active, .resumed): .active
    case (.active, .revoked), (.suspended, .revoked), (.revoked, .revoked): .revoked
    case (.active, .expired), (.suspended, .expired), (.expired, .expired): .expired
    case (.revoked, _), (.expired, _):
      throw IllegalTransition(machine: "mandate", from: rawValue, on: event.rawValue)
    }
  }
}
