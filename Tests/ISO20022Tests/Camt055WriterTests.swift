import ISO20022
import TestSupport
import Testing

/// A cancellation request as values.
struct SampleRequest {
  enum Content {
    case wholeFile(CancellationReason)
    case wholeBlock(OriginalBlock, CancellationReason)
    case debits(OriginalBlock, [Cancellation])
  }

  var header: CancellationHeader
  var contents: [Content]

  init(transactions: Int, cents: Int64, _ contents: [Content]) {
    self.contents = contents
    header = CancellationHeader(
      requestID: "CXL-1", createdAt: "2026-12-02T07:00:00Z", transactions: transactions, controlSum: cents,
      initiatingPartyName: "Acme (France)", initiatingPartyID: "FR72ZZZ123456", bankBIC: "AGRIFRPP",
      original: UndoSample.original)
  }

  func text(_ version: Camt055Version = .v08) throws -> String {
    let collected = Collected()
    let writer = Camt055Writer(version: version) { collected.bytes.append(contentsOf: $0) }
    try writer.begin(header)
    for content in contents {
      switch content {
      case .wholeFile(let reason): try writer.wholeFile(reason)
      case .wholeBlock(let block, let reason): try writer.wholeBlock(block, reason)
      case .debits(let block, let cancellations):
        try writer.beginBlock(block)
        for cancellation in cancellations { try writer.cancellation(cancellation) }
        try writer.endBlock()
      }
    }
    try writer.end()
    return collected.text
  }

  static func cancellation(_ debit: OriginalDebit, _ reason: CancellationReason = .duplicate) -> Cancellation {
    Cancellation(cancellationID: "CXL-\(debit.endToEndID)", debit: debit, reason: reason)
  }

  static let whole: OriginalBlock = {
    var block = UndoSample.block("P-2", [])
    (block.transactions, block.controlSum) = (3, 100_000_001_250)
    return block
  }()

  /// One debit; a whole block beside debits; a whole file, of a bank that nobody named.
  static var shapes: [(name: String, request: SampleRequest)] {
    let plain = UndoSample.plain, rich = UndoSample.rich, referred = UndoSample.referred
    var file = SampleRequest(transactions: 3, cents: 100_000_001_250, [.wholeFile(.technical)])
    (file.header.bankBIC, file.header.initiatingPartyID, file.header.original.createdAt) = (nil, nil, nil)
    return [
      (
        "one debit",
        SampleRequest(transactions: 1, cents: 1250, [.debits(UndoSample.block("P-1", [plain]), [cancellation(plain)])])
      ),
      (
        "debits and a whole block",
        SampleRequest(
          transactions: 6, cents: 200_000_002_500,
          [
            .debits(
              UndoSample.block("P-1", [plain, rich, referred], rich: true),
              [cancellation(plain, .fraud), cancellation(rich, .customer), cancellation(referred)]),
            .wholeBlock(whole, .duplicate),
          ])
      ),
      ("a whole file", file),
    ]
  }
}

@Suite("Cancellation requests") struct Camt055WriterTests {
  @Test("read as is printed, in each version and shape", arguments: Camt055Version.all)
  func goldens(version: Camt055Version) throws {
    let texts = try SampleRequest.shapes.map { "\($0.name)\n\n\(onLines(try $0.request.text(version)))" }
    try undoGolden(version.messageType, texts.joined(separator: "\n"))
  }

  @Test("are instances of their official schemas", arguments: Camt055Version.all)
  func valid(version: Camt055Version) throws {
    for (_, request) in SampleRequest.shapes { try requireValid(try request.text(version), version.messageType) }
  }

  @Test("name each reason by the version's own list, or beside it", arguments: Camt055Version.all)
  func reasons(version: Camt055Version) throws {
    for reason in CancellationReason.allCases {
      let text = try SampleRequest(transactions: 1, cents: 5, [.wholeFile(reason)]).text(version)
      let isListed = version != .v01 || [.duplicate, .customer].contains(reason)
      #expect(text.contains(isListed ? "<Cd>\(reason.rawValue)</Cd>" : "<Prtry>\(reason.rawValue)</Prtry>"))
      try requireValid(text, version.messageType)
    }
  }

