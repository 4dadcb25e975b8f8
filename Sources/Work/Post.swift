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

  init(_ settings: MailSettings, _ policies: ReturnPolicies) {
    self.settings = settings
    self.policies = policies
    sender = MailSender(server: settings.server)
  }

  func send(
    _ job: ClaimedJob, _ event: EventDetails?, _ registration: RegistrationDetails?, at now: Instant
  ) async -> DeliveryOutcome {
    let letter: Letter
    let to: [MailAddress]
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
      guard let registration else { return .permanent(reason: "mail: content of a debtor's mail: found others, expected a mandate") }
      guard registration.isNeeded else { return .delivered(code: 0, answer: "no request: the bank has the mandate, or it has ended") }
      guard let address = registration.debtorEmail.flatMap({ try? MailAddress($0, field: "to") }) else {
        return .permanent(reason: "mail: debtor's address: expected one that mail can be sent to")
      }
      letter = Self.registrationRequest(registration, asked: DebtorContent(json: job.content)?.asked ?? 1)
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
      from: settings.from, replyTo: settings.replyTo, to: to, subject: letter.subject, text: letter.text,
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

/// What a debtor's mail is about that follows from no payment event (`Session.askToRegister`).
struct DebtorContent: Decodable {
  let mandate_id: Int64
  let asked: Int

  /// Nil for anything else.
  init?(json: String?) {
    guard let json, let content = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else { return nil }
    self = content
  }
}
