package import SEPA

/// Which intake table a request stands in.
package enum RequestKind: String, Sendable, CaseIterable {
  case mandate
  /// What becomes of a mandate.
  case mandateChange = "mandate_change"
  case collection
  /// Takes a collection back before it is settled.
  case cancellation
  /// Gives a settled collection back.
  case reversal
  /// Collections by a schedule.
  case plan
  /// Something else in a plan, from one period on.
  case planChange = "plan_change"
  /// Says that a debtor was told of a collection.
  case notice

  package var table: String { "intake.\(rawValue)_request" }

  /// The columns that a caller fills, in the order in which `claim` returns them.
  package var columns: [String] {
    switch self {
    case .mandate:
      [
        "request_key", "creditor", "mandate_reference", "scheme", "sequence", "signed_on", "debtor_name", "iban", "bic",
        "country", "street", "building", "postcode", "town", "address_line1", "address_line2", "email", "language",
        "ultimate_debtor", "state", "place", "signatory", "signatory_capacity", "registered_on", "last_used_on", "notice_days",
      ]
    case .mandateChange:
      [
        "request_key", "creditor", "mandate_reference", "change", "on_date", "place", "signatory", "signatory_capacity", "iban",
        "bic", "new_reference", "debtor_name", "email", "language", "notice_days", "reason",
      ]
    case .collection:
      [
        "request_key", "creditor", "account", "mandate_reference", "amount", "currency", "due_date", "end_to_end_id",
        "remittance", "purpose", "creditor_reference", "final",
      ]
    case .cancellation, .reversal: ["request_key", "creditor", "collection", "end_to_end_id", "reason"]
    case .plan:
      [
        "request_key", "creditor", "account", "mandate_reference", "amount", "amounts", "total", "frequency", "due_day",
        "start_date", "end_date", "count", "first_period", "remittance", "purpose",
      ]
    case .planChange: ["request_key", "creditor", "plan", "change", "effective_from", "amount", "percent", "reason"]
    case .notice: ["request_key", "creditor", "collection", "end_to_end_id", "given_on"]
    }
  }

  /// How many of the last `columns` came later, a group for each version that brought some: a row that says nothing in a
  /// group has the digest that it had before the group was there. No two sums of groups are alike.
  private var laterColumns: [Int] {
    switch self {
    case .mandate: [1, 7]
    case .collection: [2, 1]
    case .mandateChange, .cancellation, .reversal, .plan, .planChange, .notice: []
    }
  }

  /// The content without its key, as an array of JSON.
  fileprivate var content: String {
    func array(_ names: some Sequence<String>) -> String {
      "jsonb_build_array(\(names.map(Self.filled).joined(separator: ", ")))"
    }
    var later = columns.suffix(laterColumns.reduce(0, +))
    var content = array(columns.dropLast(later.count).dropFirst())
    for size in laterColumns {
      let group = later.prefix(size)
      later = later.dropFirst(size)
      content += """
         || CASE WHEN coalesce(\(group.map(Self.filled).joined(separator: ", "))) IS NULL THEN '[]'::jsonb
          ELSE \(array(group)) END
        """
    }
    return content
  }

  /// What a request becomes, with what tells those of its kind.
  var subjects: (table: String, condition: String) {
    switch self {
    case .mandate, .mandateChange: ("sepad.\(rawValue)", "true")
    case .collection: ("sepad.collection", "attempt = 1")
    case .cancellation, .reversal: ("sepad.undoing", "kind = '\(rawValue)'")
    case .plan, .planChange: ("sepad.\(rawValue)", "true")
    case .notice: ("sepad.notice_acknowledgement", "true")
    }
  }

  /// The column of `table` that names what a request became.
  fileprivate var subjectColumn: String {
    switch self {
    case .mandate, .mandateChange, .collection, .plan, .planChange, .notice: "\(rawValue)_id"
    case .cancellation, .reversal: "undoing_id"
    }
  }

  /// A column's value; NULL where it is blank.
  fileprivate static func filled(_ column: String) -> String { "nullif(btrim(\(column)), '')" }
}

