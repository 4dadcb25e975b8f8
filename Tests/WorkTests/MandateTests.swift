import Foundation
import SEPA
import Store
import TestSupport
import Testing
import Work

/// The life of mandates: signed and registered before anything is collected, amended while collections are on their way,
/// used up, grown old, and ended; each move with its actor, its reason and its webhook.
@Suite struct MandateTests {
  private static let hold = MandatePolicy(registration: .hold, reminderDays: 7)

  // MARK: Life

  @Test func `a draft is sent, signed and used`() async throws {
    let bench = try await MandateBench(.init(registration: .ignore))
    try await bench.mandate("M-1", ["state": "draft", "signed_on": nil])
    #expect(try await bench.state("M-1") == "draft")
    try await bench.collect("C-1", "M-1", refusedFor: "mandate state")
    try await bench.change("M-1", "sent")
    #expect(try await bench.state("M-1") == "awaiting_signature")
    try await bench.collect("C-2", "M-1", refusedFor: "mandate state")
    try await bench.change("M-1", "signed", ["on_date": "2026-11-30", "place": "Köln", "signatory": "A. Müller"])
    #expect(try await bench.state("M-1") == "active")
    try await bench.collect("C-3", "M-1")
    let facts = try await bench.session.one("SELECT signed_on, signed_at, signatory, look_on FROM sepad.mandate")
    #expect((0...3).map { facts[$0] } == ["2026-11-30", "Koln", "A. Muller", "2029-09-01"])
    #expect(
      try await bench.told("M-1") == [
        "sent draft>awaiting_signature", "signed awaiting_signature>signed", "activated signed>active",
      ])
    // Every move has its actor, its reason and its time.
    let bare = try await bench.session.one("SELECT count(*) FROM sepad.mandate_history WHERE actor <> 'intake' OR because = ''")
    #expect(try bare.integer(0) == 0)
  }

  @Test(
    "what can be said of a mandate in which state",
    arguments: [
      ("draft", "sent signed revoked refused amended"), ("awaiting_signature", "sent signed revoked refused amended"),
      ("awaiting_registration", "registered revoked amended"), ("active", "registered suspended resumed revoked amended"),
      ("suspended", "registered suspended resumed revoked amended"), ("revoked", "revoked"), ("refused", "refused"),
      ("expired", ""), ("consumed", ""),
    ])
  func allowed(_ state: String, _ changes: String) async throws {
    let allowed = Set(changes.split(separator: " ").map(String.init))
    let bench = try await MandateBench(Self.hold)
    try await bench.mandate("M-1", ["state": "draft", "signed_on": nil])
    for change in MandateChange.allCases {
      try await bench.session.run(
        "UPDATE sepad.mandate SET state = $1::sepad.mandate_state, signed_on = '2026-01-02'", [.text(state)])
      var fields: [String: String] = ["on_date": "2026-11-30"]
      if change == .amended { fields = ["email": "neu@debtor.example"] }
      let refused = try await bench.ask("M-1", change.rawValue, fields)
      #expect(refused == (allowed.contains(change.rawValue) ? nil : "mandate state"), "\(change)")
    }
  }

  @Test func `a reference is made where none is given, and told`() async throws {
    let bench = try await MandateBench(
      MandatePolicy(referencePattern: try MandateReferencePattern("RUM-{year}-{number:4}")))
    try await bench.mandate("RUM-2026-0002", [:])
    try await bench.mandate(nil, [:], key: "K-1")
    // The caller's own happens to be the one that would be made.
    let row = try await bench.session.one("SELECT reference, id FROM sepad.mandate WHERE request_key = 'K-1'")
    #expect(row[0] == "RUM-2026-02-1" && row[1] == "2")
    let told = try await bench.session.one(
      "SELECT content->>'mandate_reference' FROM sepad.job WHERE content->>'request_key' = 'K-1'")
    #expect(told[0] == "RUM-2026-02-1")
    let plain = try await MandateBench(.init())
    try await plain.mandate(nil, [:], key: "K-1", refusedFor: "compulsory field")
  }

  // MARK: Registration

  @Test func `a B2B mandate waits for its registration, and its first debit with it`() async throws {
    let bench = try await MandateBench(Self.hold, mails: true)
    try await bench.mandate("M-1", ["email": "compta@debtor.example"])
    #expect(try await bench.state("M-1") == "awaiting_registration")
    try await bench.collect("C-1", "M-1")
    #expect(try await bench.held("C-1") == "mandate awaiting registration")
    #expect(try await bench.sealAndSubmit() == [])
    // Asked at once, and twice more, a week apart; then finance is told.
    for day in 0...30 { try await bench.care(day: day) }
    let asked = try await bench.session.run(
      "SELECT to_char(created_at, 'YYYY-MM-DD') FROM sepad.job WHERE kind = 'debtor_mail' ORDER BY id"
    ).rows.map { try $0.text(0) }
    #expect(asked == ["2026-12-01", "2026-12-08", "2026-12-15"])
    let alerts = try await bench.session.run("SELECT content FROM sepad.job WHERE kind = 'alert_mail'").rows
    #expect(try alerts.map { try $0.text(0).contains("mandateUnregistered") } == [true])
    try await bench.change("M-1", "registered", ["on_date": "2026-12-01"])
    #expect(try await bench.state("M-1") == "active")
    #expect(try await bench.held("C-1") == nil)
    #expect(try await bench.sealAndSubmit().count == 1)
    #expect(
      try await bench.told("M-1") == [
        "registration_asked signed>awaiting_registration", "registration_asked_again", "registration_asked_again",
        "registered awaiting_registration>active",
      ])
  }

  @Test(arguments: [RegistrationPolicy.warn, .ignore])
  func `elsewhere it is collected at once`(policy: RegistrationPolicy) async throws {
    let bench = try await MandateBench(MandatePolicy(registration: policy), mails: true)
    try await bench.mandate("M-1", ["email": "compta@debtor.example"])
    #expect(try await bench.state("M-1") == "active")
    try await bench.collect("C-1", "M-1")
    let message = try #require(try await bench.sealAndSubmit().first)
    let mails = try await bench.session.one("SELECT count(*) FROM sepad.job WHERE kind = 'debtor_mail'")
    #expect(try mails.integer(0) == (policy == .warn ? 1 : 0))
    // The first that is settled proves it.
    try await bench.bank(message, "C-1", "M-1", "settled")
    let registered = try await bench.session.one("SELECT registered_on FROM sepad.mandate")
    #expect(registered[0] == (policy == .warn ? "2026-12-03" : nil))
  }

  @Test func `one that is registered or was used before waits for nothing`() async throws {
    let bench = try await MandateBench(Self.hold)
    try await bench.mandate("M-1", ["registered_on": "2026-11-20"])
    try await bench.mandate("M-2", ["last_used_on": "2026-10-05"])
    try await bench.mandate("M-3", ["scheme": "CORE"])
    for reference in ["M-1", "M-2", "M-3"] { #expect(try await bench.state(reference) == "active") }
    let looks = try await bench.session.run("SELECT look_on FROM sepad.mandate ORDER BY id").rows.map { $0[0] }
    #expect(looks == ["2029-09-02", "2029-07-07", "2029-09-02"])
  }

  @Test func `a bank that does not know the mandate sends it back to its registration`() async throws {
    let bench = try await MandateBench(Self.hold)
    try await bench.mandate("M-1", [:])
    try await bench.change("M-1", "registered")
    try await bench.collect("C-1", "M-1")
    let message = try #require(try await bench.sealAndSubmit().first)
    try await bench.bank(message, "C-1", "M-1", "MD01")
    #expect(try await bench.state("M-1") == "awaiting_registration")
    try await bench.care(day: 0)
    let row = try await bench.session.one("SELECT registration_asked, registered_on FROM sepad.mandate")
    #expect(row[0] == "2" && row[1] == nil)
  }

  // MARK: Amendments

  @Test func `an amendment travels until a collection that carried it is settled`() async throws {
    let bench = try await MandateBench(.init())
    try await bench.mandate("M-1", [:])
    try await bench.collect("C-0", "M-1")
    let first = try #require(try await bench.sealAndSubmit().first)
    #expect(try await !bench.xml(first).contains("AmdmntInd"))
    // Another account while C-0 is on its way: its answers name the old one.
    try await bench.change("M-1", "amended", ["iban": "FR1420041010050500013M02606"])
    try await bench.change("M-1", "amended", ["new_reference": "M-1B"])
    try await bench.bank(first, "C-0", "M-1", "settled", iban: "DE89370400440532013000")
    #expect(try await bench.openAmendments() == ["account", "reference"])
    // It goes out with the next, which comes to nothing, and so with the one after.
    for (key, end) in [("C-1", "AM04"), ("C-2", "settled")] {
      try await bench.collect(key, "M-1B")
      let message = try #require(try await bench.sealAndSubmit().first)
      let xml = try await bench.xml(message)
      #expect(xml.contains("<AmdmntInd>true</AmdmntInd>") && xml.contains("<OrgnlMndtId>M-1</OrgnlMndtId>"))
      #expect(xml.contains("<Id>SMNDA</Id>") && xml.contains("<MndtId>M-1B</MndtId>"))
      #expect(xml.contains("FR1420041010050500013M02606") && !xml.contains("DE89370400440532013000"))
      #expect(try await bench.openAmendments() == ["account", "reference"])
      try await bench.bank(message, key, "M-1B", end)
    }
    #expect(try await bench.openAmendments() == [])
    try await bench.collect("C-3", "M-1B")
    let last = try #require(try await bench.sealAndSubmit().first)
    #expect(try await !bench.xml(last).contains("AmdmntInd"))
    #expect(try await bench.told("M-1B").suffix(3) == ["amended", "amended", "amendment_settled"])
    // Nobody gets a reference that a bank may still speak of.
    try await bench.mandate("M-1", [:], key: "K-9", refusedFor: "unique mandate reference")
  }

  @Test func `of two changes the bank hears what it knew last`() async throws {
    let bench = try await MandateBench(.init())
    try await bench.mandate("M-1", ["last_used_on": "2026-11-02"])
    try await bench.change("M-1", "amended", ["new_reference": "M-2"])
    try await bench.collect("C-1", "M-2")
    let first = try #require(try await bench.sealAndSubmit().first)
    // The second while the first travels: when that is settled, the bank knows M-2, and not before.
    try await bench.change("M-2", "amended", ["new_reference": "M-3"])
    try await bench.collect("C-2", "M-3")
    let second = try #require(try await bench.sealAndSubmit().first)
    #expect(try await bench.xml(second).contains("<OrgnlMndtId>M-1</OrgnlMndtId>"))
    try await bench.bank(first, "C-1", "M-2", "settled")
    #expect(try await bench.openAmendments() == ["reference"])
    try await bench.collect("C-3", "M-3")
    let third = try #require(try await bench.sealAndSubmit().first)
    #expect(try await bench.xml(third).contains("<OrgnlMndtId>M-2</OrgnlMndtId>"))
  }

  @Test func `what no bank has seen needs no amendment`() async throws {
    let bench = try await MandateBench(.init())
    try await bench.mandate("M-1", [:])
    try await bench.change("M-1", "amended", ["iban": "FR1420041010050500013M02606"])
    #expect(try await bench.openAmendments() == [])
    try await bench.collect("C-1", "M-1")
    let message = try #require(try await bench.sealAndSubmit().first)
    let xml = try await bench.xml(message)
    #expect(!xml.contains("AmdmntInd") && xml.contains("FR1420041010050500013M02606"))
  }

  @Test func `a file that is withdrawn takes no amendment with it`() async throws {
    let bench = try await MandateBench(.init())
    try await bench.mandate("M-1", ["last_used_on": "2026-11-02"])
    try await bench.change("M-1", "amended", ["new_reference": "M-2"])
    try await bench.collect("C-1", "M-2")
    try await bench.bench.seal()
    _ = try await bench.session.transaction { session in
      try session.moveFile(1, .withdrawn, evidence: "test", Stamp(at: Bench.start, actor: "test"))
    }
    let again = try #require(try await bench.sealAndSubmit().first)
    #expect(try await bench.xml(again).contains("<OrgnlMndtId>M-1</OrgnlMndtId>"))
    try await bench.bank(again, "C-1", "M-2", "settled")
    #expect(try await bench.openAmendments() == [])
  }

  @Test func `a creditor's new name and identifier travel too`() async throws {
    let bench = try await MandateBench(.init())
    try await bench.mandate("M-1", ["last_used_on": "2026-11-02"])
    try await bench.mandate("M-2", [:])
    for _ in 1...2 { try await bench.configure(name: "ACME HOLDING SAS", identifier: "DE98ZZZ09999999999") }
    #expect(try await bench.openAmendments() == ["creditor_identifier", "creditor_name"], "of the one that a bank knows, once")
    try await bench.collect("C-1", "M-1")
    let message = try #require(try await bench.sealAndSubmit().first)
    let xml = try await bench.xml(message)
    #expect(xml.contains("<OrgnlCdtrSchmeId><Nm>ACME SAS</Nm>") && xml.contains("<Id>FR72ZZZ123456</Id>"))
    #expect(xml.contains("<Nm>ACME HOLDING SAS</Nm>") && xml.contains("<Id>DE98ZZZ09999999999</Id>"))
  }

  @Test func `another account of a B2B mandate is registered again`() async throws {
    let bench = try await MandateBench(Self.hold)
    try await bench.mandate("M-1", ["registered_on": "2026-11-20"])
    try await bench.collect("C-1", "M-1")
    try await bench.change("M-1", "amended", ["iban": "FR1420041010050500013M02606"])
    #expect(try await bench.state("M-1") == "awaiting_registration")
    #expect(try await bench.held("C-1") == "mandate awaiting registration")
    // Suspended meanwhile, it comes back to where it must wait.
    try await bench.change("M-1", "registered")
    try await bench.change("M-1", "suspended")
    try await bench.change("M-1", "amended", ["iban": "DE89370400440532013000"])
    #expect(try await bench.state("M-1") == "suspended")
    try await bench.change("M-1", "resumed")
    #expect(try await bench.state("M-1") == "awaiting_registration")
  }

  @Test func `a file says of each account what it is, however mandates change while it is made`() async throws {
    var bench = try await MandateBench(.init())
    bench.bench.bank.files.maxTransactions = 3
    let references = (1...24).map { "M-\($0)" }
    for reference in references {
      try await bench.mandate(reference, ["last_used_on": "2026-11-02"])
      try await bench.collect("C-\(reference)", reference)
    }
    let old = "DE89370400440532013000"
    let new = "FR1420041010050500013M02606"
    _ = try await Dating(session: bench.session).run(bench.bench.bank, at: Bench.start)
    let (other, intake) = (Session(conninfo: bench.bench.conninfo, name: "other"), bench.bench)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for reference in references {
          try await other.run(
            """
            INSERT INTO intake.mandate_change_request (request_key, creditor, mandate_reference, change, iban)
            VALUES ($1, 'acme', $1, 'amended', $2)
            """, [.text(reference), .text(new)])
          _ = try await Intake(session: other).run(at: Bench.start)
        }
      }
      group.addTask {
        let builder = Builder(session: Session(conninfo: intake.conninfo, name: "builder"), log: intake.log)
        while try await builder.run(intake.bank, at: Bench.start) > 0 {}
      }
      try await group.waitForAll()
    }
    let files = try await bench.session.run("SELECT message_id FROM sepad.outbound_file").rows.map { try $0.text(0) }
    var said: [String: Int] = [:]
    for file in files {
      for debit in try await bench.xml(file).components(separatedBy: "<DrctDbtTxInf>").dropFirst() {
        let account = debit.contains(new) ? "new" : debit.contains(old) ? "old" : "none"
        said["\(account)\(debit.contains("SMNDA") ? ", told" : "")", default: 0] += 1
      }
    }
    #expect(Set(said.keys).isSubset(of: ["old", "new, told"]) && said.values.reduce(0, +) == references.count, "\(said)")
    let carried = try await bench.session.one("SELECT count(*) FROM sepad.amendment_item").integer(0)
    #expect(Int(carried) == said["new, told"] ?? 0)
  }

  @Test func `two daemons ask each debtor once`() async throws {
    let bench = try await MandateBench(Self.hold, mails: true)
    for number in 1...40 { try await bench.mandate("M-\(number)", ["email": "compta@debtor.example"]) }
    let (conninfo, log) = (bench.bench.conninfo, bench.bench.log)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 1...2 {
        group.addTask {
          let care = MandateCare(
            session: Session(conninfo: conninfo, name: "care \(number)"), policies: ["acme": Self.hold], log: log)
          for day in 0...9 { _ = try await care.run(at: Bench.start.adding(seconds: Int64(day) * 86_400)) }
        }
      }
      try await group.waitForAll()
    }
    let asked = try await bench.session.one(
      "SELECT count(*), count(DISTINCT (subject, content->>'asked')) FROM sepad.job WHERE kind = 'debtor_mail'")
    #expect(asked[0] == "80" && asked[1] == "80")
  }

  @Test func `one that is registered for its new account stays so when it is resumed`() async throws {
    let bench = try await MandateBench(Self.hold)
    try await bench.mandate("M-1", ["registered_on": "2026-11-20"])
    try await bench.change("M-1", "amended", ["iban": "FR1420041010050500013M02606"])
    for change in ["registered", "suspended", "resumed"] { try await bench.change("M-1", change) }
    #expect(try await bench.state("M-1") == "active")
  }

  @Test func `a settlement from the old account proves nothing of the new one`() async throws {
    let bench = try await MandateBench(Self.hold)
    try await bench.mandate("M-1", ["registered_on": "2026-11-20"])
    try await bench.collect("C-1", "M-1")
    let message = try #require(try await bench.sealAndSubmit().first)
    try await bench.change("M-1", "amended", ["iban": "FR1420041010050500013M02606"])
    try await bench.bank(message, "C-1", "M-1", "settled", iban: "DE89370400440532013000")
    #expect(try await bench.state("M-1") == "awaiting_registration")
  }

  @Test func `what was perhaps sent under the reference of before waits for a person`() async throws {
    let bench = try await MandateBench(.init())
    try await bench.mandate("M-1", ["last_used_on": "2026-11-02"])
    try await bench.change("M-1", "amended", ["new_reference": "M-2"])
    try await bench.collect("C-1", "M-2")
    try await bench.session.script(
      """
      INSERT INTO sepad.epoch (number, identity, met_at, why, last_event, last_job, agreed_at, actor, because)
      SELECT 1, 'test', now(), 'test', 0, 0, now(), 'test', 'test' WHERE NOT EXISTS (SELECT FROM sepad.epoch);
      INSERT INTO sepad.lost_message VALUES ('SEPAD-1', 1, 'sandbox', 'archive');
      INSERT INTO sepad.lost_debit (message_id, ordinal, creditor_identifier, end_to_end_id, mandate_reference, amount_cents, collection_date)
      VALUES ('SEPAD-1', 1, 'FR72ZZZ123456', 'X-1', 'M-1', 1250, '2026-12-03')
      """)
    #expect(try await bench.sealAndSubmit() == [])
    #expect(try await bench.held("C-1") == "perhaps sent in SEPAD-1")
    // And goes when the person says that it did not go out.
    _ = try await bench.session.release("perhaps sent in SEPAD-1", because: "asked the bank", Stamp(at: Bench.start, actor: "jo"))
    #expect(try await bench.sealAndSubmit().count == 1)
  }

  // MARK: Ends

  @Test func `a one-off mandate ends with its collection, and lives again when that comes back`() async throws {
    let bench = try await MandateBench(.init())
    try await bench.mandate("M-1", ["sequence": "one-off"])
    try await bench.collect("C-1", "M-1")
    let message = try #require(try await bench.sealAndSubmit().first)
    try await bench.bank(message, "C-1", "M-1", "settled")
    #expect(try await bench.state("M-1") == "consumed")
    try await bench.collect("C-2", "M-1", refusedFor: "mandate state")
    try await bench.bank(message, "C-1", "M-1", "returned AM04")
    #expect(try await bench.state("M-1") == "active")
  }

  @Test func `what comes back of a one-off mandate may be presented again by policy`() async throws {
    var bench = try await MandateBench(.init())
    bench.bench.policies = ReturnPolicies(representing: ["acme"])
    try await bench.mandate("M-1", ["sequence": "one-off"])
    try await bench.collect("C-1", "M-1")
    let message = try #require(try await bench.sealAndSubmit().first)
    try await bench.bank(message, "C-1", "M-1", "settled")
    try await bench.bank(message, "C-1", "M-1", "returned AM04")
    let again = try await bench.session.one("SELECT attempt, sequence_type FROM sepad.collection ORDER BY id DESC LIMIT 1")
    #expect(again[0] == "2" && again[1] == "OOFF")
  }

  @Test func `what is revoked holds its collections and says why`() async throws {
    let bench = try await MandateBench(.init())
    try await bench.mandate("M-1", [:])
    try await bench.collect("C-1", "M-1")
    try await bench.change("M-1", "revoked", ["reason": "the debtor wrote on 1 December"])
    #expect(try await bench.held("C-1") == "mandate revoked")
    #expect(try await bench.sealAndSubmit() == [])
    #expect(try await bench.session.one("SELECT count(*) FROM sepad.due").integer(0) == 1, "not lost")
    let because = try await bench.session.one("SELECT because FROM sepad.mandate_history")
    #expect(because[0] == "the debtor wrote on 1 December")
  }

  /// 36 months after 2026-12-03 is 2029-12-03.
  @Test func `36 months without a collection end it, and are told before`() async throws {
    let bench = try await MandateBench(.init(), mails: true)
    // M-1 is used; the first of M-2 came to nothing; M-3 is used again just before its end.
    for reference in ["M-1", "M-2", "M-3"] { try await bench.mandate(reference, ["signed_on": "2026-11-01"]) }
    for (key, reference, end) in [("C-1", "M-1", "settled"), ("C-2", "M-2", "AM04"), ("C-3", "M-3", "settled")] {
      try await bench.collect(key, reference)
      let message = try #require(try await bench.sealAndSubmit().first)
      try await bench.bank(message, key, reference, end)
    }
    var seen: [String] = []
    for day in 0...1300 {
      let today = Bench.start.day.adding(days: day)
      if today.iso == "2029-11-20" {
        try await bench.session.run(
          """
          UPDATE sepad.collection_status SET collection_date = '2029-11-19'
          WHERE collection_id = (SELECT id FROM sepad.collection WHERE request_key = 'C-3')
          """)
      }
      try await bench.care(day: day)
    }
    for row in try await bench.session.run(
      """
      SELECT to_char(h.at, 'YYYY-MM-DD'), m.reference, h.event FROM sepad.mandate_history h
      JOIN sepad.mandate m ON m.id = h.mandate_id ORDER BY h.id
      """
    ).rows { seen.append("\(try row.text(0)) \(try row.text(1)) \(try row.text(2))") }
    // Accepted on 2026-12-01: before that, nobody said whether it was used.
    #expect(
      seen == [
        "2029-09-02 M-2 ending", "2029-09-04 M-1 ending", "2029-09-04 M-3 ending", "2029-11-01 M-2 ending",
        "2029-11-03 M-1 ending", "2029-11-03 M-3 ending", "2029-11-24 M-2 ending", "2029-11-26 M-1 ending",
        "2029-12-01 M-2 expired", "2029-12-03 M-1 expired",
      ])
    #expect(try await bench.state("M-3") == "active")
    let alerts = try await bench.session.one("SELECT count(*) FROM sepad.job WHERE kind = 'alert_mail'")
    #expect(try alerts.integer(0) == 6, "one a day and a distance, however many mandates")
  }

  // MARK: Bad rows

  @Test func `each bad row is refused with its rule, and the good ones are taken`() async throws {
    let bench = try await MandateBench(.init())
    let mandates: [(fields: [String: String?], rule: String)] = [
      (["state": "draft"], "draft"), (["state": "old"], "state of a new mandate"),
      (["registered_on": "2026-12-05"], "day after the signature"), (["registered_on": "2025-12-05"], "day after the signature"),
      (["last_used_on": "yesterday"], "date"), (["signed_on": "2020-01-02", "last_used_on": "2023-12-01"], "36 months without a collection"),
      (["scheme": "CORE", "registered_on": "2026-11-30"], "registration"), (["notice_days": "0"], "days of pre-notification"),
      (["notice_days": "91"], "days of pre-notification"), (["signatory": String(repeating: "x", count: 71)], "text length"),
    ]
    for (number, item) in mandates.enumerated() {
      try await bench.mandate("B-\(number)", item.fields, refusedFor: item.rule)
    }
    try await bench.mandate("M-1", [:])
    try await bench.mandate("M-2", ["iban": "FR1420041010050500013M02606"])
    let changes: [(change: String, fields: [String: String], rule: String?)] = [
      ("", [:], "compulsory field"), ("deleted", [:], "change of a mandate"), ("signed", [:], "compulsory field"),
      ("signed", ["on_date": "2026-11-30"], "mandate state"), ("registered", ["on_date": "2026-12-02"], "day of the change"),
      ("amended", [:], "amendment"), ("amended", ["iban": "DE89370400440532013000"], "amendment"),
      ("amended", ["iban": "DE00370400440532013000"], "iban check digits"), ("amended", ["bic": "COBADEFF"], "account"),
      ("amended", ["new_reference": "M-2"], "unique mandate reference"), ("amended", ["new_reference": "M_2"], "mandate reference characters"),
      ("amended", ["iban": "CH9300762011623852957"], "address of a debtor outside the EEA"),
      ("revoked", ["iban": "FR1420041010050500013M02606"], "amendment"),
      ("revoked", ["reason": String(repeating: "x", count: 141)], "reason length"),
      ("amended", ["email": "compta@debtor.example", "notice_days": "5"], nil), ("suspended", [:], nil),
    ]
    for (number, item) in changes.enumerated() {
      let refused = try await bench.ask("M-1", item.change, item.fields, key: "X-\(number)")
      #expect(refused == item.rule, "\(item)")
    }
    #expect(try await bench.ask("M-9", "revoked", [:]) == "mandate exists")
    #expect(try await bench.state("M-1") == "suspended")
    // The same key again is the same request; with another content it is none.
    #expect(try await bench.ask("M-1", "suspended", [:], key: "X-15") == nil)
    #expect(try await bench.ask("M-1", "revoked", [:], key: "X-15") == "one key, one content")
    #expect(try await bench.session.one("SELECT count(*) FROM sepad.mandate_change").integer(0) == 2)
    let incomplete = try await bench.session.one(
      """
      SELECT count(*) FROM (
        SELECT refusals FROM intake.mandate_request UNION ALL SELECT refusals FROM intake.mandate_change_request
      ) r, jsonb_array_elements(r.refusals) x
      WHERE coalesce(x->>'found', '') = '' OR coalesce(x->>'expected', '') = '' OR coalesce(x->>'hint', '') = ''
      """)
    #expect(try incomplete.integer(0) == 0, "each says rule, found, expected and what to do")
  }

  @Test func `a request of before has the digest that it had`() async throws {
    let bench = try await MandateBench(.init())
    try await bench.mandate("M-1", [:])
    // The digest of a version that knew none of the later columns.
    let digest = try await bench.session.one(
      """
      SELECT encode(request_digest, 'hex'), encode(sha256(convert_to(jsonb_build_array('acme', 'M-1', 'B2B', 'recurrent',
        '2026-01-02', 'Müller & Söhne', 'DE89370400440532013000', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
        )::text, 'UTF8')), 'hex') FROM sepad.mandate
      """)
    #expect(digest[0] == digest[1])
  }
}
