// A record while its element is open: takes the values as they come, settles what depends on several of them at the end.

/// Why a value does not fit into the record.
struct ValueFault: Error, Equatable {
  var found: String
  var expected: String
}

struct ReportDraft {
  /// Reasons, charges, lines of text and batches of one record, each; schemas repeat them without bound.
  static let mostRepetitions = 1000

  var record: ReportRecord
  /// A record within this one has begun: what it inherited must not change any more.
  var hasInner = false

  private var own = OwnValues()
  private var reasonTexts: [String] = []
  private var charges: [ReportAmount] = []

  /// Values that are combined at the end.
  private struct OwnValues {
    var amount, transactionAmount, instructedAmount, referencedAmount, chargesTotal: ReportAmount?
    var domain, family, subfamily, proprietaryCode: String?
    var reversal: Bool?
    var creditsACharge = false
    var hasSeveralDetails = false
    var hasDetails = false
    var creditorReferences = 0
  }

  init(_ record: ReportRecord) { self.record = record }

  mutating func addDetails() {
    own.hasSeveralDetails = own.hasDetails
    own.hasDetails = true
  }

  mutating func addBatch() throws(ValueFault) {
    guard record.batches.count < Self.mostRepetitions else { throw Self.tooMany("batches") }
    record.batches.append(ReportBatch())
  }

  mutating func addReturnInformation() throws(ValueFault) {
    guard !record.hasReturnInformation else { throw Self.twice }
    record.hasReturnInformation = true
  }

  mutating func set(_ field: ReportField, to text: String, currency: String?) throws(ValueFault) {
    switch field {
    case .messageID: try set(\.messageID, text)
    case .createdAt: try set(\.createdAt, text)
    case .statementID: try set(\.statementID, text)
    case .accountIBAN: try set(\.accountIBAN, text)
    case .originalMessageID: try set(\.originalMessageID, text)
    case .originalMessageName: try set(\.originalMessageName, text)
    case .originalPaymentInformationID: try set(\.originalPaymentInformationID, text)
    case .originalInstructionID: try set(\.originalInstructionID, text)
    case .originalEndToEndID: try set(\.originalEndToEndID, text)
    case .mandateID: try set(\.mandateID, text)
    case .transactionID: try set(\.transactionID, text)
    case .entryReference: try set(\.entryReference, text)
    case .accountServicerReference: try set(\.accountServicerReference, text)
    case .debtorAccountIBAN: try set(\.debtorAccountIBAN, text)
    case .status: try set(\.status, text)
    case .proprietaryStatus: try set(\.status, "prtry:" + text)
    case .creditDebit:
      guard let direction = CreditDebit(rawValue: text) else {
        throw ValueFault(found: "another word", expected: "CRDT or DBIT")
      }
      try set(\.creditDebit, direction)
    case .reversal: try setOwn(\.reversal, Self.truth(of: text))
    case .bookingDay: try set(\.bookingDay, Self.day(of: text))
    case .valueDay: try set(\.valueDay, Self.day(of: text))
    case .amount: try setOwn(\.amount, ReportAmount(text: text, currency: currency))
    case .transactionAmount: try setOwn(\.transactionAmount, ReportAmount(text: text, currency: currency))
    case .instructedAmount: try setOwn(\.instructedAmount, ReportAmount(text: text, currency: currency))
    case .domain: try setOwn(\.domain, text)
    case .family: try setOwn(\.family, text)
    case .subfamily: try setOwn(\.subfamily, text)
    case .proprietaryCode: try setOwn(\.proprietaryCode, text)
    case .reason: try append(text, to: \.record.reasonCodes)
    case .proprietaryReason: try append("prtry:" + text, to: \.record.reasonCodes)
    case .reasonText: try append(text, to: \.reasonTexts)
    case .chargesTotal: try setOwn(\.chargesTotal, ReportAmount(text: text, currency: currency))
    case .charge: try append(ReportAmount(text: text, currency: currency), to: \.charges)
    case .chargeSign: own.creditsACharge = own.creditsACharge || text != CreditDebit.debit.rawValue
    case .batchMessageID: try setInBatch(\.messageID, text)
    case .batchPaymentInformationID: try setInBatch(\.paymentInformationID, text)
    case .batchTransactions: try setInBatch(\.transactions, Self.count(of: text))
    case .batchTotal: try setInBatch(\.total, ReportAmount(text: text, currency: currency))
    case .accountCurrency: try set(\.accountCurrency, text)
    case .electronicNumber: try set(\.electronicNumber, Self.count(of: text))
    case .legalNumber: try set(\.legalNumber, Self.count(of: text))
    case .page: try set(\.page, Self.count(of: text))
    case .lastPage: try set(\.isLastPage, Self.truth(of: text))
    case .from: try set(\.from, text)
    case .to: try set(\.to, text)
    case .balanceType: try set(\.balanceType, text)
    // Remittance may name several documents; one reference identifies, several do not.
    case .creditorReference:
      own.creditorReferences += 1
      record.creditorReference = own.creditorReferences == 1 ? text : nil
    case .localInstrument: try set(\.localInstrument, text)
    case .referencedAmount: try setOwn(\.referencedAmount, ReportAmount(text: text, currency: currency))
    }
  }

