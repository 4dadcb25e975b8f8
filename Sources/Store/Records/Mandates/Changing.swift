package import SEPA

/// What decides whether a mandate can change as somebody asks.
package struct StandingMandate: Sendable {
  package let id: Int64
  package let reference: String
  package let scheme: Scheme
  package let state: MandateState
  package let iban: String
  /// Whether the debtor's bank is known to have it, for the account that it has now.
  package let isRegistered: Bool
  /// Whether the debtor's account was another one before.
  package let isForNewAccount: Bool
  /// Whether a bank has seen it: by a collection, here or before it came here, or because the debtor was to show it.
  package let isKnownToBank: Bool
  package let hasAddress: Bool
}

/// A change that was asked for and made, to be kept.
package struct NewMandateChange: Sendable {
  package var creditorID: Int64
  package var mandateID: Int64
  package var change: MandateChange
  package var requestKey: String
  package var digest: String

  package init(creditorID: Int64, mandateID: Int64, change: MandateChange, requestKey: String, digest: String) {
    self.creditorID = creditorID
    self.mandateID = mandateID
    self.change = change
    self.requestKey = requestKey
    self.digest = digest
  }
}

/// One mandate at a time: changes are few where collections are many. To be called inside a transaction.
extension Session {
  /// A creditor's mandate, locked until the transaction ends. Whoever accepts collections under it waits.
  package func standingMandate(creditor: Int64, reference: String) throws(StoreFault) -> StandingMandate? {
    try first(
      """
      SELECT m.id, m.reference, m.scheme, m.state, d.iban,
        m.registered_on IS NOT NULL OR m.last_used_on IS NOT NULL AND NOT w.account,
        m.last_used_on IS NOT NULL OR m.registered_on IS NOT NULL OR m.registration_asked > 0 OR EXISTS (
          SELECT FROM sepad.collection c JOIN sepad.collection_status s ON s.collection_id = c.id
          WHERE c.mandate_id = m.id AND s.state NOT IN ('requested', 'scheduled', 'cancelled')),
        d.country IS NOT NULL, w.account
      FROM sepad.mandate m JOIN sepad.debtor d ON d.id = m.debtor_id
      CROSS JOIN LATERAL (
        SELECT EXISTS (SELECT FROM sepad.mandate_amendment a WHERE a.mandate_id = m.id AND a.element = 'account') AS account
      ) w
      WHERE m.creditor_id = $1 AND m.reference = $2
      FOR UPDATE OF m
      """, [.integer(creditor), .text(reference)]
    ).map { row throws(StoreFault) in
      guard let scheme = Scheme(rawValue: try row.text(2)), let state = MandateState(rawValue: try row.text(3)) else {
        throw .shape("mandate: unknown scheme or state")
      }
      return StandingMandate(
        id: try row.integer(0), reference: try row.text(1), scheme: scheme, state: state, iban: try row.text(4),
        isRegistered: try row.bool(5), isForNewAccount: try row.bool(8), isKnownToBank: try row.bool(6),
        hasAddress: try row.bool(7))
    }
  }

  /// Moves one mandate.
  /// - Returns: whether it moved: not where its state does not allow it, nor where it is there already.
  @discardableResult
  package func moveMandate(_ id: Int64, _ event: MandateEvent, because: String, _ stamp: Stamp) throws(StoreFault) -> Bool {
    try moveMandates(
      event, selecting: "SELECT $4::bigint AS mandate_id, NULL::bigint AS cause_event_id, $5::text AS because",
      [.integer(id), .text(because)], stamp) == 1
  }

  /// Keeps when, where and by whom a mandate was signed.
  package func sign(mandate id: Int64, on day: String, _ facts: SignatureFacts) throws(StoreFault) {
    try run(
      "UPDATE sepad.mandate SET signed_on = $2, look_on = $3 WHERE id = $1",
      [.integer(id), .text(day), .text(MandateAge.firstLook(signedOn: try CalendarDay(stored: day)).iso)])
    try keep(facts, mandate: id)
  }

  /// Keeps that the debtor's bank has a B2B mandate.
  package func register(mandate id: Int64, on day: String) throws(StoreFault) {
    try run(
      "UPDATE sepad.mandate SET registered_on = $2, registration_ask_on = NULL WHERE id = $1", [.integer(id), .text(day)])
  }

