import Foundation
import TestSupport
import Testing

@Suite("Laws of the readers")
struct ReaderLawsTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  private static func files(_ name: String) throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(name).path)
    return names.filter { !$0.hasPrefix(".") }.sorted().map { "\(name)/\($0)" }
  }

  @Test("hold for the samples, and for every input that once broke one",
    arguments: try files("Samples") + files("Crashers"))
  func hold(_ path: String) throws {
    let file = try #require(bytes(ofFile: Self.folder.appendingPathComponent(path).path))
    for round in 0..<50 as Range<UInt64> { try checkReaderLaws(file, round: round) }
  }

  @Test("hold in pieces of any size, pulled and pushed", arguments: [1, 2, 3, 7, 250, 3999, 4000, 4001])
  func pieces(_ size: Int) throws {
    for path in try Self.files("Samples") {
      let file = try #require(bytes(ofFile: Self.folder.appendingPathComponent(path).path))
      let pieces = stride(from: 0, to: file.count, by: size).map { Array(file[$0..<min(file.count, $0 + size)]) }
      let whole = Reading(reportIn: [file])
      try whole.require(Reading(reportIn: pieces), "\(path) pulled")
      try whole.require(Reading(pushing: pieces), "\(path) pushed")
    }
  }

  @Test("catch a reader that breaks them")
  func bite() throws {
    let path = Self.folder.appendingPathComponent("Samples/camt054-batch-and-returns.xml").path
    let sample = try #require(bytes(ofFile: path))
    let whole = Reading(reportIn: [sample])
    try #require(whole.isAccepted && whole.records.count > 3)
    let namespace = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"
    let other = Reading(reportIn: [Array("<Document xmlns='\(namespace)'><BkToCstmrDbtCdtNtfctn/></Document>".utf8)])
    try #require(other.isAccepted)
    #expect(throws: BrokenLaw.self) { try whole.require(other, "another file") }
    #expect(throws: BrokenLaw.self) { try whole.require(Reading(reportIn: []), "nothing") }
    #expect(throws: BrokenLaw.self) { try whole.requireNoMore(than: other, inContainer: false) }
  }
}
