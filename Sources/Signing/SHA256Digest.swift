import COpenSSL

/// SHA-256 over bytes that come in pieces; constant memory.
///
/// Not for use from two threads at once.
package final class SHA256Digest {
  private let context: OpaquePointer
  private var failed = false

  /// Throws only when OpenSSL has no memory or no SHA-256.
  package init() throws(SigningFault) {
    guard let context = EVP_MD_CTX_new() else { throw openSSLFault("digest context") }
    guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      EVP_MD_CTX_free(context)
      throw openSSLFault("sha-256")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds `bytes`; a failure is kept and thrown by `finish`.
  package func update(_ bytes: UnsafeRawBufferPointer) {
    guard !bytes.isEmpty else { return }
    if EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) != 1 { failed = true }
  }

  /// The 32 bytes of the digest; the object then starts over for another message.
  package func finish() throws(SigningFault) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    guard !failed, EVP_DigestFinal_ex(context, &digest, nil) == 1, EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    else { throw openSSLFault("sha-256") }
    return digest
  }

  /// The digest of bytes that are all there.
  package static func of(_ bytes: [UInt8]) throws(SigningFault) -> [UInt8] {
    let digest = try SHA256Digest()
    bytes.withUnsafeBytes { digest.update($0) }
    return try digest.finish()
  }
}

/// HMAC with SHA-256 (RFC 2104) of `message` under `key`, 32 bytes.
package func hmacSHA256(key: [UInt8], message: [UInt8]) throws(SigningFault) -> [UInt8] {
  guard let keyLength = Int32(exactly: key.count) else { throw .library(operation: "hmac", reason: "key too long") }
  var code = [UInt8](repeating: 0, count: 32)
  guard HMAC(EVP_sha256(), key, keyLength, message, message.count, &code, nil) != nil else {
    throw openSSLFault("hmac")
  }
  return code
}

/// `count` bytes of OpenSSL's cryptographic generator, for secrets and ids.
package func randomBytes(_ count: Int) throws(SigningFault) -> [UInt8] {
  guard let length = Int32(exactly: count), length >= 0 else {
    throw .library(operation: "random bytes", reason: "length out of range")
  }
  var bytes = [UInt8](repeating: 0, count: count)
  guard RAND_bytes(&bytes, length) == 1 else { throw openSSLFault("random bytes") }
  return bytes
}
