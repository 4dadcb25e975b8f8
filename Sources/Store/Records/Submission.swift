package import SEPA

/// An outbound file as the submitter needs it.
package struct SealedFile: Sendable {
  package let id: Int64
  package let messageID: String
  package let remoteName: String
  package let sizeBytes: Int64
  package let sha256: String
  package let state: FileState
  package let attempts: Int
  package let firstDate: String
  package let signatureName: String?
  /// When its state last changed; for `sending` and `uncertain` the time since which nobody knows.
  package let movedAt: String
}

extension Session {
  /// Tries to become the one that talks to this bank. The lock dies with the connection, so a killed daemon frees it.
  package func lockBank(_ name: String) throws(StoreFault) -> Bool {
    try one("SELECT pg_try_advisory_lock(hashtextextended('sepad bank ' || $1, 0))", [.text(name)]).bool(0)
  }

  package func unlockBank(_ name: String) throws(StoreFault) {
    try run("SELECT pg_advisory_unlock(hashtextextended('sepad bank ' || $1, 0))", [.text(name)])
  }

  /// Files of a bank that are not at the bank for certain, oldest first; sealed ones only when their next attempt is due.
  package func unfinishedFiles(bank: String, at: Instant) throws(StoreFault) -> [SealedFile] {
    let answer = try run(
      """
      SELECT id, message_id, remote_name, size_bytes, encode(sha256, 'hex'), state, attempts, first_date,
        signature_name, to_char(moved_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      FROM sepad.outbound_file
      WHERE bank = $1 AND state IN ('sealed', 'sending', 'uncertain') AND (next_attempt_at IS NULL OR next_attempt_at <= $2)
      ORDER BY id
      """, [.text(bank), .text(at.description)])
    return try map(answer) { row throws(StoreFault) in
      guard let state = FileState(rawValue: try row.text(5)) else { throw .shape("file: unknown state") }
      return SealedFile(
        id: try row.integer(0), messageID: try row.text(1), remoteName: try row.text(2), sizeBytes: try row.integer(3),
        sha256: try row.text(4), state: state, attempts: Int(try row.integer(6)), firstDate: try row.text(7),
        signatureName: row[8], movedAt: try row.text(9))
    }
  }

  /// The bytes of an outbound file, a chunk at a time and in order.
  package func eachChunk(
    ofOutbound file: Int64, _ body: @Sendable (isolated Session, [UInt8]) async throws -> Void
  ) async throws {
    try await eachChunk(table: "sepad.outbound_chunk", file: file, body)
  }

  /// The detached signature of an outbound file, if it has one.
  package func signature(of file: Int64) throws(StoreFault) -> [UInt8]? {
    try bytes("SELECT signature FROM sepad.outbound_file WHERE id = $1 AND signature IS NOT NULL", [.integer(file)]).first
  }

  func eachChunk(
    table: String, file: Int64, _ body: @Sendable (isolated Session, [UInt8]) async throws -> Void
  ) async throws {
    var ordinal: Int64 = 0
    while true {
      let chunk = try bytes(
        "SELECT bytes FROM \(table) WHERE file_id = $1 AND ordinal = $2", [.integer(file), .integer(ordinal)])
      guard let piece = chunk.first else { return }
      try await body(self, piece)
      ordinal += 1
    }
  }
}
