import Channels
import Foundation
import SEPA
import Store
import TestSupport
import Testing
import Work

/// What is done, in this order, each with its own golden.
enum PlanStage: String, CaseIterable {
  case intake, dating, build, submit, fetch, statuses, credits, returns, corrections, notices, watch, overview, prenotice
}

/// The stages, run once on a database that holds a long past, and the plans of all that they asked.
///
/// The new payments are few beside the past, as a day's are beside years; then PostgreSQL decides as it does with millions.
/// All that it decides by is the same each time: each row is in the sample that its statistics are made of, and nothing
/// tidies up in between.
struct PlanWalk {
  private(set) var statements: [PlanStage: [PlannedStatement]] = [:]
  let tables: PlanTables
  /// Of PostgreSQL: `15`.
  let server: Int64
  /// For which the goldens are: others may plan otherwise, and as well.
  static let reviewedServer: Int64 = 15

  private static let past = 40_000
  private static let payments = 400

  private static let settings = [
    "fsync=off", "autovacuum=off", "default_statistics_target=1000", "random_page_cost=1.1", "max_wal_size=4GB",
    "session_preload_libraries=auto_explain", "auto_explain.log_min_duration=0", "auto_explain.log_nested_statements=on",
    "auto_explain.log_format=json",
  ]

  static func run() async throws -> PlanWalk {
    let postgres = try PrivatePostgres(settings: settings)
    let shelf = ReportShelf()
    var bench = try await Bench(on: postgres, channel: shelf, maxTransactions: payments / 2)
    bench.bank.answerWithinHours = 24
    bench.policies = ReturnPolicies(representing: ["acme"])
    let subscriptions = [("webhook:erp", "webhook"), ("mail:finance", "finance_mail"), ("mail:debtor", "debtor_mail")]
    try await bench.session.configure(
      creditors: [], subscriptions: subscriptions.map { Subscription(endpoint: $0.0, kind: $0.1) }, at: Bench.start)
    for script in PastCollections(count: past, perFile: 100, perMandate: 1).scripts { try await bench.session.script(script) }
    for statement in PastCollections.upkeep { try await bench.session.run(statement) }
    let server = try await bench.session.one("SELECT current_setting('server_version_num')::int / 10000").integer(0)
    var walk = PlanWalk(tables: try await PlanTables(in: bench.session), server: server)
    try await walk.run(bench, shelf, log: ServerLog(path: postgres.directory + "/log"))
    try postgres.stop()
    return walk
  }

  private init(tables: PlanTables, server: Int64) { (self.tables, self.server) = (tables, server) }

