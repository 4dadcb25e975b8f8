internal import FoundationEssentials
internal import Notices
import SEPA
import Store

/// What is written into the outbox about a plan.
struct PlanContent: Codable {
  let type: String
  let creditor: String
  let request_key: String
  let state: String
  var change: String?
  var period: Int?
  var label: String?
  var reason: String?

  init(_ type: String, _ plan: StoredPlan, state: String, reason: String? = nil) {
    self.type = type
    creditor = plan.creditor
    request_key = plan.key
    self.state = state
    self.reason = reason
  }

  /// - Returns: nil for what speaks of something else.
  init?(json: String) {
    guard let read = try? JSONDecoder().decode(PlanContent.self, from: Data(json.utf8)), read.type.hasPrefix("plan.") else {
      return nil
    }
    self = read
  }

  func news(of plan: Int64) -> PlanNews {
    // Encoding plain strings cannot fail; if it ever does, the event still goes out.
    let text = (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    return PlanNews(planID: plan, content: text)
  }

  func notice(id: String, occurredAt: Int64) -> PlanNotice {
    PlanNotice(
      eventID: id, type: type, occurredAt: occurredAt, creditor: creditor, requestKey: request_key, state: state,
      change: change, period: period.map(Int64.init), label: label, reason: reason)
  }
}
