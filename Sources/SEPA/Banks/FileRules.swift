/// What one bank wants of a collection file, within what the schemes allow. Comes from the bank's profile
/// (`sepad profile`), and holds for what is built, for what intake accepts, and for what `sepad validate --profile` judges.
package struct FileRules: Equatable, Sendable {
  /// How many payment information blocks a file may have.
  package enum Blocks: String, CaseIterable, Sendable {
    /// One for each account, sequence type and collection date.
    case many
    /// One file for each account, sequence type and collection date.
    case one
  }

  /// Which form of a debtor's or creditor's address the bank takes. An address that it does not take is left out, which
  /// the schemes allow for accounts inside the EEA; outside, the debtor cannot be collected from.
  package enum Addresses: String, CaseIterable, Sendable {
    /// Town and country with up to two lines of text, or wholly in elements of their own.
    case hybrid
    /// In elements of their own only.
    case structured
    /// None.
    case none
  }

  /// Which debtors need a BIC beside the IBAN.
  package enum BICs: String, CaseIterable, Sendable {
    case optional
    /// Those whose account is outside the EEA.
    case outsideEEA = "outside-eea"
    /// All, and the creditor's account too.
    case required
  }

  /// How the collections of recurrent mandates are marked (SDD rulebooks, AT-21).
  package enum Sequences: String, CaseIterable, Sendable {
    /// RCUR, all of them.
    case recurrent
    /// FRST until the bank has accepted one, for the account that the mandate has then; RCUR afterwards; FNAL for the last.
    /// Nothing else of a mandate leaves while its first is not answered.
    case first
  }

  /// How the file's bytes are packed before they leave.
  package enum Compression: String, CaseIterable, Sendable {
    case none, gzip
  }

  /// Who the initiating party says it is (`GrpHdr/InitgPty/Id/OrgId/Othr`).
  package enum InitiatingPartyID: Equatable, Sendable {
    case creditorIdentifier
    /// What the bank calls its client, and who gave the number.
    case given(String, issuer: String?)
    case none

    /// What is written for a creditor with this identifier.
    package func values(creditorIdentifier: String) -> (id: String?, issuer: String?) {
      switch self {
      case .creditorIdentifier: (creditorIdentifier, nil)
      case .given(let id, let issuer): (id, issuer)
      case .none: (nil, nil)
      }
    }
  }

  /// The message's version, as ISO 20022 names it: `pain.008.001.08`.
  package var message: String
  package var blocks: Blocks
  /// Debits in a file, at most.
  package var maxTransactions: Int
  /// Bytes of the document, at most, before it is packed; nil without a limit.
  package var maxBytes: Int64?
  /// `BtchBookg`: one credit for a block, one each, or as agreed with the bank.
  package var batchBooking: Bool?
  package var sequences: Sequences
  package var addresses: Addresses
  package var bics: BICs
  package var initiatingPartyID: InitiatingPartyID
  package var compression: Compression
  /// The message in which it takes requests for cancellation (`camt.055.001.08`), and reversals (`pain.007.001.09`); nil
  /// where it takes none.
  package var cancellation: String?
  package var reversal: String?

  package init(
    message: String = "pain.008.001.08", blocks: Blocks = .many, maxTransactions: Int = 50_000, maxBytes: Int64? = nil,
    batchBooking: Bool? = nil, sequences: Sequences = .recurrent, addresses: Addresses = .hybrid, bics: BICs = .optional,
    initiatingPartyID: InitiatingPartyID = .creditorIdentifier, compression: Compression = .none,
    cancellation: String? = nil, reversal: String? = "pain.007.001.09"
  ) {
    self.message = message
    self.blocks = blocks
    self.maxTransactions = maxTransactions
    self.maxBytes = maxBytes
    self.batchBooking = batchBooking
    self.sequences = sequences
    self.addresses = addresses
    self.bics = bics
    self.initiatingPartyID = initiatingPartyID
    self.compression = compression
    self.cancellation = cancellation
    self.reversal = reversal
  }
}

