import Foundation
import ISO20022
import Testing

@Suite struct FileInspectionTests {
  private static let samples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Samples")

  @Test func countsOfANotificationAsJSON() throws {
    var found = try inspectFile(at: Self.samples.appendingPathComponent("camt054-batch-and-returns.xml").path)
    found.file = "a \"b\".xml"
    #expect(
      found.json == """
        {"file":"a \\"b\\".xml","messageType":"camt.054.001.08","messageIds":["BANK-2026-12-03-1"],"documents":1,\
        "groups":1,"entries":2,"transactions":2,"returns":2,"returnsDebit":2,"batchRejections":0,"groupRejections":0,\
        "credits":{"EUR":"120.50"},"debits":{"EUR":"53.00"},"reasonCodes":["AC04","prtry:914"],"endToEndIds":2,\
        "transactionsWithoutEndToEndId":0,"warnings":[]}
        """)
    #expect(
      found.summary == """
        a "b".xml: camt.054.001.08
          message       BANK-2026-12-03-1
          groups        1
          entries       2
          credits       EUR 120.50
          debits        EUR 53.00
          transactions  2, 0 without end-to-end id
          returns       2, 2 of them debits
          reasons       AC04, prtry:914
        """)
  }

  @Test func countsOfAStatusReport() throws {
    let found = try inspectFile(at: Self.samples.appendingPathComponent("pain002-partly-rejected.xml").path)
    #expect(found.groups == 2)
    #expect(found.transactions == 2)
    #expect(found.returns == 1)
    #expect(found.batchRejections == 1)
    #expect(found.groupRejections == 0)
    #expect(found.reasonCodes == ["AC01", "DT01", "prtry:LATE"])
    #expect(found.credits.isEmpty && found.debits.isEmpty)
    #expect(found.summary.contains("rejections    0 of files, 1 of blocks, 1 of transactions"))
  }

  @Test func jsonIsValidForAnyText() throws {
    var inspection = FileInspection(file: "\u{0}\n\u{7F}\\\"é\u{2028}😀")
    inspection.warnings = ["\t"]
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(inspection.json.utf8)) as? [String: Any])
    #expect(object["file"] as? String == inspection.file)
    #expect(object["warnings"] as? [String] == ["\t"])
  }

  @Test func aFileThatIsNotThereIsAFault() {
    #expect { try inspectFile(at: "/nonexistent/file.xml") } throws: { "\($0)".contains("errno 2") }
    #expect { try inspectFile(at: "/") } throws: { "\($0)".contains("errno 21") }
  }
}

@Suite struct ExactDecimalTests {
  @Test(
    arguments: [
      ("0", "0", 0), ("47.4", "47.4", 4740), ("47.40", "47.40", 4740), ("007.10", "7.10", 710), (".5", "0.5", 50),
      ("5.", "5", 500), ("+5", "5", 500), ("1.500", "1.500", 150), ("1.505", "1.505", nil), ("-1.00", "-1.00", nil),
      ("92233720368547758.07", "92233720368547758.07", Int64.max),
      ("92233720368547758.08", "92233720368547758.08", nil),
      ("-0", "0", 0), ("0.001", "0.001", nil),
    ] as [(String, String, Int64?)])
  func amountsAreReadExactly(text: String, description: String, cents: Int64?) throws {
    let amount = try #require(ExactDecimal(text))
    #expect(amount.description == description)
    #expect(amount.cents == cents)
  }

  @Test(arguments: [
    "", ".", "+", "-", "1,00", "1.0.0", "1e5", "0x1", " 1", "１", "--1", "NaN", String(repeating: "9", count: 31),
    "0." + String(repeating: "0", count: 19),
  ])
  func whatIsNotANumberIsNone(text: String) {
    #expect(ExactDecimal(text) == nil)
  }

  @Test func sumsKeepTheLargerScaleAndNeverOverflow() throws {
    let small = try #require(ExactDecimal("0.005"))
    let large = try #require(ExactDecimal("30000"))
    #expect(large.adding(small)?.description == "30000.005")
    #expect(small.adding(large)?.description == "30000.005")
    var sum = try #require(ExactDecimal(String(repeating: "9", count: 30)))
    var steps = 0
    while let next = sum.adding(sum), steps < 100 { (sum, steps) = (next, steps + 1) }
    #expect(steps < 100)
    #expect(sum.adding(small) == nil)
  }
}
