package import SEPA

/// An outbound file that needs a person, with what an alert says of it.
package struct WatchedFile: Sendable, Equatable {
  package let id: Int64
  package let messageID: String
  package let transactions: Int64
  package let amountCents: Int64
  /// When it came into its state, YYYY-MM-DDTHH:MM:SSZ; for `uncollected` the collection date.
  package let since: String
  /// Of a refused file, where the bank gave one.
  package let reasonCode: String?
}

/// A file whose upload takes longer than an attempt may.
package struct SlowFile: Sendable, Equatable {
  package let id: Int64
  package let messageID: String
  package let bank: String
  package let sizeBytes: Int64
  package let transactions: Int64
  package let amountCents: Int64
  /// All the time that the last attempt had.
  package let seconds: Int64
}

/// Entries of one report that wait for a person.
package struct OpenEntries: Sendable, Equatable {
  package let inboundFile: Int64
  package let report: String
  package let entries: Int64
  /// Their amounts without sign.
  package let amountCents: Int64
}

/// Notices of one endpoint that were given up, or whose fate is unknown.
package struct FailedNotices: Sendable, Equatable {
  package let endpoint: String
  package let notices: Int64
  /// What the last attempt met.
  package let detail: String
  /// The youngest of them: the alert's identity, so that new ones are told and old ones are not told again.
  package let latest: Int64
}

/// A claim of which more than one attempt is on its way or paid.
package struct DoubleAttempt: Sendable, Equatable {
  /// The first collection of the claim.
  package let claim: Int64
  /// Of the first.
  package let endToEndID: String
  package let amountCents: Int64
  /// `345 settled, 346 submitted`
  package let collections: String
}

/// What somebody must know of although no payment moved. Nothing here changes anything.
extension Session {
  /// Files that a bank refused whole.
  package func refusedFiles(bank: String) throws(StoreFault) -> [WatchedFile] {
    try watched(
      """
      SELECT f.id, f.message_id, f.transactions, f.control_sum_cents, to_char(f.moved_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        (SELECT v.reason_code FROM sepad.file_item i JOIN sepad.payment_event v ON v.collection_id = i.collection_id
         WHERE i.file_id = f.id AND i.live AND v.event = 'rejected' AND v.reason_code IS NOT NULL LIMIT 1)
      FROM sepad.outbound_file f
      WHERE f.bank = $1 AND f.state = 'refused' AND \(Self.untold("'file:' || f.id || ':refused'"))
      ORDER BY f.id
      """, [.text(bank)])
  }

  /// Files of which nobody has known since before `since` whether the bank has them.
  package func uncertainFiles(bank: String, since: Instant) throws(StoreFault) -> [WatchedFile] {
    try watched(
      """
      SELECT f.id, f.message_id, f.transactions, f.control_sum_cents, to_char(f.moved_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), NULL
      FROM sepad.outbound_file f WHERE f.bank = $1 AND f.state = 'uncertain' AND f.moved_at <= $2 ORDER BY f.id
      """, [.text(bank), .text(since.description)])
  }

  /// Files that have not left, for certain, because their uploads take too long; of all banks.
  package func slowFiles() throws(StoreFault) -> [SlowFile] {
    try map(
      try run(
        """
        SELECT id, message_id, bank, size_bytes, transactions, control_sum_cents, too_slow_seconds FROM sepad.outbound_file
        WHERE state IN ('sealed', 'sending') AND too_slow_seconds IS NOT NULL ORDER BY id
        """)
    ) { row throws(StoreFault) in
      SlowFile(
        id: try row.integer(0), messageID: try row.text(1), bank: try row.text(2), sizeBytes: try row.integer(3),
        transactions: try row.integer(4), amountCents: try row.integer(5), seconds: try row.integer(6))
    }
  }

  /// Files that lie at the bank since before `since` without any answer to them.
  package func unansweredFiles(bank: String, since: Instant) throws(StoreFault) -> [WatchedFile] {
    try watched(
      """
      SELECT f.id, f.message_id, f.transactions, f.control_sum_cents, to_char(f.moved_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), NULL
      FROM sepad.outbound_file f
      WHERE f.bank = $1 AND f.state = 'submitted' AND f.moved_at <= $2 AND \(Self.untold("'file:' || f.id || ':unanswered'"))
        -- An account report that names one of its payments is an answer too.
        AND NOT EXISTS (SELECT FROM sepad.file_item i JOIN sepad.collection_status s ON s.collection_id = i.collection_id
          WHERE i.file_id = f.id AND i.live AND s.state <> 'submitted')
      ORDER BY f.id
      """, [.text(bank), .text(since.description)])
  }

  /// Per file and collection date, what should have been credited and was neither that nor refused, for collection dates
  /// from `first` to `last`. Walks every payment of those days: for once a day.
  package func uncollected(bank: String, from first: CalendarDay, to last: CalendarDay) throws(StoreFault) -> [WatchedFile] {
    try watched(
      """
      SELECT f.id, f.message_id, count(*), sum(c.amount_cents)::bigint, b.collection_date, NULL
      FROM sepad.outbound_file f
      JOIN sepad.payment_block b ON b.file_id = f.id
      JOIN sepad.file_item i ON i.block_id = b.id AND i.live
      JOIN sepad.collection_status s ON s.collection_id = i.collection_id AND s.state IN ('submitted', 'accepted')
      JOIN sepad.collection c ON c.id = i.collection_id
      WHERE f.bank = $1 AND f.state IN ('submitted', 'accepted') AND b.collection_date BETWEEN $2 AND $3
        AND \(Self.untold("'file:' || f.id || ':uncollected:' || b.collection_date"))
      GROUP BY f.id, b.collection_date ORDER BY f.id, b.collection_date
      """, [.text(bank), .text(first.iso), .text(last.iso)])
  }

