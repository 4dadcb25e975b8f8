import FoundationEssentials
import Glibc
import SEPA
import Work

/// The daemon's state as JSON in a file, replaced whole: a reader sees the old or the new one, never half of one.
struct StatusFile: Sendable {
  let path: String

  struct Document: Encodable {
    struct Stage: Encodable {
      var last_success: String?
      var last_error: String?
      var last_error_at: String?
    }
    /// By the machine's clock: older than a minute means that the daemon is dead or stuck.
    let written_at: String
    /// By the daemon's clock, which a sandbox may set.
    let clock: String
    let pid: Int32
    let version: String
    let stages: [String: Stage]
    /// By the bank's name.
    let banks: [String: BankStatus]
    let database_error: String?
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
      writtenAt: Instant, clock: Instant, stages records: [StageRecord], banks names: [String], databaseError: String?,
      overview: Overview?
    ) {
      written_at = writtenAt.description
      self.clock = clock.description
      pid = getpid()
      version = Version.text
      var stages: [String: Stage] = [:]
      for record in records {
        stages[record.stage] = Stage(
          last_success: record.lastSuccess?.description, last_error: record.lastError,
          last_error_at: record.lastErrorAt?.description)
      }
      self.stages = stages
      banks = BankStatus.all(names, stages: records, unsent: overview?.unsent ?? [])
      database_error = databaseError
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

  /// What the daemon says of each bank; nil where no daemon has written within a minute.
  func banks(at now: Instant) -> [String: BankStatus]? {
    struct Banks: Decodable { let banks: [String: BankStatus] }
    guard let age = age(at: now), age <= 60, let text = try? TextFile.read(path, limit: 1 << 20) else { return nil }
    return try? JSONDecoder().decode(Banks.self, from: Data(text.utf8)).banks
  }

  /// Seconds since the file was last replaced, nil where there is none.
  func age(at now: Instant) -> Int64? {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    return max(0, now.seconds - Int64(facts.st_mtim.tv_sec))
  }
}
