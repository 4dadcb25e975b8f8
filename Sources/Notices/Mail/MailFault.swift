/// Why a mail cannot be made. Names the field, never its content.
package enum MailFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// A control character in a header: a line break there would begin a header of the caller's.
  case control(field: String)
  case address(field: String, expected: String)
  case noRecipient
  case messageID(field: String)
  case server(found: String, expected: String)

  package var description: String {
    switch self {
    case .control(let field): "mail \(field): one line of text: found a control character"
    case .address(let field, let expected): "mail \(field): mail address: found something else, expected \(expected)"
    case .noRecipient: "mail to: recipients: found none, expected at least one"
    case .messageID(let field): "mail \(field): message id: found something else, expected left@right in ASCII, no brackets"
    case .server(let found, let expected): "mail server: \(found): expected \(expected)"
    }
  }
}
