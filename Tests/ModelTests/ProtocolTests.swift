import Testing

@Suite struct ProtocolTests {
  static func show(_ name: String, _ change: (inout Rules) -> Void) {
    var rules = Rules()
    change(&rules)
    let s = Search(ProtocolModel(rules: rules))
    print("##", name, s.figures, s.finding?.description ?? "")
  }
  @Test func first() {
    Self.show("as is") { _ in }
    Self.show("3 attempts") { $0.maxAttempts = 3 }
    Self.show("no archive") { $0.hasArchive = false }
    Self.show("direct") { $0.isTwoStep = false }
    Self.show("direct, no archive") { $0.isTwoStep = false; $0.hasArchive = false }
    Self.show("direct 3") { $0.isTwoStep = false; $0.maxAttempts = 3 }
    Self.show("direct unbounded") { $0.isTwoStep = false; $0.isPutBounded = false }
    Self.show("direct unbounded no archive") { $0.isTwoStep = false; $0.isPutBounded = false; $0.hasArchive = false }
    Self.show("shared name") { $0.hasNamePerAttempt = false }
    Self.show("inbox first") { $0.looksAtTemporaryFirst = false }
    Self.show("inbox first, no archive") { $0.looksAtTemporaryFirst = false; $0.hasArchive = false }
    Self.show("no lock") { $0.needsLock = false }
    Self.show("no lock no guard") { $0.needsLock = false; $0.guardsAttempt = false }
    Self.show("no pin") { $0.isPinned = false }
    Self.show("no guard") { $0.guardsAttempt = false }
    Self.show("no pin no guard") { $0.isPinned = false; $0.guardsAttempt = false }
    Self.show("no clock") { $0.checksClock = false }
    Self.show("no waits") { $0.waits = false }
    Self.show("no doubt") { $0.doubtsWhatIsFoundSending = false }
    Self.show("not removed") { $0.removesTemporary = false }
    Self.show("untruthful") { $0.isPersonTruthful = false }
    Self.show("no faults, no waits") { $0.hasFaults = false; $0.waits = false }
    Self.show("no faults, no waits, no lock") { $0.hasFaults = false; $0.waits = false; $0.needsLock = false }
  }
}
