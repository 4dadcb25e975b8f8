import Glibc
import Logging
import ServiceLifecycle
import Store
import Work

/// Tells systemd and the status file how things are: ready, alive, stopping.
///
/// What the database says is asked for beside the beat, so that a database that hangs makes neither the file old nor
/// the watchdog bark: the file then says since when there was no answer.
struct Heartbeat: Service {
  let configuration: Configuration
  let clock: any WallClock
  let journal: StageJournal
  let log: Logger

  func run() async throws {
    let notifier = Notifier()
    notifier.send("READY=1\nSTATUS=working")
    // Not slower than the loop itself: who polls every second wants to see it every second.
    let interval = min(5.0, Double(configuration.pollMilliseconds) / 1000, notifier.watchdogSeconds ?? 5.0)
    let latest = LatestOverview(at: SystemClock().now())
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await ask(into: latest, every: interval) }
        group.addTask {
          while !Task.isCancelled {
            let line = await beat(await latest.sight(at: SystemClock().now()))
            notifier.send("WATCHDOG=1\nSTATUS=\(line)")
            do { try await Task.sleep(for: .seconds(interval)) } catch { break }
          }
        }
      }
    }
    notifier.send("STOPPING=1\nSTATUS=stopping")
  }

  /// Asks for counts and sums again and again; sums over many rows rest longer, so that they never fill the machine.
  private func ask(into latest: LatestOverview, every interval: Double) async {
    let session = Session(conninfo: configuration.settings.conninfo, name: "status", timeLimit: 20, schemaVersion: Migrator.version)
    while !Task.isCancelled {
      let began = ContinuousClock().now
      do {
        await latest.answered(try await Overview(of: session, at: clock.now()), at: SystemClock().now())
      } catch {
        await latest.failed(error)
      }
      let rest = max(.seconds(interval), began.duration(to: ContinuousClock().now) * 10)
      do { try await Task.sleep(for: rest) } catch { break }
    }
  }

  private func beat(_ sight: LatestOverview.Sight) async -> String {
    if let path = configuration.statusFile {
      do {
        try StatusFile(path: path).write(
          StatusFile.Document(
            writtenAt: SystemClock().now(), clock: clock.now(), stages: await journal.snapshot(),
            banks: configuration.settings.banks.map(\.name), databaseError: sight.fault, overview: sight.overview))
      } catch {
        log.error("status file not written", metadata: ["error": "\(error)"])
      }
    }
    if let fault = sight.fault { return "database out of reach: \(LineLogHandler.oneLine(fault).prefix(80))" }
    guard let queues = sight.overview?.queues else { return "working" }
    return "due \(queues.due), to send \(queues.filesToSend), uncertain \(queues.filesUncertain), unmatched \(queues.openEntries)"
  }
}
