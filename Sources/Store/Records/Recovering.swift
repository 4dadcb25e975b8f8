package import SEPA

/// An outbound file that the database knows by its name at the bank.
package struct NamedFile: Sendable, Equatable {
  package let id: Int64
  package let messageID: String
  package let remoteName: String
  package let state: FileState
  package let sizeBytes: Int64
  package let sha256: String
  package let transactions: Int64
  package let amountCents: Int64
}

/// What a recovery does to the database, all of it in one transaction.
package struct RecoveryPlan: Sendable {
  /// A bank whose directories prove nothing.
  package struct BlindBank: Sendable {
    package let bank: String
    package let why: String
    /// The last collection date that a file could carry by now, `YYYY-MM-DD`.
    package let latest: String

    package init(bank: String, why: String, latest: String) {
      self.bank = bank
      self.why = why
      self.latest = latest
    }
  }
  /// A file at a bank that the database does not know.
  package struct Lost: Sendable, Equatable {
    package let messageID: String
    package let bank: String
    /// Where: `archive`, or a report's name.
    package let seenIn: String

    package init(messageID: String, bank: String, seenIn: String) {
      self.messageID = messageID
      self.bank = bank
      self.seenIn = seenIn
    }
  }
  /// Sealed files that lie at the bank, each with where.
  package var sent: [(file: Int64, evidence: String)] = []
  package var lost: [Lost] = []
  package var blind: [BlindBank] = []

  package init() {}
}

/// What a recovery did.
package struct RecoveryOutcome: Sendable, Equatable {
  package var sent = 0
  package var uncertain = 0
  /// Files that the database had forgotten and knows again, with all their collections.
  package var adopted = 0
  package var withdrawn = 0
  package var held = 0
  package var reminders = 0

  package init() {}
}

/// Holding the database against what lies at the banks, after it may have gone back in time.
extension Session {
  /// The files among these names. Of all banks, since two of them may share their directories; those of `bank` first.
  package func files(bank: String, named names: [String]) throws(StoreFault) -> [NamedFile] {
    try map(
      try run(
        """
        SELECT id, message_id, remote_name, state, size_bytes, encode(sha256, 'hex'), transactions, control_sum_cents
        FROM sepad.outbound_file WHERE remote_name = ANY ($2) ORDER BY bank <> $1, id
        """, [.text(bank), .texts(names)])
    ) { row throws(StoreFault) in
      guard let state = FileState(rawValue: try row.text(3)) else { throw .shape("file: unknown state") }
      return NamedFile(
        id: try row.integer(0), messageID: try row.text(1), remoteName: try row.text(2), state: state,
        sizeBytes: try row.integer(4), sha256: try row.text(5), transactions: try row.integer(6),
        amountCents: try row.integer(7))
    }
  }

  /// Of these message ids, those that a person has seen as lost.
  package func lostMessages(among ids: [String]) throws(StoreFault) -> Set<String> {
    let answer = try run("SELECT message_id FROM sepad.lost_message WHERE message_id = ANY ($1)", [.texts(ids)])
    return Set(try map(answer) { row throws(StoreFault) in try row.text(0) })
  }

  /// The last file that this bank is known to have, and how many there are; nil when there is none.
  package func lastSent(bank: String) throws(StoreFault) -> (messageID: String, remoteName: String, count: Int64)? {
    try first(
      """
      SELECT message_id, remote_name, count(*) OVER ()
      FROM sepad.outbound_file WHERE bank = $1 AND state IN ('submitted', 'accepted', 'refused')
      ORDER BY id DESC LIMIT 1
      """, [.text(bank)]
    ).map { row throws(StoreFault) in (try row.text(0), try row.text(1), try row.integer(2)) }
  }

  /// Of these reports at a bank, which of them are not kept, by name and size.
  package func unknownReports(bank: String, names: [String], sizes: [Int64]) throws(StoreFault) -> Set<String> {
    let answer = try run(
      """
      SELECT r.name FROM unnest($2::text[], $3::bigint[]) AS r (name, size)
      WHERE NOT EXISTS (
        SELECT FROM sepad.inbound_file f WHERE f.bank = $1 AND f.remote_name = r.name AND f.size_bytes = r.size)
      """, [.text(bank), .texts(names), .integers(sizes)])
    return Set(try map(answer) { row throws(StoreFault) in try row.text(0) })
  }

