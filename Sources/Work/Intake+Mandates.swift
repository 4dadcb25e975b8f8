internal import FoundationEssentials
import SEPA
import Store

// Requests for mandates, and for what becomes of them.

extension Intake {
  func answerMandates(_ session: isolated Session, at now: Instant) async throws -> Int {
    let claimed = try session.claim(.mandate, limit: Self.batch)
    guard !claimed.isEmpty else { return 0 }
    let creditors = try session.creditors()
    let known = try session.knownRequests(.mandate, keys: claimed.compactMap { $0.values[0] })
    var references = try session.takenMandateReferences(claimed.compactMap { $0.values[2] })
    var batch = AnswerBatch()
    var accepted: [(mandate: AcceptedMandate, context: AnswerBatch.Context, row: ClaimedRequest)] = []
    for row in claimed {
      guard let context = batch.context(of: row, creditors: creditors, known: known) else { continue }
      let policy = mandates[context.creditor.key] ?? MandatePolicy()
      var (mandate, refusals) = Self.judged(Self.mandateRequest(row).accepted(today: now.day))
      if let reference = mandate?.mandateReference?.value {
        if !references.insert(CreditorKey(context.creditor.id, reference)).inserted {
          mandate = nil
          refusals.append(
            Refusal(
              field: "mandate_reference", rule: "unique mandate reference", found: reference,
              expected: "a reference this creditor has not used", hint: "a new mandate needs a reference of its own"))
        }
      } else if mandate != nil, policy.referencePattern == nil {
        mandate = nil
        refusals.append(
          Refusal(
            field: "mandate_reference", rule: "compulsory field", found: "nothing", expected: "a value",
            hint: "write it as on the signed mandate, or set mandate_reference in the configuration to have one made"))
      }
      guard let mandate else {
        batch.refuse(row, refusals)
        continue
      }
      accepted.append((mandate, context, row))
      batch.accept(row, context)
    }
    let ids = try session.allocateIDs("sepad.mandate", count: accepted.count)
    var fresh: [NewMandate] = []
    var made: [(key: String, content: String)] = []
    for (id, (mandate, context, row)) in zip(ids, accepted) {
      let policy = mandates[context.creditor.key] ?? MandatePolicy()
      let reference = try mandate.mandateReference?.value ?? session.madeReference(policy, context, id, &references, at: now)
      if mandate.mandateReference == nil { made.append(Self.told(reference, id, context)) }
      fresh.append(
        NewMandate(
          creditorID: context.creditor.id, requestKey: context.key, digest: row.digest, reference: reference,
          state: Self.firstState(of: mandate, policy), mandate: mandate))
    }
    try await session.store(fresh, ids: ids, at: now)
    try beginRegistrations(of: zip(ids, accepted).map { ($0, $1.mandate, $1.context.creditor.key) }, session, at: now)
    try session.tellOfRequests(keys: made.map(\.key), contents: made.map(\.content), at: now)
    return try batch.finish(.mandate, ids: ids, session, at: now)
  }

  /// What a mandate is when it comes: one that must wait for its registration is moved there at once, which is told.
  private static func firstState(of mandate: AcceptedMandate, _ policy: MandatePolicy) -> MandateState {
    guard mandate.signedOn != nil else { return .draft }
    switch policy.afterSigning(mandate.scheme, isRegistered: mandate.isRegistered) {
    case .registrationAsked: return .signed
    default: return .active
    }
  }

  private func beginRegistrations(
    of new: [(id: Int64, mandate: AcceptedMandate, creditor: String)], _ session: isolated Session, at now: Instant
  ) throws {
    let stamp = Stamp(at: now, actor: "intake")
    let waiting = new.filter { $0.mandate.signedOn != nil && $0.mandate.scheme == .b2b && !$0.mandate.isRegistered }
    for (creditor, new) in Dictionary(grouping: waiting, by: \.creditor).sorted(by: { $0.key < $1.key }) {
      let policy = mandates[creditor] ?? MandatePolicy()
      guard policy.registration != .ignore else { continue }
      let ids = new.map(\.id)
      if policy.registration == .hold {
        try session.moveMandates(
          .registrationAsked,
          selecting: """
            SELECT id AS mandate_id, NULL::bigint AS cause_event_id, 'signed, and not confirmed by the debtor''s bank' AS because
            FROM unnest($4::bigint[]) AS n (id)
            """, [.integers(ids)], stamp)
      }
      try session.askToRegister(mandates: ids, next: now.day.adding(days: policy.reminderDays).iso, isFirst: true, stamp)
    }
  }

