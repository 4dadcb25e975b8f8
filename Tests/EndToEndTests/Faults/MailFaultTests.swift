import Foundation
import TestSupport
import Testing

/// A fault of the mail server: what it answers, or that it hangs up, and at which step.
struct MailFault: Sendable {
  /// A reply code, or `drop`.
  let answer: String
  let step: String

  /// For the fault file of the mail sink.
  var words: String { "\(answer) at \(step)" }

  /// What must become of the reminder, and of the mail to finance.
  enum Fate: String, Sendable {
    /// Both arrive once the fault is over, the reminder once.
    case later
    /// The mail to finance arrives later; the reminder is given up, and a person is told.
    case refused
    /// The mail to finance arrives, perhaps twice; whether the reminder did is not known, and it does not go out again.
    case inDoubt = "in doubt"
    /// One of `later` and `inDoubt`: whether the text had left is a matter of buffers.
    case laterOrInDoubt = "held"
  }

  var fate: Fate {
    switch (answer, step) {
    case ("drop", "dot"): .inDoubt
    case ("drop", "part"): .laterOrInDoubt
    case ("drop", _): .later
    case (let code, let step): code.hasPrefix("5") && ["mail", "rcpt", "data", "text"].contains(step) ? .refused : .later
    }
  }

  private static let answers = ["421", "451", "452", "550", "552", "554", "drop"]
  private static let steps = ["greeting", "ehlo", "mail", "rcpt", "data", "part", "text", "dot"]

  /// Where an answer can be given: in the middle of a text and after its dot there is only hanging up.
  private static func answers(at step: String) -> [String] {
    switch step {
    case "part", "dot": ["drop"]
    case "text": answers.filter { $0 != "drop" }
    default: answers
    }
  }

  /// The section of docs/FAULTS.md about mail.
  static let section = FaultSection(
    title: "A mail server fails",
    words: """
      It answers with a code, or hangs up, at a step of SMTP (`part`: in the middle of the text; `text`: the answer to it;
      `dot`: it has taken the text and hangs up without an answer), while a reminder to a debtor and a mail to finance are
      due. In a cell: what became of the reminder. Mails to finance always arrive, after `dot` perhaps twice, and nobody's
      collection waits.

      - `later`: it arrived once, when the fault was over.
      - `refused`: it was given up, and finance was told.
      - `in doubt`: whether it arrived is not known; it was not sent again, and finance was told.
      - `held`: one of `later` and `in doubt`: whether the text had left is a matter of buffers.
      """,
    columns: answers, rows: steps.map { FaultSection.Row(name: "at \($0)", columns: Set(answers(at: $0))) })
}

@Suite("Fault table: mail", .serialized)
struct MailFaultTests {
  @Test("no reminder goes out twice and none is lost, and finance hears of everything later", .enabled(if: FaultChoice.isTurn(of: .mail), "another kind of fault has its turn"))
  func each() async throws {
    try await FaultRun(section: MailFault.section, sample: 1, benches: 2).run { bench, row, column in
      try await Self.run(NoticeFaultHouse(bench), MailFault(answer: column, step: String(row.dropFirst(3))))
    }
  }

  private static func run(_ notices: NoticeFaultHouse, _ fault: MailFault) async throws -> String {
    let house = notices.house
    try house.set(clock: "2026-12-02T07:00:00Z")
    try house.sepad("run", "--once")
    // The bank refuses one: the debtor is reminded, and finance is told.
    try house.work()
    try notices.mail(fault.words)
    let daemon = try house.program.start(["run"])
    defer { daemon.kill() }
    let watch = FaultWatch(house: house, daemon: daemon)
    try await waitUntil("the mail server is bad to both", seconds: 30) { notices.mailStrikes.count >= 2 || !daemon.isRunning }
    let named = try await watch.named(["receiver.fails"], since: .now)
    if [.refused, .inDoubt].contains(fault.fate) {
      try await waitUntil("the status file counts the reminder", seconds: FaultWatch.promised) {
        (watch.status?["receivers"] as? [String: [String: Any]])?["mail:debtor"]?["given_up"] as? Int == 1
      }
    }
    try notices.mail(nil)
    try await notices.untilTold(from: "2026-12-02T07:00:00Z", minutes: [1, 10, 60, 240])
    try await watch.well()
    try await watch.end()
    try watch.expectDiscretion()

    let reminder = try notices.jobs("debtor_mail").first?.split(separator: " ").map(String.init) ?? []
    guard reminder.count == 2 else { throw TestSupportFault("no reminder: \(try notices.jobs("debtor_mail"))") }
    let sent = try notices.letters(to: "@debtor.example").filter { $0 == reminder[0] }.count
    let isWell =
      switch fault.fate {
      case .later: reminder[1] == "done" && sent == 1
      case .refused: reminder[1] == "dead" && sent == 0
      case .inDoubt: reminder[1] == "uncertain" && sent == 1
      case .laterOrInDoubt: reminder[1] == "done" && sent == 1 || reminder[1] == "uncertain" && sent == 0
      }
    if !isWell { throw TestSupportFault("the reminder: \(reminder[1]), sent \(sent) times, expected \(fault.fate)") }
    let toFinance = try notices.letters(to: "@acme.example")
    for job in try notices.jobs("finance_mail", "alert_mail") {
      let parts = job.split(separator: " ").map(String.init)
      let times = toFinance.filter { $0 == parts[0] }.count
      if parts[1] != "done" || times == 0 || times > 1 && fault.fate != .inDoubt {
        throw TestSupportFault("to finance: \(job), sent \(times) times")
      }
    }
    let alerts = try house.sql("SELECT count(*) FROM sepad.job WHERE subject LIKE 'notices:mail:debtor:%'")
    if (alerts != "0") != (reminder[1] != "done") { throw TestSupportFault("alerts about the reminder: \(alerts)") }
    try house.set(clock: "2026-12-08T07:00:00Z")
    try house.work()
    try house.settle()
    try notices.expectTheMoney()
    print("\(fault.words): \(named.line) after \(String(format: "%.1f", named.seconds)) s, reminder \(reminder[1])")
    return fault.fate.rawValue
  }
}
