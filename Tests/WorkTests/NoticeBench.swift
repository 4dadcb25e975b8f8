import Notices
import SEPA
import Store
import TestSupport
import Testing
import Work

/// A bench whose creditor has its debtors told before it collects from them.
struct NoticeBench {
  let bench: Bench
  let policy: NoticePolicy
  var session: Session { bench.session }
  /// Days from `Bench.start`, 1 December 2026, a Tuesday, 08:00 in Paris.
  static func day(_ number: Int) -> Instant { Bench.start.adding(seconds: Int64(number) * 86_400) }

  init(_ policy: NoticePolicy) async throws {
    bench = try await Bench()
    self.policy = policy
    try await configure(policy)
  }

  func configure(_ policy: NoticePolicy, closedDay: DayConvention = .following, at now: Instant = Bench.start) async throws {
    try await session.configure(
      creditors: [
        CreditorRecord(
          key: "acme", name: "ACME SAS", creditorIdentifier: "FR72ZZZ123456", language: "fr", contactEmail: nil,
          contactPhone: nil, accounts: [.init(key: "main", iban: "FR7630006000011234567890189", bic: nil, bank: "sandbox")],
          closedDay: closedDay, notices: policy)
      ],
      subscriptions: [
        Subscription(endpoint: "webhook:erp", kind: "webhook"), Subscription(endpoint: "mail:debtor", kind: "debtor_mail"),
        Subscription(endpoint: "mail:finance", kind: "finance_mail"),
      ], at: now)
  }

  /// Asks for a mandate and a collection under it, both of one name.
  func collect(
    _ key: String, due: String, days: Int? = nil, email: String? = "compta@debtor.example", amount: String = "12.50",
    at now: Instant = Bench.start, location: SourceLocation = #_sourceLocation
  ) async throws {
    try await session.run(
      """
      INSERT INTO intake.mandate_request (request_key, creditor, mandate_reference, scheme, sequence, signed_on, debtor_name,
        iban, email, notice_days)
      VALUES ($1, 'acme', $1, 'CORE', 'recurrent', '2026-01-02', 'Müller & Söhne', 'DE89370400440532013000', $2, $3)
      """, [.text(key), .optional(email), .optional(days.map { "\($0)" })])
    try await session.run(
      """
      INSERT INTO intake.collection_request (request_key, creditor, mandate_reference, amount, due_date, end_to_end_id)
      VALUES ($1, 'acme', $1, $2, $3, $1)
      """, [.text(key), .text(amount), .text(due)])
    _ = try await Intake(session: session).run(at: now)
    let answer = try await session.one("SELECT answer, refusals FROM intake.collection_request ORDER BY id DESC LIMIT 1")
    #expect(answer[0] == "accepted", "\(answer[1] ?? "")", sourceLocation: location)
  }

  /// What the pipeline does in one turn, as the daemon does it.
  func turn(at now: Instant, by session: Session? = nil, builds: Bool = true) async throws {
    let session = session ?? self.session
    _ = try await Intake(session: session).run(at: now)
    _ = try await Dating(session: session).run(bench.bank, at: now)
    _ = try await PreNotifier(session: session).run(bench.bank, at: now)
    guard builds else { return }
    while try await Builder(session: session, log: bench.log).run(bench.bank, at: now) > 0 {}
  }

  /// How the mail server took what waits.
  enum Mail: String { case done, uncertain, dead, waiting }

  /// Lets every notice's mail end so.
  func mails(_ end: Mail, at now: Instant) async throws {
    guard end != .waiting else { return }
    try await session.run(
      """
      UPDATE sepad.job SET state = $1::sepad.job_state, finished_at = $2 WHERE kind = 'debtor_mail' AND state = 'waiting'
      """, [.text(end.rawValue), .text(now.description)])
  }

  /// The integrator's word.
  /// - Returns: the rule of its refusal; nil where it was taken.
  @discardableResult
  func acknowledge(_ key: String, on day: String? = nil, request: String? = nil, at now: Instant) async throws -> String? {
    try await session.run(
      "INSERT INTO intake.notice_request (request_key, creditor, collection, given_on) VALUES ($1, 'acme', $2, $3)",
      [.text(request ?? "notice of \(key)"), .text(key), .optional(day)])
    _ = try await Intake(session: session).run(at: now)
    return try await session.one("SELECT refusals->0->>'rule' FROM intake.notice_request ORDER BY id DESC LIMIT 1")[0]
  }

  func held(_ key: String) async throws -> String? {
    try await session.first(
      "SELECT d.held FROM sepad.due d JOIN sepad.collection c ON c.id = d.collection_id WHERE c.end_to_end_id = $1", [.text(key)]
    ).map { $0[0] } ?? nil
  }

  func state(_ key: String) async throws -> String? { try await bench.states()[key] }

  func id(_ key: String) async throws -> Int64 {
    try await session.one("SELECT id FROM sepad.collection WHERE end_to_end_id = $1", [.text(key)]).integer(0)
  }

  /// What debtors were told, in order: `A 2026-12-18 given 2026-12-01`.
  func told() async throws -> [String] {
    try await session.run(
      """
      SELECT concat_ws(' ', c.end_to_end_id, n.collection_date, n.outcome, n.given_on)
      FROM sepad.notice n JOIN sepad.collection c ON c.id = n.collection_id ORDER BY n.id
      """
    ).rows.map { try $0.text(0) }
  }

  func count(_ sql: String) async throws -> Int64 { try await session.one("SELECT count(*) FROM \(sql)").integer(0) }

  /// Alerts about notices.
  func alerts() async throws -> Int64 { try await count("sepad.job WHERE kind = 'alert_mail' AND content ? 'noticesMissing'") }
}
