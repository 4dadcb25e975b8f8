internal import FoundationEssentials
internal import Notices
internal import SEPA
import Store

/// What a webhook's job says that is about no payment event: its content, as it was written into the outbox.
enum ToldContent {
  case request(Request)
  case mandate(Mandate)
  case plan(PlanContent)

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
    }
  }
}