  private mutating func run(_ bench: Bench, _ shelf: ReportShelf, log: ServerLog) async throws {
    let (session, bank, start) = (bench.session, bench.bank, Bench.start)
    let booked = start.adding(seconds: 2 * 86_400)
    let spool = try TemporaryDirectory()
    try await request(bench)
    _ = try log.news()
    func ran(_ stage: PlanStage) throws { statements[stage] = try PlannedStatement.all(inLog: try log.news()) }

    _ = try await Intake(session: session).run(at: start)
    try ran(.intake)
    _ = try await Dating(session: session).run(bank, at: start)
    try ran(.dating)
    while try await Builder(session: session, log: bench.log).run(bank, at: start) > 0 {}
    try ran(.build)
    let exchange = Exchange(session: session, bank: bank, spoolDirectory: spool.path, log: bench.log)
    #expect(try await exchange.run { start } == 2)
    try ran(.submit)
    let messages = shelf.taken
    let told = PlanReports(alone: try #require(messages.first), together: try #require(messages.last), payments: Self.payments)
    for (index, report) in told.statuses.enumerated() { shelf.put("status-\(index).xml", report) }
    #expect(try await exchange.run { start } == told.statuses.count)
    try ran(.fetch)
    try await bench.applyKept(at: start)
    try ran(.statuses)
    for (stage, reports) in [(PlanStage.credits, told.credits), (.returns, told.returns), (.corrections, told.corrections)] {
      for (index, report) in reports.enumerated() { try await bench.keep(report, name: "\(stage.rawValue)-\(index).xml") }
      _ = try log.news()
      try await bench.applyKept(at: booked)
      try ran(stage)
    }
    try await tell(session, at: booked)
    try ran(.notices)
    let late = booked.adding(seconds: 20 * 86_400)
    try await session.foldTotals(from: 0)
    _ = try await Watch(session: session, banks: [bank], log: bench.log).run(at: late)
    try ran(.watch)
    try await overview(session, at: late)
    try ran(.overview)
    try await expectTheEnd(session)
    try await askForNotices(bench, at: late)
    _ = try log.news()
    try await prenotify(bench, at: late)
    try ran(.prenotice)
    let outcomes = try await session.run(
      "SELECT outcome, count(*) FROM sepad.notice n WHERE n.made_at >= $1 GROUP BY 1 ORDER BY 1", [.text(late.description)]
    ).rows.map { "\(try $0.text(0)) \(try $0.integer(1) > 0)" }
    #expect(outcomes == ["waiting true", "given true", "acknowledged true", "failed true"])
  }

  /// Collections of a creditor that has debtors told from now on: half in time, one in twenty without an address.
  private func askForNotices(_ bench: Bench, at now: Instant) async throws {
    try await bench.session.run("UPDATE sepad.creditor SET notice_by = 'mail' WHERE key = 'acme'")
    try await bench.session.run(
      """
      INSERT INTO intake.mandate_request (request_key, creditor, mandate_reference, scheme, sequence, signed_on, debtor_name, iban,
        email)
      SELECT 'N-' || n, 'acme', 'N-' || n, 'CORE', 'recurrent', '2026-01-02', 'Müller & Söhne', 'DE89370400440532013000',
        CASE WHEN n % 20 > 0 THEN 'debtor@example.org' END
      FROM generate_series(1, $1::int) AS n ORDER BY n
      """, [.integer(Int64(Self.payments))])
    try await bench.session.run(
      """
      INSERT INTO intake.collection_request (request_key, creditor, mandate_reference, amount, due_date, end_to_end_id)
      SELECT 'N-' || n, 'acme', 'N-' || n, '10.00', CASE n % 2 WHEN 0 THEN '2027-01-08' ELSE '2026-12-29' END, 'N-' || n
      FROM generate_series(1, $1::int) AS n ORDER BY n
      """, [.integer(Int64(Self.payments))])
    _ = try await Intake(session: bench.session).run(at: now)
  }

  /// Notices go out, are given, acknowledged, late and missed; a day moves, and what stands in a file is told still.
  private func prenotify(_ bench: Bench, at now: Instant) async throws {
    let (session, notifier) = (bench.session, PreNotifier(session: bench.session))
    _ = try await notifier.run(bench.bank, at: now)
    try await session.run(
      """
      UPDATE sepad.job SET state = 'done', finished_at = $1
      WHERE id IN (SELECT job_ids[1] FROM sepad.notice WHERE outcome = 'waiting' AND carrier = 'mail' AND id % 10 > 0)
      """,
      [.text(now.description)])
    _ = try await notifier.run(bench.bank, at: now)
    try await session.run("INSERT INTO intake.notice_request (request_key, creditor, collection) VALUES ('W-1', 'acme', 'N-20')")
    _ = try await Intake(session: session).run(at: now)
    let number = try await session.one("SELECT max(collection_id) FROM sepad.notice").integer(0)
    _ = try await session.release("\(number)", because: "test", Stamp(at: now, actor: "test"))
    _ = try await session.noticeDetails(try await session.one("SELECT max(id) FROM sepad.notice").integer(0))
    _ = try await session.noticeList(creditor: nil, isMissing: true, limit: 10)
    _ = try await session.collectionNotices(number)
    // Past the days that were told.
    let later = now.adding(seconds: 20 * 86_400)
    _ = try await Dating(session: session).run(bench.bank, at: later)
    _ = try await Builder(session: session, log: bench.log).run(bench.bank, at: later)
    _ = try await notifier.run(bench.bank, at: later)
  }

  /// Requests of a day, each payment with a mandate of its own; one of each kind is refused.
  private func request(_ bench: Bench) async throws {
    try await bench.session.run(
      """
      INSERT INTO intake.mandate_request (request_key, creditor, mandate_reference, scheme, sequence, signed_on, debtor_name, iban,
        email)
      SELECT 'M-' || n, 'acme', 'M-' || n, 'CORE', 'recurrent', '2026-01-02', 'Müller & Söhne',
        CASE WHEN n = 0 THEN 'DE00' ELSE 'DE89370400440532013000' END, 'debtor@example.org'
      FROM generate_series(0, $1::int) AS n ORDER BY n
      """, [.integer(Int64(Self.payments))])
    try await bench.session.run(
      """
      INSERT INTO intake.collection_request (request_key, creditor, mandate_reference, amount, due_date, end_to_end_id, remittance)
      SELECT 'C-' || n, 'acme', 'M-' || n, (1000 + n) / 100 || '.' || lpad(((1000 + n) % 100)::text, 2, '0'), '2026-12-03',
        'A-' || n, 'RF-' || n
      FROM generate_series(0, $1::int) AS n ORDER BY n
      """, [.integer(Int64(Self.payments))])
  }

  /// The outbox: notices claimed and told, one of them twice, one in vain, and a reminder.
  private func tell(_ session: Session, at now: Instant) async throws {
    #expect(try await session.lockNotices())
    let jobs = try await session.claimJobs(limit: 20, at: now)
    #expect(jobs.count == 20)
    _ = try await session.eventDetails(jobs.compactMap(\.eventID))
    try await session.begin(jobs[0])
    try await session.record(
      jobs.enumerated().map { index, job in
        DeliveryRecord(
          job: job.id, attempt: job.attempt, outcome: index == 1 ? .retry : index == 2 ? .permanent : .delivered, code: 200,
          detail: nil, retryAt: index == 1 ? now : nil)
      }, at: now)
    _ = try await session.claimJobs(limit: 20, except: ["mail:debtor"], at: now)
    try await session.unlockNotices()
  }

  /// What the status file asks for.
  private func overview(_ session: Session, at now: Instant) async throws {
    _ = try await session.stateTotals()
    _ = try await session.queueDepths(at: now)
    _ = try await session.fileSums()
    _ = try await session.slowFiles()
    _ = try await session.receiverFaults()
    _ = try await session.unsentFiles()
  }

  /// Stages that did nothing would have no plans worth keeping.
  private func expectTheEnd(_ session: Session) async throws {
    let states = try await session.run(
      """
      SELECT s.state, count(*) FROM sepad.collection_status s JOIN sepad.collection c ON c.id = s.collection_id
      WHERE c.request_key LIKE 'C-%' AND c.request_key NOT LIKE 'C-H%' GROUP BY 1 ORDER BY 1
      """
    ).rows.map { "\(try $0.text(0)) \(try $0.integer(1))" }
    #expect(states == ["requested 7", "settled 357", "rejected 10", "returned 33", "cancelled 7"])
    let aside = try await session.setAsideFiles().rows.map { $0.joined(separator: " ") }
    #expect(aside == [])
  }
}

/// The tables of sepad, and how their indexes begin.
struct PlanTables {
  var names: Set<String>
  /// By index.
  var firstColumns: [String: String]

  init(names: Set<String>, firstColumns: [String: String]) {
    self.names = names
    self.firstColumns = firstColumns
  }

  init(in session: Session) async throws {
    let indexes = try await session.run(
      """
      SELECT t.relname, i.relname, pg_get_indexdef(x.indexrelid, 1, false)
      FROM pg_class t JOIN pg_index x ON x.indrelid = t.oid JOIN pg_class i ON i.oid = x.indexrelid
      WHERE t.relnamespace IN ('sepad'::regnamespace, 'intake'::regnamespace)
      """
    ).rows.map { (table: try $0.text(0), index: try $0.text(1), column: try $0.text(2)) }
    self.init(
      names: Set(indexes.map(\.table)), firstColumns: Dictionary(uniqueKeysWithValues: indexes.map { ($0.index, $0.column) }))
  }
}

/// A server's log, a piece at a time.
private final class ServerLog {
  private let file: FileHandle

  init(path: String) throws {
    guard let file = FileHandle(forReadingAtPath: path) else { throw TestSupportFault("\(path): cannot be read") }
    self.file = file
  }

  /// What was written since it was last asked.
  func news() throws -> Data { try file.readToEnd() ?? Data() }
}
