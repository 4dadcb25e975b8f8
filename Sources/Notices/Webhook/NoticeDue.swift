/// A debtor is to be told of a collection by the integrator, who says so when it is done (`notice.due`).
package struct NoticeDue: EventPayload, Equatable {
  package var eventID: String
  /// When it was decided, seconds since 1970.
  package var occurredAt: Int64
  package var creditor: String
  package var noticeID: String
  package var collectionID: String
  /// The caller's own key of the request that brought the collection.
  package var requestKey: String
  package var endToEndID: String
  package var mandateReference: String
  package var amountCents: Int64
  /// The day that the debtor is to be told, `YYYY-MM-DD`.
  package var collectionDate: String
  /// `CORE` or `B2B`.
  package var scheme: String
  package var sequenceType: String
  /// Days between notice and collection that were agreed.
  package var days: Int64
  /// The last day on which it is in time, `YYYY-MM-DD`.
  package var giveBy: String
  /// Which presentation of the claim it is, from 1.
  package var attempt: Int64

  package init(
    eventID: String, occurredAt: Int64, creditor: String, noticeID: String, collectionID: String, requestKey: String,
    endToEndID: String, mandateReference: String, amountCents: Int64, collectionDate: String, scheme: String,
    sequenceType: String, days: Int64, giveBy: String, attempt: Int64
  ) {
    self.eventID = eventID
    self.occurredAt = occurredAt
    self.creditor = creditor
    self.noticeID = noticeID
    self.collectionID = collectionID
    self.requestKey = requestKey
    self.endToEndID = endToEndID
    self.mandateReference = mandateReference
    self.amountCents = amountCents
    self.collectionDate = collectionDate
    self.scheme = scheme
    self.sequenceType = sequenceType
    self.days = days
    self.giveBy = giveBy
    self.attempt = attempt
  }

  package var body: [UInt8] {
    var data = JSONText()
    data.field("id", eventID)
    data.field("creditor", creditor)
    data.field("notice_id", noticeID)
    data.field("collection_id", collectionID)
    data.field("request_key", requestKey)
    data.field("end_to_end_id", endToEndID)
    data.field("mandate_reference", mandateReference)
    data.field("amount_cents", amountCents)
    data.field("amount", decimalText(cents: amountCents))
    data.field("currency", "EUR")
    data.field("collection_date", collectionDate)
    data.field("scheme", scheme)
    data.field("sequence_type", sequenceType)
    data.field("days", days)
    data.field("give_by", giveBy)
    data.field("attempt", attempt)
    return envelope(type: "notice.due", occurredAt: occurredAt, data: data)
  }
}
