import SEPA
import Store
import TestSupport
import Testing
import Work

/// What follows from rejects and returns: the claim presented again, never twice at once; the mandate, and what waits for it.
@Suite struct FollowingTests {
  /// A creditor who presents again, and collections of `amounts` at the bank under mandate `M-1`.
  private func bench(_ amounts: [String] = ["12.50"], presentsAgain: Bool = true) async throws -> Bench {
    var bench = try await Bench()
    bench.policies = ReturnPolicies(representing: presentsAgain ? ["acme"] : [])
    try await bench.request(amounts: amounts)
    _ = try await bench.sealAndSubmit()
    return bench
  }

  private static func returned(
    _ id: String, _ code: String = "AM04", amount: String = "12.50", on day: String = "2026-12-04"
  ) -> Booking {
    Booking(
      amount: amount, direction: "DBIT", payments: [.init(endToEndID: id, amount: amount, reason: code)], day: day,
      code: ("PMNT", "IDDT", "UPDD"))
  }

  private static func paid(_ id: String, on day: String = "2026-12-03") -> Booking {
    Booking(amount: "12.50", payments: [.init(endToEndID: id, amount: "12.50")], day: day)
  }

  private static func undone(_ id: String, on day: String) -> Booking {
    Booking(amount: "12.50", payments: [.init(endToEndID: id, amount: "12.50")], reversal: true, day: day)
  }

  /// `first row | second row`, columns separated by blanks, `-` for NULL.
  private func ask(_ bench: Bench, _ sql: String) async throws -> String {
    try await bench.session.run(sql).rows.map { row in
      (0..<row.count).map { row[$0] ?? "-" }.joined(separator: " ")
    }.joined(separator: " | ")
  }

  private static let attempts = """
    SELECT c.end_to_end_id, c.request_key, c.attempt, c.represents IS NOT NULL, c.requested_date, s.state
    FROM sepad.collection c JOIN sepad.collection_status s ON s.collection_id = c.id ORDER BY c.id
    """

