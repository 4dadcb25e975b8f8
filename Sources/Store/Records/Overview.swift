package import SEPA

/// Counts and sums of collections in one state.
package struct StateTotal: Sendable, Equatable {
  package let state: CollectionState
  package let collections: Int64
  package let cents: Int64
}

/// How much waits in each queue, for status and alerts.
package struct QueueDepths: Sendable, Equatable {
  package var newRequests: Int64 = 0
  package var refusedRequests: Int64 = 0
  package var due: Int64 = 0
  package var held: Int64 = 0
  package var filesToSend: Int64 = 0
  package var filesUncertain: Int64 = 0
  package var inboundToApply: Int64 = 0
  package var inboundSetAside: Int64 = 0
  package var openEntries: Int64 = 0
  package var jobsWaiting: Int64 = 0
  package var jobsDue: Int64 = 0
  package var jobsDead: Int64 = 0
}

extension Session {
  /// Collections by state, every state named, also the empty ones: the totals as they are kept, whatever the past.
  package func stateTotals() throws(StoreFault) -> [StateTotal] {
    var found: [String: (Int64, Int64)] = [:]
    for row in try run("SELECT state, collections, cents FROM sepad.running_totals").rows {
      found[try row.text(0)] = (try row.integer(1), try row.integer(2))
    }
    return CollectionState.allCases.map {
      StateTotal(state: $0, collections: found[$0.rawValue]?.0 ?? 0, cents: found[$0.rawValue]?.1 ?? 0)
    }
  }

  /// How many requests of all kinds have an answer.
  private static func requests(_ answer: String) -> String {
    RequestKind.allCases.map { "(SELECT count(*) FROM \($0.table) WHERE answer = '\(answer)')" }.joined(separator: " + ")
  }

  package func queueDepths(at: Instant) throws(StoreFault) -> QueueDepths {
    let row = try one(
      """
      SELECT
        \(Self.requests("new")),
        \(Self.requests("refused")),
        (SELECT count(*) FROM sepad.due WHERE held IS NULL),
        (SELECT count(*) FROM sepad.outbound_file WHERE state IN ('sealed', 'sending')),
        (SELECT count(*) FROM sepad.outbound_file WHERE state = 'uncertain'),
        (SELECT count(*) FROM sepad.inbound_file WHERE state = 'received'),
        (SELECT count(*) FROM sepad.inbound_file WHERE state = 'set_aside'),
        (SELECT count(*) FROM sepad.inbound_entry WHERE disposition = 'open'),
        (SELECT count(*) FROM sepad.job WHERE state = 'waiting'),
        (SELECT count(*) FROM sepad.job WHERE state = 'waiting' AND run_at <= $1),
        (SELECT count(*) FROM sepad.job WHERE state IN ('dead', 'uncertain')),
        (SELECT count(*) FROM sepad.due WHERE held IS NOT NULL)
      """, [.text(at.description)])
    return QueueDepths(
      newRequests: try row.integer(0), refusedRequests: try row.integer(1), due: try row.integer(2), held: try row.integer(11),
      filesToSend: try row.integer(3), filesUncertain: try row.integer(4), inboundToApply: try row.integer(5),
      inboundSetAside: try row.integer(6), openEntries: try row.integer(7), jobsWaiting: try row.integer(8),
      jobsDue: try row.integer(9), jobsDead: try row.integer(10))
  }

  /// A table for a person: a header row and the rows of one SELECT.
  func table(_ header: [String], _ sql: String, _ parameters: [SQLValue] = []) throws(StoreFault) -> TextTable {
    TextTable(header: header, rows: try run(sql, parameters).rows.map { row in row.columns.map { $0 ?? "" } })
  }

