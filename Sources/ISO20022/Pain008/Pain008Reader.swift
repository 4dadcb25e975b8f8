// Reads a pain.008 collection file piece by piece and delivers its header, blocks and debits, in constant memory.
//
// Refuses, by line: what `PushParser` refuses; a document that is no pain.008; a file without message id or number of
// transactions; a debit without end-to-end id or amount; amounts that are not whole cents; a value given twice. Any
// version is read, as .02 to .11 name these elements alike but for `BIC`, `BICFI`.

/// What a collection file says, in document order.
package enum Pain008Event: Equatable, Sendable {
  case header(Pain008Reader.Header)
  /// A block's own values, before its first debit.
  case block(Pain008Reader.Block)
  case debit(Pain008Reader.Debit)
  /// After the last debit of a block.
  case endOfBlock
}

/// Why a collection file was refused; nothing that was delivered before counts.
package enum Pain008ReadFault: Error, Sendable, CustomStringConvertible {
  case document(XMLFault)
  /// Whoever received the events gave up.
  case recipient(any Error)

  package var description: String {
    switch self {
    case .document(let fault): fault.description
    case .recipient(let error): "pain.008: recipient failed: found \(error), expected each event to be taken"
    }
  }
}

/// Bytes of one collection file in, `Pain008Event`s out. What was delivered counts only once `finish` has returned.
/// Not for use from two threads at once.
package final class Pain008Reader {
  /// `GrpHdr`.
  package struct Header: Equatable, Sendable {
    /// `pain.008.001.08`: the end of the namespace.
    package var messageType = ""
    package var messageID = ""
    package var createdAt: String?
    package var transactions = 0
    /// In cents; nil when not given.
    package var controlSum: Int64?
    package var initiatingPartyName: String?
    package var initiatingPartyID: String?
    package var initiatingPartyIssuer: String?

    /// All values empty.
    package init() {}
  }

  /// `PmtInf` up to its first debit.
  package struct Block: Equatable, Sendable {
    package var paymentInformationID = ""
    /// nil when not given, as in the schema's oldest versions' samples.
    package var transactions: Int?
    /// In cents; nil when not given.
    package var controlSum: Int64?
    package var batchBooking: Bool?
    package var scheme: String?
    package var sequenceType: String?
    package var categoryPurpose: String?
    /// As written: `YYYY-MM-DD`.
    package var collectionDate: String?
    package var creditorName: String?
    package var creditorIBAN: String?
    package var creditorBIC: String?
    package var ultimateCreditor: String?
    package var creditorIdentifier: String?

    /// All values empty.
    package init() {}
  }

  /// `DrctDbtTxInf`.
  package struct Debit: Equatable, Sendable {
    package var instructionID: String?
    package var endToEndID = ""
    /// In cents of `currency`.
    package var amount: Int64 = 0
    package var currency: String?
    package var mandateReference: String?
    package var signedOn: String?
    package var originalMandateReference: String?
    package var originalCreditorIdentifier: String?
    package var originalCreditorName: String?
    package var originalDebtorIBAN: String?
    /// `OrgnlDbtrAcct/Id/Othr/Id` as written: in SEPA it can only be `SMNDA`.
    package var originalDebtorAccount: String?
    package var debtorName: String?
    package var debtorTown: String?
    package var debtorCountry: String?
    package var debtorIBAN: String?
    package var debtorBIC: String?
    package var ultimateDebtor: String?
    package var purpose: String?
    /// `RmtInf/Ustrd`.
    package var remittance: String?
    /// `RmtInf/Strd/CdtrRefInf/Ref`.
    package var creditorReference: String?

    /// All values empty.
    package init() {}

    /// What was different in the mandate before; nil when nothing that SEPA knows was said of it.
    package var amendment: MandateAmendment? {
      let isNewAccount = originalDebtorAccount == MandateAmendment.sameMandateNewAccount
      return MandateAmendment(
        originalMandateReference: originalMandateReference, originalCreditorIdentifier: originalCreditorIdentifier,
        originalCreditorName: originalCreditorName,
        originalAccount: originalDebtorIBAN.map { .iban($0) } ?? (isNewAccount ? .sameMandateNewAccount : nil))
    }
  }

  private let parser: PushParser
  private let handler: Pain008Handler

  /// `deliver` receives each event; what it throws ends the reading as `Pain008ReadFault.recipient`.
  package init(limits: XMLLimits = XMLLimits(), deliver: @escaping (Pain008Event) throws -> Void) {
    handler = Pain008Handler(deliver: deliver)
    parser = PushParser(limits: limits, handler: handler)
  }

  /// The next bytes of the file, of any length.
  package func feed(_ piece: UnsafeRawBufferPointer) throws(Pain008ReadFault) {
    do throws(XMLFault) { try parser.feed(piece) } catch { throw handler.reason(for: error) }
  }

  /// Says that the file has ended. Returns only if it was one whole collection file.
  package func finish() throws(Pain008ReadFault) {
    do throws(XMLFault) {
      try parser.finish()
      try handler.requireHeader()
    } catch { throw handler.reason(for: error) }
  }
}

