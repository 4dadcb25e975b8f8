/// One obligation to collect, as an ERP or a file hands it in: text, nothing checked. Missing, empty and blank are the
/// same.
package struct CollectionRequest: Hashable, Sendable {
  /// The creditor's name in the configuration.
  package var creditor: String?
  /// Which of the creditor's accounts receives the money, by its name in the configuration; its only one, or its first,
  /// where nothing is said.
  package var account: String?
  package var mandateReference: String?
  /// Euro as `1250`, `1250.5` or `1250,50`.
  package var amount: String?
  /// ISO date.
  package var dueDate: String?
  package var remittance: String?
  /// A structured reference by ISO 11649, instead of `remittance`.
  package var creditorReference: String?
  /// Code of ISO 20022's external purposes.
  package var purpose: String?
  /// The creditor's own reference; one is made where nothing is said.
  package var endToEndID: String?
  /// `EUR` or nothing.
  package var currency: String?
  /// `yes` for the last collection under a recurrent mandate.
  package var final: String?

  package init(
    creditor: String? = nil, account: String? = nil, mandateReference: String? = nil, amount: String? = nil,
    dueDate: String? = nil, remittance: String? = nil, endToEndID: String? = nil, currency: String? = nil,
    creditorReference: String? = nil, purpose: String? = nil
  ) {
    self.creditor = creditor
    self.account = account
    self.mandateReference = mandateReference
    self.amount = amount
    self.dueDate = dueDate
    self.remittance = remittance
    self.creditorReference = creditorReference
    self.purpose = purpose
    self.endToEndID = endToEndID
    self.currency = currency
  }

  /// How far ahead of today a due date may lie, in days: a year and some, beyond which it is a typing error.
  package static let farthestDueDate = 400
  /// How far behind today a due date may lie, in days: an obligation that is older was not meant to be collected by itself.
  package static let oldestDueDate = 30
}

/// A collection request that passed every rule that needs no bank and no other row.
package struct AcceptedCollection: Hashable, Sendable {
  /// The creditor's name in the configuration; whether it exists there is for the caller to see.
  package let creditor: String
  package let account: String?
  package let mandateReference: MandateReference
  /// Within `Cents.collectionRange`.
  package let amount: Cents
  /// When the obligation is due; the collection date follows from it and may be later.
  package let dueDate: CalendarDay
  package let remittance: RemittanceText?
  /// At most one of the two.
  package let creditorReference: CreditorReference?
  package let purpose: PurposeCode?
  package let endToEndID: EndToEndID?
  /// The last under its mandate, which ends with its settlement.
  package let isFinal: Bool
}

private enum YesOrNo: String, CaseIterable {
  case yes, no
}

extension CollectionRequest {
  /// Decides on the request as of `today`: typed values, or everything that is wrong with it.
  package func accepted(today: CalendarDay) -> Result<AcceptedCollection, Refusals> {
    var reader = RequestReader()
    let creditor = reader.required(
      "creditor", creditor, hint: "give the creditor's name as in the configuration"
    ) { text throws(ValueFault) in try configurationName(text, rule: "creditor name") }
    let account = reader.optional(
      "account", account, hint: "give the account's name as in the configuration, or leave it out"
    ) { text throws(ValueFault) in try configurationName(text, rule: "account name") }
    let reference = reader.required(
      "mandate_reference", mandateReference, hint: "write it as on the mandate that was handed in"
    ) { text throws(ValueFault) in try MandateReference(text) }
    let amount = reader.required("amount", amount, hint: "write euro as 1250.00, without signs or grouping") {
      text throws(ValueFault) in
      let amount = try Cents(decimal: text)
      guard Cents.collectionRange.contains(amount) else {
        throw ValueFault(rule: "amount of a collection", found: text, expected: "0.01 to 999999999.99")
      }
      return amount
    }
    let dueDate = reader.required("due_date", dueDate, hint: "give the due date as 2026-11-24") {
      text throws(ValueFault) in try Self.dueDate(text, today: today)
    }
    let remittance = reader.optional("remittance", remittance, hint: "shorten it to 140 characters of the EPC set") {
      text throws(ValueFault) in try RemittanceText(text)
    }
    let reference11649 = reader.optional(
      "creditor_reference", creditorReference, hint: "correct it, or write it as text into remittance"
    ) { text throws(ValueFault) in try CreditorReference(text) }
    if RequestReader.given(self.creditorReference) != nil, RequestReader.given(self.remittance) != nil {
      reader.refuse(
        "creditor_reference",
        ValueFault(rule: "one kind of remittance", found: "a text and a reference", expected: "one of the two"),
        hint: "leave remittance empty, or the reference")
    }
    let purpose = reader.optional("purpose", purpose, hint: "take a code of ISO 20022's external purposes, or leave it out") {
      text throws(ValueFault) in try PurposeCode(text)
    }
    let endToEndID = reader.optional("end_to_end_id", endToEndID, hint: "correct it, or leave it out and one is made") {
      text throws(ValueFault) in try EndToEndID(text)
    }
    _ = reader.optional("currency", currency, hint: "collect in euro; SEPA direct debits know no other currency") {
      text throws(ValueFault) in
      guard text.electronicForm == "EUR" else {
        throw ValueFault(rule: "currency", found: text, expected: "EUR")
      }
    }
    let final: YesOrNo? = reader.optional("final", final, hint: "say yes for the last under its mandate, or leave it out") {
      text throws(ValueFault) in try word(text, rule: "final")
    }
    guard reader.refusals.isEmpty, let creditor, let reference, let amount, let dueDate else {
      return .failure(Refusals(list: reader.refusals))
    }
    return .success(
      AcceptedCollection(
        creditor: creditor, account: account, mandateReference: reference, amount: amount, dueDate: dueDate,
        remittance: remittance, creditorReference: reference11649, purpose: purpose, endToEndID: endToEndID, isFinal: final == .yes))
  }

  private static func dueDate(_ text: String, today: CalendarDay) throws(ValueFault) -> CalendarDay {
    let day = try CalendarDay(iso: text)
    let ahead = today.days(until: day)
    guard ahead <= farthestDueDate else {
      throw ValueFault(
        rule: "due date", found: "\(day.iso), \(ahead) days ahead",
        expected: "at most \(farthestDueDate) days after \(today.iso)")
    }
    guard ahead >= -oldestDueDate else {
      throw ValueFault(
        rule: "due date", found: "\(day.iso), \(-ahead) days behind",
        expected: "at most \(oldestDueDate) days before \(today.iso)")
    }
    return day
  }
}
