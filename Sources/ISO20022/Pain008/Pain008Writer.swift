// Writes a pain.008 collection file as a stream of bytes, in the order of the document, in constant memory and on one
// line. Element order and content follow the schema and the EPC's customer-to-PSP guidelines for SEPA direct debits
// (EPC130-08 Core, EPC131-08 B2B). Refuses to finish a block or a file whose counts and sums are not the announced ones.

/// Why a collection file could not be written to its end; what was written so far is worth nothing.
package enum Pain008Fault: Error, Equatable, Sendable, CustomStringConvertible {
  /// A call out of the document's order: `found` stands where `expected` should.
  case outOfOrder(found: String, expected: String)
  /// The debits written are not those announced; `place` is "file" or the block's id. Sums in cents.
  case totals(place: String, transactions: Int, controlSum: Int64, expectedTransactions: Int, expectedControlSum: Int64)
  /// An amount that is not positive, or a sum beyond 64 bits.
  case amount(place: String)
  /// An address in a version that carries none; `place` is the block's id.
  case address(place: String, version: Pain008Version)

  package var description: String {
    switch self {
    case .outOfOrder(let found, let expected): "pain.008: order of the document: found \(found), expected \(expected)"
    case .totals(let place, let transactions, let sum, let expectedTransactions, let expectedSum):
      """
      \(place): announced totals: found \(transactions) debits of \(sum) cents, \
      expected \(expectedTransactions) debits of \(expectedSum) cents
      """
    case .amount(let place): "\(place): amount: found one that is not positive or too large, expected cents above zero"
    case .address(let place, let version):
      "\(place): address: found one, expected none in \(version), whose guidelines know no structured addresses"
    }
  }
}

