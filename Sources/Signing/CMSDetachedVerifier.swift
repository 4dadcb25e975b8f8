import COpenSSL

/// Checks detached CMS signatures against one registered certificate, as a bank does with its client's.
///
/// The certificate itself is the trust: no chain is built, and a certificate inside the signature is not looked at.
package final class CMSDetachedVerifier: Sendable {
  private let registered: Certificate

  /// Loads the registered certificate: the first of the PEM file.
  package init(certificatePEM: String) throws(SigningFault) {
    registered = try Certificate.load(certificatePEM)[0]
  }

  /// Returns when `signature` (DER or PEM) is the registered signer's for the file at `path`, and its certificate valid
  /// at `instant` (seconds since 1970). Throws `badSignature` or `notValid` otherwise. The file is read in pieces.
  package func verify(signature: [UInt8], contentPath path: String, at instant: Int64) throws(SigningFault) {
    try registered.requireValid(at: instant)
    ERR_clear_error()
    guard let message = parsed(signature) else { throw .badSignature(reason: openSSLReason()) }
    defer { CMS_ContentInfo_free(message) }
    guard let content = BIO_new_file(path, "rb") else {
      throw .unreadable(what: "signed file", path: path, reason: openSSLReason())
    }
    defer { BIO_free(content) }
    guard let certificates = OPENSSL_sk_new_null() else { throw openSSLFault("certificate list") }
    defer { OPENSSL_sk_free(certificates) }
    guard OPENSSL_sk_push(certificates, UnsafeRawPointer(registered.pointer)) == 1 else {
      throw openSSLFault("certificate list")
    }
    let flags = UInt32(CMS_DETACHED | CMS_BINARY | CMS_NOINTERN | CMS_NO_SIGNER_CERT_VERIFY)
    guard CMS_verify(message, certificates, nil, content, nil, flags) == 1 else {
      throw .badSignature(reason: openSSLReason())
    }
  }

  private func parsed(_ signature: [UInt8]) -> OpaquePointer? {
    guard let der = signature.starts(with: "-----BEGIN".utf8) ? unwrapped(signature) : signature else { return nil }
    return der.withUnsafeBufferPointer { bytes in
      var cursor = bytes.baseAddress
      return d2i_CMS_ContentInfo(nil, &cursor, bytes.count)
    }
  }

  /// The DER inside the first PEM object, whatever its label.
  private func unwrapped(_ pem: [UInt8]) -> [UInt8]? {
    guard let length = Int32(exactly: pem.count) else { return nil }
    return pem.withUnsafeBytes { bytes -> [UInt8]? in
      guard let source = BIO_new_mem_buf(bytes.baseAddress, length) else { return nil }
      defer { BIO_free(source) }
      var name: UnsafeMutablePointer<CChar>?
      var header: UnsafeMutablePointer<CChar>?
      var data: UnsafeMutablePointer<UInt8>?
      var size = 0
      guard PEM_read_bio(source, &name, &header, &data, &size) == 1, let data else { return nil }
      defer {
        CRYPTO_free(name, #file, #line)
        CRYPTO_free(header, #file, #line)
        CRYPTO_free(data, #file, #line)
      }
      return Array(UnsafeBufferPointer(start: data, count: size))
    }
  }
}
