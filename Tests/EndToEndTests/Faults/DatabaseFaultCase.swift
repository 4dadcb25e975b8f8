import Foundation
import TestSupport
import Testing

/// One fault of the database: a daemon that stands somewhere in its work, the fault, what the daemon says of it, its end,
/// and both sides' records when all is over.
final class DatabaseFaultCase {
  private let fault: DatabaseFault
  private let standpoint: Standpoint
  private let house: KillHouse
  private let proxy: FaultProxy
  private var random: SeededRandom
  private var slots: ServerSlots?
  private var volume: SmallVolume?
  /// An ordinary role: limits of connections do not hold for a superuser.
  private static let role = "clerk"

  /// - Throws: `Skipped` where this machine cannot bring the fault about.
  init(_ fault: DatabaseFault, at standpoint: Standpoint, _ bench: KillBench, random: SeededRandom) throws {
    (self.fault, self.standpoint, self.random) = (fault, standpoint, random)
    let proxy = try FaultProxy(.socket("\(bench.postgres.directory)/.s.PGSQL.5432"))
    self.proxy = proxy
    let database: String
    if fault == .volumeFull {
      let volume = try SmallVolume(bench.postgres)
      self.volume = volume
      database = try bench.postgres.copyDatabase(bench.template, tablespace: volume.tablespace)
      volume.database = database.split(separator: "=").last.map(String.init)
    } else {
      database = try bench.postgres.copyDatabase(bench.template)
    }
    house = try KillHouse(bench, .sftp, database: database) { configuration in
      let name = database.split(separator: "=").last ?? ""
      return configuration.replacingOccurrences(
        of: "url = \"\(database)\"", with: "url = \"host=127.0.0.1 port=\(proxy.port) user=\(Self.role) dbname=\(name)\"")
    }
  }

  /// - Returns: what the status file called it.
  func run() async throws -> String {
    try allowRole()
    try prepareInjection()
    try house.set(clock: "2026-12-02T07:00:00Z")
    let hold = house.directory.appending("hold")
    let daemon = try house.start(["run"], crash: "\(standpoint.point):hold=\(hold)")
    defer { daemon.kill() }
    let watch = FaultWatch(house: house, daemon: daemon)
    try await waitUntil("the daemon stands at \(standpoint.point)", seconds: 60) {
      FileManager.default.fileExists(atPath: hold + ".reached") || !daemon.isRunning
    }
    let sealed = try house.lines(KillEnd.sealedFiles)
    let before = try house.sql(standpoint.effect)
    let began = ContinuousClock.now
    try await strike()
    try house.directory.write("hold.go", [])
    let named = try await watch.named([fault.kind], since: began)
    try await expectItStruck(before: before)
    try await lift()
    try await waitUntil("the daemon goes on by itself", seconds: 60) {
      try house.waiting.allSatisfy { $0.hasPrefix("SEPAD-") } && house.unfinished == "0" || !daemon.isRunning
    }
    try await watch.well()
    let status = try house.program.run("status")
    try await watch.end()
    try watch.expectDiscretion([status.output])
    try finish(sealed)
    print("\(fault.rawValue), \(standpoint.name): \(named.line) after \(String(format: "%.1f", named.seconds)) s")
    return fault.kind
  }

  /// The days that remain, without faults.
  private func finish(_ sealed: [String]) throws {
    try house.set(clock: "2026-12-02T08:00:00Z")
    try house.settle()
    try house.set(clock: "2026-12-08T07:00:00Z")
    try house.work()
    try house.settle()
    try KillEnd(house).expectTheEnd(reminderMayBeInDoubt: false, sealedBefore: sealed)
  }

  // MARK: The fault

  private func strike() async throws {
    let postgres = house.bench.postgres
    switch fault {
    case .restartedInOrder: try postgres.stop()
    case .switchedOff: try postgres.powerOff()
    case .unreachable:
      proxy.set(.refuse)
      proxy.cut()
    case .stalledToServer: proxy.set(.stall(after: 0, to: .server))
    case .stalledToClient: proxy.set(.stall(after: 0, to: .client))
    case .cutAtRandom:
      let byte = Int.random(in: 0...30_000, using: &random)
      proxy.set(.reset(after: byte, to: Bool.random(using: &random) ? .client : .server), times: 12)
      // Those that exist have passed more than that.
      proxy.cut()
    case .commitLost: proxy.set(.reset(after: 0, to: .server))
    case .commitAnswerLost: proxy.set(.reset(after: 0, to: .client))
    case .outOfConnections:
      proxy.set(.refuse)
      proxy.cut()
      try await noneOfThemConnected()
      slots = try ServerSlots(postgres, user: Self.role)
      proxy.set(.none)
    case .roleAtItsLimit: try await reconnect("ALTER ROLE \(Self.role) CONNECTION LIMIT 0")
    case .readOnly: try await reconnect("ALTER ROLE \(Self.role) SET default_transaction_read_only = on")
    case .standby:
      try postgres.stop()
      try postgres.standsBy(true)
      try postgres.start()
    case .volumeFull: try volume?.fill()
    case .diskFullInjected, .deadlockInjected, .serializationInjected: try arm(true)
    case .statementTimeOut:
      try arm(true)
      try await reconnect("ALTER ROLE \(Self.role) SET statement_timeout = '500ms'")
    }
  }

