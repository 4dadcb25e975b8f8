/// A state machine whose transitions can be listed: the three of this room.
package protocol StateMachine: CaseIterable, RawRepresentable, Sendable where RawValue == String {
  associatedtype Event: CaseIterable, RawRepresentable, Sendable where Event.RawValue == String

  func applying(_ event: Event) throws(IllegalTransition) -> Self
}

extension CollectionState: StateMachine {
  package typealias Event = CollectionEvent
}

extension FileState: StateMachine {
  package typealias Event = FileEvent
}

extension MandateState: StateMachine {
  package typealias Event = MandateEvent
}

/// The transitions of one machine as data, for the comparison with the SQL side and for the documents.
package enum MachineTable<Machine: StateMachine> {
  /// Every allowed pair of state and event with the state that follows, in the order of declaration. What is not listed
  /// is illegal.
  package static func rows() -> [(from: String, event: String, to: String)] {
    Machine.allCases.flatMap { from in
      Machine.Event.allCases.compactMap { event in
        guard let to = try? from.applying(event) else { return nil }
        return (from.rawValue, event.rawValue, to.rawValue)
      }
    }
  }

  /// The whole table, states down and events across, `.` where the event is illegal; ends with a line end.
  package static func text() -> String {
    let events = Array(Machine.Event.allCases)
    var lines = [[""] + events.map(\.rawValue)]
    for from in Machine.allCases {
      lines.append([from.rawValue] + events.map { event in (try? from.applying(event))?.rawValue ?? "." })
    }
    let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { cells in
      var line = ""
      for (cell, width) in zip(cells, widths) {
        line += cell + String(repeating: " ", count: width - cell.count + 2)
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
