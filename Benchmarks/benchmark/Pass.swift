import Glibc
import ISO20022
import Store
import Work

/// A report's bytes, a piece at a time; nil at the end.
typealias Source = () throws -> [UInt8]?

/// How far a report is taken.
enum Pass: String, CaseIterable, Codable {
  /// libxml2 alone, pushed: what everything is stated beside.
  case walk
  /// libxml2 alone, taking bytes at its own pace, as our reader has it.
  case pull
  /// Into records, each looked at and let go.
  case records
  /// Into rows in PostgreSQL's COPY format, as the applying stage makes them.
  case rows

  /// Takes a whole report this far.
  /// - Returns: how many payments were met; nothing is known of them in a mere walk.
  func run(_ source: @escaping Source) throws -> Int {
    var payments = 0
    switch self {
    case .walk: try EmptyWalk.push(source)
    case .pull: try EmptyWalk.pull(source)
    case .records:
      let reader = BankFileReader { payments += $0.kind == .transaction ? 1 : 0 }
      try reader.read(source)
    case .rows:
      let gathered = GatheredReport(of: 1)
      let reader = BankFileReader { record in
        payments += record.kind == .transaction ? 1 : 0
        try gathered.take(record)
        if gathered.isFull { Self.letGo(gathered) }
      }
      try reader.read(source)
      Self.letGo(gathered)
    }
    return payments
  }

  /// What would go to the database now, written and let go.
  private static func letGo(_ gathered: GatheredReport) {
    var statements = CopyText()
    for statement in gathered.flushStatements() { statements.add(statement, of: 1) }
    statements.take { _ in }
    gathered.entries.take { _ in }
  }
}

struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// An open file.
private final class OpenFile {
  let descriptor: Int32

  init(_ path: String) throws {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure("\(path): found errno \(errno), expected a file that can be read") }
  }

  deinit { close(descriptor) }
}

/// Gives a file's bytes in pieces of 64 KiB.
func pieces(of path: String) throws -> Source {
  let file = try OpenFile(path)
  return {
    let piece = [UInt8](unsafeUninitializedCapacity: 64 << 10) { room, count in
      count = max(0, read(file.descriptor, room.baseAddress, room.count))
    }
    return piece.isEmpty ? nil : piece
  }
}
