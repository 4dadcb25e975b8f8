package import Logging
import SEPA
import Store

/// The stages at work, each at its own pace with a connection of its own: requests and files; one exchange per bank;
/// notices; and a watch over what did not happen. None waits for another, so a dead mail server or a silent bank delays nothing but itself.
package struct Daemon: Sendable {
  private let settings: Settings
  private let clock: any WallClock
  private let log: Logger
  private let journal: StageJournal
  private let receivers: Receivers

  /// - Parameters:
  ///   - journal: where the stages say how they are.
  ///   - receivers: where it is kept how those are who hear of events.
  package init(
    settings: Settings, clock: any WallClock, log: Logger, journal: StageJournal, receivers: Receivers = Receivers()
  ) {
    self.settings = settings
    self.clock = clock
    self.log = log
    self.journal = journal
    self.receivers = receivers
  }

  /// Checks the schema's version, writes the configured creditors and endpoints, and clears what a killed daemon left in
  /// the spool directory. To be called before anything runs.
  package func prepare() async throws {
    Spool(directory: settings.spoolDirectory).sweep()
    let session = Session(conninfo: settings.conninfo, name: "prepare", schemaVersion: Migrator.version)
    try await session.configure(
      creditors: settings.creditors, subscriptions: settings.subscriptions, at: clock.now())
  }

  /// Everything that can be done now, stage after stage, until nothing moves any more.
  /// - Returns: how many steps moved something.
  /// - Throws: the first error of a stage, when the other stages have done what they can; what was committed stays.
  package func runOnce() async throws -> Int {
    var lanes = makeLanes()
    var total = 0
    var first: (any Error)?
    while true {
      var moved = 0
      var left: [Lane] = []
      for lane in lanes {
        do {
          moved += try await lane.step()
          left.append(lane)
        } catch {
          first = first ?? error
        }
      }
      lanes = left
      total += moved
      if moved > 0 { continue }
      if let first { throw first }
      return total
    }
  }

  /// Runs until the task is cancelled. An error of a stage is told and tried again, never fatal.
  package func run(pollMilliseconds: Int) async throws {
    let lanes = makeLanes()
    await withTaskGroup(of: Void.self) { group in
      for lane in lanes {
        group.addTask { await lane.loop(pollMilliseconds: pollMilliseconds) }
      }
    }
  }

  private func makeLanes() -> [Lane] {
    let (settings, clock, log) = (settings, clock, log)
    let clockGuard = settings.clockToleranceSeconds.map(ClockGuard.init)
    func lane(_ name: String, _ session: Session, _ work: @escaping @Sendable () async throws -> Int) -> Lane {
      Lane(name: name, session: session, clock: clock, clockGuard: clockGuard, log: log, journal: journal, work: work)
    }
    let pipeline = Session(conninfo: settings.conninfo, name: "pipeline", schemaVersion: Migrator.version)
    var lanes = [
      lane("pipeline", pipeline) {
        var moved = try await Intake(session: pipeline, rules: settings.fileRules, mandates: settings.mandatePolicies)
          .run(at: clock.now())
        moved += try await Scheduler(session: pipeline).run(at: clock.now())
        for bank in settings.banks {
          moved += try await Dating(session: pipeline).run(bank, at: clock.now())
          // After what moves dates that were told, before what seals them.
          moved += try await PreNotifier(session: pipeline).run(bank, at: clock.now())
          moved += try await Builder(session: pipeline, schemas: settings.schemas, log: log).run(bank, at: clock.now())
          moved += try await Undoer(session: pipeline, schemas: settings.schemas, log: log).run(bank, at: clock.now())
        }
        return moved
      }
    ]
    for bank in settings.banks {
      let session = Session(conninfo: settings.conninfo, name: "bank \(bank.name)", schemaVersion: Migrator.version)
      let exchange = Exchange(session: session, bank: bank, spoolDirectory: settings.spoolDirectory, log: log)
      lanes.append(
        lane("bank \(bank.name)", session) {
          var troubles = Troubles()
          let exchanged = try await troubles.tolerating { try await exchange.run(at: clock.now) }
          // What was fetched before says what it says, whatever ails the bank now.
          let applied = try await Apply(session: session, policies: settings.policies, log: log)
            .run(bank: bank.name, at: clock.now())
          if let first = troubles.first { throw first }
          return (exchanged ?? 0) + applied
        })
    }
    let notices = Session(conninfo: settings.conninfo, name: "react", schemaVersion: Migrator.version)
    let react = React(
      session: notices, webhooks: settings.webhooks, mail: settings.mail, policies: settings.policies, branding: settings.branding,
      receivers: receivers, log: log)
    lanes.append(
      lane("react", notices) {
        try await react.run(at: clock.now)
      })
    let attention = Session(conninfo: settings.conninfo, name: "watch", schemaVersion: Migrator.version)
    let watch = Watch(session: attention, banks: settings.banks, log: log)
    let care = MandateCare(session: attention, policies: settings.mandatePolicies, log: log)
    let recovery = Recovery(
      session: attention, banks: settings.banks, policies: settings.policies, spoolDirectory: settings.spoolDirectory, log: log)
    lanes.append(
      lane("watch", attention) {
        try await attention.foldTotals()
        let decided = try await recovery.decide(at: clock.now())
        let cared = try await care.run(at: clock.now())
        return decided + cared + (try await watch.run(at: clock.now()))
      })
    return lanes
  }
}

/// One stage or a few that share a connection, stepped by hand or looped until cancelled.
struct Lane: Sendable {
  let name: String
  let session: Session
  let clock: any WallClock
  let clockGuard: ClockGuard?
  let log: Logger
  let journal: StageJournal
  let work: @Sendable () async throws -> Int

  /// One step.
  func step() async throws -> Int {
    try await clockGuard?.check(session, clock)
    return try await work()
  }

  /// Steps until cancelled; waits for a notification or the poll interval when there was nothing to do.
  func loop(pollMilliseconds: Int) async {
    var failures = 0
    while !Task.isCancelled {
      do {
        await journal.began(name, at: clock.now())
        let moved = try await step()
        if moved == 0 { try await session.run("LISTEN sepad") }
        await journal.succeeded(name, at: clock.now())
        failures = 0
        if moved > 0 { continue }
        // Waits in slices, so that a stop is noticed soon.
        var waited = 0
        while !Task.isCancelled, waited < pollMilliseconds {
          if try await session.waitForNotification(milliseconds: min(200, pollMilliseconds - waited)) { break }
          waited += 200
        }
      } catch is CancellationError {
        return
      } catch {
        await journal.failed(name, error, at: clock.now())
        failures += 1
        log.error("stage failed", metadata: ["stage": "\(name)", "error": "\(error)", "failures": "\(failures)"])
        // 1, 2, 4 … seconds. Cancellation ends the wait, and the loop's condition sees it. A database that is back is to
        // be seen soon; a bank may count how often it is called.
        let longest = error is StoreFault || error is ClockFault ? 16 : 60
        try? await Task.sleep(for: .seconds(min(longest, 1 << min(failures - 1, 6))))
      }
    }
  }
}
