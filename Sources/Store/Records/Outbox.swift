package import SEPA

/// A job that this daemon has taken.
package struct ClaimedJob: Sendable {
  package let id: Int64
  /// What receivers know it by, beside a word for what it is: `17`, and from the second epoch on `2-17`.
  package let publicID: String
  /// webhook, finance_mail, debtor_mail, alert_mail
  package let kind: String
  package let endpoint: String
  package let subject: String
  package let eventID: Int64?
  /// JSON, for jobs that are not about a payment event.
  package let content: String?
  /// Which attempt this is, from 1.
  package let attempt: Int
  /// When what it tells was decided; the same at each attempt.
  package let createdAt: Instant
}

/// A payment event with what a notice of it may say.
package struct EventDetails: Sendable {
  package let eventID: Int64
  /// As of a job.
  package let publicID: String
  package let event: String
  package let at: String
  package let fromState: String?
  package let toState: String
  package let reasonCode: String?
  package let collectionID: Int64
  package let creditorKey: String
  package let creditorName: String
  package let creditorLanguage: String
  package let creditorEmail: String?
  package let creditorPhone: String?
  package let requestKey: String
  package let endToEndID: String
  package let mandateReference: String
  package let scheme: String
  package let amountCents: Int64
  package let requestedDate: String
  package let collectionDate: String?
  package let fileMessageID: String?
  package let debtorName: String
  package let debtorEmail: String?
  package let debtorLanguage: String?
  /// Which presentation of the claim it is, from 1.
  package let attempt: Int64
  /// The first collection of the claim; nil in the first itself.
  package let represents: Int64?
  /// What follows from a reject or a return; nil for other events.
  package let consequence: Consequence?

  /// A row of `sepad.r_transaction`.
  package struct Consequence: Sendable {
    package let kind: String
    /// `YYYY-MM-DD`
    package let limit: String?
    package let isBeyondLimit: Bool
    /// represent, wait, end
    package let action: String
    /// `YYYY-MM-DD`
    package let representOn: String?
    /// keep, suspend, end
    package let mandate: String
  }
}

/// How one attempt ended, for the delivery log.
package struct DeliveryRecord: Sendable {
  package enum Outcome: String, Sendable {
    case delivered, retry, permanent, disabled, uncertain
  }
  package let job: Int64
  package let attempt: Int
  package let outcome: Outcome
  package let code: Int?
  package let detail: String?
  /// For `retry`: when; nil gives the job up.
  package let retryAt: Instant?

  package init(job: Int64, attempt: Int, outcome: Outcome, code: Int?, detail: String?, retryAt: Instant?) {
    self.job = job
    self.attempt = attempt
    self.outcome = outcome
    self.code = code
    self.detail = detail
    self.retryAt = retryAt
  }
}

extension Session {
  /// Tries to become the one that tells. The lock dies with the connection, so a killed daemon frees it at once.
  package func lockNotices() throws(StoreFault) -> Bool {
    try hold("notices")
  }

  /// Lets another daemon tell.
  package func unlockNotices() throws(StoreFault) {
    try letGo("notices")
  }

  /// Takes up to `limit` jobs that are due; per endpoint and subject only the oldest, so that order holds. An attempt counts
  /// when its outcome is recorded, or its intent: what is taken and not tried loses nothing. To be called
  /// under `lockNotices`: what is still marked as begun was begun by a daemon that died, and was perhaps sent. It becomes
  /// `uncertain` and is not sent again. Everything else is tried again under the same id. After the database may have gone
  /// back in time, reminders wait until a person has agreed: they may have gone out in the time that is forgotten.
  /// - Parameter resting: endpoints that are to be left alone.
  package func claimJobs(limit: Int, except resting: [String] = [], at: Instant) throws(StoreFault) -> [ClaimedJob] {
    try run(
      """
      WITH orphaned AS (
        UPDATE sepad.job SET state = 'uncertain', finished_at = $1
        WHERE state = 'waiting' AND begun_at IS NOT NULL
        RETURNING id, attempts
      )
      INSERT INTO sepad.delivery (job_id, attempt, at, outcome, detail)
      SELECT id, attempts, $1, 'uncertain', 'the daemon stopped while sending' FROM orphaned
      """, [.text(at.description)])
    let answer = try run(
      """
      SELECT j.id, j.kind, j.endpoint, j.subject, j.event_id, j.content, j.attempts + 1,
        extract(epoch FROM j.created_at)::bigint, \(Self.mark(of: "j.id", since: "last_job")) || j.id
      FROM sepad.job j
      WHERE j.id IN (
        SELECT w.id FROM sepad.job w
        WHERE w.state = 'waiting' AND w.run_at <= $1 AND NOT w.endpoint = ANY ($3)
          AND (w.kind <> 'debtor_mail'
            OR coalesce((SELECT agreed_at IS NOT NULL FROM sepad.epoch ORDER BY number DESC LIMIT 1), true))
          -- OFFSET 0: asked for each row, by the index job_order. As a join it is planned by statistics, which know
          -- nothing of a hundred thousand notices that have come to wait since.
          AND NOT EXISTS (
            SELECT FROM sepad.job o
            WHERE o.endpoint = w.endpoint AND o.subject = w.subject AND o.state = 'waiting' AND o.id < w.id OFFSET 0)
        ORDER BY w.run_at, w.id
        LIMIT $2)
      """, [.text(at.description), .integer(Int64(limit)), .texts(resting)])
    return try map(answer) { row throws(StoreFault) in
      ClaimedJob(
        id: try row.integer(0), publicID: try row.text(8), kind: try row.text(1), endpoint: try row.text(2), subject: try row.text(3),
        eventID: row[4].flatMap { Int64($0) }, content: row[5], attempt: Int(try row.integer(6)),
        createdAt: Instant(seconds: try row.integer(7)))
    }.sorted { $0.id < $1.id }
  }

