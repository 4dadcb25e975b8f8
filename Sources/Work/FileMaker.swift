internal import Containers
internal import CrashPoints
internal import ISO20022
import Logging
import SEPA
internal import Signing
import Store

/// What is claimed for a file.
protocol MadeFile: Sendable {
  var id: Int64 { get }
  var messageID: String { get }
  var transactions: Int { get }
  var sumCents: Int64 { get }
}

/// What goes into a file: how it is claimed, written and sealed. All of it runs inside one transaction.
protocol FileContent: Sendable {
  associatedtype Claimed: MadeFile
  /// The message and its version, `pain.008.001.08`.
  var message: String { get }

  /// Takes what the file is to hold; nil when there is nothing.
  func claim(_ session: isolated Session, messageID: @Sendable (Int64) -> String, _ stamp: Stamp) throws -> Claimed?
  /// The scheme of all of it, for the file's name.
  func scheme(of claimed: Claimed) -> Scheme
  /// Writes all of it to `work.take`, and has its chunks stored meanwhile.
  func write(_ claimed: Claimed, to work: FileWork, _ session: isolated Session, at now: Instant) async throws
  /// Fixes the file.
  func seal(_ claimed: Claimed, _ seal: Seal, _ session: isolated Session, _ stamp: Stamp) throws
}

/// Makes sealed files: claimed, written, validated, signed and stored in one transaction, so that a kill at any instant
/// leaves either a whole sealed file or nothing. Memory is bounded by a chunk, not by the file.
struct FileMaker: Sendable {
  let session: Session
  /// Paths of the official schemas by message.
  let schemas: [String: String]
  let log: Logger

  /// - Returns: whether a file was sealed; false also while the database's epoch is not agreed.
  func make<Content: FileContent>(_ content: Content, for bank: BankProfile, at now: Instant) async throws -> Bool {
    let stamp = Stamp(at: now, actor: "build")
    let day = now.description.prefix(10).filter { $0 != "-" }
    let schemaPath = schemas[content.message]
    let file = try await session.transaction { session -> Content.Claimed? in
      // Asked again on the connection that seals: it may be a new one, to another database.
      let epoch = try session.epoch()
      guard epoch.isAgreed else { return nil }
      // The day and the epoch keep ids apart where the database has gone back to an earlier sequence value.
      let file = try content.claim(
        session, messageID: { id in MessageName.messageID(day: day, epoch: epoch.number, file: id) }, stamp)
      guard let file else { return nil }
      CrashPoints.reach(.buildClaimed)
      let work = try FileWork(bank.files, schemaPath: schemaPath, signing: bank.signer?.begin(at: now.seconds))
      try await content.write(file, to: work, session, at: now)
      let finished = try work.finish()
      try work.storeChunks(of: file.id, session)
      CrashPoints.reach(.buildWritten)
      let name = bank.remoteName.replacing("{message_id}", with: file.messageID)
        .replacing("{scheme}", with: content.scheme(of: file).rawValue.lowercased())
      try content.seal(
        file,
        Seal(
          remoteName: name, createdAt: now, sizeBytes: finished.size, sha256: finished.sha256,
          signature: finished.signature, signatureName: finished.signature.map { _ in name + bank.signatureSuffix },
          schemaChecked: schemaPath != nil, message: content.message),
        session, stamp)
      CrashPoints.reach(.buildSealed)
      return file
    }
    guard let file else { return false }
    CrashPoints.reach(.buildCommitted)
    log.info(
      "file sealed",
      metadata: [
        "file": "\(file.messageID)", "message": "\(content.message)", "transactions": "\(file.transactions)",
        "sum": "\(Cents(file.sumCents).decimalText)",
      ])
    return true
  }
}

/// The writer's bytes on their way: validated, packed if the bank wants that, hashed and signed in one pass, then cut into
/// chunks for the database.
final class FileWork: @unchecked Sendable {  // Used by one task, a call at a time.
  struct Chunk {
    let ordinal: Int
    let bytes: [UInt8]
  }

  private let digest: SHA256Digest
  private let validator: SchemaValidator?
  private let signing: (any SigningSession)?
  private let rules: FileRules
  private var chunks: [Chunk] = []
  private var ordinal = 0
  /// Of the document, and of what leaves.
  private var size: (document: Int64, file: Int64) = (0, 0)
  private var packer: GzipWriter?

  init(_ rules: FileRules, schemaPath: String?, signing: (any SigningSession)?) throws {
    self.rules = rules
    digest = try SHA256Digest()
    validator = try schemaPath.map { path in try SchemaValidator(schemaPath: path) }
    self.signing = signing
    if rules.compression == .gzip { packer = try GzipWriter { [unowned self] bytes in try keep(bytes) } }
  }

  /// The sink of whoever writes the document.
  func take(_ bytes: UnsafeRawBufferPointer) throws {
    try validator?.feed(bytes)
    size.document += Int64(bytes.count)
    if let packer { try packer.feed(bytes) } else { try keep(bytes) }
  }

  private func keep(_ bytes: UnsafeRawBufferPointer) throws {
    digest.update(bytes)
    try signing?.feed(bytes)
    size.file += Int64(bytes.count)
    chunks.append(Chunk(ordinal: ordinal, bytes: Array(bytes)))
    ordinal += 1
  }

  /// Stores what has come so far, so that memory does not grow with the file.
  func storeChunks(of file: Int64, _ session: isolated Session) throws {
    for chunk in chunks { try session.storeChunk(file: file, ordinal: chunk.ordinal, chunk.bytes) }
    chunks.removeAll()
  }

  /// A message that the configuration let through and nobody writes.
  func unknown(_ message: String) -> StoreFault {
    .shape("message: found \(message), expected a version that is written")
  }

  /// - Throws: for a document that its schema or its bank would refuse; then nothing of it may be kept.
  func finish() throws -> (size: Int64, sha256: [UInt8], signature: [UInt8]?) {
    try validator?.finish()
    try packer?.finish()
    if let most = rules.maxBytes, size.document > most {
      throw StoreFault.shape("file: max_bytes: found \(size.document), expected at most \(most)")
    }
    return (size.file, try digest.finish(), try signing?.finish())
  }
}
