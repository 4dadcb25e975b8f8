/// A request to take a collection back, as an ERP or a file hands it in: text, nothing checked. Missing, empty and blank are
/// the same.
package struct UndoingRequest: Hashable, Sendable {
  /// The creditor's name in the configuration.
  package var creditor: String?
  /// The request key of the collection.
  package var collection: String?
  /// Its end-to-end id, beside the key or instead of it.
  package var endToEndID: String?
  /// A code; the standard one where nothing is said.
  package var reason: String?

  package init(
    creditor: String? = nil, collection: String? = nil, endToEndID: String? = nil, reason: String? = nil
  ) {
    self.creditor = creditor
    self.collection = collection
    self.endToEndID = endToEndID
    self.reason = reason
  }
}

/// A request to take a collection back that passed every rule that needs no other row.
package struct AcceptedUndoing: Hashable, Sendable {
  /// At least one of the two.
  package let collection: String?
  package let endToEndID: EndToEndID?
  package let reason: String
}

extension UndoingRequest {
  /// Decides on the request: typed values, or everything that is wrong with it.
  /// - Parameter reasons: the codes that are known, the standard one first.
  package func accepted(reasons: [String]) -> Result<AcceptedUndoing, Refusals> {
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
    let reason = reader.optional("reason", reason, hint: "take one of the codes, or leave it out") {
      text throws(ValueFault) in
      let code = text.electronicForm
      guard reasons.contains(code) else {
        throw ValueFault(rule: "reason", found: text, expected: reasons.joined(separator: ", "))
      }
      return code
    }
    guard reader.refusals.isEmpty else { return .failure(Refusals(list: reader.refusals)) }
    return .success(
      AcceptedUndoing(collection: collection, endToEndID: endToEndID, reason: reason ?? reasons.first ?? ""))
  }
}