/// Where each value stands, and where it goes.
private enum Pain008Role: Sendable {
  case header, block, debit
  case headerField(HeaderField)
  case blockField(BlockField)
  case debitField(DebitField)

  enum HeaderField { case messageID, createdAt, transactions, controlSum, partyName, partyID, partyIssuer }
  enum BlockField {
    case id, batchBooking, transactions, controlSum, scheme, sequenceType, categoryPurpose, collectionDate, creditorName,
      creditorIBAN, creditorBIC, ultimateCreditor, creditorIdentifier
  }
  enum DebitField {
    case instructionID, endToEndID, amount, mandateReference, signedOn, originalMandateReference,
      originalCreditorIdentifier, originalCreditorName, originalDebtorIBAN, originalDebtorAccount, debtorBIC, debtorName,
      debtorTown, debtorCountry, debtorIBAN, ultimateDebtor, purpose, remittance, creditorReference
  }
}

private enum Pain008Layout {
  static let message = "CstmrDrctDbtInitn"
  static let names = XMLNames(paths.flatMap { $0.path.split(separator: "/").map(String.init) } + ["Ccy"])
  static let tree = ElementPaths(names: names, roles: paths)

  private static let headerFields: [(String, Pain008Role.HeaderField)] = [
    ("MsgId", .messageID), ("CreDtTm", .createdAt), ("NbOfTxs", .transactions), ("CtrlSum", .controlSum),
    ("InitgPty/Nm", .partyName), ("InitgPty/Id/OrgId/Othr/Id", .partyID), ("InitgPty/Id/PrvtId/Othr/Id", .partyID),
    ("InitgPty/Id/OrgId/Othr/Issr", .partyIssuer), ("InitgPty/Id/PrvtId/Othr/Issr", .partyIssuer),
  ]
  private static let blockFields: [(String, Pain008Role.BlockField)] = [
    ("PmtInfId", .id), ("BtchBookg", .batchBooking), ("NbOfTxs", .transactions), ("CtrlSum", .controlSum),
    ("PmtTpInf/LclInstrm/Cd", .scheme), ("PmtTpInf/SeqTp", .sequenceType),
    ("PmtTpInf/CtgyPurp/Cd", .categoryPurpose), ("ReqdColltnDt", .collectionDate),
    ("Cdtr/Nm", .creditorName), ("CdtrAcct/Id/IBAN", .creditorIBAN), ("CdtrAgt/FinInstnId/BIC", .creditorBIC),
    ("CdtrAgt/FinInstnId/BICFI", .creditorBIC), ("UltmtCdtr/Nm", .ultimateCreditor),
    ("CdtrSchmeId/Id/PrvtId/Othr/Id", .creditorIdentifier),
  ]
  private static let amended = "DrctDbtTx/MndtRltdInf/AmdmntInfDtls/"
  private static let debitFields: [(String, Pain008Role.DebitField)] = [
    ("PmtId/InstrId", .instructionID), ("PmtId/EndToEndId", .endToEndID), ("InstdAmt", .amount),
    ("DrctDbtTx/MndtRltdInf/MndtId", .mandateReference), ("DrctDbtTx/MndtRltdInf/DtOfSgntr", .signedOn),
    (amended + "OrgnlMndtId", .originalMandateReference),
    (amended + "OrgnlCdtrSchmeId/Id/PrvtId/Othr/Id", .originalCreditorIdentifier),
    (amended + "OrgnlCdtrSchmeId/Nm", .originalCreditorName), (amended + "OrgnlDbtrAcct/Id/IBAN", .originalDebtorIBAN),
    (amended + "OrgnlDbtrAcct/Id/Othr/Id", .originalDebtorAccount),
    ("DbtrAgt/FinInstnId/BIC", .debtorBIC), ("DbtrAgt/FinInstnId/BICFI", .debtorBIC), ("Dbtr/Nm", .debtorName),
    ("Dbtr/PstlAdr/TwnNm", .debtorTown), ("Dbtr/PstlAdr/Ctry", .debtorCountry), ("DbtrAcct/Id/IBAN", .debtorIBAN),
    ("UltmtDbtr/Nm", .ultimateDebtor), ("Purp/Cd", .purpose), ("RmtInf/Ustrd", .remittance),
    ("RmtInf/Strd/CdtrRefInf/Ref", .creditorReference),
  ]
  private static let paths: [(path: String, role: Pain008Role)] =
    under("Document/\(message)/GrpHdr", .header, headerFields.map { ($0.0, .headerField($0.1)) })
    + under("Document/\(message)/PmtInf", .block, blockFields.map { ($0.0, .blockField($0.1)) })
    + under("Document/\(message)/PmtInf/DrctDbtTxInf", .debit, debitFields.map { ($0.0, .debitField($0.1)) })

