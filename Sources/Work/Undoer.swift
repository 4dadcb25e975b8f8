internal import ISO20022
package import Logging
package import SEPA
package import Store

/// Turns requests to take collections back into sealed files: camt.055 before they are settled, pain.007 afterwards. Each
/// file is about one collection file that the bank has, and leaves as any other (`Exchange`).
package struct Undoer: Sendable {
  private let session: Session
  private let schemas: [String: String]
  private let log: Logger

  /// - Parameter schemas: paths of the official schemas by message; files in others are sealed without a check.
  package init(session: Session, schemas: [String: String] = [:], log: Logger) {
    self.session = session
    self.schemas = schemas
    self.log = log
  }

  /// - Returns: how many files were sealed; 0 also while the database's epoch is not agreed.
  package func run(_ bank: BankProfile, at now: Instant) async throws -> Int {
    guard try await session.epoch().isAgreed else { return 0 }
    let local = try await bank.localTime(session, at: now)
    let maker = FileMaker(session: session, schemas: schemas, log: log)
    var sealed = 0
    for kind in UndoingKind.allCases {
      guard let message = kind == .cancellation ? bank.files.cancellation : bank.files.reversal else { continue }
      for scheme in Scheme.allCases {
        let content = UndoingContent(
          kind: kind, scheme: scheme, message: message, bank: bank, received: bank.windows[scheme].submissionDay(at: local))
        while !Task.isCancelled, try await maker.make(content, for: bank, at: now) { sealed += 1 }
      }
    }
    return sealed
  }
}

/// Requests of one kind about one collection file of one scheme.
private struct UndoingContent: FileContent {
  let kind: UndoingKind
  let scheme: Scheme
  let message: String
  let bank: BankProfile
  /// When the bank counts a file as received that leaves now.
  let received: CalendarDay

  func scheme(of file: OpenUndoing) -> Scheme { file.scheme }

  func claim(
    _ session: isolated Session, messageID: @Sendable (Int64) -> String, _ stamp: Stamp
  ) throws -> OpenUndoing? {
    try session.openUndoing(
      kind, scheme, bank: bank.name, received: received, states: Array(kind.states), limit: bank.files.maxTransactions,
      messageID: messageID, stamp)
  }

  func write(_ file: OpenUndoing, to work: FileWork, _ session: isolated Session, at now: Instant) async throws {
    let original = OriginalFile(
      messageID: file.original.messageID, messageType: file.original.message, createdAt: file.original.createdAt)
    let party = bank.files.initiatingPartyID.values(creditorIdentifier: file.creditorIdentifier).id
    let layout: UndoneLayout
    switch kind {
    case .reversal:
      guard let version = Pain007Version(messageType: message) else { throw work.unknown(message) }
      let writer = Pain007Writer(version: version, sink: work.take)
      try writer.begin(
        ReversalFileHeader(
          messageID: file.messageID, createdAt: now.description, transactions: file.transactions, controlSum: file.sumCents,
          initiatingPartyName: bank.initiatingParty, initiatingPartyID: party, original: original))
      layout = UndoneLayout(
        file, begin: writer.beginBlock, endBlock: writer.endBlock, end: writer.end,
        add: { id, debit, reason in
          guard let reason = ReversalReason(rawValue: reason) else { throw work.unknown("reason \(reason)") }
          try writer.reversal(Reversal(reversalID: id, debit: debit, reason: reason))
        })
    case .cancellation:
      guard let version = Camt055Version(messageType: message) else { throw work.unknown(message) }
      let writer = Camt055Writer(version: version, sink: work.take)
      try writer.begin(
        CancellationHeader(
          requestID: file.messageID, createdAt: now.description, transactions: file.transactions, controlSum: file.sumCents,
          initiatingPartyName: bank.initiatingParty, initiatingPartyID: party, bankBIC: file.blocks.first?.bic,
          original: original))
      layout = UndoneLayout(
        file, begin: writer.beginBlock, endBlock: writer.endBlock, end: writer.end,
        add: { id, debit, reason in
          guard let reason = CancellationReason(rawValue: reason) else { throw work.unknown("reason \(reason)") }
          try writer.cancellation(Cancellation(cancellationID: id, debit: debit, reason: reason))
        })
    }
    try await session.eachUndone(in: file.id) { session, items in
      for item in items { try layout.add(item) }
      try work.storeChunks(of: file.id, session)
    }
    try layout.finish()
  }

  func seal(_ file: OpenUndoing, _ seal: Seal, _ session: isolated Session, _ stamp: Stamp) throws {
    // So that `Exchange` lets it leave until the cut-off of that day, as it does with collections.
    let firstDate = TARGETCalendar.adding(bank.windows[scheme].leadDays, to: try CalendarDay(iso: file.leaveBy))
    try session.seal(file, firstDate: firstDate.iso, seal, stamp)
  }
}

extension OpenUndoing: MadeFile {}

/// Opens and closes blocks as the items pass by, in the order of the collection file.
private final class UndoneLayout: @unchecked Sendable {  // Used by one task, a call at a time.
  private let file: OpenUndoing
  private let begin: (OriginalBlock) throws -> Void
  private let endBlock: () throws -> Void
  private let end: () throws -> Void
  private let add: (_ id: String, OriginalDebit, _ reason: String) throws -> Void
  private var current: Int64?

  init(
    _ file: OpenUndoing, begin: @escaping (OriginalBlock) throws -> Void, endBlock: @escaping () throws -> Void,
    end: @escaping () throws -> Void, add: @escaping (_ id: String, OriginalDebit, _ reason: String) throws -> Void
  ) {
    self.file = file
    self.begin = begin
    self.endBlock = endBlock
    self.end = end
    self.add = add
  }

  func add(_ item: UndoneItem) throws {
    if current != item.blockID {
      if current != nil { try endBlock() }
      guard let block = file.blocks.first(where: { $0.id == item.blockID }) else {
        throw StoreFault.shape("file \(file.messageID): item of an unknown block")
      }
      try begin(
        OriginalBlock(
          paymentInformationID: block.paymentInformationID, originalTransactions: block.originalTransactions,
          originalControlSum: block.originalSumCents, transactions: block.transactions, controlSum: block.sumCents,
          scheme: file.scheme.rawValue, sequenceType: block.sequenceType.rawValue, collectionDate: block.collectionDate,
          creditorName: file.creditorName, creditorIBAN: block.iban, creditorBIC: block.bic,
          ultimateCreditor: block.ultimateCreditor, creditorIdentifier: file.creditorIdentifier))
      current = item.blockID
    }
    let debit = item.debit
    // Derived once from the request, which is sealed once: the same whenever the bank sees it.
    try add(
      "\(file.messageID)-\(item.undoingID)",
      OriginalDebit(
        endToEndID: debit.endToEndID, amount: debit.amountCents, mandateReference: debit.mandateReference,
        signedOn: debit.signedOn, debtorName: debit.debtorName, debtorIBAN: debit.debtorIBAN, debtorBIC: debit.debtorBIC,
        ultimateDebtor: debit.ultimateDebtor, remittance: debit.remittanceIsReference ? nil : debit.remittance,
        creditorReference: debit.remittanceIsReference ? debit.remittance : nil),
      item.reason)
  }

  func finish() throws {
    if current != nil { try endBlock() }
    try end()
  }
}
