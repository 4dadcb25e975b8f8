import Foundation
import TestSupport

/// What happened before a database went back in time: a backup was made when the first of two files was sealed; then both
/// were sent, the bank took them and answered, and its answers were fetched and applied.
final class KillPast {
  private let backup: String
  private let latest: String
  /// The bank's folder.
  let bank: String
  /// The files that were sent: id, message id and checksum.
  let sealed: [String]
  /// Request keys of what the backup does not know to be in a file.
  let lost: Set<String>

  init(_ bench: KillBench) throws {
    let house = try bench.house(.sftp)
    try house.set(clock: "2026-12-02T07:00:00Z")
    try house.die(at: "buildCommitted:1")
    backup = try bench.postgres.copyDatabase(house.database)
    try house.sepad("run", "--once")
    try house.work()
    try house.sepad("run", "--once")
    lost = Set(
      try house.lines(
        """
        SELECT c.request_key FROM sepad.file_item i JOIN sepad.collection c ON c.id = i.collection_id
        WHERE i.file_id = (SELECT max(id) FROM sepad.outbound_file)
        """))
    sealed = try house.lines(KillEnd.sealedFiles)
    latest = house.database
    bank = house.bank
    guard sealed.count == 2, !lost.isEmpty, lost.count < KillBench.ends.count, house.waiting.isEmpty else {
      throw TestSupportFault("expected two files and two answers: \(sealed), \(lost), \(house.waiting)")
    }
  }

  func database(for scene: Scene) -> String { scene == .intact ? latest : backup }
}
