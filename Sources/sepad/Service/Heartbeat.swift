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
  let receivers: Receivers
  let log: Logger
  /// Seconds after which what has not ended is told.
  private static let patience: Int64 = 15

  func run() async throws {
    let notifier = Notifier()
    notifier.send("READY=1\nSTATUS=working")
    // Not slower than the loop itself: who polls every second wants to see it every second.
    let interval = min(5.0, Double(configuration.pollMilliseconds) / 1000, notifier.watchdogSeconds ?? 5.0)
    let latest = LatestOverview(at: SystemClock().now())
    let pulse = Pulse(tolerance: configuration.settings.clockToleranceSeconds)
    let writer = configuration.statusFile.map { StatusWriter(StatusFile(path: $0), log) }
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await ask(into: latest, every: interval) }
        group.addTask {
          let session = Session(conninfo: configuration.settings.conninfo, name: "pulse", timeLimit: 10)
          await pulse.beat(session, clock, every: interval)
        }
        group.addTask {
          while !Task.isCancelled {
            let line = await beat(writer, latest, pulse, every: interval)
            notifier.send("WATCHDOG=1\nSTATUS=\(line)")
            do { try await Task.sleep(for: .seconds(interval)) } catch { break }
          }
        }
      }
    }
    _ = await beat(writer, latest, pulse, every: interval, stopped: true)
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

  /// Writes the status file.
  /// - Returns: the same in a line.
  private func beat(
    _ writer: StatusWriter?, _ latest: LatestOverview, _ pulse: Pulse, every interval: Double, stopped: Bool = false
  ) async -> String {
    let sight = await latest.sight(at: SystemClock().now())
    let stages = await journal.snapshot()
    var troubles = await pulse.troubles
    troubles += stages.compactMap { $0.trouble(patience: Self.patience) }
    let met = await receivers.troubles(patience: Self.patience)
    troubles += met
    troubles += (sight.overview?.receiverTroubles ?? []).filter { told in !met.contains { $0.place == told.place } }
    if let trouble = sight.overview?.epochTrouble { troubles.append(trouble) }
    // Of the two that ask the database, the one that asks for less knows better.
    let databaseError = troubles.first { $0.place == "database" }.map(\.detail) ?? sight.fault
    await writer?.write(
      StatusFile.Document(
        writtenAt: SystemClock().now(), clock: clock.now(), every: interval, stopped: stopped, troubles: troubles,
        stages: stages, banks: configuration.settings.banks.map(\.name), databaseError: databaseError,
        clockAhead: await pulse.ahead, overview: sight.overview))
    if let trouble = troubles.first {
      return "\(trouble.place): \(trouble.kind): \(LineLogHandler.oneLine(trouble.detail).prefix(80))"
    }
    guard let overview = sight.overview else { return "working" }
    let queues = overview.queues
    return "due \(queues.due), to send \(queues.filesToSend), uncertain \(queues.filesUncertain), unmatched \(queues.openEntries)"
  }
}

/// Writes the status file, and complains of a disk that does not take it once, not every few seconds.
private actor StatusWriter {
  private let file: StatusFile
  private let log: Logger
  private var complaint: String?

  init(_ file: StatusFile, _ log: Logger) { (self.file, self.log) = (file, log) }

  func write(_ document: StatusFile.Document) {
    do {
      try file.write(document)
      if complaint != nil { log.notice("status file written again") }
      complaint = nil
    } catch {
      if complaint != "\(error)" { log.error("status file not written", metadata: ["error": "\(error)"]) }
      complaint = "\(error)"
    }
  }
}
