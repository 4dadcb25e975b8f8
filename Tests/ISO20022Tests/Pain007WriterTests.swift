import ISO20022
import TestSupport
import Testing

/// A reversal file as values.
struct SampleReversals {
  typealias Block = (block: OriginalBlock, reversals: [Reversal])

  var header: ReversalFileHeader
  var blocks: [Block]

  init(_ blocks: [Block]) {
    self.blocks = blocks
    let reversals = blocks.flatMap(\.reversals)
    header = ReversalFileHeader(
      messageID: "RVS-1", createdAt: "2026-12-05T07:00:00Z", transactions: reversals.count,
      controlSum: reversals.reduce(0) { $0 + $1.amount }, initiatingPartyName: "Acme (France)",
      initiatingPartyID: "FR72ZZZ123456", original: UndoSample.original)
  }

  func text(_ version: Pain007Version = .v09) throws -> String {
    let collected = Collected()
    let writer = Pain007Writer(version: version) { collected.bytes.append(contentsOf: $0) }
    try writer.begin(header)
    for (block, reversals) in blocks {
      try writer.beginBlock(block)
      for reversal in reversals { try writer.reversal(reversal) }
      try writer.endBlock()
    }
    try writer.end()
    return collected.text
  }

  static func reversal(_ debit: OriginalDebit, _ reason: ReversalReason = .duplicate) -> Reversal {
    Reversal(reversalID: "RVS-\(debit.endToEndID)", debit: debit, reason: reason)
  }

  /// One plain debit; two blocks with all that may be said; less than the whole amount.
  static var shapes: [(name: String, file: SampleReversals)] {
    let plain = UndoSample.plain, rich = UndoSample.rich, referred = UndoSample.referred
    var less = reversal(rich, .unspecified)
    less.amount = 1
    var part = SampleReversals([(UndoSample.block("P-1", [rich]), [less])])
    part.blocks[0].block.controlSum = 1
    part.header.initiatingPartyID = nil
    part.header.original.createdAt = nil
    return [
      ("one debit", SampleReversals([(UndoSample.block("P-1", [plain]), [reversal(plain)])])),
      (
        "two blocks",
        SampleReversals([
          (UndoSample.block("P-1", [plain, rich], rich: true), [reversal(plain), reversal(rich, .unspecified)]),
          (UndoSample.block("P-2", [referred]), [reversal(referred)]),
        ])
      ),
      ("a part of an amount", part),
    ]
  }
}

@Suite("Reversal files") struct Pain007WriterTests {
  @Test("read like the guidelines, in each version and shape", arguments: Pain007Version.all)
  func goldens(version: Pain007Version) throws {
    let texts = try SampleReversals.shapes.map { "\($0.name)\n\n\(onLines(try $0.file.text(version)))" }
    try undoGolden(version.messageType, texts.joined(separator: "\n"))
  }

  /// No collection of schemas that we know has .09: .08 differs from it in nothing that is written here, and what is
  /// copied of the collection is of the type that camt.055.001.08 has, whose schema is at hand.
  @Test("are instances of their official schemas", arguments: Pain007Version.all)
  func valid(version: Pain007Version) throws {
    for (_, file) in SampleReversals.shapes {
      try requireValid(try file.text(version), version.messageType, neighbour: version == .v09 ? "pain.007.001.08" : nil)
    }
  }

  @Test("of which the totals are not the announced ones are refused")
  func totals() throws {
    func fault(_ change: (inout SampleReversals) -> Void) throws -> UndoFault? {
      let debits = [UndoSample.plain, UndoSample.referred]
      var file = SampleReversals([(UndoSample.block("P-1", debits), debits.map { SampleReversals.reversal($0) })])
      change(&file)
      return #expect(throws: UndoFault.self) { try file.text() }
    }
    let wrong = UndoFault.totals(
      place: "P-1", transactions: 2, controlSum: 1251, expectedTransactions: 3, expectedControlSum: 1251)
    #expect(try fault { $0.blocks[0].block.transactions = 3 } == wrong)
    #expect(try fault { $0.blocks[0].block.controlSum = 1250 }?.description.contains("1250 cents") == true)
    #expect(try fault { $0.header.transactions = 1 }?.description.hasPrefix("file: ") == true)
    #expect(try fault { $0.header.controlSum = 1252 }?.description.hasPrefix("file: ") == true)
    #expect(try fault { $0.blocks[0].reversals = [] } != nil)
    #expect(try fault { $0.blocks = [] } != nil)
    for cents: Int64 in [0, -1, .min] {
      #expect(try fault { $0.blocks[0].reversals[1].amount = cents } == .amount(place: "P-1"))
    }
  }

