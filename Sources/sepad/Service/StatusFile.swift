import FoundationEssentials
import Glibc
import Store
import Work

/// The daemon's state as JSON in a file, replaced whole: a reader sees the old or the new one, never half of one.
struct StatusFile: Sendable {
  let path: String

  struct Document: Encodable {
    struct Stage: Encodable {
      let last_success: String?
      let last_error: String?
      let last_error_at: String?
    }
    /// By the machine's clock: older than a minute means that the daemon is dead or stuck.
    let written_at: String
    /// By the daemon's clock, which a sandbox may set.
    let clock: String
    let pid: Int32
    let version: String
    let stages: [String: Stage]
    let database_error: String?
    let overview: Overview.Document?
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
      throw TextFile.Fault(description: "status file: replace: found errno \(errno), expected success")
    }
  }
}
