/// A collection as somebody typed it: every field text, nil when empty.
package struct CollectionRequest: Sendable {
  package var mandateReference, amount, currency, dueDate, endToEndID, remittance: String?

  package init() {}
}

/// A collection whose every element is what the rulebook asks for.
package struct AcceptedCollection: Sendable {
  package let mandateReference: MandateReference
  package let amount: Cents
  package let dueDate: CalendarDay
  package let endToEndID: EndToEndID?
  package let remittance: String?
}

extension CollectionRequest {
  /// How far behind today a due date may lie: later than that it is more likely a typing error than an old invoice.
  package static let daysBehind = 30
  /// How far ahead of today a due date may lie.
  package static let daysAhead = 400

  /// Judges the request by itself; mandate, account and keys are judged by intake.
  /// - Parameter today: the creditor's day.
  /// - Returns: the collection, or every reason against it.
  package func judged(today: CalendarDay) -> (accepted: AcceptedCollection?, refusals: [Refusal]) {
    var judgement = Judgement()
    let reference = judgement.required("mandate_reference", mandateReference).flatMap { text in
      judgement.value("mandate_reference") { () throws(ValueFault) in try MandateReference(text) }
    }
    let cents = judgement.required("amount", amount).flatMap { text in
      judgement.value("amount") { () throws(ValueFault) in try Cents(decimal: text) }
    }
    if let cents, !Cents.collectionRange.contains(cents) {
      judgement.refuse("amount", "amount of a collection", found: cents.decimalText, expected: "0.01 to 999999999.99 EUR")
    }
    if let currency, currency.uppercased() != "EUR" {
      judgement.refuse("currency", "currency", found: currency, expected: "EUR")
    }
    let due = judgement.required("due_date", dueDate).flatMap { text in
      judgement.value("due_date") { () throws(ValueFault) in try CalendarDay(iso: text) }
    }
    if let due, due < today.adding(days: -Self.daysBehind) || due > today.adding(days: Self.daysAhead) {
      judgement.refuse(
        "due_date", "due date", found: due.iso,
        expected: "\(Self.daysBehind) days behind to \(Self.daysAhead) days ahead of \(today.iso)")
    }
    let identity = endToEndID.flatMap { text in
      judgement.value("end_to_end_id") { () throws(ValueFault) in try EndToEndID(text) }
    }
    let text = remittance.flatMap { text in
      judgement.value("remittance") { () throws(ValueFault) in
        try EPCText.transliterate(text, maximum: 140, rule: "remittance")
      }
    }
    guard judgement.refusals.isEmpty, let reference, let cents, let due else { return (nil, judgement.refusals) }
    return (
      AcceptedCollection(
        mandateReference: reference, amount: cents, dueDate: due, endToEndID: identity, remittance: text), []
    )
  }
}
