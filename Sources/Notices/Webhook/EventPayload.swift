/// The bodies of the webhooks: `{"type":…,"timestamp":…,"data":{…}}` (Standard Webhooks 1.0.0), flat inside `data`, so that
/// tools without code (Zapier, Make) can use each field.
///
/// Every field is always there, null where it does not apply. `data.id` is the event's id, by which receivers tell
/// repetitions. No IBAN, name, address, e-mail or remittance text: who needs them asks with the ids given.
package protocol EventPayload: Sendable {
  /// The id of the event: the same at every attempt, and what goes into `webhook-id`.
  var eventID: String { get }
  /// The body's bytes, UTF-8, the same for the same value.
  var body: [UInt8] { get }
}

/// A collection changed its state.
package struct CollectionNotice: EventPayload, Equatable {
  package var eventID: String
  /// Such as `collection.rejected`.
  package var type: String
  /// When it happened, seconds since 1970: not when it was sent.
  package var occurredAt: Int64
  /// The creditor's key in the configuration.
  package var creditor: String
  /// The caller's own key of the request that asked for the collection.
  package var requestKey: String?
  package var collectionID: String
  package var mandateReference: String
  package var endToEndID: String?
  package var amountCents: Int64
  package var state: String
  package var previousState: String?
  /// The day of the debit as it stands now, `YYYY-MM-DD`.
  package var collectionDate: String?
  /// The day the caller asked for, `YYYY-MM-DD`.
  package var requestedDate: String?
  /// `CORE` or `B2B`.
  package var scheme: String
  /// The bank's reason, such as `AM04`.
  package var reasonCode: String?
  /// What the reason means, in the creditor's language.
  package var reasonLabel: String?
  /// The normalised cause, such as `insufficient_funds`: what programs should switch on.
  package var cause: String?
  /// MsgId of the pain.008 that carried it.
  package var fileMessageID: String?
  /// Which presentation of the claim it is, from 1.
  package var attempt: Int64
  /// The first collection of the claim; nil in the first itself.
  package var represents: String?
  /// What follows from a reject or a return; nil for other events.
  package var consequence: Consequence?

  /// How a collection came to nothing, and what sepad does about it by itself.
  package struct Consequence: Equatable, Sendable {
    /// In the rulebooks' words: `reject`, `refusal`, `return`, `refund`, `reversal`, `revocation`.
    package var kind: String
    /// Booked after the last day that the scheme allows.
    package var isBeyondLimit: Bool
    /// `represent`, `wait` (for a person), `end`.
    package var action: String
    /// The day asked for in the next attempt, `YYYY-MM-DD`.
    package var representOn: String?
    /// `keep`, `suspend`, `end`.
    package var mandate: String

    package init(kind: String, isBeyondLimit: Bool, action: String, representOn: String?, mandate: String) {
      self.kind = kind
      self.isBeyondLimit = isBeyondLimit
      self.action = action
      self.representOn = representOn
      self.mandate = mandate
    }
  }

  package init(
    eventID: String, type: String, occurredAt: Int64, creditor: String, requestKey: String? = nil, collectionID: String,
    mandateReference: String, endToEndID: String? = nil, amountCents: Int64, state: String, previousState: String? = nil,
    collectionDate: String? = nil, requestedDate: String? = nil, scheme: String, reasonCode: String? = nil,
    reasonLabel: String? = nil, cause: String? = nil, fileMessageID: String? = nil, attempt: Int64 = 1,
    represents: String? = nil, consequence: Consequence? = nil
  ) {
    self.eventID = eventID
    self.type = type
    self.occurredAt = occurredAt
    self.creditor = creditor
    self.requestKey = requestKey
    self.collectionID = collectionID
    self.mandateReference = mandateReference
    self.endToEndID = endToEndID
    self.amountCents = amountCents
    self.state = state
    self.previousState = previousState
    self.collectionDate = collectionDate
    self.requestedDate = requestedDate
    self.scheme = scheme
    self.reasonCode = reasonCode
    self.reasonLabel = reasonLabel
    self.cause = cause
    self.fileMessageID = fileMessageID
    self.attempt = attempt
    self.represents = represents
    self.consequence = consequence
  }

  package var body: [UInt8] {
    var data = JSONText()
    data.field("id", eventID)
    data.field("creditor", creditor)
    data.field("request_key", requestKey)
    data.field("collection_id", collectionID)
    data.field("mandate_reference", mandateReference)
    data.field("end_to_end_id", endToEndID)
    data.field("amount_cents", amountCents)
    data.field("amount", decimalText(cents: amountCents))
    data.field("currency", "EUR")
    data.field("state", state)
    data.field("previous_state", previousState)
    data.field("collection_date", collectionDate)
    data.field("requested_date", requestedDate)
    data.field("scheme", scheme)
    data.field("reason_code", reasonCode)
    data.field("reason_label", reasonLabel)
    data.field("cause", cause)
    data.field("file_message_id", fileMessageID)
    data.field("attempt", attempt)
    data.field("represents", represents)
    data.field("r_transaction", consequence?.kind)
    data.field("beyond_limit", consequence?.isBeyondLimit)
    data.field("action", consequence?.action)
    data.field("represent_on", consequence?.representOn)
    data.field("mandate_action", consequence?.mandate)
    return envelope(type: type, occurredAt: occurredAt, data: data)
  }
}

