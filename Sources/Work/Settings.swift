package import Channels
package import Notices
package import SEPA
package import Signing
package import Store

/// What the clock says; a parameter everywhere below the commands.
package protocol WallClock: Sendable {
  func now() -> Instant
}

/// One bank connection: the rules of the bank and the way to it.
package struct BankProfile: Sendable {
  package var name: String
  /// Name of the initiating party in the files.
  package var initiatingParty: String
  /// When its files must leave, by scheme.
  package var windows: PerScheme<SubmissionWindow>
  /// The zone of the bank's cut-off, as PostgreSQL names it.
  package var timeZone: String
  /// What it wants of each file.
  package var files: FileRules
  /// File name at the bank; `{message_id}` stands for the message id.
  package var remoteName: String
  /// How long an unknown outcome rests before the bank's side is looked at: what is on its way must have arrived or died.
  package var uncertainWaitSeconds: Int64
  /// Hours in which the bank answers each file; nil where it speaks of refusals only. Later, somebody is told.
  package var answerWithinHours: Int?
  /// TARGET days after the collection date in which a payment is credited or refused. Later, somebody is told.
  package var creditWithinDays: Int
  package var channel: any BankChannel
  package var signer: (any FileSigner)?
  package var signatureSuffix: String
  /// How it wants to see that a collection is presented again.
  package var mark: RepresentationMark

  package init(
    name: String, initiatingParty: String, windows: PerScheme<SubmissionWindow>, timeZone: String, files: FileRules,
    remoteName: String, uncertainWaitSeconds: Int64, answerWithinHours: Int? = nil, creditWithinDays: Int = 3,
    channel: any BankChannel, signer: (any FileSigner)?, signatureSuffix: String,
    mark: RepresentationMark = RepresentationMark()
  ) {
    self.name = name
    self.initiatingParty = initiatingParty
    self.windows = windows
    self.timeZone = timeZone
    self.files = files
    self.remoteName = remoteName
    self.uncertainWaitSeconds = uncertainWaitSeconds
    self.answerWithinHours = answerWithinHours
    self.creditWithinDays = creditWithinDays
    self.channel = channel
    self.signer = signer
    self.signatureSuffix = signatureSuffix
    self.mark = mark
  }
}

extension BankProfile {
  /// Seconds that a file of as many collections as it may carry takes on a slow line, of 1 Mbit/s: a debit is some
  /// 1000 bytes.
  package var secondsForFullFile: Int64 { Int64(files.maxTransactions) * 1000 / 125_000 }
  /// Seconds that one attempt to send may take; nil without a limit.
  package var secondsOfAttempt: Int64? { uncertainWaitSeconds > 0 ? uncertainWaitSeconds / 2 : nil }
}

/// Where mail goes and in whose name.
package struct MailSettings: Sendable {
  package var server: MailServer
  package var from: MailAddress
  package var replyTo: MailAddress?
  package var finance: [MailAddress]
  package var financeLanguage: Language

  package init(server: MailServer, from: MailAddress, replyTo: MailAddress?, finance: [MailAddress], financeLanguage: Language) {
    self.server = server
    self.from = from
    self.replyTo = replyTo
    self.finance = finance
    self.financeLanguage = financeLanguage
  }
}

/// Everything the stages need, checked before they start.
package struct Settings: Sendable {
  package var conninfo: String
  /// Scratch space for files on their way; never a record.
  package var spoolDirectory: String
  /// Paths of the official schemas by message (`pain.008.001.08`), of those that are installed.
  package var schemas: [String: String]
  package var banks: [BankProfile]
  package var creditors: [CreditorRecord]
  package var webhooks: [WebhookEndpoint]
  package var mail: MailSettings?
  /// What follows from rejects and returns.
  package var policies: ReturnPolicies
  /// Seconds that the daemon's clock may be apart from the database's; nil where they are not compared.
  package var clockToleranceSeconds: Int64?

  package init(
    conninfo: String, spoolDirectory: String, schemas: [String: String], banks: [BankProfile], creditors: [CreditorRecord],
    webhooks: [WebhookEndpoint], mail: MailSettings?, policies: ReturnPolicies,
    clockToleranceSeconds: Int64? = nil
  ) {
    self.conninfo = conninfo
    self.spoolDirectory = spoolDirectory
    self.schemas = schemas
    self.banks = banks
    self.creditors = creditors
    self.webhooks = webhooks
    self.mail = mail
    self.policies = policies
    self.clockToleranceSeconds = clockToleranceSeconds
  }

  /// What each bank wants of files, by its name.
  package var fileRules: [String: FileRules] {
    Dictionary(banks.map { ($0.name, $0.files) }, uniquingKeysWith: { first, _ in first })
  }

  /// How each creditor deals with mandates, by its key.
  package var mandatePolicies: [String: MandatePolicy] {
    Dictionary(creditors.map { ($0.key, $0.mandates) }, uniquingKeysWith: { first, _ in first })
  }

  /// In whose looks debtors are told what will be collected, by the creditor's key.
  package var branding: [String: NoticeBranding] {
    Dictionary(creditors.map { ($0.key, $0.notices.branding) }, uniquingKeysWith: { first, _ in first })
  }

  /// Who hears of events; the endpoints' names as the outbox keeps them.
  package var subscriptions: [Subscription] {
    webhooks.map { Subscription(endpoint: "webhook:\($0.name)", kind: "webhook") }
      + (mail == nil
        ? []
        : [
          Subscription(endpoint: "mail:finance", kind: "finance_mail"),
          Subscription(endpoint: "mail:debtor", kind: "debtor_mail"),
        ])
  }
}
