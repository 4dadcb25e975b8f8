import Channels
import SEPA
import Store
import Synchronization
import TestSupport
import Testing

@testable import Work

/// A database that has gone back in time, by a failover or a restore: nothing is sent until that is settled, and nothing
/// is collected twice.
@Suite struct RecoveryTests {
  @Test func `the first database is agreed at once, and another one is a new epoch for everybody who connects`() async throws {
    let world = try await RecoveryWorld()
    try await world.bench.request(amounts: ["12.50"])
    try await world.request(unnamed: ["1.00"], key: "U")
    let first = try await world.session.epoch()
    #expect(first.number == 1 && first.isAgreed && first.mark == "")
    #expect(first.identity.wholeMatch(of: /system [0-9]+, timeline 1, database [0-9]+, table [0-9]+/) != nil, "\(first)")
    #expect(try await world.ask("SELECT end_to_end_id FROM sepad.collection ORDER BY id") == "M-1-0 | E2E-2")

    let copy = world.restored(try await world.backUp())
    let daemons = (1...4).map { Session(conninfo: copy.bench.conninfo, name: "daemon \($0)", schemaVersion: Migrator.version) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for daemon in daemons { group.addTask { try await daemon.run("SELECT 1") } }
      try await group.waitForAll()
    }
    #expect(try await copy.ask("SELECT number, why, agreed_at IS NULL FROM sepad.epoch ORDER BY number") == "1 the first f | 2 another database than before t")
    // A dump that is read back into the same database brings other tables.
    let (dumped, output) = try ChildProcess.run(
      "/bin/sh", ["-c", "pg_dump --clean --no-owner '\(copy.bench.conninfo)' > \(copy.spool.path)/dump"])
    try #require(dumped == 0, "\(output)")
    for daemon in daemons { await daemon.disconnect() }
    await copy.session.disconnect()
    let (read, words) = try ChildProcess.run(
      "/bin/sh", ["-c", "psql -Xq -v ON_ERROR_STOP=1 -f \(copy.spool.path)/dump '\(copy.bench.conninfo)'"])
    try #require(read == 0, "\(words)")
    #expect(try await copy.session.epoch().number == 3)
    // Rows that come back by a dump are not counted a second time.
    try await expectTotalsAddUp(copy.session)
  }

  @Test func `a failover that lost nothing goes on by itself, reports meanwhile`() async throws {
    let world = try await RecoveryWorld()
    try await world.bench.request(amounts: ["12.50"])
    try await world.work()
    world.bank.take()
    try await world.bench.request(amounts: ["13.50"], mandate: "M-2")
    let after = world.restored(try await world.backUp())
    let report = Array(Reports.named("accept", message: "SEPAD-20261201-1", sequence: 1).utf8)
    after.bank.state.withLock { $0.outbox["r.xml"] = report }
    try await after.work()
    #expect(after.bank.submissions == ["SEPAD-20261201-1.xml", "SEPAD-20261201-E2-2.xml"])
    #expect(try await after.bench.states() == ["M-1-0": "accepted", "M-2-0": "submitted"])
    let agreed = try await after.ask("SELECT number, actor, because FROM sepad.epoch ORDER BY number")
    #expect(agreed == "1 sepad the first | 2 sepad every file of ours at sandbox is known here as sent")
    #expect(try await after.ask("SELECT count(*) FROM sepad.job WHERE kind = 'alert_mail'") == "0")
  }

  @Test func `a file on its way at the failover is settled in the ordinary course`() async throws {
    let world = try await RecoveryWorld()
    try await world.bench.request(amounts: ["12.50"])
    try await world.bench.seal()
    try await world.session.transaction { session in
      _ = try session.moveFile(1, .sendBegan, evidence: nil, Stamp(at: Bench.start, actor: "exchange"))
    }
    let after = world.restored(try await world.backUp())
    try await world.work()
    try await after.work()
    #expect(try await after.bench.states() == ["M-1-0": "submitted"])
    #expect(try await after.ask("SELECT string_agg(event, ' ' ORDER BY id) FROM sepad.file_history") == "sealed sendBegan outcomeUnknown delivered")
    #expect(after.bank.submissions.count == 1)
  }

