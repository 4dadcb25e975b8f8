/// Something happened to a mandate.
package struct MandateNotice: EventPayload, Equatable {
  package var eventID: String
  /// When it was decided, seconds since 1970.
  package var occurredAt: Int64
  /// `signed`, `registered`, `amended`…
  package var event: String
  package var creditor: String
  package var mandateID: String
  package var mandateReference: String
  /// The caller's own key of the request that brought the mandate.
  package var requestKey: String?
  /// `CORE` or `B2B`.
  package var scheme: String
  package var state: String
  package var previousState: String?
  /// In words for a person: an operator's, a caller's, or what a reject said.
  package var because: String?
  /// The collection whose report caused it.
  package var collectionID: String?

  package init(
    eventID: String, occurredAt: Int64, event: String, creditor: String, mandateID: String, mandateReference: String,
    requestKey: String? = nil, scheme: String, state: String, previousState: String? = nil, because: String? = nil,
    collectionID: String? = nil
  ) {
    self.eventID = eventID
    self.occurredAt = occurredAt
    self.event = event
    self.creditor = creditor
    self.mandateID = mandateID
    self.mandateReference = mandateReference
    self.requestKey = requestKey
    self.scheme = scheme
    self.state = state
    self.previousState = previousState
    self.because = because
    self.collectionID = collectionID
  }

  package var body: [UInt8] {
    var data = JSONText()
    data.field("id", eventID)
    data.field("creditor", creditor)
    data.field("mandate_id", mandateID)
    data.field("mandate_reference", mandateReference)
    data.field("request_key", requestKey)
    data.field("scheme", scheme)
    data.field("state", state)
    data.field("previous_state", previousState)
    data.field("because", because)
    data.field("collection_id", collectionID)
    return envelope(type: "mandate.\(event)", occurredAt: occurredAt, data: data)
  }
}
