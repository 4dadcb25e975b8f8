// Writes camt.054.001.08: what is booked on the creditor's account. One notification for each block.
//
// Bank transaction codes (ISO 20022 external code set): PMNT/IDDT/ESDD and BBDD for credits of Core and B2B debits,
// PMNT/IDDT/UPDD for their return.

import ISO20022
import SEPA

/// The camt.054 of one judged file, one collection date and one kind of booking, streamed from its items.
struct AccountReport {
  let message: Message
  let report: PlannedReport

  /// - Parameter eachItem: hands over the file's payments in file order.
  func write(to sink: @escaping ByteSink, eachItem: ((Item) throws -> Void) throws -> Void) throws {
    var xml = XMLWriter(sink: sink)
    try xml.markup(
      """
      <?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08">\
      <BkToCstmrDbtCdtNtfctn><GrpHdr>
      """)
    try xml.element("MsgId", report.messageID)
    try xml.element("CreDtTm", "\(report.due)")
    try xml.markup("</GrpHdr>")
    var openIndex: Int?
    // A block booked as a batch needs none of its items; the others come in block order.
    for block in blocks where isBatch(block) {
      try open(block, &xml)
      try writeBatch(block, &xml)
      try xml.markup("</Ntfctn>")
    }
    if blocks.contains(where: { !isBatch($0) }) {
      try eachItem { item in
        guard isBooked(item), let block = blocks.first(where: { $0.index == item.block }), !isBatch(block) else { return }
        if openIndex != block.index {
          if openIndex != nil { try xml.markup("</Ntfctn>") }
          try open(block, &xml)
          openIndex = block.index
        }
        try write(item, of: block, &xml)
      }
    }
    if openIndex != nil { try xml.markup("</Ntfctn>") }
    try xml.markup("</BkToCstmrDbtCdtNtfctn></Document>")
    try xml.flush()
  }

  private var blocks: [Block] {
    message.blocks.filter { block in
      guard block.refusal == nil else { return false }
      return switch report.kind {
      case .credit(let date): block.collectionDate == date && block.credited > 0
      case .lateCredit(let date, _): block.collectionDate == date && block.late > 0
      case .returns(let date, _): block.collectionDate == date && block.returned > 0
      case .status, .lateStatus: false
      }
    }
  }

  private func isBatch(_ block: Block) -> Bool {
    if case .credit = report.kind { block.isBatchBooked } else { false }
  }

  private func isBooked(_ item: Item) -> Bool {
    switch report.kind {
    case .credit: item.behaviour.isCreditedOnDate
    case .lateCredit: item.behaviour == .late
    case .returns: returnReason(item) != nil
    case .status, .lateStatus: false
    }
  }

  private func returnReason(_ item: Item) -> String? {
    if case .return(let code) = item.behaviour { code } else { nil }
  }

  private var bookingDay: CalendarDay {
    switch report.kind {
    case .credit(let date): date
    case .lateCredit(_, let day), .returns(_, let day): day
    case .status, .lateStatus: report.due.day
    }
  }

  private var isReturn: Bool { if case .returns = report.kind { true } else { false } }

  private func open(_ block: Block, _ xml: inout XMLWriter) throws {
    try xml.markup("<Ntfctn>")
    try xml.element("Id", "\(report.messageID)-\(block.index)")
    try xml.element("CreDtTm", "\(report.due)")
    try xml.markup("<Acct><Id>")
    try xml.element("IBAN", block.creditorIBAN)
    try xml.markup("</Id><Ccy>EUR</Ccy></Acct>")
  }

  private func writeBatch(_ block: Block, _ xml: inout XMLWriter) throws {
    try openEntry(block, cents: block.creditedSum, &xml)
    try xml.markup("<NtryDtls><Btch>")
    try xml.element("MsgId", message.judgement?.messageID)
    try xml.element("PmtInfId", block.paymentInformationID)
    try xml.element("NbOfTxs", number: block.credited)
    try xml.euro("TtlAmt", cents: block.creditedSum)
    try xml.markup("<CdtDbtInd>CRDT</CdtDbtInd></Btch></NtryDtls></Ntry>")
  }

  private func write(_ item: Item, of block: Block, _ xml: inout XMLWriter) throws {
    try openEntry(block, cents: item.amount, &xml)
    try xml.markup("<NtryDtls><TxDtls><Refs>")
    try xml.element("MsgId", message.judgement?.messageID)
    try xml.element("PmtInfId", block.paymentInformationID)
    try xml.element("InstrId", item.instructionID)
    try xml.element("EndToEndId", item.endToEndID)
    if !item.mandateReference.isEmpty { try xml.element("MndtId", item.mandateReference) }
    try xml.markup("</Refs>")
    try xml.euro("Amt", cents: item.amount)
    try xml.element("CdtDbtInd", isReturn ? "DBIT" : "CRDT")
    if let reason = returnReason(item), isReturn {
      try xml.markup("<RtrInf><OrgnlBkTxCd>")
      try transactionCode(collected(block), &xml)
      try xml.markup("</OrgnlBkTxCd><Rsn>")
      try xml.element("Cd", reason)
      try xml.markup("</Rsn></RtrInf>")
    }
    try xml.markup("</TxDtls></NtryDtls></Ntry>")
  }

  private func openEntry(_ block: Block, cents: Int64, _ xml: inout XMLWriter) throws {
    try xml.markup("<Ntry>")
    try xml.euro("Amt", cents: cents)
    try xml.element("CdtDbtInd", isReturn ? "DBIT" : "CRDT")
    try xml.markup("<Sts><Cd>BOOK</Cd></Sts><BookgDt>")
    try xml.element("Dt", bookingDay.iso)
    try xml.markup("</BookgDt><ValDt>")
    try xml.element("Dt", bookingDay.iso)
    try xml.markup("</ValDt><BkTxCd>")
    try transactionCode(isReturn ? "UPDD" : collected(block), &xml)
    try xml.markup("</BkTxCd>")
  }

  private func collected(_ block: Block) -> String { block.scheme == "B2B" ? "BBDD" : "ESDD" }

  private func transactionCode(_ subfamily: String, _ xml: inout XMLWriter) throws {
    try xml.markup("<Domn><Cd>PMNT</Cd><Fmly><Cd>IDDT</Cd>")
    try xml.element("SubFmlyCd", subfamily)
    try xml.markup("</Fmly></Domn>")
  }
}
