// Writes a camt.055 cancellation request as a stream of bytes, in the order of the document, in constant memory and on one
// line. Element order and content follow the schema. Refuses to finish a block or a request whose counts and sums are not
// the announced ones.

/// One cancellation request: `begin`; then `wholeFile`, or for each block either `wholeBlock`, or `beginBlock`, its
/// `cancellation`s and `endBlock`; then `end`.
///
/// A whole file stands in `OrgnlGrpInfAndCxl` alone, blocks and debits in `OrgnlPmtInfAndCxl` alone: banks take one or the
/// other (Danske Bank's reading of camt.055.001.01). The sink receives pieces of at most 256 KiB. Every operation throws
/// what the sink throws, `UndoFault` for calls out of order and totals that do not agree, and `XMLTextFault` for control
/// characters in a text.
package final class Camt055Writer {
  private enum Place { case start, header, file, block, whole, ended }

  private let version: Camt055Version
  private var xml: XMLWriter
  private var place = Place.start
  private var file = UndoneTotals(place: "file")
  private var block = UndoneTotals(place: "")
  private var originalFile: OriginalFile?
  private var originalBlock: OriginalBlock?
  private var announced: (transactions: Int, controlSum: Int64) = (0, 0)
  private var originator = ""

  package init(version: Camt055Version = .v08, sink: @escaping ByteSink) {
    self.version = version
    xml = XMLWriter(sink: sink)
  }

  /// Writes who asks whom, and how much is called back in all.
  package func begin(_ header: CancellationHeader) throws {
    try move(from: [.start], to: .header, "the request's header")
    file = UndoneTotals(place: "file", transactions: header.transactions, controlSum: header.controlSum)
    announced = (header.transactions, header.controlSum)
    originalFile = header.original
    originator = header.initiatingPartyName
    try xml.begin(version.messageType, "CstmrPmtCxlReq")
    try xml.markup("<Assgnmt>")
    try xml.element("Id", header.requestID)
    try xml.markup("<Assgnr><Pty>")
    try xml.element("Nm", header.initiatingPartyName)
    if let id = header.initiatingPartyID {
      try xml.markup("<Id><OrgId><Othr>")
      try xml.element("Id", id)
      try xml.markup("</Othr></OrgId></Id>")
    }
    try xml.markup("</Pty></Assgnr><Assgne><Agt>")
    try xml.institution(header.bankBIC, version.form)
    try xml.markup("</Agt></Assgne>")
    try xml.element("CreDtTm", header.createdAt)
    try xml.markup("</Assgnmt><CtrlData>")
    try xml.element("NbOfTxs", number: header.transactions)
    try xml.element("CtrlSum", cents: header.controlSum)
    try xml.markup("</CtrlData><Undrlyg>")
  }

  /// Calls back all of the original file: the debits announced are all that it had.
  package func wholeFile(_ reason: CancellationReason) throws {
    try move(from: [.header], to: .whole, "the whole file")
    guard let originalFile else { return }
    try file.add(announced.transactions, announced.controlSum)
    try xml.markup("<OrgnlGrpInfAndCxl>")
    try xml.original(originalFile)
    try xml.element("NbOfTxs", number: announced.transactions)
    try xml.element("CtrlSum", cents: announced.controlSum)
    try xml.markup("<GrpCxl>true</GrpCxl>")
    try xml.reason(reason, originator, version)
    try xml.markup("</OrgnlGrpInfAndCxl>")
  }

  /// Calls back all debits of a block. Throws `UndoFault.totals` when those announced are not all that it had.
  package func wholeBlock(_ header: OriginalBlock, _ reason: CancellationReason) throws {
    try move(from: [.header, .file], to: .file, "a whole block")
    var totals = UndoneTotals(
      place: header.paymentInformationID, transactions: header.originalTransactions, controlSum: header.originalControlSum)
    try totals.add(header.transactions, header.controlSum)
    try totals.requireAnnounced()
    try file.add(totals.transactions, totals.controlSum)
    try writeBlock(header, whole: true)
    try xml.reason(reason, originator, version)
    try xml.markup("</OrgnlPmtInfAndCxl>")
  }

  /// Throws `UndoFault.beyondOriginal` when more is announced than the block had.
  package func beginBlock(_ header: OriginalBlock) throws {
    try move(from: [.header, .file], to: .block, "a block")
    block = try UndoneTotals(header)
    originalBlock = header
    try writeBlock(header, whole: false)
  }

  /// Calls back one debit of the block that is open.
  package func cancellation(_ cancellation: Cancellation) throws {
    try move(from: [.block], to: .block, "a cancellation")
    guard let originalBlock else { return }
    try block.add(1, cancellation.debit.amount)
    try xml.write(cancellation, originalBlock, originator, version)
  }

  /// Throws `UndoFault.totals` when the block's cancellations are not those its header announced.
  package func endBlock() throws {
    try move(from: [.block], to: .file, "the end of a block")
    try block.requireAnnounced()
    try file.add(block.transactions, block.controlSum)
    try xml.markup("</OrgnlPmtInfAndCxl>")
  }

  /// Throws `UndoFault.totals` when what is called back is not what the header announced. Only when this has returned is
  /// the request whole.
  package func end() throws {
    try move(from: [.header, .file, .whole], to: .ended, "the end of the request")
    try file.requireAnnounced()
    try xml.markup("</Undrlyg></CstmrPmtCxlReq></Document>")
    try xml.flush()
  }

  private func writeBlock(_ header: OriginalBlock, whole: Bool) throws {
    guard let originalFile else { return }
    try xml.markup("<OrgnlPmtInfAndCxl>")
    try xml.element("OrgnlPmtInfId", header.paymentInformationID)
    try xml.markup("<OrgnlGrpInf>")
    try xml.original(originalFile)
    try xml.markup("</OrgnlGrpInf>")
    try xml.element("NbOfTxs", number: header.transactions)
    try xml.element("CtrlSum", cents: header.controlSum)
    try xml.element("PmtInfCxl", whole ? "true" : "false")
  }

  private func move(from expected: Set<Place>, to next: Place, _ what: String) throws(UndoFault) {
    guard expected.contains(place) else {
      let wanted =
        switch place {
        case .start: "the request's header"
        case .header: "the whole file or a block"
        case .file: "a block or the end of the request"
        case .block: "a cancellation or the end of the block"
        case .whole: "the end of the request"
        case .ended: "nothing more"
        }
      throw .outOfOrder(message: "camt.055", found: what, expected: wanted)
    }
    place = next
  }
}

extension XMLWriter {
  fileprivate mutating func write(
    _ cancellation: Cancellation, _ block: OriginalBlock, _ originator: String, _ version: Camt055Version
  ) throws {
    try markup("<TxInf>")
    try element("CxlId", cancellation.cancellationID)
    try element("OrgnlInstrId", cancellation.debit.instructionID)
    try element("OrgnlEndToEndId", cancellation.debit.endToEndID)
    try euro("OrgnlInstdAmt", cents: cancellation.debit.amount)
    try element("OrgnlReqdColltnDt", block.collectionDate)
    try reason(cancellation.reason, originator, version)
    try originalReference(cancellation.debit, block, version.form)
    try markup("</TxInf>")
  }

  fileprivate mutating func reason(
    _ reason: CancellationReason, _ originator: String, _ version: Camt055Version
  ) throws {
    try markup("<CxlRsnInf><Orgtr>")
    try element("Nm", originator)
    try markup("</Orgtr><Rsn>")
    try element(version.listedReasons.contains(reason) ? "Cd" : "Prtry", reason.rawValue)
    try markup("</Rsn></CxlRsnInf>")
  }
}
