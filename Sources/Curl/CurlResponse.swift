// What came of a transfer: an answer, or a fault that says how far it got. Neither carries a secret or a body.

/// A transfer that came to its end. An HTTP status of 404 is an answer too: look at `code`.
package struct CurlResponse: Sendable, Equatable {
  /// HTTP status or last SMTP reply code; 0 over SFTP.
  package var code: Int
  /// The answer, with `CurlSink.memory`; empty otherwise.
  package var bytes: [UInt8]
  /// Bytes the answer has or, asked with `noBody`, would have.
  package var remoteSize: Int64?
  /// Seconds since 1970.
  package var fileTime: Int64?
  package var uploadedBytes: Int64
  package var downloadedBytes: Int64
  /// Whether libcurl took any byte of the body; false proves that none left.
  package var bodyBegan: Bool
  /// What an HTTP `Retry-After` asks for, in seconds.
  package var retryAfterSeconds: Int64?
}

/// A transfer that did not come to its end.
package struct CurlFault: Error, Equatable, CustomStringConvertible {
  /// libcurl's codes as far as a caller decides by them; the rest is `other`.
  package enum Reason: String, Sendable {
    /// The request itself cannot be carried out: a bad URL, a line break in a header, a protocol not allowed.
    case badRequest = "the request is not possible"
    case unresolved = "the host name has no address"
    case refusedAddress = "the host leads to an address that is not public"
    case notConnected = "no connection"
    /// The other side did not prove who it is: certificate, pin or host key.
    case untrusted = "the server is not the expected one"
    case tls = "the TLS handshake failed"
    case loginDenied = "the login was refused"
    case accessDenied = "access was denied"
    case notFound = "no such file or directory"
    case alreadyExists = "the remote file exists"
    case diskFull = "the remote disk is full"
    /// A quote command (rename, rm) was refused.
    case commandRefused = "a remote command was refused"
    case uploadRefused = "the upload was refused"
    case timedOut = "it took too long"
    /// The connection broke while bytes moved.
    case connectionLost = "the connection broke"
    /// More bytes than the sink's limit.
    case tooLarge = "the answer is larger than allowed"
    /// Our own file could not be read or written.
    case localFile = "a local file failed"
    case cancelled = "it was cancelled"
    case other = "it failed"
  }

  package var reason: Reason
  /// The CURLcode, for the log.
  package var code: Int32
  /// libcurl's words, printable ASCII, at most 255 bytes.
  package var message: String
  /// HTTP status or SMTP reply that arrived before the end; 0 without.
  package var responseCode: Int
  package var uploadedBytes: Int64
  package var downloadedBytes: Int64
  /// Whether a connection stood, with its handshake and login, so that a request could be sent at all.
  package var afterConnect: Bool
  /// Whether a byte of the HTTP request or of any body may have left.
  package var requestBegan: Bool
  /// Whether libcurl took any byte of the body; false proves that none left.
  package var bodyBegan: Bool

  /// False: refused before libcurl was asked, so nothing at all happened.
  package var reachedLibrary: Bool { code >= 0 }

  package var description: String {
    "curl: \(reason.rawValue): found code \(code)\(message.isEmpty ? "" : " (\(message))"), expected 0"
  }
}
