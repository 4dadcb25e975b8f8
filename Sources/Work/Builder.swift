internal import Containers
internal import CrashPoints
internal import ISO20022
package import Logging
package import SEPA
internal import Signing
package import Store

/// Turns due collections into sealed files: claimed, written, validated, signed and stored in one transaction, so that
/// a kill at any instant leaves either a whole sealed file or nothing. Memory is bounded by a chunk, not by the file.
package struct Builder: Sendable {
  private let session: Session
  private let schemaPath: String?
  private let log: Logger

  package init(session: Session, schemaPath: String?, log: Logger) {
    self.session = session
    self.schemaPath = schemaPath
    self.log = log
  }

  /// One file for each creditor and scheme that has something due, those with least first: however much one of them
  /// collects, nobody waits longer than for one file of each. To be called again while it seals any.
  ///
  /// - Returns: how many files were sealed; 0 also while the database's epoch is not agreed.
  package func run(_ bank: BankProfile, at now: Instant) async throws -> Int {
    guard try await session.epoch().isAgreed else { return 0 }
    let local = try await bank.localTime(session, at: now)
    let earliest = bank.window.earliestCollectionDate(at: local).iso
    let latest = bank.window.latestBuildable(at: local).iso
    var sealed = 0
    for group in try await session.buildable(bank: bank.name, earliest: earliest, latest: latest) where !Task.isCancelled {
      guard let file = try await seal(group, bank, earliest: earliest, latest: latest, at: now) else { continue }
      sealed += 1
      log.info(
        "file sealed",
        metadata: [
          "file": "\(file.messageID)", "transactions": "\(file.transactions)", "sum": "\(Cents(file.sumCents).decimalText)",
        ])
    }
    return sealed
  }

  private func seal(
    _ group: BuildGroup, _ bank: BankProfile, earliest: String, latest: String, at now: Instant
  ) async throws -> OpenFile? {
    let stamp = Stamp(at: now, actor: "build")
    let rules = bank.files
    guard let version = Pain008Version(messageType: rules.message) else {
      throw StoreFault.shape("bank \(bank.name): message: found \(rules.message), expected a version that is written")
    }
    let day = now.description.prefix(10).filter { $0 != "-" }
    let schemaPath = schemaPath
    let file = try await session.transaction { session -> OpenFile? in
      // Asked again on the connection that seals: it may be a new one, to another database.
      let epoch = try session.epoch()
      guard epoch.isAgreed else { return nil }
      try session.releaseObstacles(of: group, rules, stamp)
      try session.holdPerhapsSent(bank: bank.name, earliest: earliest, latest: latest, stamp)
      guard
        let file = try session.openFile(
          group, earliest: earliest, latest: latest, FileLimits(rules: rules, largest: Pain008Writer.largestParts),
          // The day and the epoch keep ids apart where the database has gone back to an earlier sequence value.
          messageID: { id in MessageName.messageID(day: day, epoch: epoch.number, file: id) }, stamp)
      else { return nil }
      CrashPoints.reach(.buildClaimed)
      let work = try FileWork(version, rules, schemaPath: schemaPath, signing: bank.signer?.begin(at: now.seconds))
      let writer = work.writer
      let party = rules.initiatingPartyID.values(creditorIdentifier: group.creditorIdentifier)
      try writer.begin(
        CollectionFileHeader(
          messageID: file.messageID, createdAt: now.description, transactions: file.transactions,
          controlSum: file.sumCents, initiatingPartyName: bank.initiatingParty, initiatingPartyID: party.id,
          initiatingPartyIssuer: party.issuer))
      let layout = Layout(file: file, group: group, rules: rules, writer: writer)
      try await session.eachItem(of: file.id) { session, items in
        for item in items { try layout.add(item) }
        for chunk in work.takeChunks() { try session.storeChunk(file: file.id, ordinal: chunk.ordinal, chunk.bytes) }
      }
      try layout.end()
      let finished = try work.finish()
      for chunk in finished.rest { try session.storeChunk(file: file.id, ordinal: chunk.ordinal, chunk.bytes) }
      CrashPoints.reach(.buildWritten)
      let name = bank.remoteName.replacing("{message_id}", with: file.messageID)
        .replacing("{scheme}", with: group.scheme.rawValue.lowercased())
      try session.seal(
        file, of: group,
        Seal(
          remoteName: name, createdAt: now, sizeBytes: finished.size, sha256: finished.sha256,
          signature: finished.signature, signatureName: finished.signature.map { _ in name + bank.signatureSuffix },
          schemaChecked: schemaPath != nil),
        stamp)
      CrashPoints.reach(.buildSealed)
      return file
    }
    if file != nil { CrashPoints.reach(.buildCommitted) }
    return file
  }
}

