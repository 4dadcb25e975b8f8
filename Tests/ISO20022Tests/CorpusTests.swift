import Foundation
import ISO20022
import Testing

/// Reads one file of real banks' reports as `sepad inspect` and as the applying stage would.
struct ReadReport {
  var inspection: FileInspection
  var records: [ReportRecord]

  init(_ file: URL) throws {
    inspection = try inspectFile(at: file.path)
    records = try readRecords([UInt8](Data(contentsOf: file)))
  }
}

/// All records of a report, fed in pieces of `piece` bytes.
func readRecords(
  _ bytes: [UInt8], piece: Int = .max
) throws(ReportFault) -> [ReportRecord] {
  final class Box { var records: [ReportRecord] = [] }
  let box = Box()
  let reader = ReportReader { box.records.append($0) }
  var rest = bytes[...]
  while !rest.isEmpty {
    let slice = Array(rest.prefix(piece))
    rest = rest.dropFirst(slice.count)
    try reader.feed(slice)
  }
  try reader.finish()
  return box.records
}

/// The folder of shared facts and bank files; nil, and said loudly, where there is none.
func sharedFolder() -> URL? {
  let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let named = ProcessInfo.processInfo.environment["SEPAD_SHARED"].map { URL(fileURLWithPath: $0) }
  let folder = named ?? package.deletingLastPathComponent().appendingPathComponent("shared")
  guard FileManager.default.fileExists(atPath: folder.appendingPathComponent("corpus/EXPECTED.tsv").path) else {
    print("SKIPPED: no corpus of bank files at SEPAD_SHARED or ../shared")
    return nil
  }
  return folder
}

/// One file of the corpus and what an independent script found in it.
struct CorpusRow {
  var columns: [String: String]
  subscript(_ column: String) -> String { columns[column] ?? "?" }
  var file: String { self["file"] }
  var messageType: String { self["message_type"] }

  static func all(in folder: URL) throws -> [CorpusRow] {
    let text = try String(contentsOf: folder.appendingPathComponent("corpus/EXPECTED.tsv"), encoding: .utf8)
    let lines = text.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    let header = lines[0].map(String.init)
    return lines.dropFirst().map {
      CorpusRow(columns: Dictionary(uniqueKeysWithValues: zip(header, $0.map(String.init))))
    }
  }

  /// Only the columns that say what a file holds.
  static let compared = [
    "n_statements_or_orgnlpmtinf", "n_entries", "n_txdtls_or_txinf", "n_r_tx", "n_r_tx_debit", "n_batch_rjct",
    "n_group_rjct", "sum_credit_entries", "sum_debit_entries", "n_entries_without_amt_or_sign", "entry_status",
    "n_entries_rvslind_true", "r_amount", "reason_codes", "n_distinct_e2e", "n_distinct_e2e_excl_notprovided",
    "n_tx_without_e2e",
  ]

  /// The same columns from what was read; `-` where they do not apply to the message.
  static func columns(of report: ReadReport) -> [String: String] {
    let found = report.inspection
    let isStatus = found.messageType.hasPrefix("pain.002")
    let entries = report.records.filter { $0.kind == .entry }
    let transactions = report.records.filter { $0.kind == .transaction || $0.kind == .transactionStatus }
    let returned = transactions.filter {
      $0.hasReturnInformation || $0.kind == .transactionStatus && $0.status == "RJCT"
    }
    let endToEndIDs = Set(transactions.compactMap(\.originalEndToEndID))
    let states = Dictionary(grouping: entries, by: { $0.status ?? "(none)" }).mapValues(\.count)
    func sums(_ sums: [String: ExactDecimal]) -> String {
      sums.isEmpty ? "0" : sums.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ";")
    }
    return [
      "n_statements_or_orgnlpmtinf": "\(found.groups)",
      "n_entries": isStatus ? "-" : "\(found.entries)",
      "n_txdtls_or_txinf": "\(found.transactions)",
      "n_r_tx": "\(found.returns)",
      "n_r_tx_debit": isStatus ? "-" : "\(found.returnsDebit)",
      "n_batch_rjct": isStatus ? "\(found.batchRejections)" : "-",
      "n_group_rjct": isStatus ? "\(found.groupRejections)" : "-",
      "sum_credit_entries": isStatus ? "-" : sums(found.credits),
      "sum_debit_entries": isStatus ? "-" : sums(found.debits),
      "n_entries_without_amt_or_sign": isStatus
        ? "-" : "\(entries.count { $0.creditDebit == nil || $0.amount.flatMap { ExactDecimal($0.text) } == nil })",
      "entry_status": states.isEmpty
        ? "-" : states.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: ","),
      "n_entries_rvslind_true": isStatus ? "-" : "\(entries.count { $0.isReversal })",
      "r_amount": returnedAmount(returned),
      "reason_codes": found.reasonCodes.isEmpty ? "-" : found.reasonCodes.joined(separator: ","),
      "n_distinct_e2e": "\(found.endToEndIDs)",
      "n_distinct_e2e_excl_notprovided": "\(endToEndIDs.subtracting(["NOTPROVIDED"]).count)",
      "n_tx_without_e2e": "\(found.transactionsWithoutEndToEndID)",
    ]
  }

  private static func returnedAmount(_ returned: [ReportRecord]) -> String {
    var sums: [String: ExactDecimal] = [:]
    var unknown = 0
    for record in returned {
      guard let amount = record.amount, let value = ExactDecimal(amount.text), let currency = amount.currency else {
        unknown += 1
        continue
      }
      sums[currency] = sums[currency].map { $0.adding(value) ?? .zero } ?? value
    }
    let parts =
      sums.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" } + (unknown > 0 ? ["unknown \(unknown)"] : [])
    return parts.isEmpty ? "0" : parts.joined(separator: ";")
  }
}

