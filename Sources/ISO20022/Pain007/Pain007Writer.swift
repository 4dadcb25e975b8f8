// Writes a pain.007 reversal file as a stream of bytes, in the order of the document, in constant memory and on one line.
// Element order and content follow the schema and the EPC's customer-to-PSP guidelines for SEPA direct debits (EPC130-08
// Core, EPC131-08 B2B). Refuses to finish a block or a file whose counts and sums are not the announced ones.

/// One reversal file: `begin`, then for each block `beginBlock`, its `reversal`s and `endBlock`, then `end`.
///
/// Each debit is named with its amount: a block or a file is never reversed by a word (`PmtInfRvsl`, `GrpRvsl`), since
/// what of it has been rejected or returned by then the two sides may know differently. The sink receives pieces of at
/// most 256 KiB. Every operation throws what the sink throws, `UndoFault` for calls out of order, totals that do not agree
/// and amounts above the original, and `XMLTextFault` for control characters in a text.
package final class Pain007Writer {
  private enum Place { case start, file, block, ended }

  private let version: Pain007Version
  private var xml: XMLWriter
  private var place = Place.start
  private var file = UndoneTotals(place: "file")
  private var block = UndoneTotals(place: "")
  private var original: OriginalBlock?

  package init(version: Pain007Version = .v09, sink: @escaping ByteSink) {
    self.version = version
    xml = XMLWriter(sink: sink)
  }

  /// Writes who reverses how much, and of which file.
  package func begin(_ header: ReversalFileHeader) throws {
    try move(from: .start, to: .file, "the file's header")
    file = UndoneTotals(place: "file", transactions: header.transactions, controlSum: header.controlSum)
    try xml.begin(version.messageType, "CstmrPmtRvsl")
    try xml.markup("<GrpHdr>")
    try xml.element("MsgId", header.messageID)
    try xml.element("CreDtTm", header.createdAt)
    try xml.element("NbOfTxs", number: header.transactions)
    try xml.element("CtrlSum", cents: header.controlSum)
    try xml.markup("<GrpRvsl>false</GrpRvsl><InitgPty>")
    try xml.element("Nm", header.initiatingPartyName)
    if let id = header.initiatingPartyID {
      try xml.markup("<Id><OrgId><Othr>")
      try xml.element("Id", id)
      try xml.markup("</Othr></OrgId></Id>")
    }
    try xml.markup("</InitgPty></GrpHdr><OrgnlGrpInf>")
    try xml.original(header.original)
    try xml.markup("</OrgnlGrpInf>")
  }

  /// Throws `UndoFault.beyondOriginal` when more is announced than the block had.
  package func beginBlock(_ header: OriginalBlock) throws {
    try move(from: .file, to: .block, "a block")
    block = try UndoneTotals(header)
    original = header
    try xml.markup("<OrgnlPmtInfAndRvsl>")
    try xml.element("OrgnlPmtInfId", header.paymentInformationID)
    try xml.element("OrgnlNbOfTxs", number: header.originalTransactions)
    try xml.element("OrgnlCtrlSum", cents: header.originalControlSum)
    try xml.markup("<PmtInfRvsl>false</PmtInfRvsl>")
  }

  /// Throws `UndoFault.reversedAmount` when more would go back than was collected.
  package func reversal(_ reversal: Reversal) throws {
    try move(from: .block, to: .block, "a reversal")
    guard let original else { return }
    guard reversal.amount <= reversal.debit.amount else {
      throw UndoFault.reversedAmount(place: block.place, found: reversal.amount, collected: reversal.debit.amount)
    }
    try block.add(1, reversal.amount)
    try xml.write(reversal, original, version.form)
  }

  /// Throws `UndoFault.totals` when the block's reversals are not those its header announced.
  package func endBlock() throws {
    try move(from: .block, to: .file, "the end of a block")
    try block.requireAnnounced()
    try file.add(block.transactions, block.controlSum)
    try xml.markup("</OrgnlPmtInfAndRvsl>")
  }

  /// Throws `UndoFault.totals` when the file's reversals are not those its header announced. Only when this has returned
  /// is the file whole.
  package func end() throws {
    try move(from: .file, to: .ended, "the end of the file")
    try file.requireAnnounced()
    try xml.markup("</CstmrPmtRvsl></Document>")
    try xml.flush()
  }

  private func move(from expected: Place, to next: Place, _ what: String) throws(UndoFault) {
    guard place == expected else {
      let wanted =
        switch place {
        case .start: "the file's header"
        case .file: "a block or the end of the file"
        case .block: "a reversal or the end of the block"
        case .ended: "nothing more"
        }
      throw .outOfOrder(message: "pain.007", found: what, expected: wanted)
    }
    place = next
  }
}

extension XMLWriter {
  fileprivate mutating func write(
    _ reversal: Reversal, _ block: OriginalBlock, _ form: OriginalReferenceForm
  ) throws {
    try markup("<TxInf>")
    try element("RvslId", reversal.reversalID)
    try element("OrgnlInstrId", reversal.debit.instructionID)
    try element("OrgnlEndToEndId", reversal.debit.endToEndID)
    try euro("OrgnlInstdAmt", cents: reversal.debit.amount)
    try euro("RvsdInstdAmt", cents: reversal.amount)
    // The originator of a reversal for these reasons is the creditor, by name (EPC130-08, EPC131-08, `Orgtr`).
    try markup("<ChrgBr>SLEV</ChrgBr><RvslRsnInf><Orgtr>")
    try element("Nm", block.creditorName)
    try markup("</Orgtr><Rsn>")
    try element("Cd", reversal.reason.rawValue)
    try markup("</Rsn></RvslRsnInf>")
    try originalReference(reversal.debit, block, form)
    try markup("</TxInf>")
  }
}
