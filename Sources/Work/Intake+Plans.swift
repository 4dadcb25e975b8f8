import SEPA
import Store

// Plans, and what is changed in them. Their collections are made by Work/Scheduler.swift.

extension Intake {
  /// What speaks against a request key of a collection that looks like those of plans.
  static func planKeyRefusal(_ key: String) -> Refusal? {
    guard key.hasPrefix(PlanKey.prefix) else { return nil }
    return Refusal(
      field: "request_key", rule: "keys of plans", found: key, expected: "a key that does not begin with \(PlanKey.prefix)",
      hint: "collections that plans make have such keys: choose another one")
  }

  /// Answers plans.
  func answerPlans(_ session: isolated Session, at now: Instant) async throws -> Int {
    let claimed = try session.claim(.plan, limit: Self.batch)
    guard !claimed.isEmpty else { return 0 }
    let creditors = try session.creditors()
    let days = try session.creditorDays(at: now)
    let known = try session.knownRequests(.plan, keys: claimed.compactMap { $0.values[0] })
    let mandates = try session.mandates(references: claimed.compactMap { $0.values[3] })
    var batch = AnswerBatch()
    var fresh: [NewPlan] = []
    for row in claimed {
      guard let context = batch.context(of: row, creditors: creditors, known: known) else { continue }
      var (accepted, refusals) = Self.judged(Self.planRequest(row).accepted(today: days[context.creditor.id] ?? now.day))
      let account = Self.account(row.values[2], of: context.creditor, &refusals)
      let mandate = accepted.flatMap { mandates[CreditorKey(context.creditor.id, $0.mandateReference.value)] }
      if let accepted { refusals += Self.planMandateRefusals(mandate, accepted.mandateReference.value) }
      if let mandate, let obstacle = account.flatMap({ rules[$0.bank] })?.obstacle(for: mandate.debtor) {
        refusals.append(
          Refusal(
            field: "mandate_reference", rule: obstacle.rawValue, found: "none such with the mandate", expected: obstacle.expected,
            hint: obstacle.hint))
      }
      guard refusals.isEmpty, let plan = accepted, let account, let mandate else {
        accepted = nil
        batch.refuse(row, refusals)
        continue
      }
      fresh.append(
        NewPlan(
          creditorID: context.creditor.id, accountID: account.id, mandateID: mandate.id, terms: plan.terms,
          remittance: plan.remittance?.template, purpose: plan.purpose?.value, requestKey: context.key, digest: row.digest))
      batch.accept(row, context)
    }
    let ids = try session.store(fresh, at: now)
    let count = try batch.finish(.plan, ids: ids, session, at: now)
    try session.tellOfPlans(
      try session.plans(ids, locking: false, at: now).map {
        PlanContent("plan.accepted", $0, state: $0.state).news(of: $0.id)
      }, at: now)
    return count
  }

  private static func planMandateRefusals(_ mandate: KnownMandate?, _ reference: String) -> [Refusal] {
    func refusal(_ rule: String, _ found: String, _ expected: String, _ hint: String) -> [Refusal] {
      [Refusal(field: "mandate_reference", rule: rule, found: found, expected: expected, hint: hint)]
    }
    guard let mandate else {
      return refusal(
        "mandate exists", reference, "a mandate of this creditor", "send the mandate first, or correct the reference")
    }
    if case .end = mandate.state.planUse {
      return refusal("mandate state", mandate.state.rawValue, "one that has not ended", "a new mandate must be signed")
    }
    if !mandate.recurrent {
      return refusal("one-off mandate", "one-off", "recurrent", "a one-off mandate carries one collection: hand that in instead")
    }
    return []
  }

  /// Answers changes of plans: one daemon at a time, in the order in which they came.
  func answerPlanChanges(_ session: isolated Session, at now: Instant) async throws -> Int {
    guard try session.holdPlanChanges() else { return 0 }
    let claimed = try session.claim(.planChange, limit: Self.batch)
    guard !claimed.isEmpty else { return 0 }
    let creditors = try session.creditors()
    let known = try session.knownRequests(.planChange, keys: claimed.compactMap { $0.values[0] })
    let plans = try session.lockPlans(
      claimed.compactMap { row in
        guard let creditor = row.values[1].flatMap({ creditors[$0] }), let plan = row.values[2] else { return nil }
        return CreditorKey(creditor.id, plan)
      })
    var batch = AnswerBatch()
    var ids: [Int64] = []
    for row in claimed {
      guard let context = batch.context(of: row, creditors: creditors, known: known) else { continue }
      switch Self.planChangeRequest(row).accepted() {
      case .failure(let refusals): batch.refuse(row, refusals.list)
      case .success(let accepted):
        guard let id = plans[CreditorKey(context.creditor.id, accepted.plan)],
          let plan = try session.plans([id], at: now).first
        else {
          batch.refuse(row, [
            Refusal(
              field: "plan", rule: "plan exists", found: accepted.plan, expected: "a plan of this creditor",
              hint: "name it by the request_key under which it was handed in")
          ])
          continue
        }
        let editor = PlanEditor(plan: plan)
        switch try editor.judge(accepted.kind, from: accepted.from, session, locking: true) {
        case .failure(let refusals): batch.refuse(row, refusals.list)
        case .success(let edit):
          ids.append(
            try await editor.apply(
              edit, because: accepted.reason, request: (context.key, row.digest), session, Stamp(at: now, actor: "intake")))
          batch.accept(row, context)
        }
      }
    }
    return try batch.finish(.planChange, ids: ids, session, at: now)
  }

  private static func planRequest(_ row: ClaimedRequest) -> PlanRequest {
    let v = row.values
    var request = PlanRequest(creditor: v[1], account: v[2], mandateReference: v[3])
    (request.amount, request.amounts, request.total) = (v[4], v[5], v[6])
    (request.frequency, request.dueDay, request.startDate, request.endDate) = (v[7], v[8], v[9], v[10])
    (request.count, request.firstPeriod, request.remittance, request.purpose) = (v[11], v[12], v[13], v[14])
    return request
  }

  private static func planChangeRequest(_ row: ClaimedRequest) -> PlanChangeRequest {
    let v = row.values
    return PlanChangeRequest(
      creditor: v[1], plan: v[2], change: v[3], effectiveFrom: v[4], amount: v[5], percent: v[6], reason: v[7])
  }
}