  /// Reports applied before `since` of which something is still open.
  package func openEntries(bank: String, appliedBefore since: Instant) throws(StoreFault) -> [OpenEntries] {
    let answer = try run(
      """
      SELECT f.id, f.remote_name, count(*), coalesce(sum(e.amount_cents), 0)::bigint
      FROM sepad.inbound_entry e JOIN sepad.inbound_file f ON f.id = e.file_id
      WHERE e.disposition = 'open' AND f.bank = $1 AND f.finished_at <= $2 AND \(Self.untold("'inbound:' || f.id || ':open'"))
      GROUP BY f.id ORDER BY f.id
      """, [.text(bank), .text(since.description)])
    return try map(answer) { row throws(StoreFault) in
      OpenEntries(
        inboundFile: try row.integer(0), report: try row.text(1), entries: try row.integer(2), amountCents: try row.integer(3))
    }
  }

  /// Endpoints with notices that were given up. Not of finance's own mails: an alert would go the same way.
  package func failedNotices() throws(StoreFault) -> [FailedNotices] {
    let answer = try run(
      """
      SELECT x.endpoint, x.notices, coalesce(concat_ws(' ', d.outcome, d.code, d.detail), ''), x.latest
      FROM (
        SELECT endpoint, count(*) AS notices, max(id) AS latest
        FROM sepad.job WHERE state IN ('dead', 'uncertain') AND kind IN ('webhook', 'debtor_mail') GROUP BY endpoint
      ) x
      LEFT JOIN LATERAL (
        SELECT outcome, code, detail FROM sepad.delivery WHERE job_id = x.latest ORDER BY id DESC LIMIT 1
      ) d ON true
      WHERE \(Self.untold("'notices:' || x.endpoint || ':' || x.latest"))
      ORDER BY x.endpoint
      """)
    return try map(answer) { row throws(StoreFault) in
      FailedNotices(
        endpoint: try row.text(0), notices: try row.integer(1), detail: try row.text(2), latest: try row.integer(3))
    }
  }

  /// Claims that were presented again and of which an attempt before came back to life: only a return that is undone does
  /// that (`CollectionState`), so that nothing else has to be looked at; `sepad.double_attempt` looks at every claim.
  package func doubleAttempts() throws(StoreFault) -> [DoubleAttempt] {
    let answer = try run(
      """
      SELECT c.id, c.end_to_end_id, c.amount_cents, d.collections
      FROM (
        SELECT DISTINCT coalesce(r.represents, r.id) AS claim_id
        FROM sepad.payment_event v JOIN sepad.collection r ON r.id = v.collection_id
        WHERE v.event = 'reinstated'
      ) u
      JOIN sepad.collection c ON c.id = u.claim_id
      CROSS JOIN LATERAL (
        SELECT count(*) AS live, string_agg(a.id || ' ' || s.state, ', ' ORDER BY a.id) AS collections
        FROM (
          SELECT c.id UNION ALL SELECT n.id FROM sepad.collection n WHERE n.represents = c.id
        ) a
        JOIN sepad.collection_status s ON s.collection_id = a.id AND s.state NOT IN ('rejected', 'returned', 'cancelled')
      ) d
      WHERE d.live > 1 AND \(Self.untold("'claim:' || c.id || ':twice'"))
      ORDER BY c.id
      """)
    return try map(answer) { row throws(StoreFault) in
      DoubleAttempt(
        claim: try row.integer(0), endToEndID: try row.text(1), amountCents: try row.integer(2), collections: try row.text(3))
    }
  }

  /// A mail to finance that something needs a person. One for each `subject`, however often it is asked for.
  /// - Parameters:
  ///   - subject: what it is about: `file:7:refused`.
  ///   - content: JSON, read again when the mail is written.
  /// - Returns: whether it is new. False also when nobody takes such mails.
  @discardableResult
  package func alert(subject: String, content: String, at: Instant) throws(StoreFault) -> Bool {
    try run(
      """
      INSERT INTO sepad.job (kind, endpoint, subject, content, created_at, run_at)
      SELECT 'alert_mail', p.endpoint, $1, $2::jsonb, $3, $3
      FROM sepad.subscription p WHERE p.kind = 'finance_mail'
      ON CONFLICT (subject, endpoint) WHERE kind = 'alert_mail' DO NOTHING
      """, [.text(subject), .text(content), .text(at.description)]
    ).affected > 0
  }

  /// That no alert of this subject exists; `subject` is an SQL expression.
  private static func untold(_ subject: String) -> String {
    "NOT EXISTS (SELECT FROM sepad.job a WHERE a.kind = 'alert_mail' AND a.subject = \(subject))"
  }

  private func watched(_ sql: String, _ parameters: [SQLValue]) throws(StoreFault) -> [WatchedFile] {
    try map(try run(sql, parameters)) { row throws(StoreFault) in
      WatchedFile(
        id: try row.integer(0), messageID: try row.text(1), transactions: try row.integer(2),
        amountCents: try row.integer(3), since: try row.text(4), reasonCode: row[5])
    }
  }
}