/// One collection file: `begin`, then for each block `beginBlock`, its `debit`s and `endBlock`, then `end`.
///
/// The sink receives pieces of at most 256 KiB. Every operation throws what the sink throws, `Pain008Fault` for calls
/// out of order or totals that do not agree, and `XMLTextFault` for control characters in a text.
package final class Pain008Writer {
  private enum Place { case start, file, block, ended }

  private let version: Pain008Version
  private var xml: XMLWriter
  private var place = Place.start
  private var file = Totals(place: "file")
  private var block = Totals(place: "")

  /// No document is larger than the sum of its parts, in bytes: what is around its blocks, each block with all its texts,
  /// each debit and each address without their texts. A debit's amendment is not counted.
  package static let largestParts = (file: 1000, block: 2000, debit: 860, address: 220)

  package init(version: Pain008Version = .v08, sink: @escaping ByteSink) {
    self.version = version
    xml = XMLWriter(sink: sink)
  }

  /// Writes the group header. To be called first, once.
  package func begin(_ header: CollectionFileHeader) throws {
    try move(from: .start, to: .file, "the file's header")
    file = Totals(place: "file", transactions: header.transactions, controlSum: header.controlSum)
    try xml.begin(version.messageType, "CstmrDrctDbtInitn")
    try xml.markup("<GrpHdr>")
    try xml.element("MsgId", header.messageID)
    try xml.element("CreDtTm", header.createdAt)
    try xml.element("NbOfTxs", number: header.transactions)
    try xml.element("CtrlSum", cents: header.controlSum)
    try xml.markup("<InitgPty>")
    try xml.element("Nm", header.initiatingPartyName)
    if let id = header.initiatingPartyID {
      try xml.markup("<Id><OrgId><Othr>")
      try xml.element("Id", id)
      try xml.element("Issr", header.initiatingPartyIssuer)
      try xml.markup("</Othr></OrgId></Id>")
    }
    try xml.markup("</InitgPty></GrpHdr>")
  }

  /// Opens a payment information block, once the one before has ended.
  package func beginBlock(_ header: PaymentBlock) throws {
    try move(from: .file, to: .block, "a block")
    if !version.carriesStructuredAddresses, header.creditorAddress != nil {
      throw Pain008Fault.address(place: header.paymentInformationID, version: version)
    }
    block = Totals(
      place: header.paymentInformationID, transactions: header.transactions, controlSum: header.controlSum)
    try xml.markup("<PmtInf>")
    try xml.element("PmtInfId", header.paymentInformationID)
    try xml.markup("<PmtMtd>DD</PmtMtd>")
    if let batch = header.batchBooking { try xml.element("BtchBookg", batch ? "true" : "false") }
    try xml.element("NbOfTxs", number: header.transactions)
    try xml.element("CtrlSum", cents: header.controlSum)
    try xml.markup("<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm>")
    try xml.element("Cd", header.scheme)
    try xml.markup("</LclInstrm>")
    try xml.element("SeqTp", header.sequenceType)
    if let categoryPurpose = header.categoryPurpose {
      try xml.markup("<CtgyPurp>")
      try xml.element("Cd", categoryPurpose)
      try xml.markup("</CtgyPurp>")
    }
    try xml.markup("</PmtTpInf>")
    try xml.element("ReqdColltnDt", header.collectionDate)
    try xml.markup("<Cdtr>")
    try xml.party(header.creditorName, header.creditorAddress)
    try xml.markup("</Cdtr><CdtrAcct><Id>")
    try xml.element("IBAN", header.creditorIBAN)
    try xml.markup("</Id></CdtrAcct><CdtrAgt>")
    try xml.bank(header.creditorBIC, version)
    try xml.markup("</CdtrAgt>")
    if let ultimateCreditor = header.ultimateCreditor {
      try xml.markup("<UltmtCdtr>")
      try xml.element("Nm", ultimateCreditor)
      try xml.markup("</UltmtCdtr>")
    }
    try xml.markup("<ChrgBr>SLEV</ChrgBr><CdtrSchmeId>")
    try xml.creditor(header.creditorIdentifier)
    try xml.markup("</CdtrSchmeId>")
  }

  /// Writes a debit of the open block. Throws `Pain008Fault.amount` for one that is not positive.
  package func debit(_ debit: Debit) throws {
    try move(from: .block, to: .block, "a debit")
    // Whoever asks for a version has to know what it cannot say: an address left out could be one that the bank needs.
    if !version.carriesStructuredAddresses, debit.debtorAddress != nil {
      throw Pain008Fault.address(place: block.place, version: version)
    }
    try block.add(1, debit.amount)
    try xml.write(debit, version)
  }

  /// Throws `Pain008Fault.totals` when the block's debits are not those its header announced.
  package func endBlock() throws {
    try move(from: .block, to: .file, "the end of a block")
    try block.requireAnnounced()
    try file.add(block.transactions, block.controlSum)
    try xml.markup("</PmtInf>")
  }

  /// Throws `Pain008Fault.totals` when the file's debits are not those its header announced. Only when this has
  /// returned is the file whole.
  package func end() throws {
    try move(from: .file, to: .ended, "the end of the file")
    try file.requireAnnounced()
    try xml.markup("</CstmrDrctDbtInitn></Document>")
    try xml.flush()
  }

  private func move(from expected: Place, to next: Place, _ what: String) throws(Pain008Fault) {
    guard place == expected else {
      let wanted =
        switch place {
        case .start: "the file's header"
        case .file: "a block or the end of the file"
        case .block: "a debit or the end of the block"
        case .ended: "nothing more"
        }
      throw .outOfOrder(found: what, expected: wanted)
    }
    place = next
  }
}

// One access to the writer for each debit, not for each element: Swift checks every access to a class's property.
extension XMLWriter {
  fileprivate mutating func write(_ debit: Debit, _ version: Pain008Version) throws {
    try markup("<DrctDbtTxInf><PmtId>")
    try element("InstrId", debit.instructionID)
    try element("EndToEndId", debit.endToEndID)
    try markup("</PmtId>")
    try euro("InstdAmt", cents: debit.amount)
    try markup("<DrctDbtTx><MndtRltdInf>")
    try element("MndtId", debit.mandateReference)
    try element("DtOfSgntr", debit.signedOn)
    if let amendment = debit.amendment { try write(amendment) }
    try markup("</MndtRltdInf></DrctDbtTx><DbtrAgt>")
    try bank(debit.debtorBIC, version)
    try markup("</DbtrAgt><Dbtr>")
    try party(debit.debtorName, debit.debtorAddress)
    try markup("</Dbtr><DbtrAcct><Id>")
    try element("IBAN", debit.debtorIBAN)
    try markup("</Id></DbtrAcct>")
    if let ultimateDebtor = debit.ultimateDebtor {
      try markup("<UltmtDbtr>")
      try element("Nm", ultimateDebtor)
      try markup("</UltmtDbtr>")
    }
    if let purpose = debit.purpose {
      try markup("<Purp>")
      try element("Cd", purpose)
      try markup("</Purp>")
    }
    switch debit.remittance {
    case .unstructured(let text):
      try markup("<RmtInf>")
      try element("Ustrd", text)
      try markup("</RmtInf>")
    case .creditorReference(let reference):
      // SCOR with its issuer ISO says that it is one of ISO 11649, which carries check digits.
      try markup("<RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry><Issr>ISO</Issr></Tp>")
      try element("Ref", reference)
      try markup("</CdtrRefInf></Strd></RmtInf>")
    case nil: break
    }
    try markup("</DrctDbtTxInf>")
  }

