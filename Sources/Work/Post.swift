internal import CrashPoints
internal import FoundationEssentials
internal import Notices
internal import SEPA
internal import Store

/// Turns jobs into mails and hands them to the mail server.
struct Post: Sendable {
  private let settings: MailSettings
  private let sender: MailSender
  private let policies: ReturnPolicies
  private let branding: [String: NoticeBranding]

  /// - Parameter branding: in whose looks debtors are told what will be collected, by the creditor's key.
  init(_ settings: MailSettings, _ policies: ReturnPolicies, _ branding: [String: NoticeBranding]) {
    self.settings = settings
    self.policies = policies
    self.branding = branding
    sender = MailSender(server: settings.server)
  }

  func send(
    _ job: ClaimedJob, _ event: EventDetails?, _ details: DebtorDetails?, at now: Instant
  ) async -> DeliveryOutcome {
    let letter: Letter
    let to: [MailAddress]
    var (from, replyTo) = (settings.from, settings.replyTo)
    switch (job.kind, event) {
    case ("finance_mail", let event?):
      guard tells(.finance, of: event) else { return Self.untold(event) }
      letter = Self.financeNotice(event, settings.financeLanguage)
      to = settings.finance
    case ("debtor_mail", let event?):
      guard tells(.debtor, of: event) else { return Self.untold(event) }
      let language = Language(rawValue: event.debtorLanguage ?? event.creditorLanguage) ?? .en
      let reason = Self.reason(event, language)
      guard DebtorReminder.isFit(after: reason) else {
        return .delivered(code: 0, answer: "no reminder after \(reason.code)")
      }
      guard let address = event.debtorEmail.flatMap({ try? MailAddress($0, field: "to") }) else {
        return .permanent(reason: "mail: debtor's address: expected one that mail can be sent to")
      }
      letter = Self.reminder(event, reason, language)
      to = [address]
    case ("debtor_mail", nil):
      let email: String?
      switch details {
      case nil: return .permanent(reason: "mail: content of a debtor's mail: found others, expected a mandate or a notice")
      case .registration(let registration, let asked):
        guard registration.isNeeded else {
          return .delivered(code: 0, answer: "no request: the bank has the mandate, or it has ended")
        }
        letter = Self.registrationRequest(registration, asked: asked)
        email = registration.debtorEmail
      case .notice(let notice):
        guard notice.isExpected else { return .delivered(code: 0, answer: "no notice: it is not collected") }
        guard notice.day >= now.day.iso else { return .permanent(reason: "mail: notice: found a day that is past") }
        let branding = branding[notice.creditorKey] ?? NoticeBranding()
        letter = Self.preNotification(notice, branding)
        email = notice.debtorEmail
        if let name = branding.name { from = (try? MailAddress(from.address, name: name, field: "from")) ?? from }
        if let address = branding.replyTo { replyTo = (try? MailAddress(address, field: "reply_to")) ?? replyTo }
      }
      guard let address = email.flatMap({ try? MailAddress($0, field: "to") }) else {
        return .permanent(reason: "mail: debtor's address: expected one that mail can be sent to")
      }
      to = [address]
    case ("alert_mail", _):
      guard let concern = job.content.flatMap(Concern.init(json:)) else {
        return .permanent(reason: "mail: content of an alert: found others, expected a concern")
      }
      letter = concern.letter(in: settings.financeLanguage)
      to = settings.finance
    default:
      return .permanent(reason: "mail: kind of job: found \(job.kind) without its event")
    }
    // The same for every attempt, so that a mail server or a reader can tell a repetition.
    let identity = "job-\(job.publicID)@\(settings.from.address.split(separator: "@").last ?? "localhost")"
    CrashPoints.reach(.mailDue)
    let message = MailMessage(
      from: from, replyTo: replyTo, to: to, subject: letter.subject, text: letter.text,
      html: letter.html, messageID: identity, date: now.seconds)
    let outcome = await sender.send(message)
    CrashPoints.reach(.mailAnswered)
    // A server that refuses our own people's mail, or a mailbox of theirs that is full, is ours to mend: nothing is lost by it.
    if case .permanent(let reason) = outcome, job.kind != "debtor_mail", (try? message.bytes()) != nil {
      return .retry(after: nil, mayHaveArrived: false, reason: reason)
    }
    return outcome
  }

  private func tells(_ party: ReturnPolicy.Party, of event: EventDetails) -> Bool {
    policies.policy(.reading(event.reasonCode ?? ""), Scheme(rawValue: event.scheme) ?? .core).tell.contains(party)
  }

  private static func untold(_ event: EventDetails) -> DeliveryOutcome {
    .delivered(code: 0, answer: "the policy for \(event.reasonCode ?? "no code") tells nobody here")
  }

