import Testing

@Suite struct ClaimTests {
  static func show(_ name: String, _ model: ClaimModel) {
    let s = Search(model)
    print("##", name, s.figures, s.finding?.description ?? "")
  }
  @Test func first() {
    Self.show("2", ClaimModel(count: 2))
    Self.show("no guard", ClaimModel(count: 3, buildsGuarded: false))
    Self.show("no cancel", ClaimModel(count: 2, cancelsOvertaken: false))
    Self.show("no guard, no cancel", ClaimModel(count: 2, buildsGuarded: false, cancelsOvertaken: false))
    Self.show("any", ClaimModel(count: 2, representsOnlyWhatFailed: false))
    Self.show("any, no guard", ClaimModel(count: 2, buildsGuarded: false, representsOnlyWhatFailed: false))
    Self.show("withdrawn left", ClaimModel(count: 1, withdrawsOnlyUnsent: false))
    Self.show("3", ClaimModel(count: 3))
  }
}
