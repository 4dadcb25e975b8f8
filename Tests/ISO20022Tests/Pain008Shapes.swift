import ISO20022

/// Everything of a mandate that can have changed, in each combination that the rulebooks allow: 23 of them, and none.
struct AmendmentShape: Sendable {
  /// What of it changed: `mandate-id-name-iban`; `none` without a change.
  let name: String
  let amendment: MandateAmendment?

  static let all: [AmendmentShape] = [false, true].flatMap { mandate in
    [false, true].flatMap { identifier in
      [false, true].flatMap { creditorName in
        [nil, .iban(originalIBAN), .sameMandateNewAccount].map { account in
          AmendmentShape(mandate, identifier, creditorName, account)
        }
      }
    }
  }

  private static let originalIBAN = "IT60X0542811101000000123456"

  private init(_ mandate: Bool, _ identifier: Bool, _ creditorName: Bool, _ account: MandateAmendment.OriginalAccount?) {
    amendment = MandateAmendment(
      originalMandateReference: mandate ? "RUM-OLD" : nil, originalCreditorIdentifier: identifier ? "DE98ZZZ09999999999" : nil,
      originalCreditorName: creditorName ? "Old Acme" : nil, originalAccount: account)
    let changed = [
      mandate ? "mandate" : nil, identifier ? "id" : nil, creditorName ? "name" : nil,
      account.map { $0 == .sameMandateNewAccount ? "smnda" : "iban" },
    ].compactMap(\.self)
    name = changed.isEmpty ? "none" : changed.joined(separator: "-")
  }
}

extension SampleFile {
  /// A file of one scheme with a debit of each amendment, and with each other thing that may be said, said and not said.
  static func ofAllShapes(_ version: Pain008Version, scheme: String) -> SampleFile {
    let address = PartyAddress(
      street: "rue de la Paix", building: "1", postcode: "75002", town: "Paris", country: "FR")
    let hybrid = PartyAddress(town: "Zollikon", country: "CH", lines: ["Seestrasse 12", "Haus B"])
    let isCarried = version.carriesStructuredAddresses
    let amended = AmendmentShape.all.enumerated().map { number, shape in
      var debit = sampleDebit(number, cents: Int64(number) * 1_001 + 1)
      debit.endToEndID = shape.name
      debit.amendment = shape.amendment
      return debit
    }
    var full = sampleDebit(100, cents: 99_999_999_999)
    full.instructionID = "I-1"
    full.amendment = AmendmentShape.all.last?.amendment
    full.debtorBIC = "COBADEFFXXX"
    full.debtorAddress = isCarried ? address : nil
    full.ultimateDebtor = "Martin"
    full.purpose = "ELEC"
    full.remittance = .unstructured("Facture 42 / Rechnung (42)")
    var structured = sampleDebit(101, cents: 1)
    structured.remittance = .creditorReference("RF18539007547034")
    structured.purpose = "OTHR"
    if isCarried {
      structured.debtorIBAN = "CH9300762011623852957"
      structured.debtorBIC = "UBSWCHZH80A"
      structured.debtorAddress = hybrid
    }
    var plain = sampleBlock("P-PLAIN", amended)
    plain.block.scheme = scheme
    plain.block.batchBooking = nil
    var rich = sampleBlock("P-RICH", [full, structured])
    rich.block.scheme = scheme
    rich.block.sequenceType = "FRST"
    rich.block.categoryPurpose = "SUPP"
    rich.block.creditorBIC = "AGRIFRPP"
    rich.block.creditorAddress = isCarried ? address : nil
    rich.block.ultimateCreditor = "Acme Energy"
    var file = SampleFile([plain, rich])
    file.header.initiatingPartyID = "CLIENT-1"
    file.header.initiatingPartyIssuer = "BANK"
    return file
  }
}
