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
      planHorizonDays: try table.integer("plan_horizon_days", default: 30, in: 1...365),
      timeZone: try table.text("time_zone") ?? banks.first { $0.name == accounts.first?.bank }?.timeZone ?? "Europe/Paris",
      notices: try NoticeSection.read(table))
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

/// `[[webhook]]` and `[mail]`: who hears of events.
enum NoticeSections {
  static func webhook(_ table: ConfigurationTable, _ secrets: Secrets) throws -> WebhookEndpoint {
    let lines = try secrets.lines(try table.required("secret"), table, "secret")
    let keys = try lines.map { try table.value("secret", $0, WebhookSecret.init) }
    do {
      let endpoint = try WebhookEndpoint(
        name: try table.required("name"), url: try table.required("url"), secrets: keys,
        allowPlainHTTP: try table.bool("allow_plain_http") ?? false, caFile: try table.text("ca_file"),
        totalSeconds: try table.integer("timeout_seconds", default: 20, in: 1...30),
        connections: try table.integer("connections", default: 4, in: 1...16))
      try table.refuseUnknown()
      return endpoint
    } catch let fault as WebhookFault {
      throw table.fault("url", "webhook", found: "\(fault)", expected: "an https URL")
    }
  }

  static func mail(_ table: ConfigurationTable, _ secrets: Secrets) throws -> MailSettings {
    let (host, port, isTLS) = try server(table)
    let startTLS = try table.bool("starttls")
    guard !isTLS || startTLS == nil else {
      throw table.fault("starttls", "one kind of TLS", found: "smtps:// and starttls", expected: "one of the two")
    }
    let security: MailServer.Security = isTLS ? .tls : startTLS ?? true ? .startTLS : .none
    let username = try table.text("username")
    let password = try table.text("password").map { try secrets.lines($0, table, "password")[0] }
    let finance = try table.texts("finance")
    let language = try table.text("language") ?? "en"
    guard let tongue = Language(rawValue: language) else {
      throw table.fault("language", "language", found: language, expected: "fr, en or de")
    }
    guard !finance.isEmpty else { throw table.fault("finance", "presence", found: "nobody", expected: "at least one address") }
    do {
      let settings = MailSettings(
        server: try MailServer(
          host: host, port: port, security: security, caFile: try table.text("ca_file"), username: username,
          password: password),
        from: try address(try table.required("from"), "from"),
        replyTo: try table.text("reply_to").map { try address($0, "reply_to") },
        finance: try finance.map { try address($0, "finance") }, financeLanguage: tongue)
      try table.refuseUnknown()
      return settings
    } catch let fault as MailFault {
      throw table.fault("server", "mail", found: "\(fault)", expected: "addresses and a server that mail can be sent to")
    }
  }

  /// `smtp://host:port`, or `smtps://host:port` for TLS from the first byte.
  private static func server(_ table: ConfigurationTable) throws -> (host: String, port: Int, isTLS: Bool) {
    let text = try table.required("server")
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, ["smtp", "smtps"].contains(parts[0]), parts[1].hasPrefix("//"), let port = Int(parts[2]) else {
      throw table.fault("server", "URL", found: text, expected: "smtp://host:port or smtps://host:port")
    }
    return (String(parts[1].dropFirst(2)), port, parts[0] == "smtps")
  }

  /// `name@domain`, or `Name <name@domain>`.
  private static func address(_ text: String, _ field: String) throws(MailFault) -> MailAddress {
    guard text.hasSuffix(">"), let open = text.lastIndex(of: "<") else { return try MailAddress(text, field: field) }
    var name = String(text[..<open])
    while name.last == " " { name.removeLast() }
    return try MailAddress(String(text[text.index(after: open)...].dropLast()), name: name, field: field)
  }
}
