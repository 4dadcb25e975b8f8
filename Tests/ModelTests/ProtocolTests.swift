import Foundation
import Testing

/// One file, two daemons, every order of steps and faults: the bank never has the message twice, the record never lies,
/// and every state still leads to an end. docs/PROTOCOL.md says what is in it and what is not.
@Suite struct ProtocolTests {
  struct Way: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var isTwoStep: Bool
    var hasArchive: Bool

    static let all = [
      Way(testDescription: "renamed, with an archive", isTwoStep: true, hasArchive: true),
      Way(testDescription: "renamed, no archive", isTwoStep: true, hasArchive: false),
      Way(testDescription: "put, with an archive", isTwoStep: false, hasArchive: true),
      Way(testDescription: "put, no archive", isTwoStep: false, hasArchive: false),
    ]
  }

  /// Two attempts to send; three where SEPAD_MODEL_ATTEMPTS says so, which takes ten times as long.
  private static let attempts = ProcessInfo.processInfo.environment["SEPAD_MODEL_ATTEMPTS"].flatMap { UInt8($0) } ?? 2

  @Test("never twice, never a lie, always a way out", arguments: Way.all)
  func holds(_ way: Way) {
    var rules = Rules()
    rules.isTwoStep = way.isTwoStep
    rules.hasArchive = way.hasArchive
    rules.maxAttempts = min(3, Self.attempts)
    let search = Search(ProtocolModel(rules: rules))
    print("model of a submission, \(way.testDescription): \(search.figures)")
    #expect(search.finding == nil, "\(search.finding?.description ?? "")")
    // A model in which nothing happens holds too.
    let unused = Set(ProtocolStep.allCases.filter { search.kinds >> UInt64($0.rawValue) & 1 == 0 })
    var expected = way.isTwoStep ? Self.onlyWhenPut : Self.onlyWhenRenamed
    // With the lock on the connection that records, no delivery is ever overtaken: the second line is not needed.
    expected.insert(.recordsReported)
    if !way.hasArchive { expected.insert(.looksAtArchive) }
    #expect(unused == expected)
  }

  private static let onlyWhenPut: Set<ProtocolStep> = [.asksToPut]
  private static let onlyWhenRenamed: Set<ProtocolStep> = [
    .putBegins, .measures, .cannotMeasure, .renames, .removesAfterRefusal, .looksAfterRefusal, .looksAtTemporary,
    .removes, .serverRenames, .renameAnswerLost, .renameLooksRefused, .renameWaits, .renameWaitsLooksRefused,
    .renameNotRequested, .cannotRemove, .removalAnswerLost,
  ]
}
