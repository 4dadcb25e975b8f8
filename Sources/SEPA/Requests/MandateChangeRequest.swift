/// What becomes of a mandate, as a caller asks for it.
package enum MandateChange: String, CaseIterable, Sendable, Codable {
  /// The debtor has got it to sign.
  case sent
  case signed
  /// B2B: the debtor, or its bank, says that the bank has it.
  case registered
  case suspended
  case resumed
  case revoked
  /// The debtor would not sign.
  case refused
  /// Its data changed: the account, the reference, or what is only ours to know.
  case amended
}

/// A change of a mandate as an ERP or a file hands it in: text, nothing checked. Missing, empty and blank are the same.
package struct MandateChangeRequest: Hashable, Sendable {
  /// The creditor's name in the configuration.
  package var creditor: String?
  package var mandateReference: String?
  /// One of `MandateChange`.
  package var change: String?
  /// ISO date: of the signature, of the registration.
  package var on: String?
  package var place: String?
  package var signatory: String?
  package var signatoryCapacity: String?
  /// The debtor's new account.
  package var iban: String?
  package var bic: String?
  package var newReference: String?
  package var debtorName: String?
  package var email: String?
  package var language: String?
  package var noticeDays: String?
  package var reason: String?

  package init(creditor: String? = nil, mandateReference: String? = nil, change: String? = nil) {
    self.creditor = creditor
    self.mandateReference = mandateReference
    self.change = change
  }
}

/// New data of a mandate; nil for what stays.
package struct AmendedData: Hashable, Sendable {
  package var iban: IBAN?
  package var bic: BIC?
  package var reference: MandateReference?
  package var debtorName: PartyName?
  package var email: EmailAddress?
  package var language: Language?
  package var noticeDays: Int?
  /// Signature facts that were not handed in before.
  package var signature = SignatureFacts()

  package init() {}

  /// Whether a bank must hear of it with the next collection (SDD rulebooks, AT-24).
  package var travels: Bool { iban != nil || reference != nil }
  var isEmpty: Bool { self == AmendedData() }
}

/// Who signed, where, and as what (SDD rulebooks, AT-25, AT-33).
package struct SignatureFacts: Hashable, Sendable {
  package var place: PartyName?
  package var signatory: PartyName?
  package var capacity: PartyName?

  package init() {}

  init(_ reader: inout RequestReader, place: String?, signatory: String?, capacity: String?) {
    func text(_ field: String, _ text: String?) -> PartyName? {
      reader.optional(field, text, hint: "write it in at most 70 characters") { text throws(ValueFault) in try PartyName(text) }
    }
    self.place = text("place", place)
    self.signatory = text("signatory", signatory)
    self.capacity = text("signatory_capacity", capacity)
  }
}

/// A change of a mandate that passed every rule that needs no other row.
package struct AcceptedMandateChange: Hashable, Sendable {
  package let mandateReference: MandateReference
  package let change: MandateChange
  /// The day of it, where a day belongs to it: a signature has one, a registration the day of the request at least.
  package let on: CalendarDay?
  package let data: AmendedData
  package let reason: String?
}

/// Days between a pre-notification and its debit that a creditor and a debtor may agree on: 14 where they agree on nothing
/// (SDD rulebooks, section 4.3).
package enum NoticePeriod {
  package static let standard = 14
  package static let allowed = 1...90

  static func read(_ reader: inout RequestReader, _ text: String?) -> Int? {
    reader.optional("notice_days", text, hint: "give the days agreed with the debtor, or leave it out") {
      text throws(ValueFault) in
      guard let days = Int(text.electronicForm), allowed.contains(days) else {
        throw ValueFault(
          rule: "days of pre-notification", found: text, expected: "\(allowed.lowerBound) to \(allowed.upperBound)")
      }
      return days
    }
  }
}

