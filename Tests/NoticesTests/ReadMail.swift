import Foundation
import TestSupport

/// A mail as Python's email package understands it.
struct ReadMail: Decodable {
  var subject: String
  /// Names in lower case, values decoded.
  var headers: [String: String]
  var names: [String]
  var to: [String]
  var text: String?
  var html: String?
  var defects: [String]

  init(path: String) throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("read-mail.py").path
    let read = try ChildProcess.run("/usr/bin/python3", ["-X", "utf8", script, path])
    if read.status != 0 { throw TestSupportFault("read-mail.py: \(read.output)") }
    self = try JSONDecoder().decode(ReadMail.self, from: Data(read.output.utf8))
  }
}
