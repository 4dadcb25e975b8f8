import Foundation
import ISO20022
import TestSupport
import Testing

@Suite struct SchemaValidatorTests {
  @Test func theVerdictIsXmllintsForEveryRealFile() throws {
    guard let shared = sharedFolder() else { return }
    var verdicts: [Bool: Int] = [:]
    for kind in ["pain008", "pain002"] {
      let folder = shared.appendingPathComponent("corpus/\(kind)")
      for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
        let bytes = [UInt8](try Data(contentsOf: file))
        guard let type = messageType(bytes) else { continue }
        let schema = shared.appendingPathComponent("xsd/iso20022/\(type).xsd").path
        guard FileManager.default.fileExists(atPath: schema) else { continue }
        let ours = (try? validate(bytes, schema: schema, piece: 1000)) != nil
        #expect(ours == (try xmllintAccepts(file.path, schema: schema)), "\(file.lastPathComponent)")
        verdicts[ours, default: 0] += 1
      }
    }
    #expect(verdicts[true] ?? 0 > 20 && verdicts[false] ?? 0 > 1, "\(verdicts)")
  }

  // What is changed in a valid file, and the element and rule that the fault must name.
  @Test(arguments: [
    ("<EndToEndId>E2E-1<", "<EndToEndId>SECRETSECRETSECRETSECRETSECRETSECRET1<", "EndToEndId", "maximum length", "35"),
    ("<IBAN>DE89370400440532013000<", "<IBAN>SECRET89370400<", "IBAN", "pattern", "[A-Z]{2,2}[0-9]{2,2}[a-zA-Z0-9]{1,30}"),
    ("<SeqTp>RCUR<", "<SeqTp>SECRET<", "SeqTp", "set of values", "FRST"),
    ("<DtOfSgntr>2026-01-31<", "<DtOfSgntr>SECRET<", "DtOfSgntr", "type", "ISODate"),
    (">12.50<", ">12.505001<", "InstdAmt", "decimals", "5"),
    ("<Nm>Dupont + fils<", "<Nm><", "Nm", "minimum length", "1"),
    (" Ccy=\"EUR\"", "", "InstdAmt", "missing attribute", "what"),
    ("<ChrgBr>SLEV</ChrgBr>", "<SECRET>1</SECRET>", "SECRET", "order of elements", "UltmtCdtr"),
    ("<ReqdColltnDt>2026-12-03</ReqdColltnDt>", "", "Cdtr", "order of elements", "ReqdColltnDt"),
    ("<MndtId>RUM-1<", "<MndtId>is not an element of the set {SECRET'} 567890123456789<", "MndtId", "maximum length", "35"),
    ("Document", "Documents", "Documents", "root element", "what the schema says"),
  ])
  func theFirstViolationIsNamedWithoutItsValue(
    found: String, replacement: String, element: String, rule: String, expected: String
  ) throws {
    guard let schema = schemaPath("pain.008.001.08") else { return }
    let text = String(decoding: try SampleFile([sampleBlock("P-1", [sampleDebit(1)])]).bytes(), as: UTF8.self)
    try #require(text.contains(found))
    let changed = Array(text.replacingOccurrences(of: found, with: replacement).utf8)
    for piece in [1, 50, .max] {
      let fault = #expect(throws: SchemaFault.self) { try validate(changed, schema: schema, piece: piece) }
      guard case .invalid(1, let byte, element, rule, let words) = fault else {
        Issue.record("\(fault?.description ?? "none")")
        continue
      }
      #expect(words.contains(expected), "\(words)")
      #expect((1...changed.count).contains(byte))
      #expect(element == "SECRET" || fault?.description.contains("SECRET") == false)
      #expect(fault?.description.contains("urn:") == false)
    }
  }

  @Test func truncatedHostileOrForeignBytesAreRefused() throws {
    guard let schema = schemaPath("pain.008.001.08") else { return }
    let bytes = try SampleFile([sampleBlock("P-1", [sampleDebit(1)])]).bytes()
    try validate(bytes, schema: schema, piece: 1)
    for length in stride(from: 0, to: bytes.count, by: 3) {
      #expect(throws: SchemaFault.self) { try validate(Array(bytes[..<length]), schema: schema) }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let declared = text.replacingOccurrences(of: "?>", with: "?><!DOCTYPE Document [<!ENTITY a \"b\">]>")
    for hostile in [declared, text + text, "not XML", "<a/>", "\u{0}"] {
      #expect(throws: SchemaFault.self) { try validate(Array(hostile.utf8), schema: schema) }
    }
    #expect(throws: SchemaFault.schema(path: "/absent.xsd")) { try validate(bytes, schema: "/absent.xsd") }
    #expect(throws: SchemaFault.self) { try validate(bytes, schema: #filePath) }
  }

  private func messageType(_ bytes: [UInt8]) -> String? {
    let head = String(decoding: bytes.prefix(2000), as: UTF8.self)
    guard let range = head.range(of: "urn:iso:std:iso:20022:tech:xsd:") else { return nil }
    return String(head[range.upperBound...].prefix { $0 != "\"" })
  }
}
