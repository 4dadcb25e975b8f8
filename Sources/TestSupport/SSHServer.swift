// A real sshd for tests: a free port of 127.0.0.1, the current user (root or not), one ed25519 host key, SFTP alone.

import Foundation

/// A running OpenSSH server with a client key that it knows. Ends with the value.
package final class SSHServer: Sendable {
  package static let executable = "/usr/sbin/sshd"

  package let port: Int
  package let user: String
  /// ed25519, without a passphrase; `.pub` lies beside it.
  package let privateKey: String
  /// With the one line for this server.
  package let knownHosts: String
  /// As `ssh-keygen -lf` prints it, with `SHA256:`.
  package let hostKeyFingerprint: String
  private let directory: TemporaryDirectory
  private let process: ChildProcess

  /// - Parameters:
  ///   - sftpArguments: for internal-sftp: `-R` makes everything read-only, `-P request` forbids a request.
  ///   - subsystem: the command to run in the place of internal-sftp.
  ///   - port: nil: a free one. A server that takes the place of another is given its port and `keysOf`.
  ///   - keysOf: the server whose keys this one takes over.
  package init(
    sftpArguments: String = "", subsystem: String? = nil, port: Int? = nil, keysOf other: SSHServer? = nil
  ) async throws {
    directory = try TemporaryDirectory()
    self.port = try port ?? freeLoopbackPort()
    user = NSUserName()
    if geteuid() == 0 { try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true) }

    let hostKey = directory.appending("host")
    if let other {
      try FileManager.default.copyItem(atPath: other.directory.appending("host"), toPath: hostKey)
      try FileManager.default.copyItem(atPath: other.directory.appending("host.pub"), toPath: hostKey + ".pub")
      privateKey = directory.appending("client")
      try FileManager.default.copyItem(atPath: other.privateKey, toPath: privateKey)
      try FileManager.default.copyItem(atPath: other.privateKey + ".pub", toPath: privateKey + ".pub")
    } else {
      try Self.makeKey(hostKey)
      privateKey = try Self.makeKey(directory.appending("client"))
    }
    let publicKey = bytes(ofFile: privateKey + ".pub") ?? []
    let authorized = try directory.write("authorized", publicKey)
    let hostLine = String(decoding: bytes(ofFile: hostKey + ".pub") ?? [], as: UTF8.self)
    knownHosts = try directory.write("known_hosts", Array("[127.0.0.1]:\(self.port) \(hostLine)".utf8))
    hostKeyFingerprint = try Self.fingerprint(hostKey)

    let sftp = subsystem ?? "internal-sftp \(sftpArguments)"
    let configuration = """
      Port \(self.port)
      ListenAddress 127.0.0.1
      HostKey \(hostKey)
      PidFile \(directory.appending("pid"))
      AuthorizedKeysFile \(authorized)
      PermitRootLogin prohibit-password
      PasswordAuthentication no
      KbdInteractiveAuthentication no
      UsePAM no
      StrictModes no
      UseDNS no
      MaxStartups 100
      LogLevel VERBOSE
      Subsystem sftp \(sftp)
      ForceCommand \(sftp)

      """
    let file = try directory.write("sshd_config", Array(configuration.utf8))
    let process = try ChildProcess(Self.executable, ["-D", "-e", "-f", file], log: directory.appending("log"))
    self.process = process
    let reached = self.port
    try await waitUntil("sshd listens (\(process.log))") {
      if !process.isRunning { throw TestSupportFault("sshd ended: \(process.output)") }
      return isListening(port: reached)
    }
  }

  /// What it logged.
  package var log: String { process.output }

  /// Ends it and all its sessions at once, as a power cut would.
  package func kill() { process.kill() }

  /// Whether the client's key is unknown from now on; connections that exist go on.
  package func setLogins(refused: Bool) throws {
    try directory.write("authorized", refused ? [] : bytes(ofFile: privateKey + ".pub") ?? [])
  }

  /// `knownHosts` of a port that leads here.
  package func hostLines(forPort port: Int) -> [UInt8] {
    let key = String(decoding: bytes(ofFile: directory.appending("host.pub")) ?? [], as: UTF8.self)
    return Array("[127.0.0.1]:\(port) \(key)".utf8)
  }

  /// Leaves its connections open and answers nothing any more.
  package func freeze() { process.freeze() }

  /// Makes an ed25519 key pair and returns `path`.
  @discardableResult
  package static func makeKey(_ path: String) throws -> String {
    let made = try ChildProcess.run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path])
    if made.status != 0 { throw TestSupportFault("ssh-keygen: \(made.output)") }
    return path
  }

  private static func fingerprint(_ key: String) throws -> String {
    let shown = try ChildProcess.run("/usr/bin/ssh-keygen", ["-lf", key + ".pub"])
    let words = shown.output.split(separator: " ")
    guard shown.status == 0, words.count > 1 else { throw TestSupportFault("ssh-keygen: \(shown.output)") }
    return String(words[1])
  }
}
