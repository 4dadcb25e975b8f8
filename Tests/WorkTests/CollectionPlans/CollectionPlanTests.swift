import Foundation
import SEPA
import Store
import TestSupport
import Testing
import Work

/// Plans at intake, what they make, and what changes of them do.
@Suite("Collection plans")
struct CollectionPlanTests {
  private let bench: Bench

  init() async throws {
    bench = try await Bench()
    try await bench.requestMandates(2)
  }

  @Test("every kind of bad row is refused with rule, found and expected, and the good ones are taken")
  func badRows() async throws {
    try await bench.session.run(
      """
      INSERT INTO intake.mandate_request (request_key, creditor, mandate_reference, scheme, sequence, signed_on, debtor_name, iban)
      VALUES ('one', 'acme', 'ONE-OFF', 'CORE', 'one-off', '2026-01-02', 'Nord AB', 'DE89370400440532013000')
      """)
    let good = [
      "creditor": "acme", "mandate_reference": "P-1", "frequency": "monthly", "start_date": "2026-12-05", "amount": "10.00",
    ]
    let table: [(change: [String: String?], refusals: [String])] = [
      ([:], []),
      (["creditor": "nobody"], ["creditor: creditor is configured: nobody: one of acme, zeta"]),
      (["account": "second"], ["account: creditor account: second: one of main"]),
      (["mandate_reference": "X-1"], ["mandate_reference: mandate exists: X-1: a mandate of this creditor"]),
      (["mandate_reference": "ONE-OFF"], ["mandate_reference: one-off mandate: one-off: recurrent"]),
      (["mandate_reference": nil], ["mandate_reference: compulsory field: nothing: a value"]),
      (["amount": "0"], ["amount: amount of a collection: 0: 0.01 to 999999999.99"]),
      (["amount": "1.250"], ["amount: amount: 1.250: euro in digits, with at most two decimals after . or ,"]),
      (["amount": nil], ["amount: one kind of amount: nothing: amount, amounts or total"]),
      (["amounts": "1 2"], ["amount: one kind of amount: 2 of them: amount, amounts or total"]),
      (["amount": nil, "amounts": "1 x"], ["amounts: amount: x: euro in digits, with at most two decimals after . or ,"]),
      (["amount": nil, "amounts": "1 2", "count": "2"], ["count: one end: count and amounts: one of them"]),
      (["amount": nil, "total": "10"], ["total: number of instalments: no count: count, the number of instalments"]),
      (["amount": nil, "total": "0.02", "count": "3"], ["total: amount of a collection: 0.02 in 3: 0.01 to 999999999.99 in each of them"]),
      (["frequency": "daily"], ["frequency: frequency: daily: weekly, monthly, quarterly, half-yearly, yearly, every 2 months or every 2 weeks"]),
      (["frequency": "every 0 months"], ["frequency: frequency: every 0 months: 1 to 52 weeks or 1 to 120 months"]),
      (["frequency": nil], ["frequency: compulsory field: nothing: a value"]),
      (["due_day": "32"], ["due_day: due day: 32: 1 to 31, last, last business day, or a weekday such as monday"]),
      (["due_day": "monday"], ["due_day: due day of the frequency: monday, monthly: a day of a month"]),
      (["frequency": "weekly", "due_day": "5"], ["due_day: due day of the frequency: 5, weekly: a weekday"]),
      (["start_date": "5.12.2026"], ["start_date: date: 5.12.2026: year, month and day as 2026-11-24"]),
      (["start_date": "2031-01-01"], ["start_date: start: 2031-01-01: at most 1100 days after 2026-12-01, and of this century"]),
      (["start_date": "2026-10-05"], ["start_date: first period: number 1, due 2026-10-05: one due from 2026-11-24 on"]),
      (["start_date": "2026-10-05", "first_period": "1"], ["first_period: first period: number 1, due 2026-10-05: one due from 2026-11-01 on"]),
      (["first_period": "0"], ["first_period: period: 0: a period's number, its month as 2027-06, a day as 2027-06-01, or nothing"]),
      (["count": "3", "first_period": "4"], ["first_period: a period: none from number 4 to the end: one at least"]),
      (["end_date": "2026-12-04"], ["end_date: end: 2026-12-04: a day not before the start, 2026-12-05"]),
      (["end_date": "2027-12-04", "count": "3"], ["end_date: one end: end_date and count: one of them"]),
      (["due_day": "20", "end_date": "2026-12-10"], ["end_date: a period: none from number 1 to the end: one at least"]),
      (["count": "1201"], ["count: number of periods: 1201: 1 to 1200"]),
      (["remittance": String(repeating: "x", count: 141)], ["remittance: text length: 141 characters once transliterated: at most 140 characters"]),
      (["purpose": "rent please"], ["purpose: purpose"]),
      (["amount": "-1", "frequency": "often", "start_date": "?"], ["frequency: ", "start_date: ", "amount: "]),
    ]
    for (index, line) in table.enumerated() {
      var row: [String: String] = good
      for (column, value) in line.change { row[column] = value }
      row["request_key"] = "row-\(index)"
      try await bench.hand("plan_request", [row])
    }
    try await bench.hand("plan_request", [good])
    try await bench.hand("plan_request", [good.merging(["request_key": "last"]) { _, new in new }])
    _ = try await Intake(session: bench.session, rules: [bench.bank.name: bench.bank.files]).run(at: Bench.start)
    for (index, line) in table.enumerated() {
      let row = try await bench.session.one(
        """
        SELECT answer, coalesce((SELECT string_agg(concat_ws(': ', r->>'field', r->>'rule', r->>'found', r->>'expected'), '|')
          FROM jsonb_array_elements(refusals) r), '') FROM intake.plan_request WHERE request_key = $1
        """, [.text("row-\(index)")])
      let found = try row.text(1).split(separator: "|").map(String.init)
      #expect(try row.text(0) == (line.refusals.isEmpty ? "accepted" : "refused"), "\(line.change): \(found)")
      #expect(found.count == line.refusals.count && zip(found, line.refusals).allSatisfy { $0.hasPrefix($1) }, "\(line.change): \(found)")
    }
    #expect(try await bench.answer("plan_request", "last") == "accepted")
    #expect(try await bench.session.one("SELECT count(*) FROM sepad.plan").integer(0) == 2)
    let keyless = try await bench.session.one("SELECT refusals->0->>'field' FROM intake.plan_request WHERE request_key IS NULL")
    #expect(keyless[0] == "request_key")
  }

