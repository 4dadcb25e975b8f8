import Notices
import SEPA

/// `[creditor.notice]`: how a creditor's debtors are told before they are collected from.
enum PreNotificationSection {
  static func read(_ creditor: ConfigurationTable) throws -> NoticePolicy {
    guard let table = try creditor.section("notice") else { return NoticePolicy() }
    var policy = NoticePolicy()
    switch try table.required("by") {
    case "none": policy.by = nil
    case let text:
      guard let carrier = NoticeCarrier(rawValue: text) else {
        throw table.fault("by", "choice", found: text, expected: "mail, webhook or none")
      }
      policy.by = carrier
    }
    policy.days = try table.integer("days", default: 14, in: 1...90)
    policy.leadDays = try table.integer("lead_days", default: 3, in: 0...30)
    if let text = try table.text("missing") {
      guard let missing = MissingNotice(rawValue: text) else {
        throw table.fault("missing", "choice", found: text, expected: "hold or send")
      }
      policy.missing = missing
    }
    if let text = try table.text("plans") {
      guard let plans = PlanNotices(rawValue: text) else {
        throw table.fault("plans", "choice", found: text, expected: "each or schedule")
      }
      guard plans == .each || policy.by == .mail else {
        throw table.fault("plans", "carrier", found: "schedule without mails", expected: "by = \"mail\", or each")
      }
      policy.plans = plans
    }
    policy.branding = try branding(table)
    try table.refuseUnknown()
    return policy
  }

  /// That somebody is there to carry what creditors want carried.
  static func check(
    _ root: ConfigurationTable, _ creditors: [(key: String, policy: NoticePolicy)], mails: Bool, webhooks: Bool
  ) throws {
    for (key, policy) in creditors {
      switch policy.by {
      case .mail where !mails:
        throw root.fault("mail", "presence", found: "nothing", expected: "[mail], by which creditor \(key) tells its debtors")
      case .webhook where !webhooks:
        throw root.fault("webhook", "presence", found: "nothing", expected: "a [[webhook]] that tells creditor \(key)'s debtors")
      case .mail, .webhook, nil: break
      }
    }
  }

  private static func branding(_ table: ConfigurationTable) throws -> NoticeBranding {
    var branding = NoticeBranding()
    branding.name = try table.text("name")
    if let url = try table.text("logo_url") {
      guard isPicture(url) else {
        throw table.fault("logo_url", "https", found: url, expected: "https://host/path, without spaces, quotes, user or port")
      }
      branding.logoURL = url
    }
    if let colour = try table.text("colour") {
      guard colour.wholeMatch(of: /#[0-9A-Fa-f]{6}/) != nil else {
        throw table.fault("colour", "colour", found: colour, expected: "#rrggbb")
      }
      branding.colour = colour
    }
    if let address = try table.text("reply_to") {
      _ = try table.value("reply_to", address) { text throws(MailFault) in try MailAddress(text, field: "reply_to") }
      branding.replyTo = address
    }
    branding.footers[nil] = try table.text("footer")
    for language in Language.allCases {
      if let text = try table.text("footer_\(language.rawValue)") { branding.footers[language] = text }
    }
    return branding
  }

  /// Anything else could be read as something that it is not, by one mail program or another.
  private static func isPicture(_ url: String) -> Bool {
    url.utf8.count <= 500 && url.wholeMatch(of: /https:\/\/[A-Za-z0-9.\-]+\/[A-Za-z0-9\-._~\/%?=+]+/) != nil
  }
}
