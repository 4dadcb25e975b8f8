// Turns a CurlRequest into libcurl options. Every option that libcurl refuses fails the request: an option that was
// silently not set is a check that silently does not happen.

import CLibCurl
import Glibc

/// The options of one transfer, and the memory that libcurl points into until the handle is reset.
final class CurlOptions {
  private let handle: UnsafeMutableRawPointer
  private let errorBuffer = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
  private var lists: [UnsafeMutablePointer<curl_slist>] = []

  init(_ handle: UnsafeMutableRawPointer) {
    self.handle = handle
    errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    for list in lists { curl_slist_free_all(list) }
    errorBuffer.deallocate()
  }

  /// libcurl's words for the last error: printable ASCII only, for they may quote the peer.
  func errorText(_ code: CURLcode) -> String {
    let own = errorBuffer[0] == 0 ? curl_easy_strerror(code) : UnsafePointer(errorBuffer)
    guard let own else { return "" }
    let bytes = UnsafeRawBufferPointer(start: own, count: strnlen(own, Int(CURL_ERROR_SIZE) - 1))
    return String(decoding: bytes.map { (32...126).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
  }

  func set(_ request: CurlRequest, _ transfer: CurlTransfer) throws(CurlFault) {
    try check(sepad_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorBuffer))
    try setDestination(request)
    try setTimeouts(request.timeouts)
    try setCallbacks(transfer)
    try setBody(request, transfer)
    try setTLS(request.tls)
    if let ssh = request.ssh { try setSSH(ssh) }
    if let smtp = request.smtp { try setSMTP(smtp) }
  }

  private func setDestination(_ request: CurlRequest) throws(CurlFault) {
    let protocols = request.protocols.map(\.rawValue).joined(separator: ",")
    try set(CURLOPT_PROTOCOLS_STR, protocols)
    try set(CURLOPT_URL, request.url)
    try set(CURLOPT_PROXY, "")  // Also shuts out http_proxy and its kin in the environment.
    try set(CURLOPT_FOLLOWLOCATION, 0)
    try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    try set(CURLOPT_FRESH_CONNECT, request.freshConnection ? 1 : 0)
    try set(CURLOPT_CONNECT_ONLY, request.connectOnly ? 1 : 0)
    try set(CURLOPT_FILETIME, 1)
    try set(CURLOPT_NOBODY, request.noBody ? 1 : 0)
    try set(CURLOPT_DIRLISTONLY, request.namesOnly ? 1 : 0)
    try set(CURLOPT_HTTPHEADER, request.headers)
    try set(CURLOPT_QUOTE, request.preQuote)
    try set(CURLOPT_POSTQUOTE, request.postQuote)
  }

  private func setTimeouts(_ timeouts: CurlTimeouts) throws(CurlFault) {
    try set(CURLOPT_NOSIGNAL, 1)  // Signals and threads do not mix.
    try set(CURLOPT_TCP_KEEPALIVE, 1)
    try set(CURLOPT_CONNECTTIMEOUT, timeouts.connectSeconds)
    try set(CURLOPT_TIMEOUT, timeouts.totalSeconds)
    try set(CURLOPT_LOW_SPEED_LIMIT, timeouts.lowSpeedBytesPerSecond)
    try set(CURLOPT_LOW_SPEED_TIME, timeouts.lowSpeedSeconds)
  }

  private func setCallbacks(_ transfer: CurlTransfer) throws(CurlFault) {
    let context = Unmanaged.passUnretained(transfer).toOpaque()
    try check(
      sepad_curl_set_data_callback(handle, CURLOPT_WRITEFUNCTION) { data, size, count, context in
        guard let data, let context else { return 0 }
        let arrived = UnsafeRawBufferPointer(start: data, count: size &* count)
        return CurlTransfer.at(context).write(arrived)
      })
    try check(
      sepad_curl_set_data_callback(handle, CURLOPT_READFUNCTION) { data, size, count, context in
        guard let data, let context else { return Int(CURL_READFUNC_ABORT) }
        return CurlTransfer.at(context).read(into: UnsafeMutableRawBufferPointer(start: data, count: size &* count))
      })
    try check(
      sepad_curl_set_seek_callback(handle, CURLOPT_SEEKFUNCTION) { context, offset, origin in
        guard let context else { return CURL_SEEKFUNC_FAIL }
        return CurlTransfer.at(context).seek(to: Int64(offset), origin: origin)
      })
    try check(
      sepad_curl_set_socket_callback(handle) { context, _, address in
        guard let context, let address else { return CURL_SOCKET_BAD }
        return CurlTransfer.at(context).socket(for: address)
      })
    // Runs on the thread of curl_easy_perform, so the current task is the one that asked for the transfer.
    try check(
      sepad_curl_set_progress_callback(handle) { context, _, downloaded, _, uploaded in
        guard let context else { return 1 }
        return CurlTransfer.at(context).goesOn(moved: Int64(downloaded) &+ Int64(uploaded)) ? 0 : 1
      })
    for option in [CURLOPT_WRITEDATA, CURLOPT_READDATA, CURLOPT_SEEKDATA, CURLOPT_OPENSOCKETDATA, CURLOPT_XFERINFODATA] {
      try check(sepad_curl_set_pointer(handle, option, context))
    }
    try set(CURLOPT_NOPROGRESS, 0)
  }

  private func setBody(_ request: CurlRequest, _ transfer: CurlTransfer) throws(CurlFault) {
    if let size = transfer.bodySize {
      try set(CURLOPT_UPLOAD, 1)
      try check(sepad_curl_set_offset(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(size)))
      // The default of 64 KiB halves SFTP throughput; libcurl allocates it for uploads alone.
      if size > 1 << 16 { try set(CURLOPT_UPLOAD_BUFFERSIZE, 2 << 20) }
    }
    if let method = request.method { try set(CURLOPT_CUSTOMREQUEST, method) }
  }

  private func setTLS(_ tls: CurlTLS) throws(CurlFault) {
    try set(CURLOPT_SSL_VERIFYPEER, 1)
    try set(CURLOPT_SSL_VERIFYHOST, 2)
    try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    if let caFile = tls.caFile {
      try set(CURLOPT_CAINFO, caFile)
      // Debian's libcurl has a default CAPATH, which would keep the system's store beside the file.
      try check(sepad_curl_set_string(handle, CURLOPT_CAPATH, nil))
    }
    try set(CURLOPT_SSLCERT, ifGiven: tls.clientCertificate)
    try set(CURLOPT_SSLKEY, ifGiven: tls.clientKey)
    try set(CURLOPT_KEYPASSWD, ifGiven: tls.clientKeyPassphrase)
    try set(CURLOPT_PINNEDPUBLICKEY, ifGiven: tls.pinnedPublicKey)
  }

  private func setSSH(_ ssh: CurlSSH) throws(CurlFault) {
    try set(CURLOPT_SSH_AUTH_TYPES, Int(CURLSSH_AUTH_PUBLICKEY))
    try set(CURLOPT_USERNAME, ssh.user)
    try set(CURLOPT_SSH_PRIVATE_KEYFILE, ssh.privateKeyPath)
    try set(CURLOPT_SSH_PUBLIC_KEYFILE, ifGiven: ssh.publicKeyPath)
    try set(CURLOPT_KEYPASSWD, ifGiven: ssh.passphrase)
    switch ssh.hostKey {
    case .knownHosts(let path): try set(CURLOPT_SSH_KNOWNHOSTS, nonEmpty: path)
    case .sha256(let fingerprint): try set(CURLOPT_SSH_HOST_PUBLIC_KEY_SHA256, nonEmpty: fingerprint)
    case .both(let path, let fingerprint):
      try set(CURLOPT_SSH_KNOWNHOSTS, nonEmpty: path)
      try set(CURLOPT_SSH_HOST_PUBLIC_KEY_SHA256, nonEmpty: fingerprint)
    }
  }

  private func setSMTP(_ smtp: CurlSMTP) throws(CurlFault) {
    try set(CURLOPT_MAIL_FROM, smtp.mailFrom)
    try set(CURLOPT_MAIL_RCPT, smtp.recipients)
    try set(CURLOPT_USE_SSL, Int((smtp.security == .required ? CURLUSESSL_ALL : CURLUSESSL_NONE).rawValue))
    try set(CURLOPT_USERNAME, ifGiven: smtp.username)
    try set(CURLOPT_PASSWORD, ifGiven: smtp.password)
  }

  private func set(_ option: CURLoption, _ value: Int) throws(CurlFault) {
    try check(sepad_curl_set_long(handle, option, value))
  }

  /// Refuses control characters: in a header, an address or a path, a line break would begin a command of its own.
  private func set(_ option: CURLoption, _ value: String) throws(CurlFault) {
    try refuseControls(value)
    try check(sepad_curl_set_string(handle, option, value))
  }

  private func set(_ option: CURLoption, ifGiven value: String?) throws(CurlFault) {
    if let value { try set(option, value) }
  }

  /// libcurl takes an empty known_hosts or fingerprint as "do not check".
  private func set(_ option: CURLoption, nonEmpty value: String) throws(CurlFault) {
    if value.isEmpty { throw CurlFault(.badRequest, "empty host key") }
    try set(option, value)
  }

  private func set(_ option: CURLoption, _ values: [String]) throws(CurlFault) {
    var list: UnsafeMutablePointer<curl_slist>?
    for value in values {
      try refuseControls(value)
      guard let longer = curl_slist_append(list, value) else { throw CurlFault(.other, "out of memory") }
      if list == nil { lists.append(longer) }  // The head never changes: appending returns it.
      list = longer
    }
    if let list { try check(sepad_curl_set_list(handle, option, list)) }
  }

  private func refuseControls(_ value: String) throws(CurlFault) {
    if value.utf8.contains(where: { $0 < 32 || $0 == 127 }) {
      throw CurlFault(.badRequest, "control character in an option")
    }
  }

  private func check(_ code: CURLcode) throws(CurlFault) {
    if code != CURLE_OK { throw CurlFault(.badRequest, errorText(code)) }
  }
}

extension CurlTransfer {
  /// The transfer behind a callback's pointer; `CurlSession.perform` keeps it alive while libcurl runs.
  fileprivate static func at(_ context: UnsafeMutableRawPointer) -> CurlTransfer {
    Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  }
}
