import COpenSSL

/// OpenSSL's own reason for the last failure on this thread, as text; empties the thread's error queue.
func openSSLReason() -> String {
  let code = ERR_peek_last_error()
  ERR_clear_error()
  guard code != 0 else { return "no reason given" }
  guard let reason = ERR_reason_error_string(code) else { return "error \(code)" }
  return String(cString: reason)
}

func openSSLFault(_ operation: String) -> SigningFault {
  .library(operation: operation, reason: openSSLReason())
}

/// Reads the PEM file at `path` through `body`, which gets an open BIO; nil means "not there, or not of this kind".
func withPEM<Value>(
  _ what: String, at path: String, _ body: (OpaquePointer) -> Value?
) throws(SigningFault) -> Value {
  ERR_clear_error()
  guard let bio = BIO_new_file(path, "r") else {
    throw .unreadable(what: what, path: path, reason: openSSLReason())
  }
  defer { BIO_free(bio) }
  guard let value = body(bio) else {
    throw .unreadable(what: what, path: path, reason: openSSLReason())
  }
  ERR_clear_error()
  return value
}

/// A certificate from a PEM file; owns the C object.
final class Certificate: @unchecked Sendable {  // X509 is immutable here and its counter is atomic.
  let pointer: OpaquePointer
  let path: String

  init(_ pointer: OpaquePointer, path: String) {
    self.pointer = pointer
    self.path = path
  }

  deinit { X509_free(pointer) }

  /// Every certificate of the PEM file, in file order; at least one.
  static func load(_ path: String) throws(SigningFault) -> [Certificate] {
    try withPEM("certificate", at: path) { bio in
      var found: [Certificate] = []
      while let next = PEM_read_bio_X509(bio, nil, nil, nil) { found.append(Certificate(next, path: path)) }
      return found.isEmpty ? nil : found
    }
  }

  /// Throws `notValid` when `instant` (seconds since 1970) lies outside notBefore…notAfter.
  func requireValid(at instant: Int64) throws(SigningFault) {
    let time = time_t(instant)
    switch (ASN1_TIME_cmp_time_t(X509_get0_notBefore(pointer), time), ASN1_TIME_cmp_time_t(X509_get0_notAfter(pointer), time)) {
    case (-2, _), (_, -2): throw .notValid(certificate: path, at: instant, reason: "unreadable validity")
    case (1, _): throw .notValid(certificate: path, at: instant, reason: "not valid yet")
    case (_, -1): throw .notValid(certificate: path, at: instant, reason: "expired")
    default: return
    }
  }
}
