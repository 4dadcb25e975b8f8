/// Why something could not be hashed, signed or verified.
///
/// The texts name files, certificates' dates and OpenSSL's own reason; they never hold key material or file content.
package enum SigningFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// A PEM file could not be opened or holds no such object (`what` is "certificate", "private key"…).
  case unreadable(what: String, path: String, reason: String)
  /// The private key is not the one of the certificate.
  case keyMismatch(certificate: String)
  /// The certificate is not valid at the instant of use (seconds since 1970).
  case notValid(certificate: String, at: Int64, reason: String)
  /// A signature that does not fit its content, its certificate, or is no CMS at all.
  case badSignature(reason: String)
  /// A session was used after its end.
  case finished
  /// OpenSSL refused an operation: memory, a disabled algorithm, a broken installation.
  case library(operation: String, reason: String)

  package var description: String {
    switch self {
    case .unreadable(let what, let path, let reason): "\(path): readable \(what) in PEM: found \(reason)"
    case .keyMismatch(let certificate): "\(certificate): private key of this certificate: found another key"
    case .notValid(let certificate, let instant, let reason):
      "\(certificate): certificate valid at second \(instant): found \(reason)"
    case .badSignature(let reason): "signature: valid detached CMS signature: found \(reason)"
    case .finished: "signature: one finish for each session: found a second use"
    case .library(let operation, let reason): "openssl: \(operation): found \(reason)"
    }
  }
}
