import ISO20022

/// What a pain.008 of one block says, made up and held in memory, so that only its writing is measured.
struct DebitOrder {
  let header: CollectionFileHeader
  let block: PaymentBlock
  let debits: [Debit]

  init(payments: Int) {
    debits = (0..<payments).map { number in
      let digits = String(1_000_000_000 + number)
      return Debit(
        instructionID: "SEPAD-\(digits)", endToEndID: "INVOICE-2026-\(digits)", amount: Int64(1000 + number * 7919 % 90_000),
        mandateReference: "MANDATE-\(digits)", signedOn: "2025-03-01", debtorName: "Muster & Sohn GmbH \(digits)",
        debtorAddress: PartyAddress(street: "Lange Strasse", building: "12", postcode: "10115", town: "Berlin", country: "DE"),
        debtorIBAN: "DE02120300000000202051", debtorBIC: "BYLADEM1001",
        remittance: .unstructured("Invoice 2026-\(digits) of 1 December 2026, thank you"))
    }
    let sum = debits.reduce(0) { $0 + $1.amount }
    header = CollectionFileHeader(
      messageID: "SEPAD-20261201-000001", createdAt: "2026-12-01T07:00:00Z", transactions: payments, controlSum: sum,
      initiatingPartyName: "Stadtwerke Beispiel AG")
    block = PaymentBlock(
      paymentInformationID: "SEPAD-20261201-000001-01", scheme: "CORE", sequenceType: "RCUR", collectionDate: "2026-12-10",
      transactions: payments, controlSum: sum, creditorName: "Stadtwerke Beispiel AG",
      creditorIBAN: "DE02120300000000202051", creditorBIC: "BYLADEM1001", creditorIdentifier: "DE98ZZZ09999999999")
  }

  /// - Returns: how many bytes there were.
  func write() throws -> Int {
    var size = 0
    try write { size += $0.count }
    return size
  }

  /// Writes and validates in one pass, as the building stage does.
  func writeValidated(by schema: String) throws {
    let validator = try SchemaValidator(schemaPath: schema)
    try write { try validator.feed($0) }
    try validator.finish()
  }

  /// The whole file.
  func bytes() throws -> [UInt8] {
    var bytes: [UInt8] = []
    try write { bytes += $0 }
    return bytes
  }

  private func write(to sink: @escaping ByteSink) throws {
    let writer = Pain008Writer(sink: sink)
    try writer.begin(header)
    try writer.beginBlock(block)
    for debit in debits { try writer.debit(debit) }
    try writer.endBlock()
    try writer.end()
  }
}