@Suite struct CorpusTests {
  @Test func reportsOfRealBanksReadAsAnIndependentScriptReadsThem() throws {
    guard let shared = sharedFolder() else { return }
    var agreed = 0
    for row in try CorpusRow.all(in: shared) where row.file.hasPrefix("camt") || row.file.hasPrefix("pain002") {
      let file = shared.appendingPathComponent("corpus/" + row.file)
      guard row["well_formed"] != "no" else {
        #expect(throws: ReportFault.self, "\(row.file)") { try inspectFile(at: file.path) }
        agreed += 1
        continue
      }
      do {
        let report = try ReadReport(file)
        let found = CorpusRow.columns(of: report)
        // An amount without text is none to us, and nought to the script.
        let compared = CorpusRow.compared.filter { $0 != "r_amount" || row["xsd"] == "valid" || row[$0] != "0" }
        for column in compared {
          #expect(found[column] == row[column], "\(row.file): \(column)")
        }
        let documents = row["well_formed"].split(separator: " ").last.flatMap { Int($0.filter(\.isNumber)) } ?? 1
        #expect(report.inspection.documents == documents, "\(row.file)")
        if !row.messageType.hasSuffix("?") { #expect(report.inspection.messageType == row.messageType, "\(row.file)") }
        agreed += 1
      } catch {
        Issue.record("\(row.file): \(error)")
      }
    }
    print("corpus: \(agreed) files read as EXPECTED.tsv says")
  }

  @Test func recordsDoNotDependOnHowAFileIsCut() throws {
    guard let shared = sharedFolder() else { return }
    for row in try CorpusRow.all(in: shared) where row["well_formed"] != "no" {
      let bytes = [UInt8](try Data(contentsOf: shared.appendingPathComponent("corpus/" + row.file)))
      guard let whole = try? readRecords(bytes) else { continue }
      for piece in [1, 7, 1000] where piece > 1 || bytes.count < 50_000 {
        #expect(try readRecords(bytes, piece: piece) == whole, "\(row.file) in pieces of \(piece)")
      }
    }
  }

  @Test("no prefix of a real file passes for all of it, unless only blanks and comments are missing")
  func prefixes() throws {
    guard let shared = sharedFolder() else { return }
    let rows = try CorpusRow.all(in: shared).filter { $0["well_formed"] == "yes" }
    for folder in ["pain002/", "camt053/", "camt054/"] {
      // The largest that is small enough to be read once for each of its bytes.
      let files = try rows.filter { $0.file.hasPrefix(folder) }.map { row in
        (row.file, [UInt8](try Data(contentsOf: shared.appendingPathComponent("corpus/" + row.file))))
      }
      let (name, whole) = try #require(files.filter { $0.1.count <= 5000 }.max { $0.1.count < $1.1.count })
      let records = try readRecords(whole)
      try #require(!records.isEmpty, "\(name)")
      for length in 0..<whole.count {
        guard let found = try? readRecords(Array(whole[..<length])) else { continue }
        let missing = String(decoding: whole[length...], as: UTF8.self)
        let rest = missing.replacing(/<!--.*?-->/.dotMatchesNewlines(), with: "")
        #expect(found == records && rest.allSatisfy(\.isWhitespace), "\(name): \(length) of \(whole.count) bytes")
      }
      print("\(name): \(whole.count) prefixes, \(records.count) records")
    }
  }
}
