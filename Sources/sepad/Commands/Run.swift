import ArgumentParser
import Glibc
import Logging
import SEPA
import ServiceLifecycle
import Store
import UnixSignals
import Work

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs the daemon; with --once, does everything that can be done now and ends.")
  @OptionGroup var config: ConfigurationOption
  @Flag(help: "Do what can be done now, then end.") var once = false

  func run() async throws {
    let configuration = try config.load()
    let clock = try Clocks.make(configuration)
    LoggingSystem.bootstrap { _ in
      var handler = LineLogHandler()
      handler.logLevel = configuration.logLevel
      return handler
    }
    let log = Logger(label: "sepad")
    if configuration.clockFile != nil { log.warning("the clock is steered by a file: for sandboxes only") }
    umask(0o077)
    mkdir(configuration.settings.spoolDirectory, 0o700)
    let journal = StageJournal()
    let daemon = Daemon(settings: configuration.settings, clock: clock, log: log, journal: journal)
    do { try await daemon.prepare() } catch {
      Console.complain("\(error)")
      throw Exit.unavailable
    }
    if once {
      do {
        let moved = try await daemon.runOnce()
        log.info("done", metadata: ["steps": "\(moved)"])
      } catch {
        Console.complain("\(error)")
        throw Exit.unavailable
      }
      return
    }
    let heartbeat = Heartbeat(configuration: configuration, clock: clock, journal: journal, log: log)
    let group = ServiceGroup(
      configuration: .init(
        services: [
          .init(service: heartbeat),
          .init(service: DaemonService(daemon: daemon, pollMilliseconds: configuration.pollMilliseconds)),
        ], gracefulShutdownSignals: [.sigterm, .sigint], logger: log))
    try await group.run()
  }
}

/// The daemon as a service: on a stop each lane finishes its step and ends.
private struct DaemonService: Service {
  let daemon: Daemon
  let pollMilliseconds: Int

  func run() async throws {
    try await cancelWhenGracefulShutdown { try await daemon.run(pollMilliseconds: pollMilliseconds) }
  }
}

/// Tells systemd and the status file how things are: ready, alive, stopping.
private struct Heartbeat: Service {
  let configuration: Configuration
  let clock: any WallClock
  let journal: StageJournal
  let log: Logger

  func run() async throws {
    let notifier = Notifier()
    notifier.send("READY=1\nSTATUS=working")
    let session = Session(conninfo: configuration.settings.conninfo, name: "status", timeLimit: 20)
    // Not slower than the loop itself: who polls every second wants to see it every second.
    let interval = min(5.0, Double(configuration.pollMilliseconds) / 1000, notifier.watchdogSeconds ?? 5.0)
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        let line = await beat(session)
        notifier.send("WATCHDOG=1\nSTATUS=\(line)")
        do { try await Task.sleep(for: .seconds(interval)) } catch { break }
      }
    }
    notifier.send("STOPPING=1\nSTATUS=stopping")
  }

  private func beat(_ session: Session) async -> String {
    var overview: Overview?
    var fault: String?
    do {
      overview = Overview(
        totals: try await session.stateTotals(), queues: try await session.queueDepths(at: clock.now()))
    } catch {
      fault = "\(error)"
    }
    let stages = await journal.snapshot()
    if let path = configuration.statusFile {
      do {
        try StatusFile(path: path).write(
          StatusFile.Document(
            written_at: SystemClock().now().description, clock: clock.now().description, pid: getpid(),
            version: Version.text,
            stages: Dictionary(
              uniqueKeysWithValues: stages.map {
                (
                  $0.stage,
                  StatusFile.Document.Stage(
                    last_success: $0.lastSuccess?.description, last_error: $0.lastError,
                    last_error_at: $0.lastErrorAt?.description)
                )
              }), database_error: fault, overview: overview?.document))
      } catch {
        log.error("status file not written", metadata: ["error": "\(error)"])
      }
    }
    if let fault { return "database out of reach: \(fault.prefix(80))" }
    guard let queues = overview?.queues else { return "working" }
    return "due \(queues.due), to send \(queues.filesToSend), uncertain \(queues.filesUncertain), unmatched \(queues.openEntries)"
  }
}
