/// A mandate as an ERP, a CRM or a file hands it in: text, nothing checked. Missing, empty and blank are the same.
package struct MandateRequest: Hashable, Sendable {
  /// The creditor's name in the configuration.
  package var creditor: String?
  package var mandateReference: String?
  /// `CORE` or `B2B`. Compulsory: the scheme is frozen on the mandate and no default may choose it.
  package var scheme: String?
  /// `recurrent` or `one-off`; `recurrent` where nothing is said.
  package var sequence: String?
  /// ISO date.
  package var signedOn: String?
  package var debtorName: String?
  package var iban: String?
  package var bic: String?
  /// ISO code of the address.
  package var country: String?
  package var street: String?
  package var building: String?
  package var postcode: String?
  package var town: String?
  package var addressLine1: String?
  package var addressLine2: String?
  package var email: String?
  /// `fr`, `en` or `de`; the creditor's where nothing is said.
  package var language: String?
  /// On whose behalf the debtor pays, where that is somebody else.
  package var ultimateDebtor: String?
  /// `draft` or `signed`; `signed` where nothing is said.
  package var state: String?
  package var place: String?
  package var signatory: String?
  package var signatoryCapacity: String?
  /// ISO date on which the debtor's bank confirmed a B2B mandate.
  package var registeredOn: String?
  /// ISO date of the last collection under it, of a mandate that was used elsewhere before.
  package var lastUsedOn: String?
  package var noticeDays: String?

  package init(
    creditor: String? = nil, mandateReference: String? = nil, scheme: String? = nil, sequence: String? = nil,
    signedOn: String? = nil, debtorName: String? = nil, iban: String? = nil, bic: String? = nil,
    country: String? = nil, street: String? = nil, building: String? = nil, postcode: String? = nil,
    town: String? = nil, addressLine1: String? = nil, addressLine2: String? = nil, email: String? = nil,
    language: String? = nil, ultimateDebtor: String? = nil
  ) {
    self.creditor = creditor
    self.mandateReference = mandateReference
    self.scheme = scheme
    self.sequence = sequence
    self.signedOn = signedOn
    self.debtorName = debtorName
    self.iban = iban
    self.bic = bic
    self.country = country
    self.street = street
    self.building = building
    self.postcode = postcode
    self.town = town
    self.addressLine1 = addressLine1
    self.addressLine2 = addressLine2
    self.email = email
    self.language = language
    self.ultimateDebtor = ultimateDebtor
  }
}

/// Whether a mandate allows one collection or many (SDD rulebooks, AT-21).
package enum MandateSequence: String, CaseIterable, Codable, Sendable {
  case recurrent
  case oneOff = "one-off"
}

/// A mandate request that passed every rule that needs no bank and no other row.
package struct AcceptedMandate: Hashable, Sendable {
  /// The creditor's name in the configuration; whether it exists there is for the caller to see.
  package let creditor: String
  /// Nil: to be made by the creditor's pattern.
  package let mandateReference: MandateReference?
  package let scheme: Scheme
  package let sequence: MandateSequence
  /// Nil for a draft.
  package let signedOn: CalendarDay?
  package let debtorName: PartyName
  package let iban: IBAN
  package let bic: BIC?
  /// Always there where the debtor's bank is outside the EEA.
  package let address: PostalAddress?
  package let email: EmailAddress?
  /// Nil: the creditor's language.
  package let language: Language?
  package let ultimateDebtor: PartyName?
  package let signature: SignatureFacts
  /// B2B: when the debtor's bank confirmed it, where it did.
  package let registeredOn: CalendarDay?
  /// The last collection under it, of a mandate that was used elsewhere before: its sequence has begun, and if it is B2B
  /// the debtor's bank knows it.
  package let lastUsedOn: CalendarDay?
  /// Days of pre-notification that were agreed with this debtor; nil: the creditor's.
  package let noticeDays: Int?
}

/// Whether a mandate is handed in signed, or to be signed.
private enum HandedIn: String, CaseIterable {
  case signed, draft
}

