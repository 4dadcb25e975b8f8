// Writes pain.002.001.10: what becomes of a file, mostly before any money moves. Refused payments are listed one by
// one, accepted ones only counted in with their block and group, as banks do; or left out, by a bank that only tells
// refusals.

import ISO20022
import SEPA

/// The pain.002 of one judged file, streamed from its items.
struct StatusReport {
  let message: Message
  let report: PlannedReport

  /// - Parameter eachItem: hands over the file's payments in file order.
  func write(to sink: @escaping ByteSink, eachItem: ((Item) throws -> Void) throws -> Void) throws {
    guard let judgement = message.judgement else { return }
    var xml = XMLWriter(sink: sink)
    try xml.markup(
      """
      <?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10">\
      <CstmrPmtStsRpt><GrpHdr>
      """)
    try xml.element("MsgId", report.messageID)
    try xml.element("CreDtTm", "\(report.due)")
    try xml.markup("</GrpHdr><OrgnlGrpInfAndSts>")
    try xml.element("OrgnlMsgId", judgement.messageID)
    try xml.element("OrgnlMsgNmId", judgement.messageType)
    try xml.element("OrgnlNbOfTxs", number: judgement.transactions)
    try xml.element("OrgnlCtrlSum", cents: judgement.controlSum)
    if report.kind == .status, judgement.answers == .all || judgement.refusal != nil {
      try xml.element("GrpSts", groupStatus(judgement))
      if let refusal = judgement.refusal { try reason(refusal, &xml) }
    }
    try xml.markup("</OrgnlGrpInfAndSts>")
    try writeBlocks(&xml, eachItem)
    try xml.markup("</CstmrPmtStsRpt></Document>")
    try xml.flush()
  }

  private func writeBlocks(_ xml: inout XMLWriter, _ eachItem: ((Item) throws -> Void) throws -> Void) throws {
    let blocks = message.blocks.filter(isListed)
    var next = 0
    var openIndex: Int?
    try eachItem { item in
      guard isListed(item), let position = blocks.firstIndex(where: { $0.index == item.block }) else { return }
      while next <= position {
        if openIndex != nil { try xml.markup("</OrgnlPmtInfAndSts>") }
        try open(blocks[next], &xml)
        openIndex = next
        next += 1
      }
      try write(item, &xml)
    }
    while next < blocks.count {
      if openIndex != nil { try xml.markup("</OrgnlPmtInfAndSts>") }
      try open(blocks[next], &xml)
      openIndex = next
      next += 1
    }
    if openIndex != nil { try xml.markup("</OrgnlPmtInfAndSts>") }
  }

  private func isListed(_ block: Block) -> Bool {
    switch report.kind {
    case .status where message.judgement?.answers == .all: true
    case .status: status(of: block) != "ACCP"
    default: block.refusal == nil && block.tally.keys.contains(where: isListed)
    }
  }

  private func isListed(_ item: Item) -> Bool { isListed(item.behaviour) }

  private func isListed(_ behaviour: Behaviour) -> Bool {
    switch report.kind {
    case .status: behaviour.isRefusedAtOnce
    case .lateStatus: behaviour == .late
    case .refusals(_, let telling): behaviour.lines.contains { $0.telling == telling }
    case .cancellations, .credit, .lateCredit, .bookings: false
    }
  }

  private func open(_ block: Block, _ xml: inout XMLWriter) throws {
    try xml.markup("<OrgnlPmtInfAndSts>")
    try xml.element("OrgnlPmtInfId", block.paymentInformationID)
    guard report.kind == .status else { return }
    try xml.element("PmtInfSts", status(of: block))
    if let refusal = block.refusal { try reason(refusal, &xml) }
  }

  private func write(_ item: Item, _ xml: inout XMLWriter) throws {
    try xml.markup("<TxInfAndSts>")
    try xml.element("OrgnlInstrId", item.instructionID)
    try xml.element("OrgnlEndToEndId", item.endToEndID)
    if item.behaviour == .late {
      try xml.element("TxSts", "ACSP")
    } else {
      try xml.element("TxSts", "RJCT")
      try reason(StatusReason(code: item.behaviour.code ?? "NARR", words: ""), &xml)
    }
    try xml.markup("<OrgnlTxRef><Amt>")
    try xml.euro("InstdAmt", cents: item.amount)
    try xml.markup("</Amt>")
    if !item.mandateReference.isEmpty {
      try xml.markup("<MndtRltdInf>")
      try xml.element("MndtId", item.mandateReference)
      try xml.markup("</MndtRltdInf>")
    }
    try xml.markup("</OrgnlTxRef></TxInfAndSts>")
  }

  private func reason(_ reason: StatusReason, _ xml: inout XMLWriter) throws {
    try xml.markup("<StsRsnInf><Rsn>")
    try xml.element("Cd", reason.code)
    try xml.markup("</Rsn>")
    if !reason.words.isEmpty {
      let printable = reason.words.unicodeScalars.filter { (0x20...0x7E).contains($0.value) }
      try xml.element("AddtlInf", String(String(String.UnicodeScalarView(printable)).prefix(105)))
    }
    try xml.markup("</StsRsnInf>")
  }

  /// `RJCT` when nothing is left to collect, `PART` when something was refused.
  private func groupStatus(_ judgement: Judgement) -> String {
    if judgement.refusal != nil { return "RJCT" }
    let statuses = Set(message.blocks.map(status(of:)))
    // What takes collections back has no blocks of its own.
    if statuses.isEmpty { return "ACCP" }
    return statuses == ["RJCT"] ? "RJCT" : statuses == ["ACCP"] ? "ACCP" : "PART"
  }

  private func status(of block: Block) -> String {
    let refused = block.count(where: \.isRefusedAtOnce)
    if block.refusal != nil || refused == block.transactions { return "RJCT" }
    return refused > 0 ? "PART" : "ACCP"
  }
}
