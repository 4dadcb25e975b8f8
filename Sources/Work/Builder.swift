internal import ISO20022
package import Logging
package import SEPA
package import Store

/// Turns due collections into sealed files (`FileMaker`).
package struct Builder: Sendable {
  private let session: Session
  private let schemas: [String: String]
  private let log: Logger

  /// - Parameter schemas: paths of the official schemas by message; files in others are sealed without a check.
  package init(session: Session, schemas: [String: String] = [:], log: Logger) {
    self.session = session
    self.schemas = schemas
    self.log = log
  }

  /// One file for each creditor and scheme that has something due, those with least first: however much one of them
  /// collects, nobody waits longer than for one file of each. To be called again while it seals any.
  ///
  /// - Returns: how many files were sealed; 0 also while the database's epoch is not agreed.
  package func run(_ bank: BankProfile, at now: Instant) async throws -> Int {
    guard try await session.epoch().isAgreed else { return 0 }
    let local = try await bank.localTime(session, at: now)
    let dates = bank.windows.map { $0.buildable(at: local) }
    let maker = FileMaker(session: session, schemas: schemas, log: log)
    var sealed = 0
    for group in try await session.buildable(bank: bank.name, dates: dates) where !Task.isCancelled {
      let content = CollectionContent(group: group, bank: bank, dates: dates[group.scheme])
      if try await maker.make(content, for: bank, at: now) { sealed += 1 }
    }
    return sealed
  }
}

/// Due collections of one creditor and scheme.
private struct CollectionContent: FileContent {
  let group: BuildGroup
  let bank: BankProfile
  let dates: ClosedRange<CalendarDay>

  var message: String { bank.files.message }

  func scheme(of file: OpenFile) -> Scheme { group.scheme }

  func claim(
    _ session: isolated Session, messageID: @Sendable (Int64) -> String, _ stamp: Stamp
  ) throws -> OpenFile? {
    try session.releaseObstacles(of: group, bank.files, stamp)
    try session.holdPerhapsSent(bank: bank.name, dates: dates, stamp)
    return try session.openFile(
      group, dates: dates, FileLimits(rules: bank.files, largest: Pain008Writer.largestParts), messageID: messageID, stamp)
  }

  func write(_ file: OpenFile, to work: FileWork, _ session: isolated Session, at now: Instant) async throws {
    guard let version = Pain008Version(messageType: message) else { throw work.unknown(message) }
    let writer = Pain008Writer(version: version, sink: work.take)
    let party = bank.files.initiatingPartyID.values(creditorIdentifier: group.creditorIdentifier)
    try writer.begin(
      CollectionFileHeader(
        messageID: file.messageID, createdAt: now.description, transactions: file.transactions,
        controlSum: file.sumCents, initiatingPartyName: bank.initiatingParty, initiatingPartyID: party.id,
        initiatingPartyIssuer: party.issuer))
    let layout = Layout(file: file, group: group, rules: bank.files, writer: writer)
    try await session.eachItem(of: file) { session, items in
      for item in items { try layout.add(item) }
      try work.storeChunks(of: file.id, session)
    }
    try layout.end()
  }

  func seal(_ file: OpenFile, _ seal: Seal, _ session: isolated Session, _ stamp: Stamp) throws {
    try session.seal(file, of: group, seal, stamp)
  }
}

extension OpenFile: MadeFile {}

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
        signedOn: item.signedOn, amendment: item.amendment.flatMap(Self.amendment), debtorName: item.debtorName,
        debtorAddress: address(item.address),
        debtorIBAN: item.debtorIBAN, debtorBIC: try rules.carried(bic: item.debtorBIC), ultimateDebtor: item.ultimateDebtor,
        purpose: item.purpose, remittance: item.remittance.map { item.remittanceIsReference ? .creditorReference($0) : .unstructured($0) }))
  }

  /// A new account is told as such, without the old one: at the same bank or at another, that is all that travels since
  /// November 2016 (SDD rulebooks, AT-24; `SMNDA`).
  private static func amendment(_ open: OpenAmendment) -> MandateAmendment? {
    MandateAmendment(
      originalMandateReference: open.reference, originalCreditorIdentifier: open.creditorIdentifier,
      originalCreditorName: open.creditorName, originalAccount: open.account.map { _ in .sameMandateNewAccount })
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
