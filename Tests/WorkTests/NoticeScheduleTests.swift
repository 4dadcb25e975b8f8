import Notices
import SEPA
import Store
import Testing
import Work

/// One notice for the periods of a plan to come, and what becomes of it when the plan changes.
@Suite struct NoticeScheduleTests {
  private static let policy = NoticePolicy(by: .mail, days: 14, leadDays: 3, plans: .schedule)

  /// Mandate `P`, a monthly plan of nine periods from 5 January 2027, and the days until `last` as the daemon lives them.
  private func live(
    _ policy: NoticePolicy, until last: Int, on changeDay: Int? = nil, mail: NoticeBench.Mail = .done
  ) async throws -> NoticeBench {
    let bench = try await NoticeBench(policy)
    try await bench.session.run(
      """
      INSERT INTO intake.mandate_request (request_key, creditor, mandate_reference, scheme, signed_on, debtor_name, iban, email)
      VALUES ('P', 'acme', 'P', 'CORE', '2026-01-02', 'Müller & Söhne', 'DE89370400440532013000', 'compta@debtor.example')
      """)
    try await bench.session.run(
      """
      INSERT INTO intake.plan_request (request_key, creditor, mandate_reference, amount, frequency, start_date, count)
      VALUES ('rent', 'acme', 'P', '100.00', 'monthly', '2027-01-05', '9')
      """)
    for day in 0...last {
      let now = NoticeBench.day(day)
      if day == changeDay {
        try await bench.session.run(
          """
          INSERT INTO intake.plan_change_request (request_key, creditor, plan, change, effective_from, amount, reason)
          VALUES ('more', 'acme', 'rent', 'amount', '4', '110.00', 'a larger flat')
          """)
      }
      _ = try await Intake(session: bench.session).run(at: now)
      _ = try await Scheduler(session: bench.session).run(at: now)
      try await bench.turn(at: now)
      try await bench.mails(mail, at: now)
    }
    return bench
  }

  private static let told = """
    SELECT concat_ws(' ', t.period, n.collection_date, n.amount_cents, n.outcome)
    FROM sepad.notice n JOIN sepad.plan_collection t ON t.collection_id = n.collection_id ORDER BY n.id
    """

  @Test func `one mail tells of the periods to come, and another of those that come otherwise`() async throws {
    // On 1 March the fourth period and those after it get another amount.
    let bench = try await live(Self.policy, until: 165, on: 90)
    let told = try await bench.session.run(Self.told).rows.map { try $0.text(0) }
    #expect(
      told == [
        "1 2027-01-05 10000 given", "2 2027-02-05 10000 covered", "3 2027-03-05 10000 covered", "4 2027-04-05 11000 given",
        "5 2027-05-05 11000 covered",
      ])
    #expect(try await bench.count("sepad.job WHERE kind = 'debtor_mail'") == 2)
    let first = try await bench.session.noticeDetails(1)
    #expect(first?.following.map(\.day.iso).prefix(5) == ["2027-02-05", "2027-03-05", "2027-04-05", "2027-05-05", "2027-06-07"])
    #expect(first?.following.count == 8)
    // What was listed is collected as it was listed, and nothing is held.
    let collected = try await bench.session.run(
      """
      SELECT concat_ws(' ', t.period, s.collection_date, c.amount_cents) FROM sepad.plan_collection t
      JOIN sepad.collection c ON c.id = t.collection_id JOIN sepad.collection_status s ON s.collection_id = c.id
      WHERE s.state = 'sealed' ORDER BY t.period
      """
    ).rows.map { try $0.text(0) }
    #expect(
      collected == [
        "1 2027-01-05 10000", "2 2027-02-05 10000", "3 2027-03-05 10000", "4 2027-04-05 11000", "5 2027-05-05 11000",
      ])
    #expect(try await bench.alerts() == 0)
  }

  @Test func `a list whose mail did not go out covers nothing`() async throws {
    let bench = try await live(Self.policy, until: 70, mail: .uncertain)
    let told = try await bench.session.run(Self.told).rows.map { try $0.text(0) }
    #expect(told == ["1 2027-01-05 10000 failed", "2 2027-02-05 10000 failed"])
    #expect(try await bench.count("sepad.outbound_file") == 0, "nobody was told for certain, and so nothing is collected")
  }

  @Test func `where each is told by itself, none covers another`() async throws {
    let bench = try await live(NoticePolicy(by: .mail, days: 14, leadDays: 3), until: 70)
    let told = try await bench.session.run(Self.told).rows.map { try $0.text(0) }
    #expect(told == ["1 2027-01-05 10000 given", "2 2027-02-05 10000 given"])
    #expect(try await bench.count("sepad.notice_schedule") == 0)
  }

  @Test(
    "the letter lists what follows",
    arguments: [
      (NoticeLanguage.english, "  - 5 February 2027: €100.00"), (.french, "  - 05/02/2027\u{A0}: 100,00\u{A0}€"),
      (.german, "  - 05.02.2027: 100,00\u{A0}€"),
    ])
  func letter(_ language: NoticeLanguage, _ line: String) {
    let letter = PreNotification(
      creditorName: "ACME", creditorIdentifier: "FR72ZZZ123456", contactEmail: nil, contactPhone: nil, debtorName: "Nord AB",
      amountCents: 10_000, collectionDate: "2027-01-05", mandateReference: "P", scheme: .core, accountEnd: "3000",
      following: [("2027-02-05", 10_000)]
    ).letter(in: language)
    #expect(letter.text.contains(line + "\n"), "\(letter.text)")
  }
}
