import Foundation
import TestSupport
import Testing

/// A fault of the mail server: a word of its sink's fault file.
struct MailFaultCase: Sendable, CustomStringConvertible {
  let words: String
  var description: String { "mail \(words)" }

  /// What must become of the reminder, and of the mail to finance.
  enum Fate: Sendable {
    /// Both arrive once the fault is over, the reminder once.
    case later
    /// The mail to finance arrives later; the reminder is given up, and a person is told.
    case refused
    /// The mail to finance arrives, perhaps twice; whether the reminder did is not known, and it does not go out again.
    case inDoubt
    /// One of `later` and `inDoubt`: whether the text had left is a matter of buffers.
    case laterOrInDoubt
  }

  var fate: Fate {
    let parts = words.split(separator: " ").map(String.init)
    guard parts.count == 3 else { return .later }
    switch (parts[0], parts[2]) {
    case ("drop", "dot"): return .inDoubt
    case ("drop", "part"): return .laterOrInDoubt
    case ("drop", _): return .later
    case (let code, let step):
      return code.hasPrefix("5") && ["mail", "rcpt", "data", "text"].contains(step) ? .refused : .later
    }
  }

  static let all =
    ["greeting", "ehlo", "mail", "rcpt", "data", "text"].flatMap { step in
      ["421", "451", "452", "550", "552", "554"].map { MailFaultCase(words: "\($0) at \(step)") }
    } + ["greeting", "ehlo", "mail", "rcpt", "data", "part", "dot"].map { MailFaultCase(words: "drop at \($0)") }
}

@Suite("Notice faults: mail", .serialized)
struct MailFaultTests {
  @Test("no reminder goes out twice and none is lost, and finance hears of everything later", .enabled(if: FaultChoice.isTurn(of: .mail), "another kind of fault has its turn"))
  func each() async throws {
    var choice = FaultChoice()
    let cases = choice.among(MailFaultCase.all, sample: 1)
    try await FaultRun(title: "mail faults", cases: cases, seed: choice.seed).run(benches: 2) { bench, fault in
      try await Self.run(NoticeFaultHouse(bench), fault)
    }
  }

  private static func run(_ notices: NoticeFaultHouse, _ fault: MailFaultCase) async throws -> String {
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
    return "\(named.line) | \(String(format: "%.1f", named.seconds)) s | reminder \(reminder[1])"
  }
}