  /// A collection's facts: reference, amount, dates, state, and the file that carries it.
  package func collectionFacts(_ id: Int64) throws(StoreFault) -> TextTable {
    try table(
      ["id", "creditor", "request key", "end-to-end id", "mandate", "scheme", "sequence", "amount", "requested date", "collection date", "state", "message id", "attempt", "attempts", "held"],
      """
      SELECT c.id, k.key, c.request_key, c.end_to_end_id, m.reference, c.scheme, c.sequence_type,
        to_char(c.amount_cents / 100.0, 'FM999999990.00'), c.requested_date, s.collection_date, s.state,
        (SELECT string_agg(o.message_id || CASE WHEN i.live THEN '' ELSE ' (withdrawn)' END, ', ' ORDER BY o.id)
         FROM sepad.file_item i JOIN sepad.outbound_file o ON o.id = i.file_id WHERE i.collection_id = c.id),
        c.attempt,
        (SELECT string_agg(n.id || ' ' || ns.state, ', ' ORDER BY n.attempt)
         FROM sepad.collection n JOIN sepad.collection_status ns ON ns.collection_id = n.id
         WHERE n.id = coalesce(c.represents, c.id) OR n.represents = coalesce(c.represents, c.id)),
        (SELECT d.held FROM sepad.due d WHERE d.collection_id = c.id)
      FROM sepad.collection c
      JOIN sepad.collection_status s ON s.collection_id = c.id
      JOIN sepad.creditor k ON k.id = c.creditor_id
      JOIN sepad.mandate m ON m.id = c.mandate_id
      WHERE c.id = $1
      """, [.integer(id)])
  }

  /// Everything that happened to a collection, oldest first.
  package func collectionHistory(_ id: Int64) throws(StoreFault) -> TextTable {
    try table(
      ["at", "event", "from", "to", "reason", "report", "entry", "by", "detail"],
      """
      SELECT to_char(v.at, 'YYYY-MM-DD HH24:MI:SS'), v.event, v.from_state, v.to_state, v.reason_code, f.remote_name,
        v.entry_ordinal, v.actor, v.detail
      FROM sepad.payment_event v LEFT JOIN sepad.inbound_file f ON f.id = v.inbound_file_id
      WHERE v.collection_id = $1 ORDER BY v.id
      """, [.integer(id)])
  }

  /// How a collection came to nothing, in the rulebooks' words, and what followed.
  package func collectionReturns(_ id: Int64) throws(StoreFault) -> TextTable {
    try table(
      ["kind", "reason", "booked", "last day", "too late", "claim", "again on", "mandate", "by"],
      """
      SELECT r.kind, v.reason_code, e.booked_on, r.limit_on, CASE WHEN r.beyond_limit THEN 'yes' ELSE 'no' END, r.action,
        r.represent_on, r.mandate, r.policy
      FROM sepad.r_transaction r
      JOIN sepad.payment_event v ON v.id = r.event_id
      LEFT JOIN sepad.inbound_entry e ON e.file_id = v.inbound_file_id AND e.ordinal = v.entry_ordinal
      WHERE r.collection_id = $1 ORDER BY r.event_id
      """, [.integer(id)])
  }

  /// What was told about a collection, and to which end.
  package func collectionDeliveries(_ id: Int64) throws(StoreFault) -> TextTable {
    try table(
      ["job", "kind", "endpoint", "event", "state", "attempts", "last outcome"],
      """
      SELECT j.id, j.kind, j.endpoint, v.event, j.state, j.attempts,
        (SELECT concat_ws(' ', d.outcome, d.code, d.detail) FROM sepad.delivery d WHERE d.job_id = j.id ORDER BY d.id DESC LIMIT 1)
      FROM sepad.job j JOIN sepad.payment_event v ON v.id = j.event_id
      WHERE v.collection_id = $1 ORDER BY j.id
      """, [.integer(id)])
  }

  /// A file's facts; `id` is its number or its message id.
  package func fileFacts(_ id: String) throws(StoreFault) -> TextTable {
    try table(
      ["id", "message id", "bank", "scheme", "created", "remote name", "transactions", "control sum", "bytes", "sha256", "signature", "schema checked", "state", "attempts", "message", "takes back by"],
      """
      SELECT id, message_id, bank, scheme, to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), remote_name, transactions,
        to_char(control_sum_cents / 100.0, 'FM9999999999990.00'), size_bytes, encode(sha256, 'hex'), signature_name,
        schema_checked, state, attempts, message, undoes
      FROM sepad.outbound_file WHERE id::text = $1 OR message_id = $1
      """, [.text(id)])
  }