  @Test("every kind of bad change is refused, and the good ones are taken")
  func badChanges() async throws {
    try await bench.plan("rent", ["amount": "10.00"])
    try await bench.plan("loan", ["total": "100.00", "count": "3"])
    try await bench.turn()
    let good = ["creditor": "acme", "plan": "rent", "change": "skip", "effective_from": "2027-03", "reason": "a guest"]
    let table: [([String: String?], String)] = [
      ([:], "accepted"),
      (["plan": "none"], "refused plan: plan exists"), (["plan": nil], "refused plan: compulsory field"),
      (["change": "stop"], "refused change: change"), (["change": nil], "refused change: compulsory field"),
      (["reason": nil], "refused reason: compulsory field"),
      (["reason": String(repeating: "x", count: 201)], "refused reason: length of the reason"),
      (["effective_from": "March"], "refused effective_from: period"),
      (["effective_from": "2026-11"], "refused effective_from: period of the plan"),
      (["effective_from": "0"], "refused effective_from: period"),
      (["amount": "1"], "refused amount: amount of the change"), (["percent": "1"], "refused percent: percent of the change"),
      (["change": "amount"], "refused amount: compulsory field"), (["change": "index"], "refused percent: compulsory field"),
      (["change": "amount", "amount": "0"], "refused amount: amount of a collection"),
      (["change": "index", "percent": "2.12345"], "refused percent: percentage"),
      (["change": "index", "percent": "-99.9999"], "refused percent: amount of a collection"),
      (["plan": "loan", "change": "amount", "amount": "1"], "refused change: change of instalments"),
      (["plan": "loan", "change": "index", "percent": "1"], "refused change: change of instalments"),
      (["plan": "loan", "effective_from": "9"], "refused effective_from: period of the plan"),
      (["change": "index", "percent": "2,5"], "accepted"),
    ]
    for (index, line) in table.enumerated() {
      var row: [String: String] = good
      for (column, value) in line.0 { row[column] = value }
      row["request_key"] = "c-\(index)"
      try await bench.hand("plan_change_request", [row])
    }
    try await bench.turn()
    for (index, line) in table.enumerated() {
      #expect(try await bench.answer("plan_change_request", "c-\(index)") == line.1, "\(line.0)")
    }
  }

