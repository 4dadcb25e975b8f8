// Where each message keeps what a record is made of.

/// What an element of a report contributes to the record it stands in.
enum ReportRole: Sendable {
  /// Starts a record, delivered at the element's end.
  case record(ReportRecord.Kind)
  /// An `NtryDtls` of the entry.
  case details
  /// A `Btch` of the entry.
  case batch
  /// An `RtrInf`: its presence alone says something.
  case returnInformation
  case field(ReportField)
}

/// The values a record takes from text.
enum ReportField: Sendable {
  case messageID, createdAt, statementID, accountIBAN
  case originalMessageID, originalMessageName, originalPaymentInformationID, originalInstructionID, originalEndToEndID
  case mandateID, transactionID, entryReference, accountServicerReference, debtorAccountIBAN
  case status, proprietaryStatus
  case amount, transactionAmount, instructedAmount
  case creditDebit, reversal
  case bookingDay, valueDay
  case domain, family, subfamily, proprietaryCode
  case reason, proprietaryReason, reasonText
  case chargesTotal, charge, chargeSign
  case batchMessageID, batchPaymentInformationID, batchTransactions, batchTotal
  case accountCurrency, electronicNumber, legalNumber, page, lastPage, from, to, balanceType
  case creditorReference, localInstrument
  /// What we asked for, where the same is said elsewhere in the record too.
  case referencedAmount

  /// The text that is the value as it stands; nil where there is more to it.
  var text: ReportText? {
    switch self {
    case .messageID: .messageID
    case .createdAt: .createdAt
    case .statementID: .statementID
    case .accountIBAN: .accountIBAN
    case .originalMessageID: .originalMessageID
    case .originalMessageName: .originalMessageName
    case .originalPaymentInformationID: .originalPaymentInformationID
    case .originalInstructionID: .originalInstructionID
    case .originalEndToEndID: .originalEndToEndID
    case .mandateID: .mandateID
    case .transactionID: .transactionID
    case .entryReference: .entryReference
    case .accountServicerReference: .accountServicerReference
    case .debtorAccountIBAN: .debtorAccountIBAN
    case .status: .status
    case .amount: .amount
    case .transactionAmount: .transactionAmount
    case .instructedAmount: .instructedAmount
    case .referencedAmount: .referencedAmount
    case .chargesTotal: .chargesTotal
    case .domain: .domain
    case .family: .family
    case .subfamily: .subfamily
    case .proprietaryCode: .proprietaryCode
    case .batchMessageID: .batchMessageID
    case .batchPaymentInformationID: .batchPaymentInformationID
    case .batchTotal: .batchTotal
    case .accountCurrency: .accountCurrency
    case .from: .from
    case .to: .to
    case .balanceType: .balanceType
    case .localInstrument: .localInstrument
    case .proprietaryStatus, .creditDebit, .reversal, .bookingDay, .valueDay, .reason, .proprietaryReason, .reasonText,
      .charge, .chargeSign, .batchTransactions, .electronicNumber, .legalNumber, .page, .lastPage, .creditorReference:
      nil
    }
  }

  /// Whether the element carries its currency in `Ccy`.
  var hasCurrency: Bool {
    switch self {
    case .amount, .transactionAmount, .instructedAmount, .referencedAmount, .chargesTotal, .charge, .batchTotal: true
    default: false
    }
  }

  /// Whether it belongs to the last `Btch` of the entry, which may stand after the transactions of an earlier one.
  var isOfBatch: Bool {
    switch self {
    case .batchMessageID, .batchPaymentInformationID, .batchTransactions, .batchTotal: true
    default: false
    }
  }
}

/// The paths of one message version, and the names that must not stand anywhere else.
///
/// A class, so that the reader can look at it for each tag without copying it.
final class ReportLayout: Sendable {
  let version: MessageVersion
  let paths: ElementPaths<ReportRole>
  /// Elements that say what money did: one of them off its path would be overlooked, so it is refused.
  let bound: ElementNameSet

  init(_ version: MessageVersion) {
    self.version = version
    paths = Self.paths[version.family] ?? Self.noPaths
    bound = Self.bound[version.family] ?? Self.noNames
  }

  static let noNames = ElementNameSet([], of: names)
  private static let bound: [MessageVersion.Family: ElementNameSet] = Dictionary(
    uniqueKeysWithValues: MessageVersion.Family.allCases.map { family in
      (family, ElementNameSet((boundNames + [family.groupElement]).map { names[$0] }, of: names))
    })
  /// Of no message.
  static let noPaths = ElementPaths<ReportRole>(names: names, roles: [])

  /// Made once: the versions of one message share their paths, which begin below the message's element.
  private static let paths: [MessageVersion.Family: ElementPaths<ReportRole>] = Dictionary(
    uniqueKeysWithValues: MessageVersion.Family.allCases.map { family in
      (family, ElementPaths(names: names, roles: family.roles))
    })

  /// Every name of every layout.
  static let names = XMLNames(
    MessageVersion.Family.allCases.flatMap { family in
      family.roles.flatMap { $0.0.split(separator: "/").map(String.init) }
    } + ["Ccy", "SplmtryData"] + boundNames)

  /// Bound in one of the messages.
  static let everBound = (boundNames + MessageVersion.Family.allCases.map(\.groupElement)).map { names[$0] }

  private static let boundNames = [
    "Ntry", "TxDtls", "RtrInf", "Btch", "OrgnlGrpInfAndSts", "OrgnlPmtInfAndSts", "TxInfAndSts", "StsRsnInf",
  ]
}
