internal import Channels
internal import Containers
internal import Glibc
internal import Signing
internal import Store

/// Something is wrong with the scratch directory or with a file in it.
package struct SpoolFault: Error, CustomStringConvertible {
  let what: String
  package var description: String { "spool: \(what)" }
}

/// Scratch files for transfers, made from the database and thrown away afterwards. A cache, never a record.
struct Spool: Sendable {
  let directory: String
  private static let pieceBytes = 256 * 1024

  func path(for name: String) -> String { "\(directory)/\(getpid())-\(name)" }

  /// Writes an outbound file and its signature, and checks them against what was sealed.
  func write(_ file: SealedFile, from session: Session) async throws -> LocalFile {
    let path = path(for: "out-\(file.id)")
    let output = try Output(path)
    try await session.eachChunk(ofOutbound: file.id) { _, chunk in try output.write(chunk) }
    try output.close()
    guard try digest(of: path).sha256 == file.sha256 else {
      throw SpoolFault(what: "file \(file.messageID): sealed checksum: found other bytes in the database, expected those sealed")
    }
    var companions: [LocalFile] = []
    if let name = file.signatureName, let signature = try await session.signature(of: file.id) {
      let output = try Output(path + ".sig")
      try output.write(signature)
      try output.close()
      companions.append(LocalFile(path: path + ".sig", size: Int64(signature.count), remoteName: name))
    }
    return LocalFile(path: path, size: file.sizeBytes, remoteName: file.remoteName, companions: companions)
  }

  func remove(_ file: LocalFile) {
    remove(path: file.path)
    for companion in file.companions { remove(path: companion.path) }
  }

  /// A scratch file that cannot be removed costs disk space and nothing else.
  func remove(path: String) { unlink(path) }

  /// Removes what daemons left behind that were killed: files of processes that are gone, and of this one, which has
  /// made none yet. They hold names and accounts, so they must not lie there for ever.
  func sweep() {
    guard let handle = opendir(directory) else { return }
    defer { closedir(handle) }
    var left: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard let maker = name.split(separator: "-").first.flatMap({ pid_t($0) }), maker > 0 else { continue }
      if maker == getpid() || kill(maker, 0) != 0 && errno == ESRCH { left.append(name) }
    }
    for name in left { remove(path: "\(directory)/\(name)") }
  }

  /// The document of a file that may be packed: of its own path where it is not, else of a scratch file that the caller
  /// removes.
  /// - Throws: `ContainerFault` for one that is damaged, or holds another number of documents than one.
  func unpacked(_ path: String) throws -> String {
    let pieces = try Pieces(path)
    guard let first = try pieces.next(), Container.isContainer(first) else { return path }
    var head: [UInt8]? = first
    var members = 0
    let plain = path + ".xml"
    try Container.eachMember(of: {
      defer { head = nil }
      return try head ?? pieces.next()
    }) { _, next in
      members += 1
      let output = try Output(plain)
      while let piece = try next() { try output.write(piece) }
      try output.close()
    }
    guard members == 1 else {
      remove(path: plain)
      throw ContainerFault.tooLarge(found: "\(members) members", expected: "one document")
    }
    return plain
  }

  func digest(of path: String) throws -> (sha256: String, size: Int64) {
    let digest = try SHA256Digest()
    var size: Int64 = 0
    try eachPiece(of: path) { piece in
      piece.withUnsafeBytes { digest.update($0) }
      size += Int64(piece.count)
    }
    return (hexadecimal(try digest.finish()), size)
  }

  func eachPiece(of path: String, _ body: ([UInt8]) throws -> Void) throws {
    let pieces = try Pieces(path)
    while let piece = try pieces.next() { try body(piece) }
  }

  func eachPiece(of path: String, _ body: ([UInt8]) async throws -> Void) async throws {
    let pieces = try Pieces(path)
    while let piece = try pieces.next() { try await body(piece) }
  }

  /// A file's bytes in order.
  private final class Pieces {
    private let descriptor: Int32

    init(_ path: String) throws {
      descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw SpoolFault(what: "open: errno \(errno)") }
    }

    deinit { close(descriptor) }

    /// Nil after the last.
    func next() throws -> [UInt8]? {
      var failed = false
      let piece = [UInt8](unsafeUninitializedCapacity: pieceBytes) { buffer, count in
        let got = read(descriptor, buffer.baseAddress, buffer.count)
        failed = got < 0
        count = max(0, got)
      }
      if failed { throw SpoolFault(what: "read: errno \(errno)") }
      return piece.isEmpty ? nil : piece
    }
  }

  /// A new file that only its owner may read.
  private final class Output: @unchecked Sendable {  // Used by one task, a call at a time.
    private let descriptor: Int32

    init(_ path: String) throws {
      descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { throw SpoolFault(what: "create: errno \(errno)") }
    }

    func write(_ bytes: [UInt8]) throws {
      var start = 0
      while start < bytes.count {
        let wrote = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress?.advanced(by: start), $0.count - start) }
        guard wrote > 0 else { throw SpoolFault(what: "write: errno \(errno)") }
        start += wrote
      }
    }

    func close() throws {
      guard Glibc.close(descriptor) == 0 else { throw SpoolFault(what: "close: errno \(errno)") }
    }
  }
}
