import Foundation
import ISO20022
import TestSupport
import Testing

/// Debits by chance, over all of SEPA, through everything that looks at a collection file.
@Suite("Generated debits")
struct Pain008GeneratorTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let seed = environment["SEPAD_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)
  /// In each version.
  private static let count = environment["SEPAD_GENERATED"].flatMap(Int.init) ?? 20_000
  /// The judge of a debug build takes half a millisecond for each: it sees all only when it was asked for.
  private static let judgedCount = environment["SEPAD_GENERATED"] == nil ? 1_500 : count

  @Test("are valid by schema and rules in each version, and are read back as they were", arguments: Pain008Version.all)
  func valid(_ version: Pain008Version) throws {
    print("generated debits of \(version): SEPAD_SEED=\(Self.seed)")
    var generator = DebitGenerator(seed: Self.seed, version: version)
    let debits = (0..<Self.count).map { _ in generator.next() }

    final class Seen {
      var findings: [Finding] = []
      var next = 0
      var sum: Int64 = 0
      var others: [Int] = []
    }
    let seen = Seen()
    let validator = try schemaPath(version.messageType).map { try SchemaValidator(schemaPath: $0) }
    let reader = Pain008Reader { event in
      guard case .debit(let debit) = event else { return }
      seen.sum += debit.amount
      if debit != SampleFile.read(debits[seen.next]) || debit.amendment != debits[seen.next].amendment {
        seen.others.append(seen.next)
      }
      seen.next += 1
    }
    try Self.file(of: debits[...], version).written(version) { bytes in
      try validator?.feed(bytes)
      try reader.feed(bytes)
    }
    try validator?.finish()
    try reader.finish()
    let judged = debits.prefix(Self.judgedCount)
    let judge = MessageJudge(schemas: nil, manyTransactions: debits.count) { seen.findings.append($0) }
    try Self.file(of: judged, version).written(version) { judge.feed($0) }
    let verdict = judge.finish()

    let told = "SEPAD_SEED=\(Self.seed)"
    let isSEPA = version == .v02 || version == .v08
    #expect(seen.findings.map(\.rule) == (isSEPA ? [] : ["message-version"]), "\(told) \(seen.findings.prefix(5).map(\.text))")
    #expect(verdict.transactions == judged.count && verdict.errors == 0, "\(told)")
    #expect(seen.next == debits.count && seen.sum == debits.reduce(0) { $0 + $1.amount }, "\(told)")
    #expect(seen.others == [], "\(told): read as others than they were")
    // What chance must not have left out.
    let countries = Set(debits.map { String($0.debtorIBAN.prefix(2)) })
    #expect(countries.count == (version.carriesStructuredAddresses ? 42 : 30), "\(told) \(countries.sorted())")
    #expect(debits.contains { $0.amount == 1 } && debits.contains { $0.amount == 99_999_999_999 }, "\(told)")
    #expect(debits.contains { $0.debtorName.utf8.count == 70 }, "\(told)")
    #expect(Set(debits.map { $0.amendment.map(Self.kind) }).count == 24, "\(told)")
  }

  /// A block for each sequence type, the last with what is left.
  private static func file(of debits: ArraySlice<Debit>, _ version: Pain008Version) -> SampleFile {
    let size = (debits.count + 3) / 4
    let blocks = ["FRST", "RCUR", "FNAL", "OOFF"].enumerated().map { number, sequence in
      var block = sampleBlock("P-\(number)", Array(debits.dropFirst(number * size).prefix(size)))
      block.block.sequenceType = sequence
      block.block.scheme = "CORE"
      block.block.creditorAddress =
        version.carriesStructuredAddresses ? PartyAddress(town: "Paris", country: "FR") : nil
      return block
    }
    return SampleFile(blocks.filter { !$0.debits.isEmpty })
  }

  /// What of a mandate changed.
  private static func kind(_ amendment: MandateAmendment) -> String {
    let account =
      switch amendment.originalAccount {
      case nil: "-"
      case .iban: "iban"
      case .sameMandateNewAccount: "smnda"
      }
    return [
      amendment.originalMandateReference == nil, amendment.originalCreditorIdentifier == nil,
      amendment.originalCreditorName == nil,
    ].map { "\($0)" }.joined() + account
  }
}