extension MandateChangeRequest {
  /// Decides on the request as of `today`: typed values, or everything that is wrong with it.
  package func accepted(today: CalendarDay) -> Result<AcceptedMandateChange, Refusals> {
    var reader = RequestReader()
    let reference = reader.required(
      "mandate_reference", mandateReference, hint: "name the mandate by the reference that it has now"
    ) { text throws(ValueFault) in try MandateReference(text) }
    let change: MandateChange? = reader.required("change", change, hint: "say what became of the mandate") {
      text throws(ValueFault) in try word(text, rule: "change of a mandate")
    }
    let day = reader.optional("on_date", on, hint: "give the day as 2026-11-24") { text throws(ValueFault) in
      let day = try CalendarDay(iso: text)
      guard day <= today else {
        throw ValueFault(rule: "day of the change", found: day.iso, expected: "a day not after \(today.iso)")
      }
      return day
    }
    if change == .signed, RequestReader.given(on) == nil {
      reader.refuse(
        "on_date", ValueFault(rule: "compulsory field", found: "nothing", expected: "the day of the signature"),
        hint: "give the day of the signature as 2026-11-24")
    }
    let reason = reader.optional("reason", reason, hint: "say it in at most 140 characters") { text throws(ValueFault) in
      guard text.unicodeScalars.count <= 140 else {
        throw ValueFault(rule: "reason length", found: "\(text.unicodeScalars.count) characters", expected: "at most 140")
      }
      return text
    }
    let data = readData(&reader, change)
    guard reader.refusals.isEmpty, let reference, let change else { return .failure(Refusals(list: reader.refusals)) }
    return .success(
      AcceptedMandateChange(mandateReference: reference, change: change, on: day, data: data, reason: reason))
  }

  private func readData(_ reader: inout RequestReader, _ change: MandateChange?) -> AmendedData {
    var data = AmendedData()
    data.signature = SignatureFacts(&reader, place: place, signatory: signatory, capacity: signatoryCapacity)
    data.iban = reader.optional("iban", iban, hint: "ask the debtor for the IBAN as the bank prints it") {
      text throws(ValueFault) in try IBAN(text)
    }
    data.bic = reader.optional("bic", bic, hint: "correct it, or leave it out: the IBAN alone will do") {
      text throws(ValueFault) in try BIC(text)
    }
    data.reference = reader.optional("new_reference", newReference, hint: "write it in the EPC character set") {
      text throws(ValueFault) in try MandateReference(text)
    }
    data.debtorName = reader.optional("debtor_name", debtorName, hint: "give the name in at most 70 characters") {
      text throws(ValueFault) in try PartyName(text)
    }
    data.email = reader.optional("email", email, hint: "correct it, or leave it out") { text throws(ValueFault) in
      try EmailAddress(text)
    }
    data.language = reader.optional("language", language, hint: "say fr, en or de, or leave it out") {
      text throws(ValueFault) in try word(text, rule: "language")
    }
    data.noticeDays = NoticePeriod.read(&reader, noticeDays)
    guard reader.refusals.isEmpty, let change else { return data }
    if data.bic != nil, data.iban == nil {
      reader.refuse(
        "bic", ValueFault(rule: "account", found: "a BIC without an IBAN", expected: "both, or the IBAN alone"),
        hint: "a BIC belongs to an account: give its IBAN too")
    }
    var beside = data
    if change == .signed { beside.signature = SignatureFacts() }
    if change == .amended, data.isEmpty {
      reader.refuse(
        "change", ValueFault(rule: "amendment", found: "nothing that changes", expected: "at least one new value"),
        hint: "fill iban, new_reference, debtor_name or another of the mandate's own fields")
    } else if change != .amended, !beside.isEmpty {
      reader.refuse(
        "change", ValueFault(rule: "amendment", found: "new data with \(change.rawValue)", expected: "none, or amended"),
        hint: "hand in the new data as a request of its own, with amended")
    }
    return data
  }
}
