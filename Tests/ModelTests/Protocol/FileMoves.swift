import SEPA

/// `FileState.applying`, asked once for every pair and kept, for the walk asks millions of times.
enum FileMoves {
  static let states = FileState.allCases
  private static let events = FileEvent.allCases
  private static let illegal: UInt8 = 255
  private static let table: [UInt8] = states.flatMap { state in
    events.map { event in
      guard let next = try? state.applying(event) else { return illegal }
      return index(of: next)
    }
  }

  static let sealed = index(of: .sealed)
  static let sending = index(of: .sending)
  static let uncertain = index(of: .uncertain)
  static let withdrawn = index(of: .withdrawn)

  static let sendBegan = place(of: .sendBegan)
  static let notSent = place(of: .notSent)
  static let outcomeUnknown = place(of: .outcomeUnknown)
  static let delivered = place(of: .delivered)
  static let reported = place(of: .reported)
  static let accepted = place(of: .accepted)
  static let refused = place(of: .refused)
  static let withdrawal = place(of: .withdrawn)

  /// The state that `event` leads to; nil where it is not allowed.
  static func after(_ state: UInt8, _ event: Int) -> UInt8? {
    let next = table[Int(state) * 8 + event]
    return next == illegal ? nil : next
  }

  static func index(of state: FileState) -> UInt8 { UInt8(states.firstIndex(of: state) ?? 0) }
  private static func place(of event: FileEvent) -> Int { events.firstIndex(of: event) ?? 0 }
}

extension ProtocolState {
  /// What `Session.moveFile` does: guarded by the old state and, where one is given, by the attempt.
  /// - Returns: whether the event was allowed.
  mutating func move(_ event: Int, attempt: UInt8?) -> Bool {
    if let attempt, attempt != attempts { return false }
    guard let next = FileMoves.after(file, event) else { return false }
    file = next
    if event == FileMoves.sendBegan {
      attempts += 1
      isOld = false
    }
    if file != FileMoves.sending, file != FileMoves.uncertain { isOld = false }
    return true
  }
}
