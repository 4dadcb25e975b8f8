import Testing

/// One claim and its attempts, every order of our steps, the bank's decisions and its reports: what is presented again
/// is sealed only behind what came to nothing, and a double that the bank makes by undoing a return is shown.
@Suite struct ClaimTests {
  @Test("one live attempt, and what the bank makes two of is shown", arguments: 1...3)
  func holds(_ count: Int) {
    #expect(CollectionMoves.isNumberedRightly)
    let search = Search(ClaimModel(count: count))
    print("model of a claim, \(count) attempts: \(search.figures)")
    #expect(search.finding == nil, "\(search.finding?.description ?? "")")
    let unused = ClaimModel.Step.allCases.filter { search.kinds >> UInt64($0.rawValue) & 1 == 0 }
    #expect(unused == (count == 1 ? [.presented] : []))
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var fault: String?
    var model: ClaimModel
  }

  private static let knowingly = "sealed while an attempt before was alive in the record"

  @Test(
    "what it stands on, taken away",
    arguments: [
      Case(testDescription: "the builder does not look", fault: knowingly, model: ClaimModel(buildsGuarded: false)),
      Case(
        testDescription: "a withdrawn file had left", fault: "the bank has one attempt twice",
        model: ClaimModel(count: 1, withdrawsOnlyUnsent: false, looksForDoublesOnly: true)),
      // Second lines: the builder looks, whatever stands on the worklist.
      Case(testDescription: "an undone return cancels nothing", model: ClaimModel(cancelsOvertaken: false)),
      Case(testDescription: "presented again behind anything", model: ClaimModel(representsOnlyWhatFailed: false)),
      Case(
        testDescription: "presented again behind anything, and the builder does not look", fault: knowingly,
        model: ClaimModel(buildsGuarded: false, representsOnlyWhatFailed: false)),
    ])
  func ablation(_ missing: Case) {
    let search = Search(missing.model)
    print("\(missing.testDescription): \(search.summary)")
    #expect(search.finding?.fault == missing.fault, "\(search.finding?.description ?? "no violation")")
  }
}
