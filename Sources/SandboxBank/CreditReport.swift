// Writes the camt.054 of what is credited: on the collection date, or to late payments. One notification a block.

import ISO20022
import SEPA

/// The credits of one judged file and one collection date, streamed from its items.
struct CreditReport {
  let message: Message
  let report: PlannedReport

  /// - Parameter eachItem: hands over the file's payments in file order.
  func write(to sink: @escaping ByteSink, eachItem: ((Item) throws -> Void) throws -> Void) throws {
    var xml = XMLWriter(sink: sink)
    try report.openAccountReport(&xml)
    var openIndex: Int?
    // A block booked as a batch needs none of its items; the others come in block order.
    for block in blocks where isBatch(block) {
      try report.openNotification(block, &xml)
      try writeBatch(block, &xml)
      try xml.markup("</Ntfctn>")
    }
    if blocks.contains(where: { !isBatch($0) }) {
      try eachItem { item in
        guard isBooked(item), let block = blocks.first(where: { $0.index == item.block }), !isBatch(block) else {
          return
        }
        if openIndex != block.index {
          if openIndex != nil { try xml.markup("</Ntfctn>") }
          try report.openNotification(block, &xml)
          openIndex = block.index
        }
        try write(item, of: block, &xml)
      }
    }
    if openIndex != nil { try xml.markup("</Ntfctn>") }
    try report.closeAccountReport(&xml)
  }

  private var blocks: [Block] {
    message.blocks.filter { block in
      guard block.refusal == nil else { return false }
      return switch report.kind {
      case .credit(let date): block.collectionDate == date && block.credited > 0
      case .lateCredit(let date, _): block.collectionDate == date && block.tally[.late] != nil
      default: false
      }
    }
  }

  private func isBatch(_ block: Block) -> Bool {
    if case .credit = report.kind { block.isBatchBooked } else { false }
  }

  private func isBooked(_ item: Item) -> Bool {
    if case .credit = report.kind { item.behaviour.isCreditedOnDate } else { item.behaviour == .late }
  }

  private var bookingDay: CalendarDay {
    switch report.kind {
    case .credit(let date): date
    case .lateCredit(_, let day): day
    default: report.due.day
    }
  }

  private func writeBatch(_ block: Block, _ xml: inout XMLWriter) throws {
    try head(block, cents: block.creditedSum).write(&xml)
    try xml.markup("<NtryDtls><Btch>")
    try xml.element("MsgId", message.judgement?.messageID)
    try xml.element("PmtInfId", block.paymentInformationID)
    try xml.element("NbOfTxs", number: block.credited)
    try xml.euro("TtlAmt", cents: block.creditedSum)
    try xml.markup("<CdtDbtInd>CRDT</CdtDbtInd></Btch></NtryDtls></Ntry>")
  }

  private func write(_ item: Item, of block: Block, _ xml: inout XMLWriter) throws {
    try head(block, cents: item.amount).write(&xml)
    try xml.markup("<NtryDtls><TxDtls>")
    try item.writeReferences(message.judgement?.messageID, block, &xml)
    try xml.euro("Amt", cents: item.amount)
    try xml.markup("<CdtDbtInd>CRDT</CdtDbtInd></TxDtls></NtryDtls></Ntry>")
  }

  private func head(_ block: Block, cents: Int64) -> EntryHead {
    EntryHead(cents: cents, isCredit: true, day: bookingDay, code: block.creditCode)
  }
}
