// How to reach a bank over SFTP. Made once from the configuration; what cannot work, or would work without proof of
// who the server is, is refused here and not at the first transfer.

import Curl

/// A bank's SFTP server, our account on it and its directories.
package struct SFTPOptions: Sendable {
  let host: String
  let port: Int
  let ssh: CurlSSH
  let inbox: String
  let outbox: String
  let archive: String?
  let done: String?
  let temporarySuffix: String
  let filter: NameFilter
  let timeouts: ChannelTimeouts

  /// Directories are absolute paths on the server.
  ///
  /// - Parameters:
  ///   - host: a name or an address; an IPv6 address without brackets.
  ///   - publicKeyPath: nil: derived from the private key.
  ///   - knownHostsPath: a file in OpenSSH's format; its first line for the host should be ed25519 or ecdsa.
  ///   - hostKeySHA256: as `ssh-keygen -lf` prints it. At least one of the two is needed.
  ///   - inbox: where we put files.
  ///   - outbox: where the bank puts files.
  ///   - archive: where the bank moves what it has taken, in one step; nil if there is none to look into.
  ///   - done: where we move what we have taken; nil: it is removed.
  ///   - temporarySuffix: what the bank agreed to ignore.
  ///   - outboxPattern: a shell pattern.
  /// - Throws: `configuration`.
  package init(
    host: String, port: Int = 22, user: String, privateKeyPath: String, publicKeyPath: String? = nil,
    passphrase: String? = nil, knownHostsPath: String? = nil, hostKeySHA256: String? = nil, inbox: String,
    outbox: String, archive: String? = nil, done: String? = nil, temporarySuffix: String = ".part",
    outboxPattern: String = "*", timeouts: ChannelTimeouts = ChannelTimeouts()
  ) throws(ChannelFault) {
    self.host = try Self.checked(host: host)
    guard (1...65535).contains(port) else { throw configurationFault("port \(port)", "1 to 65535") }
    self.port = port
    ssh = CurlSSH(
      user: user, privateKeyPath: privateKeyPath, publicKeyPath: publicKeyPath, passphrase: passphrase,
      hostKey: try Self.hostKey(knownHostsPath, hostKeySHA256))
    self.inbox = try Self.checked(directory: inbox, "inbox")
    self.outbox = try Self.checked(directory: outbox, "outbox")
    self.archive = try archive.map { path throws(ChannelFault) in try Self.checked(directory: path, "archive") }
    self.done = try done.map { path throws(ChannelFault) in try Self.checked(directory: path, "done") }
    self.temporarySuffix = try usable(temporarySuffix: temporarySuffix)
    filter = NameFilter(pattern: outboxPattern, temporarySuffix: temporarySuffix)
    self.timeouts = timeouts
  }

  /// The URL of a directory or file; libcurl takes the path after the authority as absolute.
  func url(_ path: String) -> String {
    let authority = host.contains(":") ? "[\(host)]" : host
    return "sftp://\(authority):\(port)\(percentEncoded(path: path))"
  }

  private static func hostKey(_ knownHosts: String?, _ fingerprint: String?) throws(ChannelFault) -> CurlSSH.HostKey {
    let path = knownHosts ?? ""
    var sha256 = fingerprint ?? ""
    if sha256.hasPrefix("SHA256:") { sha256.removeFirst(7) }
    while sha256.hasSuffix("=") { sha256.removeLast() }
    if !sha256.isEmpty, sha256.utf8.count != 43 {
      throw configurationFault("a host key fingerprint of \(sha256.utf8.count) characters", "43, the SHA-256 in base64")
    }
    switch (path.isEmpty, sha256.isEmpty) {
    case (true, true):
      throw configurationFault("neither known_hosts nor a host key fingerprint", "one of them, or both")
    case (false, true): return .knownHosts(path: path)
    case (true, false): return .sha256(sha256)
    case (false, false): return .both(knownHosts: path, sha256: sha256)
    }
  }

  private static func checked(host: String) throws(ChannelFault) -> String {
    let allowed = host.utf8.allSatisfy { byte in
      byte > 32 && byte < 127 && !"/@?#[]\\%\"".utf8.contains(byte)
    }
    if host.isEmpty || !allowed { throw configurationFault("a host that is no name or address", "a name or address") }
    return host
  }

  private static func checked(directory: String, _ key: String) throws(ChannelFault) -> String {
    var path = directory
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    let clean = !path.utf8.contains { $0 < 32 || $0 == 127 }
    // libcurl reads a path that begins with /~/ as relative to the home directory.
    if !path.hasPrefix("/") || path.hasPrefix("/~") || !clean {
      throw configurationFault("\(key) that is not absolute", "an absolute path on the server")
    }
    return path
  }
}
