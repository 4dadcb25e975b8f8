// A record while its element is open: takes the values as they come, settles what depends on several of them at the end.

import Glibc

/// Why a value does not fit into the record.
struct ValueFault: Error, Equatable {
  var found: String
  var expected: String
}

/// One draft serves many records, one after the other: its memory stays.
struct ReportDraft {
  /// Reasons, charges, lines of text and batches of one record, each; schemas repeat them without bound.
  static let mostRepetitions = 1000

  private(set) var record: ReportRecord
  /// A record within this one has begun: what it inherited must not change any more.
  private(set) var hasInner = false

  /// The record's own, reached without asking who else knows them: while it is a draft, nobody does.
  private var texts: UnsafeMutablePointer<TextArena>
  private var own = OwnValues()
  private var currency = TextArena.Place.none
  private var reasonTexts: [String] = []
  private var charges: [ReportAmount] = []

  /// Values that are combined at the end.
  private struct OwnValues {
    var reversal: Bool?
    var creditsACharge = false
    var hasSeveralDetails = false
    var hasDetails = false
    var creditorReferences = 0
    var isSettled = false
  }

  init() {
    record = ReportRecord(kind: .documentHeader, ordinal: 0, parentOrdinal: nil, line: 0, messageType: "")
    texts = record.content.texts
  }

  /// Forgets the last record, whose copies keep what they have.
  mutating func begin(_ kind: ReportRecord.Kind, ordinal: Int, parent: Int?, line: Int, messageType: String) {
    if isKnownUniquelyReferenced(&record.content) {
      texts.pointee.removeAll()
      if record.hasRarities { record.content.rarities = ReportContent.Rarities() }
      if record.content.messageType != messageType { record.content.messageType = messageType }
    } else {
      record.content = ReportContent(messageType: messageType)
      texts = record.content.texts
    }
    record.kind = kind
    record.ordinal = ordinal
    record.parentOrdinal = parent
    record.line = line
    record.creditDebit = nil
    record.isReversal = false
    record.hasReturnInformation = false
    record.batchCount = 0
    record.batchTransactions = nil
    own = OwnValues()
    hasInner = false
    guard record.hasRarities else { return }
    record.hasRarities = false
    reasonTexts.removeAll(keepingCapacity: true)
    charges.removeAll(keepingCapacity: true)
  }

  mutating func addDetails() {
    own.hasSeveralDetails = own.hasDetails
    own.hasDetails = true
  }

  mutating func addBatch() throws(ValueFault) {
    guard record.batchCount < Self.mostRepetitions else { throw Self.tooMany("batches") }
    if record.batchCount > 0 {
      record.hasRarities = true
      record.content.rarities.earlierBatches.append(record.lastBatch)
      for text in [ReportText.batchMessageID, .batchPaymentInformationID, .batchTotal, .batchCurrency] {
        texts.pointee[text] = .none
      }
      record.batchTransactions = nil
    }
    record.batchCount += 1
  }

  mutating func addReturnInformation() throws(ValueFault) {
    guard !record.hasReturnInformation else { throw Self.twice }
    record.hasReturnInformation = true
  }
}

// MARK: - Taking values

extension ReportDraft {
  mutating func beginText(currency: UnsafeRawBufferPointer?) {
    self.currency = texts.pointee.beginText(currency: currency)
  }

  mutating func read(_ bytes: UnsafeRawBufferPointer) { texts.pointee.append(bytes) }

  mutating func dropText() { texts.pointee.dropText() }

  /// What was read since `beginText`, without blanks around it; none when there was nothing else.
  mutating func trimmedText() -> TextArena.Place { texts.pointee.trimmedText() }

  /// Takes the text that was just read as the value of `field`.
  mutating func set(_ field: ReportField, to value: TextArena.Place) throws(ValueFault) {
    if let text = field.text {
      try require(!texts.pointee.has(text))
      texts.pointee[text] = value
      if field.hasCurrency { texts.pointee[text.ofCurrency] = currency }
      return texts.pointee.keepText()
    }
    try take(field, value)
    texts.pointee.dropText()
  }

