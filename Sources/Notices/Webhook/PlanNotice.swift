/// What became of a plan: `plan.accepted`, `plan.changed`, `plan.paused`, `plan.resumed`, `plan.ended`, `plan.missed`.
package struct PlanNotice: EventPayload, Equatable {
  package var eventID: String
  package var type: String
  /// When it was decided, seconds since 1970.
  package var occurredAt: Int64
  package var creditor: String
  /// The caller's key of the plan.
  package var requestKey: String
  /// `active`, `paused` or `ended`.
  package var state: String
  /// `pause`, `amount`…, where a change was made.
  package var change: String?
  /// Number and label of the first period that it concerns.
  package var period: Int64?
  package var label: String?
  /// Why, in the words of whoever asked for it, or of the daemon.
  package var reason: String?

  package init(
    eventID: String, type: String, occurredAt: Int64, creditor: String, requestKey: String, state: String,
    change: String? = nil, period: Int64? = nil, label: String? = nil, reason: String? = nil
  ) {
    self.eventID = eventID
    self.type = type
    self.occurredAt = occurredAt
    self.creditor = creditor
    self.requestKey = requestKey
    self.state = state
    self.change = change
    self.period = period
    self.label = label
    self.reason = reason
  }

  package var body: [UInt8] {
    var data = JSONText()
    data.field("id", eventID)
    data.field("creditor", creditor)
    data.field("request_key", requestKey)
    data.field("state", state)
    data.field("change", change)
    if let period { data.field("period", period) }
    data.field("period_label", label)
    data.field("reason", reason)
    return envelope(type: type, occurredAt: occurredAt, data: data)
  }
}
