import SEPA

/// The answers of a state machine of `Sources/SEPA`, asked once for every pair of state and event and kept as numbers:
/// the walk asks millions of times. States and events go by their place in `allCases`.
struct MoveTable<Machine: StateMachine & Equatable>: Sendable where Machine.Event: Equatable {
  let states = Array(Machine.allCases)
  private let events = Array(Machine.Event.allCases)
  private let next: [UInt8]
  private static var illegal: UInt8 { 255 }

  init() {
    let states = states
    next = states.flatMap { state in
      Machine.Event.allCases.map { event in
        (try? state.applying(event)).flatMap(states.firstIndex(of:)).map(UInt8.init) ?? Self.illegal
      }
    }
  }

  /// The state that `event` leads to; nil where it is not allowed.
  func after(_ state: UInt8, _ event: Int) -> UInt8? {
    let found = next[Int(state) * events.count + event]
    return found == Self.illegal ? nil : found
  }

  func place(of state: Machine) -> UInt8 { UInt8(states.firstIndex(of: state) ?? 0) }
  func place(of event: Machine.Event) -> Int { events.firstIndex(of: event) ?? 0 }
}
