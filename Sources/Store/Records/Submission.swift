package import SEPA

/// An outbound file as the submitter needs it.
package struct SealedFile: Sendable {
  package let id: Int64
  package let messageID: String
  package let scheme: Scheme
  package let remoteName: String
  package let sizeBytes: Int64
  package let sha256: String
  package let state: FileState
  package let attempts: Int
  package let firstDate: String
  package let signatureName: String?
  /// How long ago the last attempt to send it began, by the database's clock: daemons' clocks may differ.
  package let secondsSinceBegun: Int64
}

/// Why a person's word about a file was not taken; nothing changed.
package struct ResolveFault: Error, Sendable, Equatable, CustomStringConvertible {
  package let file: String
  package let rule: String
  package let found: String
  package let expected: String

  package var description: String { "file \(file): \(rule): found \(found), expected \(expected)" }
}

extension Session {
  /// Settles a file whose fate nothing proves, because a person knows it from the bank.
  ///
  /// - Parameters:
  ///   - id: its number or message id.
  ///   - sent: that the bank has it; otherwise it has it not and never will, and the same bytes go out again.
  ///   - because: how the person knows.
  /// - Returns: its new state.
  /// - Throws: `ResolveFault` when it is not uncertain; `StoreFault`.
  package func resolve(_ id: String, sent: Bool, because: String, _ stamp: Stamp) async throws -> FileState {
    try await transaction { session in
      guard
        let row = try session.first(
          "SELECT id, state, attempts FROM sepad.outbound_file WHERE id::text = $1 OR message_id = $1", [.text(id)])
      else { throw ResolveFault(file: id, rule: "exists", found: "none", expected: "a number or message id of one") }
      let state = try row.text(1)
      guard state == FileState.uncertain.rawValue,
        let new = try session.moveFile(
          try row.integer(0), sent ? .delivered : .notSent, evidence: because, attempt: Int(try row.integer(2)), stamp)
      else { throw ResolveFault(file: id, rule: "fate is unknown", found: state, expected: "uncertain") }
      return new
    }
  }

  /// Tries to become the one that talks to this bank. The lock dies with the connection, so a killed daemon frees it.
  package func lockBank(_ name: String) throws(StoreFault) -> Bool {
    try hold("bank " + name)
  }

  package func unlockBank(_ name: String) throws(StoreFault) {
    try letGo("bank " + name)
  }

  /// Files of a bank that are not at the bank for certain; sealed ones only when their next attempt is due. First those
  /// whose fate is unknown, then the urgent before the others, and the short before the long, so that no creditor waits
  /// for another's big file.
  package func unfinishedFiles(bank: String, at: Instant) throws(StoreFault) -> [SealedFile] {
    let answer = try run(
      """
      SELECT id, message_id, remote_name, size_bytes, encode(sha256, 'hex'), state, attempts, first_date,
        signature_name, coalesce(extract(epoch FROM clock_timestamp() - begun_at)::bigint, 0), scheme
      FROM sepad.outbound_file
      WHERE bank = $1 AND state IN ('sealed', 'sending', 'uncertain') AND (next_attempt_at IS NULL OR next_attempt_at <= $2)
      ORDER BY state = 'sealed', first_date, size_bytes, id
      """, [.text(bank), .text(at.description)])
    return try map(answer) { row throws(StoreFault) in
      guard let state = FileState(rawValue: try row.text(5)) else { throw .shape("file: unknown state") }
      guard let scheme = Scheme(rawValue: try row.text(10)) else { throw .shape("file: unknown scheme") }
      return SealedFile(
        id: try row.integer(0), messageID: try row.text(1), scheme: scheme, remoteName: try row.text(2),
        sizeBytes: try row.integer(3),
        sha256: try row.text(4), state: state, attempts: Int(try row.integer(6)), firstDate: try row.text(7),
        signatureName: row[8], secondsSinceBegun: try row.integer(9))
    }
  }

  /// Keeps that an attempt to send a file had not ended after all the time that one may take.
  package func noteTooSlow(_ file: Int64, seconds: Int64) throws(StoreFault) {
    try run(
      "UPDATE sepad.outbound_file SET too_slow_seconds = $2 WHERE id = $1", [.integer(file), .integer(seconds)])
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
