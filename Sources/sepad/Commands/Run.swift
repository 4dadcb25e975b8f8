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
    Memory.useOneHeap()
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
    do { try Directory.make(configuration.settings.spoolDirectory) } catch {
      Console.complain("\(error)")
      throw Exit.misconfigured
    }
    let (journal, receivers) = (StageJournal(), Receivers())
    let daemon = Daemon(
      settings: configuration.settings, clock: clock, log: log, journal: journal, receivers: receivers)
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
    let heartbeat = Heartbeat(configuration: configuration, clock: clock, journal: journal, receivers: receivers, log: log)
    let group = ServiceGroup(
      configuration: .init(
        services: [
          .init(service: heartbeat),
          .init(service: DaemonService(daemon: daemon, pollMilliseconds: configuration.pollMilliseconds, log: log)),
        ], gracefulShutdownSignals: [.sigterm, .sigint], logger: log))
    try await group.run()
  }
}

/// The daemon as a service: on a stop each lane finishes its transaction and ends; a transfer is cut off.
private struct DaemonService: Service {
  let daemon: Daemon
  let pollMilliseconds: Int
  let log: Logger

  func run() async throws {
    // From here on a signal stops it in order; before, there is nothing yet to stop.
    log.info("running")
    try await cancelWhenGracefulShutdown { try await daemon.run(pollMilliseconds: pollMilliseconds) }
  }
}
