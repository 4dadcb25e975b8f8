/// What befalls PostgreSQL, or the way to it, while the daemon works.
enum DatabaseFault: String, CaseIterable, Sendable {
  case restartedInOrder = "restarted in order"
  case switchedOff = "switched off"
  case unreachable
  case stalledToServer = "nothing reaches it"
  case stalledToClient = "nothing comes from it"
  case cutAtRandom = "cut at random bytes"
  case commitLost = "the COMMIT is lost"
  case commitAnswerLost = "the answer to COMMIT is lost"
  case outOfConnections = "out of connections"
  case roleAtItsLimit = "role at its limit"
  case readOnly = "read-only"
  case standby = "a standby"
  case volumeFull = "volume full"
  case diskFullInjected = "disk full, as injected"
  case deadlockInjected = "deadlock, as injected"
  case serializationInjected = "serialization failure, as injected"
  case statementTimeOut = "statement time-out"

  /// What the status file must call it.
  var kind: String {
    switch self {
    case .restartedInOrder, .switchedOff, .unreachable, .cutAtRandom, .commitLost, .commitAnswerLost: "database.unreachable"
    case .stalledToServer, .stalledToClient, .statementTimeOut: "database.noAnswer"
    case .outOfConnections, .roleAtItsLimit: "database.outOfConnections"
    case .readOnly, .standby: "database.readOnly"
    case .volumeFull, .diskFullInjected: "database.diskFull"
    case .deadlockInjected, .serializationInjected: "database.conflict"
    }
  }

  /// Where the daemon may stand when it strikes.
  var standpoints: [Standpoint] {
    switch self {
    // The writes that come next are those that the fault refuses.
    case .volumeFull, .diskFullInjected, .deadlockInjected, .serializationInjected, .statementTimeOut: [.claimed]
    default: Standpoint.all.filter { $0 != .claimed }
    }
  }

  /// The section of docs/FAULTS.md about the database.
  static let section = FaultSection(
    title: "PostgreSQL fails",
    words: """
      The server, or the way to it, fails while the daemon stands in the midst of a transaction: along the top, of which. It
      goes on by itself when the fault is over, and everything comes to the same end. In a cell: what the status file called
      it, within 30 seconds of its beginning. A full volume is a real one; it needs the right to mount.
      """,
    columns: Standpoint.all.map(\.name),
    rows: allCases.map { FaultSection.Row(name: $0.rawValue, columns: Set($0.standpoints.map(\.name))) })
}

/// Where the daemon stands when the fault strikes, and how to see whether what it was about to commit is there.
struct Standpoint: Sendable, Equatable {
  let name: String
  /// A crash point and its occurrence.
  let point: String
  /// SQL: a number that grows when the transaction under way is committed.
  let effect: String

  /// Collections are in a file's transaction, and nothing is written of it.
  static let claimed = Standpoint(
    name: "claimed", point: "buildClaimed:1", effect: "SELECT count(*) FROM sepad.outbound_file")

  static let all = [
    Standpoint(name: "intake", point: "intakeWritten:1", effect: "SELECT count(*) FROM sepad.mandate"),
    Standpoint(name: "dating", point: "datingWritten:1", effect: "SELECT count(*) FROM sepad.payment_event WHERE event = 'dated'"),
    claimed,
    Standpoint(name: "sealing", point: "buildSealed:1", effect: "SELECT count(*) FROM sepad.outbound_file"),
    Standpoint(
      name: "sending", point: "moveWritten:1", effect: "SELECT count(*) FROM sepad.file_history WHERE event = 'sendBegan'"),
    Standpoint(
      name: "sent", point: "moveWritten:2", effect: "SELECT count(*) FROM sepad.file_history WHERE event = 'delivered'"),
    Standpoint(name: "notices", point: "noticesWritten:1", effect: "SELECT count(*) FROM sepad.delivery"),
  ]
}