  @Test func `what was sealed before and sent in the forgotten time is submitted, once a person agrees`() async throws {
    let world = try await RecoveryWorld()
    try await world.bench.request(amounts: ["12.50"])
    try await world.bench.seal()
    let backup = try await world.backUp()
    try await world.work()
    world.bank.take()
    let after = world.restored(backup)
    try await expectStandstill(after, proofs: 1, sent: 1)

    let findings = try await after.recovery.find(at: Bench.start)
    #expect(findings.looks.map(\.blind) == [nil] && findings.messages.isEmpty)
    #expect(findings.looks[0].unsent.map(\.file.messageID) == ["SEPAD-20261201-1"])
    var expected = RecoveryOutcome()
    expected.sent = 1
    #expect(try await after.agree() == expected)
    #expect(try await after.bench.states() == ["M-1-0": "submitted"])
    #expect(
      try await after.ask("SELECT event, evidence FROM sepad.file_history WHERE actor = 'jo' ORDER BY id")
        == "sendBegan in the time that the database has forgotten | delivered found in the archive with the bytes that were sealed")
    try await after.work()
    #expect(after.bank.submissions.count == 1)
  }

  @Test func `what was built and sent in the forgotten time is held, and what was asked for in it as well`() async throws {
    let world = try await RecoveryWorld()
    try await world.bench.request(amounts: ["12.50"])
    try await world.work()
    world.bank.take()
    try await world.bench.request(amounts: ["13.50"], mandate: "M-2")
    try await world.request(unnamed: ["20.00"], key: "U")
    let backup = try await world.backUp()
    // Forgotten: one more request, and a file with all three.
    try await world.request(unnamed: ["30.00"], key: "V")
    try await world.work()
    #expect(world.bank.submissions.count == 2)
    let after = world.restored(backup)
    try await expectStandstill(after, proofs: 1, sent: 2)

    let findings = try await after.recovery.find(at: Bench.start)
    let message = try #require(findings.messages.first)
    #expect(findings.messages.count == 1 && message.messageID == "SEPAD-20261201-2")
    #expect(message.debits == 3 && message.amountCents == 6350 && message.waiting == 2 && message.unknown == 1)
    #expect(try await after.session.unknownDebits(limit: 9).rows == [["SEPAD-20261201-2", "E2E-4", "M-1", "30.00", "2026-12-03"]])
    #expect(try await after.agree().held == 2)
    #expect(try await after.ask("SELECT collection_id, held FROM sepad.due ORDER BY 1") == "2 perhaps sent in SEPAD-20261201-2 | 3 perhaps sent in SEPAD-20261201-2")
    #expect(try await after.ask("SELECT collection_id, event, detail FROM sepad.payment_event WHERE actor = 'jo' ORDER BY 1") == "2 held perhaps sent in SEPAD-20261201-2 | 3 held perhaps sent in SEPAD-20261201-2")

    // The forgotten request comes again and gets another number; one for another amount goes out.
    try await after.request(unnamed: ["30.00", "31.00"], key: "V")
    try await after.work()
    #expect(after.bank.submissions.last == "SEPAD-20261201-E2-2.xml" && after.bank.submissions.count == 3)
    #expect(
      try await after.ask(
        """
        SELECT c.end_to_end_id, s.state, d.held FROM sepad.collection c JOIN sepad.collection_status s ON s.collection_id = c.id
        LEFT JOIN sepad.due d ON d.collection_id = c.id WHERE c.request_key LIKE 'V%' ORDER BY c.id
        """) == "E2E-2-4 scheduled perhaps sent in SEPAD-20261201-2 | E2E-2-5 submitted -")
    // The next connection looks again, and is content with what a person has seen.
    await after.session.disconnect()
    try await after.work()
    #expect(try await after.session.epoch().number == 2)

    // The bank says that it threw the file away.
    let stamp = Stamp(at: Bench.start, actor: "jo")
    #expect(try await after.session.release("3", because: "thrown away", stamp) == 1)
    #expect(try await after.session.release("perhaps sent in SEPAD-20261201-2", because: "thrown away", stamp) == 2)
    #expect(try await after.session.release("3", because: "again", stamp) == 0)
    try await after.work()
    #expect(after.bank.submissions.count == 4)
    #expect(Set(try await after.bench.states().values) == ["submitted"])
  }

  @Test func `a file whose collections went out in another one is withdrawn, not sent`() async throws {
    let world = try await RecoveryWorld()
    try await world.bench.request(amounts: ["12.50", "13.50"])
    try await world.bench.seal()
    let backup = try await world.backUp()
    // Forgotten: its date passed, and another file took them.
    try await world.session.transaction { session in
      _ = try session.moveFile(1, .withdrawn, evidence: "test", Stamp(at: Bench.start, actor: "exchange"))
    }
    try await world.work()
    #expect(world.bank.submissions == ["SEPAD-20261201-2.xml"])
    let after = world.restored(backup)
    try await expectStandstill(after, proofs: 1, sent: 1)
    let findings = try await after.recovery.find(at: Bench.start)
    #expect(findings.messages.map(\.inUnsentFiles) == [2])
    let outcome = try await after.agree()
    #expect(outcome.withdrawn == 1 && outcome.adopted == 1 && outcome.held == 0)
    try await after.work()
    #expect(after.bank.submissions.count == 1)
    #expect(
      try await after.ask("SELECT message_id, state FROM sepad.outbound_file ORDER BY id")
        == "SEPAD-20261201-1 withdrawn | SEPAD-20261201-2 submitted")
    #expect(try await after.bench.states() == ["M-1-0": "submitted", "M-1-1": "submitted"])
    #expect(try await after.ask("SELECT evidence FROM sepad.file_history WHERE event = 'withdrawn'") == "its collections were perhaps sent in SEPAD-20261201-2")
  }

  @Test func `an uncertain file is not sent again once its collections are known to be elsewhere`() async throws {
    let world = try await RecoveryWorld()
    try await world.bench.request(amounts: ["12.50"])
    try await world.bench.seal()
    let stamp = Stamp(at: Bench.start, actor: "exchange")
    try await world.session.transaction { session in _ = try session.moveFile(1, .sendBegan, evidence: nil, stamp) }
    let backup = try await world.backUp()
    try await world.session.transaction { session in
      for event in [FileEvent.notSent, .withdrawn] { _ = try session.moveFile(1, event, evidence: "test", stamp) }
    }
    try await world.work()
    let after = world.restored(backup)
    try await after.agree()
    try await after.work()
    #expect(after.bank.submissions == ["SEPAD-20261201-2.xml"])
    #expect(try await after.ask("SELECT string_agg(event, ' ' ORDER BY id) FROM sepad.file_history") == "sealed sendBegan outcomeUnknown notSent withdrawn")
    #expect(try await after.ask("SELECT held FROM sepad.due") == "perhaps sent in SEPAD-20261201-2")
  }

  @Test func `a disk that was set back leaves no trace in the database, and the bank's directories tell`() async throws {
    let world = try await RecoveryWorld()
    try await world.bench.request(amounts: ["12.50"])
    let backup = try await world.backUp()
    try await world.work()
    let after = world.restored(backup)
    try await after.makeTraceless()
    // Built before anybody has looked: the same name as the forgotten file, and as many bytes.
    try await after.bench.request(amounts: ["12.50"], mandate: "M-2")
    try await after.session.run("UPDATE sepad.due SET held = 'test' WHERE collection_id = 1")
    try await after.work()
    #expect(after.bank.submissions == ["SEPAD-20261201-1.xml"])
    let epoch = try await after.session.epoch()
    #expect(epoch.number == 2 && !epoch.isAgreed && epoch.why == "1 files at sandbox that it does not know as sent")

    try await after.session.run("UPDATE sepad.due SET held = NULL")
    let outcome = try await after.agree()
    // What was built since is withdrawn already: it never left.
    #expect(outcome.sent == 0 && outcome.withdrawn == 0 && outcome.held == 1)
    try await after.work()
    #expect(after.bank.submissions == ["SEPAD-20261201-1.xml", "SEPAD-20261201-E2-2.xml"])
    #expect(try await after.bench.states() == ["M-1-0": "requested", "M-2-0": "submitted"])
  }

  @Test func `a report on a forgotten file says nothing of the one that was built under its name since`() async throws {
    let world = try await RecoveryWorld()
    try await world.bench.request(amounts: ["12.50"])
    let backup = try await world.backUp()
    try await world.work()
    world.bank.take()
    let report = Array(Reports.named("accept", message: "SEPAD-20261201-1", sequence: 1).utf8)
    world.bank.state.withLock { $0.done["r.xml"] = report }
    let after = world.restored(backup)
    try await after.makeTraceless()
    try await after.bench.request(amounts: ["13.50"], mandate: "M-2")
    try await after.work()
    #expect(after.bank.submissions == ["SEPAD-20261201-1.xml"])
    #expect(try await after.bench.states() == ["M-1-0": "scheduled", "M-2-0": "scheduled"])
    #expect(
      try await after.ask("SELECT event, evidence, actor FROM sepad.file_history ORDER BY id")
        == "sealed - build | withdrawn another file lies at the bank under its name exchange")
    #expect(try await after.session.epoch().isAgreed == false)
    // What was not in the forgotten file is not lost with it.
    #expect(try await after.agree().held == 1)
    try await after.work()
    #expect(after.bank.submissions == ["SEPAD-20261201-1.xml", "SEPAD-20261201-E2-2.xml"])
    #expect(try await after.bench.states() == ["M-1-0": "scheduled", "M-2-0": "submitted"])
  }

  @Test func `an epoch that was forgotten as well is not used again`() async throws {
    let world = try await RecoveryWorld()
    try await world.bench.request(amounts: ["12.50"])
    let backup = try await world.backUp()
    world.bank.state.withLock { $0.archive?["SEPAD-20261201-E4-7.xml"] = Array("garbled".utf8) }
    let after = world.restored(backup)
    try await expectStandstill(after, proofs: 1, sent: 0, number: 5)
    let findings = try await after.recovery.find(at: Bench.start)
    #expect(findings.unread.map(\.messageID) == ["SEPAD-20261201-E4-7"] && findings.unread[0].fault.contains(": found "))
    // What cannot be read could name anything.
    #expect(findings.looks[0].blind == "SEPAD-20261201-E4-7 cannot be read")
    #expect(try await after.agree().held == 1)
    try await after.work()
    #expect(after.bank.submissions == [])
  }

  @Test func `where nothing can be looked into, what was sealed is uncertain and what could have been built is held`() async throws {
    let world = try await RecoveryWorld(archive: false)
    try await world.bench.request(amounts: ["12.50"])
    try await world.work()
    try await world.bench.request(amounts: ["13.50"], mandate: "M-2")
    try await world.bench.seal()
    try await world.bench.request(amounts: ["14.50"], mandate: "M-3")
    try await world.bench.request(amounts: ["15.50"], due: "2026-12-15", mandate: "M-4")
    let backup = try await world.backUp()
    let after = world.restored(backup)
    try await expectStandstill(after, proofs: 0, sent: 1)
    let findings = try await after.recovery.find(at: Bench.start)
    #expect(findings.doubts.map(\.files) == [1] && findings.doubts[0].waiting == 1 && findings.doubts[0].waitingCents == 1450)
    #expect(findings.doubts[0].bank.why == "there is no archive to look into")
    let outcome = try await after.agree()
    #expect(outcome.uncertain == 1 && outcome.held == 1)
    try await after.work()
    #expect(after.bank.submissions.count == 1)
    #expect(
      try await after.bench.states()
        == ["M-1-0": "submitted", "M-2-0": "sealed", "M-3-0": "scheduled", "M-4-0": "scheduled"])
    #expect(try await after.ask("SELECT collection_id, held FROM sepad.due ORDER BY 1") == "3 perhaps sent before epoch 2 | 4 -")

    // Somebody who knows that nothing was lost says so, and nothing is doubted.
    let vouched = world.restored(try await world.backUp())
    try await vouched.work()
    #expect(try await vouched.agree(nothingLost: true) == RecoveryOutcome())
    try await vouched.work()
    #expect(vouched.bank.submissions.count == 3)
  }

  @Test(
    "a bank that shows nothing proves nothing",
    arguments: [
      ("permission", "inbox: list: the operation must be permitted: found no, expected yes"),
      ("cleared", "neither inbox nor archive shows any file of ours"),
      ("renamed", "neither inbox nor archive shows SEPAD-20261201-2, the last file that the bank is known to have"),
    ])
  func blind(_ how: String, _ why: String) async throws {
    let world = try await RecoveryWorld()
    try await world.bench.request(amounts: ["12.50"])
    try await world.work()
    try await world.bench.request(amounts: ["12.50"], mandate: "M-9")
    try await world.work()
    let after = world.restored(try await world.backUp())
    world.bank.state.withLock { state in
      switch how {
      case "cleared": state.inbox = [:]
      case "renamed": state.inbox["SEPAD-20261201-2.xml.taken"] = state.inbox.removeValue(forKey: "SEPAD-20261201-2.xml")
      default: state.fault = ChannelFault(.permissionDenied, stage: .list, found: "no", expected: "yes")
      }
    }
    try await expectStandstill(after, proofs: 0, sent: 2)
    #expect(try await after.recovery.find(at: Bench.start).looks.map(\.blind) == [why])
    #expect(try await after.recovery.find(at: Bench.start).looks[0].gone == (how == "renamed" ? 1 : 2))
    // Where the database is the one that it was, such a bank keeps nobody from working.
    try await world.bench.request(amounts: ["13.50"], mandate: "M-2")
    await world.session.disconnect()
    try await world.work()
    #expect(world.bank.submissions.count == 3)
  }

  @Test func `reports that were taken before are fetched again, and what they alone name is held`() async throws {
    let world = try await RecoveryWorld()
    try await world.bench.request(amounts: ["12.50"])
    let backup = try await world.backUp()
    try await world.work()
    let report = Reports.pain002("SEPAD-20261201-1", id: "R-1", items: [("M-1-0", "RJCT")])
    world.bank.state.withLock { state in
      state.outbox["r.xml"] = Array(report.utf8)
      // The bank clears its directories.
      state.inbox = [:]
    }
    try await world.work()
    #expect(try await world.bench.states() == ["M-1-0": "rejected"])
    let after = world.restored(backup)
    try await after.work()
    #expect(try await after.ask("SELECT remote_name, state FROM sepad.inbound_file") == "r.xml applied")
    let findings = try await after.recovery.find(at: Bench.start)
    #expect(findings.looks[0].onlyReported.map(\.messageID) == ["SEPAD-20261201-1"])
    #expect(findings.messages.map(\.waiting) == [1])
    try await after.agree()
    try await after.work()
    #expect(after.bank.submissions.count == 1)
    #expect(try await after.ask("SELECT held FROM sepad.due") == "perhaps sent before epoch 2")
  }

  @Test func `a reminder that may have gone out in the forgotten time does not go out again`() async throws {
    let world = try await RecoveryWorld()
    try await world.session.configure(
      creditors: [], subscriptions: [Subscription(endpoint: "mail:debtor", kind: "debtor_mail"), Subscription(endpoint: "mail:finance", kind: "finance_mail")], at: Bench.start)
    try await world.bench.request(amounts: ["12.50"])
    try await world.session.run("UPDATE sepad.debtor SET email = 'debtor@example.org'")
    try await world.work()
    try await world.bench.apply(Reports.named("rejectAll", message: "SEPAD-20261201-1", sequence: 0))
    world.bank.state.withLock { $0.archive = nil }
    let after = world.restored(try await world.backUp())
    try await after.work()
    let kinds = try await after.session.claimJobs(limit: 10, at: Bench.start).map(\.kind)
    #expect(kinds.contains("finance_mail") && !kinds.contains("debtor_mail"))
    #expect(try await after.agree().reminders == 1)
    #expect(try await after.ask("SELECT state FROM sepad.job WHERE kind = 'debtor_mail'") == "uncertain")
    #expect(try await after.ask("SELECT outcome, detail FROM sepad.delivery") == "uncertain perhaps sent before the database went back")
  }

  @Test func `what is told of the new epoch has ids that the forgotten time did not use`() async throws {
    let world = try await RecoveryWorld()
    try await world.session.run("INSERT INTO sepad.subscription VALUES ('webhook:erp', 'webhook') ON CONFLICT DO NOTHING")
    try await world.bench.request(amounts: ["12.50"])
    let after = world.restored(try await world.backUp())
    try await after.work()
    // A bank that has no file of ours could as well have cleared them.
    #expect(try await after.session.epoch().isAgreed == false)
    let jobs = try await after.session.claimJobs(limit: 100, at: Bench.start).filter { $0.kind == "webhook" }
    #expect(jobs.map(\.publicID) == ["1"])
    try await after.session.record(
      jobs.map { DeliveryRecord(job: $0.id, attempt: 1, outcome: .delivered, code: 200, detail: nil, retryAt: nil) }, at: Bench.start)
    let later = try await after.session.claimJobs(limit: 100, at: Bench.start).filter { $0.kind == "webhook" }
    #expect(later.map(\.publicID) == ["2-2"])
    let details = try await after.session.eventDetails([1, 2])
    #expect(details[1]?.publicID == "1" && details[2]?.publicID == "2-2")
  }

  @Test func `a file that bears no more than a name of ours stops nobody`() async throws {
    let world = try await RecoveryWorld()
    try await world.bench.request(amounts: ["12.50"])
    try await world.work()
    await world.session.disconnect()
    world.bank.state.withLock { $0.inbox["SEPAD-20261201-9.xml"] = Array("<a/>".utf8) }
    try await world.bench.request(amounts: ["13.50"], mandate: "M-2")
    try await world.work()
    #expect(world.bank.submissions.count == 2)
    #expect(try await world.session.epoch().number == 1)
  }

  @Test func `two connections that share a bank's directories do not take each other's files for forgotten`() async throws {
    let world = try await RecoveryWorld()
    try await world.bench.request(amounts: ["12.50"])
    try await world.work()
    var other = world.bench.bank
    other.name = "other"
    let session = Session(conninfo: world.bench.conninfo, name: "other", schemaVersion: Migrator.version)
    _ = try await Exchange(session: session, bank: other, spoolDirectory: world.spool.path, log: world.bench.log)
      .run { Bench.start }
    let epoch = try await session.epoch()
    #expect(epoch.number == 1 && epoch.isAgreed)
  }

  @Test func `message ids in names of files are known, others are not`() {
    let names = MessageName(template: "in-{message_id}.xml")
    let cases: [(String, String?)] = [
      ("in-SEPAD-20261124-17.xml", "SEPAD-20261124-17"), ("in-SEPAD-20261124-E2-17.xml", "SEPAD-20261124-E2-17"),
      ("SEPAD-20261124-17.xml", nil), ("in-SEPAD-20261124-17.xml.part", nil), ("in-SEPAD-2026112-17.xml", nil),
      ("in-SEPAD-20261124-E-17.xml", nil), ("in-.xml", nil), ("in-xml", nil), ("in-SEPAD-20261124-.xml", nil),
    ]
    for (name, id) in cases { #expect(names.messageID(in: name) == id, "\(name)") }
    #expect(MessageName.epoch(of: "SEPAD-20261124-17") == 1)
    #expect(MessageName.epoch(of: MessageName.messageID(day: "20261124", epoch: 12, file: 3)) == 12)
    #expect(MessageName.messageID(day: "20261124", epoch: 1, file: 3) == "SEPAD-20261124-3")
  }

  /// Nothing is built, nothing is sent, finance hears of it once, and reports are fetched all the same.
  private func expectStandstill(_ world: RecoveryWorld, proofs: Int, sent: Int, number: Int = 2) async throws {
    let files = try await world.ask("SELECT count(*), max(state::text) FROM sepad.outbound_file")
    try await world.work()
    try await world.work(at: Bench.start.adding(seconds: 60))
    let epoch = try await world.session.epoch()
    #expect(epoch.number == number && !epoch.isAgreed)
    #expect(world.bank.submissions.count == sent)
    #expect(try await world.ask("SELECT count(*), max(state::text) FROM sepad.outbound_file") == files)
    #expect(try await world.session.looks(epoch: number).map(\.files) == [proofs])
    #expect(
      try await world.ask("SELECT subject, content->'databaseWentBack'->>'files' FROM sepad.job WHERE kind = 'alert_mail'")
        == "epoch:\(number) \(proofs)")
  }
}
