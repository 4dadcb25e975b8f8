import Glibc
import ISO20022
import Store
import Work

/// How far a report is taken.
enum Pass: String, CaseIterable, Codable {
  /// libxml2 alone.
  case walk
  /// Into records, each looked at and let go.
  case records
  /// Into rows in PostgreSQL's COPY format, as the applying stage makes them.
  case rows

  /// Takes a whole report this far.
  /// - Parameter source: gives the report's pieces, one after the other, to the function it is handed.
  /// - Returns: how many payments were met; nothing is known of them in a mere walk.
  func run(_ source: (_ take: (UnsafeRawBufferPointer) throws -> Void) throws -> Void) throws -> Int {
    switch self {
    case .walk:
      let walk = EmptyWalk()
      try source(walk.feed)
      try walk.finish()
      return 0
    case .records:
      var payments = 0
      let reader = ReportReader { payments += $0.kind == .transaction ? 1 : 0 }
      try source(reader.feed)
      try reader.finish()
      return payments
    case .rows:
      var payments = 0
      var rows = CopyText()
      let gathered = GatheredReport()
      let reader = ReportReader { record in
        payments += record.kind == .transaction ? 1 : 0
        try gathered.take(record)
        if gathered.isFull { rows = Self.copied(gathered, into: rows) }
      }
      try source(reader.feed)
      try reader.finish()
      rows = Self.copied(gathered, into: rows)
      return payments
    }
  }

  /// What would go to the database now, written and let go.
  private static func copied(_ gathered: GatheredReport, into rows: consuming CopyText) -> CopyText {
    for entry in gathered.flushEntries() { rows.add(entry, of: 1) }
    for statement in gathered.flushStatements() { rows.add(statement, of: 1) }
    _ = rows.take()
    return rows
  }
}

struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Gives a file's bytes in pieces of 64 KiB.
func pieces(of path: String, _ take: (UnsafeRawBufferPointer) throws -> Void) throws {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { throw Failure("\(path): found errno \(errno), expected a file that can be read") }
  defer { close(file) }
  let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 64)
  defer { piece.deallocate() }
  while true {
    let count = read(file, piece.baseAddress, piece.count)
    guard count >= 0 else { throw Failure("\(path): found errno \(errno), expected bytes") }
    guard count > 0 else { return }
    try take(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(piece)[..<count]))
  }
}
