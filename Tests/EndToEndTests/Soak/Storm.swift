import CrashPoints
import Foundation
import TestSupport

/// What goes wrong in a soak: blows by chance from a seed, each of which lasts a while.
final class Storm {
  /// Everything that can happen, in words for the journal of the storm.
  enum Blow: String, CaseIterable {
    case kill, term, freeze, crash, clock
    case bankRefuse, bankReset, bankClose, bankStall, bankKilled
    case loginRefused, hostKeyChanged, readOnlyBank, noRename
    case databaseCut, databaseReset, databaseClose, databaseStall, databaseRestart
    case readOnlyDatabase, connectionLimit, standbyFrozen
    case mailRefuse, mailReset, mailStall, webhookReset, webhookStall, webhookStatus
  }

  private let house: SoakHouse
  private var random: SeededRandom
  /// Seconds that a blow lasts at most.
  private let longest: Double
  private var lasting: [(blow: Blow, until: ContinuousClock.Instant, end: () throws -> Void)] = []
  /// How often each struck.
  private(set) var struck: [Blow: Int] = [:]
  /// The next daemon that is started dies at such a point.
  private var crash: String?

  init(_ house: SoakHouse, _ random: SeededRandom, longest: Double) {
    self.house = house
    self.random = random
    self.longest = longest
  }

  /// One blow, of a kind that does not last already, and a while of it.
  func strike() async throws {
    try house.keepRunning { [self] in
      defer { crash = nil }
      return crash
    }
    let possible = Blow.allCases.filter { blow in !lasting.contains { $0.blow == blow } }
    guard let blow = possible.randomElement(using: &random) else { return }
    let (seconds, pause) = (Double.random(in: 0.1...1, using: &random), Double.random(in: 0.05...0.4, using: &random))
    struck[blow, default: 0] += 1
    if let end = try await begin(blow) {
      lasting.append((blow, .now.advanced(by: .seconds(seconds * longest)), end))
    }
    let over = ContinuousClock.now.advanced(by: .seconds(pause * longest))
    try await waitUntil("a while of the storm", seconds: 600) { .now >= over }
    try calm { $0.until <= .now }
  }

  /// Ends what lasts, all of it unless told otherwise.
  func calm(_ isOver: ((blow: Blow, until: ContinuousClock.Instant, end: () throws -> Void)) -> Bool = { _ in true }) throws {
    let over = lasting.filter(isOver)
    lasting.removeAll(where: isOver)
    for blow in over { try blow.end() }
  }

  /// - Returns: what ends it; nil for what is over at once.
  private func begin(_ blow: Blow) async throws -> (() throws -> Void)? {
    switch blow {
    case .kill, .term, .freeze, .crash, .clock: try await strikeDaemon(blow)
    case .bankRefuse, .bankReset, .bankClose, .bankStall: strike(house.bankProxies, blow)
    case .mailRefuse, .mailReset, .mailStall: strike([house.mailProxy], blow)
    case .webhookReset, .webhookStall: strike([house.webhookProxy], blow)
    case .databaseReset, .databaseClose, .databaseStall: strike(daemon.database, blow)
    case .databaseCut, .databaseRestart, .readOnlyDatabase, .connectionLimit, .standbyFrozen:
      try await strikeDatabase(blow)
    case .bankKilled, .loginRefused, .hostKeyChanged, .readOnlyBank, .noRename: try strikeBank(blow)
    case .webhookStatus: try answer([500, 502, 503, 429].randomElement(using: &random) ?? 500)
    }
  }

  private var daemon: SoakHouse.Daemon { house.daemons[Int.random(in: house.daemons.indices, using: &random)] }

