import CrashPoints
import Foundation
import TestSupport

/// One blow, struck while the daemon looks at a database that went back in time, or while a person recovers it.
struct RecoverCase {
  private let strike: Strike
  private let blow: Blow
  private let house: KillHouse

  init(_ strike: Strike, _ blow: Blow, _ house: KillHouse) {
    self.strike = strike
    self.blow = blow
    self.house = house
  }

  /// Runs it.
  /// - Returns: what became of what was struck.
  /// - Throws: when it ends otherwise than it must.
  func run() async throws -> Fate {
    try house.set(clock: "2026-12-02T08:00:00Z")
    let sent = house.atTheBank
    // The reports are here when a person comes.
    if strike.command != nil, strike.scene == .forgotten { try house.sepad("run", "--once") }
    // A daemon has built before anybody looked, and under a name that the bank knows.
    if strike.command == nil, strike.scene == .setBack { try house.die(at: "buildCommitted:1") }
    let fate = try await strikeDown()
    // What was cut off is tried again.
    try house.set(clock: "2026-12-02T09:00:00Z")
    if try !house.isAgreed, strike.scene != .intact || strike.command != nil {
      if strike.scene != .intact { try house.sepad("run", "--once") }
      let (status, output) = try house.program.run("recover")
      guard status == 1, house.atTheBank == sent else {
        throw TestSupportFault("not agreed: exit \(status), at the bank \(house.atTheBank), expected \(sent): \(output)")
      }
      try agree()
    }
    try house.settle()
    let before = try house.lines(Self.record)
    try agree()
    let after = try house.lines(Self.record)
    guard before == after else { throw TestSupportFault("agreed again: found \(after), expected \(before)") }
    for day in ["2026-12-04", "2026-12-08"] {
      try house.set(clock: "\(day)T07:00:00Z")
      try house.work()
      try house.settle()
    }
    let end = try RecoverEnd(house, strike.scene)
    try end.expectTheEnd(agreedByPerson: strike.scene != .intact || strike.command != nil)
    return fate
  }

  /// All that an agreement changes.
  private static let record = """
    SELECT 'epoch', number, actor FROM sepad.epoch UNION ALL SELECT 'event', count(*), NULL FROM sepad.payment_event
    UNION ALL SELECT 'file event', count(*), NULL FROM sepad.file_history
    UNION ALL SELECT 'lost', count(*), NULL FROM sepad.lost_debit ORDER BY 1, 2
    """

  private func agree() throws {
    let words = strike.command ?? ["recover", "--agree", "--because", "seen at the bank", "--operator", "jo"]
    let child = try house.program.start(words)
    guard child.wait() == 0 else { throw TestSupportFault("\(words): exit \(child.wait()): \(child.output)") }
  }

  private func strikeDown() async throws -> Fate {
    switch blow {
    case .kill:
      let victim = try start(strike.command ?? ["run", "--once"], "kill")
      try victim.expectItDied()
    case .term:
      let victim = try start(strike.command ?? ["run"], "term")
      if strike.command != nil {
        // Nobody asked a command to be gentle.
        guard victim.ended() == -SIGTERM, victim.hasReached else { throw TestSupportFault(victim.output) }
      } else {
        try await victim.wait(30, "reach the point") { victim.hasReached }
        try await victim.expectItEnds()
      }
    case .powerOff: try await powerOff()
    }
    guard strike.command != nil else { return .same }
    return try house.isAgreed ? .done : .anew
  }

  private func powerOff() async throws {
    let hold = house.directory.appending("hold")
    let victim = try start(strike.command ?? ["run"], "hold=\(hold)")
    try await victim.wait(30, "reach the point") { exists(hold + ".reached") }
    try house.bench.postgres.powerOff()
    try Data().write(to: URL(fileURLWithPath: hold + ".go"))
    guard strike.command == nil else {
      let status = victim.ended()
      try house.bench.postgres.start()
      // It may say that it is done only where it is.
      guard try (status == 0) == house.isAgreed else { throw TestSupportFault("exit \(status): \(victim.output)") }
      return
    }
    try await victim.wait(30, "report the loss") { victim.output.contains("stage failed") }
    try house.bench.postgres.start()
    // It goes on by itself: looks again, and tells, or agrees.
    try await victim.wait(60, "go on by itself") {
      try house.sql(
        """
        SELECT count(*) FROM sepad.epoch e WHERE number = 2 AND (agreed_at IS NOT NULL
          OR EXISTS (SELECT FROM sepad.epoch_look)
            AND EXISTS (SELECT FROM sepad.job WHERE subject = 'epoch:2' AND state = 'done'))
        """) == "1"
    }
    try await victim.end()
  }

  private func start(_ words: [String], _ action: String) throws -> Victim {
    Victim(try house.start(words, crash: strike.armed(action)), strike.point)
  }
}

extension KillHouse {
  /// Whether the newest epoch is.
  fileprivate var isAgreed: Bool {
    get throws {
      try sql("SELECT number > 1 AND agreed_at IS NOT NULL FROM sepad.epoch ORDER BY number DESC LIMIT 1") == "t"
    }
  }
}
