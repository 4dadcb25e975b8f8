package import SEPA

/// A creditor as the configuration states it; values are checked before they come here.
package struct CreditorRecord: Sendable {
  package struct Account: Sendable {
    package let key: String
    package let iban: String
    package let bic: String?
    /// Name of the bank connection.
    package let bank: String
    /// For whom the creditor collects, where that is somebody else.
    package let ultimateCreditor: String?
    /// Code of ISO 20022's external category purposes; for the bank's handling.
    package let categoryPurpose: String?

    package init(
      key: String, iban: String, bic: String?, bank: String, ultimateCreditor: String? = nil, categoryPurpose: String? = nil
    ) {
      self.key = key
      self.iban = iban
      self.bic = bic
      self.bank = bank
      self.ultimateCreditor = ultimateCreditor
      self.categoryPurpose = categoryPurpose
    }
  }

  /// In its structured form, each part checked and in EPC letters.
  package struct Address: Sendable, Equatable {
    package let street: String?
    package let building: String?
    package let postcode: String?
    package let town: String
    /// ISO 3166-1 alpha-2.
    package let country: String

    package init(street: String?, building: String?, postcode: String?, town: String, country: String) {
      self.street = street
      self.building = building
      self.postcode = postcode
      self.town = town
      self.country = country
    }
  }

  package let key: String
  package let name: String
  package let creditorIdentifier: String
  package let language: String
  package let contactEmail: String?
  package let contactPhone: String?
  package let address: Address?
  package let accounts: [Account]
  /// Whether failed claims are presented again by themselves, where a policy says so.
  package let presentsAgain: Bool
  package let mandates: MandatePolicy
  /// What becomes of a due date on which TARGET is closed.
  package let closedDay: DayConvention
  /// How many days before a plan's period is due its collection is made.
  package let planHorizonDays: Int
  /// The zone, as PostgreSQL names it, whose calendar says which day it is for the creditor's plans.
  package let timeZone: String
  /// How its debtors are told before they are collected from.
  package let notices: NoticePolicy

  package init(
    key: String, name: String, creditorIdentifier: String, language: String, contactEmail: String?,
    contactPhone: String?, address: Address? = nil, accounts: [Account], presentsAgain: Bool = false,
    mandates: MandatePolicy = MandatePolicy(), closedDay: DayConvention = .following, planHorizonDays: Int = 30,
    timeZone: String = "Europe/Paris",
    notices: NoticePolicy = NoticePolicy()
  ) {
    self.key = key
    self.name = name
    self.creditorIdentifier = creditorIdentifier
    self.language = language
    self.contactEmail = contactEmail
    self.contactPhone = contactPhone
    self.address = address
    self.accounts = accounts
    self.presentsAgain = presentsAgain
    self.mandates = mandates
    self.closedDay = closedDay
    self.planHorizonDays = planHorizonDays
    self.timeZone = timeZone
    self.notices = notices
  }
}

/// Who hears of events: the endpoint's name and what it is (`webhook`, `finance_mail`, `debtor_mail`).
package struct Subscription: Sendable {
  package let endpoint: String
  package let kind: String

  package init(endpoint: String, kind: String) {
    self.endpoint = endpoint
    self.kind = kind
  }
}