  /// The whole record, with what it takes from the one around it.
  func finished(within outer: ReportRecord?) -> ReportRecord {
    var record = record
    let asked = own.instructedAmount ?? own.referencedAmount
    record.amount = own.amount ?? own.transactionAmount ?? (record.kind == .entry ? nil : asked)
    record.originalAmount = asked
    record.isReversal = own.reversal ?? false
    record.reasonText = reasonTexts.isEmpty ? nil : reasonTexts.joined(separator: " ")
    record.charges = own.creditsACharge ? nil : (own.chargesTotal ?? sumOfCharges)
    if let domain = own.domain {
      record.bankTransactionCode = [domain, own.family, own.subfamily].compactMap { $0 }.joined(separator: "/")
    } else {
      record.bankTransactionCode = own.proprietaryCode.map { "prtry:" + $0 }
    }
    // Only a batch that is the whole entry can speak for it.
    if record.kind == .entry, record.batches.count == 1, !own.hasSeveralDetails {
      record.originalMessageID = record.batches[0].messageID
      record.originalPaymentInformationID = record.batches[0].paymentInformationID
    }
    if let outer { record.inherit(from: outer) }
    return record
  }

  private var sumOfCharges: ReportAmount? {
    var sum = ExactDecimal.zero
    for charge in charges {
      guard charge.currency == charges[0].currency, let amount = ExactDecimal(charge.text),
        let next = sum.adding(amount)
      else { return nil }
      sum = next
    }
    return charges.first.map { ReportAmount(text: sum.description, currency: $0.currency) }
  }
}

// MARK: - Taking values

extension ReportDraft {
  private static let twice = ValueFault(found: "a second one", expected: "at most one in its record")

  private static func tooMany(_ what: String) -> ValueFault {
    ValueFault(found: "more than \(mostRepetitions) \(what)", expected: "at most \(mostRepetitions) in one record")
  }

  private mutating func set<Value>(_ path: WritableKeyPath<ReportRecord, Value?>, _ value: Value?) throws(ValueFault) {
    guard record[keyPath: path] == nil else { throw Self.twice }
    record[keyPath: path] = value
  }

  private mutating func setOwn<Value>(_ path: WritableKeyPath<OwnValues, Value?>, _ value: Value?) throws(ValueFault) {
    guard own[keyPath: path] == nil else { throw Self.twice }
    own[keyPath: path] = value
  }

  private mutating func setInBatch<Value>(_ path: WritableKeyPath<ReportBatch, Value?>, _ value: Value?)
    throws(ValueFault)
  {
    guard let last = record.batches.indices.last, record.batches[last][keyPath: path] == nil else { throw Self.twice }
    record.batches[last][keyPath: path] = value
  }

  private mutating func append<Value>(_ value: Value, to path: WritableKeyPath<ReportDraft, [Value]>) throws(ValueFault)
  {
    guard self[keyPath: path].count < Self.mostRepetitions else { throw Self.tooMany("repetitions") }
    self[keyPath: path].append(value)
  }

  /// `xs:boolean`.
  private static func truth(of text: String) throws(ValueFault) -> Bool {
    switch text {
    case "true", "1": true
    case "false", "0": false
    default: throw ValueFault(found: "another word", expected: "true or false")
    }
  }

  /// `YYYY-MM-DD` at the beginning of a date or time stamp; nil when it does not begin so.
  private static func day(of text: String) -> String? {
    let day = text.utf8.prefix(10)
    let pattern = "0000-00-00".utf8
    let fits =
      day.count == pattern.count
      && zip(day, pattern).allSatisfy {
        $1 == UInt8(ascii: "-") ? $0 == $1 : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
      }
    return fits ? String(Substring(day)) : nil
  }

  /// At most 18 digits, as schemas have it; nil for anything else: `NbOfTxs` is only a statement beside the details.
  private static func count(of text: String) -> Int? {
    guard text.utf8.count <= 18 else { return nil }
    return text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
  }
}

extension ReportRecord {
  /// Takes from the record around this one what it does not say itself.
  fileprivate mutating func inherit(from outer: ReportRecord) {
    statementID = statementID ?? outer.statementID
    accountIBAN = accountIBAN ?? outer.accountIBAN
    originalMessageName = originalMessageName ?? outer.originalMessageName
    switch kind {
    case .transaction:
      creditDebit = creditDebit ?? outer.creditDebit
      isReversal = isReversal || outer.isReversal
      status = status ?? outer.status
      bankTransactionCode = bankTransactionCode ?? outer.bankTransactionCode
      bookingDay = bookingDay ?? outer.bookingDay
      valueDay = valueDay ?? outer.valueDay
    case .blockStatus, .transactionStatus:
      originalMessageID = originalMessageID ?? outer.originalMessageID
      originalPaymentInformationID = originalPaymentInformationID ?? outer.originalPaymentInformationID
    case .cancellationGroup, .cancellationBlock, .cancellationStatus:
      originalMessageID = originalMessageID ?? outer.originalMessageID
      originalPaymentInformationID = originalPaymentInformationID ?? outer.originalPaymentInformationID
      status = status ?? outer.status
    case .documentHeader, .groupStatus, .resolution, .statement, .balance, .entry: break
    }
  }
}
