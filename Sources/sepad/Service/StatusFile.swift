import FoundationEssentials
import Glibc
import SEPA
import Store
import Work

/// The daemon's state as JSON in a file, replaced whole: a reader sees the old or the new one, never half of one.
struct StatusFile: Sendable {
  let path: String

  struct Document: Encodable {
    struct Stage: Encodable {
      var last_success: String?
      var last_error: String?
      var last_error_at: String?
      /// Null while its last step succeeded.
      var failing_since: String?
      /// As of a trouble.
      var kind: String?
      /// Null between steps.
      var busy_since: String?
    }
    struct Problem: Codable {
      let place: String
      let kind: String
      let since: String
      let detail: String
    }
    struct Receiver: Encodable {
      let failing: Int64
      let failing_since: String?
      let given_up: Int64
      let last_error: String
    }
    /// By the machine's clock: older than four times `written_every_seconds` means that the daemon is dead or stuck.
    let written_at: String
    let written_every_seconds: Double
    /// When it was told to stop; null while it works.
    let stopped_at: String?
    /// All that is wrong now.
    let troubles: [Problem]
    /// By the daemon's clock, which a sandbox may set.
    let clock: String
    let pid: Int32
    let version: String
    let stages: [String: Stage]
    /// By the bank's name.
    let banks: [String: BankStatus]
    /// Who did not take something, by the outbox.
    let receivers: [String: Receiver]?
    let database_error: String?
    /// Seconds by which the daemon's clock is ahead of the database's; null where they agree, or are not compared.
    let clock_ahead_seconds: Int64?
    /// Null until the database has answered once; as of its last answer while `database_error` is set.
    let collections: [String: Overview.Document.Total]?
    let queues: [String: Int64]?
    let submitted_cents: Int64?
    let open_cents: Int64?
    let adds_up: Bool?
    let epoch: Int?
    let epoch_agreed: Bool?
    let counted_at: String?

    init(
      writtenAt: Instant, clock: Instant, every interval: Double, stopped: Bool, troubles: [Trouble],
      stages records: [StageRecord], banks names: [String], databaseError: String?, clockAhead: Int64?, overview: Overview?
    ) {
      written_at = writtenAt.description
      written_every_seconds = interval
      stopped_at = stopped ? writtenAt.description : nil
      self.troubles = troubles.map {
        Problem(place: $0.place, kind: $0.kind, since: $0.since.description, detail: $0.detail)
      }
      self.clock = clock.description
      pid = getpid()
      version = Version.text
      var stages: [String: Stage] = [:]
      for record in records {
        stages[record.stage] = Stage(
          last_success: record.lastSuccess?.description, last_error: record.lastError,
          last_error_at: record.lastErrorAt?.description, failing_since: record.failingSince?.description,
          kind: record.kind, busy_since: record.busySince?.description)
      }
      self.stages = stages
      banks = BankStatus.all(names, stages: records, unsent: overview?.unsent ?? [])
      database_error = databaseError
      clock_ahead_seconds = clockAhead
      receivers = overview.map { overview in
        Dictionary(
          uniqueKeysWithValues: overview.receivers.map {
            (
              $0.endpoint,
              Receiver(
                failing: $0.failing, failing_since: $0.since?.description, given_up: $0.dead, last_error: $0.detail)
            )
          })
      }
      let document = overview?.document
      collections = document?.collections
      queues = document?.queues
      submitted_cents = document?.submitted_cents
      open_cents = document?.open_cents
      adds_up = document?.adds_up
      epoch = document?.epoch
      epoch_agreed = document?.epoch_agreed
      counted_at = overview?.countedAt.description
    }
  }

  func write(_ document: Document) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    let bytes = Array(try encoder.encode(document)) + [0x0A]
    let temporary = "\(path).\(getpid()).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw TextFile.Fault(description: "status file: create: found errno \(errno), expected a new file") }
    defer { close(descriptor) }
    // Monitoring reads it under another user, whatever the umask of the service.
    fchmod(descriptor, 0o644)
    let wrote = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    guard wrote == bytes.count, fsync(descriptor) == 0, rename(temporary, path) == 0 else {
      let code = errno
      unlink(temporary)
      throw TextFile.Fault(description: "status file: replace: found errno \(code), expected success")
    }
  }

  /// What the daemon says of each bank.
  var banks: [String: BankStatus]? {
    struct Banks: Decodable { let banks: [String: BankStatus] }
    guard let text = try? TextFile.read(path, limit: 1 << 22) else { return nil }
    return try? JSONDecoder().decode(Banks.self, from: Data(text.utf8)).banks
  }
}
