// Bank reports of any size, made up and the same at each run: element for element as banks write them, without blanks
// between tags, so that there is as much to read per byte as there can be.

import Glibc
import ISO20022

/// A report that can be written at any size.
enum BankReport: String, CaseIterable {
  /// camt.054 with every payment in it; two of a hundred come back, each as a booking of its own.
  case notification = "camt.054.001.08"
  /// camt.053 that books ten payments at a time, without their details; two of a hundred come back.
  case statement = "camt.053.001.08"

  /// What one day's report holds, made as it is asked for, in lots of a hundred payments, two of them returned.
  func source(payments: Int) -> Source {
    var lot = -1
    let lots = (payments + 99) / 100
    return {
      guard lot <= lots else { return nil }
      defer { lot += 1 }
      var piece: [UInt8] = []
      var text = ReportText { piece.append(contentsOf: $0) }
      switch lot {
      case -1: try text.open(self)
      case lots: try text.close(self)
      default: try write(lot, of: payments, to: &text)
      }
      try text.flush()
      return piece
    }
  }

  private func write(_ lot: Int, of payments: Int, to report: inout ReportText) throws {
    let first = lot * 100
    let count = min(100, payments - first)
    let returned = count / 50
    let settled = count - returned
    if self == .notification {
      try report.batch(first: first, payments: settled, withDetails: true)
    } else {
      for start in stride(from: 0, to: settled, by: 10) {
        try report.batch(first: first + start, payments: min(10, settled - start), withDetails: false)
      }
    }
    for place in settled..<count { try report.returned(first + place) }
  }

  /// - Returns: how many bytes were written.
  func write(payments: Int, toFile path: String) throws -> Int {
    guard let file = fopen(path, "w") else { throw Failure("\(path): found errno \(errno), expected a new file") }
    defer { fclose(file) }
    var size = 0
    let source = source(payments: payments)
    while let piece = try source() {
      guard fwrite(piece, 1, piece.count, file) == piece.count else { throw Failure("\(path): disk full?") }
      size += piece.count
    }
    return size
  }
}

/// The report under way.
private struct ReportText: ~Copyable {
  private var xml: XMLWriter

  init(_ sink: @escaping ByteSink) { xml = XMLWriter(sink: sink) }

  mutating func open(_ report: BankReport) throws {
    try xml.markup("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:")
    switch report {
    case .notification: try xml.markup("camt.054.001.08\"><BkToCstmrDbtCdtNtfctn>")
    case .statement: try xml.markup("camt.053.001.08\"><BkToCstmrStmt>")
    }
    try xml.markup("<GrpHdr><MsgId>BANK-2026-12-10-000001</MsgId><CreDtTm>2026-12-10T18:00:00+01:00</CreDtTm></GrpHdr>")
    switch report {
    case .notification: try xml.markup("<Ntfctn><Id>NTFCTN-2026-12-10-0001</Id>")
    case .statement: try xml.markup("<Stmt><Id>STMT-2026-12-10-0001</Id><ElctrncSeqNb>236</ElctrncSeqNb>")
    }
    try xml.markup("<CreDtTm>2026-12-10T18:00:00+01:00</CreDtTm>")
    try xml.markup("<Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy></Acct>")
    if report == .statement {
      try balance("OPBD")
      try balance("CLBD")
    }
  }

  mutating func close(_ report: BankReport) throws {
    switch report {
    case .notification: try xml.markup("</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>\n")
    case .statement: try xml.markup("</Stmt></BkToCstmrStmt></Document>\n")
    }
  }

  mutating func flush() throws { try xml.flush() }

  private mutating func balance(_ type: String) throws {
    try xml.markup("<Bal><Tp><CdOrPrtry>")
    try xml.element("Cd", type)
    try xml.markup("</CdOrPrtry></Tp><Amt Ccy=\"EUR\">1234567.89</Amt><CdtDbtInd>CRDT</CdtDbtInd>")
    try xml.markup("<Dt><Dt>2026-12-10</Dt></Dt></Bal>")
  }

  /// One credit for many payments.
  mutating func batch(first: Int, payments: Int, withDetails: Bool) throws {
    let total = (first..<first + payments).reduce(0) { $0 + Self.cents($1) }
    try entry(first, cents: total, direction: "CRDT")
    try xml.markup("<NtryDtls><Btch>")
    try xml.element("MsgId", Self.message(first))
    try xml.element("PmtInfId", Self.block(first))
    try xml.element("NbOfTxs", number: payments)
    try xml.euro("TtlAmt", cents: total)
    try xml.markup("<CdtDbtInd>CRDT</CdtDbtInd></Btch>")
    if withDetails {
      for payment in first..<first + payments { try transaction(payment, isReturned: false) }
    }
    try xml.markup("</NtryDtls></Ntry>")
  }

