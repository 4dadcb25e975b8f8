// What a collection file says, in three levels: the file, its payment information blocks, their debits. Texts are
// already checked and transliterated where they are made; here they are only written.

/// `GrpHdr`: one file.
package struct CollectionFileHeader: Equatable, Sendable {
  package var messageID: String
  /// `CreDtTm`, ISO 8601: `2026-12-01T07:00:00Z`. Fixed with the file, so that its bytes can be made again.
  package var createdAt: String
  /// Debits in the whole file.
  package var transactions: Int
  /// Their sum in cents.
  package var controlSum: Int64
  package var initiatingPartyName: String
  /// Written as `OrgId/Othr/Id`: a creditor identifier, or what the bank calls its client. Some banks want none.
  package var initiatingPartyID: String?
  /// Who gave that id, `OrgId/Othr/Issr`; not written without an id.
  package var initiatingPartyIssuer: String?

  package init(
    messageID: String, createdAt: String, transactions: Int, controlSum: Int64, initiatingPartyName: String,
    initiatingPartyID: String? = nil, initiatingPartyIssuer: String? = nil
  ) {
    self.messageID = messageID
    self.createdAt = createdAt
    self.transactions = transactions
    self.controlSum = controlSum
    self.initiatingPartyName = initiatingPartyName
    self.initiatingPartyID = initiatingPartyID
    self.initiatingPartyIssuer = initiatingPartyIssuer
  }
}

/// `PmtInf`: one creditor, account, scheme, sequence type and collection date.
package struct PaymentBlock: Equatable, Sendable {
  package var paymentInformationID: String
  /// `LclInstrm/Cd`: "CORE" or "B2B".
  package var scheme: String
  /// `SeqTp`: "FRST", "RCUR", "FNAL" or "OOFF".
  package var sequenceType: String
  /// `CtgyPurp/Cd`, of ISO 20022's list ExternalCategoryPurpose1Code: "SUPP".
  package var categoryPurpose: String?
  /// `ReqdColltnDt`: `YYYY-MM-DD`.
  package var collectionDate: String
  /// Debits in this block.
  package var transactions: Int
  /// Their sum in cents.
  package var controlSum: Int64
  /// `BtchBookg`; nil leaves it to what was agreed with the bank.
  package var batchBooking: Bool?
  package var creditorName: String
  package var creditorAddress: PartyAddress?
  package var creditorIBAN: String
  package var creditorBIC: String?
  /// `UltmtCdtr/Nm`: on whose behalf the creditor collects.
  package var ultimateCreditor: String?
  package var creditorIdentifier: String

  package init(
    paymentInformationID: String, scheme: String, sequenceType: String, categoryPurpose: String? = nil,
    collectionDate: String, transactions: Int, controlSum: Int64, batchBooking: Bool? = nil, creditorName: String,
    creditorAddress: PartyAddress? = nil, creditorIBAN: String, creditorBIC: String? = nil,
    ultimateCreditor: String? = nil, creditorIdentifier: String
  ) {
    self.paymentInformationID = paymentInformationID
    self.scheme = scheme
    self.sequenceType = sequenceType
    self.categoryPurpose = categoryPurpose
    self.collectionDate = collectionDate
    self.transactions = transactions
    self.controlSum = controlSum
    self.batchBooking = batchBooking
    self.creditorName = creditorName
    self.creditorAddress = creditorAddress
    self.creditorIBAN = creditorIBAN
    self.creditorBIC = creditorBIC
    self.ultimateCreditor = ultimateCreditor
    self.creditorIdentifier = creditorIdentifier
  }
}

