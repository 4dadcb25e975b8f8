package import SEPA

/// What a notice's mail says.
package struct NoticeDetails: Sendable {
  package let creditorKey: String
  package let creditorName: String
  package let creditorIdentifier: String
  package let creditorLanguage: String
  package let creditorEmail: String?
  package let creditorPhone: String?
  package let debtorName: String
  package let debtorEmail: String?
  package let debtorLanguage: String?
  /// Its last four characters: enough to know which account, of no use to anybody else.
  package let accountEnd: String
  package let mandateReference: String
  package let scheme: String
  package let amountCents: Int64
  /// The day that the debtor is told.
  package let day: String
  package let remittance: String?
  /// Whether the debtor was told of another day, or another amount, before.
  package let isChange: Bool
  /// Whether it is still to be collected, as far as is known.
  package let isExpected: Bool
  /// What is told of beside: the next periods of its plan.
  package let following: [ListedPeriod]
}

/// An acknowledgement that was taken in.
package struct NewAcknowledgement: Sendable {
  package let notice: Int64
  package let creditorID: Int64
  package let requestKey: String
  package let digest: String

  package init(notice: Int64, creditorID: Int64, requestKey: String, digest: String) {
    self.notice = notice
    self.creditorID = creditorID
    self.requestKey = requestKey
    self.digest = digest
  }
}

/// Notices as a mail, a person or a caller asks for them.
extension Session {
  /// What the mail of a notice says.
  package func noticeDetails(_ id: Int64) throws(StoreFault) -> NoticeDetails? {
    let following = try listedPeriods(of: id)
    return try first(
      """
      SELECT k.key, k.name, k.creditor_identifier, k.language, k.contact_email, k.contact_phone, d.name, d.email, d.language,
        right(d.iban, 4), m.reference, c.scheme, n.amount_cents, n.collection_date, c.remittance,
        EXISTS (SELECT FROM sepad.notice o WHERE o.collection_id = n.collection_id AND o.id < n.id AND o.given_on IS NOT NULL),
        s.state NOT IN ('cancelled', 'rejected', 'returned', 'settled')
      FROM sepad.notice n
      JOIN sepad.collection c ON c.id = n.collection_id
      JOIN sepad.collection_status s ON s.collection_id = c.id
      JOIN sepad.creditor k ON k.id = c.creditor_id
      JOIN sepad.mandate m ON m.id = c.mandate_id
      JOIN sepad.debtor d ON d.id = m.debtor_id
      WHERE n.id = $1
      """, [.integer(id)]
    ).map { row throws(StoreFault) in
      NoticeDetails(
        creditorKey: try row.text(0), creditorName: try row.text(1), creditorIdentifier: try row.text(2),
        creditorLanguage: try row.text(3), creditorEmail: row[4], creditorPhone: row[5], debtorName: try row.text(6),
        debtorEmail: row[7], debtorLanguage: row[8], accountEnd: try row.text(9), mandateReference: try row.text(10),
        scheme: try row.text(11), amountCents: try row.integer(12), day: try row.text(13), remittance: row[14],
        isChange: try row.bool(15), isExpected: try row.bool(16), following: following)
    }
  }

  /// The last attempt of the claim that a creditor names by its key or end-to-end id; nil where there is none.
  package func noticedCollection(creditor: Int64, requestKey: String?, endToEndID: String?) throws(StoreFault) -> Int64? {
    func find(_ sql: String, _ parameters: [SQLValue]) throws(StoreFault) -> Int64? {
      try first(sql, [.integer(creditor)] + parameters).map { row throws(StoreFault) in try row.integer(0) }
    }
    if let endToEndID {
      return try find(
        """
        SELECT c.id FROM sepad.collection c
        WHERE c.creditor_id = $1 AND c.end_to_end_id = $2 AND ($3::text IS NULL OR c.request_key = $3)
        """, [.text(endToEndID), .optional(requestKey)])
    }
    // By the first, which alone is indexed under its key.
    return try find(
      """
      SELECT coalesce(
        (SELECT n.id FROM sepad.collection n WHERE n.represents = c.id ORDER BY n.attempt DESC LIMIT 1), c.id)
      FROM sepad.collection c WHERE c.creditor_id = $1 AND c.request_key = $2 AND c.attempt = 1
      """, [.optional(requestKey)])
  }

  /// Keeps acknowledgements that were taken in.
  package func store(_ acknowledgements: [NewAcknowledgement], at: Instant) throws(StoreFault) {
    for new in acknowledgements {
      try run(
        """
        INSERT INTO sepad.notice_acknowledgement (id, creditor_id, request_key, request_digest, accepted_at)
        VALUES ($1, $2, $3, decode($4, 'hex'), $5)
        """,
        [.integer(new.notice), .integer(new.creditorID), .text(new.requestKey), .text(new.digest), .text(at.description)])
    }
  }

  /// What debtors are still to be told, and what waits because they were not, the most urgent first. No account and no name.
  /// - Parameters:
  ///   - creditor: the creditor's key; nil for all.
  ///   - isMissing: only what could not be told, or not in time.
  package func noticeList(creditor: String?, isMissing: Bool, limit: Int) throws(StoreFault) -> TextTable {
    try table(
      [
        "collection", "creditor", "request key", "mandate", "amount", "collection date", "days", "give by", "carrier",
        "outcome", "given on", "looked at on", "held",
      ],
      """
      SELECT c.id, k.key, c.request_key, m.reference, to_char(c.amount_cents / 100.0, 'FM999999990.00'),
        coalesce(n.collection_date, d.collection_date, c.requested_date), coalesce(n.days, m.notice_days, k.notice_days),
        n.give_by, coalesce(n.carrier, k.notice_by), n.outcome, n.given_on, w.look_on, coalesce(d.held, w.obstacle)
      FROM sepad.notice_need w
      JOIN sepad.collection c ON c.id = w.collection_id
      JOIN sepad.creditor k ON k.id = c.creditor_id
      JOIN sepad.mandate m ON m.id = c.mandate_id
      LEFT JOIN sepad.due d ON d.collection_id = c.id
      LEFT JOIN LATERAL (
        SELECT o.* FROM sepad.notice o WHERE o.collection_id = c.id ORDER BY o.id DESC LIMIT 1
      ) n ON true
      WHERE ($1::text IS NULL OR k.key = $1) AND (NOT $2 OR n.missed_at IS NOT NULL)
      ORDER BY n.missed_at IS NULL, coalesce(n.give_by, w.look_on), c.id LIMIT $3
      """, [.optional(creditor), .bool(isMissing), .integer(Int64(limit))])
  }

  /// What a collection's debtor was told, the oldest first.
  package func collectionNotices(_ id: Int64) throws(StoreFault) -> TextTable {
    try table(
      ["notice of", "amount", "made at", "carrier", "days", "give by", "outcome", "given on", "missed", "detail"],
      """
      SELECT n.collection_date, to_char(n.amount_cents / 100.0, 'FM999999990.00'), to_char(n.made_at, 'YYYY-MM-DD HH24:MI:SS'),
        n.carrier, n.days, n.give_by, n.outcome, n.given_on, to_char(n.missed_at, 'YYYY-MM-DD HH24:MI:SS'), n.detail
      FROM sepad.notice n WHERE n.collection_id = $1 ORDER BY n.id
      """, [.integer(id)])
  }
}