  /// Message ids of ours that kept reports answer and that the database does not know; `pattern` is a regular
  /// expression that they match.
  package func messagesOnlyReported(
    bank: String, pattern: String
  ) throws(StoreFault) -> [(messageID: String, report: String)] {
    try map(
      try run(
        """
        SELECT e.message_id, min(f.remote_name)
        FROM sepad.inbound_entry e JOIN sepad.inbound_file f ON f.id = e.file_id
        WHERE e.disposition = 'open' AND f.bank = $1 AND e.message_id ~ $2
          AND NOT EXISTS (SELECT FROM sepad.outbound_file o WHERE o.message_id = e.message_id)
          AND NOT EXISTS (SELECT FROM sepad.lost_message l WHERE l.message_id = e.message_id)
        GROUP BY 1 ORDER BY 1
        """, [.text(bank), .text(pattern)])
    ) { row throws(StoreFault) in (try row.text(0), try row.text(1)) }
  }

  /// How much a blind bank leaves in doubt: files that may have been sent, and collections that may stand in others.
  package func doubtful(
    _ blind: RecoveryPlan.BlindBank
  ) throws(StoreFault) -> (files: Int64, waiting: Int64, waitingCents: Int64) {
    let row = try one(
      """
      SELECT (SELECT count(*) FROM sepad.outbound_file WHERE bank = $1 AND state IN ('sealed', 'sending')),
        count(*), coalesce(sum(c.amount_cents), 0)::bigint
      FROM sepad.due d
      JOIN sepad.creditor_account a ON a.id = d.account_id
      JOIN sepad.collection c ON c.id = d.collection_id
      WHERE a.bank = $1 AND \(Self.isHeldByMandateOrNotice) AND coalesce(d.collection_date, d.requested_date) <= $2
      """, [.text(blind.bank), .text(blind.latest)])
    return (try row.integer(0), try row.integer(1), try row.integer(2))
  }

  // MARK: What is done about it

  /// Does what `plan` and what was found ask for, and agrees to the epoch. Under the locks of all banks, inside a
  /// transaction.
  ///
  /// - Parameters:
  ///   - banks: whose reports are applied to what is known again.
  ///   - policies: what follows from rejects and returns among them.
  /// - Throws: `StoreFault.shape` when the epoch is not the newest any more, or was agreed meanwhile; then nothing is done.
  package func recover(
    _ plan: RecoveryPlan, banks: [String], _ policies: ReturnPolicies?, epoch: Int, because: String, _ stamp: Stamp
  ) throws(StoreFault) -> RecoveryOutcome {
    var outcome = RecoveryOutcome()
    for (file, evidence) in plan.sent {
      try moveFile(file, .sendBegan, evidence: "in the time that the database has forgotten", stamp)
      if try moveFile(file, .delivered, evidence: evidence, stamp) != nil { outcome.sent += 1 }
    }
    try keepLost(plan.lost, epoch: epoch)
    outcome.withdrawn = try withdrawSentElsewhere(stamp)
    outcome.adopted = try adopt(stamp)
    for blind in plan.blind {
      outcome.uncertain += try doubt(blind, stamp)
      outcome.held += try hold(
        """
        SELECT d.collection_id, $3::text AS why
        FROM sepad.due d JOIN sepad.creditor_account a ON a.id = d.account_id
        WHERE a.bank = $4 AND \(Self.isHeldByMandateOrNotice) AND coalesce(d.collection_date, d.requested_date) <= $5
        """, [.text("perhaps sent before epoch \(epoch)"), .text(blind.bank), .text(blind.latest)], stamp)
    }
    outcome.held += try hold(Self.sentElsewhere, [], stamp)
    // Before reminders are looked at: what these reports bring was perhaps told in the time that is forgotten.
    for bank in banks { _ = try applyOpenEntries(bank: bank, policies, Stamp(at: stamp.at, actor: "apply")) }
    outcome.reminders = try doubtReminders(stamp)
    guard try agree(toEpoch: epoch, because: because, stamp) else {
      throw StoreFault.shape("epoch \(epoch): found agreed already, or not the newest, expected it to wait")
    }
    return outcome
  }

