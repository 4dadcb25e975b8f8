// The few things the bank does with files, each safe against a crash at any instant.

import Glibc

/// The folders of one bank. A client sees inbox, archive and outbox; the rest is the bank's own.
struct BankFolders {
  let root: String
  var inbox: String { root + "/inbox" }
  var archive: String { root + "/archive" }
  var outbox: String { root + "/outbox" }
  var refused: String { root + "/refused" }
  var state: String { root + "/state" }
  /// Reports in the making; on the same file system as the outbox, so that a rename publishes them.
  var drafts: String { state + "/drafts" }

  func create() throws(SandboxFault) {
    for path in [root, inbox, archive, outbox, refused, state, drafts] where mkdir(path, 0o777) != 0 && errno != EEXIST {
      throw .disk(operation: "create folder", path: path, errno: errno)
    }
  }
}

func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// The names in a folder, sorted, without hidden ones.
func names(in folder: String) throws(SandboxFault) -> [String] {
  guard let handle = opendir(folder) else { throw .disk(operation: "list", path: folder, errno: errno) }
  defer { closedir(handle) }
  var found: [String] = []
  while let entry = readdir(handle) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if !name.hasPrefix(".") { found.append(name) }
  }
  return found.sorted()
}

/// Renames and makes the new name last.
func move(_ source: String, to target: String, in folder: String) throws(SandboxFault) {
  guard rename(source, target) == 0 else { throw .disk(operation: "rename", path: source, errno: errno) }
  let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { throw .disk(operation: "open", path: folder, errno: errno) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw .disk(operation: "sync", path: folder, errno: errno) }
}

/// Hands the file to `body` in pieces of 64 KiB.
func readPieces(of path: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw SandboxFault.disk(operation: "open", path: path, errno: errno) }
  defer { close(descriptor) }
  var piece = [UInt8](repeating: 0, count: 64 << 10)
  while true {
    let count = piece.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    if count == 0 { return }
    if count < 0 {
      if errno == EINTR { continue }
      throw SandboxFault.disk(operation: "read", path: path, errno: errno)
    }
    try piece.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0.prefix(count))) }
  }
}

/// Hands each whole line, as its tab-separated fields, to `body`; what follows the last line end is a torn write.
func readRows(of path: String, _ body: ([String]) throws -> Void) throws {
  var line: [UInt8] = []
  try readPieces(of: path) { piece in
    var rest = piece[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      line.append(contentsOf: rest[..<end])
      try body(Row.fields(of: line))
      line.removeAll(keepingCapacity: true)
      rest = rest[(end + 1)...]
    }
    line.append(contentsOf: rest)
  }
}

/// The whole of a small file; nil when it is absent.
func readSmall(_ path: String) throws -> [UInt8]? {
  guard exists(path) else { return nil }
  var bytes: [UInt8] = []
  try readPieces(of: path) { bytes.append(contentsOf: $0) }
  return bytes
}

/// A new file that is written from its start and counts only once `finish` has returned.
final class NewFile {
  let path: String
  private let descriptor: Int32

  init(_ path: String) throws(SandboxFault) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw .disk(operation: "create", path: path, errno: errno) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func write(_ bytes: UnsafeRawBufferPointer) throws(SandboxFault) { try writeAll(bytes, to: descriptor, path) }

  /// The bytes are on the disk when this returns.
  func finish() throws(SandboxFault) {
    guard fsync(descriptor) == 0 else { throw .disk(operation: "sync", path: path, errno: errno) }
  }
}

func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ path: String) throws(SandboxFault) {
  var rest = bytes
  while !rest.isEmpty {
    let count = write(descriptor, rest.baseAddress, rest.count)
    if count < 0 {
      if errno == EINTR { continue }
      throw .disk(operation: "write", path: path, errno: errno)
    }
    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
  }
}

/// Rows of tab-separated fields, one a line.
enum Row {
  static func line(_ fields: [String]) -> [UInt8] {
    var line: [UInt8] = []
    for (index, field) in fields.enumerated() {
      if index > 0 { line.append(UInt8(ascii: "\t")) }
      for byte in field.utf8 {
        switch byte {
        case UInt8(ascii: "\\"): line += Array("\\\\".utf8)
        case UInt8(ascii: "\t"): line += Array("\\t".utf8)
        case UInt8(ascii: "\n"): line += Array("\\n".utf8)
        default: line.append(byte)
        }
      }
    }
    line.append(UInt8(ascii: "\n"))
    return line
  }

  /// - Parameter line: without its line end.
  static func fields(of line: [UInt8]) -> [String] {
    line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map { field in
      guard field.contains(UInt8(ascii: "\\")) else { return String(decoding: field, as: UTF8.self) }
      var plain: [UInt8] = []
      var isEscaped = false
      for byte in field {
        if isEscaped {
          plain.append(byte == UInt8(ascii: "t") ? 9 : byte == UInt8(ascii: "n") ? 10 : byte)
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else {
          plain.append(byte)
        }
      }
      return String(decoding: plain, as: UTF8.self)
    }
  }
}