  @Test("never give back more than was collected")
  func bounds() throws {
    var file = SampleReversals.shapes[0].file
    file.blocks[0].reversals[0].amount = 1251
    #expect(throws: UndoFault.reversedAmount(place: "P-1", found: 1251, collected: 1250)) { try file.text() }
    file = SampleReversals.shapes[0].file
    file.blocks[0].block.originalControlSum = 1249
    let fault = #expect(throws: UndoFault.self) { try file.text() }
    #expect(
      fault?.description
        == "P-1: totals of the original: found 1 debits of 1250 cents, expected at most 3 debits of 1249 cents")
    file.blocks[0].block.originalControlSum = 1250
    file.blocks[0].block.originalTransactions = 0
    #expect(throws: UndoFault.self) { try file.text() }
  }

  @Test("are written in the order of the document only")
  func order() throws {
    let file = SampleReversals.shapes[0].file
    let steps: [(name: String, call: (Pain007Writer) throws -> Void)] = [
      ("begin", { try $0.begin(file.header) }), ("block", { try $0.beginBlock(file.blocks[0].block) }),
      ("reversal", { try $0.reversal(file.blocks[0].reversals[0]) }), ("endBlock", { try $0.endBlock() }),
      ("end", { try $0.end() }),
    ]
    // What is out of order before each step, and behind the last.
    let refused = ["1234", "023", "014", "014", "023", "01234"]
    for (reached, numbers) in refused.enumerated() {
      for index in numbers.compactMap(\.wholeNumberValue) {
        let writer = Pain007Writer { _ in }
        for step in steps[..<reached] { try step.call(writer) }
        let fault = #expect(throws: UndoFault.self, "\(steps[index].name) before step \(reached)") {
          try steps[index].call(writer)
        }
        guard case .outOfOrder = fault else {
          Issue.record("\(steps[index].name) before step \(reached): \(fault?.description ?? "none")")
          continue
        }
      }
    }
  }

  @Test("refuse control characters, and let the sink's fault through")
  func faults() {
    struct Full: Error {}
    var debit = UndoSample.plain
    debit.debtorName = "Secret\u{1B}Name"
    let file = SampleReversals([(UndoSample.block("P-1", [debit]), [SampleReversals.reversal(debit)])])
    let fault = #expect(throws: XMLTextFault.self) { try file.text() }
    #expect(fault?.description.contains("Secret") == false)
    let writer = Pain007Writer { _ in throw Full() }
    #expect(throws: Full.self) {
      let whole = SampleReversals.shapes[0].file
      try writer.begin(whole.header)
      try writer.beginBlock(whole.blocks[0].block)
      try writer.reversal(whole.blocks[0].reversals[0])
      try writer.endBlock()
      try writer.end()
    }
  }

  @Test("go out in small pieces, however many reversals there are")
  func streamed() throws {
    final class Seen { var largest = 0; var total = 0 }
    let seen = Seen()
    let count = 20_000
    var block = UndoSample.block("P-1", [UndoSample.plain])
    (block.originalTransactions, block.originalControlSum) = (count, Int64(count) * 1250)
    (block.transactions, block.controlSum) = (count, Int64(count) * 1250)
    var file = SampleReversals([])
    (file.header.transactions, file.header.controlSum) = (count, Int64(count) * 1250)
    let writer = Pain007Writer {
      seen.largest = max(seen.largest, $0.count)
      seen.total += $0.count
    }
    try writer.begin(file.header)
    try writer.beginBlock(block)
    for _ in 0..<count { try writer.reversal(SampleReversals.reversal(UndoSample.plain)) }
    try writer.endBlock()
    try writer.end()
    #expect(seen.total > 15_000_000 && seen.largest <= 256 << 10)
  }

  @Test("go by their versions' names")
  func names() {
    for version in Pain007Version.all { #expect(Pain007Version(messageType: version.messageType) == version) }
    #expect(Pain007Version(messageType: "pain.007.001.01") == nil)
  }
}
