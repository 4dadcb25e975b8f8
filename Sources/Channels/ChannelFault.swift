// Why a channel could not do what was asked: a reason to decide by, the stage it failed in, and words for the operator.

/// A failure between us and a bank.
package struct ChannelFault: Error, Equatable, CustomStringConvertible {
  /// What kind of failure; a caller decides by it.
  package enum Reason: String, Sendable, CaseIterable {
    /// The channel is set up wrongly; nothing was tried.
    case configuration = "the configuration must be usable"
    case hostKeyMismatch = "the host key must be the known one"
    case serverUntrusted = "the server certificate must be trusted"
    case tls = "the TLS handshake must succeed"
    case authenticationFailed = "the bank must accept our key or certificate"
    case permissionDenied = "the operation must be permitted"
    case notFound = "the file or directory must exist"
    case alreadyExists = "the name must be free"
    case diskFull = "the bank must have room"
    case connectFailed = "the bank must be reachable"
    case timedOut = "the bank must answer in time"
    case connectionLost = "the connection must hold"
    /// The connection or a write failed in the middle of a file, and the bank answers again.
    case incomplete = "the bank must take the whole file"
    case sizeMismatch = "the size must agree"
    case tooLarge = "the size must stay under the limit"
    case localFile = "the local file must be usable"
    case cancelled = "the transfer must not be interrupted"
    case protocolError = "the bank must answer in the protocol"
  }

  /// What the channel was doing.
  package enum Stage: String, Sendable {
    case configure, upload, verify, rename, confirm, locate, list, download, acknowledge, probe
  }

  package var reason: Reason
  package var stage: Stage
  /// What was seen: remote names, sizes, status codes and libcurl's words. Nothing from inside a file.
  package var found: String
  package var expected: String

  package init(_ reason: Reason, stage: Stage, found: String, expected: String) {
    self.reason = reason
    self.stage = stage
    self.found = found
    self.expected = expected
  }

  /// The reason of a fault that was written down in words, where they hold one.
  package static func reason(in words: String) -> Reason? {
    Reason.allCases.first { words.contains(": \($0.rawValue): found ") }
  }

  package var description: String { "\(stage.rawValue): \(reason.rawValue): found \(found), expected \(expected)" }

  /// What the operator can do about it.
  package var hint: String { reason.hint }
}

extension ChannelFault.Reason {
  /// One word for who watches: the class of the fault, in the status file and in `sepad status`.
  package var word: String {
    switch self {
    case .configuration: "configuration"
    case .hostKeyMismatch: "host-key"
    case .serverUntrusted: "certificate"
    case .tls: "tls"
    case .authenticationFailed: "login"
    case .permissionDenied: "permission"
    case .notFound: "missing"
    case .alreadyExists: "name-taken"
    case .diskFull: "space"
    case .connectFailed: "unreachable"
    case .timedOut: "time-out"
    case .connectionLost: "connection"
    case .incomplete: "incomplete"
    case .sizeMismatch: "size"
    case .tooLarge: "too-large"
    case .localFile: "local-file"
    case .cancelled: "interrupted"
    case .protocolError: "protocol"
    }
  }

  /// Whether the way to the bank is shut, rather than one file or directory: what comes next would fail alike.
  package var isOfTheWay: Bool {
    switch self {
    case .hostKeyMismatch, .serverUntrusted, .tls, .authenticationFailed, .connectFailed, .timedOut, .connectionLost,
      .cancelled:
      true
    default: false
    }
  }

  /// What somebody can do about such faults.
  package var hint: String {
    switch self {
    case .configuration: "correct the channel's section of the configuration"
    case .hostKeyMismatch:
      "compare the server's key with the one the bank published; known_hosts should hold one ed25519 or ecdsa line for it"
    case .serverUntrusted: "compare the configured CA file with the CA that the bank published"
    case .tls: "check the client certificate and its key; the bank must speak TLS 1.2 or later"
    case .authenticationFailed:
      "check user and key with the bank; an RSA key does not work with libssh2 before 1.11, use ed25519 or ecdsa"
    case .permissionDenied: "ask the bank for the right to write, rename and list in the configured directories"
    case .notFound: "check the configured directories with the bank"
    case .alreadyExists: "a file of this name lies at the bank already: ask the bank what it is before anything is sent again"
    case .diskFull: "tell the bank that its file system is full"
    case .connectFailed: "check address, port, firewall and the bank's maintenance window"
    case .timedOut, .connectionLost, .cancelled: "nothing to do unless it repeats; a file of unknown fate is looked for first"
    case .incomplete: "if it repeats, the bank has no room, a quota or a limit, or the line breaks: ask the bank"
    case .sizeMismatch: "the file may still be being written; if it repeats, ask the bank"
    case .tooLarge: "raise the limit if the bank really sends files of this size"
    case .localFile: "check space and rights of the working directory"
    case .protocolError: "run the check command and show its answer to the bank"
    }
  }
}
