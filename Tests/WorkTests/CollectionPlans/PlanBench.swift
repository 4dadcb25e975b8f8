import Foundation
import SEPA
import Store
import TestSupport
import Testing
import Work

/// A bench on which plans are handed in.
extension Bench {
  /// Mandates `P-1`, `P-2`… of acme.
  func requestMandates(_ count: Int) async throws {
    try await session.run(
      """
      INSERT INTO intake.mandate_request (request_key, creditor, mandate_reference, scheme, sequence, signed_on, debtor_name, iban)
      SELECT 'P-' || n, 'acme', 'P-' || n, 'CORE', 'recurrent', '2026-01-02', 'Nord AB', 'DE89370400440532013000'
      FROM generate_series(1, $1) n
      """, [.integer(Int64(count))])
    _ = try await Intake(session: session).run(at: Self.start)
  }

  /// Puts rows into an intake table; a row is columns and values.
  func hand(_ table: String, _ rows: [[String: String]]) async throws {
    for row in rows {
      let columns = row.keys.sorted()
      try await session.run(
        "INSERT INTO intake.\(table) (\(columns.joined(separator: ", "))) VALUES (\(columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")))",
        columns.map { .optional(row[$0]) })
    }
  }

  /// A plan of `P-1` and what else is said.
  func plan(_ key: String, _ other: [String: String], mandate: String = "P-1") async throws {
    let row = [
      "request_key": key, "creditor": "acme", "mandate_reference": mandate, "frequency": "monthly", "start_date": "2026-12-05",
    ]
    try await hand("plan_request", [row.merging(other) { _, new in new }])
  }

  /// - Returns: the answer, and rules, of the newest request under a key.
  func answer(_ table: String, _ key: String) async throws -> String {
    try await session.one(
      """
      SELECT concat_ws(' ', answer, (SELECT string_agg(r->>'field' || ': ' || (r->>'rule'), '; ') FROM jsonb_array_elements(refusals) r))
      FROM intake.\(table) WHERE request_key = $1 ORDER BY id DESC LIMIT 1
      """, [.text(key)]
    ).text(0)
  }

  /// Answers requests and makes what is to be made.
  func turn(at now: Instant = Bench.start) async throws {
    _ = try await Intake(session: session, rules: [bank.name: bank.files]).run(at: now)
    _ = try await Scheduler(session: session).run(at: now)
  }

  /// What plans have made: `KEY 3 2027-02-05 12.50 state`, with what the worklist says where it waits; what was replaced is
  /// left out.
  func made(_ key: String? = nil) async throws -> [String] {
    try await session.run(
      """
      SELECT p.request_key || ' ' || c.period || ' ' || o.requested_date || ' ' || sepad.euro(o.amount_cents) || ' ' || s.state
        || coalesce(' ' || d.held, '')
      FROM sepad.plan_collection c JOIN sepad.plan p ON p.id = c.plan_id
      JOIN sepad.collection o ON o.id = c.collection_id JOIN sepad.collection_status s ON s.collection_id = o.id
      LEFT JOIN sepad.due d ON d.collection_id = o.id
      WHERE c.live AND ($1::text IS NULL OR p.request_key = $1) ORDER BY p.id, c.period
      """, [.optional(key)]
    ).rows.map { try $0.text(0) }
  }

  /// State, next period and why it ended.
  func standing(_ key: String) async throws -> String {
    try await session.one(
      """
      SELECT concat_ws(' ', s.state, s.next_period, s.ended_because) FROM sepad.plan_status s JOIN sepad.plan p ON p.id = s.plan_id
      WHERE p.request_key = $1
      """, [.text(key)]
    ).text(0)
  }

  /// What webhooks hear of plans, in order.
  func news() async throws -> [String] {
    try await session.run(
      """
      SELECT concat_ws(' ', content->>'type', content->>'request_key', content->>'state', content->>'label', content->>'reason')
      FROM sepad.job WHERE subject LIKE 'plan:%' ORDER BY id
      """
    ).rows.map { try $0.text(0) }
  }
}

extension Instant {
  /// Seven in the morning, UTC.
  static func morning(_ day: String) throws -> Instant { try Instant(iso: "\(day)T07:00:00Z") }
}