  private static func under(_ element: String, _ role: Pain008Role, _ fields: [(String, Pain008Role)])
    -> [(path: String, role: Pain008Role)]
  {
    [(element, role)] + fields.map { ("\(element)/\($0.0)", $0.1) }
  }
}

/// Walks the paths of the message and fills the header, block or debit that is open.
private final class Pain008Handler: XMLHandler {
  /// An element, for what a fault says.
  typealias Mark = (name: ElementName, line: Int)

  let names = Pain008Layout.names
  private let tree = Pain008Layout.tree
  private let deliver: (Pain008Event) throws -> Void
  private var failure: (any Error)?

  private var places: [Int] = [ElementPaths<Pain008Role>.top]
  private var skipped = 0
  private var text: [UInt8] = []
  private var isCapturing = false
  private let currencyName = Pain008Layout.names["Ccy"]

  private var messageType = ""
  private var header = Pain008Reader.Header()
  private var isHeaderOpened = false
  private var isHeaderDelivered = false
  private var block = Pain008Reader.Block()
  private var isBlockDelivered = false
  private var debit = Pain008Reader.Debit()
  private static let notGiven = -1

  init(deliver: @escaping (Pain008Event) throws -> Void) { self.deliver = deliver }

  func reason(for fault: XMLFault) -> Pain008ReadFault { failure.map { .recipient($0) } ?? .document(fault) }

  func requireHeader() throws(XMLFault) {
    if !isHeaderDelivered { throw XMLFault(line: 0, rule: "GrpHdr", found: "none", expected: "one") }
  }

  func start(_ element: XMLElement) throws(XMLFault) {
    if element.depth == 1 { try begin(element) }
    let place = skipped > 0 ? ElementPaths<Pain008Role>.nowhere : tree.place(below: places[places.count - 1], element.name)
    guard place != ElementPaths<Pain008Role>.nowhere else {
      if skipped == 0, places.count == 2 {
        throw XMLFault(line: element.line, rule: "message element", found: "another", expected: Pain008Layout.message)
      }
      skipped += 1
      return
    }
    places.append(place)
    isCapturing = false
    guard let role = tree.role(at: place) else { return }
    switch role {
    case .header: try openHeader(element.line)
    case .block: try openBlock(element.line)
    case .debit: try openDebit(element.line)
    default:
      isCapturing = true
      text.removeAll(keepingCapacity: true)
      if case .debitField(.amount) = role { debit.currency = element.attribute(currencyName).map { String(decoding: $0, as: UTF8.self) } }
    }
  }

  func text(_ bytes: UnsafeRawBufferPointer) throws(XMLFault) {
    if isCapturing, skipped == 0 { text.append(contentsOf: bytes) }
  }

