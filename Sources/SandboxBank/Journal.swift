// The bank's memory: one line per fact, on the disk before anything follows from it. Everything else the bank keeps
// is made from it again.

import Glibc
import SEPA

/// A fact of the journal.
enum Fact: Equatable {
  /// A file is the bank's from here on; it goes from the inbox into the archive under `archiveName`.
  case taken(serial: Int, at: Instant, name: String, archiveName: String)
  /// One block of a judged file; counts only with its `judged`, which follows.
  case block(serial: Int, Block)
  /// What was decided about a file, once.
  case judged(Judgement)
  /// Something a well-behaved client never does.
  case violation(serial: Int, rule: String, found: String)
  /// A finished report is on its way from the drafts to the outbox.
  case published(name: String)
}

final class Journal {
  private let path: String
  private let descriptor: Int32

  /// Opens the journal for writing, alone, after cutting off a line that a crash left unfinished.
  init(_ path: String) throws(SandboxFault) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .disk(operation: "open", path: path, errno: errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .inUse(path: path) }
    try cutTornLine()
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// All facts are on the disk when this returns, or after a crash some of them from the first on.
  func append(_ facts: [Fact]) throws(SandboxFault) {
    let bytes = facts.flatMap { Row.line($0.fields) }
    try bytes.span.withUnsafeBytes { (bytes) throws(SandboxFault) in try writeAll(bytes, to: descriptor, path) }
    guard fsync(descriptor) == 0 else { throw .disk(operation: "sync", path: path, errno: errno) }
  }

  static func read(_ path: String, _ body: (Fact) throws -> Void) throws {
    guard exists(path) else { return }
    var line = 0
    try readRows(of: path) { fields in
      line += 1
      guard let fact = Fact(fields) else { throw SandboxFault.journal(line: line) }
      try body(fact)
    }
  }

  private func cutTornLine() throws(SandboxFault) {
    var end = lseek(descriptor, 0, SEEK_END)
    var byte: UInt8 = 0
    while end > 0 {
      guard pread(descriptor, &byte, 1, end - 1) == 1 else { throw .disk(operation: "read", path: path, errno: errno) }
      if byte == UInt8(ascii: "\n") { break }
      end -= 1
    }
    guard ftruncate(descriptor, end) == 0 else { throw .disk(operation: "truncate", path: path, errno: errno) }
  }
}

extension Fact {
  var fields: [String] {
    switch self {
    case .taken(let serial, let at, let name, let archiveName): ["taken", "\(serial)", "\(at)", name, archiveName]
    case .block(let serial, let block): ["block", "\(serial)"] + block.fields
    case .judged(let judgement): ["judged"] + judgement.fields
    case .violation(let serial, let rule, let found): ["violation", "\(serial)", rule, found]
    case .published(let name): ["published", name]
    }
  }

  init?(_ fields: [String]) {
    switch fields.first {
    case "taken":
      guard fields.count == 5, let serial = Int(fields[1]), let at = try? Instant(iso: fields[2]) else { return nil }
      self = .taken(serial: serial, at: at, name: fields[3], archiveName: fields[4])
    case "block":
      guard fields.count > 2, let serial = Int(fields[1]), let block = Block(fields: Array(fields[2...])) else { return nil }
      self = .block(serial: serial, block)
    case "judged":
      guard let judgement = Judgement(fields: Array(fields[1...])) else { return nil }
      self = .judged(judgement)
    case "violation":
      guard fields.count == 4, let serial = Int(fields[1]) else { return nil }
      self = .violation(serial: serial, rule: fields[2], found: fields[3])
    case "published":
      guard fields.count == 2 else { return nil }
      self = .published(name: fields[1])
    default: return nil
    }
  }
}