  @Test("a key stands for one plan and one change, and its collections have keys that nobody else may use")
  func keys() async throws {
    for amount in ["10.00", "10.00", "11.00"] { try await bench.plan("rent", ["amount": amount]) }
    try await bench.turn()
    let plans = try await bench.session.run("SELECT answer, refusals->0->>'rule' FROM intake.plan_request ORDER BY id").rows
    #expect(plans.map { [$0[0], $0[1]] } == [["accepted", nil], ["duplicate", nil], ["refused", "one key, one content"]])
    let change = ["request_key": "c", "creditor": "acme", "plan": "rent", "change": "skip", "reason": "a guest"]
    try await bench.hand("plan_change_request", [change, change, change.merging(["change": "pause"]) { _, new in new }])
    try await bench.turn()
    try await bench.hand("plan_change_request", [change])
    try await bench.turn()
    let changes = try await bench.session.run("SELECT answer FROM intake.plan_change_request ORDER BY id").rows.map { $0[0] }
    #expect(changes == ["accepted", "duplicate", "refused", "duplicate"])
    #expect(try await bench.session.one("SELECT count(*) FROM sepad.plan_change").integer(0) == 1)
    // Nobody hands in such a key, not even one that no plan has used.
    for key in ["plan:rent:1", "plan:rent:99", "plan:"] {
      try await bench.hand("collection_request", [[
        "request_key": key, "creditor": "acme", "mandate_reference": "P-1", "amount": "1", "due_date": "2026-12-03",
      ]])
    }
    try await bench.turn()
    let taken = try await bench.session.run("SELECT DISTINCT answer FROM intake.collection_request").rows.map { $0[0] }
    #expect(taken == ["refused"])
    // One that somebody used before plans were known gives way.
    _ = try await bench.session.run("UPDATE sepad.collection SET request_key = 'plan:lease:1' WHERE request_key = 'plan:rent:1'")
    try await bench.plan("lease", ["amount": "5.00"])
    try await bench.turn()
    let key = try await bench.session.one(
      "SELECT o.request_key FROM sepad.plan_collection c JOIN sepad.collection o ON o.id = c.collection_id WHERE c.plan_id = (SELECT id FROM sepad.plan WHERE request_key = 'lease')")
    #expect(key[0] == "plan:lease:1/2")
  }

  @Test("a period is made a horizon ahead, by the creditor's own calendar, with what the debtor reads")
  func horizon() async throws {
    try await bench.plan("rent", ["amount": "10.00", "start_date": "2026-12-31", "remittance": "Rent {period} no. {number}", "purpose": "RENT"])
    try await bench.turn(at: .morning("2026-11-30"))
    #expect(try await bench.made() == [])
    // It is the first of December in Paris already.
    try await bench.turn(at: Instant(iso: "2026-11-30T23:30:00Z"))
    #expect(try await bench.made() == ["rent 1 2026-12-31 10.00 requested"])
    let row = try await bench.session.one("SELECT remittance, purpose, request_key, end_to_end_id, sequence_type FROM sepad.collection")
    #expect(row[0] == "Rent 2026-12 no. 1" && row[1] == "RENT" && row[2] == "plan:rent:1" && row[4] == "RCUR")
    #expect(row[3]?.hasPrefix("PLAN-") == true && row[3]?.count == 29)
    #expect(try await bench.standing("rent") == "active 2")
    #expect(try await bench.session.queueDepths(at: Bench.start).newRequests == 0)
  }

