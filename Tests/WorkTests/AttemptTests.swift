import Channels
import SEPA
import Store
import Synchronization
import TestSupport
import Testing
import Work

/// What an exchange tells the channel about the attempt that it makes.
@Suite struct AttemptTests {
  @Test("each attempt has its number, and half of the wait, however short", arguments: [1, 3600])
  func numbered(_ wait: Int64) async throws {
    let bank = NotingBank()
    var bench = try await Bench(channel: bank)
    bench.bank.uncertainWaitSeconds = wait
    try await bench.request(amounts: ["12.50"])
    try await bench.seal()
    let spool = try TemporaryDirectory()
    func run(after seconds: Int64) async throws {
      let exchange = Exchange(session: bench.session, bank: bench.bank, spoolDirectory: spool.path, log: bench.log)
      _ = try await exchange.run { Bench.start.adding(seconds: seconds) }
    }
    let before = ContinuousClock.now
    try await run(after: 0)
    try await run(after: 60)
    let after = ContinuousClock.now
    let sent = bank.notes.withLock { $0.sent }
    #expect(sent.map(\.attempt) == [1, 2])
    for file in sent {
      let limit = try #require(file.notAfter)
      #expect(limit > before && limit <= after.advanced(by: .milliseconds(wait * 500)))
      #expect(limit >= before.advanced(by: .milliseconds(wait * 500)))
    }
    // The second one's fate is unknown: the search is for it, once the wait is over by the database's clock.
    try await bench.session.run("UPDATE sepad.outbound_file SET begun_at = begun_at - interval '3600 s'")
    try await run(after: 120)
    #expect(bank.notes.withLock { $0.searched } == [2])
    #expect(try await bench.session.one("SELECT state FROM sepad.outbound_file")[0] == "submitted")
    withExtendedLifetime(spool) {}
  }

  @Test("each file has until the bank's cut-off, by the clock as it is when that file's turn comes")
  func untilCutOff() async throws {
    // Two files for 3 December, whose last moment is 16:00 in Paris the day before.
    let bank = NotingBank()
    var bench = try await Bench(channel: bank, maxTransactions: 1)
    bench.bank.uncertainWaitSeconds = 3600
    try await bench.request(amounts: ["12.50", "13.50"])
    try await bench.seal()
    let spool = try TemporaryDirectory()
    let tenMinutesBefore = try Instant(iso: "2026-12-02T14:50:00Z")
    let before = ContinuousClock.now
    _ = try await Exchange(session: bench.session, bank: bench.bank, spoolDirectory: spool.path, log: bench.log).run {
      // The first one takes an hour.
      bank.notes.withLock { tenMinutesBefore.adding(seconds: $0.sent.isEmpty ? 0 : 3600) }
    }
    let sent = bank.notes.withLock { $0.sent }
    #expect(sent.count == 1)
    let limit = try #require(sent.first?.notAfter)
    #expect(before.duration(to: limit) > .seconds(590) && before.duration(to: limit) < .seconds(700))
    let states = try await bench.session.one("SELECT string_agg(state::text, ' ' ORDER BY id) FROM sepad.outbound_file")[0]
    #expect(states == "sealed withdrawn")
    withExtendedLifetime(spool) {}
  }

  @Test("an upload that takes all the time of an attempt is told of once, and not where the cut-off came first", arguments: [false, true])
  func tooSlow(atCutOff: Bool) async throws {
    let bank = NotingBank(ChannelFault(.tooSlow, stage: .upload, found: "test", expected: "test"))
    var bench = try await Bench(channel: bank)
    bench.bank.uncertainWaitSeconds = 3600
    try await bench.session.run("INSERT INTO sepad.subscription VALUES ('mail:finance', 'finance_mail')")
    try await bench.request(amounts: ["12.50"])
    try await bench.seal()
    let spool = try TemporaryDirectory()
    let start = atCutOff ? try Instant(iso: "2026-12-02T14:50:00Z") : Bench.start
    _ = try await Exchange(session: bench.session, bank: bench.bank, spoolDirectory: spool.path, log: bench.log).run { start }
    let slow = try await bench.session.slowFiles()
    if atCutOff {
      #expect(slow.isEmpty)
    } else {
      #expect(slow.map(\.messageID) == ["SEPAD-20261201-1"] && slow[0].seconds == 1800 && slow[0].amountCents == 1250)
    }
    for _ in 0..<2 { _ = try await Watch(session: bench.session, banks: [bench.bank], log: bench.log).run(at: start) }
    let alerts = try await bench.session.run(
      "SELECT subject, content->'uploadTooSlow'->>'seconds' FROM sepad.job WHERE kind = 'alert_mail'"
    ).rows.map { try $0.text(0) + " " + $0.text(1) }
    #expect(alerts == (atCutOff ? [] : ["file:1:slow 1800"]))
    withExtendedLifetime(spool) {}
  }
}

/// Fails to send once, then loses the answer, then is found to have the file.
private final class NotingBank: BankChannel {
  struct Notes {
    var sent: [LocalFile] = []
    var searched: [Int] = []
  }

  let notes = Mutex(Notes())
  private let fault: ChannelFault

  init(_ fault: ChannelFault = ChannelFault(.connectionLost, stage: .rename, found: "test", expected: "test")) {
    self.fault = fault
  }

  func submit(_ file: LocalFile) async -> SubmitOutcome {
    notes.withLock { notes in
      notes.sent.append(file)
      return notes.sent.count == 1 ? .notSent(fault) : .unknown(fault)
    }
  }

  func locate(remoteName: String, size: Int64, attempt: Int) async throws(ChannelFault) -> Sighting {
    notes.withLock { $0.searched.append(attempt) }
    return .complete(where: "inbox")
  }

  func list() async throws(ChannelFault) -> [RemoteFile] { [] }
  func download(_ file: RemoteFile, to path: String, limit: Int64) async throws(ChannelFault) {}
  func acknowledge(_ file: RemoteFile) async throws(ChannelFault) {}
  func probe() async throws(ChannelFault) -> String { "" }
}
