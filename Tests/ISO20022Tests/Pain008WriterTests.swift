import Foundation
import ISO20022
import TestSupport
import Testing

@Suite struct Pain008WriterTests {
  @Test func theFileReadsLikeTheGuidelines() throws {
    let address = PartyAddress(
      street: "Rue de l'Eglise", building: "3", postcode: "1201", town: "Geneve", country: "CH", lines: ["Batiment B"])
    var debit = sampleDebit(1, cents: 99_999_999_999)
    debit.instructionID = "I-1"
    debit.debtorAddress = address
    debit.debtorBIC = "UBSWCHZH80A"
    debit.debtorName = "<Dupont> & fils"
    debit.ultimateDebtor = "Holding"
    debit.remittance = .unstructured("Facture 42")
    var second = sampleBlock("P-2", [sampleDebit(2, cents: 5)])
    second.block.creditorBIC = "AGRIFRPP"
    second.block.batchBooking = nil
    second.block.scheme = "CORE"
    second.block.creditorAddress = PartyAddress(town: "Paris", country: "FR")
    let text = String(decoding: try SampleFile([sampleBlock("P-1", [debit]), second]).bytes(), as: UTF8.self)
    let expected = """
      <?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008.001.08">
      <CstmrDrctDbtInitn>
      <GrpHdr><MsgId>MSG-1</MsgId><CreDtTm>2026-12-01T07:00:00Z</CreDtTm><NbOfTxs>2</NbOfTxs>
      <CtrlSum>1000000000.04</CtrlSum><InitgPty><Nm>Acme (France)</Nm>
      <Id><OrgId><Othr><Id>FR72ZZZ123456</Id></Othr></OrgId></Id></InitgPty></GrpHdr>
      <PmtInf><PmtInfId>P-1</PmtInfId><PmtMtd>DD</PmtMtd><BtchBookg>true</BtchBookg><NbOfTxs>1</NbOfTxs>
      <CtrlSum>999999999.99</CtrlSum>
      <PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm><Cd>B2B</Cd></LclInstrm><SeqTp>RCUR</SeqTp></PmtTpInf>
      <ReqdColltnDt>2026-12-03</ReqdColltnDt><Cdtr><Nm>Acme</Nm></Cdtr>
      <CdtrAcct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></CdtrAcct>
      <CdtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></CdtrAgt><ChrgBr>SLEV</ChrgBr>
      <CdtrSchmeId><Id><PrvtId><Othr><Id>FR72ZZZ123456</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id></CdtrSchmeId>
      <DrctDbtTxInf><PmtId><InstrId>I-1</InstrId><EndToEndId>E2E-1</EndToEndId></PmtId>
      <InstdAmt Ccy="EUR">999999999.99</InstdAmt>
      <DrctDbtTx><MndtRltdInf><MndtId>RUM-1</MndtId><DtOfSgntr>2026-01-31</DtOfSgntr></MndtRltdInf></DrctDbtTx>
      <DbtrAgt><FinInstnId><BICFI>UBSWCHZH80A</BICFI></FinInstnId></DbtrAgt>
      <Dbtr><Nm>&lt;Dupont&gt; &amp; fils</Nm><PstlAdr><StrtNm>Rue de l'Eglise</StrtNm><BldgNb>3</BldgNb>
      <PstCd>1201</PstCd><TwnNm>Geneve</TwnNm><Ctry>CH</Ctry><AdrLine>Batiment B</AdrLine></PstlAdr></Dbtr>
      <DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct><UltmtDbtr><Nm>Holding</Nm></UltmtDbtr>
      <RmtInf><Ustrd>Facture 42</Ustrd></RmtInf></DrctDbtTxInf></PmtInf>
      <PmtInf><PmtInfId>P-2</PmtInfId><PmtMtd>DD</PmtMtd><NbOfTxs>1</NbOfTxs><CtrlSum>0.05</CtrlSum>
      <PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm><Cd>CORE</Cd></LclInstrm><SeqTp>RCUR</SeqTp></PmtTpInf>
      <ReqdColltnDt>2026-12-03</ReqdColltnDt>
      <Cdtr><Nm>Acme</Nm><PstlAdr><TwnNm>Paris</TwnNm><Ctry>FR</Ctry></PstlAdr></Cdtr>
      <CdtrAcct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></CdtrAcct>
      <CdtrAgt><FinInstnId><BICFI>AGRIFRPP</BICFI></FinInstnId></CdtrAgt><ChrgBr>SLEV</ChrgBr>
      <CdtrSchmeId><Id><PrvtId><Othr><Id>FR72ZZZ123456</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id></CdtrSchmeId>
      <DrctDbtTxInf><PmtId><EndToEndId>E2E-2</EndToEndId></PmtId><InstdAmt Ccy="EUR">0.05</InstdAmt>
      <DrctDbtTx><MndtRltdInf><MndtId>RUM-2</MndtId><DtOfSgntr>2026-01-31</DtOfSgntr></MndtRltdInf></DrctDbtTx>
      <DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt><Dbtr><Nm>Dupont + fils</Nm></Dbtr>
      <DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct></DrctDbtTxInf></PmtInf>
      </CstmrDrctDbtInitn></Document>
      """
    #expect(text == expected.replacingOccurrences(of: "\n", with: ""))
    #expect(!text.contains { $0.isNewline })
    guard let schema = schemaPath("pain.008.001.08") else { return }
    try validate(Array(text.utf8), schema: schema)
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("sepad-\(UUID().uuidString).xml")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(text.utf8).write(to: file)
    #expect(try xmllintAccepts(file.path, schema: schema))
  }

