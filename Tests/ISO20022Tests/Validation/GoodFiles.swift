// Files within all rules, from which each defect of the tests is made by a small change. An element or
// two on a line, so that a finding's line says which.

enum GoodFile: String, CaseIterable, Sendable {
  case core02
  case core08
  case b2b08
  case reversal02
  case reversal09
  case cancellation01
  case cancellation08

  var messageType: String {
    switch self {
    case .core02: "pain.008.001.02"
    case .core08, .b2b08: "pain.008.001.08"
    case .reversal02: "pain.007.001.02"
    case .reversal09: "pain.007.001.09"
    case .cancellation01: "camt.055.001.01"
    case .cancellation08: "camt.055.001.08"
    }
  }

  var counts: (blocks: Int, transactions: Int) {
    switch self {
    case .core02: (2, 3)
    case .core08: (1, 3)
    case .b2b08: (1, 2)
    case .reversal02, .reversal09: (2, 3)
    // All of a file, whose blocks are not told; three debits, and a block of three.
    case .cancellation01: (0, 3)
    case .cancellation08: (2, 6)
    }
  }

  var text: String {
    switch self {
    case .core02: Self.core02Text
    case .core08: Self.core08Text
    case .b2b08: Self.b2b08Text
    case .reversal02: Self.reversal02Text
    case .reversal09: Self.reversal09Text
    case .cancellation01: Self.cancellation01Text
    case .cancellation08: Self.cancellation08Text
    }
  }

  private static let core02Text = """
    <?xml version="1.0" encoding="UTF-8"?>
    <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008.001.02">
    <CstmrDrctDbtInitn>
    <GrpHdr>
    <MsgId>MSG-02</MsgId>
    <CreDtTm>2026-11-30T07:00:00</CreDtTm>
    <NbOfTxs>3</NbOfTxs>
    <CtrlSum>135.25</CtrlSum>
    <InitgPty>
    <Nm>Acme Service</Nm>
    <Id><OrgId>
    <Othr><Id>CLIENT-1</Id></Othr>
    </OrgId></Id>
    </InitgPty>
    </GrpHdr>
    <PmtInf>
    <PmtInfId>BLOCK-1</PmtInfId>
    <PmtMtd>DD</PmtMtd>
    <BtchBookg>true</BtchBookg>
    <NbOfTxs>2</NbOfTxs>
    <CtrlSum>35.25</CtrlSum>
    <PmtTpInf>
    <SvcLvl><Cd>SEPA</Cd></SvcLvl>
    <LclInstrm><Cd>CORE</Cd></LclInstrm>
    <SeqTp>RCUR</SeqTp>
    <CtgyPurp><Cd>SUPP</Cd></CtgyPurp>
    </PmtTpInf>
    <ReqdColltnDt>2026-12-03</ReqdColltnDt>
    <Cdtr>
    <Nm>Acme</Nm>
    </Cdtr>
    <CdtrAcct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></CdtrAcct>
    <CdtrAgt>
    <FinInstnId><BIC>AGRIFRPP</BIC></FinInstnId>
    </CdtrAgt>
    <ChrgBr>SLEV</ChrgBr>
    <CdtrSchmeId>
    <Id><PrvtId>
    <Othr><Id>FR72ZZZ123456</Id>
    <SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr>
    </PrvtId></Id>
    </CdtrSchmeId>
    <DrctDbtTxInf>
    <PmtId>
    <InstrId>INSTR-1</InstrId>
    <EndToEndId>E2E-1</EndToEndId>
    </PmtId>
    <InstdAmt Ccy="EUR">12.50</InstdAmt>
    <DrctDbtTx>
    <MndtRltdInf>
    <MndtId>RUM-1</MndtId>
    <DtOfSgntr>2026-01-31</DtOfSgntr>
    <AmdmntInd>false</AmdmntInd>
    </MndtRltdInf>
    </DrctDbtTx>
    <DbtrAgt>
    <FinInstnId><BIC>COBADEFFXXX</BIC></FinInstnId>
    </DbtrAgt>
    <Dbtr>
    <Nm>Dupont + fils</Nm>
    <Id><PrvtId>
    <Othr><Id>CUSTOMER-1</Id></Othr>
    </PrvtId></Id>
    </Dbtr>
    <DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>
    <UltmtDbtr>
    <Nm>Martin</Nm>
    </UltmtDbtr>
    <Purp><Cd>OTHR</Cd></Purp>
    <RmtInf>
    <Ustrd>Invoice 1</Ustrd>
    </RmtInf>
    </DrctDbtTxInf>
    <DrctDbtTxInf>
    <PmtId>
    <InstrId>INSTR-2</InstrId>
    <EndToEndId>E2E-2</EndToEndId>
    </PmtId>
    <InstdAmt Ccy="EUR">22.75</InstdAmt>
    <DrctDbtTx>
    <MndtRltdInf>
    <MndtId>RUM-2</MndtId>
    <DtOfSgntr>2026-02-28</DtOfSgntr>
    </MndtRltdInf>
    </DrctDbtTx>
    <DbtrAgt>
    <FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId>
    </DbtrAgt>
    <Dbtr>
    <Nm>Jansen BV</Nm>
    </Dbtr>
    <DbtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></DbtrAcct>
    <RmtInf>
    <Ustrd>Invoice 2</Ustrd>
    </RmtInf>
    </DrctDbtTxInf>
    </PmtInf>
    <PmtInf>
    <PmtInfId>BLOCK-2</PmtInfId>
    <PmtMtd>DD</PmtMtd>
    <NbOfTxs>1</NbOfTxs>
    <CtrlSum>100</CtrlSum>
    <PmtTpInf>
    <SvcLvl><Cd>SEPA</Cd></SvcLvl>
    <LclInstrm><Cd>CORE</Cd></LclInstrm>
    <SeqTp>OOFF</SeqTp>
    </PmtTpInf>
    <ReqdColltnDt>2026-12-04</ReqdColltnDt>
    <Cdtr>
    <Nm>Acme</Nm>
    </Cdtr>
    <CdtrAcct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></CdtrAcct>
    <CdtrAgt>
    <FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId>
    </CdtrAgt>
    <CdtrSchmeId>
    <Id><PrvtId>
    <Othr><Id>FR72ZZZ123456</Id>
    <SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr>
    </PrvtId></Id>
    </CdtrSchmeId>
    <DrctDbtTxInf>
    <PmtId>
    <EndToEndId>E2E-3</EndToEndId>
    </PmtId>
    <InstdAmt Ccy="EUR">100.00</InstdAmt>
    <DrctDbtTx>
    <MndtRltdInf>
    <MndtId>RUM-3</MndtId>
    <DtOfSgntr>2026-11-20</DtOfSgntr>
    </MndtRltdInf>
    </DrctDbtTx>
    <DbtrAgt>
    <FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId>
    </DbtrAgt>
    <Dbtr>
    <Nm>Garcia</Nm>
    </Dbtr>
    <DbtrAcct><Id><IBAN>ES9121000418450200051332</IBAN></Id></DbtrAcct>
    <RmtInf>
    <Ustrd>Invoice 3</Ustrd>
    </RmtInf>
    </DrctDbtTxInf>
    </PmtInf>
    </CstmrDrctDbtInitn>
    </Document>

    """