/// What decides whether a bank takes a debit of a debtor: facts of the account and the address, without either.
package struct DebtorFacts: Hashable, Sendable, CaseIterable {
  package let hasBIC: Bool
  /// Whether the BIC has the form of before ISO 9362:2014; true without one.
  package let isBICOfOldForm: Bool
  /// Whether the account, by its IBAN or its BIC, is outside the EEA, where the address is compulsory.
  package let isOutsideEEA: Bool
  package let address: FileRules.Addresses

  package init(hasBIC: Bool, isBICOfOldForm: Bool = true, isOutsideEEA: Bool, address: FileRules.Addresses) {
    self.hasBIC = hasBIC
    self.isBICOfOldForm = isBICOfOldForm
    self.isOutsideEEA = isOutsideEEA
    self.address = address
  }

  package static let allCases: [DebtorFacts] = [(false, true), (true, true), (true, false)].flatMap { hasBIC, isOld in
    [false, true].flatMap { outside in
      FileRules.Addresses.allCases.map {
        DebtorFacts(hasBIC: hasBIC, isBICOfOldForm: isOld, isOutsideEEA: outside, address: $0)
      }
    }
  }

  /// Reads what `text` gives; nil for anything else.
  package init?(text: String) {
    guard let facts = Self.byText[text] else { return nil }
    self = facts
  }

  private static let byText = Dictionary(uniqueKeysWithValues: allCases.map { ($0.text, $0) })

  /// As the database writes them: `bic outside hybrid`, `new-bic inside none`, `- inside none`.
  package var text: String {
    let bic = hasBIC ? isBICOfOldForm ? "bic" : "new-bic" : "-"
    return "\(bic) \(isOutsideEEA ? "outside" : "inside") \(address.rawValue)"
  }
}

extension FileRules {
  /// Whether the bank takes an address in this form.
  package func carries(_ form: Addresses) -> Bool {
    switch (form, addresses) {
    case (.none, _), (_, .none): false
    case (.structured, _), (.hybrid, .hybrid): true
    case (.hybrid, .structured): false
    }
  }

  /// pain.008.001.02 is of 2009 and has no BIC of the form of ISO 9362:2014. A file with one would be refused whole.
  private var carriesAllBICs: Bool { message != "pain.008.001.02" }

  /// A BIC as far as the message's version has its form; else nothing is written, which the schemes allow: who needs one was
  /// held before.
  package func carried(bic: String?) throws(ValueFault) -> String? {
    guard let bic, !carriesAllBICs else { return bic }
    return try BIC(bic).isOfOldForm ? bic : nil
  }

  /// What keeps a debtor from being collected from through the bank; nil for nothing.
  package func obstacle(for debtor: DebtorFacts) -> Obstacle? {
    let hasBIC = debtor.hasBIC && (debtor.isBICOfOldForm || carriesAllBICs)
    if !hasBIC, bics == .required || bics == .outsideEEA && debtor.isOutsideEEA { return .noBIC }
    // Whoever needs an address and has none is refused as a mandate, whatever the bank.
    return debtor.isOutsideEEA && debtor.address != .none && !carries(debtor.address) ? .address : nil
  }

  /// The facts of which `obstacle` knows something to say.
  package var obstacles: [(facts: DebtorFacts, obstacle: Obstacle)] {
    DebtorFacts.allCases.compactMap { facts in obstacle(for: facts).map { (facts, $0) } }
  }

  /// Why a debtor cannot be collected from through a bank, though the scheme would allow it.
  package enum Obstacle: String, CaseIterable, Sendable {
    /// The bank wants a BIC of each debtor, or of those outside the EEA.
    case noBIC = "bank wants a BIC"
    /// The account is outside the EEA, where the address is compulsory, and the bank takes none in this form.
    case address = "bank takes no such address"

    /// Completes "expected …".
    package var expected: String {
      switch self {
      case .noBIC: "the BIC of the debtor's bank, of a form that the message has"
      case .address: "an address in the form that the bank takes, as it is compulsory outside the EEA"
      }
    }

    package var hint: String {
      switch self {
      case .noBIC: "give the BIC with the mandate, or set bic = \"optional\" for the bank if it wants none"
      case .address: "give street, building, postcode, town and country in their own fields"
      }
    }
  }
}
