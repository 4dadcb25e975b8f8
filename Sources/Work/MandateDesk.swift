package import SEPA
package import Store

/// Where the life of one mandate is decided: for the requests of intake and for the operator's commands alike.
package struct MandateDesk: Sendable {
  private let policies: [String: MandatePolicy]

  /// - Parameter policies: how each creditor deals with mandates, by its key in the configuration.
  package init(policies: [String: MandatePolicy]) { self.policies = policies }

  /// Makes a change, with all that follows from it. To be called inside a transaction that holds
  /// `Session.lockAmendments(toAmend: true)`.
  /// - Returns: the mandate's id, or why not; then nothing has changed.
  package func make(
    _ change: AcceptedMandateChange, of creditor: KnownCreditor, _ session: isolated Session, _ stamp: Stamp
  ) throws -> Result<Int64, Refusals> {
    let reference = change.mandateReference.value
    guard let mandate = try session.standingMandate(creditor: creditor.id, reference: reference) else {
      return .failure(
        Refusals(list: [
          Refusal(
            field: "mandate_reference", rule: "mandate exists", found: reference, expected: "a mandate of this creditor",
            hint: "correct the reference: after an amendment, it is the new one"),
        ]))
    }
    if let refusal = try refusal(of: change, mandate, creditor, session) { return .failure(Refusals(list: [refusal])) }
    let because = change.reason ?? change.change.rawValue
    let policy = policies[creditor.key] ?? MandatePolicy()
    switch change.change {
    case .sent: try session.moveMandate(mandate.id, .sent, because: because, stamp)
    case .refused: try session.moveMandate(mandate.id, .refused, because: because, stamp)
    case .suspended: try session.moveMandate(mandate.id, .suspended, because: because, stamp)
    case .revoked: try session.moveMandate(mandate.id, .revoked, because: because, stamp)
    case .signed:
      let day = change.on ?? stamp.at.day
      try session.sign(mandate: mandate.id, on: day.iso, change.data.signature)
      try session.moveMandate(mandate.id, .signed, because: because, stamp)
      let next = policy.afterSigning(mandate.scheme, isRegistered: mandate.isRegistered)
      try session.moveMandate(mandate.id, next, because: because, stamp)
      if mandate.scheme == .b2b, !mandate.isRegistered { try ask(mandate.id, policy, session, stamp) }
    case .registered:
      try session.register(mandate: mandate.id, on: (change.on ?? stamp.at.day).iso)
      // One that is suspended stays so, and is registered when it comes back.
      if mandate.state != .suspended { try session.moveMandate(mandate.id, .registered, because: because, stamp) }
    case .resumed:
      try session.moveMandate(mandate.id, .resumed, because: because, stamp)
      if mandate.isForNewAccount, !mandate.isRegistered { try registerAgain(mandate, policy, session, stamp) }
    case .amended:
      var data = change.data
      if data.iban?.value == mandate.iban { data.iban = nil }
      if data.reference?.value == mandate.reference { data.reference = nil }
      try session.amend(mandate, data, because: because, stamp)
      if data.iban != nil, mandate.state != .suspended { try registerAgain(mandate, policy, session, stamp) }
    }
    return .success(mandate.id)
  }

  /// A B2B mandate with another account than before must be shown to the debtor's bank again.
  private func registerAgain(
    _ mandate: StandingMandate, _ policy: MandatePolicy, _ session: isolated Session, _ stamp: Stamp
  ) throws {
    guard mandate.scheme == .b2b, mandate.state.isSigned else { return }
    if policy.registration == .hold {
      try session.moveMandate(mandate.id, .unregistered, because: "the debtor has another account", stamp)
    }
    try ask(mandate.id, policy, session, stamp)
  }

  private func ask(_ mandate: Int64, _ policy: MandatePolicy, _ session: isolated Session, _ stamp: Stamp) throws {
    guard policy.registration != .ignore else { return }
    try session.askToRegister(
      mandates: [mandate], next: stamp.at.day.adding(days: policy.reminderDays).iso, isFirst: true, stamp)
  }

  // MARK: Judging

  private func refusal(
    of change: AcceptedMandateChange, _ mandate: StandingMandate, _ creditor: KnownCreditor, _ session: isolated Session
  ) throws -> Refusal? {
    func refuse(_ field: String, _ rule: String, _ found: String, _ expected: String, _ hint: String) -> Refusal {
      Refusal(field: field, rule: rule, found: found, expected: expected, hint: hint)
    }
    guard change.change.states.contains(mandate.state) else {
      return refuse(
        "change", "mandate state", mandate.state.rawValue,
        MandateState.allCases.filter(change.change.states.contains).map(\.rawValue).joined(separator: ", "),
        mandate.state.isEnd ? "this mandate has ended: a new one must be signed" : "look at sepad mandate show")
    }
    switch change.change {
    case .registered where mandate.scheme == .core:
      return refuse(
        "change", "registration", "a CORE mandate", "a B2B mandate", "a CORE mandate needs no registration with the debtor's bank")
    case .amended:
      let data = change.data
      let isNew =
        data.debtorName != nil || data.email != nil || data.language != nil || data.noticeDays != nil
        || data.signature != SignatureFacts() || data.iban.map { $0.value != mandate.iban } ?? false
        || data.reference.map { $0.value != mandate.reference } ?? false
      if !isNew {
        return refuse("change", "amendment", "what it has already", "at least one new value", "nothing is to be done")
      }
      if let new = data.reference?.value, new != mandate.reference,
        try session.takenMandateReferences([new]).contains(CreditorKey(creditor.id, new))
      {
        return refuse(
          "new_reference", "unique mandate reference", new, "a reference this creditor has not used",
          "an amended mandate needs a reference of its own")
      }
      if let iban = data.iban, !mandate.hasAddress,
        let outside = [iban.country, data.bic?.country].compactMap(\.self).first(where: { !SEPACountry.isEEA($0) })
      {
        return refuse(
          "iban", "address of a debtor outside the EEA", "none, for \(outside)", "a mandate with town and country",
          "have a new mandate signed, with the address")
      }
      return nil
    default: return nil
    }
  }
}

extension MandateChange {
  /// States of a mandate of which this can be said; where it is so already, nothing moves.
  fileprivate var states: Set<MandateState> {
    switch self {
    case .sent: [.draft, .awaitingSignature]
    case .signed: [.draft, .awaitingSignature]
    case .registered: [.signed, .awaitingRegistration, .active, .suspended]
    case .suspended: [.active, .suspended]
    case .resumed: [.suspended, .active]
    case .revoked: Set(MandateState.allCases.filter { !$0.isEnd || $0 == .revoked })
    case .refused: [.draft, .awaitingSignature, .refused]
    case .amended: Set(MandateState.allCases.filter { !$0.isEnd })
    }
  }
}