  private mutating func write(_ amendment: MandateAmendment) throws {
    try markup("<AmdmntInd>true</AmdmntInd><AmdmntInfDtls>")
    try element("OrgnlMndtId", amendment.originalMandateReference)
    if amendment.originalCreditorName != nil || amendment.originalCreditorIdentifier != nil {
      try markup("<OrgnlCdtrSchmeId>")
      try element("Nm", amendment.originalCreditorName)
      if let identifier = amendment.originalCreditorIdentifier { try creditor(identifier) }
      try markup("</OrgnlCdtrSchmeId>")
    }
    switch amendment.originalAccount {
    case .iban(let iban):
      try markup("<OrgnlDbtrAcct><Id>")
      try element("IBAN", iban)
      try markup("</Id></OrgnlDbtrAcct>")
    case .sameMandateNewAccount: try markup("<OrgnlDbtrAcct><Id><Othr><Id>SMNDA</Id></Othr></Id></OrgnlDbtrAcct>")
    case nil: break
    }
    try markup("</AmdmntInfDtls>")
  }

  /// A creditor identifier as SEPA has it: a person's identification of a scheme of its own.
  fileprivate mutating func creditor(_ identifier: String) throws {
    try markup("<Id><PrvtId><Othr>")
    try element("Id", identifier)
    try markup("<SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id>")
  }

  fileprivate mutating func party(_ name: String, _ address: PartyAddress?) throws {
    try element("Nm", name)
    guard let address else { return }
    try markup("<PstlAdr>")
    try element("StrtNm", address.street)
    try element("BldgNb", address.building)
    try element("PstCd", address.postcode)
    try element("TwnNm", address.town)
    try element("Ctry", address.country)
    for line in address.lines { try element("AdrLine", line) }
    try markup("</PstlAdr>")
  }

  /// IBAN only: the bank is named only when known (EPC C2PSP guidelines, `DbtrAgt`: `NOTPROVIDED`).
  fileprivate mutating func bank(_ identifier: String?, _ version: Pain008Version) throws {
    try markup("<FinInstnId>")
    if let identifier {
      try element(version.bankIdentifier, identifier)
    } else {
      try markup("<Othr><Id>NOTPROVIDED</Id></Othr>")
    }
    try markup("</FinInstnId>")
  }
}

/// What was announced for a file or a block, and what has come.
private struct Totals {
  let place: String
  private let announced: (transactions: Int, controlSum: Int64)
  private(set) var transactions = 0
  private(set) var controlSum: Int64 = 0

  init(place: String, transactions: Int = 0, controlSum: Int64 = 0) {
    self.place = place
    announced = (transactions, controlSum)
  }

  mutating func add(_ count: Int, _ cents: Int64) throws(Pain008Fault) {
    let (sum, overflow) = controlSum.addingReportingOverflow(cents)
    guard cents > 0, !overflow else { throw .amount(place: place) }
    controlSum = sum
    transactions += count
  }

  func requireAnnounced() throws(Pain008Fault) {
    guard transactions == announced.transactions, controlSum == announced.controlSum, transactions > 0 else {
      throw .totals(
        place: place, transactions: transactions, controlSum: controlSum,
        expectedTransactions: announced.transactions, expectedControlSum: announced.controlSum)
    }
  }
}