  @Test("what was missed while nothing ran is made late under its own day; what nobody expects any more is told")
  func caughtUp() async throws {
    try await bench.plan("rent", ["amount": "10.00"])
    try await bench.plan("loan", ["total": "100.00", "count": "3"])
    _ = try await Intake(session: bench.session).run(at: Bench.start)
    try await bench.turn(at: .morning("2027-02-20"))
    #expect(
      try await bench.made() == [
        "rent 3 2027-02-05 10.00 requested", "rent 4 2027-03-05 10.00 requested",
        "loan 3 2027-02-05 33.34 requested", "loan 4 2027-03-05 33.33 requested",
      ])
    #expect(try await bench.news().filter { $0.hasPrefix("plan.missed") }.count == 4)
    #expect(try await bench.news().contains("plan.missed rent active 2027-01 due more than 30 days before it could be made"))
    // Dating moves what is late; the day that was asked for stays.
    _ = try await Dating(session: bench.session).run(bench.bank, at: .morning("2027-02-20"))
    let late = try await bench.session.one(
      "SELECT min(c.requested_date), min(s.collection_date) FROM sepad.collection c JOIN sepad.collection_status s ON s.collection_id = c.id")
    #expect(late[0] == "2027-02-05" && late[1] == "2027-02-23")
    try await bench.turn(at: .morning("2027-04-01"))
    #expect(try await bench.made("loan").last == "loan 5 2027-04-05 33.33 requested")
    #expect(try await bench.standing("loan") == "ended 6 every period is made")
    #expect(try await bench.news().contains("plan.ended loan ended every period is made"))
  }

  @Test("a plan that began long ago collects from the period that is named, and none before")
  func alreadyBegun() async throws {
    try await bench.plan("rent", ["amount": "10.00", "start_date": "2024-01-05", "first_period": "2026-12"])
    try await bench.plan("loan", ["total": "100.00", "count": "36", "start_date": "2024-01-05", "first_period": "36"])
    try await bench.plan("week", ["amount": "7.00", "start_date": "2026-11-24", "count": "1"])
    try await bench.plan("over", ["amount": "7.00", "start_date": "2026-11-23"])
    try await bench.turn()
    // A daemon that stood still for some days refuses nothing that was handed in on time.
    #expect(try await bench.made("week") == ["week 1 2026-11-24 7.00 requested"])
    #expect(try await bench.answer("plan_request", "over") == "refused start_date: first period")
    #expect(try await bench.made("rent") == ["rent 36 2026-12-05 10.00 requested"])
    #expect(try await bench.made("loan") == ["loan 36 2026-12-05 2.77 requested"])
  }

  @Test("a change takes back what stands in no file and makes it anew; what is in a file stays")
  func changesWhatIsMade() async throws {
    try await bench.plan("rent", ["amount": "10.00", "frequency": "weekly", "start_date": "2026-12-03"])
    try await bench.turn()
    _ = try await bench.sealAndSubmit()
    #expect(
      try await bench.made() == [
        "rent 1 2026-12-03 10.00 submitted", "rent 2 2026-12-10 10.00 scheduled", "rent 3 2026-12-17 10.00 scheduled",
        "rent 4 2026-12-24 10.00 scheduled", "rent 5 2026-12-31 10.00 scheduled",
      ])
    func change(_ key: String, _ word: String, from: String, _ other: [String: String] = [:]) async throws -> String {
      let row = [
        "request_key": key, "creditor": "acme", "plan": "rent", "change": word, "effective_from": from, "reason": "reason \(key)",
      ]
      try await bench.hand("plan_change_request", [row.merging(other) { _, new in new }])
      try await bench.turn()
      return try await bench.answer("plan_change_request", key)
    }
    #expect(try await change("a", "skip", from: "1") == "refused effective_from: first period that can change")
    #expect(try await change("b", "amount", from: "2026-12-15", ["amount": "12.00"]) == "accepted")
    #expect(try await change("c", "skip", from: "4") == "accepted")
    #expect(
      try await bench.made() == [
        "rent 1 2026-12-03 10.00 submitted", "rent 2 2026-12-10 10.00 scheduled", "rent 3 2026-12-17 12.00 requested",
        "rent 5 2026-12-31 12.00 requested",
      ])
    let keys = try await bench.session.run("SELECT request_key FROM sepad.collection ORDER BY id").rows.map { $0[0] ?? "" }
    #expect(keys.suffix(3) == ["plan:rent:3/2", "plan:rent:4/2", "plan:rent:5/2"])
    #expect(try await change("d", "pause", from: "2") == "accepted")
    #expect(try await bench.made() == ["rent 1 2026-12-03 10.00 submitted"])
    #expect(try await bench.standing("rent") == "paused 6")
    #expect(try await change("e", "resume", from: "5") == "accepted")
    #expect(try await bench.made() == ["rent 1 2026-12-03 10.00 submitted", "rent 5 2026-12-31 12.00 requested"])
    #expect(try await bench.session.one("SELECT o.request_key FROM sepad.plan_collection c JOIN sepad.collection o ON o.id = c.collection_id WHERE c.period = 5 AND c.live").text(0) == "plan:rent:5/3")
    #expect(try await change("f", "end", from: "") == "accepted")
    #expect(try await bench.made() == ["rent 1 2026-12-03 10.00 submitted"])
    #expect(try await change("g", "resume", from: "") == "refused plan: state of the plan")
    #expect(
      try await bench.news() == [
        "plan.accepted rent active", "plan.changed rent active 2026-12-17 reason b", "plan.changed rent active 2026-12-24 reason c",
        "plan.paused rent paused 2026-12-10 reason d", "plan.resumed rent active 2026-12-31 reason e",
        "plan.changed rent ended 2026-12-10 reason f", "plan.ended rent ended reason f",
      ])
  }

  @Test("a period that somebody cancelled is not made again, whatever changes")
  func cancelled() async throws {
    try await bench.plan("rent", ["amount": "10.00"])
    try await bench.turn()
    try await bench.hand("cancellation_request", [["request_key": "x", "creditor": "acme", "collection": "plan:rent:1"]])
    try await bench.hand("plan_change_request", [[
      "request_key": "c", "creditor": "acme", "plan": "rent", "change": "amount", "amount": "11", "reason": "more",
    ]])
    // Changes are answered first: the one that it makes is not the one that is cancelled.
    _ = try await Intake(session: bench.session).run(at: Bench.start)
    _ = try await Scheduler(session: bench.session).run(at: Bench.start)
    #expect(try await bench.made() == ["rent 1 2026-12-05 11.00 requested"])
    try await bench.hand("cancellation_request", [["request_key": "y", "creditor": "acme", "collection": "plan:rent:1/2"]])
    try await bench.turn()
    try await bench.hand("plan_change_request", [[
      "request_key": "d", "creditor": "acme", "plan": "rent", "change": "amount", "amount": "12", "effective_from": "1", "reason": "more",
    ]])
    try await bench.turn()
    #expect(try await bench.made() == ["rent 1 2026-12-05 11.00 cancelled"])
  }

  @Test("a suspended mandate holds what its plans make, a revoked one ends them")
  func mandates() async throws {
    func move(_ event: MandateEvent, _ reference: String) async throws {
      let bench = bench
      _ = try await bench.session.transaction { session in
        let id = try session.mandateID(creditor: "acme", reference: reference) ?? 0
        return try session.moveMandates(
          event, selecting: "SELECT $4::bigint AS mandate_id, NULL::bigint AS cause_event_id, 'test' AS because", [.integer(id)],
          Stamp(at: Bench.start, actor: "test"))
      }
    }
    try await bench.plan("rent", ["amount": "10.00"])
    try await bench.plan("loan", ["amount": "20.00"], mandate: "P-2")
    try await move(.suspended, "P-1")
    try await bench.turn()
    #expect(
      try await bench.made() == ["rent 1 2026-12-05 10.00 requested mandate suspended", "loan 1 2026-12-05 20.00 requested"])
    try await move(.resumed, "P-1")
    try await move(.revoked, "P-2")
    try await bench.turn(at: .morning("2027-01-02"))
    #expect(
      try await bench.made() == [
        "rent 1 2026-12-05 10.00 requested", "rent 2 2027-01-05 10.00 requested", "loan 1 2026-12-05 20.00 requested mandate revoked",
      ])
    #expect(try await bench.standing("loan") == "ended 2 mandate revoked")
    #expect(try await bench.news().last == "plan.ended loan ended mandate revoked")
    try await bench.plan("late", ["amount": "20.00"], mandate: "P-2")
    try await bench.turn()
    #expect(try await bench.answer("plan_request", "late") == "refused mandate_reference: mandate state")
  }

  @Test("while files are built, a change takes back what is in none, and is refused for what is in one")
  func besideTheBuilder() async throws {
    // Files of one, and changes that begin at the other end: they meet somewhere.
    let bench = try await Bench(maxTransactions: 1)
    try await bench.requestMandates(60)
    let plans = (1...60).map { number in
      [
        "request_key": "p-\(number)", "creditor": "acme", "mandate_reference": "P-\(number)", "amount": "10.00",
        "frequency": "weekly", "start_date": "2026-12-03",
      ]
    }
    try await bench.hand("plan_request", plans)
    try await bench.turn()
    _ = try await Dating(session: bench.session).run(bench.bank, at: Bench.start)
    let changes = (1...60).reversed().map { number in
      [
        "request_key": "c-\(number)", "creditor": "acme", "plan": "p-\(number)", "change": "amount", "amount": "11.00",
        "effective_from": "1", "reason": "beside the builder",
      ]
    }
    let other = Session(conninfo: bench.conninfo, name: "other")
    let builder = Builder(session: other, log: bench.log)
    let bank = bench.bank
    try await bench.hand("plan_change_request", changes)
    async let built: Void = {
      while try await builder.run(bank, at: Bench.start) > 0 {}
    }()
    try await bench.turn()
    try await built
    try await bench.turn()
    let row = try await bench.session.one(
      """
      SELECT (SELECT count(*) FROM intake.plan_change_request WHERE answer = 'accepted'),
        (SELECT count(*) FROM intake.plan_change_request WHERE refusals->0->>'rule' = 'first period that can change'),
        count(*) FILTER (WHERE c.live AND c.period = 1 AND o.amount_cents = 1100 AND s.state <> 'cancelled'),
        count(*) FILTER (WHERE c.live AND c.period = 1 AND o.amount_cents = 1000 AND s.state = 'sealed'),
        count(*) FILTER (WHERE NOT c.live AND s.state <> 'cancelled'),
        count(*) FILTER (WHERE s.state = 'cancelled' AND EXISTS (SELECT FROM sepad.file_item i WHERE i.collection_id = o.id)),
        count(*) FILTER (WHERE c.live)
      FROM sepad.plan_collection c JOIN sepad.collection o ON o.id = c.collection_id
      JOIN sepad.collection_status s ON s.collection_id = o.id
      """)
    let (taken, refused) = (try row.integer(0), try row.integer(1))
    print("changes beside the builder: \(taken) taken, \(refused) refused")
    #expect(taken + refused == 60)
    #expect(try row.integer(2) == taken && row.integer(3) == refused && row.integer(4) == 0 && row.integer(5) == 0)
    #expect(try row.integer(6) == 60 * 5)
  }

  @Test("a turn reads what is due, however many plans there are")
  func readsWhatIsDue() async throws {
    try await bench.plan("rent", ["amount": "10.00"])
    _ = try await Intake(session: bench.session).run(at: Bench.start)
    try await bench.session.script(
      """
      INSERT INTO sepad.plan SELECT 1000 + n, creditor_id, account_id, mandate_id, amount_cents, NULL, NULL, unit, every, due_day,
        '2028-01-05', NULL, NULL, 1, NULL, NULL, 'many-' || n, request_digest, accepted_at FROM sepad.plan, generate_series(1, 50000) n;
      INSERT INTO sepad.plan_status SELECT id, creditor_id, 'active', 1, '2028-01-05', NULL FROM sepad.plan WHERE id > 1000;
      ANALYZE sepad.plan, sepad.plan_status, sepad.creditor;
      """)
    try await bench.session.run("SELECT pg_stat_force_next_flush()")
    let before = try await bench.session.one("SELECT pg_stat_get_tuples_returned('sepad.plan_status'::regclass)").integer(0)
    #expect(try await Scheduler(session: bench.session).run(at: Bench.start) == 1)
    #expect(try await Scheduler(session: bench.session).run(at: Bench.start) == 0)
    try await bench.session.run("SELECT pg_stat_force_next_flush()")
    let read = try await bench.session.one("SELECT pg_stat_get_tuples_returned('sepad.plan_status'::regclass)").integer(0) - before
    #expect(read < 100, "sequential reads of plan_status: \(read) rows")
    #expect(try await bench.made() == ["rent 1 2026-12-05 10.00 requested"])
  }

  @Test("the database itself refuses a second collection of a period that lives, and a rewritten change")
  func refusedByTheDatabase() async throws {
    try await bench.plan("rent", ["amount": "10.00"])
    try await bench.request(amounts: ["1.00"])
    try await bench.turn()
    await #expect(throws: StoreFault.self) {
      try await bench.session.run("INSERT INTO sepad.plan_collection SELECT plan_id, period, 2, 1 FROM sepad.plan_collection")
    }
    try await bench.hand("plan_change_request", [[
      "request_key": "c", "creditor": "acme", "plan": "rent", "change": "skip", "effective_from": "4", "reason": "r",
    ]])
    try await bench.turn()
    await #expect(throws: StoreFault.self) { try await bench.session.run("DELETE FROM sepad.plan_change") }
  }
}
