/// Says that a debtor was told of a collection, as an ERP or a file hands it in: text, nothing checked.
package struct NoticeRequest: Hashable, Sendable {
  /// The request key of the collection.
  package var collection: String?
  /// Its end-to-end id, beside the key or instead of it.
  package var endToEndID: String?
  /// ISO date of the day on which the debtor was told; today where nothing is said.
  package var givenOn: String?

  package init(collection: String? = nil, endToEndID: String? = nil, givenOn: String? = nil) {
    self.collection = collection
    self.endToEndID = endToEndID
    self.givenOn = givenOn
  }
}

/// The same, when it passed every rule that needs no other row.
package struct AcceptedNotice: Hashable, Sendable {
  /// At least one of the two.
  package let collection: String?
  package let endToEndID: EndToEndID?
  package let givenOn: CalendarDay
}

extension NoticeRequest {
  /// Decides on the request: typed values, or everything that is wrong with it.
  /// - Parameter today: of a clock in UTC; east of it the day may have begun already.
  package func accepted(today: CalendarDay) -> Result<AcceptedNotice, Refusals> {
    var reader = RequestReader()
    let collection = RequestReader.given(collection)
    let endToEndID = reader.optional("end_to_end_id", endToEndID, hint: "correct it, or name the collection by its key") {
      text throws(ValueFault) in try EndToEndID(text)
    }
    if collection == nil, RequestReader.given(self.endToEndID) == nil {
      reader.refuse(
        "collection", ValueFault(rule: "compulsory field", found: "nothing", expected: "a request key or an end-to-end id"),
        hint: "say which collection: by the request_key under which it was asked for, or by its end_to_end_id")
    }
    let day = reader.optional("given_on", givenOn, hint: "say the day on which the debtor was told") {
      text throws(ValueFault) in
      let day = try CalendarDay(iso: text)
      guard day <= today.adding(days: 1) else {
        throw ValueFault(rule: "day of a notice", found: text, expected: "today or earlier")
      }
      return day
    }
    guard reader.refusals.isEmpty else { return .failure(Refusals(list: reader.refusals)) }
    return .success(AcceptedNotice(collection: collection, endToEndID: endToEndID, givenOn: day ?? today))
  }
}
