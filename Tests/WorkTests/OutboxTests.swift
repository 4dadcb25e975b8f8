import Notices
import SEPA
import Store
import TestSupport
import Testing
import Work

@Suite struct OutboxTests {
  /// Two payments rejected, each with a reminder to its debtor waiting.
  private func benchWithReminders() async throws -> Bench {
    let bench = try await Bench()
    try await bench.session.configure(
      creditors: [], subscriptions: [Subscription(endpoint: "mail:debtor", kind: "debtor_mail")], at: Bench.start)
    try await bench.request(amounts: ["12.50", "13.50"])
    try await bench.session.run("UPDATE sepad.debtor SET email = 'debtor@example.org'")
    let message = try #require(try await bench.sealAndSubmit().first)
    try await bench.apply(Reports.named("rejectAll", message: message, sequence: 0))
    return bench
  }

  @Test func `a reminder begun by a daemon that died is not sent again, one not begun is`() async throws {
    let bench = try await benchWithReminders()
    let dead = Session(conninfo: bench.conninfo, name: "dead")
    #expect(try await dead.lockNotices())
    let taken = try await dead.claimJobs(limit: 10, at: Bench.start)
    #expect(taken.count == 2)
    try await dead.begin(taken[0])
    await dead.disconnect()

    // The server notices the end of a connection in its own time.
    try await waitUntil("the lock is free") { try await bench.session.lockNotices() }
    let again = try await bench.session.claimJobs(limit: 10, at: Bench.start)
    #expect(again.map(\.id) == [taken[1].id])
    let states = try await bench.session.run("SELECT state FROM sepad.job WHERE kind = 'debtor_mail' ORDER BY id").rows
    #expect(try states.map { try $0.text(0) } == ["uncertain", "waiting"])
  }

  @Test func `an attempt counts when its outcome is recorded, not when its job is taken`() async throws {
    let bench = try await benchWithReminders()
    for _ in 0..<12 {
      #expect(try await bench.session.claimJobs(limit: 10, at: Bench.start).map(\.attempt) == [1, 1])
    }
    #expect(try await bench.session.claimJobs(limit: 10, except: ["mail:debtor"], at: Bench.start).isEmpty)
    let job = try #require(try await bench.session.claimJobs(limit: 1, at: Bench.start).first)
    let failed = DeliveryRecord(
      job: job.id, attempt: job.attempt, outcome: .retry, code: nil, detail: "found 503, it said: Ms Roux", retryAt: Bench.start)
    try await bench.session.record([failed], at: Bench.start)
    #expect(try await bench.session.claimJobs(limit: 10, at: Bench.start).map(\.attempt).sorted() == [1, 2])
    let fault = try #require(try await bench.session.receiverFaults().first)
    #expect(fault.endpoint == "mail:debtor" && fault.failing == 1 && fault.dead == 0 && fault.since == Bench.start)
    // What a receiver says may be about anybody.
    #expect(fault.detail == "found 503")
    let taken = DeliveryRecord(job: job.id + 1, attempt: 1, outcome: .delivered, code: 250, detail: nil, retryAt: nil)
    try await bench.session.record([taken], at: Bench.start)
    #expect(try await bench.session.receiverFaults().first?.since == nil)
  }

  @Test func `an event says the same at each attempt, whatever became of its collection`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    let message = try #require(try await bench.sealAndSubmit().first)
    func told() async throws -> [String] {
      let events = try await bench.session.run("SELECT id FROM sepad.payment_event ORDER BY id LIMIT 4").rows
        .map { try $0.integer(0) }
      let details = try await bench.session.eventDetails(events)
      return events.compactMap { details[$0] }.map {
        "\($0.event) \($0.fromState ?? "-") \($0.toState) \($0.collectionDate ?? "-") \($0.fileMessageID ?? "-")"
      }
    }
    let first = try await told()
    #expect(
      first == [
        "requested - requested - -", "dated requested scheduled 2026-12-03 -", "sealed scheduled sealed 2026-12-03 \(message)",
        "submitted sealed submitted 2026-12-03 \(message)",
      ])
    // Its file comes back, and it gets another date.
    try await bench.session.run("UPDATE sepad.collection_status SET collection_date = '2026-12-09'")
    try await bench.session.run("UPDATE sepad.file_item SET live = false")
    #expect(try await told() == first)
  }

  @Test func `a hundred thousand that came to wait since the last statistics are claimed in their order`() async throws {
    let bench = try await Bench()
    try await bench.session.run("ALTER TABLE sepad.job SET (autovacuum_enabled = false)")
    try await bench.session.run(
      """
      INSERT INTO sepad.job (kind, endpoint, subject, content, created_at, run_at, state, finished_at)
      SELECT 'webhook', 'webhook:erp', 'collection:' || n / 3, '{}', $1, $1, 'done', $1 FROM generate_series(1, 100000) n
      """, [.text(Bench.start.description)])
    try await bench.session.run("VACUUM ANALYZE sepad.job")
    try await bench.session.run("UPDATE sepad.job SET state = 'waiting', finished_at = NULL")
    // As a join it would compare each with each: half a minute here, and a daemon at a standstill with more.
    try await bench.session.run("SET statement_timeout = '10s'")
    #expect(try await bench.session.lockNotices())
    let jobs = try await bench.session.claimJobs(limit: 200, at: Bench.start)
    #expect(jobs.count == 200 && Set(jobs.map(\.subject)).count == 200)
    #expect(jobs.prefix(2).map(\.subject) == ["collection:0", "collection:1"])
  }

  @Test func `one daemon tells at a time, and its end frees the next`() async throws {
    let bench = try await Bench()
    let first = Session(conninfo: bench.conninfo, name: "first")
    #expect(try await first.lockNotices())
    #expect(try await bench.session.lockNotices() == false)
    await first.disconnect()
    // The server notices the end of a connection in its own time.
    try await waitUntil("the lock is free") { try await bench.session.lockNotices() }
  }

  @Test func `a receiver is told by as many as it takes at once, those of one collection in order`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: (1...8).map { "\($0).00" })
    _ = try await bench.sealAndSubmit()
    let directory = try TemporaryDirectory()
    let sink = try await WebhookSink(in: directory.path, ["--together", "4"])
    let secret = try WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=")
    let webhook = try WebhookEndpoint(
      name: "erp", url: "http://127.0.0.1:\(sink.port)/", secrets: [secret], allowPlainHTTP: true, connections: 4)
    let react = React(session: bench.session, webhooks: [webhook], mail: nil, policies: ReturnPolicies(), log: bench.log)
    while try await react.run(at: { Bench.start }) > 0 {}
    let jobs = try await bench.session.run("SELECT id, subject FROM sepad.job WHERE kind = 'webhook' ORDER BY id").rows
    let told = try sink.deliveries.map(\.id)
    #expect(Set(told).count == told.count && told.count == 8 * 4)
    for subject in Set(jobs.map { $0[1] }) {
      let expected = jobs.filter { $0[1] == subject }.map { "job_\($0[0] ?? "")" }
      #expect(told.filter(expected.contains) == expected)
    }
    let refused = try await bench.session.one("SELECT count(*) FROM sepad.delivery WHERE outcome <> 'delivered'")
    #expect(try refused.integer(0) == 0)
  }
}