  func end(_ name: ElementName, line: Int) throws(XMLFault) {
    if skipped > 0 {
      skipped -= 1
      return
    }
    guard places.count > 1 else { return }
    let place = places.removeLast()
    isCapturing = false
    switch tree.role(at: place) {
    case .header: try endHeader(line)
    case .block: try endBlock(line)
    case .debit: try endDebit(line)
    case nil: break
    case .headerField(let field): if let value = trimmedText() { try take(field, value, (name, line)) }
    case .blockField(let field): if let value = trimmedText() { try take(field, value, (name, line)) }
    case .debitField(let field): if let value = trimmedText() { try take(field, value, (name, line)) }
    }
    text.removeAll(keepingCapacity: true)
  }

  private func begin(_ element: XMLElement) throws(XMLFault) {
    let prefix = "urn:iso:std:iso:20022:tech:xsd:"
    guard let namespace = element.namespace, namespace.hasPrefix(prefix + "pain.008."), namespace.utf8.count < 80,
      element.localName == "Document"
    else { throw XMLFault(line: element.line, rule: "message", found: "another", expected: "a pain.008 Document") }
    messageType = String(namespace.dropFirst(prefix.count))
  }
}

// MARK: - Levels

extension Pain008Handler {
  private func openHeader(_ line: Int) throws(XMLFault) {
    guard !isHeaderOpened else { throw XMLFault(line: line, rule: "GrpHdr", found: "a second one", expected: "one") }
    isHeaderOpened = true
    header.messageType = messageType
    header.transactions = Self.notGiven
  }

  private func endHeader(_ line: Int) throws(XMLFault) {
    guard !header.messageID.isEmpty, header.transactions != Self.notGiven else {
      throw XMLFault(line: line, rule: "GrpHdr", found: "no MsgId or NbOfTxs", expected: "both")
    }
    isHeaderDelivered = true
    try deliver(.header(header), line)
  }

  private func openBlock(_ line: Int) throws(XMLFault) {
    guard isHeaderDelivered else { throw XMLFault(line: line, rule: "GrpHdr", found: "none", expected: "one, first") }
    block = Pain008Reader.Block()
    isBlockDelivered = false
  }

  private func endBlock(_ line: Int) throws(XMLFault) {
    try deliverBlock(line)
    try deliver(.endOfBlock, line)
  }

  private func openDebit(_ line: Int) throws(XMLFault) {
    try deliverBlock(line)
    debit = Pain008Reader.Debit()
    debit.amount = Int64(Self.notGiven)
  }

  private func endDebit(_ line: Int) throws(XMLFault) {
    guard !debit.endToEndID.isEmpty, debit.amount != Self.notGiven else {
      throw XMLFault(line: line, rule: "DrctDbtTxInf", found: "no EndToEndId or InstdAmt", expected: "both")
    }
    try deliver(.debit(debit), line)
  }

  /// In every version all values of a block stand before its first debit.
  private func deliverBlock(_ line: Int) throws(XMLFault) {
    guard !isBlockDelivered else { return }
    guard !block.paymentInformationID.isEmpty else {
      throw XMLFault(line: line, rule: "PmtInfId", found: "none", expected: "the block's id")
    }
    isBlockDelivered = true
    try deliver(.block(block), line)
  }

  private func deliver(_ event: Pain008Event, _ line: Int) throws(XMLFault) {
    do { try deliver(event) } catch {
      failure = error
      throw XMLFault(line: line, rule: "recipient", found: "a failure", expected: "the event taken")
    }
  }
}

// MARK: - Values

extension Pain008Handler {
  private func take(_ field: Pain008Role.HeaderField, _ value: String, _ at: Mark) throws(XMLFault) {
    switch field {
    case .messageID: try put(value, in: &header.messageID, at)
    case .createdAt: try put(value, in: &header.createdAt, at)
    case .transactions:
      guard header.transactions == Self.notGiven else { throw twice(at) }
      header.transactions = try count(value, at)
    case .controlSum: try put(try cents(value, at), in: &header.controlSum, at)
    case .partyName: try put(value, in: &header.initiatingPartyName, at)
    case .partyID: try put(value, in: &header.initiatingPartyID, at)
    case .partyIssuer: try put(value, in: &header.initiatingPartyIssuer, at)
    }
  }