/// `DrctDbtTxInf`: one debit.
package struct Debit: Equatable, Sendable {
  package var instructionID: String?
  package var endToEndID: String
  /// In cents.
  package var amount: Int64
  package var mandateReference: String
  /// `DtOfSgntr`: `YYYY-MM-DD`.
  package var signedOn: String
  /// What changed in the mandate since its last collection; told once, with the first one after the change.
  package var amendment: MandateAmendment?
  package var debtorName: String
  package var debtorAddress: PartyAddress?
  package var debtorIBAN: String
  package var debtorBIC: String?
  /// `UltmtDbtr/Nm`: for whom the debtor pays.
  package var ultimateDebtor: String?
  /// `Purp/Cd`, of ISO 20022's list ExternalPurpose1Code: "ELEC".
  package var purpose: String?
  package var remittance: Remittance?

  package init(
    instructionID: String? = nil, endToEndID: String, amount: Int64, mandateReference: String, signedOn: String,
    amendment: MandateAmendment? = nil, debtorName: String, debtorAddress: PartyAddress? = nil, debtorIBAN: String,
    debtorBIC: String? = nil, ultimateDebtor: String? = nil, purpose: String? = nil, remittance: Remittance? = nil
  ) {
    self.instructionID = instructionID
    self.endToEndID = endToEndID
    self.amount = amount
    self.mandateReference = mandateReference
    self.signedOn = signedOn
    self.amendment = amendment
    self.debtorName = debtorName
    self.debtorAddress = debtorAddress
    self.debtorIBAN = debtorIBAN
    self.debtorBIC = debtorBIC
    self.ultimateDebtor = ultimateDebtor
    self.purpose = purpose
    self.remittance = remittance
  }
}

/// `RmtInf`: what the debtor reads, as a text or as a reference, never both (EPC130-08, EPC131-08).
package enum Remittance: Hashable, Sendable {
  /// `Ustrd`: up to 140 characters.
  case unstructured(String)
  /// `Strd/CdtrRefInf`: the creditor's reference as ISO 11649 has it, `RF18539007547034`.
  case creditorReference(String)
}

/// `AmdmntInfDtls`: what of a mandate was different before, each of it nil where it did not change.
package struct MandateAmendment: Hashable, Sendable {
  /// The debtor's account before.
  package enum OriginalAccount: Hashable, Sendable {
    case iban(String)
    /// `SMNDA`: another account, at the same bank or at another one, that is not told.
    case sameMandateNewAccount
  }

  /// What stands for an account that is not told.
  static let sameMandateNewAccount = "SMNDA"

  /// `OrgnlMndtId`.
  package let originalMandateReference: String?
  /// `OrgnlCdtrSchmeId/Id`.
  package let originalCreditorIdentifier: String?
  /// `OrgnlCdtrSchmeId/Nm`.
  package let originalCreditorName: String?
  /// `OrgnlDbtrAcct`.
  package let originalAccount: OriginalAccount?

  /// nil when nothing changed: an amendment of nothing is none.
  package init?(
    originalMandateReference: String? = nil, originalCreditorIdentifier: String? = nil, originalCreditorName: String? = nil,
    originalAccount: OriginalAccount? = nil
  ) {
    guard
      originalMandateReference != nil || originalCreditorIdentifier != nil || originalCreditorName != nil
        || originalAccount != nil
    else { return nil }
    self.originalMandateReference = originalMandateReference
    self.originalCreditorIdentifier = originalCreditorIdentifier
    self.originalCreditorName = originalCreditorName
    self.originalAccount = originalAccount
  }
}

/// `PstlAdr` in its structured or hybrid form: town and country always stand in their own elements (EPC153-22).
package struct PartyAddress: Equatable, Sendable {
  package var street: String?
  package var building: String?
  package var postcode: String?
  package var town: String
  package var country: String
  /// Lines of the hybrid form; empty in the structured one.
  package var lines: [String]

  package init(
    street: String? = nil, building: String? = nil, postcode: String? = nil, town: String, country: String,
    lines: [String] = []
  ) {
    self.street = street
    self.building = building
    self.postcode = postcode
    self.town = town
    self.country = country
    self.lines = lines
  }
}