  private func keepLost(_ messages: [RecoveryPlan.Lost], epoch: Int) throws(StoreFault) {
    for lost in messages {
      try run(
        """
        INSERT INTO sepad.lost_message (message_id, epoch, bank, seen_in) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
        """, [.text(lost.messageID), .integer(Int64(epoch)), .text(lost.bank), .text(lost.seenIn)])
    }
    try run(
      """
      INSERT INTO sepad.lost_debit (message_id, ordinal, creditor_identifier, end_to_end_id, mandate_reference,
        amount_cents, collection_date, collection_id)
      SELECT t.message_id, t.ordinal, t.creditor_identifier, t.end_to_end_id, t.mandate_reference, t.amount_cents,
        t.collection_date, c.id
      FROM found_debit t \(Self.known)
      ON CONFLICT DO NOTHING
      """)
  }

  private func withdrawSentElsewhere(_ stamp: Stamp) throws(StoreFault) -> Int {
    let files = try run(
      """
      SELECT x.id, x.lost FROM (
        SELECT f.id, \(Self.lostMessage) AS lost FROM sepad.outbound_file f WHERE f.state = 'sealed'
      ) x WHERE x.lost IS NOT NULL ORDER BY x.id
      """)
    for row in files.rows {
      try moveFile(
        try row.integer(0), .withdrawn, evidence: "its collections were perhaps sent in \(try row.text(1))", stamp)
    }
    return files.rows.count
  }

  /// - Returns: how many files are uncertain now that were not.
  private func doubt(_ blind: RecoveryPlan.BlindBank, _ stamp: Stamp) throws(StoreFault) -> Int {
    let files = try run(
      "SELECT id, state FROM sepad.outbound_file WHERE bank = $1 AND state IN ('sealed', 'sending') ORDER BY id",
      [.text(blind.bank)])
    for row in files.rows {
      let file = try row.integer(0)
      if try row.text(1) == FileState.sealed.rawValue {
        try moveFile(file, .sendBegan, evidence: "perhaps, in the time that the database has forgotten", stamp)
      }
      try moveFile(file, .outcomeUnknown, evidence: "nothing can prove it: \(blind.why)", stamp)
    }
    return files.rows.count
  }

  /// Reminders that wait may have gone out in the time that is forgotten, and none goes out twice.
  private func doubtReminders(_ stamp: Stamp) throws(StoreFault) -> Int {
    try run(
      """
      WITH doubted AS (
        UPDATE sepad.job SET state = 'uncertain', finished_at = $1 WHERE kind = 'debtor_mail' AND state = 'waiting'
        RETURNING id, attempts
      )
      INSERT INTO sepad.delivery (job_id, attempt, at, outcome, detail)
      SELECT id, attempts, $1, 'uncertain', 'perhaps sent before the database went back' FROM doubted
      """, [.text(stamp.at.description)]
    ).affected
  }

  /// Collections of the worklist that stand in a file at the bank that the database does not know.
  private static let sentElsewhere = """
    SELECT d.collection_id, sepad.perhaps_sent(d.collection_id) AS why FROM sepad.due d
    WHERE d.held IS NULL AND EXISTS (SELECT FROM sepad.lost_debit)
    """

  /// Holds what is about to be built and was perhaps sent before the database went back.
  /// - Returns: how many collections.
  @discardableResult
  package func holdPerhapsSent(
    bank: String, dates: ClosedRange<CalendarDay>, _ stamp: Stamp
  ) throws(StoreFault) -> Int {
    guard try one("SELECT EXISTS (SELECT FROM sepad.lost_debit)").bool(0) else { return 0 }
    return try hold(
      """
      \(Self.sentElsewhere) AND d.collection_date BETWEEN $4 AND $5
        AND d.account_id IN (SELECT id FROM sepad.creditor_account WHERE bank = $3)
      """, [.text(bank), .text(dates.lowerBound.iso), .text(dates.upperBound.iso)], stamp)
  }

