import Foundation
import TestSupport

/// This machine cannot bring a fault about. Said loudly, never silently.
struct Skipped: Error, CustomStringConvertible {
  let description: String
}

/// A file system of a few megabytes with a tablespace on it. Needs the right to mount: in a container that is often
/// missing, and without root always.
final class SmallVolume {
  let tablespace: String
  /// What lies on it, and goes with it.
  var database: String?
  private let path: String
  private let postgres: PrivatePostgres

  init(_ postgres: PrivatePostgres) throws {
    self.postgres = postgres
    tablespace = "small\(UInt32.random(in: 0...UInt32.max))"
    path = "\(postgres.directory)/\(tablespace)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    let (status, output) = try ChildProcess.run("/bin/sh", ["-c", "mount -t tmpfs -o size=40m,mode=0777 tmpfs '\(path)'"])
    guard status == 0 else {
      throw Skipped(description: "a volume that is full: no right to mount one (\(output.prefix { $0 != "\n" })); 53100 is injected instead")
    }
    let made = try ChildProcess.run(
      "/bin/sh",
      [
        "-c",
        """
        mkdir '\(path)/t' && { chown postgres '\(path)/t' || chown nobody '\(path)/t'; } &&
        psql -XAtqc "CREATE TABLESPACE \(tablespace) LOCATION '\(path)/t'" 'host=\(postgres.directory) user=postgres dbname=postgres'
        """,
      ])
    guard made.status == 0 else { throw TestSupportFault("tablespace: \(made.output)") }
  }

  deinit {
    try? clear()
    // Or no checkpoint would succeed any more.
    for drop in [database.map { "DROP DATABASE \($0) WITH (FORCE)" }, "DROP TABLESPACE \(tablespace)"].compactMap({ $0 }) {
      _ = try? ChildProcess.run("/usr/bin/psql", ["-XAtqc", drop, "host=\(postgres.directory) user=postgres dbname=postgres"])
    }
    // Lazily: the server has files of it open for a while.
    _ = try? ChildProcess.run("/bin/sh", ["-c", "umount -l '\(path)'"])
  }

  /// Leaves not a byte.
  func fill() throws {
    _ = try ChildProcess.run("/bin/sh", ["-c", "cat /dev/zero > '\(path)/ballast' 2>/dev/null"])
    guard isFull else { throw TestSupportFault("\(path) is not full") }
  }

  func clear() throws { try FileManager.default.removeItem(atPath: "\(path)/ballast") }

  var isFull: Bool {
    var facts = statvfs()
    return statvfs(path, &facts) == 0 && facts.f_bavail == 0
  }
}
