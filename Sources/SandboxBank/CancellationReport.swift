// Writes camt.029.001.09: what became of our requests to cancel payments. How the requests came to the bank (camt.055,
// a portal, a telephone) is not told.

import ISO20022
import SEPA

/// The answers of one judged file, one collection date and one telling, streamed from its items.
struct CancellationReport {
  let message: Message
  let report: PlannedReport
  let date: CalendarDay
  let telling: Telling

  /// - Parameter eachItem: hands over the file's payments in file order.
  func write(to sink: @escaping ByteSink, eachItem: ((Item) throws -> Void) throws -> Void) throws {
    guard let judgement = message.judgement else { return }
    var xml = XMLWriter(sink: sink)
    try xml.markup(
      """
      <?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.029.001.09">\
      <RsltnOfInvstgtn><Assgnmt>
      """)
    try xml.element("Id", report.messageID)
    try xml.markup(
      """
      <Assgnr><Agt><FinInstnId><Nm>Sandbox bank</Nm></FinInstnId></Agt></Assgnr>\
      <Assgne><Pty><Nm>Creditor</Nm></Pty></Assgne>
      """)
    try xml.element("CreDtTm", "\(report.due)")
    // Cancelled as asked, all of them; or some (partially executed), and each says which.
    try xml.markup("</Assgnmt><Sts>")
    try xml.element("Conf", telling.answer.isEmpty ? "PECR" : telling.answer)
    try xml.markup("</Sts><CxlDtls><OrgnlGrpInfAndSts>")
    try xml.element("OrgnlMsgId", judgement.messageID)
    try xml.element("OrgnlMsgNmId", judgement.messageType)
    try xml.markup("</OrgnlGrpInfAndSts>")
    let blocks = message.blocks.filter { $0.refusal == nil && $0.collectionDate == date }
    var open: Int?
    try eachItem { item in
      guard item.behaviour.lines.contains(where: { $0.telling == telling && $0.effect == .word }),
        let block = blocks.first(where: { $0.index == item.block })
      else { return }
      if open != block.index {
        if open != nil { try xml.markup("</OrgnlPmtInfAndSts>") }
        try xml.markup("<OrgnlPmtInfAndSts>")
        try xml.element("OrgnlPmtInfId", block.paymentInformationID)
        open = block.index
      }
      try write(item, &xml)
    }
    if open != nil { try xml.markup("</OrgnlPmtInfAndSts>") }
    try xml.markup("</CxlDtls></RsltnOfInvstgtn></Document>")
    try xml.flush()
  }

  private func write(_ item: Item, _ xml: inout XMLWriter) throws {
    try xml.markup("<TxInfAndSts>")
    try xml.element("OrgnlInstrId", item.instructionID)
    try xml.element("OrgnlEndToEndId", item.endToEndID)
    if item.behaviour.code != "CNCL" { try xml.element("TxCxlSts", item.behaviour.code) }
    if item.behaviour.code == "RJCR" { try xml.markup("<CxlStsRsnInf><Rsn><Cd>CUST</Cd></Rsn></CxlStsRsnInf>") }
    try xml.euro("OrgnlInstdAmt", cents: item.amount)
    if !item.mandateReference.isEmpty {
      try xml.markup("<OrgnlTxRef><MndtRltdInf>")
      try xml.element("MndtId", item.mandateReference)
      try xml.markup("</MndtRltdInf></OrgnlTxRef>")
    }
    try xml.markup("</TxInfAndSts>")
  }
}
