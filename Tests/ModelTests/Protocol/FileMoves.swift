import SEPA

/// The file's machine, with its states and events by number.
enum FileMoves {
  private static let table = MoveTable<FileState>()
  static let states = table.states

  static let sealed = table.place(of: FileState.sealed)
  static let sending = table.place(of: FileState.sending)
  static let uncertain = table.place(of: FileState.uncertain)

  static let sendBegan = table.place(of: FileEvent.sendBegan)
  static let notSent = table.place(of: FileEvent.notSent)
  static let outcomeUnknown = table.place(of: FileEvent.outcomeUnknown)
  static let delivered = table.place(of: FileEvent.delivered)
  static let reported = table.place(of: FileEvent.reported)
  static let accepted = table.place(of: FileEvent.accepted)
  static let refused = table.place(of: FileEvent.refused)
  static let withdrawal = table.place(of: FileEvent.withdrawn)

  static func after(_ state: UInt8, _ event: Int) -> UInt8? { table.after(state, event) }
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
