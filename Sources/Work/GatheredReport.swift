package import ISO20022
internal import SEPA
package import Store

/// What a report's records become on their way to the database: entries in batches, statements at the end.
package final class GatheredReport: @unchecked Sendable {  // Used by one task, a call at a time.
  /// Entries gathered before they are copied into the database.
  package static let batch = 2000

  package private(set) var entries: [ReportedEntry] = []
  /// Of all entries, those flushed too.
  private(set) var total = 0
  private(set) var statements: [ReportedStatement] = []
  /// Balances of the statement that is being read; they come before its end.
  private var balances: [ReportRecord] = []

  package init() {}

  /// Keeps what a report's record says; transactions and entries as they come, balances until their statement ends.
  package func take(_ record: ReportRecord) {
    switch record.kind {
    case .balance: balances.append(record)
    case .statement:
      statements.append(ReportedStatement(record, balances: balances))
      balances = []
    default:
      guard let entry = ReportedEntry(record) else { return }
      entries.append(entry)
      total += 1
    }
  }

  /// Takes the entries gathered so far.
  package func flush() -> [ReportedEntry] {
    defer { entries.removeAll(keepingCapacity: true) }
    return entries
  }
}

extension ReportedStatement {
  /// - Parameter balances: those of this statement, in its order. `OPBD` opens and `CLBD` closes; a report of the day
  ///   (camt.052) may open with the closing balance of the day before, `PRCD`, and end with `ITBD`.
  init(_ record: ReportRecord, balances: [ReportRecord]) {
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
    func balance(_ types: [String], last: Bool) -> Balance? {
      for type in types {
        let found = balances.filter { $0.balanceType == type }
        guard let record = last ? found.last : found.first, let cents = record.amountCents else { continue }
        return Balance(cents: record.creditDebit == .debit ? -cents : cents, day: record.bookingDay)
      }
      return nil
    }
    opening = balance(["OPBD", "PRCD"], last: false)
    closing = balance(["CLBD", "ITBD"], last: true)
    currency = record.accountCurrency ?? balances.first?.currency
  }
}

extension ReportedEntry {
  /// What of a report's record is kept; nil for records that only frame others.
  init?(_ record: ReportRecord) {
    switch record.kind {
    case .groupStatus, .blockStatus, .transactionStatus, .cancellationStatus, .entry, .transaction: break
    case .documentHeader, .cancellationGroup, .cancellationBlock, .statement, .balance: return nil
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
    isReversal = record.isReversal
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
    bankCode = record.bankTransactionCode
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