/// A request was taken in (`request.accepted`) or refused (`request.refused`).
package struct RequestNotice: EventPayload, Equatable {
  /// One rule that the request broke. What was found is not told here, as it may be an IBAN or a name: it stands on the
  /// caller's own row.
  package struct Refusal: Equatable, Sendable {
    package var field: String
    package var rule: String
    package var expected: String
    package var hint: String

    package init(field: String, rule: String, expected: String, hint: String) {
      self.field = field
      self.rule = rule
      self.expected = expected
      self.hint = hint
    }
  }

  /// Receivers expect bodies under 20 kB: no more refusals than this are listed, `refusal_count` says how many there are.
  package static let listedRefusals = 20

  package var eventID: String
  /// When it was decided, seconds since 1970.
  package var occurredAt: Int64
  /// What was asked for: `mandate`, `collection`…
  package var kind: String
  package var creditor: String?
  package var requestKey: String
  /// What the request became: the id of the mandate or collection; nil when refused.
  package var subjectID: String?
  package var mandateReference: String?
  /// Empty when accepted.
  package var refusals: [Refusal]

  package init(
    eventID: String, occurredAt: Int64, kind: String, creditor: String? = nil, requestKey: String,
    subjectID: String? = nil, mandateReference: String? = nil, refusals: [Refusal] = []
  ) {
    self.eventID = eventID
    self.occurredAt = occurredAt
    self.kind = kind
    self.creditor = creditor
    self.requestKey = requestKey
    self.subjectID = subjectID
    self.mandateReference = mandateReference
    self.refusals = refusals
  }

  package var type: String { refusals.isEmpty ? "request.accepted" : "request.refused" }

  package var body: [UInt8] {
    var data = JSONText()
    data.field("id", eventID)
    data.field("kind", kind)
    data.field("creditor", creditor)
    data.field("request_key", requestKey)
    data.field("subject_id", subjectID)
    data.field("mandate_reference", mandateReference)
    data.field("refusal_count", Int64(refusals.count))
    // The first one flat, for tools that cannot walk a list.
    data.field("field", refusals.first?.field)
    data.field("rule", refusals.first?.rule)
    data.field("expected", refusals.first?.expected)
    data.field("hint", refusals.first?.hint)
    data.field("refusals", objects: refusals.prefix(Self.listedRefusals).map(Self.object))
    return envelope(type: type, occurredAt: occurredAt, data: data)
  }

  private static func object(_ refusal: Refusal) -> JSONText {
    var object = JSONText()
    object.field("field", refusal.field)
    object.field("rule", refusal.rule)
    object.field("expected", refusal.expected)
    object.field("hint", refusal.hint)
    return object
  }
}

func envelope(type: String, occurredAt: Int64, data: JSONText) -> [UInt8] {
  var whole = JSONText()
  whole.field("type", type)
  whole.field("timestamp", UTCTime(unixSeconds: occurredAt).iso)
  whole.field("data", object: data)
  return Array(whole.closed.utf8)
}

/// `1250.00` for 125000 cents.
func decimalText(cents: Int64) -> String {
  let magnitude = cents.magnitude
  return (cents < 0 ? "-" : "") + "\(magnitude / 100)." + padded(Int(magnitude % 100), 2)
}
