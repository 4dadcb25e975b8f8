import Foundation
import SEPA
import Store
import TestSupport
import Testing
import Work

@Suite struct PipelineTests {
  @Test func `a due row becomes a sealed file with exact sums`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["10.00", "0.01", "999999999.99"])
    let files = try await bench.sealAndSubmit()
    #expect(files == ["SEPAD-20261201-1"])
    let row = try await bench.session.one("SELECT transactions, control_sum_cents, size_bytes FROM sepad.outbound_file")
    #expect(try row.integer(0) == 3)
    #expect(try row.integer(1) == 1000 + 1 + 99_999_999_999)
    let bytes = try await bench.session.bytes("SELECT bytes FROM sepad.outbound_chunk ORDER BY ordinal").flatMap { $0 }
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(Int64(bytes.count) == (try row.integer(2)))
    #expect(text.contains("<CtrlSum>1000000010.00</CtrlSum>"))
    #expect(text.contains("<Nm>Muller + Sohne</Nm>") || text.contains("<Nm>Mueller + Soehne</Nm>"))
    #expect(!text.contains("\n"))
    #expect(try await bench.states().values.allSatisfy { $0 == "submitted" })
  }

  @Test func `the same key twice is one request, with other content it is refused`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["10.00"])
    for amount in ["10.00", "11.00"] {
      try await bench.session.run(
        """
        INSERT INTO intake.collection_request (request_key, creditor, mandate_reference, amount, due_date, end_to_end_id)
        VALUES ('M-1-0', 'acme', 'M-1', $1, '2026-12-03', 'M-1-0')
        """, [.text(amount)])
    }
    _ = try await Intake(session: bench.session).run(at: Bench.start)
    let answers = try await bench.session.run(
      "SELECT answer, refusals->0->>'rule' FROM intake.collection_request ORDER BY id"
    ).rows.map { [$0[0], $0[1]] }
    #expect(answers == [["accepted", nil], ["duplicate", nil], ["refused", "one key, one content"]])
    #expect(try await bench.session.one("SELECT count(*) FROM sepad.collection").integer(0) == 1)
  }

  @Test(arguments: [
    (["accept", "settle"], "settled"), (["settle", "accept"], "settled"), (["reject"], "rejected"),
    (["reject", "accept"], "rejected"), (["settle", "return"], "returned"), (["return", "settle", "accept"], "returned"),
    (["settle", "settle"], "settled"), (["rejectAll"], "rejected"), (["batch"], "settled"), (["rejectAll", "batch"], "rejected"),
  ])
  func `reports in any order end in the same state`(reports: [String], end: String) async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    let message = try #require(try await bench.sealAndSubmit().first)
    for (index, report) in reports.enumerated() {
      try await bench.apply(Reports.named(report, message: message, sequence: index), name: "\(report)-\(index).xml")
    }
    #expect(try await bench.states() == ["M-1-0": end])
    // Every change has its event, every event its webhook.
    let counts = try await bench.session.one(
      "SELECT (SELECT count(*) FROM sepad.payment_event), (SELECT count(*) FROM sepad.job WHERE kind = 'webhook' AND event_id IS NOT NULL)")
    #expect(counts[0] == counts[1])
    let wrong = try await bench.session.one(
      "SELECT count(*) FROM sepad.payment_event WHERE from_state = to_state AND event <> 'dated'")
    #expect(try wrong.integer(0) == 0)
  }

  @Test(arguments: ["amount", "foreign", "creditReturn"])
  func `what does not fit is kept open and moves nothing`(report: String) async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    let message = try #require(try await bench.sealAndSubmit().first)
    try await bench.apply(Reports.named(report, message: message, sequence: 0))
    #expect(try await bench.states() == ["M-1-0": "submitted"])
    #expect(try await bench.session.unmatched().rows.count == 1)
  }

  @Test func `a garbled report is set aside whole, with an alert, and the next one is applied`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    let message = try #require(try await bench.sealAndSubmit().first)
    let good = Reports.named("settle", message: message, sequence: 1)
    try await bench.apply(String(good.dropLast(40)), name: "cut.xml")
    #expect(try await bench.states() == ["M-1-0": "submitted"])
    #expect(try await bench.session.setAsideFiles().rows.count == 1)
    #expect(try await bench.session.one("SELECT count(*) FROM sepad.inbound_entry").integer(0) == 0)
    try await bench.apply(good, name: "whole.xml")
    #expect(try await bench.states() == ["M-1-0": "settled"])
  }

  @Test func `a report about a file we believed unsent proves it submitted`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    try await bench.seal()
    let file = try #require(try await bench.session.unfinishedFiles(bank: "sandbox", at: Bench.start).first)
    try await bench.session.transaction { session in
      try session.moveFile(file.id, .sendBegan, evidence: nil, Stamp(at: Bench.start, actor: "test"))
      try session.moveFile(file.id, .outcomeUnknown, evidence: nil, Stamp(at: Bench.start, actor: "test"))
    }
    try await bench.apply(Reports.named("accept", message: file.messageID, sequence: 0))
    #expect(try await bench.states() == ["M-1-0": "accepted"])
    #expect(try await bench.session.one("SELECT state FROM sepad.outbound_file").text(0) == "accepted")
  }

  @Test func `a withdrawn file gives its collections to the next one`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    try await bench.seal()
    _ = try await bench.session.transaction { session in
      try session.moveFile(1, .withdrawn, evidence: "test", Stamp(at: Bench.start, actor: "test"))
    }
    #expect(try await bench.states() == ["M-1-0": "scheduled"])
    let later = Bench.start.adding(seconds: 5 * 86_400)
    _ = try await bench.sealAndSubmit(at: later)
    let row = try await bench.session.one(
      "SELECT s.state, s.collection_date, c.requested_date FROM sepad.collection_status s JOIN sepad.collection c ON c.id = s.collection_id")
    #expect(row[0] == "submitted")
    #expect(row[1] == "2026-12-08")
    #expect(row[2] == "2026-12-03")
    #expect(try await bench.session.one("SELECT count(*) FROM sepad.file_item WHERE live").integer(0) == 1)
  }

  @Test func `however much one creditor collects, another waits for one file of it at most`() async throws {
    let bench = try await Bench(maxTransactions: 2)
    try await bench.request(amounts: ["10.00", "11.00", "12.00", "13.00", "14.00"])
    try await bench.requestForSecondCreditor(amount: "20.00", endToEndID: "Z-1-0")
    _ = try await Dating(session: bench.session).run(bench.bank, at: Bench.start)
    let builder = Builder(session: bench.session, log: bench.log)
    var turns: [Int] = []
    repeat { turns.append(try await builder.run(bench.bank, at: Bench.start)) } while turns.last != 0
    #expect(turns == [2, 1, 1, 0])
    let files = try await bench.session.run(
      "SELECT c.key || ' ' || f.transactions FROM sepad.outbound_file f JOIN sepad.creditor c ON c.id = f.creditor_id ORDER BY f.id"
    ).rows.map { try $0.text(0) }
    #expect(files == ["zeta 1", "acme 2", "acme 2", "acme 1"])
  }

  @Test(arguments: [false, true])
  func `a file takes what is due first, of whichever account, and nothing that another is taking`(isTaken: Bool) async throws {
    let bench = try await Bench(maxTransactions: 3)
    let first = Bench.creditors()[0]
    let second = CreditorRecord.Account(key: "second", iban: "DE75512108001245126199", bic: nil, bank: "sandbox")
    let creditor = CreditorRecord(
      key: first.key, name: first.name, creditorIdentifier: first.creditorIdentifier, language: first.language, contactEmail: nil,
      contactPhone: nil, accounts: first.accounts + [second])
    try await bench.session.configure(creditors: [creditor], subscriptions: Bench.subscriptions, at: Bench.start)
    try await bench.request(amounts: ["10.00", "11.00", "12.00"], due: "2026-12-03", mandate: "M-1", account: "main")
    try await bench.request(amounts: ["20.00", "21.00"], due: "2026-12-02", mandate: "M-2", account: "second")
    _ = try await Dating(session: bench.session).run(bench.bank, at: Bench.start)
    let other = Session(conninfo: bench.conninfo, name: "other")
    if isTaken {
      try await other.run("BEGIN")
      try await other.run(
        """
        SELECT FROM sepad.due WHERE collection_id = (SELECT id FROM sepad.collection WHERE end_to_end_id = 'M-2-0') FOR UPDATE
        """)
    }
    #expect(try await Builder(session: bench.session, log: bench.log).run(bench.bank, at: Bench.start) == 1)
    let taken = try await bench.session.run(
      "SELECT c.end_to_end_id FROM sepad.file_item i JOIN sepad.collection c ON c.id = i.collection_id ORDER BY 1"
    ).rows.map { try $0.text(0) }
    #expect(taken == (isTaken ? ["M-1-0", "M-1-1", "M-2-1"] : ["M-1-0", "M-2-0", "M-2-1"]))
    if isTaken { try await other.run("ROLLBACK") }
    try await bench.seal()
    #expect(try await bench.session.one("SELECT count(*) FROM sepad.file_item").integer(0) == 5)
    #expect(try await bench.session.one("SELECT count(*) FROM sepad.due").integer(0) == 0)
  }

  @Test func `what is urgent is sent first, and of that what is short`() async throws {
    let bench = try await Bench(maxTransactions: 3)
    try await bench.request(amounts: ["10.00", "11.00", "12.00"], due: "2026-12-03", mandate: "M-1")
    try await bench.seal()
    try await bench.request(amounts: ["10.00", "11.00"], due: "2026-12-03", mandate: "M-2")
    try await bench.seal()
    try await bench.request(amounts: ["10.00", "11.00", "12.00"], due: "2026-12-02", mandate: "M-3")
    try await bench.seal()
    let files = try await bench.session.unfinishedFiles(bank: "sandbox", at: Bench.start)
    #expect(files.map(\.id) == [3, 2, 1])
    // One whose fate is unknown comes before all: until it is known, its money is neither asked for nor not.
    _ = try await bench.session.transaction { session in
      try session.moveFile(1, .sendBegan, evidence: nil, Stamp(at: Bench.start, actor: "test"))
      try session.moveFile(1, .outcomeUnknown, evidence: nil, Stamp(at: Bench.start, actor: "test"))
    }
    #expect(try await bench.session.unfinishedFiles(bank: "sandbox", at: Bench.start).map(\.id) == [1, 3, 2])
  }

  @Test func `a daemon that is to end takes up nothing more, and the next one does all of it`() async throws {
    let bench = try await Bench()
    // Something for each stage: to be built, to be dated, to be answered.
    try await bench.request(amounts: ["12.50"])
    _ = try await Dating(session: bench.session).run(bench.bank, at: Bench.start)
    try await bench.request(amounts: ["12.75"], mandate: "M-2")
    try await bench.session.run(
      """
      INSERT INTO intake.collection_request (request_key, creditor, mandate_reference, amount, due_date, end_to_end_id)
      VALUES ('M-1-1', 'acme', 'M-1', '13.50', '2026-12-03', 'M-1-1')
      """)
    let spool = try TemporaryDirectory()
    @Sendable func everything() async throws -> [Int] {
      [
        try await Intake(session: bench.session).run(at: Bench.start),
        try await Dating(session: bench.session).run(bench.bank, at: Bench.start),
        try await Builder(session: bench.session, log: bench.log).run(bench.bank, at: Bench.start),
      ]
    }
    func cancelled<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
      try await Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await work()
      }.value
    }
    #expect(try await cancelled(everything) == [0, 0, 0])
    #expect(try await bench.states() == ["M-1-0": "scheduled", "M-2-0": "requested"])
    #expect(try await everything() == [1, 2, 1])
    // A sealed file is not begun to be sent either.
    let exchange = Exchange(session: bench.session, bank: bench.bank, spoolDirectory: spool.path, log: bench.log)
    _ = try? await cancelled { try await exchange.run { Bench.start } }
    #expect(try await bench.session.one("SELECT attempts FROM sepad.outbound_file").integer(0) == 0)
    _ = try? await exchange.run { Bench.start }
    #expect(try await bench.session.one("SELECT attempts FROM sepad.outbound_file").integer(0) == 1)
  }
}
