import Foundation

/// A real HTTPS file server that misbehaves by rules: deploy/sinks/hostile-https. Ends with the value.
package final class HostileHTTPS: Sendable {
  package let port: Int
  /// Signs the server's certificate.
  package let caFile: String
  private let directory: TemporaryDirectory
  private let process: ChildProcess

  /// - Parameters:
  ///   - root: the directory that `/` shows.
  ///   - clientAuthority: PEM of who signs the certificates of clients.
  ///   - rules: whom it obeys.
  package init(root: String, clientAuthority: String, rules: HostileRules) async throws {
    directory = try TemporaryDirectory()
    let authority = try TestAuthority("authority", in: directory)
    caFile = authority.certificate
    let server = try authority.issue("server")
    let portFile = directory.appending("port")
    let process = try ChildProcess(
      HostileRules.program("hostile-https"),
      [
        "--port-file", portFile, "--root", root, "--mode", rules.path, "--log", rules.log, "--tls", server.certificate,
        server.key, clientAuthority,
      ], log: directory.appending("log"))
    self.process = process
    try await waitUntil("hostile-https listens") {
      if !process.isRunning { throw TestSupportFault("hostile-https ended: \(process.output)") }
      return access(portFile, F_OK) == 0
    }
    guard let port = try Int(String(contentsOfFile: portFile, encoding: .utf8).filter(\.isNumber)) else {
      throw TestSupportFault("hostile-https wrote no port")
    }
    self.port = port
  }

  /// What it complained of itself; a sound one complains of nothing.
  package var output: String { process.output }
}

/// What a hostile server does, and what it has done: the files that `deploy/sinks/hostile-sftp` and `hostile-https` read
/// and write. Their own help says what a rule can say.
package final class HostileRules: Sendable {
  let path: String
  let log: String

  /// Keeps its files in `directory`, which must exist.
  package init(in directory: String) {
    path = directory + "/rules"
    log = directory + "/strikes"
  }

  /// From the next request on; no rules: all is well. Forgets what struck before.
  package func set(_ rules: [String]) throws {
    try Data().write(to: URL(fileURLWithPath: log))
    let new = path + ".new"
    try Data((rules.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: new))
    if rename(new, path) != 0 { throw TestSupportFault("cannot replace \(path)") }
  }

  /// The rules that struck since they were set: name, request and path of each.
  package var strikes: [String] {
    String(decoding: bytes(ofFile: log) ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// For sshd: the subsystem that obeys them.
  package var sftpSubsystem: String { "\(Self.program("hostile-sftp")) --mode \(path) --log \(log)" }

  static func program(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("deploy/sinks/\(name)").path
  }
}