/// One row that somebody put into intake, not answered yet.
package struct ClaimedRequest: Sendable {
  package let id: Int64
  /// Hex SHA-256 of the content without its key: equal content, equal digest.
  package let digest: String
  /// Values of `RequestKind.columns`; empty strings count as absent.
  package let values: [String?]
}

/// What the daemon answers on an intake row.
package struct RequestAnswer: Sendable {
  package enum Verdict: String, Sendable {
    case accepted, duplicate, refused
  }
  package let id: Int64
  package let verdict: Verdict
  /// The mandate or collection that the request became, or became earlier.
  package let subject: Int64?
  /// JSON array of refusals, for `refused`.
  package let refusals: String?

  package init(id: Int64, verdict: Verdict, subject: Int64?, refusals: String?) {
    self.id = id
    self.verdict = verdict
    self.subject = subject
    self.refusals = refusals
  }
}

extension Session {
  /// Locks up to `limit` unanswered rows for this transaction; rows that another daemon holds are passed over.
  package func claim(_ kind: RequestKind, limit: Int) throws(StoreFault) -> [ClaimedRequest] {
    let columns = kind.columns.map(RequestKind.filled)
    let answer = try run(
      """
      SELECT id, encode(sha256(convert_to((\(kind.content))::text, 'UTF8')), 'hex'),
        \(columns.joined(separator: ", "))
      FROM \(kind.table)
      WHERE answer = 'new'
      ORDER BY id
      LIMIT $1
      FOR UPDATE SKIP LOCKED
      """, [.integer(Int64(limit))])
    return try map(answer) { row throws(StoreFault) in
      ClaimedRequest(id: try row.integer(0), digest: try row.text(1), values: Array(row.columns.dropFirst(2)))
    }
  }

  /// Writes the answers on their rows.
  package func answer(_ kind: RequestKind, _ answers: [RequestAnswer], at: Instant) throws(StoreFault) {
    guard !answers.isEmpty else { return }
    try run(
      """
      UPDATE \(kind.table) r
      SET answer = a.verdict::intake.answer, refusals = nullif(a.refusals, '')::jsonb,
        \(kind.subjectColumn) = nullif(a.subject, 0), answered_at = $5
      FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[]) AS a (id, verdict, subject, refusals)
      -- Not as `=`, which lets PostgreSQL read all that is new, by its index, for each batch.
      WHERE r.id = a.id AND r.answer IS NOT DISTINCT FROM 'new'
      """,
      [
        .integers(answers.map(\.id)), .texts(answers.map(\.verdict.rawValue)), .integers(answers.map { $0.subject ?? 0 }),
        .texts(answers.map { $0.refusals ?? "" }), .text(at.description),
      ])
  }

  /// Jobs that tell every webhook what became of requests; `contents` are JSON objects, one a request.
  package func tellOfRequests(keys: [String], contents: [String], at: Instant) throws(StoreFault) {
    guard !contents.isEmpty else { return }
    try run(
      """
      INSERT INTO sepad.job (kind, endpoint, subject, content, created_at, run_at)
      SELECT 'webhook', p.endpoint, 'request:' || r.key, r.content::jsonb, $3, $3
      FROM unnest($1::text[], $2::text[]) AS r (key, content) CROSS JOIN sepad.subscription p
      WHERE p.kind = 'webhook'
      """, [.texts(keys), .texts(contents), .text(at.description)])
  }

  /// `count` fresh ids of a table's identity column.
  package func allocateIDs(_ table: String, count: Int) throws(StoreFault) -> [Int64] {
    guard count > 0 else { return [] }
    let answer = try run(
      // The sequence is looked up once, not for each number.
      """
      SELECT nextval(s.name) FROM (SELECT pg_get_serial_sequence($1, 'id')::regclass AS name OFFSET 0) s, generate_series(1, $2)
      """,
      [.text(table), .integer(Int64(count))])
    return try map(answer) { row throws(StoreFault) in try row.integer(0) }
  }

  /// `map` with the typed error kept.
  func map<T>(_ answer: Answer, _ transform: (Row) throws(StoreFault) -> T) throws(StoreFault) -> [T] {
    var values: [T] = []
    values.reserveCapacity(answer.rows.count)
    for row in answer.rows { values.append(try transform(row)) }
    return values
  }
}