  /// Values that are more, or less, than their text.
  private mutating func take(_ field: ReportField, _ value: TextArena.Place) throws(ValueFault) {
    let bytes = texts.pointee.bytes(at: value)
    switch field {
    case .proprietaryStatus:
      try require(!texts.pointee.has(.status))
      texts.pointee.keepText()
      texts.pointee[.status] = texts.pointee.join(prefix: "prtry:", value)
    case .creditDebit:
      guard let direction = Self.direction(of: bytes) else {
        throw ValueFault(found: "another word", expected: "CRDT or DBIT")
      }
      try require(record.creditDebit == nil)
      record.creditDebit = direction
    case .reversal:
      let truth = try Self.truth(of: bytes)
      try require(own.reversal == nil)
      own.reversal = truth
    case .bookingDay: try setDay(.bookingDay, value)
    case .valueDay: try setDay(.valueDay, value)
    case .chargeSign: own.creditsACharge = own.creditsACharge || !Self.isWord(bytes, "DBIT")
    // Remittance may name several documents; one reference identifies, several do not.
    case .creditorReference:
      own.creditorReferences += 1
      texts.pointee[.creditorReference] = own.creditorReferences == 1 ? value : .none
      if own.creditorReferences == 1 { texts.pointee.keepText() }
    case .batchTransactions:
      try require(record.batchCount > 0 && record.batchTransactions == nil)
      record.batchTransactions = Self.count(of: bytes)
    default: try takeRarity(field, value)
    }
  }

  private mutating func takeRarity(_ field: ReportField, _ value: TextArena.Place) throws(ValueFault) {
    record.hasRarities = true
    let bytes = texts.pointee.bytes(at: value)
    let text = texts.pointee.string(at: value)
    switch field {
    case .reason: try Self.append(text, to: &record.content.rarities.reasonCodes)
    case .proprietaryReason: try Self.append("prtry:" + text, to: &record.content.rarities.reasonCodes)
    case .reasonText: try Self.append(text, to: &reasonTexts)
    case .charge:
      let currency = currency.isNone ? nil : texts.pointee.string(at: currency)
      try Self.append(ReportAmount(text: text, currency: currency), to: &charges)
    case .electronicNumber: try Self.set(&record.content.rarities.electronicNumber, Self.count(of: bytes))
    case .legalNumber: try Self.set(&record.content.rarities.legalNumber, Self.count(of: bytes))
    case .page: try Self.set(&record.content.rarities.page, Self.count(of: bytes))
    case .lastPage: try Self.set(&record.content.rarities.isLastPage, Self.truth(of: bytes))
    default: break
    }
  }

  private static let twice = ValueFault(found: "a second one", expected: "at most one in its record")

  private static func tooMany(_ what: String) -> ValueFault {
    ValueFault(found: "more than \(mostRepetitions) \(what)", expected: "at most \(mostRepetitions) in one record")
  }

  /// - Parameter isFirst: whether the value is not there yet.
  private func require(_ isFirst: Bool) throws(ValueFault) {
    guard isFirst else { throw Self.twice }
  }

  private static func set<Value>(_ place: inout Value?, _ value: Value?) throws(ValueFault) {
    guard place == nil else { throw twice }
    place = value
  }

  private static func append<Value>(_ value: Value, to values: inout [Value]) throws(ValueFault) {
    guard values.count < mostRepetitions else { throw tooMany("repetitions") }
    values.append(value)
  }

  /// `YYYY-MM-DD` at the beginning of a date or time stamp; none when it does not begin so.
  private mutating func setDay(_ text: ReportText, _ value: TextArena.Place) throws(ValueFault) {
    try require(!texts.pointee.has(text))
    let day = UnsafeRawBufferPointer(rebasing: texts.pointee.bytes(at: value).prefix(10))
    let fits = day.count == 10 && day.indices.allSatisfy { place in
      place == 4 || place == 7 ? day[place] == UInt8(ascii: "-") : Self.isDigit(day[place])
    }
    guard fits else { return }
    texts.pointee[text] = TextArena.Place(start: value.start, count: 10)
    texts.pointee.keepText()
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private static func isWord(_ bytes: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
    guard let base = bytes.baseAddress, bytes.count == word.utf8CodeUnitCount else { return false }
    return memcmp(base, word.utf8Start, bytes.count) == 0
  }

  private static func direction(of bytes: UnsafeRawBufferPointer) -> CreditDebit? {
    if isWord(bytes, "CRDT") { return .credit }
    return isWord(bytes, "DBIT") ? .debit : nil
  }

  /// `xs:boolean`.
  private static func truth(of bytes: UnsafeRawBufferPointer) throws(ValueFault) -> Bool {
    if isWord(bytes, "true") || isWord(bytes, "1") { return true }
    if isWord(bytes, "false") || isWord(bytes, "0") { return false }
    throw ValueFault(found: "another word", expected: "true or false")
  }

  /// At most 18 digits, as schemas have it; nil for anything else: `NbOfTxs` is only a statement beside the details.
  private static func count(of bytes: UnsafeRawBufferPointer) -> Int? {
    bytes.count <= 18 && bytes.allSatisfy(isDigit) ? Int(String(decoding: bytes, as: UTF8.self)) : nil
  }
}

// MARK: - Settling

extension ReportDraft {
  /// What a record in this one inherits is settled now.
  mutating func beginInner(within outer: UnsafeMutablePointer<ReportDraft>?) {
    settle(within: outer)
    hasInner = true
  }