  @Test func totalsThatDifferFromTheAnnouncedAreRefused() throws {
    func fault(_ change: (inout SampleFile) -> Void) throws -> Pain008Fault? {
      var file = SampleFile([sampleBlock("P-1", [sampleDebit(1), sampleDebit(2)])])
      change(&file)
      return #expect(throws: Pain008Fault.self) { try file.bytes() }
    }
    let wrong = Pain008Fault.totals(
      place: "P-1", transactions: 2, controlSum: 2500, expectedTransactions: 3, expectedControlSum: 2500)
    #expect(try fault { $0.blocks[0].block.transactions = 3 } == wrong)
    #expect(try fault { $0.blocks[0].block.controlSum = 2499 }?.description.contains("2499 cents") == true)
    #expect(try fault { $0.header.transactions = 1 }?.description.hasPrefix("file: ") == true)
    #expect(try fault { $0.header.controlSum = 2501 }?.description.hasPrefix("file: ") == true)
    #expect(try fault { $0.blocks[0].debits = [] } != nil)
    #expect(try fault { $0.blocks = [] } != nil)
    for cents: Int64 in [0, -1, .max, .min] {
      #expect(try fault { $0.blocks[0].debits[1].amount = cents } == .amount(place: "P-1"))
    }
  }

  @Test func callsOutOfOrderAreRefused() throws {
    let file = SampleFile([sampleBlock("P-1", [sampleDebit(1)])])
    let steps: [(String, (Pain008Writer) throws -> Void)] = [
      ("begin", { try $0.begin(file.header) }), ("block", { try $0.beginBlock(file.blocks[0].block) }),
      ("debit", { try $0.debit(file.blocks[0].debits[0]) }), ("endBlock", { try $0.endBlock() }), ("end", { try $0.end() }),
    ]
    // Before each step, every other step is out of order (but a second block may follow the first).
    for (reached, (_, _)) in steps.enumerated() {
      for (index, (name, step)) in steps.enumerated() where index != reached && !(reached == 4 && index == 1) && !(reached == 3 && index == 2) && !(reached == 1 && index == 4) && !(reached == 2 && index == 3) {
        let writer = Pain008Writer { _ in }
        for (_, done) in steps[..<reached] { try done(writer) }
        #expect(throws: Pain008Fault.self, "\(name) before step \(reached)") { try step(writer) }
      }
    }
  }

  @Test func aControlCharacterIsRefusedAndNotRepeated() {
    for character in ["\u{0}", "\n", "\t", "\u{1B}", "\u{7F}"] {
      var debit = sampleDebit(1)
      debit.debtorName = "Secret\(character)Name"
      let fault = #expect(throws: XMLTextFault.self) { try SampleFile([sampleBlock("P", [debit])]).bytes() }
      #expect(fault?.description.contains("Secret") == false)
      #expect(fault?.element == "Nm")
    }
  }

  @Test func aFaultOfTheSinkReachesTheCaller() {
    struct Full: Error {}
    #expect(throws: Full.self) { try SampleFile([sampleBlock("P", [sampleDebit(1)])]).written { _ in throw Full() } }
  }

  @Test func memoryStaysFlatAndPiecesStaySmallForAnyNumberOfDebits() throws {
    final class Seen { var largest = 0; var total = 0 }
    let seen = Seen()
    let count = 40_000
    let validator = try schemaPath("pain.008.001.08").map { try SchemaValidator(schemaPath: $0) }
    var block = sampleBlock("P", []).block
    block.transactions = count
    block.controlSum = Int64(count) * 1250
    let writer = Pain008Writer {
      seen.largest = max(seen.largest, $0.count)
      seen.total += $0.count
      try validator?.feed($0)
    }
    try writer.begin(
      CollectionFileHeader(
        messageID: "M", createdAt: "2026-12-01T07:00:00Z", transactions: count, controlSum: block.controlSum,
        initiatingPartyName: "Acme"))
    try writer.beginBlock(block)
    for number in 0..<1000 { try writer.debit(sampleDebit(number)) }
    let before = try residentBytes()
    for number in 1000..<count { try writer.debit(sampleDebit(number)) }
    let growth = try residentBytes() - before
    try writer.endBlock()
    try writer.end()
    try validator?.finish()
    #expect(seen.total > 15_000_000)
    #expect(seen.largest <= 256 << 10)
    #expect(growth < 16 << 20, "grew by \(growth) bytes")
  }
}

private func residentBytes() throws -> Int {
  let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
  return (Int(fields[1]) ?? 0) * 4096
}
