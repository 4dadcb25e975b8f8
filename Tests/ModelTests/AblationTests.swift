import Testing

/// What the protocol stands on, taken away a piece at a time: the walk must find what goes wrong then, or the piece is
/// a second line behind another, and both together must be missed.
@Suite struct AblationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var fault: String
    /// Whether two attempts are enough for the bank to have one message twice.
    var isDouble = true
    var remove: @Sendable (inout Rules) -> Void
  }

  private static let lie = "recorded as not at the bank, and is"
  private static let partial = "an incomplete file under the final name"

  static let needed = [
    Case(testDescription: "no clock check before the rename", fault: lie) { $0.checksClock = false },
    Case(testDescription: "no wait before the search", fault: lie) { $0.waits = false },
    Case(testDescription: "a complete temporary file taken for absence", fault: lie) { $0.removesTemporary = false },
    Case(testDescription: "a file found sending is sent again", fault: lie) { $0.doubtsWhatIsFoundSending = false },
    Case(testDescription: "the search looks at the inbox first", fault: lie) { $0.looksAtTemporaryFirst = false },
    Case(testDescription: "one temporary name for all attempts", fault: partial, isDouble: false) {
      $0.hasNamePerAttempt = false
    },
    Case(testDescription: "one temporary name, no uploads stored late", fault: partial, isDouble: false) {
      $0.hasNamePerAttempt = false
      $0.hasLateUploads = false
    },
    Case(testDescription: "a person guesses: not sent", fault: lie) { $0.person = .guessesNotSent },
    Case(testDescription: "a PUT that goes on after the wait", fault: lie) {
      $0.isTwoStep = false
      $0.isPutBounded = false
    },
    Case(testDescription: "no clock check before the PUT", fault: lie) {
      $0.isTwoStep = false
      $0.checksClock = false
    },
    // With a third attempt the record's lie becomes a double; the walk to it is long.
    Case(testDescription: "neither attempt guard nor pinned connection", fault: lie, isDouble: false) {
      $0.guardsAttempt = false
      $0.isPinned = false
      $0.hasLateUploads = false
    },
    Case(testDescription: "neither attempt guard nor lock", fault: lie, isDouble: false) {
      $0.guardsAttempt = false
      $0.needsLock = false
      $0.hasLateUploads = false
    },
    Case(testDescription: "neither lock nor wait, and no fault at all", fault: lie) {
      $0.needsLock = false
      $0.waits = false
      $0.hasFaults = false
    },
  ]

  @Test("without it the bank comes to hold one message twice, or an incomplete one", arguments: needed)
  func isNeeded(_ missing: Case) {
    var rules = Rules()
    missing.remove(&rules)
    let search = Search(ProtocolModel(rules: rules))
    print("\(missing.testDescription): \(search.summary)")
    #expect(search.finding?.fault == missing.fault, "\(search.finding?.description ?? "no violation")")
    guard missing.isDouble else { return }
    let doubles = Search(ProtocolModel(rules: rules, looksForDoublesOnly: true))
    print("\(missing.testDescription): \(doubles.summary)")
    let double = "the bank has one message twice"
    #expect(doubles.finding?.fault == double, "\(doubles.finding?.description ?? "no double")")
  }

  static let secondLines = [
    // A statement of a daemon that lost the lock fails with the connection that held it, before the guard is asked.
    Case(testDescription: "no attempt guard", fault: "") { $0.guardsAttempt = false },
    // And one that does not fail is turned away by the guard.
    Case(testDescription: "a lost connection is replaced in silence", fault: "") { $0.isPinned = false },
    // Wait, clock check and guard keep two daemons apart; the lock saves them the detour through `uncertain`.
    Case(testDescription: "no lock", fault: "") { $0.needsLock = false },
    // Without an archive to look into, nothing is ever concluded from an empty inbox.
    Case(testDescription: "a PUT that goes on after the wait, but no archive", fault: "") {
      $0.isTwoStep = false
      $0.isPutBounded = false
      $0.hasArchive = false
    },
  ]

  @Test("without it another line holds", arguments: secondLines)
  func isSecondLine(_ missing: Case) {
    var rules = Rules()
    missing.remove(&rules)
    let search = Search(ProtocolModel(rules: rules))
    print("\(missing.testDescription): \(search.summary)")
    #expect(search.finding == nil, "\(search.finding?.description ?? "")")
  }

  @Test("a person who guesses that it was sent makes the record lie the other way")
  func guess() {
    var rules = Rules()
    rules.person = .guessesSent
    #expect(Search(ProtocolModel(rules: rules)).finding?.fault == "recorded as at the bank, and never was")
  }
}