  /// The caller did not know the reference: it is told which one was made.
  private static func told(_ reference: String, _ id: Int64, _ context: AnswerBatch.Context) -> (key: String, content: String) {
    let fields = [
      "kind": "mandate", "request_key": context.key, "creditor": context.creditor.key, "mandate_reference": reference,
      "subject_id": "\(id)",
    ]
    // Encoding plain strings cannot fail.
    let text = (try? JSONEncoder().encode(fields)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    return ("mandate:\(context.key)", text.dropLast() + ",\"refusals\":[]}")
  }

  private static func mandateRequest(_ row: ClaimedRequest) -> MandateRequest {
    let v = row.values
    var request = MandateRequest(creditor: v[1])
    (request.mandateReference, request.scheme, request.sequence, request.signedOn) = (v[2], v[3], v[4], v[5])
    (request.debtorName, request.iban, request.bic, request.country) = (v[6], v[7], v[8], v[9])
    (request.street, request.building, request.postcode, request.town) = (v[10], v[11], v[12], v[13])
    (request.addressLine1, request.addressLine2, request.email, request.language) = (v[14], v[15], v[16], v[17])
    (request.ultimateDebtor, request.state, request.place, request.signatory) = (v[18], v[19], v[20], v[21])
    (request.signatoryCapacity, request.registeredOn, request.lastUsedOn, request.noticeDays) = (v[22], v[23], v[24], v[25])
    return request
  }

  // MARK: Changes

  func answerMandateChanges(_ session: isolated Session, at now: Instant) async throws -> Int {
    let claimed = try session.claim(.mandateChange, limit: Self.batch)
    guard !claimed.isEmpty else { return 0 }
    let creditors = try session.creditors()
    let known = try session.knownRequests(.mandateChange, keys: claimed.compactMap { $0.values[0] })
    let desk = MandateDesk(policies: mandates)
    var batch = AnswerBatch()
    var fresh: [NewMandateChange] = []
    // Before any mandate is locked: no file is made meanwhile.
    try session.lockAmendments(toAmend: true)
    for row in claimed {
      guard let context = batch.context(of: row, creditors: creditors, known: known) else { continue }
      switch Self.changeRequest(row).accepted(today: now.day) {
      case .failure(let refusals): batch.refuse(row, refusals.list)
      case .success(let change):
        switch try desk.make(change, of: context.creditor, session, Stamp(at: now, actor: "intake")) {
        case .failure(let refusals): batch.refuse(row, refusals.list)
        case .success(let mandate):
          fresh.append(
            NewMandateChange(
              creditorID: context.creditor.id, mandateID: mandate, change: change.change, requestKey: context.key,
              digest: row.digest))
          batch.accept(row, context)
        }
      }
    }
    let ids = try session.store(fresh, at: now)
    return try batch.finish(.mandateChange, ids: ids, session, at: now)
  }

  private static func changeRequest(_ row: ClaimedRequest) -> MandateChangeRequest {
    let v = row.values
    var request = MandateChangeRequest(creditor: v[1], mandateReference: v[2], change: v[3])
    (request.on, request.place, request.signatory, request.signatoryCapacity) = (v[4], v[5], v[6], v[7])
    (request.iban, request.bic, request.newReference, request.debtorName) = (v[8], v[9], v[10], v[11])
    (request.email, request.language, request.noticeDays, request.reason) = (v[12], v[13], v[14], v[15])
    return request
  }
}

extension AcceptedMandate {
  /// Whether the debtor's bank knows it: it said so, or has paid under it.
  var isRegistered: Bool { registeredOn != nil || lastUsedOn != nil }
}

extension Session {
  /// The reference that a creditor's pattern makes of a mandate's number. Somebody may have used that very one: then a number
  /// follows, the first that is free.
  fileprivate func madeReference(
    _ policy: MandatePolicy, _ context: AnswerBatch.Context, _ id: Int64, _ taken: inout Set<CreditorKey>, at now: Instant
  ) throws -> String {
    guard let pattern = policy.referencePattern else { throw StoreFault.shape("mandate: no pattern for its reference") }
    let base = "\(try epoch().mark)\(id)"
    for attempt in 0... {
      let reference = pattern.reference(year: now.day.year, number: attempt == 0 ? base : "\(base)-\(attempt)")
      let key = CreditorKey(context.creditor.id, reference)
      if !taken.contains(key) { taken.formUnion(try takenMandateReferences([reference])) }
      if taken.insert(key).inserted { return reference }
    }
    throw StoreFault.shape("mandate: no free reference")
  }
}
