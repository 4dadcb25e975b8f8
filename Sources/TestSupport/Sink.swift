import Foundation
import Glibc

/// What the two sinks of deploy/sinks have in common: a program, its directory, and the port it chose.
struct Sink: Sendable {
  let program: ChildProcess
  let directory: String
  let port: Int

  /// Starts `deploy/sinks/<name>` with its files under `directory` and waits until it listens.
  init(_ name: String, in directory: String, _ options: [String]) async throws {
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let portFile = "\(directory)/\(name).port"
    let filed = "\(directory)/\(name)"
    let program = try ChildProcess(
      repository.appendingPathComponent("deploy/sinks/\(name)").path, ["--port-file", portFile, "--dir", filed] + options,
      log: "\(directory)/\(name).log")
    try await waitUntil("\(name) listens") {
      if !program.isRunning { throw TestSupportFault("\(name) ended: \(program.output)") }
      return access(portFile, F_OK) == 0
    }
    guard let port = try Int(String(contentsOfFile: portFile, encoding: .utf8).filter(\.isNumber)) else {
      throw TestSupportFault("\(name) wrote no port")
    }
    self.program = program
    self.port = port
    self.directory = filed
  }
}