  private func strikeDaemon(_ blow: Blow) async throws -> (() throws -> Void)? {
    let daemon = daemon
    switch blow {
    case .term:
      daemon.isKilled = true
      daemon.process?.thaw()
      try await house.end(daemon)
    case .freeze:
      daemon.process?.freeze()
      return { daemon.process?.thaw() }
    case .clock:
      // What machines' clocks are wrong by, when nobody looks.
      daemon.skew = Int.random(in: -300...300, using: &random)
      try house.setClock(daemon)
      return { [house] in
        daemon.skew = 0
        try house.setClock(daemon)
      }
    default:
      house.kill(daemon)
      if blow == .crash {
        let point = CrashPoint.allCases[Int.random(in: CrashPoint.allCases.indices, using: &random)]
        crash = "\(point.rawValue):\(Int.random(in: 1...6, using: &random)):kill"
        daemon.isKilled = true
      }
    }
    return nil
  }

  /// Breaks what passes through one of the proxies, at any byte up to where most messages are through.
  private func strike(_ proxies: [FaultProxy], _ blow: Blow) -> (() throws -> Void)? {
    let proxy = proxies[Int.random(in: proxies.indices, using: &random)]
    let side: FaultProxy.Side = Bool.random(using: &random) ? .server : .client
    // Handshakes are short, files are long: each order of magnitude as often as the next.
    let after = Int(pow(10, Double.random(in: 0...5.5, using: &random)))
    let times = Bool.random(using: &random) ? 1 : nil
    switch blow {
    case .bankRefuse, .mailRefuse: proxy.set(.refuse, times: times)
    case .bankClose, .databaseClose: proxy.set(.close(after: after, to: side), times: times)
    case .bankStall, .mailStall, .webhookStall, .databaseStall: proxy.set(.stall(after: after, to: side), times: times)
    default: proxy.set(.reset(after: after, to: side), times: times)
    }
    return { proxy.set(.none) }
  }

  private func strikeBank(_ blow: Blow) throws -> (() throws -> Void)? {
    let house = house
    func lead(to server: SSHServer) -> () throws -> Void {
      house.bankProxies[0].redirect(to: .port(server.port))
      house.bankProxies[0].cut()
      return { house.bankProxies[0].redirect(to: .port(house.ssh.port)) }
    }
    switch blow {
    case .hostKeyChanged: return lead(to: house.impostorSSH)
    case .readOnlyBank: return lead(to: house.readOnlySSH)
    case .noRename: return lead(to: house.renamelessSSH)
    case .loginRefused:
      try house.ssh.setLogins(refused: true)
      house.bankProxies[0].cut()
      return { try house.ssh.setLogins(refused: false) }
    default:
      house.kill(house.banks[Int.random(in: house.banks.indices, using: &random)])
      return nil
    }
  }

  private func strikeDatabase(_ blow: Blow) async throws -> (() throws -> Void)? {
    let pair = house.pair
    // A synchronous standby may stand still just now.
    func alter(_ what: String) throws {
      try pair.sql("SET synchronous_commit = local; ALTER \(what)", in: "postgres")
    }
    func endSessions() throws {
      try pair.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'sepad'", in: "postgres")
    }
    switch blow {
    case .databaseRestart: try await pair.restartPrimary()
    case .readOnlyDatabase:
      try alter("DATABASE \(pair.name) SET default_transaction_read_only = on")
      try endSessions()
      return { try alter("DATABASE \(pair.name) RESET default_transaction_read_only") }
    case .connectionLimit:
      try alter("ROLE sepad CONNECTION LIMIT \(Int.random(in: 0...6, using: &random))")
      try endSessions()
      return { try alter("ROLE sepad CONNECTION LIMIT -1") }
    case .standbyFrozen:
      pair.setStandby(frozen: true)
      return { pair.setStandby(frozen: false) }
    default:
      for proxy in daemon.database { proxy.cut() }
    }
    return nil
  }

  private func answer(_ status: Int) throws -> (() throws -> Void)? {
    try Data("\(status)\n".utf8).write(to: URL(fileURLWithPath: house.webhookStatus))
    return { [house] in try FileManager.default.removeItem(atPath: house.webhookStatus) }
  }

  /// The primary dies, its standby takes over, and gets a standby of its own. Nothing else may last meanwhile.
  func failOver() async throws {
    try calm()
    house.pair.killPrimary()
    try await house.pair.promote()
    try await house.pair.makeStandby()
  }
}
