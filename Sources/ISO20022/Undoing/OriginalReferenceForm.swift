/// How a version of a message that undoes names what was: in what `OrgnlTxRef` and identifications differ by version.
struct OriginalReferenceForm: Sendable {
  /// What a bank's identifier is called.
  let bankIdentifier: StaticString
  /// Around a party: since 2017 it could also be an agent, so it has an element of its own.
  let partyOpening: StaticString
  let partyClosing: StaticString
  /// Around what is said of the mandate: since 2020 it could also be that of a credit transfer.
  let mandateOpening: StaticString
  let mandateClosing: StaticString

  /// Of ISO 20022's release of 2009.
  static let of2009 = OriginalReferenceForm(
    bankIdentifier: "BIC", partyOpening: "", partyClosing: "", mandateOpening: "", mandateClosing: "")
  /// Of its release of 2019.
  static let of2019 = OriginalReferenceForm(
    bankIdentifier: "BICFI", partyOpening: "<Pty>", partyClosing: "</Pty>", mandateOpening: "", mandateClosing: "")
  /// Of its release of 2020 and since.
  static let since2020 = OriginalReferenceForm(
    bankIdentifier: "BICFI", partyOpening: "<Pty>", partyClosing: "</Pty>", mandateOpening: "<DrctDbtMndt>",
    mandateClosing: "</DrctDbtMndt>")
}

extension XMLWriter {
  /// `OrgnlGrpInf` without its own tags: which file is undone.
  mutating func original(_ file: OriginalFile) throws {
    try element("OrgnlMsgId", file.messageID)
    try element("OrgnlMsgNmId", file.messageType)
    try element("OrgnlCreDtTm", file.createdAt)
  }

  /// `OrgnlTxRef`: what the debit said, so that every bank on the way finds it by whatever it keeps.
  ///
  /// The elements that EPC130-08 and EPC131-08 mark as used, copied from the collection. `Amt` is not among them: the
  /// amount stands in `OrgnlInstdAmt` beside.
  mutating func originalReference(_ debit: OriginalDebit, _ block: OriginalBlock, _ form: OriginalReferenceForm) throws {
    try markup("<OrgnlTxRef>")
    try element("ReqdColltnDt", block.collectionDate)
    try markup("<CdtrSchmeId><Id><PrvtId><Othr>")
    try element("Id", block.creditorIdentifier)
    try markup("<SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id></CdtrSchmeId>")
    try markup("<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm>")
    try element("Cd", block.scheme)
    try markup("</LclInstrm>")
    try element("SeqTp", block.sequenceType)
    try markup("</PmtTpInf><PmtMtd>DD</PmtMtd><MndtRltdInf>")
    try markup(form.mandateOpening)
    try element("MndtId", debit.mandateReference)
    try element("DtOfSgntr", debit.signedOn)
    try markup(form.mandateClosing)
    try markup("</MndtRltdInf>")
    try remittance(of: debit)
    if let ultimateDebtor = debit.ultimateDebtor {
      try markup("<UltmtDbtr>")
      try party(ultimateDebtor, form)
      try markup("</UltmtDbtr>")
    }
    try markup("<Dbtr>")
    try party(debit.debtorName, form)
    try markup("</Dbtr><DbtrAcct><Id>")
    try element("IBAN", debit.debtorIBAN)
    try markup("</Id></DbtrAcct><DbtrAgt>")
    try institution(debit.debtorBIC, form)
    try markup("</DbtrAgt><CdtrAgt>")
    try institution(block.creditorBIC, form)
    try markup("</CdtrAgt><Cdtr>")
    try party(block.creditorName, form)
    try markup("</Cdtr><CdtrAcct><Id>")
    try element("IBAN", block.creditorIBAN)
    try markup("</Id></CdtrAcct>")
    if let ultimateCreditor = block.ultimateCreditor {
      try markup("<UltmtCdtr>")
      try party(ultimateCreditor, form)
      try markup("</UltmtCdtr>")
    }
    try markup("</OrgnlTxRef>")
  }

  /// The bank, or that nobody said which (EPC130-08, EPC131-08, `DbtrAgt`: `NOTPROVIDED`).
  mutating func institution(_ identifier: String?, _ form: OriginalReferenceForm) throws {
    try markup("<FinInstnId>")
    if let identifier {
      try element(form.bankIdentifier, identifier)
    } else {
      try markup("<Othr><Id>NOTPROVIDED</Id></Othr>")
    }
    try markup("</FinInstnId>")
  }

  private mutating func party(_ name: String, _ form: OriginalReferenceForm) throws {
    try markup(form.partyOpening)
    try element("Nm", name)
    try markup(form.partyClosing)
  }

  private mutating func remittance(of debit: OriginalDebit) throws {
    if let reference = debit.creditorReference {
      try markup("<RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry><Issr>ISO</Issr></Tp>")
      try element("Ref", reference)
      try markup("</CdtrRefInf></Strd></RmtInf>")
    } else if let text = debit.remittance {
      try markup("<RmtInf>")
      try element("Ustrd", text)
      try markup("</RmtInf>")
    }
  }
}
