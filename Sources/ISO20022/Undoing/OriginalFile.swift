// What messages that undo collections say of the file they were collected by: reversals (pain.007) after settlement,
// cancellation requests (camt.055) before. Texts are copied from that file, where they were checked; here they are only
// written.

/// The pain.008 that is undone, wholly or in part.
package struct OriginalFile: Equatable, Sendable {
  package var messageID: String
  /// Its version: "pain.008.001.08".
  package var messageType: String
  /// `OrgnlCreDtTm`, as it stands in the file.
  package var createdAt: String?

  package init(messageID: String, messageType: String, createdAt: String? = nil) {
    self.messageID = messageID
    self.messageType = messageType
    self.createdAt = createdAt
  }
}

/// A block of it, and how many of its debits are undone.
package struct OriginalBlock: Equatable, Sendable {
  package var paymentInformationID: String
  /// All debits of the original block, and their sum in cents.
  package var originalTransactions: Int
  package var originalControlSum: Int64
  /// The debits undone here, and their sum in cents.
  package var transactions: Int
  package var controlSum: Int64
  /// `LclInstrm/Cd`: "CORE" or "B2B".
  package var scheme: String
  /// `SeqTp`: "FRST", "RCUR", "FNAL" or "OOFF".
  package var sequenceType: String
  /// `ReqdColltnDt`: `YYYY-MM-DD`.
  package var collectionDate: String
  package var creditorName: String
  package var creditorIBAN: String
  package var creditorBIC: String?
  package var ultimateCreditor: String?
  package var creditorIdentifier: String

  package init(
    paymentInformationID: String, originalTransactions: Int, originalControlSum: Int64, transactions: Int,
    controlSum: Int64, scheme: String, sequenceType: String, collectionDate: String, creditorName: String,
    creditorIBAN: String, creditorBIC: String? = nil, ultimateCreditor: String? = nil, creditorIdentifier: String
  ) {
    self.paymentInformationID = paymentInformationID
    self.originalTransactions = originalTransactions
    self.originalControlSum = originalControlSum
    self.transactions = transactions
    self.controlSum = controlSum
    self.scheme = scheme
    self.sequenceType = sequenceType
    self.collectionDate = collectionDate
    self.creditorName = creditorName
    self.creditorIBAN = creditorIBAN
    self.creditorBIC = creditorBIC
    self.ultimateCreditor = ultimateCreditor
    self.creditorIdentifier = creditorIdentifier
  }
}

/// A debit of it, as it was collected.
///
/// Addresses are left out: nothing in a message that undoes needs them, and those of the past may be of a form that banks
/// refuse today.
package struct OriginalDebit: Equatable, Sendable {
  package var instructionID: String?
  package var endToEndID: String
  /// In cents.
  package var amount: Int64
  package var mandateReference: String
  /// `DtOfSgntr`: `YYYY-MM-DD`.
  package var signedOn: String
  package var debtorName: String
  package var debtorIBAN: String
  package var debtorBIC: String?
  package var ultimateDebtor: String?
  /// `RmtInf/Ustrd`.
  package var remittance: String?
  /// `RmtInf/Strd/CdtrRefInf/Ref`, instead of a text: a reference as ISO 11649 has it.
  package var creditorReference: String?

  package init(
    instructionID: String? = nil, endToEndID: String, amount: Int64, mandateReference: String, signedOn: String,
    debtorName: String, debtorIBAN: String, debtorBIC: String? = nil, ultimateDebtor: String? = nil,
    remittance: String? = nil, creditorReference: String? = nil
  ) {
    self.instructionID = instructionID
    self.endToEndID = endToEndID
    self.amount = amount
    self.mandateReference = mandateReference
    self.signedOn = signedOn
    self.debtorName = debtorName
    self.debtorIBAN = debtorIBAN
    self.debtorBIC = debtorBIC
    self.ultimateDebtor = ultimateDebtor
    self.remittance = remittance
    self.creditorReference = creditorReference
  }
}
