import Foundation

/// What the two sinks of deploy/sinks have in common: a program, its directory, and the port it chose.
struct Sink: Sendable {
  let program: SpawnedProgram
  let directory: String
  let port: Int

  /// Starts `deploy/sinks/<name>` with its files under `directory` and waits until it listens.
  init(_ name: String, in directory: String, _ options: [String]) async throws {
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let portFile = "\(directory)/\(name).port"
    let filed = "\(directory)/\(name)"
    program = try SpawnedProgram(
      [repository.appendingPathComponent("deploy/sinks/\(name)").path, "--port-file", portFile, "--dir", filed] + options,
      log: "\(directory)/\(name).log")
    self.directory = filed
    port = try await program.wait(for: name) {
      (try? String(contentsOfFile: portFile, encoding: .utf8)).flatMap { Int($0.filter(\.isNumber)) }
    }
  }
}
