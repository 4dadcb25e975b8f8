import ISO20022

/// Files as sepad writes them, with each of the things that it may write and without.
enum SampleShapes {
  static func all() throws -> [[UInt8]] { try files().map { try $0.bytes() } }

  static func files() -> [SampleFile] {
    let address = PartyAddress(street: "rue de la Paix", building: "1", postcode: "75002", town: "Paris", country: "FR")
    let hybrid = PartyAddress(town: "Zollikon", country: "CH", lines: ["Seestrasse 12", "Haus B"])
    var shapes: [SampleFile] = []
    for scheme in ["CORE", "B2B"] {
      for sequence in ["FRST", "RCUR", "FNAL", "OOFF"] {
        for batch in [nil, true, false] {
          var plain = sampleBlock("P-1", [sampleDebit(1), sampleDebit(2, cents: 99_999_999_999)])
          var rich = sampleBlock("P-2", [full(3, hybrid), full(4, address)])
          (plain.block.batchBooking, rich.block.batchBooking) = (batch, batch)
          (plain.block.scheme, rich.block.scheme) = (scheme, scheme)
          (plain.block.sequenceType, rich.block.sequenceType) = (sequence, sequence)
          rich.block.creditorAddress = address
          rich.block.creditorBIC = "AGRIFRPP"
          var file = SampleFile([plain, rich])
          shapes.append(file)
          file.header.initiatingPartyID = nil
          shapes.append(file)
        }
      }
    }
    return shapes
  }

  private static func full(_ number: Int, _ address: PartyAddress) -> Debit {
    var debit = sampleDebit(number, cents: 1)
    debit.instructionID = "I-\(number)"
    debit.debtorAddress = address
    debit.debtorIBAN = address.country == "CH" ? "CH9300762011623852957" : "NL91ABNA0417164300"
    debit.debtorBIC = address.country == "CH" ? "UBSWCHZH80A" : "ABNANL2A"
    debit.ultimateDebtor = "Martin"
    debit.remittance = .unstructured("Invoice \(number)")
    return debit
  }
}
