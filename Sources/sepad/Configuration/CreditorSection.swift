import Notices
import SEPA
import Store
import Work

/// `[[creditor]]`: who collects, on which accounts.
enum CreditorSection {
  static func read(_ table: ConfigurationTable, banks: [BankProfile]) throws -> CreditorRecord {
    let accounts = try table.sections("account").map { account in
      let bank = try account.required("bank")
      guard let rules = banks.first(where: { $0.name == bank })?.files else {
        let names = banks.map(\.name).sorted().joined(separator: ", ")
        throw account.fault("bank", "bank is configured", found: bank, expected: "one of \(names)")
      }
      let record = CreditorRecord.Account(
        key: try account.required("key"),
        iban: try account.value("iban", try account.required("iban"), IBAN.init).value,
        bic: try account.text("bic").map { try account.value("bic", $0, BIC.init).value }, bank: bank,
        ultimateCreditor: try account.text("ultimate_creditor").map { name in
          try account.value("ultimate_creditor", name) { text throws(ValueFault) in try EPCText.transliterate(text, maximum: 70) }
        },
        categoryPurpose: try account.text("category_purpose").map {
          try account.value("category_purpose", $0, PurposeCode.init).value
        })
      if rules.bics == .required, record.bic == nil {
        throw account.fault("bic", "presence", found: "nothing", expected: "the BIC of this account: \(bank) wants BICs")
      }
      try account.refuseUnknown()
      return record
    }
    guard !accounts.isEmpty else {
      throw table.fault("account", "presence", found: "nothing", expected: "at least one [[creditor.account]]")
    }
    guard Set(accounts.map(\.key)).count == accounts.count else {
      throw table.fault("account", "unique key", found: "one key twice", expected: "each once")
    }
    let language = try table.text("language") ?? "en"
    guard Language(rawValue: language) != nil else {
      throw table.fault("language", "language", found: language, expected: "fr, en or de")
    }
    let (town, country) = (try table.required("town"), try table.required("country"))
    let (street, building) = (try table.text("street"), try table.text("building"))
    let postcode = try table.text("postcode")
    let address = try table.value("town", town) { town throws(ValueFault) in
      try PostalAddress(street: street, building: building, postcode: postcode, town: town, country: country)
    }
    let email = try table.text("contact_email")
    if let email {
      _ = try table.value("contact_email", email) { text throws(MailFault) in try MailAddress(text, field: "contact") }
    }
    let notices = try PreNotificationSection.read(table)
    let creditor = CreditorRecord(
      key: try table.required("key"),
      name: try table.value("name", try table.required("name"), { text throws(ValueFault) in try EPCText.transliterate(text, maximum: 70) }),
      creditorIdentifier: try table.value(
        "creditor_identifier", try table.required("creditor_identifier"), CreditorIdentifier.init
      ).value, language: language, contactEmail: email,
      contactPhone: try table.text("contact_phone"),
      address: CreditorRecord.Address(
        street: address.street, building: address.building, postcode: address.postcode, town: address.town,
        country: address.country),
      accounts: accounts, presentsAgain: try table.bool("present_again") ?? false, mandates: try mandates(table),
      closedDay: try closedDay(table),
      planHorizonDays: max(try table.integer("plan_horizon_days", default: 30, in: 1...365), notices.daysAhead),
      timeZone: try table.text("time_zone") ?? banks.first { $0.name == accounts.first?.bank }?.timeZone ?? "Europe/Paris",
      notices: notices)
    try table.refuseUnknown()
    return creditor
  }

  private static func mandates(_ table: ConfigurationTable) throws -> MandatePolicy {
    let registration = try table.text("registration") ?? RegistrationPolicy.hold.rawValue
    guard let policy = RegistrationPolicy(rawValue: registration) else {
      throw table.fault(
        "registration", "registration of B2B mandates", found: registration,
        expected: RegistrationPolicy.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return MandatePolicy(
      registration: policy,
      reminderDays: try table.integer("registration_reminder_days", default: 7, in: 1...90),
      referencePattern: try table.text("mandate_reference").map {
        try table.value("mandate_reference", $0, MandateReferencePattern.init)
      })
  }

  private static func closedDay(_ table: ConfigurationTable) throws -> DayConvention {
    guard let text = try table.text("closed_day") else { return .following }
    guard let convention = DayConvention(rawValue: text) else {
      let known = DayConvention.allCases.map(\.rawValue).joined(separator: ", ")
      throw table.fault("closed_day", "choice", found: text, expected: "one of \(known)")
    }
    return convention
  }
}