  private static let core08Text = """
    <?xml version="1.0" encoding="UTF-8"?>
    <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008.001.08">
    <CstmrDrctDbtInitn>
    <GrpHdr>
    <MsgId>MSG-08</MsgId>
    <CreDtTm>2026-11-30T07:00:00.5+01:00</CreDtTm>
    <NbOfTxs>3</NbOfTxs>
    <CtrlSum>60.3</CtrlSum>
    <InitgPty>
    <Nm>Acme Service</Nm>
    </InitgPty>
    </GrpHdr>
    <PmtInf>
    <PmtInfId>BLOCK-1</PmtInfId>
    <PmtMtd>DD</PmtMtd>
    <NbOfTxs>3</NbOfTxs>
    <CtrlSum>60.30</CtrlSum>
    <PmtTpInf>
    <SvcLvl><Cd>SEPA</Cd></SvcLvl>
    <LclInstrm><Cd>CORE</Cd></LclInstrm>
    <SeqTp>FRST</SeqTp>
    </PmtTpInf>
    <ReqdColltnDt>2026-12-03</ReqdColltnDt>
    <Cdtr>
    <Nm>Acme</Nm>
    <PstlAdr>
    <StrtNm>rue de la Paix</StrtNm>
    <TwnNm>Paris</TwnNm>
    <Ctry>FR</Ctry>
    </PstlAdr>
    </Cdtr>
    <CdtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></CdtrAcct>
    <CdtrAgt>
    <FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId>
    </CdtrAgt>
    <UltmtCdtr>
    <Nm>Acme Energy</Nm>
    <Id><OrgId>
    <AnyBIC>ACMEDEFF</AnyBIC>
    </OrgId></Id>
    </UltmtCdtr>
    <ChrgBr>SLEV</ChrgBr>
    <CdtrSchmeId>
    <Id><PrvtId>
    <Othr><Id>DE98ZZZ09999999999</Id>
    <SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr>
    </PrvtId></Id>
    </CdtrSchmeId>
    <DrctDbtTxInf>
    <PmtId>
    <EndToEndId>E2E-1</EndToEndId>
    </PmtId>
    <InstdAmt Ccy="EUR">10.10</InstdAmt>
    <DrctDbtTx>
    <MndtRltdInf>
    <MndtId>RUM-1</MndtId>
    <DtOfSgntr>2026-01-31</DtOfSgntr>
    <AmdmntInd>true</AmdmntInd>
    <AmdmntInfDtls>
    <OrgnlDbtrAcct><Id><Othr><Id>SMNDA</Id></Othr></Id></OrgnlDbtrAcct>
    </AmdmntInfDtls>
    </MndtRltdInf>
    </DrctDbtTx>
    <DbtrAgt>
    <FinInstnId><BICFI>UBSWCHZH80A</BICFI></FinInstnId>
    </DbtrAgt>
    <Dbtr>
    <Nm>Meier AG</Nm>
    <PstlAdr>
    <TwnNm>Zollikon</TwnNm>
    <Ctry>CH</Ctry>
    <AdrLine>Seestrasse 12</AdrLine>
    <AdrLine>Haus B</AdrLine>
    </PstlAdr>
    </Dbtr>
    <DbtrAcct><Id><IBAN>CH9300762011623852957</IBAN></Id></DbtrAcct>
    <UltmtDbtr>
    <Nm>Huber</Nm>
    <Id><PrvtId>
    <DtAndPlcOfBirth>
    <BirthDt>1970-01-01</BirthDt>
    <CityOfBirth>Bern</CityOfBirth>
    <CtryOfBirth>CH</CtryOfBirth>
    </DtAndPlcOfBirth>
    </PrvtId></Id>
    </UltmtDbtr>
    <RmtInf>
    <Strd>
    <CdtrRefInf>
    <Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry>
    <Issr>ISO</Issr></Tp>
    <Ref>RF18539007547034</Ref>
    </CdtrRefInf>
    </Strd>
    </RmtInf>
    </DrctDbtTxInf>
    <DrctDbtTxInf>
    <PmtId>
    <EndToEndId>E2E-2</EndToEndId>
    </PmtId>
    <InstdAmt Ccy="EUR">20.10</InstdAmt>
    <DrctDbtTx>
    <MndtRltdInf>
    <MndtId>RUM-2</MndtId>
    <DtOfSgntr>2026-02-28</DtOfSgntr>
    </MndtRltdInf>
    </DrctDbtTx>
    <DbtrAgt>
    <FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId>
    </DbtrAgt>
    <Dbtr>
    <Nm>/CDGM/4976000012345678/1/1228</Nm>
    </Dbtr>
    <DbtrAcct><Id><IBAN>AT611904300234573201</IBAN></Id></DbtrAcct>
    <RmtInf>
    <Ustrd>/INV/2 as agreed</Ustrd>
    </RmtInf>
    </DrctDbtTxInf>
    <DrctDbtTxInf>
    <PmtId>
    <EndToEndId>NOT-NEEDED</EndToEndId>
    </PmtId>
    <InstdAmt Ccy="EUR">30.1</InstdAmt>
    <DrctDbtTx>
    <MndtRltdInf>
    <MndtId>RUM-3</MndtId>
    <DtOfSgntr>2026-02-28</DtOfSgntr>
    </MndtRltdInf>
    </DrctDbtTx>
    <DbtrAgt>
    <FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId>
    </DbtrAgt>
    <Dbtr>
    <Nm>Gruber</Nm>
    </Dbtr>
    <DbtrAcct><Id><IBAN>AT611904300234573201</IBAN></Id></DbtrAcct>
    </DrctDbtTxInf>
    </PmtInf>
    </CstmrDrctDbtInitn>
    </Document>

    """