  @Test("of which the totals are not the announced ones are refused")
  func totals() throws {
    func fault(_ change: (inout SampleRequest) -> Void) throws -> UndoFault? {
      var request = SampleRequest.shapes[1].request
      change(&request)
      return #expect(throws: UndoFault.self) { try request.text() }
    }
    let plain = UndoSample.plain
    var block = UndoSample.block("P-1", [plain, plain])
    #expect(try fault { $0.header.transactions = 5 }?.description.hasPrefix("file: ") == true)
    #expect(try fault { $0.header.controlSum = 1 }?.description.hasPrefix("file: ") == true)
    #expect(try fault { $0.contents = [] } != nil)
    #expect(
      try fault { $0.contents = [.debits(block, [SampleRequest.cancellation(plain)])] }
        == .totals(place: "P-1", transactions: 1, controlSum: 1250, expectedTransactions: 2, expectedControlSum: 2500))
    #expect(try fault { $0.contents = [.debits(block, [])] } != nil)
    block.transactions = 4
    #expect(try fault { $0.contents = [.debits(block, [])] }?.description.contains("totals of the original") == true)
    var less = SampleRequest.whole
    less.transactions = 2
    #expect(try fault { $0.contents = [.wholeBlock(less, .duplicate)] }?.description.hasPrefix("P-2: announced") == true)
    for cents: Int64 in [0, -5] {
      let empty = SampleRequest(transactions: 0, cents: cents, [.wholeFile(.duplicate)])
      #expect(throws: UndoFault.amount(place: "file")) { try empty.text() }
    }
  }

  @Test("are written in the order of the document only")
  func order() throws {
    let plain = UndoSample.plain
    let request = SampleRequest(transactions: 1, cents: 1250, [])
    let block = UndoSample.block("P-1", [plain])
    let steps: [(name: String, call: (Camt055Writer) throws -> Void)] = [
      ("begin", { try $0.begin(request.header) }), ("block", { try $0.beginBlock(block) }),
      ("cancellation", { try $0.cancellation(SampleRequest.cancellation(plain)) }), ("endBlock", { try $0.endBlock() }),
      ("end", { try $0.end() }), ("whole file", { try $0.wholeFile(.duplicate) }),
      ("whole block", { try $0.wholeBlock(SampleRequest.whole, .duplicate) }),
    ]
    // What is out of order before each step, and behind the last.
    let refused = ["123456", "023", "01456", "01456", "0235", "0123456"]
    for (reached, numbers) in refused.enumerated() {
      for index in numbers.compactMap(\.wholeNumberValue) {
        let writer = Camt055Writer { _ in }
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
    let writer = Camt055Writer { _ in }
    try writer.begin(request.header)
    try writer.wholeFile(.duplicate)
    for index in [0, 1, 2, 3, 5, 6] { #expect(throws: UndoFault.self) { try steps[index].call(writer) } }
    try writer.end()
  }

  @Test("refuse control characters, and let the sink's fault through")
  func faults() throws {
    struct Full: Error {}
    var request = SampleRequest.shapes[0].request
    request.header.initiatingPartyName = "Secret\nName"
    let fault = #expect(throws: XMLTextFault.self) { try request.text() }
    #expect(fault?.description.contains("Secret") == false)
    let writer = Camt055Writer { _ in throw Full() }
    try writer.begin(SampleRequest(transactions: 1, cents: 5, []).header)
    try writer.wholeFile(.duplicate)
    #expect(throws: Full.self) { try writer.end() }
  }

  @Test("go by their versions' names")
  func names() {
    for version in Camt055Version.all { #expect(Camt055Version(messageType: version.messageType) == version) }
    #expect(Camt055Version(messageType: "camt.055.001.05") == nil)
  }
}