  private static func financeNotice(_ event: EventDetails, _ language: Language) -> Letter {
    FinanceNotice(
      kind: event.event == "rejected" ? .rejected : .returned, creditorName: event.creditorName,
      endToEndID: event.endToEndID, mandateReference: event.mandateReference, amountCents: event.amountCents,
      scheme: NoticeScheme(rawValue: event.scheme) ?? .core, collectionDate: event.collectionDate ?? event.requestedDate,
      reportedOn: String(event.at.prefix(10)), reason: reason(event, language), collectionID: "\(event.collectionID)",
      fileMessageID: event.fileMessageID, followUp: followUp(event)
    ).letter(in: tongue(language))
  }

  private static func reminder(_ event: EventDetails, _ reason: ReasonText, _ language: Language) -> Letter {
    DebtorReminder(
      creditorName: event.creditorName, contactEmail: event.creditorEmail, contactPhone: event.creditorPhone,
      debtorName: event.debtorName, amountCents: event.amountCents, dueDate: event.requestedDate,
      mandateReference: event.mandateReference, scheme: NoticeScheme(rawValue: event.scheme) ?? .core, reason: reason,
      collectedAgainOn: event.consequence?.representOn
    ).letter(in: tongue(language))
  }

  private static func registrationRequest(_ details: RegistrationDetails, asked: Int) -> Letter {
    RegistrationRequest(
      creditorName: details.creditorName, creditorIdentifier: details.creditorIdentifier, contactEmail: details.creditorEmail,
      contactPhone: details.creditorPhone, debtorName: details.debtorName, mandateReference: details.reference,
      recurrent: details.recurrent, signedOn: details.signedOn, accountEnd: details.accountEnd, asked: asked
    ).letter(in: tongue(Language(rawValue: details.debtorLanguage ?? details.creditorLanguage) ?? .en))
  }

  private static func preNotification(_ details: NoticeDetails, _ branding: NoticeBranding) -> Letter {
    let language = Language(rawValue: details.debtorLanguage ?? details.creditorLanguage) ?? .en
    return PreNotification(
      creditorName: branding.name ?? details.creditorName, creditorIdentifier: details.creditorIdentifier,
      contactEmail: branding.replyTo ?? details.creditorEmail, contactPhone: details.creditorPhone,
      debtorName: details.debtorName, amountCents: details.amountCents, collectionDate: details.day,
      mandateReference: details.mandateReference, scheme: NoticeScheme(rawValue: details.scheme) ?? .core,
      accountEnd: details.accountEnd, remittance: details.remittance, isChange: details.isChange,
      following: details.following.map { ($0.day.iso, $0.amountCents) },
      look: Letter.Look(logoURL: branding.logoURL, colour: branding.colour, footer: branding.footer(in: language))
    ).letter(in: tongue(language))
  }

  private static func followUp(_ event: EventDetails) -> FinanceNotice.FollowUp {
    guard let consequence = event.consequence else { return FinanceNotice.FollowUp() }
    let mandate: FinanceNotice.FollowUp.Mandate? =
      switch consequence.mandate {
      case "suspend": .suspended
      case "end": .ended
      default: nil
      }
    return FinanceNotice.FollowUp(
      collectedAgain: consequence.representOn.map { (on: $0, attempt: Int(event.attempt) + 1) }, mandate: mandate,
      limit: consequence.isBeyondLimit ? consequence.limit : nil)
  }

  private static func reason(_ event: EventDetails, _ language: Language) -> ReasonText {
    let code = ReasonCode.reading(event.reasonCode ?? "")
    return ReasonText(code: code.code, label: code.label(in: language), cause: code.cause.rawValue)
  }

  private static func tongue(_ language: Language) -> NoticeLanguage {
    NoticeLanguage(rawValue: language.rawValue) ?? .english
  }
}

/// What a debtor's mail is about that follows from no payment event, as its job says it.
enum DebtorContent {
  /// Of `Session.askToRegister`.
  case registration(mandate: Int64, asked: Int)
  /// Of `Session.give`.
  case notice(Int64)

  /// Nil for anything else.
  init?(json: String?) {
    struct Content: Decodable {
      let mandate_id: Int64?
      let asked: Int?
      let notice_id: Int64?
    }
    guard let json, let content = try? JSONDecoder().decode(Content.self, from: Data(json.utf8)) else { return nil }
    if let notice = content.notice_id {
      self = .notice(notice)
    } else if let mandate = content.mandate_id {
      self = .registration(mandate: mandate, asked: content.asked ?? 1)
    } else {
      return nil
    }
  }
}

/// The same, with what its mail says.
enum DebtorDetails {
  case registration(RegistrationDetails, asked: Int)
  case notice(NoticeDetails)
}
