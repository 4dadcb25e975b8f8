/// Who tells a debtor that it will be collected from.
package enum NoticeCarrier: String, CaseIterable, Sendable {
  /// sepad, by mail.
  case mail
  /// The integrator, who is asked by webhook and says when it is done.
  case webhook
}

/// What becomes of a collection whose notice could not be given, or not in time.
package enum MissingNotice: String, CaseIterable, Sendable {
  /// It waits for a person.
  case hold
  /// It is collected all the same.
  case send
}

/// How debtors are told of the collections of a plan.
package enum PlanNotices: String, CaseIterable, Sendable {
  /// One by one.
  case each
  /// By one notice that lists the next periods; another one when the list is at its end, or a period comes otherwise.
  case schedule

  /// Periods that a notice lists beside its own collection, at most.
  package static let most = 12
}

/// In whose looks a creditor's notices go out.
package struct NoticeBranding: Hashable, Sendable {
  /// How debtors know the creditor; nil for the name that banks know.
  package var name: String?
  /// Of a picture, by https: the only thing that a mail of ours loads.
  package var logoURL: String?
  /// `#rrggbb`
  package var colour: String?
  /// The address that answers go to.
  package var replyTo: String?
  /// What the law wants at the end of a letter, by language; nil stands for every other language.
  package var footers: [Language?: String]

  package init(
    name: String? = nil, logoURL: String? = nil, colour: String? = nil, replyTo: String? = nil, footers: [Language?: String] = [:]
  ) {
    self.name = name
    self.logoURL = logoURL
    self.colour = colour
    self.replyTo = replyTo
    self.footers = footers
  }

  /// What stands at the end of a letter in a language.
  package func footer(in language: Language) -> String? { footers[language] ?? footers[nil] }
}

/// How a creditor's debtors are told amount and date before they are collected from: pre-notification, 14 calendar days
/// before unless agreed otherwise (SDD rulebooks, section 4.2; Regulation 260/2012 leaves it to the rulebooks).
package struct NoticePolicy: Hashable, Sendable {
  /// Nil: the creditor does it by itself, as by its invoices.
  package var by: NoticeCarrier?
  /// Calendar days between notice and collection, where a mandate has no agreement of its own.
  package var days: Int
  /// How many days before the last possible one a notice goes out, so that it has time.
  package var leadDays: Int
  package var missing: MissingNotice
  package var plans: PlanNotices
  package var branding: NoticeBranding

  /// Days before its collection that a collection must be known for its notice to be in time; 0 where none is given.
  package var daysAhead: Int { by == nil ? 0 : days + leadDays + 1 }

  /// What holds a collection from its beginning until its debtor was told.
  package static let notGiven = "pre-notification not given"

  package init(
    by: NoticeCarrier? = nil, days: Int = 14, leadDays: Int = 3, missing: MissingNotice = .hold,
    plans: PlanNotices = .each, branding: NoticeBranding = NoticeBranding()
  ) {
    self.by = by
    self.days = days
    self.leadDays = leadDays
    self.missing = missing
    self.plans = plans
    self.branding = branding
  }
}

/// How a notice ended, or that it has not when it should have.
package enum NoticeEnd: Hashable, Sendable {
  /// The debtor was told on that day.
  case given(on: CalendarDay)
  /// It did not go out, or nobody knows; in words without a name.
  case failed(String)
  /// The last day on which it would have been in time is over.
  case overdue(NoticeCarrier)

  /// What holds the collection because of it, in words for a person; nil where the notice was in time.
  /// - Parameters:
  ///   - days: as agreed.
  ///   - date: the collection date that was told.
  package func obstacle(days: Int, before date: CalendarDay) -> String? {
    switch self {
    case .given(let day):
      let found = day.days(until: date)
      return found >= days ? nil : "pre-notification late: \(max(0, found)) days, \(days) agreed"
    case .failed(let why): return "pre-notification failed: \(why)"
    case .overdue(.mail): return "pre-notification not sent in time: \(days) days agreed"
    case .overdue(.webhook): return "pre-notification not acknowledged in time: \(days) days agreed"
    }
  }
}
