/// The rows of a state machine, spelled out: what SQL must hold and what docs/STATES.md shows.
package struct MachineTable: Sendable {
  package struct Row: Hashable, Sendable {
    package let from: String
    package let event: String
    package let to: String

    package init(from: String, event: String, to: String) {
      self.from = from
      self.event = event
      self.to = to
    }
  }

  /// `collection`, `file` or `mandate`: also the prefix of the SQL table and types.
  package let name: String
  package let states: [String]
  package let events: [String]
  /// Every allowed pair of state and event; a pair without a row is refused.
  package let rows: [Row]

  package static let all: [MachineTable] = [
    make("collection", CollectionState.allCases, CollectionEvent.allCases) { state, event throws(IllegalTransition) in
      try state.applying(event)
    },
    make("file", FileState.allCases, FileEvent.allCases) { state, event throws(IllegalTransition) in
      try state.applying(event)
    },
    make("mandate", MandateState.allCases, MandateEvent.allCases) { state, event throws(IllegalTransition) in
      try state.applying(event)
    },
  ]

  private static func make<State: RawRepresentable<String>, Event: RawRepresentable<String>>(
    _ name: String, _ states: [State], _ events: [Event], _ next: (State, Event) throws(IllegalTransition) -> State
  ) -> MachineTable {
    var rows: [Row] = []
    for state in states {
      for event in events {
        // A refused pair has no row; that is the answer, not a failure.
        guard let to = try? next(state, event) else { continue }
        rows.append(Row(from: state.rawValue, event: event.rawValue, to: to.rawValue))
      }
    }
    return MachineTable(name: name, states: states.map(\.rawValue), events: events.map(\.rawValue), rows: rows)
  }
}