  private func lift() async throws {
    let postgres = house.bench.postgres
    switch fault {
    case .restartedInOrder, .switchedOff: try postgres.start()
    case .unreachable, .stalledToServer, .stalledToClient, .cutAtRandom, .commitLost, .commitAnswerLost: proxy.set(.none)
    case .outOfConnections: slots = nil
    case .roleAtItsLimit: _ = try house.sql("ALTER ROLE \(Self.role) CONNECTION LIMIT -1")
    case .readOnly: try await reconnect("ALTER ROLE \(Self.role) RESET default_transaction_read_only")
    case .standby:
      try postgres.stop()
      try postgres.standsBy(false)
      try postgres.start()
    case .volumeFull: try volume?.clear()
    case .diskFullInjected, .deadlockInjected, .serializationInjected: try arm(false)
    case .statementTimeOut:
      try arm(false)
      try await reconnect("ALTER ROLE \(Self.role) RESET statement_timeout")
    }
  }

  /// That something was broken, apart from what the daemon says.
  private func expectItStruck(before: String) async throws {
    switch fault {
    case .unreachable, .stalledToServer, .stalledToClient, .cutAtRandom:
      try await waitUntil("a connection is struck", seconds: 30) { proxy.strikes > 0 }
    case .commitLost:
      try await waitUntil("a connection is struck") { proxy.strikes > 0 }
      try expect(house.sql(standpoint.effect) == before, "the COMMIT never arrived")
    case .commitAnswerLost:
      let effect = standpoint.effect
      try await waitUntil("the COMMIT was executed, and its answer lost") {
        try proxy.strikes > 0 && house.sql(effect) != before
      }
    case .outOfConnections: try expect((slots?.count ?? 0) > 10, "others hold the connections")
    case .roleAtItsLimit:
      try expect(house.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = '\(Self.role)'") == "0", "nobody is let in")
    case .standby: try expect(house.sql("SELECT pg_is_in_recovery()") == "t", "it is a standby")
    case .diskFullInjected, .deadlockInjected, .serializationInjected:
      try expect((Int(house.sql("SELECT last_value FROM public.strikes")) ?? 0) > 0, "a statement was refused")
    // What it says is the server's own word; a volume was full when `fill` returned.
    case .restartedInOrder, .switchedOff, .readOnly, .volumeFull, .statementTimeOut: break
    }
  }

  private func expect(_ holds: Bool, _ what: String) throws {
    if !holds { throw TestSupportFault("expected that \(what)") }
  }

  /// Changes what holds for new connections, and ends the old ones.
  private func reconnect(_ sql: String) async throws {
    proxy.set(.refuse)
    _ = try house.sql(sql)
    proxy.cut()
    try await noneOfThemConnected()
    proxy.set(.none)
  }

  private func noneOfThemConnected() async throws {
    try await waitUntil("the daemon's connections are gone") {
      try house.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = '\(Self.role)'") == "0"
    }
  }

  /// Rights on all that `postgres` owns, without its being exempt from limits.
  private func allowRole() throws {
    _ = try house.sql(
      """
      DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '\(Self.role)') THEN CREATE ROLE \(Self.role) LOGIN IN ROLE postgres; END IF;
      END $$;
      ALTER ROLE \(Self.role) CONNECTION LIMIT -1;
      ALTER ROLE \(Self.role) RESET ALL
      """)
  }

  /// Prepares that each insertion into tables that every stage writes is refused with a SQLSTATE, or takes two seconds. Put
  /// there before the daemon holds any lock; armed by `arm`.
  private func prepareInjection() throws {
    let act: String
    let times: Int
    switch fault {
    case .diskFullInjected: (act, times) = (Self.refusal("53100"), .max)
    case .deadlockInjected: (act, times) = (Self.refusal("40P01"), 6)
    case .serializationInjected: (act, times) = (Self.refusal("40001"), 6)
    case .statementTimeOut: (act, times) = ("PERFORM pg_sleep(2)", .max)
    default: return
    }
    // A sequence counts on when its transaction is rolled back.
    _ = try house.sql(
      """
      CREATE TABLE public.armed ();
      CREATE SEQUENCE public.strikes;
      CREATE FUNCTION public.strike() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
        IF EXISTS (SELECT FROM public.armed) AND nextval('public.strikes') <= \(times) THEN \(act); END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER strike BEFORE INSERT ON sepad.outbound_chunk FOR EACH ROW EXECUTE FUNCTION public.strike();
      CREATE TRIGGER strike BEFORE INSERT ON sepad.file_history FOR EACH ROW EXECUTE FUNCTION public.strike();
      CREATE TRIGGER strike BEFORE INSERT ON sepad.delivery FOR EACH ROW EXECUTE FUNCTION public.strike();
      """)
  }

  private static func refusal(_ state: String) -> String { "RAISE EXCEPTION USING ERRCODE = '\(state)', MESSAGE = 'as injected'" }

  private func arm(_ isArmed: Bool) throws {
    _ = try house.sql(isArmed ? "INSERT INTO public.armed DEFAULT VALUES" : "DELETE FROM public.armed")
  }
}