extension Session {
  /// Writes creditors, accounts and subscriptions as configured, so that rows can refer to them. Creditors that left
  /// the configuration stay, for the sake of their history; endpoints that left hear nothing new. A creditor that goes by
  /// another name or identifier than before amends its mandates.
  package func configure(
    creditors: [CreditorRecord], subscriptions: [Subscription], at: Instant
  ) async throws {
    try await transaction { session in
      try session.amendCreditors(creditors, at: at)
      // A zone that PostgreSQL does not know is told now, not by the stage that needs it.
      for zone in Set(creditors.map(\.timeZone)) { _ = try session.localTime(at: at, zone: zone) }
      let notices = try session.noticeSettings()
      for creditor in creditors {
        let id = try session.one(
          """
          INSERT INTO sepad.creditor (key, name, creditor_identifier, language, contact_email, contact_phone, configured_at,
            street, building, postcode, town, country, closed_day, plan_horizon_days, time_zone, notice_by, notice_days,
            notice_lead, notice_missing, notice_plans)
          VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
          ON CONFLICT (key) DO UPDATE SET name = excluded.name, creditor_identifier = excluded.creditor_identifier,
            language = excluded.language, contact_email = excluded.contact_email, contact_phone = excluded.contact_phone,
            configured_at = excluded.configured_at, street = excluded.street, building = excluded.building,
            postcode = excluded.postcode, town = excluded.town, country = excluded.country, closed_day = excluded.closed_day,
            plan_horizon_days = excluded.plan_horizon_days, time_zone = excluded.time_zone,
            notice_by = excluded.notice_by, notice_days = excluded.notice_days, notice_lead = excluded.notice_lead,
            notice_missing = excluded.notice_missing, notice_plans = excluded.notice_plans
          RETURNING id
          """,
          [
            .text(creditor.key), .text(creditor.name), .text(creditor.creditorIdentifier), .text(creditor.language),
            .optional(creditor.contactEmail), .optional(creditor.contactPhone), .text(at.description),
            .optional(creditor.address?.street), .optional(creditor.address?.building), .optional(creditor.address?.postcode),
            .optional(creditor.address?.town), .optional(creditor.address?.country), .text(creditor.closedDay.rawValue),
            .integer(Int64(creditor.planHorizonDays)), .text(creditor.timeZone),
            .optional(creditor.notices.by?.rawValue), .integer(Int64(creditor.notices.days)),
            .integer(Int64(creditor.notices.leadDays)), .text(creditor.notices.missing.rawValue),
            .text(creditor.notices.plans.rawValue),
          ]
        ).integer(0)
        try session.followNoticeSettings(of: id, creditor.notices, before: notices[creditor.key], Stamp(at: at, actor: "configure"))
        for account in creditor.accounts {
          try session.run(
            """
            INSERT INTO sepad.creditor_account (creditor_id, key, iban, bic, bank, ultimate_creditor, category_purpose)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (creditor_id, key) DO UPDATE SET iban = excluded.iban, bic = excluded.bic, bank = excluded.bank,
              ultimate_creditor = excluded.ultimate_creditor, category_purpose = excluded.category_purpose
            """,
            [
              .integer(id), .text(account.key), .text(account.iban), .optional(account.bic), .text(account.bank),
              .optional(account.ultimateCreditor), .optional(account.categoryPurpose),
            ])
        }
      }
      try session.run(
        "DELETE FROM sepad.subscription WHERE NOT endpoint = ANY ($1)", [.texts(subscriptions.map(\.endpoint))])
      for subscription in subscriptions {
        try session.run(
          """
          INSERT INTO sepad.subscription (endpoint, kind) VALUES ($1, $2)
          ON CONFLICT (endpoint) DO UPDATE SET kind = excluded.kind
          """, [.text(subscription.endpoint), .text(subscription.kind)])
      }
      // Too few rows for autovacuum ever to look at, and in every plan: without their numbers each payment that moves is
      // looked up once for each transition.
      try session.run(
        "ANALYZE sepad.collection_transition, sepad.file_transition, sepad.creditor, sepad.creditor_account, sepad.subscription")
    }
  }

  private func amendCreditors(_ creditors: [CreditorRecord], at: Instant) throws(StoreFault) {
    let renamed = """
      SELECT c.id, nullif(c.name, x.name), nullif(c.creditor_identifier, x.identifier)
      FROM sepad.creditor c JOIN unnest($1::text[], $2::text[], $3::text[]) AS x (key, name, identifier) ON x.key = c.key
      WHERE (c.name, c.creditor_identifier) <> (x.name, x.identifier) ORDER BY c.id
      """
    let parameters: [SQLValue] = [
      .texts(creditors.map(\.key)), .texts(creditors.map(\.name)), .texts(creditors.map(\.creditorIdentifier)),
    ]
    guard try run(renamed, parameters).rows.first != nil else { return }
    try lockAmendments(toAmend: true)
    // Another daemon may have done it while this one waited.
    for row in try run(renamed, parameters).rows {
      try amendCreditor(try row.integer(0), name: row[1], identifier: row[2], at: at)
    }
  }

  /// What a clock on the wall of `zone` shows at `instant`: PostgreSQL knows the zones' rules, so we need no second copy.
  /// - Returns: `YYYY-MM-DD` and the second of that day.
  package func localTime(at instant: Instant, zone: String) throws(StoreFault) -> (day: String, secondOfDay: Int) {
    let row = try one(
      """
      SELECT to_char(local, 'YYYY-MM-DD'), extract(epoch FROM local::time)::int
      FROM (SELECT $1::timestamptz AT TIME ZONE $2 AS local) x
      """, [.text(instant.description), .text(zone)])
    return (try row.text(0), Int(try row.integer(1)))
  }
}
