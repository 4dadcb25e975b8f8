import Foundation
import TestSupport
import Testing

@testable import ISO20022

private struct Case: Sendable, CustomTestStringConvertible {
  var version: Pain008Version
  var scheme: String

  static let all = Pain008Version.all.flatMap { version in ["CORE", "B2B"].map { Case(version: version, scheme: $0) } }

  var testDescription: String { "\(version.messageType).\(scheme)" }
  var file: SampleFile { .ofAllShapes(version, scheme: scheme) }
}

/// What is written in each version, byte by byte, and what others say of it.
@Suite("Each version's file")
struct Pain008GoldenTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Goldens/Pain008")

  /// The golden has an element on a line, so that people can read a change; the file itself has no line breaks.
  @Test("is the one that was looked at", arguments: Case.all)
  fileprivate func golden(_ given: Case) throws {
    let text = String(decoding: try given.file.bytes(given.version), as: UTF8.self)
    #expect(!text.contains { $0.isNewline })
    let lines = text.replacingOccurrences(of: "><", with: ">\n<") + "\n"
    let golden = Self.folder.appendingPathComponent("\(given.testDescription).xml")
    if ProcessInfo.processInfo.environment["SEPAD_REWRITE_GOLDENS"] == "1" {
      try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
      try lines.write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(lines == (try String(contentsOf: golden, encoding: .utf8)), "HINT: SEPAD_REWRITE_GOLDENS=1 writes it anew")
  }

  @Test("is an instance of its official schema, by our validator and by xmllint", arguments: Case.all)
  fileprivate func valid(_ given: Case) throws {
    guard let schema = schemaPath(given.version.messageType) else { return }
    let bytes = try given.file.bytes(given.version)
    try validate(bytes, schema: schema, piece: 1000)
    let directory = try TemporaryDirectory()
    let path = directory.appending("file.xml")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    #expect(try xmllintAccepts(path, schema: schema))
  }

  /// Banks' own schemas allow less than ISO 20022's: each says what of our shapes it knows nothing of.
  @Test("is an instance of what the banks of Germany and Austria make of its schema", arguments: [
    ("pain.008.001.02_GBIC", Pain008Version.v02, ""), ("pain.008.001.02_GBIC_3", .v02, ""),
    ("austrian/ISO.pain.008.001.02.austrian.004.Korrigendum", .v02, "Issr of the initiating party"),
    ("pain.008.001.08_GBIC_4", .v08, "AdrLine beside TwnNm"), ("pain.008.001.08_GBIC_5", .v08, ""),
  ])
  func validForBanks(schema: String, version: Pain008Version, unknown: String) throws {
    guard let path = schemaPath(schema) else { return }
    for scheme in ["CORE", "B2B"] {
      let whole = SampleFile.ofAllShapes(version, scheme: scheme)
      guard !unknown.isEmpty else {
        try validate(try whole.bytes(version), schema: path)
        continue
      }
      var known = whole
      known.header.initiatingPartyIssuer = nil
      for block in known.blocks.indices {
        for debit in known.blocks[block].debits.indices { known.blocks[block].debits[debit].debtorAddress?.lines = [] }
      }
      try validate(try known.bytes(version), schema: path)
      let fault = #expect(throws: SchemaFault.self) { try validate(try whole.bytes(version), schema: path) }
      let element = unknown.prefix { $0 != " " }
      #expect(fault?.description.contains(element) == true, "\(fault?.description ?? "none")")
    }
  }

  @Test("is within all rules of the judge, who only asks whether the bank takes the newer versions", arguments: Case.all)
  fileprivate func withinRules(_ given: Case) throws {
    let (findings, verdict) = judged(try given.file.bytes(given.version))
    let isSEPA = given.version == .v02 || given.version == .v08
    #expect(findings.map(\.rule) == (isSEPA ? [] : ["message-version"]), "\(findings.map(\.text))")
    #expect(verdict.messageType == given.version.messageType && verdict.errors == 0)
    #expect(verdict.transactions == AmendmentShape.all.count + 2 && verdict.blocks == 2)
  }

  @Test("is read back as it was written", arguments: Case.all)
  fileprivate func readBack(_ given: Case) throws {
    let file = given.file
    #expect(try readEvents(try file.bytes(given.version), piece: 100) == file.events(given.version))
  }

  @Test("has 23 amendments, and one debit without")
  func shapes() {
    #expect(AmendmentShape.all.count == 24 && Set(AmendmentShape.all.map(\.name)).count == 24)
    #expect(Set(AmendmentShape.all.map(\.amendment)).count == 24)
    #expect(AmendmentShape.all.filter { $0.amendment == nil }.map(\.name) == ["none"])
  }

  @Test("has an address only where its version carries it, and no debit behind one that it does not")
  func addresses() throws {
    let address = PartyAddress(town: "Paris", country: "FR")
    for version in Pain008Version.all {
      var ofDebtor = SampleFile([sampleBlock("P-1", [sampleDebit(1)])])
      var ofCreditor = ofDebtor
      ofDebtor.blocks[0].debits[0].debtorAddress = address
      ofCreditor.blocks[0].block.creditorAddress = address
      for file in [ofDebtor, ofCreditor] {
        guard version == .v02 else {
          #expect(String(decoding: try file.bytes(version), as: UTF8.self).contains("<TwnNm>Paris</TwnNm>"))
          continue
        }
        let fault = #expect(throws: Pain008Fault.self) { try file.bytes(version) }
        #expect(fault == .address(place: "P-1", version: .v02))
        #expect(fault?.description.contains("P-1: address: found one, expected none in pain.008.001.02") == true)
      }
    }
  }

  @Test("is asked for by the name of its version")
  func names() {
    #expect(Pain008Version.all.map(\.messageType) == ["02", "08", "09", "10", "11"].map { "pain.008.001.\($0)" })
    for version in Pain008Version.all { #expect(Pain008Version(messageType: version.messageType) == version) }
    for text in ["", "pain.008.001.2", "pain.008.001.03", "pain.008.001.12", "pain.008.003.02", "PAIN.008.001.08"] {
      #expect(Pain008Version(messageType: text) == nil)
    }
  }

  @Test("has no amendment that says nothing")
  func noEmptyAmendment() {
    #expect(MandateAmendment() == nil)
  }
}