  /// - Parameter selection: a SELECT with the columns `collection_id bigint, why text`; its parameters start at `$3`.
  func hold(_ selection: String, _ parameters: [SQLValue], _ stamp: Stamp) throws(StoreFault) -> Int {
    try run(
      """
      WITH held AS (
        UPDATE sepad.due d SET held = x.why FROM (\(selection)) x
        WHERE x.collection_id = d.collection_id AND x.why IS NOT NULL RETURNING d.collection_id, d.held
      )
      INSERT INTO sepad.payment_event (collection_id, at, event, from_state, to_state, detail, actor, collection_date)
      SELECT h.collection_id, $1, 'held', s.state, s.state, h.held, $2, s.collection_date
      FROM held h JOIN sepad.collection_status s ON s.collection_id = h.collection_id ORDER BY 1
      """, [.text(stamp.at.description), .text(stamp.actor)] + parameters
    ).affected
  }

  /// The message in which a collection of this file was perhaps sent before, or which lies at the bank under this file's
  /// name; nil for most.
  package func perhapsSent(file: Int64) throws(StoreFault) -> String? {
    try first("SELECT \(Self.lostMessage) FROM sepad.outbound_file f WHERE f.id = $1", [.integer(file)])?[0]
  }

  /// The same as an expression on an outbound file `f`.
  private static let lostMessage = """
    coalesce(
      (SELECT m.message_id FROM sepad.lost_message m WHERE m.message_id = f.message_id),
      (SELECT min(l.message_id) FROM sepad.file_item i
       JOIN sepad.lost_debit l ON l.collection_id = i.collection_id AND l.released_at IS NULL
       WHERE i.file_id = f.id AND i.live))
    """

  /// Lets collections go on that were perhaps sent before the database went back, since a person knows that they were
  /// not, or whose debtors were not told in time, since a person answers for it.
  ///
  /// - Parameters:
  ///   - held: a collection's number, or what `held` says of many.
  ///   - because: how the person knows.
  /// - Returns: how many. What else holds one, its mandate or its notice, holds it still.
  package func release(_ held: String, because: String, _ stamp: Stamp) async throws -> Int {
    try await transaction { session in
      let freed = try session.run(
        """
        SELECT collection_id, held LIKE 'pre-notification %' FROM sepad.due
        WHERE (collection_id::text = $1 OR held = $1) AND (held LIKE 'perhaps sent %' OR held LIKE 'pre-notification %')
        ORDER BY collection_id FOR UPDATE
        """, [.text(held)])
      let ids = try freed.rows.map { try $0.integer(0) }
      try session.run(
        "DELETE FROM sepad.notice_need WHERE collection_id = ANY ($1)",
        [.integers(try freed.rows.filter { try $0.bool(1) }.map { try $0.integer(0) })])
      try session.run(
        """
        UPDATE sepad.due d SET held = sepad.obstacle(m.state, d.collection_id)
        FROM sepad.collection c JOIN sepad.mandate m ON m.id = c.mandate_id
        WHERE d.collection_id = ANY ($1) AND c.id = d.collection_id
        """, [.integers(ids)])
      try session.run(
        """
        UPDATE sepad.lost_debit l SET released_at = $2
        FROM sepad.collection c
        JOIN sepad.mandate m ON m.id = c.mandate_id
        JOIN sepad.creditor k ON k.id = c.creditor_id
        WHERE c.id = ANY ($1) AND l.released_at IS NULL
          AND sepad.goes_by(m.id, 'creditor_identifier', k.creditor_identifier, l.creditor_identifier)
          AND (l.end_to_end_id = c.end_to_end_id
            OR l.collection_id IS NULL AND sepad.goes_by(m.id, 'reference', m.reference, l.mandate_reference)
              AND l.amount_cents = c.amount_cents)
        """, [.integers(ids), .text(stamp.at.description)])
      try session.run(
        """
        INSERT INTO sepad.payment_event (collection_id, at, event, from_state, to_state, detail, actor, collection_date)
        SELECT s.collection_id, $2, 'released', s.state, s.state, $3, $4, s.collection_date
        FROM sepad.collection_status s WHERE s.collection_id = ANY ($1) ORDER BY 1
        """, [.integers(ids), .text(stamp.at.description), .text(because), .text(stamp.actor)])
      return ids.count
    }
  }
}
