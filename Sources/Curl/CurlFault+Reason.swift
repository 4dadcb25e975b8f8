import CLibCurl

extension CurlFault.Reason {
  /// Whether the other side hung up during the handshake: nothing is wrong with what TLS or SSH say, for there was nobody to
  /// say it. libcurl's codes mean more than that; libssh2's numbers are its socket errors.
  static func isHangUp(_ code: CURLcode, _ words: String) -> Bool {
    switch code {
    case CURLE_SSL_CONNECT_ERROR:
      ["reset by peer", "Broken pipe", "SSL_ERROR_SYSCALL", "unexpected eof"].contains { words.contains($0) }
    case CURLE_FAILED_INIT: ["-7,", "-13,", "-43,"].contains { words.contains("Failure establishing ssh session: \($0)") }
    default: false
    }
  }

  /// Reads a CURLcode the way a caller must decide, see curl's libcurl-errors(3).
  init(code: CURLcode) {
    self =
      switch code {
      case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_UNKNOWN_OPTION,
        CURLE_NOT_BUILT_IN:
        .badRequest
      case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unresolved
      case CURLE_COULDNT_CONNECT: .notConnected
      case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH: .untrusted
      case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE,
        CURLE_USE_SSL_FAILED, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_CRL_BADFILE,
        CURLE_SSL_CLIENTCERT:
        .tls
      case CURLE_LOGIN_DENIED, CURLE_AUTH_ERROR: .loginDenied
      case CURLE_REMOTE_ACCESS_DENIED: .accessDenied
      case CURLE_REMOTE_FILE_NOT_FOUND: .notFound
      case CURLE_REMOTE_FILE_EXISTS: .alreadyExists
      case CURLE_REMOTE_DISK_FULL: .diskFull
      case CURLE_QUOTE_ERROR: .commandRefused
      case CURLE_UPLOAD_FAILED: .uploadRefused
      case CURLE_OPERATION_TIMEDOUT: .timedOut
      // libssh2 gives 79 for a reset connection and for a full disk alike: a broken transfer either way.
      case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_SSH,
        CURLE_SSL_SHUTDOWN_FAILED, CURLE_HTTP2, CURLE_HTTP2_STREAM:
        .connectionLost
      case CURLE_FILESIZE_EXCEEDED: .tooLarge
      case CURLE_WRITE_ERROR, CURLE_READ_ERROR, CURLE_FILE_COULDNT_READ_FILE: .localFile
      case CURLE_ABORTED_BY_CALLBACK: .cancelled
      default: .other
      }
  }
}
