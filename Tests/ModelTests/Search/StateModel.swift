/// Something with states that can be walked: each state is one number, so that a million of them fit in memory and are
/// compared at once.
protocol StateModel {
  var start: UInt64 { get }

  /// Adds every step that can be taken from `state`.
  func steps(from state: UInt64, into steps: inout Steps)

  /// What must never be and is, in a sentence; nil where all is well.
  func violation(in state: UInt64) -> String?

  /// Whether nothing has to happen any more.
  func isEnd(_ state: UInt64) -> Bool

  /// A step in words, with the state that it leads to. `isSwapped`: what the states call A is B in the story told.
  func words(for step: UInt32, to: UInt64, isSwapped: Bool) -> String
}

/// The steps from one state, in two columns. Bits 30 and 31 of a label belong to the search.
struct Steps {
  /// Set on a step that is no fault and needs nobody's kindness: from every state such steps must lead to an end.
  static let isProgress: UInt32 = 1 << 31
  /// Set where the state that follows is kept with its two daemons swapped: they are alike, so half the states do.
  static let isSwap: UInt32 = 1 << 30

  private(set) var states: [UInt64] = []
  private(set) var labels: [UInt32] = []

  mutating func add(_ state: UInt64, _ label: UInt32) {
    states.append(state)
    labels.append(label)
  }

  mutating func clear() {
    states.removeAll(keepingCapacity: true)
    labels.removeAll(keepingCapacity: true)
  }
}
