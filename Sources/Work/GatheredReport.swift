package import ISO20022
internal import SEPA
package import Store

/// What a report's records become on their way to the database: entries and statements, to be stored in batches, so
/// that memory does not grow with the file.
package final class GatheredReport: @unchecked Sendable {  // Used by one task, a call at a time.
  private(set) var entries: [ReportedEntry] = []
  private(set) var statements: [ReportedStatement] = []
  /// Entries of all batches.
  private(set) var total = 0
  /// Of the statement that is being read; they come before its end.
  private var balances = Balances()
  /// Of the same statement: its booked entries, credit minus debit.
  private var booked: Int64 = 0
  /// Bytes of what is gathered, more or less.
  private var size = 0
  /// Cents of all amounts, whatever their direction and currency.
  private var cents: Int64 = 0

  private static let mostRecords = 2000
  private static let mostBytes = 4 << 20
  /// A thousand million million: far above what a bank books, far below where sums over many files leave 64 bits.
  private static let mostCents: Int64 = 100_000_000_000_000_000

  package init() {}

  /// Whether it is time to store what is gathered.
  package var isFull: Bool {
    entries.count + statements.count >= Self.mostRecords || size >= Self.mostBytes
  }

  /// Keeps what a report's record says; transactions and entries as they come, balances until their statement ends.
  /// - Throws: what ends the reading: amounts that nobody could add up.
  package func take(_ record: ReportRecord) throws(XMLFault) {
    try count(record.amountCents, of: record)
    try count(record.originalAmountCents, of: record)
    try count(record.chargesCents, of: record)
    switch record.kind {
    case .balance: balances.take(record)
    case .statement:
      var statement = ReportedStatement(record, balances: balances)
      statement.bookedCents = booked
      statements.append(statement)
      balances = Balances()
      booked = 0
    default:
      guard let entry = ReportedEntry(record) else { return }
      entries.append(entry)
      if record.kind == .entry, entry.status ?? "BOOK" == "BOOK", let cents = entry.amountCents {
        booked += record.creditDebit == .credit ? cents : -cents
      }
      // Reasons are the only text that may be long.
      size += 1000 + (entry.reasonText?.utf8.count ?? 0)
      total += 1
    }
  }

  /// Takes the entries gathered so far.
  package func flushEntries() -> [ReportedEntry] {
    defer {
      entries.removeAll(keepingCapacity: true)
      size = 0
    }
    return entries
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

extension ReportedEntry {
  /// What of a report's record is kept; nil for records that only frame others.
  init?(_ record: ReportRecord) {
    switch record.kind {
    case .groupStatus, .blockStatus, .transactionStatus, .cancellationStatus, .entry, .transaction: break
    case .documentHeader, .cancellationGroup, .resolution, .cancellationBlock, .statement, .balance: return nil
    }
    self.init(
      ordinal: Int64(record.ordinal), parent: record.parentOrdinal.map(Int64.init), line: Int64(record.line),
      kind: record.kind.rawValue)
    // Each text of a record is a String only when asked for, so each is asked for once.
    let batches = record.batches
    let batch = batches.count == 1 ? batches[0] : nil
    messageID = record.originalMessageID
    paymentInformationID = record.originalPaymentInformationID ?? batch?.paymentInformationID
    // Banks write this where they know no reference: it identifies nothing.
    endToEndID = record.originalEndToEndID.flatMap { $0 == "NOTPROVIDED" ? nil : $0 }
    mandateReference = record.mandateID
    servicerReference = record.accountServicerReference
    status = record.status
    let hasAmount = record.has(.amount)
    let originalCurrency = record[.originalCurrency]
    amountCents = hasAmount ? record.amountCents : record.originalAmountCents
    currency = hasAmount ? record.currency : originalCurrency
    direction = record.creditDebit?.rawValue
    bankCode = record.bankTransactionCode
    isReversal =
      record.isReversal || record.creditDebit == .credit && BookingFamily.takesBack(bankTransactionCode: bankCode)
    isReturn = record.hasReturnInformation
    transactions = batch?.transactions.map(Int64.init)
    reasonCode = record.reasonCode
    reasonText = record.reasonText
    accountIBAN = record.accountIBAN
    // Days decide which of two words counts, so an entry without them gets the day of its report.
    bookedOn = record.bookingDay ?? record.valueDay ?? record.createdAt.map { String($0.prefix(10)) }
    valuedOn = record.valueDay
    messageName = record.originalMessageName
    entryReference = record.entryReference
    transactionID = record.transactionID
    originalCents = originalCurrency == "EUR" ? record.originalAmountCents : nil
    chargesCents = record.charges?.currency == "EUR" ? record.chargesCents : nil
    family = BookingFamily(bankTransactionCode: bankCode)
    scheme = record.localInstrument.flatMap(Scheme.init(rawValue:)) ?? Self.scheme(of: bankCode)
    debtorIBAN = record.debtorAccountIBAN
    creditorReference = record.creditorReference
  }

  /// The scheme that a bank transaction code names: `ESDD` is CORE, `BBDD` is B2B (ISO 20022, sub-families of IDDT).
  private static func scheme(of code: String?) -> Scheme? {
    guard let code, code.hasPrefix("PMNT/IDDT/") else { return nil }
    if code.hasSuffix("/ESDD") { return .core }
    if code.hasSuffix("/BBDD") { return .b2b }
    return nil
  }
}
