// One model for everything a bank reports: pain.002 and camt records in one flat shape, ready for a staging table.

/// Which way money moved on the account.
package enum CreditDebit: String, Equatable, Sendable, Codable {
  case credit = "CRDT"
  case debit = "DBIT"
}

/// An amount as a bank wrote it.
package struct ReportAmount: Equatable, Sendable {
  /// As written, without surrounding blanks.
  package var text: String
  /// The `Ccy` attribute; nil when absent.
  package var currency: String?

  package init(text: String, currency: String?) {
    self.text = text
    self.currency = currency
  }

  /// In cents; nil when not a number, negative, with a part smaller than a cent, or too large.
  package var cents: Int64? { ExactDecimal(text)?.cents }
}

/// What a booked batch says about the debits in it (`NtryDtls/Btch`).
package struct ReportBatch: Equatable, Sendable {
  package var messageID: String?
  package var paymentInformationID: String?
  /// `NbOfTxs`; nil when absent or not a number.
  package var transactions: Int?
  package var total: ReportAmount?

  package init() {}
}

/// One thing a bank said.
///
/// A value is nil where the bank did not give it or gave it empty. A record carries its context: the report's own
/// message id, and for transactions what their entry, block or statement says and they do not repeat themselves.
///
/// Texts become Strings when they are asked for, each time; `withBytes` looks at them where they are.
package struct ReportRecord: Equatable, Sendable {
  package enum Kind: String, Equatable, Sendable, Codable {
    /// `GrpHdr`: the report itself.
    case documentHeader
    /// pain.002 `OrgnlGrpInfAndSts`: about a whole file of ours.
    case groupStatus
    /// pain.002 `OrgnlPmtInfAndSts`: about one payment information block of ours.
    case blockStatus
    /// pain.002 `TxInfAndSts`: about one debit of ours.
    case transactionStatus
    /// camt.029 `OrgnlGrpInfAndSts`: about our request to cancel a file.
    case cancellationGroup
    /// camt.029 `Sts`: what became of the whole request; its status is that of everything that has none of its own.
    case resolution
    /// camt.029 `OrgnlPmtInfAndSts`: about our request to cancel a block.
    case cancellationBlock
    /// camt.029 `TxInfAndSts`: about our request to cancel one debit.
    case cancellationStatus
    /// camt `Stmt`, `Rpt`, `Ntfctn`.
    case statement
    /// camt `Bal` of a statement or report.
    case balance
    /// camt `Ntry`: one booking on the account.
    case entry
    /// camt `TxDtls`: one payment within a booking.
    case transaction
  }

  package var kind: Kind
  /// Place in document order, from 1, counted at start tags: whatever contains a record has the lower number.
  /// Records are delivered at end tags, so a transaction comes before its entry.
  package var ordinal: Int
  /// The ordinal of the record around this one; nil for the header. Groups, blocks and statements belong to the header.
  package var parentOrdinal: Int?
  /// Where its start tag stands.
  package var line: Int
  /// Of a transaction its own, else its entry's.
  package var creditDebit: CreditDebit?
  /// `RvslInd` of the entry, in its transactions too: the booking undoes an earlier one.
  package var isReversal = false
  /// `TxDtls` has an `RtrInf`, even an empty one: money that was once booked came back.
  package var hasReturnInformation = false
  /// How many `NtryDtls` of an entry have a batch.
  package internal(set) var batchCount = 0
  /// `NbOfTxs` of the last of them.
  package internal(set) var batchTransactions: Int?
  /// Whether there may be reasons, charges, or a statement's numbers: most records have none, and need not be asked.
  package internal(set) var hasRarities = false
  /// Everything else.
  var content: ReportContent

  package init(kind: Kind, ordinal: Int, parentOrdinal: Int?, line: Int, messageType: String) {
    self.kind = kind
    self.ordinal = ordinal
    self.parentOrdinal = parentOrdinal
    self.line = line
    content = ReportContent(messageType: messageType)
  }

  package static func == (left: ReportRecord, right: ReportRecord) -> Bool {
    left.kind == right.kind && left.ordinal == right.ordinal && left.parentOrdinal == right.parentOrdinal
      && left.line == right.line && left.creditDebit == right.creditDebit && left.isReversal == right.isReversal
      && left.hasReturnInformation == right.hasReturnInformation && left.batchCount == right.batchCount
      && left.batchTransactions == right.batchTransactions && left.messageType == right.messageType
      && left.content.rarities == right.content.rarities && ReportContent.hasSameTexts(left.content, right.content)
  }
}

// MARK: - Texts as they are

extension ReportRecord {
  /// One of its texts; nil where the bank did not give it.
  package subscript(_ text: ReportText) -> String? {
    get { content.texts.pointee.bytes(of: text).map { String(decoding: $0, as: UTF8.self) } }
    set {
      ownContent()
      guard var newValue else { return content.texts.pointee[text] = .none }
      content.texts.pointee[text] = newValue.withUTF8 { content.texts.pointee.add(UnsafeRawBufferPointer($0)) }
    }
  }

  /// Looks at a text in UTF-8, without making a String; nil where the bank did not give it.
  package func withBytes<Result>(of text: ReportText, _ look: (UnsafeRawBufferPointer) -> Result) -> Result? {
    withExtendedLifetime(content) { content.texts.pointee.bytes(of: text).map(look) }
  }

  /// Looks at any of its texts, where they are, for as long as the look lasts.
  package func withTexts(_ look: (ReportTexts) -> Void) {
    withExtendedLifetime(content) { look(ReportTexts(arena: content.texts)) }
  }

  /// Whether the bank gave a text.
  package func has(_ text: ReportText) -> Bool { content.texts.pointee.has(text) }

  /// Copies of a record share their content until one is changed.
  mutating func ownContent() {
    if !isKnownUniquelyReferenced(&content) { content = content.copy() }
  }

  mutating func ownRarities() {
    ownContent()
    hasRarities = true
  }

  func amount(_ text: ReportText) -> ReportAmount? {
    self[text].map { ReportAmount(text: $0, currency: self[text.ofCurrency]) }
  }

  mutating func setAmount(_ text: ReportText, _ amount: ReportAmount?) {
    self[text] = amount?.text
    self[text.ofCurrency] = amount?.currency
  }

  func cents(_ text: ReportText) -> Int64? {
    withBytes(of: text, ExactDecimal.cents(utf8:)) ?? nil
  }
}
