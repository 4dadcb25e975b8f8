package import ISO20022
internal import SEPA
package import Store

/// What a report's records become on their way to the database: rows of entries, and statements, to be stored in batches,
/// so that memory does not grow with the file. Rows are made of a record's bytes, with no String between.
package final class GatheredReport: @unchecked Sendable {  // Used by one task, a call at a time.
  // What changes with each record is not checked for exclusive access: it cost as much as a column of each row.
  /// Rows of `sepad.inbound_entry`, to be taken.
  @exclusivity(unchecked) package var entries = CopyText()
  private(set) var statements: [ReportedStatement] = []
  /// Entries of all batches.
  @exclusivity(unchecked) private(set) var total = 0
  private let file: Int64
  /// Of the statement that is being read; they come before its end.
  private var balances = Balances()
  /// Of the same statement: its booked entries, credit minus debit.
  @exclusivity(unchecked) private var booked: Int64 = 0
  /// Of the booking that is being read; they come before its end.
  @exclusivity(unchecked) private var details = Details()
  /// Cents of all amounts, whatever their direction and currency.
  @exclusivity(unchecked) private var cents: Int64 = 0
  @exclusivity(unchecked) private var codes = KnownCodes()

  /// Some 200 KB of rows: few enough to stay in the processor's cache, many enough that a COPY's two round trips are
  /// nothing beside it.
  private static let mostRecords = 500
  private static let mostBytes = 4 << 20
  /// A thousand million million: far above what a bank books, far below where sums over many files leave 64 bits.
  private static let mostCents: Int64 = 100_000_000_000_000_000

  /// - Parameter file: the report's id in the database.
  package init(of file: Int64) { self.file = file }

  /// Whether it is time to store what is gathered.
  package var isFull: Bool {
    entries.rows + statements.count >= Self.mostRecords || entries.size >= Self.mostBytes
  }

  /// Keeps what a report's record says; transactions and entries as they come, balances until their statement ends.
  /// - Throws: what ends the reading: amounts that nobody could add up.
  package func take(_ record: ReportRecord) throws(XMLFault) {
    let amounts = Amounts(
      cents: record.amountCents, originalCents: record.originalAmountCents,
      chargesCents: record.hasRarities ? record.chargesCents : nil)
    try count(amounts.cents, of: record)
    try count(amounts.originalCents, of: record)
    try count(amounts.chargesCents, of: record)
    switch record.kind {
    case .groupStatus, .blockStatus, .transactionStatus, .cancellationStatus, .transaction: addRow(record, amounts)
    case .entry:
      addRow(record, amounts)
      let isBooked = record.withBytes(of: .status) { $0.isWord("BOOK") } ?? true
      if isBooked, let cents = record.has(.amount) ? amounts.cents : amounts.originalCents {
        booked += record.creditDebit == .credit ? cents : -cents
      }
    case .balance: balances.take(record)
    case .statement:
      var statement = ReportedStatement(record, balances: balances)
      statement.bookedCents = booked
      statements.append(statement)
      balances = Balances()
      booked = 0
    // They only frame others.
    case .documentHeader, .cancellationGroup, .resolution, .cancellationBlock: break
    }
  }

  private func addRow(_ record: ReportRecord, _ amounts: Amounts) {
    total += 1
    record.withTexts { texts in
      let code = codes.meaning(of: texts[.bankTransactionCode])
      var entry = ReportedEntry(record, texts, amounts, code)
      switch record.kind {
      case .transaction: details.take(entry)
      case .entry: entry.children = details.end(of: entry)
      default: break
      }
      entries.add(entry, of: file)
    }
  }

  /// Takes the statements that have ended so far.
  package func flushStatements() -> [ReportedStatement] {
    defer { statements.removeAll(keepingCapacity: true) }
    return statements
  }

  private func count(_ amount: Int64?, of record: ReportRecord) throws(XMLFault) {
    guard let amount else { return }
    guard amount <= Self.mostCents - cents else {
      throw XMLFault(
        line: record.line, rule: "amounts of one file", found: "more than \(Self.mostCents / 100) in all",
        expected: "at most that")
    }
    cents += amount
  }
}

/// The transactions of one booking.
private struct Details {
  private var transactions: Int64 = 0
  private var nameAny = false

  mutating func take(_ transaction: borrowing ReportedEntry) {
    transactions += 1
    nameAny = nameAny || transaction.endToEndID != nil || transaction.paymentInformationID != nil
      || transaction.mandateReference != nil
  }

  /// Ends the booking.
  /// - Returns: how many transactions it has. A batch whose details name no payment (a sample, or a line of text) has none: it
  ///   tells of itself.
  mutating func end(of booking: borrowing ReportedEntry) -> Int64 {
    defer { self = Details() }
    let namesBatch = booking.paymentInformationID != nil || booking.messageID != nil
    return namesBatch && booking.transactions ?? 2 > 1 && !nameAny ? 0 : transactions
  }
}

/// The balances of one statement that say where it begins and ends. `OPBD` opens and `CLBD` closes; a report of the day
/// (camt.052) may open with the closing balance of the day before, `PRCD`, and end with `ITBD`.
///
/// Keeps what they say and not the records: a record that is kept costs the reader the memory it would use again.
struct Balances {
  private(set) var currency: String?
  /// By type; nil within for one whose amount cannot be read.
  private var first: [String: ReportedStatement.Balance?] = [:]
  private var last: [String: ReportedStatement.Balance?] = [:]
  private static let opening = ["OPBD", "PRCD"]
  private static let closing = ["CLBD", "ITBD"]

  var opening: ReportedStatement.Balance? { Self.opening.lazy.compactMap { first[$0] ?? nil }.first }
  var closing: ReportedStatement.Balance? { Self.closing.lazy.compactMap { last[$0] ?? nil }.first }

  mutating func take(_ record: ReportRecord) {
    if first.isEmpty, last.isEmpty { currency = currency ?? record.currency }
    guard let type = record.balanceType else { return }
    if Self.opening.contains(type), first[type] == nil { first.updateValue(Self.balance(record), forKey: type) }
    if Self.closing.contains(type) { last.updateValue(Self.balance(record), forKey: type) }
  }

  private static func balance(_ record: ReportRecord) -> ReportedStatement.Balance? {
    guard let cents = record.amountCents else { return nil }
    return ReportedStatement.Balance(cents: record.creditDebit == .debit ? -cents : cents, day: record.bookingDay)
  }
}

extension ReportedStatement {
  /// - Parameter balances: those of this statement.
  init(_ record: ReportRecord, balances: Balances) {
    self.init(ordinal: Int64(record.ordinal), message: record.messageType)
    statementID = record.statementID
    accountIBAN = record.accountIBAN
    electronicNumber = record.electronicNumber.map(Int64.init)
    legalNumber = record.legalNumber.map(Int64.init)
    page = record.page.map(Int64.init)
    isLastPage = record.isLastPage
    from = record.from
    to = record.to
    createdAt = record.createdAt
    opening = balances.opening
    closing = balances.closing
    currency = record.accountCurrency ?? balances.currency
  }
}

