/// What can go wrong between us and PostgreSQL, by what the caller can do about it.
///
/// Descriptions never carry values of rows: the server's DETAIL is dropped, and so is the message of class 22
/// (data exception), which quotes its input.
package enum StoreFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// No connection, or it was lost. The outcome of the statement under way is unknown unless it was a query.
  case connection(String)
  /// The server refused the statement: five-character SQLSTATE, its message, and the constraint when one was broken.
  case server(sqlState: String, message: String, constraint: String?)
  /// The server did not answer in time; the statement was cancelled.
  case timedOut(seconds: Int)
  /// The answer does not have the shape that the caller expects: our bug or a changed schema.
  case shape(String)
  /// The database is not at the schema version of this program.
  case schema(found: String, expected: String)

  package var description: String {
    switch self {
    case .connection(let message): "database: connection: \(message)"
    case .server(let state, let message, let constraint?):
      "database: SQLSTATE \(state): \(message) (constraint \(constraint))"
    case .server(let state, let message, nil): "database: SQLSTATE \(state): \(message)"
    case .timedOut(let seconds): "database: time limit: found no answer, expected one within \(seconds) s"
    case .shape(let message): "database: result shape: \(message)"
    case .schema(let found, let expected):
      "database: schema version: found \(found), expected \(expected)\nHINT: run `sepad migrate` with this version of sepad"
    }
  }

  /// Whether trying again later can help without anybody changing anything: lost connections, restarts, lock conflicts.
  package var isTransient: Bool {
    switch self {
    case .connection, .timedOut: true
    // 08 connection, 40 serialization and deadlock, 53 resources, 55P03 lock not available, 57P0x shutdown, 25006 read-only standby.
    case .server(let state, _, _):
      ["08", "40", "53", "57"].contains(String(state.prefix(2))) || state == "55P03" || state == "25006"
    case .shape, .schema: false
    }
  }

  /// What ails the database, in a word.
  package enum Kind: String, Sendable, CaseIterable {
    case unreachable, outOfConnections, readOnly, diskFull, outOfMemory, noAnswer, conflict, permission, damaged, schema, refused
  }

  /// What ails the database, by SQLSTATE; of a connection that was not made, libpq gives only words.
  package var kind: Kind {
    switch self {
    case .connection(let message):
      if ["too many", "connection slots"].contains(where: message.contains) { return .outOfConnections }
      return ["standby", "read-only"].contains(where: message.contains) ? .readOnly : .unreachable
    case .timedOut: return .noAnswer
    case .schema: return .schema
    case .shape: return .refused
    case .server(let state, _, _):
      switch state {
      case "53100": return .diskFull
      case "53200": return .outOfMemory
      case "53300": return .outOfConnections
      case "25006": return .readOnly
      case "57014": return .noAnswer
      case "42501": return .permission
      default: break
      }
      switch state.prefix(2) {
      case "08", "57": return .unreachable
      case "40", "55": return .conflict
      case "58", "XX": return .damaged
      default: return .refused
      }
    }
  }

  /// Whether it is about the values of the statement: the same ones would be refused again for ever.
  package var isOfValues: Bool {
    switch self {
    // 22 data exception, 23 integrity constraint violation, 54 program limit exceeded.
    case .server(let state, _, _): ["22", "23", "54"].contains(String(state.prefix(2)))
    case .connection, .timedOut, .shape, .schema: false
    }
  }
}