  private func take(_ field: Pain008Role.BlockField, _ value: String, _ at: Mark) throws(XMLFault) {
    guard !isBlockDelivered else { throw fault(at, "a value of the block after its first debit", "it before") }
    switch field {
    case .id: try put(value, in: &block.paymentInformationID, at)
    case .batchBooking: try put(value == "true" || value == "1", in: &block.batchBooking, at)
    case .transactions: try put(try count(value, at), in: &block.transactions, at)
    case .controlSum: try put(try cents(value, at), in: &block.controlSum, at)
    case .scheme: try put(value, in: &block.scheme, at)
    case .sequenceType: try put(value, in: &block.sequenceType, at)
    case .categoryPurpose: try put(value, in: &block.categoryPurpose, at)
    case .collectionDate: try put(value, in: &block.collectionDate, at)
    case .creditorName: try put(value, in: &block.creditorName, at)
    case .creditorIBAN: try put(value, in: &block.creditorIBAN, at)
    case .creditorBIC: try put(value, in: &block.creditorBIC, at)
    case .ultimateCreditor: try put(value, in: &block.ultimateCreditor, at)
    case .creditorIdentifier: try put(value, in: &block.creditorIdentifier, at)
    }
  }

  private func take(_ field: Pain008Role.DebitField, _ value: String, _ at: Mark) throws(XMLFault) {
    switch field {
    case .instructionID: try put(value, in: &debit.instructionID, at)
    case .endToEndID: try put(value, in: &debit.endToEndID, at)
    case .amount:
      guard debit.amount == Self.notGiven else { throw twice(at) }
      debit.amount = try cents(value, at)
    case .mandateReference: try put(value, in: &debit.mandateReference, at)
    case .signedOn: try put(value, in: &debit.signedOn, at)
    case .originalMandateReference: try put(value, in: &debit.originalMandateReference, at)
    case .originalCreditorIdentifier: try put(value, in: &debit.originalCreditorIdentifier, at)
    case .originalCreditorName: try put(value, in: &debit.originalCreditorName, at)
    case .originalDebtorIBAN: try put(value, in: &debit.originalDebtorIBAN, at)
    case .originalDebtorAccount: try put(value, in: &debit.originalDebtorAccount, at)
    case .debtorBIC: try put(value, in: &debit.debtorBIC, at)
    case .debtorName: try put(value, in: &debit.debtorName, at)
    case .debtorTown: try put(value, in: &debit.debtorTown, at)
    case .debtorCountry: try put(value, in: &debit.debtorCountry, at)
    case .debtorIBAN: try put(value, in: &debit.debtorIBAN, at)
    case .ultimateDebtor: try put(value, in: &debit.ultimateDebtor, at)
    case .purpose: try put(value, in: &debit.purpose, at)
    // Only the first of several; SEPA allows one.
    case .remittance: if debit.remittance == nil { debit.remittance = value }
    case .creditorReference: if debit.creditorReference == nil { debit.creditorReference = value }
    }
  }

  private func put<Value>(_ value: Value, in slot: inout Value?, _ at: Mark) throws(XMLFault) {
    guard slot == nil else { throw twice(at) }
    slot = value
  }

  private func put(_ value: String, in slot: inout String, _ at: Mark) throws(XMLFault) {
    guard slot.isEmpty else { throw twice(at) }
    slot = value
  }

  private func count(_ value: String, _ at: Mark) throws(XMLFault) -> Int {
    guard value.utf8.count <= 15, let count = Int(value), count >= 0 else {
      throw fault(at, "no count", "digits, at most 15")
    }
    return count
  }

  private func cents(_ value: String, _ at: Mark) throws(XMLFault) -> Int64 {
    guard let cents = ReportAmount(text: value, currency: nil).cents, cents >= 0 else {
      throw fault(at, "no amount of whole cents", "an amount with at most two decimals")
    }
    return cents
  }

  private func twice(_ at: Mark) -> XMLFault { fault(at, "it twice", "it once") }

  private func fault(_ at: Mark, _ found: String, _ expected: String) -> XMLFault {
    XMLFault(line: at.line, rule: names.text(of: at.name), found: found, expected: expected)
  }

  /// Without XML's blanks at either end; nil when nothing is left.
  private func trimmedText() -> String? {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    guard let first = text.firstIndex(where: { !isBlank($0) }), let last = text.lastIndex(where: { !isBlank($0) }) else {
      return nil
    }
    return String(decoding: text[first...last], as: UTF8.self)
  }
}