  /// Commits the intent to send what must never go out twice. A daemon that dies between this and `record` leaves the job
  /// `uncertain`; one that dies before it has sent nothing.
  package func begin(_ job: ClaimedJob) throws(StoreFault) {
    try run(
      "UPDATE sepad.job SET begun_at = clock_timestamp(), attempts = $2 WHERE id = $1 AND \(Self.isWaiting)",
      [.integer(job.id), .integer(Int64(job.attempt))])
  }

  /// Of a job that is found by its id. Written as `=`, it lets PostgreSQL look for the id in an index of all that wait,
  /// from one end to the other, for by its statistics none do.
  private static let isWaiting = "state IS NOT DISTINCT FROM 'waiting'"

  /// The events that jobs speak of, as they were when they happened: each attempt to tell of one says the same.
  package func eventDetails(_ events: [Int64]) throws(StoreFault) -> [Int64: EventDetails] {
    guard !events.isEmpty else { return [:] }
    var details: [Int64: EventDetails] = [:]
    for row in try run(
      """
      SELECT v.id, v.event, to_char(v.at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), v.from_state, v.to_state, v.reason_code,
        c.id, k.key, k.name, k.language, k.contact_email, k.contact_phone, c.request_key, c.end_to_end_id,
        m.reference, c.scheme, c.amount_cents, c.requested_date, v.collection_date,
        (SELECT CASE p.event WHEN 'sealed' THEN o.message_id END
         FROM sepad.payment_event p LEFT JOIN sepad.outbound_file o ON o.id = p.file_id
         WHERE p.collection_id = v.collection_id AND p.id <= v.id AND p.event IN ('sealed', 'unsealed')
         ORDER BY p.id DESC LIMIT 1),
        d.name, d.email, d.language, c.attempt, c.represents,
        r.kind, r.limit_on, r.beyond_limit, r.action, r.represent_on, r.mandate,
        \(Self.mark(of: "v.id", since: "last_event")) || v.id
      FROM sepad.payment_event v
      JOIN sepad.collection c ON c.id = v.collection_id
      JOIN sepad.creditor k ON k.id = c.creditor_id
      JOIN sepad.mandate m ON m.id = c.mandate_id
      JOIN sepad.debtor d ON d.id = m.debtor_id
      LEFT JOIN sepad.r_transaction r ON r.event_id = v.id
      WHERE v.id = ANY ($1)
      """, [.integers(events)]
    ).rows {
      let id = try row.integer(0)
      details[id] = EventDetails(
        eventID: id, publicID: try row.text(31), event: try row.text(1), at: try row.text(2), fromState: row[3], toState: try row.text(4),
        reasonCode: row[5], collectionID: try row.integer(6), creditorKey: try row.text(7),
        creditorName: try row.text(8), creditorLanguage: try row.text(9), creditorEmail: row[10],
        creditorPhone: row[11], requestKey: try row.text(12), endToEndID: try row.text(13),
        mandateReference: try row.text(14), scheme: try row.text(15), amountCents: try row.integer(16),
        requestedDate: try row.text(17), collectionDate: row[18], fileMessageID: row[19], debtorName: try row.text(20),
        debtorEmail: row[21], debtorLanguage: row[22], attempt: try row.integer(23),
        represents: row[24].flatMap { Int64($0) },
        consequence: try row[25].map { kind throws(StoreFault) in
          EventDetails.Consequence(
            kind: kind, limit: row[26], isBeyondLimit: try row.bool(27), action: try row.text(28), representOn: row[29],
            mandate: try row.text(30))
        })
    }
    return details
  }

  /// Writes how attempts ended, in the delivery log and on their jobs.
  package func record(_ deliveries: [DeliveryRecord], at: Instant) async throws {
    guard !deliveries.isEmpty else { return }
    try await transaction { session in
      for delivery in deliveries {
        try session.run(
          "INSERT INTO sepad.delivery (job_id, attempt, at, outcome, code, detail) VALUES ($1, $2, $3, $4, $5, $6)",
          [
            .integer(delivery.job), .integer(Int64(delivery.attempt)), .text(at.description),
            .text(delivery.outcome.rawValue), .optional(delivery.code.map(Int64.init)), .optional(delivery.detail),
          ])
        let state =
          switch delivery.outcome {
          case .delivered: "done"
          case .uncertain: "uncertain"
          case .retry: delivery.retryAt == nil ? "dead" : "waiting"
          case .permanent, .disabled: "dead"
          }
        try session.run(
          """
          UPDATE sepad.job
          SET state = $2::sepad.job_state, attempts = $5, run_at = coalesce($3, run_at), begun_at = NULL,
            finished_at = CASE WHEN $2 = 'waiting' THEN NULL ELSE $4::timestamptz END
          WHERE id = $1 AND \(Self.isWaiting)
          """,
          [
            .integer(delivery.job), .text(state), .optional(delivery.retryAt?.description), .text(at.description),
            .integer(Int64(delivery.attempt)),
          ])
      }
    }
  }
}
