import Foundation
import ISO20022
import Testing

@Suite struct Pain008ReaderTests {
  @Test(arguments: 1...20)
  func whatIsWrittenIsReadBack(seed: UInt64) throws {
    var random = Sequence64(state: seed)
    let letters = Array("abcXYZ019 &<>'+.,éß")
    func text(_ most: Int) -> String {
      let inner = (0..<Int(random.next() % UInt64(most))).map { _ in letters[Int(random.next() % UInt64(letters.count))] }
      return "a" + String(inner) + "z"
    }
    func optional(_ most: Int) -> String? { random.next() % 2 == 0 ? nil : text(most) }
    let file = SampleFile(
      (0..<Int(1 + random.next() % 3)).map { number in
        let debits = (0..<Int(1 + random.next() % 5)).map { index in
          Debit(
            instructionID: optional(30), endToEndID: text(30) + "\(index)", amount: Int64(1 + random.next() % 9_999_999),
            mandateReference: text(30), signedOn: "2026-01-01", debtorName: text(60), debtorIBAN: "DE89370400440532013000",
            debtorBIC: optional(8), ultimateDebtor: optional(60), remittance: optional(120).map(Remittance.unstructured))
        }
        return sampleBlock("P-\(number)", debits)
      })
    let expected = file.events(.v08)
    let bytes = try file.bytes()
    for piece in [1, 7, 4096] { #expect(try readEvents(bytes, piece: piece) == expected, "seed \(seed), pieces of \(piece)") }
  }

  @Test func everyPrefixOfAFileIsRefused() throws {
    let bytes = try SampleFile([sampleBlock("P-1", [sampleDebit(1)]), sampleBlock("P-2", [sampleDebit(2)])]).bytes()
    for length in 0..<bytes.count { #expect(throws: Pain008ReadFault.self) { try readEvents(Array(bytes[..<length])) } }
    #expect(throws: Pain008ReadFault.self) { try readEvents(bytes + bytes) }
  }

  @Test(arguments: [
    ("<MsgId>MSG-1</MsgId>", "", "GrpHdr"), ("<NbOfTxs>2</NbOfTxs>", "<NbOfTxs>many</NbOfTxs>", "NbOfTxs"),
    ("<CtrlSum>25.00</CtrlSum>", "<CtrlSum>25.001</CtrlSum>", "CtrlSum"),
    ("<EndToEndId>E2E-1</EndToEndId>", "", "DrctDbtTxInf"),
    ("<EndToEndId>E2E-1</EndToEndId>", "<EndToEndId>A</EndToEndId><EndToEndId>B</EndToEndId>", "EndToEndId"),
    ("<InstdAmt Ccy=\"EUR\">12.50</InstdAmt>", "<InstdAmt Ccy=\"EUR\">-12.50</InstdAmt>", "InstdAmt"),
    ("<PmtInfId>P-1</PmtInfId>", "", "PmtInfId"), ("CstmrDrctDbtInitn>", "CstmrCdtTrfInitn>", "message element"),
    ("pain.008.001.08", "pain.001.001.09", "message"), ("<PmtInf>", "<GrpHdr/><PmtInf>", "GrpHdr"),
  ])
  func whatCouldMisleadIsRefused(found: String, replacement: String, rule: String) throws {
    let text = String(
      decoding: try SampleFile([sampleBlock("P-1", [sampleDebit(1), sampleDebit(2)])]).bytes(), as: UTF8.self)
    try #require(text.contains(found))
    let fault = #expect(throws: Pain008ReadFault.self) {
      try readEvents(Array(text.replacingOccurrences(of: found, with: replacement).utf8))
    }
    #expect(fault?.description.contains(": \(rule): ") == true, "\(fault?.description ?? "")")
  }

  @Test func realFilesOfEveryVersionAreReadToTheCent() throws {
    guard let folder = sharedFolder()?.appendingPathComponent("corpus/pain008") else { return }
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    #expect(files.count > 20)
    // One is LSV+, a Swiss scheme of its own, in a namespace that is not ISO's.
    for file in files where file.lastPathComponent != "dvbern-iso20022__pain008Reference.xml" {
      let events: [Pain008Event]
      do { events = try readEvents([UInt8](Data(contentsOf: file))) } catch {
        Issue.record("\(file.lastPathComponent): \(error)")
        continue
      }
      guard case .header(let header) = events[0] else { continue }
      let debits = events.compactMap { if case .debit(let debit) = $0 { debit } else { nil } }
      let sums = try count(file, "sum(//*[local-name()='InstdAmt'])")
      #expect(Double(debits.reduce(0) { $0 + $1.amount }) / 100 == sums, "\(file.lastPathComponent)")
      #expect(Double(debits.count) == (try count(file, "count(//*[local-name()='DrctDbtTxInf'])")))
      #expect(!header.messageID.isEmpty)
    }
  }

  /// xmllint's value of an XPath expression, rounded to cents.
  private func count(_ file: URL, _ expression: String) throws -> Double {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["xmllint", "--nonet", "--xpath", expression, file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return ((Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1) * 100).rounded() / 100
  }
}

/// xorshift: the same numbers for the same seed everywhere.
private struct Sequence64 {
  var state: UInt64
  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state >> 11
  }
}
