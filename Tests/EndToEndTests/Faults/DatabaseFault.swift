/// What befalls PostgreSQL, or the way to it, while the daemon works.
enum DatabaseFault: String, CaseIterable, Sendable, CustomStringConvertible {
  case restartedInOrder, switchedOff, unreachable, stalledToServer, stalledToClient, cutAtRandom
  case commitLost, commitAnswerLost
  case outOfConnections, roleAtItsLimit
  case readOnly, standby
  case volumeFull, diskFullInjected
  case deadlockInjected, serializationInjected, statementTimeOut

  var description: String { "database \(rawValue)" }

  /// What the status file must call it.
  var kinds: Set<String> {
    switch self {
    case .restartedInOrder, .switchedOff, .unreachable, .cutAtRandom, .commitLost, .commitAnswerLost:
      ["database.unreachable"]
    case .stalledToServer, .stalledToClient, .statementTimeOut: ["database.noAnswer"]
    case .outOfConnections, .roleAtItsLimit: ["database.outOfConnections"]
    case .readOnly, .standby: ["database.readOnly"]
    case .volumeFull, .diskFullInjected: ["database.diskFull"]
    case .deadlockInjected, .serializationInjected: ["database.conflict"]
    }
  }
}

/// Where the daemon stands when the fault strikes, and how to see whether what it was about to commit is there.
struct Standpoint: Sendable {
  /// A crash point and its occurrence.
  let point: String
  /// SQL: a number that grows when the transaction under way is committed.
  let effect: String

  static let all = [
    Standpoint(point: "intakeWritten:1", effect: "SELECT count(*) FROM sepad.mandate"),
    Standpoint(point: "datingWritten:1", effect: "SELECT count(*) FROM sepad.payment_event WHERE event = 'dated'"),
    Standpoint(point: "buildSealed:1", effect: "SELECT count(*) FROM sepad.outbound_file"),
    Standpoint(point: "moveWritten:1", effect: "SELECT count(*) FROM sepad.file_history WHERE event = 'sendBegan'"),
    Standpoint(point: "moveWritten:2", effect: "SELECT count(*) FROM sepad.file_history WHERE event = 'delivered'"),
    Standpoint(point: "noticesWritten:1", effect: "SELECT count(*) FROM sepad.delivery"),
  ]
}
