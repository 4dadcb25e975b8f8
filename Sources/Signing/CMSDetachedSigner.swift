import COpenSSL

/// Detached CMS signatures (RFC 5652) with SHA-256: the signature stands in a file of its own, the signed file is unchanged.
///
/// The content streams through; memory does not grow with the file. The signing time is the instant given, so that
/// with an RSA key the same file, instant and key give the same signature byte for byte.
package final class CMSDetachedSigner: FileSigner, @unchecked Sendable {  // The key is read only; its counter is atomic.
  /// How the signature file is written.
  package enum Format: String, CaseIterable, Sendable {
    case der
    /// Base64 between `-----BEGIN CMS-----` lines.
    case pem
  }

  package let suffix = ".p7s"
  private let signer: Certificate
  private let chain: [Certificate]
  private let key: OpaquePointer
  private let format: Format

  /// Loads the signer's certificate (first in `certificatePEM`; those after it travel along as its chain) and its key.
  ///
  /// `keyPassphrase` opens an encrypted key; without it an encrypted key is `unreadable`, nobody is prompted.
  /// Throws `keyMismatch` when key and certificate do not belong together.
  package init(
    certificatePEM: String, keyPEM: String, keyPassphrase: String? = nil, format: Format = .der
  ) throws(SigningFault) {
    let certificates = try Certificate.load(certificatePEM)
    var passphrase = Array((keyPassphrase ?? "").utf8CString)
    defer { passphrase.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
    // A C string in the last argument is the passphrase; nil there would make OpenSSL ask on the terminal.
    let key = try withPEM("private key", at: keyPEM) { bio in
      passphrase.withUnsafeMutableBytes { PEM_read_bio_PrivateKey(bio, nil, nil, $0.baseAddress) }
    }
    guard X509_check_private_key(certificates[0].pointer, key) == 1 else {
      ERR_clear_error()
      EVP_PKEY_free(key)
      throw .keyMismatch(certificate: certificatePEM)
    }
    self.signer = certificates[0]
    self.chain = Array(certificates.dropFirst())
    self.key = key
    self.format = format
  }

  deinit { EVP_PKEY_free(key) }

  package func begin(at instant: Int64) throws(SigningFault) -> any SigningSession {
    try signer.requireValid(at: instant)
    ERR_clear_error()
    // Binary: not one byte is changed for the canonical line ends of mail.
    let flags = UInt32(CMS_DETACHED | CMS_BINARY | CMS_STREAM | CMS_PARTIAL)
    guard let message = CMS_sign(nil, nil, nil, nil, flags) else { throw openSSLFault("cms") }
    let session = CMSSession(owning: message, format: format)
    guard
      let information = CMS_add1_signer(message, signer.pointer, key, EVP_sha256(), UInt32(CMS_BINARY | CMS_NOSMIMECAP))
    else { throw openSSLFault("cms signer") }
    for certificate in chain where CMS_add1_cert(message, certificate.pointer) != 1 {
      throw openSSLFault("cms chain")
    }
    guard let time = ASN1_TIME_set(nil, time_t(instant)) else { throw openSSLFault("cms signing time") }
    defer { ASN1_STRING_free(time) }
    guard CMS_signed_add1_attr_by_NID(information, NID_pkcs9_signingTime, time.pointee.type, time, -1) == 1 else {
      throw openSSLFault("cms signing time")
    }
    try session.open()
    return session
  }
}

private final class CMSSession: SigningSession {
  private let message: OpaquePointer
  private let format: CMSDetachedSigner.Format
  private var content: OpaquePointer?
  private var isFinished = false

  init(owning message: OpaquePointer, format: CMSDetachedSigner.Format) {
    self.message = message
    self.format = format
  }

  deinit {
    BIO_free_all(content)
    CMS_ContentInfo_free(message)
  }

  /// Opens the chain of digests through which the content flows; its end is a null sink, as the signature is detached.
  func open() throws(SigningFault) {
    content = CMS_dataInit(message, nil)
    if content == nil { throw openSSLFault("cms content") }
  }

  func feed(_ bytes: UnsafeRawBufferPointer) throws(SigningFault) {
    guard !isFinished else { throw .finished }
    var rest = bytes
    while !rest.isEmpty {
      let step = Int32(clamping: rest.count)
      let written = BIO_write(content, rest.baseAddress, step)
      guard written > 0 else { throw openSSLFault("cms content") }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(Int(written)))
    }
  }

  func finish() throws(SigningFault) -> [UInt8] {
    guard !isFinished else { throw .finished }
    isFinished = true
    guard BIO_ctrl(content, BIO_CTRL_FLUSH, 0, nil) == 1, CMS_dataFinal(message, content) == 1 else {
      throw openSSLFault("cms signature")
    }
    let der = try encoded()
    switch format {
    case .der: return der
    case .pem: return pem(der)
    }
  }

  private func encoded() throws(SigningFault) -> [UInt8] {
    let length = i2d_CMS_ContentInfo(message, nil)
    guard length > 0 else { throw openSSLFault("cms encoding") }
    var der = [UInt8](repeating: 0, count: Int(length))
    let written = der.withUnsafeMutableBufferPointer { buffer in
      var cursor = buffer.baseAddress
      return i2d_CMS_ContentInfo(message, &cursor)
    }
    guard written == length else { throw openSSLFault("cms encoding") }
    return der
  }

  private func pem(_ der: [UInt8]) -> [UInt8] {
    var text = Array("-----BEGIN CMS-----\n".utf8)
    let base64 = Array(base64Encode(der).utf8)
    for start in stride(from: 0, to: base64.count, by: 64) {
      text += base64[start..<min(start + 64, base64.count)]
      text.append(UInt8(ascii: "\n"))
    }
    return text + Array("-----END CMS-----\n".utf8)
  }
}
