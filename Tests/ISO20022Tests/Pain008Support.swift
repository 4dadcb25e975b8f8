import Foundation
import ISO20022
import TestSupport
import Testing

/// A collection file as values.
struct SampleFile {
  var header: CollectionFileHeader
  var blocks: [(block: PaymentBlock, debits: [Debit])]

  init(_ blocks: [(block: PaymentBlock, debits: [Debit])]) {
    self.blocks = blocks
    let debits = blocks.flatMap(\.debits)
    header = CollectionFileHeader(
      messageID: "MSG-1", createdAt: "2026-12-01T07:00:00Z", transactions: debits.count,
      controlSum: debits.reduce(0) { $0 + $1.amount }, initiatingPartyName: "Acme (France)",
      initiatingPartyID: "FR72ZZZ123456")
  }

  func written(_ version: Pain008Version = .v08, to sink: @escaping ByteSink) throws {
    let writer = Pain008Writer(version: version, sink: sink)
    try writer.begin(header)
    for (block, debits) in blocks {
      try writer.beginBlock(block)
      for debit in debits { try writer.debit(debit) }
      try writer.endBlock()
    }
    try writer.end()
  }

  func bytes(_ version: Pain008Version = .v08) throws -> [UInt8] {
    final class Box { var bytes: [UInt8] = [] }
    let box = Box()
    try written(version) { box.bytes.append(contentsOf: $0) }
    return box.bytes
  }
}

extension SampleFile {
  /// What a reader has to deliver of it.
  func events(_ version: Pain008Version) -> [Pain008Event] {
    var header = Pain008Reader.Header()
    header.messageType = version.messageType
    header.messageID = self.header.messageID
    header.createdAt = self.header.createdAt
    header.transactions = self.header.transactions
    header.controlSum = self.header.controlSum
    header.initiatingPartyName = self.header.initiatingPartyName
    header.initiatingPartyID = self.header.initiatingPartyID
    header.initiatingPartyIssuer = self.header.initiatingPartyIssuer
    return [.header(header)]
      + blocks.flatMap { block, debits in [.block(Self.read(block))] + debits.map { .debit(Self.read($0)) } + [.endOfBlock] }
  }

  private static func read(_ block: PaymentBlock) -> Pain008Reader.Block {
    var read = Pain008Reader.Block()
    read.paymentInformationID = block.paymentInformationID
    read.transactions = block.transactions
    read.controlSum = block.controlSum
    read.batchBooking = block.batchBooking
    read.scheme = block.scheme
    read.sequenceType = block.sequenceType
    read.categoryPurpose = block.categoryPurpose
    read.collectionDate = block.collectionDate
    read.creditorName = block.creditorName
    read.creditorIBAN = block.creditorIBAN
    read.creditorBIC = block.creditorBIC
    read.ultimateCreditor = block.ultimateCreditor
    read.creditorIdentifier = block.creditorIdentifier
    return read
  }

  static func read(_ debit: Debit) -> Pain008Reader.Debit {
    var read = Pain008Reader.Debit()
    read.instructionID = debit.instructionID
    read.endToEndID = debit.endToEndID
    read.amount = debit.amount
    read.currency = "EUR"
    read.mandateReference = debit.mandateReference
    read.signedOn = debit.signedOn
    read.originalMandateReference = debit.amendment?.originalMandateReference
    read.originalCreditorIdentifier = debit.amendment?.originalCreditorIdentifier
    read.originalCreditorName = debit.amendment?.originalCreditorName
    switch debit.amendment?.originalAccount {
    case .iban(let iban): read.originalDebtorIBAN = iban
    case .sameMandateNewAccount: read.originalDebtorAccount = "SMNDA"
    case nil: break
    }
    read.debtorName = debit.debtorName
    read.debtorTown = debit.debtorAddress?.town
    read.debtorCountry = debit.debtorAddress?.country
    read.debtorIBAN = debit.debtorIBAN
    read.debtorBIC = debit.debtorBIC
    read.ultimateDebtor = debit.ultimateDebtor
    read.purpose = debit.purpose
    switch debit.remittance {
    case .unstructured(let text): read.remittance = text
    case .creditorReference(let reference): read.creditorReference = reference
    case nil: break
    }
    return read
  }
}

func sampleBlock(_ id: String, _ debits: [Debit]) -> (block: PaymentBlock, debits: [Debit]) {
  let block = PaymentBlock(
    paymentInformationID: id, scheme: "B2B", sequenceType: "RCUR", collectionDate: "2026-12-03",
    transactions: debits.count, controlSum: debits.reduce(0) { $0 + $1.amount }, batchBooking: true,
    creditorName: "Acme", creditorIBAN: "FR7630006000011234567890189", creditorIdentifier: "FR72ZZZ123456")
  return (block, debits)
}

func sampleDebit(_ number: Int, cents: Int64 = 1250) -> Debit {
  Debit(
    endToEndID: "E2E-\(number)", amount: cents, mandateReference: "RUM-\(number)", signedOn: "2026-01-31",
    debtorName: "Dupont + fils", debtorIBAN: "DE89370400440532013000")
}

/// What a reader delivers.
func readEvents(_ bytes: [UInt8], piece: Int = .max) throws(Pain008ReadFault) -> [Pain008Event] {
  final class Box { var events: [Pain008Event] = [] }
  let box = Box()
  let reader = Pain008Reader { box.events.append($0) }
  var rest = bytes[...]
  while !rest.isEmpty {
    let slice = Array(rest.prefix(piece))
    rest = rest.dropFirst(slice.count)
    try slice.span.withUnsafeBytes { (bytes) throws(Pain008ReadFault) in try reader.feed(bytes) }
  }
  try reader.finish()
  return box.events
}

/// Validates bytes in pieces.
func validate(_ bytes: [UInt8], schema: String, piece: Int = .max) throws(SchemaFault) {
  let validator = try SchemaValidator(schemaPath: schema)
  var rest = bytes[...]
  while !rest.isEmpty {
    let slice = Array(rest.prefix(piece))
    rest = rest.dropFirst(slice.count)
    try slice.span.withUnsafeBytes { (bytes) throws(SchemaFault) in try validator.feed(bytes) }
  }
  try validator.finish()
}

/// xmllint's verdict on a file.
func xmllintAccepts(_ file: String, schema: String) throws -> Bool {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["xmllint", "--noout", "--nonet", "--schema", schema, file]
  process.standardOutput = FileHandle.nullDevice
  process.standardError = FileHandle.nullDevice
  try process.run()
  process.waitUntilExit()
  try #require(process.terminationStatus != 127, "xmllint is not installed")
  return process.terminationStatus == 0
}