/// Opens and closes payment information blocks as the items pass by, in the order of the file.
private final class Layout: @unchecked Sendable {  // Used by one task, a call at a time.
  private let file: OpenFile
  private let group: BuildGroup
  private let rules: FileRules
  private let writer: Pain008Writer
  private var current: Int64?

  init(file: OpenFile, group: BuildGroup, rules: FileRules, writer: Pain008Writer) {
    self.file = file
    self.group = group
    self.rules = rules
    self.writer = writer
  }

  func add(_ item: FileItem) throws {
    if current != item.blockOrdinal {
      if current != nil { try writer.endBlock() }
      guard let block = file.blocks.first(where: { $0.ordinal == item.blockOrdinal }) else {
        throw StoreFault.shape("file \(file.messageID): item of an unknown block")
      }
      try writer.beginBlock(
        PaymentBlock(
          paymentInformationID: block.paymentInformationID, scheme: group.scheme.rawValue,
          sequenceType: block.sequenceType.rawValue, categoryPurpose: block.categoryPurpose, collectionDate: block.collectionDate,
          transactions: block.transactions, controlSum: block.sumCents, batchBooking: rules.batchBooking,
          creditorName: group.creditorName,
          creditorAddress: rules.carries(.structured)
            ? group.creditorAddress.map {
              PartyAddress(street: $0.street, building: $0.building, postcode: $0.postcode, town: $0.town, country: $0.country)
            } : nil, creditorIBAN: block.iban, creditorBIC: try rules.carried(bic: block.bic),
          ultimateCreditor: block.ultimateCreditor, creditorIdentifier: group.creditorIdentifier))
      current = item.blockOrdinal
    }
    try writer.debit(
      Debit(
        endToEndID: item.endToEndID, amount: item.amountCents, mandateReference: item.mandateReference,
        signedOn: item.signedOn, debtorName: item.debtorName, debtorAddress: address(item.address),
        debtorIBAN: item.debtorIBAN, debtorBIC: try rules.carried(bic: item.debtorBIC), ultimateDebtor: item.ultimateDebtor,
        purpose: item.purpose, remittance: item.remittance.map { item.remittanceIsReference ? .creditorReference($0) : .unstructured($0) }))
  }

  func end() throws {
    if current != nil { try writer.endBlock() }
    try writer.end()
  }

  /// An address in a form that the bank does not take is left out: who needs one was held before.
  private func address(_ parts: [String?]) -> PartyAddress? {
    guard let country = parts[0], let town = parts[1] else { return nil }
    let lines = [parts[5], parts[6]].compactMap { $0 }
    guard rules.carries(lines.isEmpty ? .structured : .hybrid) else { return nil }
    return PartyAddress(
      street: parts[3], building: parts[4], postcode: parts[2], town: town, country: country, lines: lines)
  }
}

/// The writer's bytes on their way: validated, packed if the bank wants that, hashed and signed in one pass, then cut into
/// chunks for the database.
private final class FileWork: @unchecked Sendable {  // Used by one task, a call at a time.
  struct Chunk {
    let ordinal: Int
    let bytes: [UInt8]
  }

  private let digest: SHA256Digest
  private let validator: SchemaValidator?
  private let signing: (any SigningSession)?
  private let version: Pain008Version
  private let rules: FileRules
  private var chunks: [Chunk] = []
  private var ordinal = 0
  /// Of the document, and of what leaves.
  private var size: (document: Int64, file: Int64) = (0, 0)
  private(set) lazy var writer = Pain008Writer(version: version) { [unowned self] bytes in try take(bytes) }
  private var packer: GzipWriter?

  init(_ version: Pain008Version, _ rules: FileRules, schemaPath: String?, signing: (any SigningSession)?) throws {
    self.version = version
    self.rules = rules
    digest = try SHA256Digest()
    validator = try schemaPath.map { path in try SchemaValidator(schemaPath: path) }
    self.signing = signing
    if rules.compression == .gzip { packer = try GzipWriter { [unowned self] bytes in try keep(bytes) } }
  }

  private func take(_ bytes: UnsafeRawBufferPointer) throws {
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

  func takeChunks() -> [Chunk] {
    defer { chunks.removeAll() }
    return chunks
  }

  /// - Throws: for a document that its schema or its bank would refuse; then nothing of it may be kept.
  func finish() throws -> (rest: [Chunk], size: Int64, sha256: [UInt8], signature: [UInt8]?) {
    try validator?.finish()
    try packer?.finish()
    if let most = rules.maxBytes, size.document > most {
      throw StoreFault.shape("file: max_bytes: found \(size.document), expected at most \(most)")
    }
    return (takeChunks(), size.file, try digest.finish(), try signing?.finish())
  }
}
