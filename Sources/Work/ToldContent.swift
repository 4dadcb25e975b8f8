internal import FoundationEssentials
internal import Notices
internal import SEPA
import Store

/// What a webhook's job says that is about no payment event: its content, as it was written into the outbox.
enum ToldContent {
  case request(Request)
  case mandate(Mandate)
  case plan(PlanContent)
  case notice(Notice)

  /// Of `Intake` and of those who take collections back.
  struct Request: Decodable {
    let kind: String
    let request_key: String
    let creditor: String
    let refusals: [Refusal]
    let subject_id: String?
    let mandate_reference: String?
  }

  /// Of `Session.mandateJobs`.
  struct Mandate: Decodable {
    let event: String
    let creditor: String
    let mandate_id: Int64
    let mandate_reference: String
    let request_key: String?
    let scheme: String
    let state: String
    let previous_state: String?
    let because: String?
    let collection_id: Int64?
  }

  /// Of `Session.give`.
  struct Notice: Decodable {
    let notice_id: Int64
    let creditor: String
    let collection_id: Int64
    let request_key: String
    let end_to_end_id: String
    let mandate_reference: String
    let amount_cents: Int64
    let collection_date: String
    let scheme: String
    let sequence_type: String
    let days: Int64
    let give_by: String
    let attempt: Int64
  }

  /// Nil for anything else.
  init?(json: String) {
    struct Kind: Decodable { let kind: String }
    let data = Data(json.utf8)
    let decoder = JSONDecoder()
    if let plan = PlanContent(json: json) {
      self = .plan(plan)
      return
    }
    guard let kind = try? decoder.decode(Kind.self, from: data).kind else { return nil }
    switch kind {
    case "mandate_event":
      guard let mandate = try? decoder.decode(Mandate.self, from: data) else { return nil }
      self = .mandate(mandate)
    case "notice_due":
      guard let notice = try? decoder.decode(Notice.self, from: data) else { return nil }
      self = .notice(notice)
    default:
      guard let request = try? decoder.decode(Request.self, from: data) else { return nil }
      self = .request(request)
    }
  }

  func notice(of job: ClaimedJob) -> any EventPayload {
    let (id, at) = ("job_\(job.publicID)", job.createdAt.seconds)
    switch self {
    case .plan(let plan): return plan.notice(id: id, occurredAt: at)
    case .request(let request):
      return RequestNotice(
        eventID: id, occurredAt: at, kind: request.kind, creditor: request.creditor, requestKey: request.request_key,
        subjectID: request.subject_id, mandateReference: request.mandate_reference,
        refusals: request.refusals.map {
          RequestNotice.Refusal(field: $0.field, rule: $0.rule, expected: $0.expected, hint: $0.hint)
        })
    case .mandate(let mandate):
      return MandateNotice(
        eventID: id, occurredAt: at, event: mandate.event, creditor: mandate.creditor, mandateID: "\(mandate.mandate_id)",
        mandateReference: mandate.mandate_reference, requestKey: mandate.request_key, scheme: mandate.scheme,
        state: mandate.state, previousState: mandate.previous_state, because: mandate.because,
        collectionID: mandate.collection_id.map { "\($0)" })
    case .notice(let notice):
      return NoticeDue(
        eventID: id, occurredAt: at, creditor: notice.creditor, noticeID: "\(notice.notice_id)",
        collectionID: "\(notice.collection_id)", requestKey: notice.request_key, endToEndID: notice.end_to_end_id,
        mandateReference: notice.mandate_reference, amountCents: notice.amount_cents, collectionDate: notice.collection_date,
        scheme: notice.scheme, sequenceType: notice.sequence_type, days: notice.days, giveBy: notice.give_by,
        attempt: notice.attempt)
    }
  }
}
