/// Where a mandate stands in its life, and so whether it may carry collections: only an active one does.
///
/// The SQL side holds the same table in `sepad.mandate_transition`; a test compares the two.
package enum MandateState: String, CaseIterable, Sendable, Codable {
  /// Prepared; the debtor has not seen it.
  case draft
  /// The debtor has it and has not signed it.
  case awaitingSignature = "awaiting_signature"
  /// Signed, and not decided yet whether it may be used.
  case signed
  /// B2B: signed, and not known to the debtor's bank, which would refuse each collection (SDD B2B rulebook, section 4.1).
  case awaitingRegistration = "awaiting_registration"
  /// Signed and usable.
  case active
  /// Not usable for now; a person or a new account brings it back.
  case suspended
  /// Ended by debtor or creditor.
  case revoked
  /// Ended by 36 months without a collection (SDD rulebooks, section 4.1).
  case expired
  /// Ended by its one collection, of a one-off mandate.
  case consumed
  /// Ended by a debtor who would not sign.
  case refused
}

/// What can happen to a mandate.
package enum MandateEvent: String, CaseIterable, Sendable, Codable {
  /// Handed to the debtor, to be signed.
  case sent
  case signed
  /// B2B: the debtor was asked to have its bank register the mandate.
  case registrationAsked = "registration_asked"
  /// B2B: the debtor's bank knows it.
  case registered
  /// Usable, with nothing left to wait for.
  case activated
  /// B2B: the debtor's bank does not know it after all, or not for the account that it has now.
  case unregistered
  case suspended
  case resumed
  case revoked
  case expired
  /// The one collection of a one-off mandate was settled.
  case consumed
  /// That collection was returned: it may be presented once more.
  case reopened
  case refused
}

extension MandateState {
  /// The state after `event`; revoked, expired and refused are ends, and consumed is one but for a return.
  package func applying(_ event: MandateEvent) throws(IllegalTransition) -> MandateState {
    switch (self, event) {
    case (.draft, .sent), (.awaitingSignature, .sent): .awaitingSignature
    case (.draft, .signed), (.awaitingSignature, .signed), (.signed, .signed): .signed
    case (.draft, .refused), (.awaitingSignature, .refused), (.refused, .refused): .refused
    case (.signed, .registrationAsked), (.awaitingRegistration, .registrationAsked): .awaitingRegistration
    case (.signed, .registered), (.awaitingRegistration, .registered), (.active, .registered): .active
    case (.signed, .activated), (.active, .activated): .active
    case (.active, .unregistered), (.awaitingRegistration, .unregistered): .awaitingRegistration
    case (.active, .suspended), (.suspended, .suspended): .suspended
    case (.suspended, .resumed), (.active, .resumed): .active
    case (.draft, .revoked), (.awaitingSignature, .revoked), (.signed, .revoked), (.awaitingRegistration, .revoked),
      (.active, .revoked), (.suspended, .revoked), (.revoked, .revoked):
      .revoked
    case (.signed, .expired), (.awaitingRegistration, .expired), (.active, .expired), (.suspended, .expired),
      (.expired, .expired):
      .expired
    case (.active, .consumed), (.suspended, .consumed), (.consumed, .consumed): .consumed
    case (.consumed, .reopened), (.active, .reopened): .active
    default: throw IllegalTransition(machine: "mandate", from: rawValue, on: event.rawValue)
    }
  }

  /// Nothing will be collected under it any more.
  package var isEnd: Bool {
    switch self {
    case .revoked, .expired, .consumed, .refused: true
    case .draft, .awaitingSignature, .signed, .awaitingRegistration, .active, .suspended: false
    }
  }

  /// Whether the debtor has agreed, so that a collection may be asked for: at once, or held until the mandate is active.
  package var isSigned: Bool {
    switch self {
    case .signed, .awaitingRegistration, .active, .suspended: true
    case .draft, .awaitingSignature, .revoked, .expired, .consumed, .refused: false
    }
  }

  /// What holds a collection whose mandate is in this state, in words for a person; nil where nothing does.
  package var obstacle: String? {
    self == .active ? nil : "mandate " + rawValue.replacing("_", with: " ")
  }
}