  package func fileBlocks(_ id: Int64) throws(StoreFault) -> TextTable {
    try table(
      ["payment information id", "scheme", "sequence", "collection date", "transactions", "sum"],
      """
      SELECT payment_information_id, scheme, sequence_type, collection_date, transactions,
        to_char(sum_cents / 100.0, 'FM9999999999990.00')
      FROM sepad.payment_block WHERE file_id = $1 ORDER BY ordinal
      """, [.integer(id)])
  }

  /// What a file takes back; nothing for one that collects.
  package func fileUndoings(_ id: Int64) throws(StoreFault) -> TextTable {
    try table(
      ["collection", "end-to-end id", "amount", "request key", "reason", "progress"],
      """
      SELECT c.id, c.end_to_end_id, to_char(c.amount_cents / 100.0, 'FM999999990.00'), u.request_key, u.reason, p.progress
      FROM sepad.undoing_item n
      JOIN sepad.undoing u ON u.id = n.undoing_id
      JOIN sepad.undoing_progress p ON p.undoing_id = u.id
      JOIN sepad.collection c ON c.id = u.collection_id
      WHERE n.file_id = $1 ORDER BY n.ordinal
      """, [.integer(id)])
  }

  package func fileHistory(_ id: Int64) throws(StoreFault) -> TextTable {
    try table(
      ["at", "event", "from", "to", "evidence", "by"],
      """
      SELECT to_char(at, 'YYYY-MM-DD HH24:MI:SS'), event, from_state, to_state, evidence, actor
      FROM sepad.file_history WHERE file_id = $1 ORDER BY id
      """, [.integer(id)])
  }

  /// What matches nothing yet, oldest first.
  package func unmatched(limit: Int = 1000) throws(StoreFault) -> TextTable {
    try table(
      ["file", "entry", "report", "kind", "status", "amount", "direction", "message id", "payment information id", "end-to-end id", "reason", "why"],
      """
      SELECT e.file_id, e.ordinal, f.remote_name, e.kind, e.status,
        to_char(e.amount_cents / 100.0, 'FM9999999999990.00') || ' ' || e.currency, e.direction, e.message_id,
        e.payment_information_id, e.end_to_end_id, e.reason_code, e.verdict
      FROM sepad.inbound_entry e JOIN sepad.inbound_file f ON f.id = e.file_id
      WHERE e.disposition = 'open' ORDER BY e.file_id, e.ordinal LIMIT $1
      """, [.integer(Int64(limit))])
  }

  /// Inbound files that were set aside, with the reason.
  package func setAsideFiles() throws(StoreFault) -> TextTable {
    try table(
      ["id", "bank", "report", "received", "fault"],
      """
      SELECT id, bank, remote_name, to_char(received_at, 'YYYY-MM-DD HH24:MI:SS'), fault
      FROM sepad.inbound_file WHERE state = 'set_aside' ORDER BY id
      """)
  }
}

/// Rows of text under a header, for a terminal.
package struct TextTable: Sendable {
  package let header: [String]
  package let rows: [[String]]

  package init(header: [String], rows: [[String]]) {
    self.header = header
    self.rows = rows
  }

  /// Columns padded to their widest value, counted in characters.
  package var text: String {
    let widths = header.indices.map { column in
      ([header] + rows).map { $0[column].count }.max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      var text = ""
      for (cell, width) in zip(cells, widths) {
        text += cell + String(repeating: " ", count: width - cell.count + 2)
      }
      while text.last == " " { text.removeLast() }
      return text
    }
    return ([line(header)] + rows.map(line)).joined(separator: "\n")
  }

  /// One row as `name: value` lines, for a single thing with many facts.
  package var facts: String {
    let width = header.map(\.count).max() ?? 0
    return rows.first.map { row in
      zip(header, row).map { "\($0)\(String(repeating: " ", count: width - $0.count))  \($1)" }.joined(separator: "\n")
    } ?? ""
  }
}
