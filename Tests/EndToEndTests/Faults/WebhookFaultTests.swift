import Foundation
import TestSupport
import Testing

/// What a webhook receiver does wrong.
enum WebhookFault: String, CaseIterable, Sendable {
  case late = "200 after the time-out"
  case gone = "410"
  case tooMany = "429, Retry-After an hour"
  case redirects = "302"
  case endless = "200, endless body"
  case endlessRefusal = "500, endless body"
  case unauthorized = "401"
  case deadForThreeDays = "nobody there for three days"

  /// For the sink's status file; nil where nobody is there.
  var status: String? {
    switch self {
    case .late: "200 late=8"
    case .gone: "410"
    case .tooMany: "429 retry-after=3600"
    case .redirects: "302"
    case .endless: "200 endless"
    case .endlessRefusal: "500 endless"
    case .unauthorized: "401"
    case .deadForThreeDays: nil
    }
  }

  /// What the status file must call it; nil where nothing is wrong.
  var kind: String? {
    switch self {
    case .gone: "receiver.gone"
    case .tooMany: "receiver.rests"
    case .endless: nil
    case .late, .redirects, .endlessRefusal, .unauthorized, .deadForThreeDays: "receiver.fails"
    }
  }

  /// What must become of what it was to be told.
  var fate: String {
    switch self {
    case .late: "all, some twice"
    case .gone: "all but what it said so to"
    case .tooMany, .redirects, .endless, .endlessRefusal, .unauthorized, .deadForThreeDays: "all, once"
    }
  }

  /// The section of docs/FAULTS.md about webhooks.
  static let section = FaultSection(
    title: "A webhook receiver fails",
    words: """
      What it answers, and in the cell: what the status file called it within 30 seconds, and what was told when the fault
      was over: all events, each collection's in their order, an id that came twice being the same event. Files leave
      meanwhile as ever. A receiver that says 410 is told nothing more until the daemon starts again; the event that it
      said so to is given up, and finance is told. As many as it has connections may be under way when it says so, or 429.
      """,
    columns: ["what became of it"], rows: allCases.map { FaultSection.Row(name: $0.rawValue, columns: ["what became of it"]) })
}

@Suite("Fault table: webhooks", .serialized)
struct WebhookFaultTests {
  @Test("ids and order are kept, nothing is lost, and no collection waits for a receiver", .enabled(if: FaultChoice.isTurn(of: .webhook), "another kind of fault has its turn"))
  func each() async throws {
    try await FaultRun(section: WebhookFault.section, sample: 1, benches: 2).run { bench, row, _ in
      guard let fault = WebhookFault(rawValue: row) else { throw TestSupportFault("\(row): no such case") }
      return try await Self.run(NoticeFaultHouse(bench, "timeout_seconds = 2"), fault)
    }
  }

  /// As many connections as a webhook has by default: so many posts may be under way when the first is answered.
  private static let underWay = 4

  private static func run(_ notices: NoticeFaultHouse, _ fault: WebhookFault) async throws -> String {
    let house = notices.house
    try house.set(clock: "2026-12-02T07:00:00Z")
    if let status = fault.status { try notices.webhook(status) } else { notices.webhookWay.set(.refuse) }
    var daemon = try house.program.start(["run"])
    defer { daemon.kill() }
    var watch = FaultWatch(house: house, daemon: daemon)
    try await waitUntil("the receiver is bad", seconds: 30) {
      !notices.posts.isEmpty || notices.webhookWay.strikes > 0 || !daemon.isRunning
    }
    let began = ContinuousClock.now
    if let kind = fault.kind {
      let named = try await watch.named([kind], since: began)
      print("\(fault.rawValue): \(named.line) after \(String(format: "%.1f", named.seconds)) s")
    }
    try await waitUntil("files are at the bank all the same", seconds: 60) {
      try house.sql("SELECT count(*) FROM sepad.outbound_file WHERE state = 'submitted'") == "2"
    }
    try house.work()
    switch fault {
    case .gone:
      try expect((1...underWay).contains(notices.posts.count), "it is told nothing more: \(notices.posts)")
      // Whoever mends the receiver starts the daemon again.
      try notices.webhook(nil)
      try await watch.end()
      daemon = try house.program.start(["run"])
      watch = FaultWatch(house: house, daemon: daemon)
    case .tooMany:
      try notices.webhook(nil)
      try house.set(clock: "2026-12-02T07:59:00Z")
      // Its finance mails and its bank go on meanwhile; a turn of the notices begins each second.
      let beat = try house.sql("SELECT beat_at FROM sepad.holder WHERE what = 'notices'")
      try await waitUntil("another turn") { try house.sql("SELECT beat_at FROM sepad.holder WHERE what = 'notices'") != beat }
      try expect((1...underWay).contains(notices.posts.count), "it is left alone for as long as it asked: \(notices.posts)")
    case .deadForThreeDays: try await threeDays(notices)
    case .late, .redirects, .endless, .endlessRefusal, .unauthorized:
      try notices.webhook(nil)
    }
    notices.webhookWay.set(.none)
    let start = fault == .deadForThreeDays ? "2026-12-05T07:00:00Z" : "2026-12-02T07:00:00Z"
    try await notices.untilTold(from: start, minutes: [1, 10, 61, 80, 240, 600, 1200, 1500])
    try await watch.well()
    try await watch.end()
    try watch.expectDiscretion()

    try notices.expectOrder()
    let dead = try notices.jobs("webhook").filter { !$0.hasSuffix(" done") }
    // What was answered with 410 is given up, and nothing else.
    let refused = notices.posts.filter { $0.hasSuffix(" 410") }
    try expect(dead.count == refused.count && refused.isEmpty == (fault != .gone), "given up: \(dead), refused: \(refused)")
    let ids = try notices.taken
    try expect(fault == .late || Set(ids).count == ids.count, "taken twice: \(ids)")
    try house.set(clock: "2026-12-08T07:00:00Z")
    try house.work()
    try house.settle()
    try notices.expectTheMoney()
    return "\(fault.kind ?? "nothing wrong"); \(fault.fate)"
  }

  /// Each attempt of three days fails; the bank is worked with as ever.
  private static func threeDays(_ notices: NoticeFaultHouse) async throws {
    let house = notices.house
    for (index, minutes) in [1, 10, 60, 200, 600, 1300, 2300, 3700].enumerated() {
      try house.set(clock: NoticeFaultHouse.instant("2026-12-02T07:00:00Z", minutes: minutes))
      try house.work()
      try await waitUntil("attempt \(index + 2) failed", seconds: 30) {
        try house.sql("SELECT max(attempts) FROM sepad.job WHERE state = 'waiting'") == "\(index + 2)"
      }
    }
    try house.set(clock: "2026-12-05T07:00:00Z")
    try house.work()
    try await waitUntil("the bank's answers are read", seconds: 30) {
      try house.sql("SELECT count(*) FROM sepad.collection_status WHERE state IN ('settled', 'rejected')") >= "4"
    }
    try expect(try notices.taken.isEmpty, "nothing arrived")
  }

  private static func expect(_ holds: Bool, _ what: String) throws {
    if !holds { throw TestSupportFault("expected that \(what)") }
  }
}