extension MandateRequest {
  /// Decides on the request as of `today`: typed values, or everything that is wrong with it.
  package func accepted(today: CalendarDay) -> Result<AcceptedMandate, Refusals> {
    var reader = RequestReader()
    let creditor = reader.required(
      "creditor", creditor, hint: "give the creditor's name as in the configuration"
    ) { text throws(ValueFault) in try configurationName(text, rule: "creditor name") }
    let reference = reader.optional(
      "mandate_reference", mandateReference, hint: "write it as on the signed mandate, in the EPC character set"
    ) { text throws(ValueFault) in try MandateReference(text) }
    let scheme: Scheme? = reader.required(
      "scheme", scheme, hint: "say which mandate the debtor signed: CORE or B2B"
    ) { text throws(ValueFault) in try word(text, rule: "scheme") }
    let sequence: MandateSequence? = reader.attempt("sequence", hint: "say recurrent or one-off") {
      () throws(ValueFault) in
      guard let text = RequestReader.given(self.sequence) else { return .recurrent }
      return try word(text, rule: "sequence")
    }
    let signedOn = readSigned(&reader, today: today)
    let name = reader.required(
      "debtor_name", debtorName, hint: "give the debtor's name in at most 70 characters"
    ) { text throws(ValueFault) in try PartyName(text) }
    let iban = reader.required("iban", iban, hint: "ask the debtor for the IBAN as the bank prints it") {
      text throws(ValueFault) in try IBAN(text)
    }
    let bic = reader.optional("bic", bic, hint: "correct it, or leave it out: the IBAN alone will do") {
      text throws(ValueFault) in try BIC(text)
    }
    let address = readAddress(&reader, iban: iban, bic: bic)
    let email = reader.optional("email", email, hint: "correct it, or leave it out and notify the debtor otherwise") {
      text throws(ValueFault) in try EmailAddress(text)
    }
    let language: Language? = reader.optional("language", language, hint: "say fr, en or de, or leave it out") {
      text throws(ValueFault) in try word(text, rule: "language")
    }
    let ultimate = reader.optional("ultimate_debtor", ultimateDebtor, hint: "give the name in at most 70 characters") {
      text throws(ValueFault) in try PartyName(text)
    }
    let signature = SignatureFacts(&reader, place: place, signatory: signatory, capacity: signatoryCapacity)
    let use = readUse(&reader, scheme, signedOn: signedOn, today: today)
    let noticeDays = NoticePeriod.read(&reader, noticeDays)
    guard reader.refusals.isEmpty, let creditor, let scheme, let sequence, let name, let iban else {
      return .failure(Refusals(list: reader.refusals))
    }
    return .success(
      AcceptedMandate(
        creditor: creditor, mandateReference: reference, scheme: scheme, sequence: sequence, signedOn: signedOn,
        debtorName: name, iban: iban, bic: bic, address: address, email: email, language: language,
        ultimateDebtor: ultimate, signature: signature, registeredOn: use.registered, lastUsedOn: use.last,
        noticeDays: noticeDays))
  }

  private func readSigned(_ reader: inout RequestReader, today: CalendarDay) -> CalendarDay? {
    let state: HandedIn? = reader.attempt("state", hint: "say signed or draft, or leave it out for signed") {
      () throws(ValueFault) in
      guard let text = RequestReader.given(self.state) else { return .signed }
      return try word(text, rule: "state of a new mandate")
    }
    if state == .draft {
      if RequestReader.given(signedOn) != nil {
        reader.refuse(
          "signed_on", ValueFault(rule: "draft", found: "a day of signature", expected: "none"),
          hint: "a draft is not signed yet: leave the day out, or say signed")
      }
      return nil
    }
    return reader.required("signed_on", signedOn, hint: "give the day of the signature as 2026-11-24") {
      text throws(ValueFault) in
      let day = try CalendarDay(iso: text)
      guard day <= today else {
        throw ValueFault(rule: "day of signature", found: day.iso, expected: "a day not after \(today.iso)")
      }
      return day
    }
  }

  /// What a mandate brings with it that was used before it came here.
  private func readUse(
    _ reader: inout RequestReader, _ scheme: Scheme?, signedOn: CalendarDay?, today: CalendarDay
  ) -> (registered: CalendarDay?, last: CalendarDay?) {
    func day(_ field: String, _ text: String?) -> CalendarDay? {
      reader.optional(field, text, hint: "give the day as 2026-11-24, or leave it out") { text throws(ValueFault) in
        let day = try CalendarDay(iso: text)
        guard day <= today, signedOn.map({ $0 <= day }) ?? true else {
          throw ValueFault(
            rule: "day after the signature", found: day.iso,
            expected: "from \(signedOn?.iso ?? "the signature") to \(today.iso)")
        }
        return day
      }
    }
    let registered = day("registered_on", registeredOn)
    let last = day("last_used_on", lastUsedOn)
    if registered != nil, scheme == .core {
      reader.refuse(
        "registered_on", ValueFault(rule: "registration", found: "a day", expected: "none for a CORE mandate"),
        hint: "only a B2B mandate is registered with the debtor's bank")
    }
    if let last, last.adding(months: MandateAge.months) <= today {
      reader.refuse(
        "last_used_on",
        ValueFault(
          rule: "36 months without a collection", found: last.iso,
          expected: "a day after \(today.adding(months: -MandateAge.months).iso)"),
        hint: "the mandate is void: have a new one signed")
    }
    return (registered, last)
  }

  // Outside the EEA every collection carries the debtor's address, so a mandate without one could never be collected.
  // The BIC counts too: Jersey and Saint Pierre have accounts with their mother country's IBAN prefix.
  private func readAddress(_ reader: inout RequestReader, iban: IBAN?, bic: BIC?) -> PostalAddress? {
    let parts = [country, street, building, postcode, town, addressLine1, addressLine2]
    guard parts.contains(where: { RequestReader.given($0) != nil }) else {
      let outside = [iban?.country, bic?.country].compactMap(\.self).first { !SEPACountry.isEEA($0) }
      if let outside {
        reader.refuse(
          "address",
          ValueFault(
            rule: "address of a debtor outside the EEA", found: "none, for \(outside)", expected: "town and country"),
          hint: "give at least town and country of the debtor")
      }
      return nil
    }
    return reader.attempt(
      "address", hint: "give town and country in their own fields; inside the EEA the whole address may be left out"
    ) { () throws(ValueFault) in
      try PostalAddress(
        street: street, building: building, postcode: postcode, town: town, country: country,
        lines: [addressLine1, addressLine2].compactMap(\.self))
    }
  }
}
