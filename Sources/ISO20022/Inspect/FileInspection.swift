// What `sepad inspect` says about a bank's file: counts and exact sums, taken from the same records that are applied.
//
// Holds no people's data: ids are counted, not kept.

/// The counts of one pain.002 or camt file.
package struct FileInspection: Equatable, Sendable {
  /// The path as it was given.
  package var file: String
  package var messageType = ""
  package var messageIDs: [String] = []
  package var documents = 0
  /// Statements, reports, notifications, or original payment information groups.
  package var groups = 0
  package var entries = 0
  /// `TxDtls`, or `TxInfAndSts`.
  package var transactions = 0
  /// Transactions with return information, or with status `RJCT`.
  package var returns = 0
  /// Those of `returns` that take money from the account: a returned debit, not a returned credit transfer.
  package var returnsDebit = 0
  package var batchRejections = 0
  package var groupRejections = 0
  /// Sums of entries by currency, whatever their status, reversals under the direction they have.
  package var credits: [String: ExactDecimal] = [:]
  package var debits: [String: ExactDecimal] = [:]
  /// Sorted, each once; proprietary ones as `prtry:X`.
  package var reasonCodes: [String] = []
  /// How many different EndToEndIds there are, `NOTPROVIDED` being one.
  package var endToEndIDs = 0
  package var transactionsWithoutEndToEndID = 0
  package var warnings: [String] = []

  package init(file: String) { self.file = file }
}

/// Counts the records of one file.
package struct FileCount {
  private var inspection: FileInspection
  /// 64-bit hashes, not the ids: 16 bytes or so for each. Two of a million ids share one with a chance of 1 in 30
  /// million, and would then be counted as one.
  private var endToEndIDs: Set<UInt64> = []
  private var reasonCodes: Set<String> = []
  private var entriesWithoutAmount = 0
  private var customerProtocols = 0
  /// Codes are few; a file that invents one for each payment must not fill the memory.
  private static let mostReasonCodes = 10_000

  package init(file: String) { inspection = FileInspection(file: file) }

  package mutating func add(_ record: ReportRecord) throws {
    if inspection.messageType.isEmpty { inspection.messageType = record.messageType }
    try addReasons(record)
    switch record.kind {
    case .documentHeader:
      if let id = record.messageID { inspection.messageIDs.append(id) }
    case .groupStatus:
      if record.status == Self.rejected { inspection.groupRejections += 1 }
      if record.originalMessageName == "EBICS" { customerProtocols += 1 }
    case .blockStatus:
      inspection.groups += 1
      if record.status == Self.rejected { inspection.batchRejections += 1 }
    case .statement, .cancellationBlock: inspection.groups += 1
    case .cancellationGroup, .resolution, .balance: break
    case .entry:
      inspection.entries += 1
      try addAmount(of: record)
    case .transactionStatus: addTransaction(record, isReturn: record.status == Self.rejected)
    case .cancellationStatus: addTransaction(record, isReturn: false)
    case .transaction: addTransaction(record, isReturn: record.hasReturnInformation)
    }
  }

  package func finished() -> FileInspection {
    var result = inspection
    result.reasonCodes = reasonCodes.sorted()
    result.endToEndIDs = endToEndIDs.count
    if entriesWithoutAmount > 0 {
      result.warnings.append("\(entriesWithoutAmount) entries without a usable amount or direction, in no sum")
    }
    if customerProtocols > 0 {
      result.warnings.append("an EBICS customer protocol (HAC): its reasons are about orders, not payments")
    }
    return result
  }

  private static let rejected = "RJCT"

  private mutating func addTransaction(_ record: ReportRecord, isReturn: Bool) {
    inspection.transactions += 1
    if let id = record.withBytes(of: .originalEndToEndID, Self.hash) {
      endToEndIDs.insert(id)
    } else {
      inspection.transactionsWithoutEndToEndID += 1
    }
    guard isReturn else { return }
    inspection.returns += 1
    if record.creditDebit == .debit { inspection.returnsDebit += 1 }
  }

  private mutating func addAmount(of entry: ReportRecord) throws {
    guard let amount = entry.amount, let value = ExactDecimal(amount.text), let direction = entry.creditDebit else {
      entriesWithoutAmount += 1
      return
    }
    let currency = amount.currency ?? "-"
    let sums: WritableKeyPath<FileInspection, [String: ExactDecimal]> = direction == .credit ? \.credits : \.debits
    let before = inspection[keyPath: sums][currency]
    // A sum starts as its first summand, so that it has no more decimals than that.
    guard let sum = before.map({ $0.adding(value) }) ?? value, inspection[keyPath: sums].count < 1000 || before != nil
    else {
      throw XMLFault(
        line: entry.line, rule: "sum of entries", found: "more than can be added up",
        expected: "38 digits, 1000 currencies")
    }
    inspection[keyPath: sums][currency] = sum
  }

  private mutating func addReasons(_ record: ReportRecord) throws {
    for code in record.reasonCodes { reasonCodes.insert(code) }
    guard reasonCodes.count <= Self.mostReasonCodes else {
      throw XMLFault(
        line: record.line, rule: "reason codes", found: "more than \(Self.mostReasonCodes)",
        expected: "at most \(Self.mostReasonCodes) different ones")
    }
  }

  /// FNV-1a: the same in every process, unlike Swift's own.
  private static func hash(_ text: UnsafeRawBufferPointer) -> UInt64 {
    text.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }
}

/// Reads a pain.002 or camt file and counts what it says.
///
/// Blocks while it reads, in pieces of 64 KiB. A file that is refused has no counts at all.
package func inspectFile(at path: String) throws(ReportFault) -> FileInspection {
  let counter = Counter(file: path)
  let reader = BankFileReader { try counter.count.add($0) }
  let pieces = try FilePieces(path)
  try reader.read { try pieces.next() }
  var inspection = counter.count.finished()
  // A message without records has no record to tell its type.
  if let type = reader.messageType { inspection.messageType = type }
  inspection.documents = reader.messages
  inspection.warnings = reader.warnings + inspection.warnings
  return inspection
}

/// A count that the reader's closure can add to.
private final class Counter {
  var count: FileCount

  init(file: String) { count = FileCount(file: file) }
}
