import Glibc

/// Why the sandbox bank cannot work: its disk, its own records, or what it was told.
package enum SandboxFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// A system call failed.
  case disk(operation: String, path: String, errno: Int32)
  /// The journal holds a line that this program does not write.
  case journal(line: Int)
  /// A line of a scenario file that is no rule.
  case scenario(line: Int, found: String)
  /// Another process works in the same folder.
  case inUse(path: String)

  package var description: String {
    switch self {
    case .disk(let operation, let path, let code): "\(path): \(operation): found \(String(cString: strerror(code)))"
    case .journal(let line): "journal line \(line): a fact: found otherwise, expected a line of this program"
    case .scenario(let line, let found):
      "scenario line \(line): pattern and behaviour: found \(found), expected a line such as `RUM-1* return AM04`"
    case .inUse(let path): "\(path): one bank in a folder: found another process at work, expected none"
    }
  }
}
