// What every camt.054.001.08 of the bank has: the message around notifications, the notifications of an account around
// entries, the head of an entry.
//
// Bank transaction codes (ISO 20022 external code set), all PMNT/IDDT: ESDD and BBDD for credits of Core and B2B,
// UPDD for what undoes them because of a return or refund, PRDD for what undoes them because of our own reversal.

import ISO20022
import SEPA

/// What an entry says before its details.
struct EntryHead {
  var cents: Int64
  var isCredit: Bool
  /// `RvslInd`: undoes an earlier booking.
  var isReversal = false
  /// `INFO` is told and not booked.
  var status: StaticString = "BOOK"
  var day: CalendarDay
  /// The sub-family of PMNT/IDDT; nil for a fee that has nothing to do with payments.
  var code: String?
}

extension PlannedReport {
  func openAccountReport(_ xml: inout XMLWriter) throws {
    try xml.markup(
      """
      <?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08">\
      <BkToCstmrDbtCdtNtfctn><GrpHdr>
      """)
    try xml.element("MsgId", messageID)
    try xml.element("CreDtTm", "\(due)")
    try xml.markup("</GrpHdr>")
  }

  func closeAccountReport(_ xml: inout XMLWriter) throws {
    try xml.markup("</BkToCstmrDbtCdtNtfctn></Document>")
    try xml.flush()
  }

  /// - Parameter part: tells several notifications of one block apart.
  func openNotification(_ block: Block, part: String = "", _ xml: inout XMLWriter) throws {
    try xml.markup("<Ntfctn>")
    try xml.element("Id", "\(messageID)-\(block.index)\(part)")
    try xml.element("CreDtTm", "\(due)")
    try xml.markup("<Acct><Id>")
    try xml.element("IBAN", block.creditorIBAN)
    try xml.markup("</Id><Ccy>EUR</Ccy></Acct>")
  }
}

extension EntryHead {
  /// Leaves the entry open for its details.
  func write(_ xml: inout XMLWriter) throws {
    try xml.markup("<Ntry>")
    try xml.euro("Amt", cents: cents)
    try xml.element("CdtDbtInd", isCredit ? "CRDT" : "DBIT")
    if isReversal { try xml.markup("<RvslInd>true</RvslInd>") }
    try xml.markup("<Sts><Cd>")
    try xml.markup(status)
    try xml.markup("</Cd></Sts><BookgDt>")
    try xml.element("Dt", day.iso)
    try xml.markup("</BookgDt><ValDt>")
    try xml.element("Dt", day.iso)
    try xml.markup("</ValDt><BkTxCd>")
    if let code {
      try Self.write(code, &xml)
    } else {
      try xml.markup("<Domn><Cd>ACMT</Cd><Fmly><Cd>MDOP</Cd><SubFmlyCd>CHRG</SubFmlyCd></Fmly></Domn>")
    }
    try xml.markup("</BkTxCd>")
  }

  static func write(_ code: String, _ xml: inout XMLWriter) throws {
    try xml.markup("<Domn><Cd>PMNT</Cd><Fmly><Cd>IDDT</Cd>")
    try xml.element("SubFmlyCd", code)
    try xml.markup("</Fmly></Domn>")
  }
}

extension Block {
  /// The sub-family of its credits.
  var creditCode: String { scheme == "B2B" ? "BBDD" : "ESDD" }
}

extension Item {
  /// Everything that we called the payment.
  func writeReferences(_ messageID: String?, _ block: Block, _ xml: inout XMLWriter) throws {
    try xml.markup("<Refs>")
    try xml.element("MsgId", messageID)
    try xml.element("PmtInfId", block.paymentInformationID)
    try xml.element("InstrId", instructionID)
    try xml.element("EndToEndId", endToEndID)
    if !mandateReference.isEmpty { try xml.element("MndtId", mandateReference) }
    try xml.markup("</Refs>")
  }
}
