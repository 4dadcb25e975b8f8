/// Bank reports about the one collection `M-1-0` of 12.50 EUR, as small as a bank would write them.
enum Reports {
  static func named(_ name: String, message: String, sequence: Int) -> String {
    switch name {
    case "accept": pain002(message, sequence, group: "ACCP", transactions: "")
    case "rejectAll": pain002(message, sequence, group: "RJCT", transactions: "")
    case "partly": pain002(message, sequence, group: "PART", transactions: "")
    case "reject":
      pain002(
        message, sequence, group: "PART",
        transactions: """
          <OrgnlPmtInfAndSts><OrgnlPmtInfId>\(message)-1</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>M-1-0</OrgnlEndToEndId>\
          <TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>
          """)
    case "settle": camt054(sequence, "12.50", "CRDT", details("M-1-0", "12.50"))
    case "return": camt054(sequence, "12.50", "DBIT", details("M-1-0", "12.50", returned: "AM04"))
    case "amount": camt054(sequence, "12.51", "CRDT", details("M-1-0", "12.51"))
    case "foreign": camt054(sequence, "12.50", "CRDT", details("SOMEBODY-ELSE", "12.50"))
    case "creditReturn": camt054(sequence, "12.50", "CRDT", details("M-1-0", "12.50", returned: "AC01"))
    case "batch":
      camt054(
        sequence, "12.50", "CRDT",
        "<NtryDtls><Btch><MsgId>\(message)</MsgId><PmtInfId>\(message)-1</PmtInfId><NbOfTxs>1</NbOfTxs></Btch></NtryDtls>")
    default: ""
    }
  }

  /// A pain.002 that answers some transactions of one message, by end-to-end id and status.
  static func pain002(_ message: String, id: String, items: [(endToEndID: String, status: String)]) -> String {
    let transactions = items.map {
      "<TxInfAndSts><OrgnlEndToEndId>\($0.endToEndID)</OrgnlEndToEndId><TxSts>\($0.status)</TxSts>"
        + ($0.status == "RJCT" ? "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf>" : "") + "</TxInfAndSts>"
    }.joined()
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>\(id)</MsgId>\
      <CreDtTm>2026-12-02T08:00:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>\(message)</OrgnlMsgId>\
      <OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>\
      <OrgnlPmtInfId>\(message)-1</OrgnlPmtInfId>\(transactions)</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>
      """
  }

  private static func pain002(_ message: String, _ sequence: Int, group: String, transactions: String) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>R-\(sequence)</MsgId>\
    <CreDtTm>2026-12-02T08:00:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>\(message)</OrgnlMsgId>\
    <OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId><GrpSts>\(group)</GrpSts></OrgnlGrpInfAndSts>\(transactions)</CstmrPmtStsRpt></Document>
    """
  }

  private static func details(_ identity: String, _ amount: String, returned: String? = nil) -> String {
    """
    <NtryDtls><TxDtls><Refs><EndToEndId>\(identity)</EndToEndId><MndtId>M-1</MndtId></Refs><Amt Ccy="EUR">\(amount)</Amt>\
    \(returned.map { "<RtrInf><Rsn><Cd>\($0)</Cd></Rsn></RtrInf>" } ?? "")</TxDtls></NtryDtls>
    """
  }

  private static func camt054(_ sequence: Int, _ amount: String, _ direction: String, _ details: String) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>C-\(sequence)</MsgId>\
    <CreDtTm>2026-12-03T18:00:00</CreDtTm></GrpHdr><Ntfctn><Id>N-\(sequence)</Id><Acct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></Acct>\
    <Ntry><Amt Ccy="EUR">\(amount)</Amt><CdtDbtInd>\(direction)</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-12-03</Dt></BookgDt>\
    <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>IDDT</Cd><SubFmlyCd>BBDD</SubFmlyCd></Fmly></Domn></BkTxCd>\(details)</Ntry></Ntfctn>\
    </BkToCstmrDbtCdtNtfctn></Document>
    """
  }
}
