internal import CrashPoints
internal import FoundationEssentials
package import Logging
package import Notices
package import SEPA
package import Store
internal import Synchronization

/// Tells the world what the outbox holds: webhooks and mails, each attempt recorded. What fails is tried again with
/// growing waits; what succeeded is never sent again.
package struct React: Sendable {
  private let session: Session
  /// To each webhook, as many senders as it takes requests at once.
  private let senders: [String: (endpoint: WebhookEndpoint, senders: [WebhookSender])]
  private let post: Post?
  private let receivers: Receivers
  private let log: Logger
  private static let batch = 200
  /// How long a receiver is told in one turn, counted when a notice is begun: the others wait for the end of the turn.
  private static let turn = Duration.seconds(10)

  package init(
    session: Session, webhooks: [WebhookEndpoint], mail: MailSettings?, policies: ReturnPolicies,
    branding: [String: NoticeBranding] = [:], receivers: Receivers = Receivers(), log: Logger
  ) {
    self.session = session
    self.receivers = receivers
    senders = Dictionary(
      uniqueKeysWithValues: webhooks.map { webhook in
        ("webhook:\(webhook.name)", (endpoint: webhook, senders: (0..<max(1, webhook.connections)).map { _ in WebhookSender() }))
      })
    post = mail.map { Post($0, policies, branding) }
    self.log = log
  }

  /// - Parameter clock: read for each delivery, since receivers check the time that is signed.
  /// - Returns: how many jobs were tried; 0 also when another daemon is telling.
  package func run(at clock: @escaping @Sendable () -> Instant) async throws -> Int {
    guard try await session.lockNotices() else { return 0 }
    do {
      let tried = try await tell(at: clock)
      try await session.unlockNotices()
      return tried
    } catch {
      await session.disconnect()
      throw error
    }
  }

  private func tell(at clock: @escaping @Sendable () -> Instant) async throws -> Int {
    CrashPoints.reach(.noticesDue)
    let resting = await receivers.resting(at: clock())
    let jobs = try await session.claimJobs(limit: Self.batch, except: resting, at: clock())
    guard !jobs.isEmpty else { return 0 }
    CrashPoints.reach(.noticesClaimed)
    let details = try await session.eventDetails(jobs.compactMap(\.eventID))
    // Endpoints side by side, so that a slow one delays only itself; and so are the notices of one, of which no two are
    // about the same subject.
    let told = try await withThrowingTaskGroup(of: Told.self) { group in
      for (endpoint, jobs) in Dictionary(grouping: jobs, by: \.endpoint) {
        group.addTask { try await tell(endpoint, jobs, details, at: clock) }
      }
      return try await group.reduce(into: Told()) { $0.add($1) }
    }
    try await session.transaction { session in
      try await session.record(told.records, at: clock())
      CrashPoints.reach(.noticesWritten)
    }
    CrashPoints.reach(.noticesRecorded)
    return told.tried
  }

  /// What was tried of one turn.
  private struct Told {
    /// Of what is not recorded yet.
    var records: [DeliveryRecord] = []
    var failed: [DeliveryRecord] = []
    var tried = 0

    mutating func add(_ other: Told) {
      records += other.records
      failed += other.failed
      tried += other.tried
    }
  }

  /// What is left of one receiver's turn, for those who tell it side by side.
  private final class Turn: Sendable {
    private let left: Mutex<ArraySlice<ClaimedJob>>
    private let end = ContinuousClock.now.advanced(by: React.turn)

    init(_ jobs: [ClaimedJob]) { left = Mutex(jobs[...]) }

    func next() -> ClaimedJob? { ContinuousClock.now < end ? left.withLock { $0.popFirst() } : nil }

    /// The receiver wants to be left alone.
    func stop() { left.withLock { $0 = [] } }
  }

  /// Tells one receiver, until all is told, its turn is over, or it wants to be left alone. What is left waits as it was.
  private func tell(
    _ endpoint: String, _ jobs: [ClaimedJob], _ details: [Int64: EventDetails], at clock: @escaping @Sendable () -> Instant
  ) async throws -> Told {
    let turn = Turn(jobs)
    let told = try await withThrowingTaskGroup(of: Told.self) { group in
      let senders: [WebhookSender?] = self.senders[endpoint]?.senders ?? [nil]
      for sender in senders.prefix(jobs.count) {
        group.addTask { try await tell(endpoint, turn, details, by: sender, at: clock) }
      }
      return try await group.reduce(into: Told()) { $0.add($1) }
    }
    if let last = told.failed.last {
      // One line, however many: what each came to stands in the delivery log.
      log.warning(
        "notices not delivered",
        metadata: ["endpoint": "\(endpoint)", "notices": "\(told.failed.count)", "last": "\(last.detail.map(ReceiverFault.withoutAnswer) ?? "")"])
    }
    return told
  }

  /// One of those who tell a receiver.
  /// - Parameter sender: nil for mails.
  private func tell(
    _ endpoint: String, _ turn: Turn, _ details: [Int64: EventDetails], by sender: WebhookSender?, at clock: @Sendable () -> Instant
  ) async throws -> Told {
    var told = Told()
    while let job = turn.next() {
      let event = job.eventID.flatMap { details[$0] }
      let record: DeliveryRecord
      let outcome: DeliveryOutcome
      if job.kind == "debtor_mail" {
        (record, outcome) = try await deliverOnce(job, event, at: clock)
      } else {
        outcome = await deliver(job, event, by: sender, at: clock())
        record = Self.record(outcome, of: job, at: clock())
        told.records.append(record)
      }
      told.tried += 1
      if record.outcome != .delivered { told.failed.append(record) }
      if await leavesAlone(endpoint, after: outcome, at: clock()) { turn.stop() }
    }
    return told
  }

  /// Whether a receiver asked to be left alone.
  private func leavesAlone(_ endpoint: String, after outcome: DeliveryOutcome, at now: Instant) async -> Bool {
    switch outcome {
    case .disabled:
      await receivers.rest(endpoint, seconds: nil, at: now)
      log.error("receiver is told nothing any more, as it asked", metadata: ["endpoint": "\(endpoint)"])
      return true
    case .retry(let wait?, _, _):
      await receivers.rest(endpoint, seconds: min(max(0, wait), BackOff.longestWait), at: now)
      return true
    case .retry, .delivered, .permanent: return false
    }
  }

  /// What must not go out twice: its intent is committed before, and its outcome at once, so that a kill leaves one of
  /// them in doubt, not a batch.
  private func deliverOnce(
    _ job: ClaimedJob, _ event: EventDetails?, at clock: @Sendable () -> Instant
  ) async throws -> (DeliveryRecord, DeliveryOutcome) {
    CrashPoints.reach(.reminderDue)
    try await session.begin(job)
    CrashPoints.reach(.reminderBegun)
    let outcome = await deliver(job, event, by: nil, at: clock())
    let record = Self.record(outcome, of: job, at: clock())
    CrashPoints.reach(.reminderAnswered)
    try await session.record([record], at: clock())
    CrashPoints.reach(.reminderRecorded)
    return (record, outcome)
  }

  private func deliver(
    _ job: ClaimedJob, _ event: EventDetails?, by sender: WebhookSender?, at now: Instant
  ) async -> DeliveryOutcome {
    await receivers.began(job.id, to: job.endpoint, at: now)
    let outcome = await answer(to: job, event, by: sender, at: now)
    await receivers.ended(job.id)
    return outcome
  }

  private func answer(
    to job: ClaimedJob, _ event: EventDetails?, by sender: WebhookSender?, at now: Instant
  ) async -> DeliveryOutcome {
    if let endpoint = senders[job.endpoint]?.endpoint, let sender {
      guard let body = Self.body(of: job, event, at: now) else { return .permanent(reason: "nothing to say") }
      CrashPoints.reach(.webhookDue)
      let outcome = await sender.send(id: "job_\(job.publicID)", body: body, at: now.seconds, to: endpoint)
      CrashPoints.reach(.webhookAnswered)
      return outcome
    }
    guard let post else { return .permanent(reason: "endpoint \(job.endpoint): not configured any more") }
    do {
      // Read now, not when it was decided: by now the bank may have the mandate.
      var details: DebtorDetails?
      switch job.kind == "debtor_mail" && event == nil ? DebtorContent(json: job.content) : nil {
      case .registration(let mandate, let asked):
        details = try await session.registrationDetails(mandate: mandate).map { .registration($0, asked: asked) }
      case .notice(let notice): details = try await session.noticeDetails(notice).map(DebtorDetails.notice)
      case nil: break
      }
      return await post.send(job, event, details, at: now)
    } catch {
      return .retry(after: nil, mayHaveArrived: false, reason: "database: \(error)")
    }
  }

  private static func body(of job: ClaimedJob, _ event: EventDetails?, at now: Instant) -> [UInt8]? {
    if let event {
      let reason = event.reasonCode.map(ReasonCode.reading)
      return CollectionNotice(
        eventID: "evt_\(event.publicID)", type: "collection.\(event.event)",
        occurredAt: (try? Instant(iso: event.at))?.seconds ?? now.seconds, creditor: event.creditorKey,
        requestKey: event.requestKey, collectionID: "\(event.collectionID)", mandateReference: event.mandateReference,
        endToEndID: event.endToEndID, amountCents: event.amountCents, state: event.toState,
        previousState: event.fromState, collectionDate: event.collectionDate, requestedDate: event.requestedDate,
        scheme: event.scheme, reasonCode: event.reasonCode,
        reasonLabel: reason?.label(in: Language(rawValue: event.creditorLanguage) ?? .en), cause: reason?.cause.rawValue,
        fileMessageID: event.fileMessageID, attempt: event.attempt, represents: event.represents.map { "\($0)" },
        consequence: event.consequence.map {
          CollectionNotice.Consequence(
            kind: $0.kind, isBeyondLimit: $0.isBeyondLimit, action: $0.action, representOn: $0.representOn, mandate: $0.mandate)
        }
      ).body
    }
    return job.content.flatMap { ToldContent(json: $0) }?.notice(of: job).body
  }

  private static func record(_ outcome: DeliveryOutcome, of job: ClaimedJob, at now: Instant) -> DeliveryRecord {
    func make(_ result: DeliveryRecord.Outcome, code: Int? = nil, detail: String?, retryAt: Instant? = nil) -> DeliveryRecord {
      DeliveryRecord(job: job.id, attempt: job.attempt, outcome: result, code: code, detail: detail, retryAt: retryAt)
    }
    switch outcome {
    case .delivered(let code, let answer): return make(.delivered, code: code, detail: answer)
    case .permanent(let reason): return make(.permanent, detail: reason)
    case .disabled(let reason): return make(.disabled, detail: reason)
    case .retry(_, let mayHaveArrived, let reason) where mayHaveArrived && job.kind == "debtor_mail":
      // A reminder that may have gone out does not go out twice.
      return make(.uncertain, detail: reason)
    case .retry(let after, _, let reason):
      let wait = BackOff.wait(failures: job.attempt, retryAfter: after, random: jitter(job))
      return make(.retry, detail: reason, retryAt: wait.map { now.adding(seconds: $0) })
    }
  }

  /// Spreads retries without a source of chance: the same job always waits the same.
  private static func jitter(_ job: ClaimedJob) -> UInt32 {
    UInt32(truncatingIfNeeded: (UInt64(bitPattern: job.id) &+ UInt64(job.attempt)) &* 0x9E37_79B9_7F4A_7C15 >> 32)
  }
}
