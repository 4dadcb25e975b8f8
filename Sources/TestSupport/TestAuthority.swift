import Foundation

/// A certificate authority for tests, made by the openssl command: EC P-256, valid for a day.
package struct TestAuthority: Sendable {
  /// PEM of the authority's own certificate.
  package let certificate: String
  private let key: String
  private let directory: String

  /// Keeps its files in `directory`, named after `name`.
  package init(_ name: String, in directory: TemporaryDirectory) throws {
    self.directory = directory.path
    certificate = directory.appending("\(name).crt")
    key = directory.appending("\(name).key")
    try Self.openssl([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
      "-subj", "/CN=\(name)", "-keyout", key, "-out", certificate,
    ])
  }

  /// A certificate for a server on 127.0.0.1 and localhost, or for a client; paths of PEM files.
  package func issue(_ name: String) throws -> (certificate: String, key: String) {
    let issued = "\(directory)/\(name).crt"
    let itsKey = "\(directory)/\(name).key"
    let request = "\(directory)/\(name).csr"
    let extensions = "\(directory)/\(name).ext"
    try "subjectAltName=IP:127.0.0.1,DNS:localhost\n".write(toFile: extensions, atomically: true, encoding: .utf8)
    try Self.openssl([
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(name)",
      "-keyout", itsKey, "-out", request,
    ])
    try Self.openssl([
      "x509", "-req", "-in", request, "-CA", certificate, "-CAkey", key, "-CAcreateserial", "-days", "1",
      "-extfile", extensions, "-out", issued,
    ])
    return (issued, itsKey)
  }

  private static func openssl(_ arguments: [String]) throws {
    let made = try ChildProcess.run("/usr/bin/openssl", arguments)
    if made.status != 0 { throw TestSupportFault("openssl: \(made.output)") }
  }
}