  private static let b2b08Text = """
    <?xml version="1.0" encoding="UTF-8"?>
    <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008.001.08">
    <CstmrDrctDbtInitn>
    <GrpHdr>
    <MsgId>MSG-B2B</MsgId>
    <CreDtTm>2026-11-30T07:00:00Z</CreDtTm>
    <NbOfTxs>2</NbOfTxs>
    <CtrlSum>1000000000.00</CtrlSum>
    <InitgPty>
    <Nm>Acme Service</Nm>
    </InitgPty>
    </GrpHdr>
    <PmtInf>
    <PmtInfId>BLOCK-1</PmtInfId>
    <PmtMtd>DD</PmtMtd>
    <NbOfTxs>2</NbOfTxs>
    <CtrlSum>1000000000.00</CtrlSum>
    <ReqdColltnDt>2026-12-14</ReqdColltnDt>
    <Cdtr>
    <Nm>Acme</Nm>
    </Cdtr>
    <CdtrAcct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></CdtrAcct>
    <CdtrAgt>
    <FinInstnId><BICFI>AGRIFRPP882</BICFI></FinInstnId>
    </CdtrAgt>
    <DrctDbtTxInf>
    <PmtId>
    <EndToEndId>E2E-1</EndToEndId>
    </PmtId>
    <PmtTpInf>
    <SvcLvl><Cd>SEPA</Cd></SvcLvl>
    <LclInstrm><Cd>B2B</Cd></LclInstrm>
    <SeqTp>RCUR</SeqTp>
    </PmtTpInf>
    <InstdAmt Ccy="EUR">999999999.99</InstdAmt>
    <ChrgBr>SLEV</ChrgBr>
    <DrctDbtTx>
    <MndtRltdInf>
    <MndtId>RUM-NEW</MndtId>
    <DtOfSgntr>2026-01-31</DtOfSgntr>
    <AmdmntInd>true</AmdmntInd>
    <AmdmntInfDtls>
    <OrgnlMndtId>RUM-OLD</OrgnlMndtId>
    <OrgnlCdtrSchmeId>
    <Nm>Old Acme</Nm>
    <Id><PrvtId>
    <Othr><Id>DE98ZZZ09999999999</Id>
    <SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr>
    </PrvtId></Id>
    </OrgnlCdtrSchmeId>
    <OrgnlDbtrAcct><Id><IBAN>IT60X0542811101000000123456</IBAN></Id></OrgnlDbtrAcct>
    <OrgnlDbtrAgt><FinInstnId><BICFI>BPMOIT22</BICFI></FinInstnId></OrgnlDbtrAgt>
    </AmdmntInfDtls>
    </MndtRltdInf>
    <CdtrSchmeId>
    <Id><PrvtId>
    <Othr><Id>FR72ZZZ123456</Id>
    <SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr>
    </PrvtId></Id>
    </CdtrSchmeId>
    </DrctDbtTx>
    <UltmtCdtr>
    <Nm>Acme Energy</Nm>
    </UltmtCdtr>
    <DbtrAgt>
    <FinInstnId><BICFI>GEBABEBB</BICFI></FinInstnId>
    </DbtrAgt>
    <Dbtr>
    <Nm>Peeters NV</Nm>
    </Dbtr>
    <DbtrAcct><Id><IBAN>BE68539007547034</IBAN></Id></DbtrAcct>
    <RmtInf>
    <Ustrd>Invoice 1</Ustrd>
    </RmtInf>
    </DrctDbtTxInf>
    <DrctDbtTxInf>
    <PmtId>
    <EndToEndId>E2E-2</EndToEndId>
    </PmtId>
    <PmtTpInf>
    <SvcLvl><Cd>SEPA</Cd></SvcLvl>
    <LclInstrm><Cd>B2B</Cd></LclInstrm>
    <SeqTp>RCUR</SeqTp>
    </PmtTpInf>
    <InstdAmt Ccy="EUR">0.01</InstdAmt>
    <DrctDbtTx>
    <MndtRltdInf>
    <MndtId>RUM-2</MndtId>
    <DtOfSgntr>2026-12-14</DtOfSgntr>
    </MndtRltdInf>
    <CdtrSchmeId>
    <Id><PrvtId>
    <Othr><Id>FR72ZZZ123456</Id>
    <SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr>
    </PrvtId></Id>
    </CdtrSchmeId>
    </DrctDbtTx>
    <DbtrAgt>
    <FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId>
    </DbtrAgt>
    <Dbtr>
    <Nm>Rossi SpA</Nm>
    </Dbtr>
    <DbtrAcct><Id><IBAN>IT60X0542811101000000123456</IBAN></Id></DbtrAcct>
    <RmtInf>
    <Ustrd>Invoice 2</Ustrd>
    </RmtInf>
    </DrctDbtTxInf>
    </PmtInf>
    </CstmrDrctDbtInitn>
    </Document>

    """
}
