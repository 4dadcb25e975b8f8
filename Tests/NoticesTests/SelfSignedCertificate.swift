import Foundation
import TestSupport

extension TemporaryDirectory {
  /// A self-signed certificate for the loopback, which is its own authority, and its key.
  func certificate(named name: String) throws -> (certificate: String, key: String) {
    let (certificate, key) = (appending("\(name).pem"), appending("\(name).key"))
    let made = try ChildProcess.run(
      "/usr/bin/openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
        "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-out", certificate, "-keyout", key,
      ])
    if made.status != 0 { throw TestSupportFault("openssl: \(made.output)") }
    return (certificate, key)
  }
}
