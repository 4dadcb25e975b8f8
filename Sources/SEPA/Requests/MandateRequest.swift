/// A mandate as somebody typed it: every field text, nil when empty.
package struct MandateRequest: Sendable {
  package var mandateReference, scheme, sequence, signedOn, debtorName, iban, bic: String?
  package var country, street, building, postcode, town, addressLine1, addressLine2, email, language: String?

  package init() {}
}

/// A mandate whose every element is what the rulebook asks for (SDD rulebooks, section 4.7.2, mandate data).
package struct AcceptedMandate: Sendable {
  package let reference: MandateReference
  package let scheme: Scheme
  package let isRecurrent: Bool
  package let signedOn: CalendarDay
  package let debtorName: String
  package let iban: IBAN
  package let bic: BIC?
  package let address: PostalAddress?
  package let email: String?
  package let language: Language?
}

extension MandateRequest {
  /// Judges the request by itself; what it shares with other rows (its key, its reference) is judged by intake.
  /// - Parameter today: the creditor's day.
  /// - Returns: the mandate, or every reason against it.
  package func judged(today: CalendarDay) -> (accepted: AcceptedMandate?, refusals: [Refusal]) {
    var judgement = Judgement()
    let reference = judgement.required("mandate_reference", mandateReference).flatMap { text in
      judgement.value("mandate_reference") { () throws(ValueFault) in try MandateReference(text) }
    }
    let scheme = judgement.required("scheme", scheme).flatMap { Scheme(rawValue: $0.uppercased()) }
    if scheme == nil, let text = self.scheme { judgement.refuse("scheme", "scheme", found: text, expected: "CORE or B2B") }
    let recurrent: Bool? =
      switch judgement.required("sequence", sequence)?.lowercased() {
      case "recurrent": true
      case "one-off": false
      default: nil
      }
    if recurrent == nil, let text = sequence {
      judgement.refuse("sequence", "sequence", found: text, expected: "recurrent or one-off")
    }
    let signed = judgement.required("signed_on", signedOn).flatMap { text in
      judgement.value("signed_on") { () throws(ValueFault) in try CalendarDay(iso: text) }
    }
    if let signed, signed > today {
      judgement.refuse("signed_on", "signature date", found: signed.iso, expected: "a day not after today, \(today.iso)")
    }
    let name = judgement.required("debtor_name", debtorName).flatMap { text in
      judgement.value("debtor_name") { () throws(ValueFault) in
        try EPCText.transliterate(text, maximum: 70, rule: "debtor name")
      }
    }
    let account = judgement.required("iban", iban).flatMap { text in
      judgement.value("iban") { () throws(ValueFault) in try IBAN(text) }
    }
    let bank = bic.flatMap { text in judgement.value("bic") { () throws(ValueFault) in try BIC(text) } }
    let address = judgedAddress(debtorCountry: account?.country, &judgement)
    if let email, !Self.looksLikeMail(email) {
      judgement.refuse("email", "mail address", found: email, expected: "name@domain, without spaces")
    }
    let tongue = language.flatMap { Language(rawValue: $0.lowercased()) }
    if tongue == nil, let language {
      judgement.refuse("language", "language", found: language, expected: "fr, en or de")
    }
    guard judgement.refusals.isEmpty, let reference, let scheme, let recurrent, let signed, let name, let account else {
      return (nil, judgement.refusals)
    }
    return (
      AcceptedMandate(
        reference: reference, scheme: scheme, isRecurrent: recurrent, signedOn: signed, debtorName: name, iban: account,
        bic: bank, address: address, email: email, language: tongue), []
    )
  }

  private func judgedAddress(debtorCountry: String?, _ judgement: inout Judgement) -> PostalAddress? {
    let lines = [addressLine1, addressLine2].compactMap { $0 }
    let given = [country, street, building, postcode, town].contains { $0 != nil } || !lines.isEmpty
    if given {
      return judgement.value("address") { () throws(ValueFault) in
        try PostalAddress(
          street: street, building: building, postcode: postcode, town: town, country: country, lines: lines)
      }
    }
    if let debtorCountry, SEPACountry.all[debtorCountry]?.isEEA == false {
      judgement.refuse(
        "address", "address outside the EEA", found: "none", expected: "town and country at least, for an account in \(debtorCountry)")
    }
    return nil
  }

  /// No full RFC 5322: enough to keep a name or a number out of the address field.
  private static func looksLikeMail(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && !parts[1].hasPrefix(".")
      && !parts[1].hasSuffix(".") && text.utf8.count <= 254 && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != 0x3C && $0 != 0x3E }
  }
}