  /// The record is whole.
  mutating func finish(within outer: UnsafeMutablePointer<ReportDraft>?) {
    settle(within: outer)
    // Only a batch that is the whole entry can speak for it.
    if record.kind == .entry, record.batchCount == 1, !own.hasSeveralDetails {
      texts.pointee[.originalMessageID] = texts.pointee[.batchMessageID]
      texts.pointee[.originalPaymentInformationID] = texts.pointee[.batchPaymentInformationID]
    }
  }

  /// Takes the header's message id, which every record tells.
  mutating func takeMessageID(from header: UnsafeMutablePointer<ReportDraft>) { inherit(.messageID, from: header) }

  private mutating func settle(within outer: UnsafeMutablePointer<ReportDraft>?) {
    guard !own.isSettled else { return }
    own.isSettled = true
    settleAmounts()
    record.isReversal = own.reversal ?? false
    if record.hasRarities || own.creditsACharge || texts.pointee.has(.chargesTotal) { settleRarities() }
    let domain = texts.pointee[.domain]
    if !domain.isNone {
      let (family, subfamily) = (texts.pointee[.family], texts.pointee[.subfamily])
      texts.pointee[.bankTransactionCode] = texts.pointee.join(domain, family, subfamily, separator: UInt8(ascii: "/"))
    } else if texts.pointee.has(.proprietaryCode) {
      texts.pointee[.bankTransactionCode] = texts.pointee.join(prefix: "prtry:", texts.pointee[.proprietaryCode])
    }
    if let outer { inherit(from: outer) }
  }

  private mutating func settleAmounts() {
    let asked = texts.pointee.has(.instructedAmount) ? ReportText.instructedAmount : .referencedAmount
    if !texts.pointee.has(.amount) {
      if texts.pointee.has(.transactionAmount) {
        takeAmount(.amount, from: .transactionAmount)
      } else if record.kind != .entry {
        takeAmount(.amount, from: asked)
      }
    }
    takeAmount(.originalAmount, from: asked)
  }

  private mutating func takeAmount(_ text: ReportText, from source: ReportText) {
    texts.pointee[text] = texts.pointee[source]
    texts.pointee[text.ofCurrency] = texts.pointee[source.ofCurrency]
  }

  private mutating func settleRarities() {
    record.hasRarities = true
    record.content.rarities.reasonText = reasonTexts.isEmpty ? nil : reasonTexts.joined(separator: " ")
    record.content.rarities.charges = own.creditsACharge ? nil : (record.amount(.chargesTotal) ?? sumOfCharges)
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

  /// Takes from the record around this one what it does not say itself.
  private mutating func inherit(from outer: UnsafeMutablePointer<ReportDraft>) {
    inherit(.statementID, from: outer)
    inherit(.accountIBAN, from: outer)
    inherit(.originalMessageName, from: outer)
    switch record.kind {
    case .transaction:
      record.creditDebit = record.creditDebit ?? outer.pointee.record.creditDebit
      record.isReversal = record.isReversal || outer.pointee.record.isReversal
      inherit(.status, from: outer)
      inherit(.bankTransactionCode, from: outer)
      inherit(.bookingDay, from: outer)
      inherit(.valueDay, from: outer)
    case .blockStatus, .transactionStatus:
      inherit(.originalMessageID, from: outer)
      inherit(.originalPaymentInformationID, from: outer)
    case .cancellationGroup, .cancellationBlock, .cancellationStatus:
      inherit(.originalMessageID, from: outer)
      inherit(.originalPaymentInformationID, from: outer)
      inherit(.status, from: outer)
    case .documentHeader, .groupStatus, .resolution, .statement, .balance, .entry: break
    }
  }

  private mutating func inherit(_ text: ReportText, from outer: UnsafeMutablePointer<ReportDraft>) {
    guard !texts.pointee.has(text), let bytes = outer.pointee.texts.pointee.bytes(of: text) else { return }
    texts.pointee[text] = texts.pointee.add(bytes)
  }
}
