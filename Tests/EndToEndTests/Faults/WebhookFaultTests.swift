import Foundation
import TestSupport
import Testing

/// What a webhook receiver does wrong.
enum WebhookFaultCase: String, CaseIterable, Sendable, CustomStringConvertible {
  case late, gone, tooMany, redirects, endless, endlessRefusal, unauthorized, deadForThreeDays
  var description: String { "webhook \(rawValue)" }

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
}

@Suite("Notice faults: webhooks", .serialized)
struct WebhookFaultTests {
  @Test("ids and order are kept, nothing is lost, and no collection waits for a receiver", .enabled(if: FaultChoice.isTurn(of: .webhook), "another kind of fault has its turn"))
  func each() async throws {
    var choice = FaultChoice()
    let cases = choice.among(WebhookFaultCase.allCases, sample: 1)
    try await FaultRun(title: "webhook faults", cases: cases, seed: choice.seed).run(benches: 2) { bench, fault in
      let notices = try await NoticeFaultHouse(bench, "timeout_seconds = 2")
      return try await Self.run(notices, fault)
    }
  }

  private static func run(_ notices: NoticeFaultHouse, _ fault: WebhookFaultCase) async throws -> String {
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
    var told = "nothing wrong | –"
    if let kind = fault.kind {
      let named = try await watch.named([kind], since: began)
      told = "\(named.line) | \(String(format: "%.1f", named.seconds)) s"
    }
    try await waitUntil("files are at the bank all the same", seconds: 60) {
      try house.sql("SELECT count(*) FROM sepad.outbound_file WHERE state = 'submitted'") == "2"
    }
    try house.work()
    switch fault {
    case .gone:
      try expect(notices.posts.count == 1, "it is told nothing more: \(notices.posts)")
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
      try expect(notices.posts.count == 1, "it is left alone for as long as it asked: \(notices.posts)")
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
    try expect(dead.count == (fault == .gone ? 1 : 0), "given up: \(dead)")
    let ids = try notices.taken
    try expect(fault == .late || Set(ids).count == ids.count, "taken twice: \(ids)")
    try house.set(clock: "2026-12-08T07:00:00Z")
    try house.work()
    try house.settle()
    try notices.expectTheMoney()
    return "\(told) | \(ids.count) taken, \(notices.posts.count) posts"
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