  private func keep(_ facts: SignatureFacts, mandate id: Int64) throws(StoreFault) {
    guard facts != SignatureFacts() else { return }
    try run(
      """
      UPDATE sepad.mandate SET signed_at = coalesce($2, signed_at), signatory = coalesce($3, signatory),
        signatory_capacity = coalesce($4, signatory_capacity)
      WHERE id = $1
      """,
      [.integer(id), .optional(facts.place?.value), .optional(facts.signatory?.value), .optional(facts.capacity?.value)])
  }

  /// Writes new data of a mandate; what a bank must hear of travels with its next collections. To be called under
  /// `lockAmendments`.
  package func amend(_ mandate: StandingMandate, _ data: AmendedData, because: String, _ stamp: Stamp) throws(StoreFault) {
    func note(_ element: String, _ original: String) throws(StoreFault) {
      try run(
        """
        INSERT INTO sepad.mandate_amendment (mandate_id, element, original, at, closed_at)
        VALUES ($1, $2::sepad.amended_element, $3, $4, $5)
        """,
        [
          .integer(mandate.id), .text(element), .text(original), .text(stamp.at.description),
          // What no bank has seen, no bank has to unlearn.
          .optional(mandate.isKnownToBank ? nil : stamp.at.description),
        ])
    }
    if let iban = data.iban {
      try note("account", mandate.iban)
      try run(
        """
        UPDATE sepad.debtor d SET iban = $2, bic = $3 FROM sepad.mandate m WHERE m.id = $1 AND d.id = m.debtor_id
        """, [.integer(mandate.id), .text(iban.value), .optional(data.bic?.value)])
      // Another account is, for a debtor's bank, another registration.
      try run(
        "UPDATE sepad.mandate SET registered_on = NULL, registration_asked = 0, registration_ask_on = NULL WHERE id = $1",
        [.integer(mandate.id)])
    }
    if let reference = data.reference {
      try note("reference", mandate.reference)
      try run("UPDATE sepad.mandate SET reference = $2 WHERE id = $1", [.integer(mandate.id), .text(reference.value)])
    }
    try run(
      """
      UPDATE sepad.debtor d
      SET name = coalesce($2, d.name), email = coalesce($3, d.email), language = coalesce($4, d.language)
      FROM sepad.mandate m WHERE m.id = $1 AND d.id = m.debtor_id
      """,
      [
        .integer(mandate.id), .optional(data.debtorName?.value), .optional(data.email?.value),
        .optional(data.language?.rawValue),
      ])
    try keep(data.signature, mandate: mandate.id)
    if let days = data.noticeDays {
      try run("UPDATE sepad.mandate SET notice_days = $2 WHERE id = $1", [.integer(mandate.id), .integer(Int64(days))])
      try lookAtNotices(mandate: mandate.id, stamp)
    }
    try tellOfMandates(
      selecting: "SELECT $3::bigint AS mandate_id, 'amended' AS event, NULL::bigint AS cause_event_id, $4::text AS because",
      [.integer(mandate.id), .text(because)], stamp)
  }

  /// Keeps the requests that were followed.
  /// - Returns: their ids, in order.
  package func store(_ changes: [NewMandateChange], at: Instant) throws(StoreFault) -> [Int64] {
    let ids = try allocateIDs("sepad.mandate_change", count: changes.count)
    var rows = CopyText()
    for (id, change) in zip(ids, changes) {
      for value in [id, change.creditorID, change.mandateID] { rows.add(value) }
      for column in [change.change.rawValue, change.requestKey, "\\x" + change.digest, at.description] { rows.add(column) }
      rows.endRow()
    }
    try copy(
      """
      COPY sepad.mandate_change (id, creditor_id, mandate_id, change, request_key, request_digest, accepted_at) FROM STDIN
      """, &rows)
    return ids
  }
}

extension CalendarDay {
  /// A day that the database gave.
  init(stored text: String) throws(StoreFault) {
    do { try self.init(iso: text) } catch { throw .shape("day: found \(text), expected YYYY-MM-DD") }
  }
}