  @Test func `a return for want of money is presented again, once, with an id of its own, and settles`() async throws {
    let bench = try await bench()
    try await bench.apply(BankStatement.text([Self.paid("M-1-0")], id: "S-1"))
    try await bench.apply(BankStatement.text([Self.returned("M-1-0")], id: "S-2"), at: Self.day(4))
    // Told again in other words: nothing new follows.
    try await bench.apply(BankStatement.text([Self.returned("M-1-0")], id: "S-3", message: "camt.053"), at: Self.day(7))
    #expect(
      try await ask(bench, Self.attempts)
        == "M-1-0 M-1-0 1 f 2026-12-03 returned | M-1-0-R2 M-1-0 2 t 2026-12-11 requested")
    #expect(
      try await ask(bench, "SELECT kind, limit_on, beyond_limit, action, represent_on, mandate, policy FROM sepad.r_transaction")
        == "return 2026-12-09 f represent 2026-12-11 keep standard AM04")
    #expect(try await bench.sealAndSubmit(at: Self.day(9)).count == 1)
    try await bench.apply(BankStatement.text([Self.paid("M-1-0-R2", on: "2026-12-11")], id: "S-4"), at: Self.day(11))
    #expect(try await bench.states() == ["M-1-0": "returned", "M-1-0-R2": "settled"])
    #expect(try await bench.session.reconcile(by: .creditor).contradictions == [])
    // The same request again is the first one, whatever became of it.
    let known = try await bench.session.knownRequests(.collection, keys: ["M-1-0"])
    #expect(known.count == 1)
    let first = try await bench.session.one("SELECT id FROM sepad.collection WHERE attempt = 1").integer(0)
    #expect(known.values.first?.id == first)
  }

  @Test func `it is presented as often as the policy says, and then waits`() async throws {
    let bench = try await bench()
    for (sequence, id) in ["M-1-0", "M-1-0-R2", "M-1-0-R3"].enumerated() {
      let now = Self.day(4).adding(seconds: Int64(sequence) * 9 * 86_400)
      try await bench.apply(BankStatement.text([Self.returned(id, on: now.day.iso)], id: "S-\(sequence)"), at: now)
      _ = try await bench.sealAndSubmit(at: now.adding(seconds: 7 * 86_400))
    }
    #expect(try await bench.states() == ["M-1-0": "returned", "M-1-0-R2": "returned", "M-1-0-R3": "returned"])
    #expect(
      try await ask(bench, "SELECT action, policy FROM sepad.r_transaction ORDER BY event_id DESC LIMIT 1")
        == "wait standard AM04: presented again 2 times already")
  }

  @Test func `nobody is debited again whose creditor did not ask for it`() async throws {
    let bench = try await bench(presentsAgain: false)
    try await bench.apply(BankStatement.text([Self.returned("M-1-0")], id: "S-1"))
    #expect(try await bench.states() == ["M-1-0": "returned"])
    #expect(try await ask(bench, "SELECT policy FROM sepad.r_transaction") == "standard AM04: the creditor does not present again")
  }

  @Test func `the bank's mark is on it, and an id that does not fit or is taken gets another`() async throws {
    var bench = try await bench(["12.50", "20.00"])
    bench.policies.marks["sandbox"] = RepresentationMark(endToEndSuffix: "-AGAIN-{n}", remittancePrefix: "REPRESENTATION ")
    // Somebody has the marked id already.
    try await bench.session.run(
      """
      INSERT INTO intake.collection_request (request_key, creditor, mandate_reference, amount, due_date, end_to_end_id)
      VALUES ('taken', 'acme', 'M-1', '1', '2026-12-20', 'M-1-0-AGAIN-2')
      """)
    _ = try await Intake(session: bench.session).run(at: Bench.start)
    try await bench.apply(
      BankStatement.text([Self.returned("M-1-0"), Self.returned("M-1-1", amount: "20.00")], id: "S-1"))
    let found = try await ask(
      bench, "SELECT end_to_end_id = 'E2E-' || id, end_to_end_id, remittance FROM sepad.collection WHERE attempt = 2 ORDER BY represents")
    #expect(found.hasPrefix("t E2E-"))
    #expect(found.hasSuffix(" | f M-1-1-AGAIN-2 REPRESENTATION "))
  }

  @Test func `a return that is undone in time cancels what was to come again`() async throws {
    let bench = try await bench()
    try await bench.apply(BankStatement.text([Self.returned("M-1-0")], id: "S-1"), at: Self.day(4))
    try await bench.apply(BankStatement.text([Self.undone("M-1-0", on: "2026-12-07")], id: "S-2"), at: Self.day(7))
    #expect(try await bench.states() == ["M-1-0": "settled", "M-1-0-R2": "cancelled"])
    #expect(try await bench.sealAndSubmit(at: Self.day(10)).isEmpty)
    #expect(try await bench.session.reconcile(by: .creditor).holds)
  }

  @Test func `returned once more after that, it waits for a person, who may present it again`() async throws {
    let bench = try await bench()
    for (day, booking) in [(4, Self.returned("M-1-0")), (7, Self.undone("M-1-0", on: "2026-12-07"))] {
      try await bench.apply(BankStatement.text([booking], id: "S-\(day)"), at: Self.day(day))
    }
    try await bench.apply(BankStatement.text([Self.returned("M-1-0", on: "2026-12-09")], id: "S-9"), at: Self.day(9))
    #expect(try await bench.states() == ["M-1-0": "returned", "M-1-0-R2": "cancelled"])
    #expect(
      try await ask(bench, "SELECT action, policy FROM sepad.r_transaction ORDER BY event_id DESC LIMIT 1")
        == "wait standard AM04: presented again already")
    let first = try await bench.session.one("SELECT id FROM sepad.collection WHERE attempt = 1").integer(0)
    let stamp = Stamp(at: Self.day(9), actor: "jo")
    _ = try await bench.session.represent(first, on: "2026-12-15", marks: [:], because: "agreed", stamp)
    #expect(try await bench.states()["M-1-0-R3"] == "requested")
    #expect(try await bench.sealAndSubmit(at: Self.day(11)).count == 1)
    try await expectTotalsAddUp(bench.session)
  }

  @Test func `undone too late, it is told to people and breaks the reconciliation`() async throws {
    let bench = try await bench()
    try await bench.session.configure(
      creditors: [], subscriptions: [Subscription(endpoint: "mail:finance", kind: "finance_mail")], at: Bench.start)
    try await bench.apply(BankStatement.text([Self.returned("M-1-0")], id: "S-1"), at: Self.day(4))
    _ = try await bench.sealAndSubmit(at: Self.day(9))
    try await bench.apply(BankStatement.text([Self.undone("M-1-0", on: "2026-12-10")], id: "S-2"), at: Self.day(10))
    #expect(try await bench.states() == ["M-1-0": "settled", "M-1-0-R2": "submitted"])
    let found = try await bench.session.reconcile(by: .creditor).contradictions
    #expect(found.count == 1 && found[0].contains("one live attempt"))
    for expected in [1, 0] {
      #expect(try await Watch(session: bench.session, banks: [bench.bank], log: bench.log).run(at: Self.day(10)) == expected)
    }
    #expect(try await ask(bench, "SELECT content->'collectedTwice'->>'endToEndID' FROM sepad.job WHERE kind = 'alert_mail'") == "M-1-0")
  }

  @Test func `nothing is sealed whose claim an attempt before may still bring`() async throws {
    let bench = try await bench()
    try await bench.apply(BankStatement.text([Self.returned("M-1-0")], id: "S-1"), at: Self.day(4))
    // As if the undoing had been applied a moment after the builder looked.
    try await bench.session.run("UPDATE sepad.collection_status SET state = 'settled' WHERE state = 'returned'")
    #expect(try await bench.sealAndSubmit(at: Self.day(9)).isEmpty)
  }

  @Test func `a mandate that its bank does not know is suspended, and what waits for it waits`() async throws {
    let bench = try await bench()
    try await bench.request(amounts: ["30.00"], due: "2026-12-10", mandate: "M-2")
    try await bench.session.run(
      """
      INSERT INTO intake.collection_request (request_key, creditor, mandate_reference, amount, due_date, end_to_end_id)
      VALUES ('later', 'acme', 'M-1', '40.00', '2026-12-10', 'LATER')
      """)
    _ = try await Intake(session: bench.session).run(at: Bench.start)
    try await bench.apply(BankStatement.text([Self.returned("M-1-0", "MD01")], id: "S-1"), at: Self.day(4))
    #expect(
      try await ask(bench, "SELECT event, from_state, to_state, because, actor FROM sepad.mandate_history")
        == "suspended active suspended return MD01, standard MD01 apply")
    #expect(try await ask(bench, "SELECT DISTINCT held FROM sepad.due ORDER BY held") == "mandate suspended | -")
    let events = "SELECT count(*) FROM sepad.payment_event v JOIN sepad.collection c ON c.id = v.collection_id WHERE c.end_to_end_id = 'LATER'"
    let before = try await ask(bench, events)
    // Days pass: it gets no new date each day, and stands in no file.
    for day in [8, 9, 15] { _ = try await bench.sealAndSubmit(at: Self.day(day)) }
    #expect(try await bench.states() == ["M-1-0": "returned", "M-2-0": "submitted", "LATER": "requested"])
    #expect(try await ask(bench, events) == before)
    try await bench.session.moveMandates(
      .resumed,
      selecting: """
        SELECT id AS mandate_id, NULL::bigint AS cause_event_id, 'registered now' AS because
        FROM sepad.mandate WHERE reference = $4
        """, [.text("M-1")], Stamp(at: Self.day(15), actor: "jo"))
    _ = try await bench.sealAndSubmit(at: Self.day(15))
    #expect(try await bench.states()["LATER"] == "submitted")
  }

  @Test func `by hand: again, once, and withdrawn while it stands in no file`() async throws {
    let bench = try await bench(presentsAgain: false)
    let stamp = Stamp(at: Self.day(4), actor: "jo")
    let id = try await bench.session.one("SELECT id FROM sepad.collection").integer(0)
    func again() async throws -> Int64 {
      try await bench.session.represent(id, on: "2026-12-10", marks: [:], because: "agreed by phone", stamp)
    }
    await #expect(throws: AttemptFault.self, "it is still at the bank") { _ = try await again() }
    try await bench.apply(BankStatement.text([Self.returned("M-1-0")], id: "S-1"), at: Self.day(4))
    let next = try await again()
    await #expect(throws: AttemptFault.self, "it is presented again already") { _ = try await again() }
    #expect(
      try await ask(bench, "SELECT event, detail, actor FROM sepad.payment_event WHERE collection_id = \(next)")
        == "requested attempt 2 of collection \(id), agreed by phone jo")
    try await bench.session.cancel(next, because: "paid by transfer", stamp)
    #expect(try await bench.states() == ["M-1-0": "returned", "M-1-0-R2": "cancelled"])
    #expect(try await bench.sealAndSubmit(at: Self.day(9)).isEmpty)
    await #expect(throws: AttemptFault.self, "it came to nothing, but went to the bank") {
      try await bench.session.cancel(id, because: "x", stamp)
    }
  }

  @Test func `a return after the scheme's last day is marked`() async throws {
    let bench = try await bench()
    try await bench.apply(BankStatement.text([Self.paid("M-1-0")], id: "S-1"))
    try await bench.apply(BankStatement.text([Self.returned("M-1-0", "MD01", on: "2026-12-17")], id: "S-2"), at: Self.day(17))
    #expect(
      try await ask(bench, "SELECT kind, limit_on, beyond_limit, mandate FROM sepad.r_transaction")
        == "return 2026-12-09 t suspend")
  }

  /// 07:00 UTC on a day of December 2026.
  private static func day(_ day: Int) -> Instant { Bench.start.adding(seconds: Int64(day - 1) * 86_400) }
}
