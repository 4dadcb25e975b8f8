import Foundation
import ISO20022
import TestSupport
import Testing

/// Files that undo collections, as values: what of which block.
enum UndoSample {
  static let original = OriginalFile(
    messageID: "MSG-1", messageType: "pain.008.001.08", createdAt: "2026-12-01T07:00:00Z")

  /// A block of three debits of 12.50, 0.01 and 999 999 999.99, of which `undone` are undone.
  static func block(_ id: String, _ undone: [OriginalDebit], rich: Bool = false) -> OriginalBlock {
    OriginalBlock(
      paymentInformationID: id, originalTransactions: 3, originalControlSum: 100_000_001_250,
      transactions: undone.count, controlSum: undone.reduce(0) { $0 + $1.amount }, scheme: "B2B",
      sequenceType: rich ? "FRST" : "RCUR", collectionDate: "2026-12-03", creditorName: "Acme",
      creditorIBAN: "FR7630006000011234567890189", creditorBIC: rich ? "AGRIFRPP" : nil,
      ultimateCreditor: rich ? "Acme Energie" : nil, creditorIdentifier: "FR72ZZZ123456")
  }

  static let plain = OriginalDebit(
    endToEndID: "E2E-1", amount: 1250, mandateReference: "RUM-1", signedOn: "2026-01-31", debtorName: "Dupont + fils",
    debtorIBAN: "DE89370400440532013000")

  static let rich = OriginalDebit(
    instructionID: "I-2", endToEndID: "E2E-2", amount: 99_999_999_999, mandateReference: "RUM-2", signedOn: "2026-02-28",
    debtorName: "<Jansen> & Co", debtorIBAN: "NL91ABNA0417164300", debtorBIC: "ABNANL2A", ultimateDebtor: "Holding",
    remittance: "Facture 42")

  static let referred = OriginalDebit(
    endToEndID: "E2E-3", amount: 1, mandateReference: "RUM-3", signedOn: "2026-02-28", debtorName: "Garcia",
    debtorIBAN: "ES9121000418450200051332", creditorReference: "RF18539007547034")
}

/// What a sink was given.
final class Collected {
  var bytes: [UInt8] = []
  var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Holds a text against its golden; `SEPAD_REWRITE_GOLDENS=1` writes it anew, and the diff is reviewed.
func undoGolden(_ name: String, _ text: String, source: String = #filePath) throws {
  let file = URL(fileURLWithPath: source).deletingLastPathComponent().appendingPathComponent("Goldens/\(name).txt")
  if ProcessInfo.processInfo.environment["SEPAD_REWRITE_GOLDENS"] == "1" {
    try text.write(to: file, atomically: true, encoding: .utf8)
  }
  #expect(try String(contentsOf: file, encoding: .utf8) == text, "\(name)\nHINT: SEPAD_REWRITE_GOLDENS=1 writes it anew")
}

/// Elements on lines of their own, for people.
func onLines(_ xml: String) -> String { xml.replacingOccurrences(of: "><", with: ">\n<") + "\n" }

/// Requires that the official schema, and xmllint with it, takes a file of one line.
///
/// - Parameter neighbour: a version whose schema must be had instead, where the own one cannot: what differs between them
///   is not in what we write.
func requireValid(_ xml: String, _ messageType: String, neighbour: String? = nil) throws {
  #expect(!xml.contains { $0.isNewline })
  guard let schema = schemaPath(neighbour ?? messageType) else { return }
  let judged = neighbour.map { xml.replacingOccurrences(of: "tech:xsd:\(messageType)", with: "tech:xsd:\($0)") } ?? xml
  try validate(Array(judged.utf8), schema: schema)
  let directory = try TemporaryDirectory()
  let file = directory.appending("file.xml")
  try judged.write(toFile: file, atomically: true, encoding: .utf8)
  #expect(try xmllintAccepts(file, schema: schema))
}
