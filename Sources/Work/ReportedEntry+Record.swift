internal import Glibc
internal import ISO20022
internal import SEPA
internal import Store

/// The amounts of one record, each read once.
struct Amounts {
  var cents: Int64?
  var originalCents: Int64?
  var chargesCents: Int64?
}

/// What the bank transaction codes of one report mean. There is one on every record and a handful of them in a file, so
/// each is taken to pieces once.
struct KnownCodes {
  struct Meaning {
    var family: BookingFamily?
    var scheme: Scheme?
    /// Whether a credit with it takes a collected payment back.
    var takesBack = false
  }

  private var known: [(code: [UInt8], meaning: Meaning)] = []
  private static let most = 16

  mutating func meaning(of code: UnsafeRawBufferPointer?) -> Meaning {
    guard let code else { return Meaning() }
    if let found = known.first(where: { code.hasBytes(of: $0.code) }) { return found.meaning }
    let text = String(decoding: code, as: UTF8.self)
    let meaning = Meaning(
      family: BookingFamily(bankTransactionCode: text), scheme: Self.scheme(of: text),
      takesBack: BookingFamily.takesBack(bankTransactionCode: text))
    if known.count == Self.most { known.removeAll(keepingCapacity: true) }
    known.append((Array(code), meaning))
    return meaning
  }

  /// The scheme that a bank transaction code names: `ESDD` is CORE, `BBDD` is B2B (ISO 20022, sub-families of IDDT).
  private static func scheme(of code: String) -> Scheme? {
    guard code.hasPrefix("PMNT/IDDT/") else { return nil }
    if code.hasSuffix("/ESDD") { return .core }
    if code.hasSuffix("/BBDD") { return .b2b }
    return nil
  }
}

extension ReportedEntry {
  /// What of a report's record is kept.
  init(_ record: ReportRecord, _ texts: ReportTexts, _ amounts: Amounts, _ code: KnownCodes.Meaning) {
    self.init(
      ordinal: Int64(record.ordinal), parent: record.parentOrdinal.map(Int64.init), line: Int64(record.line),
      kind: record.kind.rawValue)
    let hasOneBatch = record.batchCount == 1
    messageID = texts[.originalMessageID]
    paymentInformationID =
      texts[.originalPaymentInformationID] ?? (hasOneBatch ? texts[.batchPaymentInformationID] : nil)
    // Banks write this where they know no reference: it identifies nothing.
    endToEndID = texts[.originalEndToEndID].flatMap { $0.isWord("NOTPROVIDED") ? nil : $0 }
    mandateReference = texts[.mandateID]
    servicerReference = texts[.accountServicerReference]
    status = texts[.status]
    let hasAmount = texts[.amount] != nil
    let originalCurrency = texts[.originalCurrency]
    amountCents = hasAmount ? amounts.cents : amounts.originalCents
    currency = hasAmount ? texts[.currency] : originalCurrency
    direction = record.creditDebit?.rawValue
    bankCode = texts[.bankTransactionCode]
    isReversal = record.isReversal || record.creditDebit == .credit && code.takesBack
    isReturn = record.hasReturnInformation
    transactions = hasOneBatch ? record.batchTransactions.map(Int64.init) : nil
    accountIBAN = texts[.accountIBAN]
    // Days decide which of two words counts, so an entry without them gets the day of its report.
    bookedOn = texts[.bookingDay] ?? texts[.valueDay] ?? texts[.createdAt].map(Self.day)
    valuedOn = texts[.valueDay]
    messageName = texts[.originalMessageName]
    entryReference = texts[.entryReference]
    transactionID = texts[.transactionID]
    originalCents = originalCurrency?.isWord("EUR") ?? false ? amounts.originalCents : nil
    family = code.family
    scheme = texts[.localInstrument].flatMap { Scheme(rawValue: String(decoding: $0, as: UTF8.self)) } ?? code.scheme
    debtorIBAN = texts[.debtorAccountIBAN]
    creditorReference = texts[.creditorReference]
    guard record.hasRarities else { return }
    reasonCode = record.reasonCode
    reasonText = record.reasonText
    chargesCents = record.charges?.currency == "EUR" ? amounts.chargesCents : nil
  }

  /// `YYYY-MM-DD` of a time stamp; one that is not ASCII is no day wherever it is cut, and stays whole.
  private static func day(_ stamp: Bytes) -> Bytes {
    let isPlain = stamp.prefix(11).allSatisfy { $0 < 0x80 && $0 != 0x0D }
    return isPlain ? Bytes(rebasing: stamp.prefix(10)) : stamp
  }
}

extension UnsafeRawBufferPointer {
  /// Whether these are the word's letters.
  func isWord(_ word: StaticString) -> Bool {
    guard count == word.utf8CodeUnitCount, let baseAddress else { return false }
    return memcmp(baseAddress, word.utf8Start, count) == 0
  }

  func hasBytes(of other: [UInt8]) -> Bool {
    guard count == other.count, let baseAddress else { return other.isEmpty && isEmpty }
    return memcmp(baseAddress, other, count) == 0
  }
}
