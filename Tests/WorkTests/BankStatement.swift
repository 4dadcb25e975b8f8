/// One booking as a bank writes it, with as much or as little as a test wants it to say.
struct Booking {
  var amount: String
  var direction = "CRDT"
  var status = "BOOK"
  /// Each payment within the booking; empty for one that names none.
  var payments: [Payment] = []
  var reversal = false
  var currency = "EUR"
  var day = "2026-12-03"
  var valued: String?
  /// Domain, family, sub-family; nil for a code of the bank's own.
  var code: (String, String, String)? = ("PMNT", "IDDT", "BBDD")
  var reference: String?
  /// `NtryDtls/Btch`: message id, payment information id, number of transactions.
  var batch: (message: String?, block: String?, transactions: Int?)?

  struct Payment {
    var endToEndID: String?
    var mandate: String?
    var message: String?
    var block: String?
    var amount: String?
    var instructed: String?
    var charges: String?
    var reason: String?
    var debtorIBAN: String?
    var structured: String?
    var reference: String?
    var currency = "EUR"
  }
}

/// camt messages for the tests: one account, one statement.
enum BankStatement {
  /// - Parameters:
  ///   - id: of message and statement.
  ///   - message: `camt.052`, `camt.053` or `camt.054`, all `.001.08`.
  ///   - number: electronic sequence number.
  ///   - balances: opening and closing, booked, both credit.
  static func text(
    _ bookings: [Booking], id: String, message: String = "camt.054", account: String = "FR7630006000011234567890189",
    created: String = "2026-12-03T18:00:00", number: Int? = nil, balances: (opening: String, closing: String)? = nil
  ) -> String {
    let money = balances.map { balance("OPBD", $0.opening) + balance("CLBD", $0.closing) } ?? ""
    let (root, frame) =
      switch message {
      case "camt.052": ("BkToCstmrAcctRpt", "Rpt")
      case "camt.053": ("BkToCstmrStmt", "Stmt")
      default: ("BkToCstmrDbtCdtNtfctn", "Ntfctn")
      }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <Document xmlns="urn:iso:std:iso:20022:tech:xsd:\(message).001.08"><\(root)><GrpHdr><MsgId>\(id)</MsgId>\
      <CreDtTm>\(created)</CreDtTm></GrpHdr><\(frame)><Id>\(id)</Id>\(tag("ElctrncSeqNb", number.map(String.init)))<CreDtTm>\(created)</CreDtTm>\
      <Acct><Id><IBAN>\(account)</IBAN></Id></Acct>\(money)\(bookings.map(entry).joined())</\(frame)></\(root)></Document>
      """
  }

  private static func balance(_ code: String, _ amount: String) -> String {
    """
    <Bal><Tp><CdOrPrtry><Cd>\(code)</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">\(amount)</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
    <Dt><Dt>2026-12-03</Dt></Dt></Bal>
    """
  }

  private static func entry(_ booking: Booking) -> String {
    let code =
      booking.code.map {
        "<BkTxCd><Domn><Cd>\($0.0)</Cd><Fmly><Cd>\($0.1)</Cd><SubFmlyCd>\($0.2)</SubFmlyCd></Fmly></Domn></BkTxCd>"
      } ?? "<BkTxCd><Prtry><Cd>X-1</Cd></Prtry></BkTxCd>"
    var details = booking.payments.map(payment).joined()
    if let batch = booking.batch {
      let parts = [
        tag("MsgId", batch.message), tag("PmtInfId", batch.block), tag("NbOfTxs", batch.transactions.map { "\($0)" }),
      ]
      details = "<Btch>\(parts.joined())</Btch>" + details
    }
    return """
      <Ntry><Amt Ccy="\(booking.currency)">\(booking.amount)</Amt><CdtDbtInd>\(booking.direction)</CdtDbtInd>\
      \(booking.reversal ? "<RvslInd>true</RvslInd>" : "")<Sts><Cd>\(booking.status)</Cd></Sts>\
      <BookgDt><Dt>\(booking.day)</Dt></BookgDt><ValDt><Dt>\(booking.valued ?? booking.day)</Dt></ValDt>\
      \(tag("AcctSvcrRef", booking.reference))\(code)\(details.isEmpty ? "" : "<NtryDtls>\(details)</NtryDtls>")</Ntry>
      """
  }

  private static func payment(_ payment: Booking.Payment) -> String {
    func amount(_ name: String, _ value: String?) -> String {
      value.map { "<\(name) Ccy=\"\(payment.currency)\">\($0)</\(name)>" } ?? ""
    }
    let references = [
      tag("MsgId", payment.message), tag("AcctSvcrRef", payment.reference), tag("PmtInfId", payment.block),
      tag("EndToEndId", payment.endToEndID), tag("MndtId", payment.mandate),
    ].joined()
    let details = payment.instructed.map { "<AmtDtls><InstdAmt><Amt Ccy=\"\(payment.currency)\">\($0)</Amt></InstdAmt></AmtDtls>" } ?? ""
    let charges = payment.charges.map {
      "<Chrgs><Rcrd><Amt Ccy=\"EUR\">\($0)</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>"
    } ?? ""
    let parties = payment.debtorIBAN.map { "<RltdPties><DbtrAcct><Id><IBAN>\($0)</IBAN></Id></DbtrAcct></RltdPties>" } ?? ""
    let remittance = payment.structured.map { "<RmtInf><Strd><CdtrRefInf><Ref>\($0)</Ref></CdtrRefInf></Strd></RmtInf>" } ?? ""
    let reason = payment.reason.map { "<RtrInf><Rsn><Cd>\($0)</Cd></Rsn></RtrInf>" } ?? ""
    return "<TxDtls><Refs>\(references)</Refs>\(amount("Amt", payment.amount))\(details)\(charges)\(parties)\(remittance)\(reason)</TxDtls>"
  }

  private static func tag(_ name: String, _ value: String?) -> String {
    value.map { "<\(name)>\($0)</\(name)>" } ?? ""
  }
}
