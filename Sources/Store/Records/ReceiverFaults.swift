package import SEPA

/// How one receiver of notices is, as the outbox knows it.
package struct ReceiverFault: Sendable, Equatable {
  /// As jobs name it: `webhook:erp`, `mail:debtor`.
  package let endpoint: String
  /// Notices that wait for another attempt.
  package let failing: Int64
  /// Notices that were given up, or may have gone out.
  package let dead: Int64
  /// The first failure of what waits for another attempt; nil when nothing does, or one was taken since the last failure.
  package let since: Instant?
  /// Why the last attempt failed, without what the receiver said.
  package let detail: String

  /// A failure's reason without the receiver's own words, which may be anybody's.
  package static func withoutAnswer(_ reason: String) -> String {
    reason.firstRange(of: ", it said: ").map { String(reason[..<$0.lowerBound]) } ?? reason
  }
}

extension Session {
  /// Receivers that did not take something.
  package func receiverFaults() throws(StoreFault) -> [ReceiverFault] {
    let answer = try run(
      """
      WITH faulty AS (
        SELECT j.endpoint, count(*) FILTER (WHERE j.state = 'waiting') AS failing,
          count(*) FILTER (WHERE j.state IN ('dead', 'uncertain')) AS dead,
          min(d.first_at) FILTER (WHERE j.state = 'waiting') AS since, max(d.last) AS last
        FROM sepad.job j
        LEFT JOIN LATERAL (SELECT min(at) AS first_at, max(id) AS last FROM sepad.delivery WHERE job_id = j.id) d ON true
        WHERE j.state = 'waiting' AND j.attempts > 0 OR j.state IN ('dead', 'uncertain')
        GROUP BY j.endpoint
      )
      SELECT f.endpoint, f.failing, f.dead,
        -- In order from the last failure: an EXISTS without may be planned as a reading of the whole delivery log.
        CASE WHEN f.since IS NULL THEN NULL WHEN (
          SELECT true FROM sepad.delivery t JOIN sepad.job k ON k.id = t.job_id
          WHERE t.id > f.last AND t.outcome = 'delivered' AND k.endpoint = f.endpoint
          ORDER BY t.id LIMIT 1)
        THEN NULL ELSE extract(epoch FROM f.since)::bigint END,
        coalesce(l.detail, '')
      FROM faulty f LEFT JOIN sepad.delivery l ON l.id = f.last ORDER BY f.endpoint
      """)
    return try map(answer) { row throws(StoreFault) in
      ReceiverFault(
        endpoint: try row.text(0), failing: try row.integer(1), dead: try row.integer(2),
        since: row[3].flatMap { Int64($0) }.map { Instant(seconds: $0) },
        detail: ReceiverFault.withoutAnswer(try row.text(4)))
    }
  }
}
