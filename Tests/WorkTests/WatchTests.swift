import Notices
import SEPA
import Store
import TestSupport
import Testing

@testable import Work

/// What a person must know of is told once, in time and not before.
@Suite struct WatchTests {
  /// One situation, and what the watch says to it.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    /// How long after `Bench.start`, in hours, it is too early to speak; and when it is time.
    var early = 0
    var late = 1
    /// The subject's pattern, and a word of the mail's subject.
    let subject: String
    let word: String
    let arrange: @Sendable (Bench, String) async throws -> Void
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "a file refused whole", early: -1, late: 0, subject: "file:%:refused", word: "refused") { bench, message in
      try await bench.apply(Reports.named("rejectAll", message: message, sequence: 1))
    },
    Case(name: "a file whose fate is unknown", subject: "file:%:uncertain:%", word: "uncertain") { bench, _ in
      try await bench.session.run(
        """
        UPDATE sepad.outbound_file SET state = 'uncertain', moved_at = $1
        """, [.text(Bench.start.description)])
    },
    Case(name: "a file whose upload takes too long", early: -1, late: 0, subject: "file:%:slow", word: "takes too long") { bench, _ in
      try await bench.session.run("UPDATE sepad.outbound_file SET state = 'sealed', too_slow_seconds = 1800")
    },
    Case(name: "entries that match nothing", subject: "inbound:%:open", word: "matched") { bench, message in
      try await bench.apply(Reports.named("amount", message: message, sequence: 1))
    },
    Case(name: "no answer to a file", early: 5, late: 7, subject: "file:%:unanswered", word: "No answer") { _, _ in },
    // Collection date Thursday 3 December; three open days later it is Tuesday 8; told on Wednesday 9.
    Case(name: "no credit", early: 6 * 24, late: 8 * 24, subject: "file:%:uncollected:2026-12-03", word: "without an outcome") { _, _ in },
    Case(name: "a statement whose balance is off", subject: "statement:%:7", word: "statement") { bench, _ in
      try await bench.apply(
        BankStatement.text(
          [Booking(amount: "10.00", code: ("PMNT", "RCDT", "ESCT"))], id: "S-7", message: "camt.053", number: 7,
          balances: (opening: "100.00", closing: "110.01")))
    },
    Case(name: "a webhook given up", subject: "notices:webhook:erp:%", word: "webhook:erp") { bench, _ in
      let job = try #require(try await bench.session.claimJobs(limit: 1, at: Bench.start).first)
      try await bench.session.record(
        [DeliveryRecord(job: job.id, attempt: 1, outcome: .permanent, code: 410, detail: "Gone", retryAt: nil)], at: Bench.start)
    },
  ]

  @Test("told once, when it is time", arguments: cases)
  func tells(_ example: Case) async throws {
    var bench = try await Bench()
    bench.bank.answerWithinHours = example.subject.contains("unanswered") ? 6 : nil
    try await bench.session.run("INSERT INTO sepad.subscription VALUES ('mail:finance', 'finance_mail')")
    try await bench.request(amounts: ["12.50"])
    let message = try #require(try await bench.sealAndSubmit().first)
    func alerts() async throws -> [(subject: String, content: String)] {
      try await bench.session.run(
        "SELECT subject, content FROM sepad.job WHERE kind = 'alert_mail' AND subject LIKE $1", [.text(example.subject)]
      ).rows.map { (try $0.text(0), try $0.text(1)) }
    }
    func watch(hours: Int) async throws {
      _ = try await Watch(session: bench.session, banks: [bench.bank], log: bench.log)
        .run(at: Bench.start.adding(seconds: Int64(hours) * 3600))
    }
    // Before it happened, or before it was time.
    try await watch(hours: example.early)
    #expect(try await alerts().isEmpty)
    try await example.arrange(bench, message)
    if example.early > 0 { try await watch(hours: example.early) }
    #expect(try await alerts().isEmpty)

    try await watch(hours: example.late)
    try await watch(hours: example.late + 1)
    try await watch(hours: example.late + 24)
    let told = try await alerts()
    #expect(told.count == 1)
    let concern = try #require(told.first.flatMap { Concern(json: $0.content) })
    for language in [Language.en, .fr, .de] { #expect(!concern.letter(in: language).text.isEmpty) }
    #expect(concern.letter(in: .en).subject.contains(example.word), "\(concern.letter(in: .en).subject)")
  }

  @Test("nothing is told of what ended well")
  func staysSilent() async throws {
    var bench = try await Bench()
    bench.bank.answerWithinHours = 1
    try await bench.session.run("INSERT INTO sepad.subscription VALUES ('mail:finance', 'finance_mail')")
    try await bench.request(amounts: ["12.50"])
    let message = try #require(try await bench.sealAndSubmit().first)
    try await bench.apply(Reports.named("accept", message: message, sequence: 1))
    try await bench.apply(Reports.named("settle", message: message, sequence: 2))
    try await bench.apply(
      BankStatement.text(
        [Booking(amount: "10.00", code: ("PMNT", "RCDT", "ESCT"))], id: "S-7", message: "camt.053", number: 7,
        balances: (opening: "100.00", closing: "110.00")))
    for day in 0...20 {
      let raised = try await Watch(session: bench.session, banks: [bench.bank], log: bench.log)
        .run(at: Bench.start.adding(seconds: Int64(day) * 86_400))
      #expect(raised == 0, "day \(day)")
    }
  }
}