  /// One debit for one payment that came back.
  mutating func returned(_ payment: Int) throws {
    try entry(payment, cents: Self.cents(payment) + 300, direction: "DBIT")
    try xml.markup("<NtryDtls>")
    try transaction(payment, isReturned: true)
    try xml.markup("</NtryDtls></Ntry>")
  }

  private mutating func entry(_ number: Int, cents: Int64, direction: String) throws {
    try xml.markup("<Ntry>")
    try xml.element("NtryRef", number: number + 1)
    try xml.euro("Amt", cents: cents)
    try xml.element("CdtDbtInd", direction)
    if direction == "DBIT" { try xml.markup("<RvslInd>true</RvslInd>") }
    try xml.markup("<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-12-10</Dt></BookgDt><ValDt><Dt>2026-12-10</Dt></ValDt>")
    try xml.element("AcctSvcrRef", "2026344" + Self.digits(number, 9))
    try bankCode(direction == "DBIT" ? "UPDD" : "ESDD")
  }

  private mutating func bankCode(_ code: String) throws {
    try xml.markup("<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>IDDT</Cd>")
    try xml.element("SubFmlyCd", code)
    try xml.markup("</Fmly></Domn><Prtry><Cd>NDDT+171+9248</Cd><Issr>DK</Issr></Prtry></BkTxCd>")
  }

  private mutating func transaction(_ number: Int, isReturned: Bool) throws {
    let cents = Self.cents(number)
    try xml.markup("<TxDtls><Refs>")
    try xml.element("MsgId", Self.message(number))
    try xml.element("AcctSvcrRef", "2026344" + Self.digits(number, 9) + "/1")
    try xml.element("PmtInfId", Self.block(number))
    try xml.element("EndToEndId", "INVOICE-2026-" + Self.digits(number, 9))
    try xml.element("MndtId", "MANDATE-" + Self.digits(number % 50_000, 7))
    try xml.markup("</Refs>")
    try xml.euro("Amt", cents: isReturned ? cents + 300 : cents)
    try xml.element("CdtDbtInd", isReturned ? "DBIT" : "CRDT")
    try xml.markup("<AmtDtls><InstdAmt>")
    try xml.euro("Amt", cents: cents)
    try xml.markup("</InstdAmt><TxAmt>")
    try xml.euro("Amt", cents: cents)
    try xml.markup("</TxAmt></AmtDtls>")
    try bankCode(isReturned ? "UPDD" : "ESDD")
    if isReturned {
      try xml.markup("<Chrgs><Rcrd><Amt Ccy=\"EUR\">3.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>")
    }
    try parties(number)
    try xml.element("Ustrd", "Invoice 2026-" + Self.digits(number, 9) + " of 1 December 2026, thank you")
    try xml.markup("</RmtInf>")
    if isReturned { try xml.markup("<RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>ACCOUNT CLOSED</AddtlInf></RtrInf>") }
    try xml.markup("</TxDtls>")
  }

  /// Debtor and creditor with what banks say of them, up to the remittance.
  private mutating func parties(_ number: Int) throws {
    try xml.markup("<RltdPties><Dbtr><Pty>")
    try xml.element("Nm", "Muster & Söhne GmbH " + Self.digits(number % 50_000, 5))
    try xml.markup("<PstlAdr><Ctry>DE</Ctry><AdrLine>Lange Strasse 12</AdrLine><AdrLine>10115 Berlin</AdrLine>")
    try xml.markup("</PstlAdr></Pty></Dbtr><DbtrAcct><Id>")
    try xml.element("IBAN", "DE0012030000" + Self.digits(number % 50_000, 10))
    try xml.markup("</Id></DbtrAcct><Cdtr><Pty><Nm>Stadtwerke Beispiel AG</Nm><Id><PrvtId><Othr>")
    try xml.markup("<Id>DE98ZZZ09999999999</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id></Pty>")
    try xml.markup("</Cdtr><CdtrAcct><Id><IBAN>DE02120300000000202051</IBAN></Id></CdtrAcct></RltdPties>")
    try xml.markup("<RltdAgts><DbtrAgt><FinInstnId><BICFI>BYLADEM1001</BICFI></FinInstnId></DbtrAgt></RltdAgts>")
    try xml.markup("<RmtInf>")
  }

  private static func cents(_ number: Int) -> Int64 { Int64(1000 + number * 7919 % 90_000) }
  private static func message(_ number: Int) -> String { "SEPAD-20261201-" + digits(number / 10_000, 6) }
  private static func block(_ number: Int) -> String { message(number) + "-" + digits(number / 1000 % 10, 2) }

  private static func digits(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
