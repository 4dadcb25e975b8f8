import Foundation
import ISO20022
import Testing

private func sample(_ name: String) throws -> [UInt8] {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Samples")
  return [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
}

private let notification = "camt054-batch-and-returns.xml"
private let statusReport = "pain002-partly-rejected.xml"

@Suite struct ReportReaderTests {
  @Test func aNotificationTellsBatchesReturnsAndCharges() throws {
    let records = try readRecords(sample(notification))
    // Transactions come before their entry, entries before their statement: at their end tags.
    #expect(
      records.map { "\($0.kind) \($0.ordinal) in \($0.parentOrdinal ?? 0)" } == [
        "documentHeader 1 in 0", "entry 3 in 2", "transaction 5 in 4", "transaction 6 in 4", "entry 4 in 2",
        "statement 2 in 1",
      ])
    #expect(records.allSatisfy { $0.messageID == "BANK-2026-12-03-1" && $0.messageType == "camt.054.001.08" })

    var batch = ReportBatch()
    batch.messageID = "MSG-1"
    batch.paymentInformationID = "MSG-1-1"
    batch.transactions = 3
    batch.total = ReportAmount(text: "120.50", currency: "EUR")
    var entry = ReportRecord(kind: .entry, ordinal: 3, parentOrdinal: 2, line: 12, messageType: "camt.054.001.08")
    entry.messageID = "BANK-2026-12-03-1"
    entry.statementID = "NTF-1"
    entry.accountIBAN = "DE02120300000000202051"
    entry.originalMessageID = "MSG-1"
    entry.originalPaymentInformationID = "MSG-1-1"
    entry.entryReference = "1"
    entry.accountServicerReference = "ENTRY-1"
    entry.status = "BOOK"
    entry.amount = ReportAmount(text: "120.50", currency: "EUR")
    entry.creditDebit = .credit
    entry.bankTransactionCode = "PMNT/IDDT/ESDD"
    entry.bookingDay = "2026-12-03"
    entry.valueDay = "2026-12-04"
    entry.batches = [batch]
    #expect(records[1] == entry)
    #expect(records[1].amountCents == 12050)

    var returned = ReportRecord(
      kind: .transaction, ordinal: 5, parentOrdinal: 4, line: 39, messageType: "camt.054.001.08")
    returned.messageID = "BANK-2026-12-03-1"
    returned.statementID = "NTF-1"
    returned.accountIBAN = "DE02120300000000202051"
    returned.originalMessageID = "MSG-1"
    returned.originalPaymentInformationID = "MSG-1-1"
    returned.originalInstructionID = "INSTR-1"
    returned.originalEndToEndID = "E2E-1"
    returned.mandateID = "MANDATE-1"
    returned.transactionID = "BANKTX-1"
    returned.accountServicerReference = "TX-1"
    returned.status = "BOOK"
    returned.amount = ReportAmount(text: "33.00", currency: "EUR")
    returned.originalAmount = ReportAmount(text: "30.00", currency: "EUR")
    returned.creditDebit = .debit
    returned.isReversal = true
    returned.hasReturnInformation = true
    returned.reasonCodes = ["AC04"]
    returned.reasonText = "ACCOUNT CLOSED"
    returned.bankTransactionCode = "PMNT/IDDT/UPDD"
    returned.bookingDay = "2026-12-03"
    returned.charges = ReportAmount(text: "3.00", currency: "EUR")
    returned.debtorAccountIBAN = "DE75512108001245126199"
    #expect(records[2] == returned)
    #expect(records[2].chargesCents == 300)

    // What the second transaction does not say, it has from its entry; the amount it must say itself.
    let second = records[3]
    #expect(second.creditDebit == .debit)
    #expect(second.bankTransactionCode == "prtry:NRTI+109")
    #expect(second.accountServicerReference == nil)
    #expect(second.reasonCode == "prtry:914")
    #expect(second.originalEndToEndID == "NOTPROVIDED")
  }

  @Test func aStatusReportTellsGroupBlocksAndTransactions() throws {
    let records = try readRecords(sample(statusReport))
    #expect(
      records.map { "\($0.kind) \($0.ordinal) in \($0.parentOrdinal ?? 0) \($0.status ?? "-")" } == [
        "documentHeader 1 in 0 -", "groupStatus 2 in 1 PART", "transactionStatus 4 in 3 RJCT",
        "transactionStatus 5 in 3 ACSP", "blockStatus 3 in 1 PART", "blockStatus 6 in 1 RJCT",
      ])
    let inBlocks = records.dropFirst()
    #expect(inBlocks.allSatisfy { $0.originalMessageID == "MSG-1" && $0.originalMessageName == "pain.008.001.08" })
    #expect(records[2].originalPaymentInformationID == "MSG-1-1")
    #expect(records[2].originalEndToEndID == "E2E-2")
    #expect(records[2].originalInstructionID == "INSTR-2")
    #expect(records[2].mandateID == "MANDATE-2")
    #expect(records[2].amountCents == 1250)
    #expect(records[2].currency == "EUR")
    #expect(records[2].reasonCodes == ["AC01"])
    #expect(records[2].reasonText == "IBAN unknown")
    #expect(records[3].amount == nil)
    #expect(records[3].reasonCodes == [])
    #expect(records[5].reasonCodes == ["prtry:LATE", "DT01"])
    #expect(records[5].originalPaymentInformationID == "MSG-1-2")
  }

  @Test(arguments: [notification, statusReport])
  func everyPrefixIsRefused(name: String) throws {
    let whole = try sample(name)
    let last = try #require(whole.lastIndex(of: UInt8(ascii: ">")))
    for length in 0...last {
      #expect(throws: ReportFault.self, "\(length) bytes") { try readRecords(Array(whole[..<length])) }
    }
  }

  @Test(arguments: [notification, statusReport])
  func recordsDoNotDependOnHowAFileIsCut(name: String) throws {
    let bytes = try sample(name)
    let whole = try readRecords(bytes)
    for piece in [1, 2, 7, 100] { #expect(try readRecords(bytes, piece: piece) == whole) }
  }

  /// One change to a good file that makes it say something else than it seems to, and the words of the refusal.
  struct Change: CustomTestStringConvertible, Sendable {
    var file, old, new, refusal: String
    var testDescription: String { refusal }

    init(_ file: String, _ old: String, _ new: String, _ refusal: String) {
      (self.file, self.old, self.new, self.refusal) = (file, old, new, refusal)
    }
  }

  @Test(arguments: [
    Change(
      notification, "camt.054.001.08", "pain.002.001.10", "3: message: found BkToCstmrDbtCdtNtfctn in pain.002.001.10"),
    Change(notification, "camt.054.001.08", "pain.008.001.08", "2: message: found pain.008.001.08, expected "),
    Change(
      notification, "<MsgId>BANK-2026-12-03-1</MsgId>", "<MsgId>A</MsgId><MsgId>B</MsgId>", "MsgId: found a second one"),
    Change(notification, "<MsgId>BANK-2026-12-03-1</MsgId>", "<MsgId>A<b/>B</MsgId>", "value: found an element in it"),
    Change(
      notification, "<EndToEndId>NOTP", "<EndToEndId>A</EndToEndId><EndToEndId>", "EndToEndId: found a second one"),
    Change(
      notification, "<CdtDbtInd>DBIT</CdtDbtInd>", "<CdtDbtInd>DEBIT</CdtDbtInd>", "CdtDbtInd: found another word"),
    Change(notification, "<RvslInd>true", "<RvslInd>yes", "RvslInd: found another word, expected true or false"),
    Change(notification, "<NtryRef>1</NtryRef>", "<Bundle><TxDtls/></Bundle>", "place of TxDtls: found it elsewhere"),
    Change(notification, "<NtryRef>1</NtryRef>", "<RtrInf/>", "place of RtrInf: found it elsewhere"),
    Change(
      notification, "</RtrInf>\n          </TxDtls>", "</RtrInf><RtrInf/>\n          </TxDtls>",
      "RtrInf: found a second one"),
    Change(
      notification, "</NtryDtls>", "</NtryDtls><NtryDtls><TxDtls/></NtryDtls><CdtDbtInd>DBIT</CdtDbtInd>",
      "CdtDbtInd: found it after"),
    Change(notification, "</GrpHdr>", "</GrpHdr><Sttlmnt/>", "message element: found another, expected an element of"),
    Change(notification, "</GrpHdr>", "</GrpHdr><GrpHdr><MsgId>B</MsgId></GrpHdr>", "group header: found a second one"),
    Change(notification, "BkToCstmrDbtCdtNtfctn", "BkToCstmrStmt", "message: found BkToCstmrStmt in camt.054.001.08"),
    Change(notification, "BkToCstmrDbtCdtNtfctn", "BkToSomebody", "message: found camt.054.001.08"),
    Change(
      notification, "<NtryRef>1", "<NtryRef>" + String(repeating: "1", count: 2000), "NtryRef: found more than 1024"),
    Change(
      notification, "<AddtlInf>ACCOUNT</AddtlInf>", String(repeating: "<AddtlInf>x</AddtlInf>", count: 1001),
      "AddtlInf: found more than 1000"),
    Change(statusReport, "<StsId>S1</StsId>", "<TxInfAndSts/>", "place of TxInfAndSts: found it elsewhere"),
    Change(statusReport, "<TxSts>RJCT</TxSts>", "<TxSts>ACSC</TxSts><TxSts>RJCT</TxSts>", "TxSts: found a second one"),
    Change(
      statusReport, "<PmtInfSts>PART</PmtInfSts>", "<TxInfAndSts/><PmtInfSts>PART</PmtInfSts>",
      "PmtInfSts: found it after"),
  ])
  func aFileThatCouldBeReadWronglyIsRefused(change: Change) throws {
    let text = String(decoding: try sample(change.file), as: UTF8.self)
    let changed = text.replacing(change.old, with: change.new)
    try #require(changed != text)
    #expect {
      try readRecords(Array(changed.utf8))
    } throws: { error in
      "\(error)".contains(change.refusal)
    }
  }

  @Test(arguments: [
    Change(notification, "camt.054.001.08", "camt.054.001.09", "version camt.054.001.09: not known"),
    Change(notification, "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08", "urn:x", "namespace: found urn:x"),
    Change(notification, " xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.08\"", "", "namespace: found no namespace"),
    Change(notification, "<MsgId>BANK-2026-12-03-1</MsgId>", "<MsgId> </MsgId>", "no message id"),
    Change(notification, "<Document ", "<DataPDU xmlns=\"urn:swift:saa:xsd:saa.2.0\"><Body><Document ", ""),
  ])
  func whatIsUnusualButClearIsReadWithAWarning(change: Change) throws {
    let text = String(decoding: try sample(change.file), as: UTF8.self)
    var changed = text.replacing(change.old, with: change.new)
    var warning = change.refusal
    if change.new.contains("DataPDU") {
      changed = changed.replacing("</Document>", with: "</Document></Body></DataPDU>")
      warning = "the message is wrapped in DataPDU"
    }
    final class Box { var records: [ReportRecord] = [] }
    let box = Box()
    let reader = ReportReader { box.records.append($0) }
    try reader.feed(Array(changed.utf8))
    try reader.finish()
    #expect(reader.warnings.count == 1)
    #expect(reader.warnings[0].hasPrefix(warning))
    #expect(box.records.count == (try readRecords(Array(text.utf8)).count))
  }

  /// Several messages in one file, however they are put together and however the bytes arrive.
  @Test(arguments: [1, 3, 64, Int.max])
  func severalMessagesInOneFile(piece: Int) throws {
    let one = String(decoding: try sample(notification), as: UTF8.self)
    let two = String(decoding: try sample(statusReport), as: UTF8.self)
    let bare = { (text: String) in text.replacing(#/<\?xml[^>]*\?>/#, with: "") }
    let both = try readRecords(Array(one.utf8)).count + readRecords(Array(two.utf8)).count
    for (name, text) in [
      ("two declarations", one + two), ("blanks between", one + "\n \r\n" + two + "\n\n"),
      ("a byte-order mark before the second", one + "\u{FEFF}" + two), ("no declarations", bare(one) + bare(two)),
      ("a comment after the first", one + "<!-- end -->" + bare(two)),
      ("one envelope", "<XMLPAYLOAD>" + bare(one) + bare(two) + "</XMLPAYLOAD>"),
    ] {
      let records = try readRecords(Array(text.utf8), piece: piece)
      #expect(records.count == both, "\(name)")
      #expect(records.map(\.ordinal).max() == both, "\(name)")
      #expect(Set(records.map(\.messageType)).count == 2, "\(name)")
      // The last of them cut short spoils all.
      #expect(throws: ReportFault.self, "\(name)") {
        try readRecords(Array(text.trimmingCharacters(in: .whitespacesAndNewlines).utf8.dropLast(5)), piece: piece)
      }
    }
  }

  @Test(arguments: ["ISO-8859-1", "ISO-8859-15", "windows-1252", "UTF-16"])
  func encodingsOfBanks(name: String) throws {
    let text = String(decoding: try sample(notification), as: UTF8.self)
      .replacing(#/encoding="[^"]*"/#, with: "encoding=\"\(name)\"").replacing("<Id>NTF", with: "<Id>éTF")
    try #require(text.contains("é"))
    let encoding: String.Encoding = name == "UTF-16" ? .utf16 : name == "windows-1252" ? .windowsCP1252 : .isoLatin1
    let bytes = [UInt8](try #require(text.data(using: encoding)))
    for piece in [1, 5, Int.max] {
      let records = try readRecords(bytes, piece: piece)
      #expect(records.contains { $0.statementID?.hasPrefix("é") == true })
    }
  }

  @Test func aStatusReportWithoutItsGroupIsRefused() throws {
    let text = String(decoding: try sample(statusReport), as: UTF8.self)
    let start = try #require(text.range(of: "<OrgnlGrpInfAndSts>"))
    let end = try #require(text.range(of: "</OrgnlGrpInfAndSts>"))
    let changed = text.replacingCharacters(in: start.lowerBound..<end.upperBound, with: "")
    #expect { try readRecords(Array(changed.utf8)) } throws: { "\($0)".contains("OrgnlGrpInfAndSts: found none") }
  }

  @Test func aDocumentTypeDeclarationIsRefused() throws {
    let text = String(decoding: try sample(notification), as: UTF8.self)
    let changed = text.replacing("<Document ", with: "<!DOCTYPE Document [<!ENTITY x 'y'>]><Document ")
    #expect { try readRecords(Array(changed.utf8)) } throws: {
      "\($0)".contains("document type declarations are refused")
    }
  }

  @Test func supplementaryDataAndForeignNamespacesArePassedOver() throws {
    let text = String(decoding: try sample(notification), as: UTF8.self)
    let foreign =
      "<SplmtryData><Envlp><x:Ntry xmlns:x='urn:x'><x:TxDtls/></x:Ntry></Envlp></SplmtryData></BkToCstmrDbtCdtNtfctn>"
    let changed = text.replacing("</BkToCstmrDbtCdtNtfctn>", with: foreign)
    #expect(try readRecords(Array(changed.utf8)) == readRecords(Array(text.utf8)))
  }

  @Test func anEntryOfSeveralBatchesIsNoneOfThem() throws {
    let text = String(decoding: try sample(notification), as: UTF8.self)
    let second = "<NtryDtls><Btch><PmtInfId>MSG-1-2</PmtInfId><NbOfTxs>many</NbOfTxs></Btch></NtryDtls>"
    for (more, batches) in [(second, ["MSG-1-1", "MSG-1-2"]), ("<NtryDtls><TxDtls/></NtryDtls>", ["MSG-1-1"])] {
      let changed = text.replacing("</NtryDtls>\n      </Ntry>\n      <Ntry>", with: "</NtryDtls>\(more)</Ntry><Ntry>")
      let entry = try #require(readRecords(Array(changed.utf8)).first { $0.kind == .entry })
      #expect(entry.originalPaymentInformationID == nil)
      #expect(entry.originalMessageID == nil)
      #expect(entry.batches.map(\.paymentInformationID) == batches)
      #expect(entry.batches.last?.transactions == (batches.count == 1 ? 3 : nil))
    }
  }

  @Test func whatTheRecipientThrowsEndsTheReading() throws {
    struct Full: Error {}
    final class Taken { var count = 0 }
    let taken = Taken()
    let reader = ReportReader { _ in
      taken.count += 1
      if taken.count == 2 { throw Full() }
    }
    let bytes = try sample(notification)
    #expect {
      try reader.feed(bytes)
    } throws: { error in
      guard case ReportFault.recipient(let cause) = error else { return false }
      return cause is Full
    }
    #expect(throws: ReportFault.self) { try reader.finish() }
    #expect(taken.count == 2)
  }

  @Test func aLargeBatchIsReadInBoundedMemory() throws {
    let text = String(decoding: try sample(notification), as: UTF8.self)
    let start = try #require(text.range(of: "          <TxDtls>\n            <Refs><E"))
    let end = try #require(text.range(of: "</TxDtls>", range: start.upperBound..<text.endIndex))
    let transactions = Array(String(repeating: String(text[start.lowerBound..<end.upperBound]), count: 1000).utf8)
    final class Seen { var count = 0 }
    let seen = Seen()
    let before = peakMemory()
    let reader = ReportReader { record in if record.kind == .transaction { seen.count += 1 } }
    try reader.feed(Array(text[..<start.lowerBound].utf8))
    for _ in 0..<50 { try reader.feed(transactions) }
    try reader.feed(Array(text[end.upperBound...].utf8))
    try reader.finish()
    #expect(seen.count == 50_001)
    #expect(peakMemory() - before < 64 << 20)
  }
}
