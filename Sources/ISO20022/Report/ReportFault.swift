// Why a bank report was refused.

package import Containers

/// A report is refused whole: nothing of it may count when one of these was thrown, whatever was delivered before.
package enum ReportFault: Error, Sendable, CustomStringConvertible {
  /// Not well-formed, hostile, or not built as its message is.
  case document(XMLFault)
  /// A message or version that is not read. `found` is its namespace, shortened.
  case unsupported(line: Int, found: String, expected: [String])
  /// Whoever received the records gave up.
  case recipient(any Error)
  /// The file cannot be opened or read.
  case unreadable(errno: Int32, reason: String)
  /// A zip or gzip file that is damaged, or a trap.
  case container(ContainerFault)
  /// One of these, in a member of a container.
  indirect case member(String, ReportFault)

  package var description: String {
    switch self {
    case .document(let fault): fault.description
    case .unsupported(let line, let found, let expected):
      "\(line): message: found \(found), expected \(expected.joined(separator: " or "))"
    case .recipient(let error): "report: recipient failed: found \(error), expected each record to be taken"
    case .unreadable(let code, let reason): "report: file is readable: found errno \(code) (\(reason)), expected a file"
    case .container(let fault): fault.description
    case .member(let name, let fault): "\(name):\(fault)"
    }
  }
  /// What the recipient of the records, or the source of the bytes, threw: not the report's fault. nil for its own.
  package var cause: (any Error)? {
    switch self {
    case .recipient(let error): error
    case .member(_, let fault): fault.cause
    case .document, .unsupported, .unreadable, .container: nil
    }
  }
}
