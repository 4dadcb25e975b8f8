import SEPA
import Store

// The word of who was asked by webhook to tell debtors.

extension Intake {
  func answerNotices(_ session: isolated Session, at now: Instant) async throws -> Int {
    let claimed = try session.claim(.notice, limit: Self.batch)
    guard !claimed.isEmpty else { return 0 }
    let creditors = try session.creditors()
    let known = try session.knownRequests(.notice, keys: claimed.compactMap { $0.values[0] })
    var batch = AnswerBatch()
    var fresh: [NewAcknowledgement] = []
    for row in claimed {
      guard let context = batch.context(of: row, creditors: creditors, known: known) else { continue }
      let raw = NoticeRequest(collection: row.values[2], endToEndID: row.values[3], givenOn: row.values[4])
      switch raw.accepted(today: now.day) {
      case .failure(let refusals): batch.refuse(row, refusals.list)
      case .success(let accepted):
        let collection = try session.noticedCollection(
          creditor: context.creditor.id, requestKey: accepted.collection, endToEndID: accepted.endToEndID?.value)
        guard let collection else {
          batch.refuse(
            row,
            [
              Refusal(
                field: "collection", rule: "collection exists", found: "none",
                expected: "a collection of this creditor under this key and end-to-end id",
                hint: "name it by the request_key under which it was asked for, or by its end_to_end_id"),
            ])
          continue
        }
        let stamp = Stamp(at: now, actor: "intake")
        switch try NoticeDesk.acknowledge(collection: collection, on: accepted.givenOn, session, stamp) {
        case .failure(let refusals): batch.refuse(row, refusals.list)
        case .success(let notice):
          fresh.append(
            NewAcknowledgement(notice: notice, creditorID: context.creditor.id, requestKey: context.key, digest: row.digest))
          batch.accept(row, context)
        }
      }
    }
    try session.store(fresh, at: now)
    return try batch.finish(.notice, ids: fresh.map(\.notice), session, at: now)
  }
}
