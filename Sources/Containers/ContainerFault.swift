/// Why a container was refused. What was read of it before does not count.
package enum ContainerFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// Truncated, with a wrong checksum, encrypted, or of a kind that cannot be read as a stream. The text is libarchive's.
  case damaged(String)
  /// It holds more than a bank would send, or unpacks to much more than it is. A trap, or a mistake.
  case tooLarge(found: String, expected: String)
  /// A container in a container.
  case nested(member: String)
  /// Whoever receives the members gave up.
  case recipient(any Error)

  package var description: String {
    switch self {
    case .damaged(let text): "container: is whole and readable: found \(text), expected a sound zip or gzip file"
    case .tooLarge(let found, let expected): "container: size: found \(found), expected \(expected)"
    case .nested(let member): "container: member \(member): found another container, expected a message"
    case .recipient(let error): "container: recipient failed: found \(error), expected each member to be taken"
    }
  }

  package static func == (left: ContainerFault, right: ContainerFault) -> Bool { left.description == right.description }
}
