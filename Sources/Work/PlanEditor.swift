package import SEPA
package import Store

/// Changes a plan, for intake and for operators alike: what was made already and stands in no file is taken back where it
/// says what holds no longer, and the scheduler makes it anew under its next revision.
package struct PlanEditor: Sendable {
  private let plan: StoredPlan

  package init(plan: StoredPlan) { self.plan = plan }

  /// What a change would do, or why it cannot be.
  /// - Parameter locking: whether it is to be applied: then what stands in no file stays so until the transaction ends.
  package func judge(
    _ kind: PlanChange.Kind, from point: PlanPoint, _ session: isolated Session, locking: Bool
  ) throws -> Result<PlanEdit, Refusals> {
    try standing(session, locking: locking).edit(kind, from: point)
  }

  /// The plan with what it has made.
  package func standing(_ session: isolated Session, locking: Bool) throws -> PlanStanding {
    let made = try session.planCollections(plan.id, locking: locking)
    let isOver = plan.state == "ended" && plan.endedBecause != PlanProgress.complete
    return PlanStanding(
      terms: plan.terms, changes: plan.changes, nextPeriod: plan.nextPeriod,
      made: Dictionary(
        made.map { ($0.period, MadePeriod(amount: $0.amount, standing: $0.standing)) }, uniquingKeysWith: { first, _ in first }),
      closedBecause: isOver ? plan.endedBecause : nil, today: plan.today)
  }

  /// Applies what `judge` found under lock, in the same transaction.
  /// - Parameter request: key and digest of the intake row; nil for an operator.
  /// - Returns: the number of the change.
  package func apply(
    _ edit: PlanEdit, because: String, request: (key: String, digest: String)? = nil, _ session: isolated Session,
    _ stamp: Stamp
  ) async throws -> Int64 {
    let id = try session.amend(
      edit.change, of: plan.id, creditor: plan.creditorID, because: because, request: request, stamp)
    let taken = Set(edit.taken)
    let collections = try session.planCollections(plan.id, locking: false).filter { taken.contains($0.period) }
    try await session.takeBack(
      collections.map(\.collectionID), because: "plan change \(id): \(edit.change.kind.word)", stamp)
    let progress = PlanProgress(edit.after, nextPeriod: edit.nextPeriod)
    try session.moveOn([(plan.id, progress)])
    var content = PlanContent(type(of: edit.change), plan, state: progress.state, reason: because)
    (content.change, content.period) = (edit.change.kind.word, edit.change.from)
    content.label = plan.terms.label(of: edit.change.from)
    var news = [content.news(of: plan.id)]
    if progress.state == "ended", plan.state != "ended", edit.change.kind == .end {
      news.append(PlanContent("plan.ended", plan, state: "ended", reason: because).news(of: plan.id))
    }
    try session.tellOfPlans(news, at: stamp.at)
    return id
  }

  private func type(of change: PlanChange) -> String {
    switch change.kind {
    case .pause: "plan.paused"
    case .resume: "plan.resumed"
    case .skip, .amount, .index, .end: "plan.changed"
    }
  }
}
