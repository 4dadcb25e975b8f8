// The only door to libcurl: one transfer at a time on a thread of its own, over connections that are kept between
// transfers. A cancelled task ends its transfer within about a second; a transfer always ends by its timeouts.

import CLibCurl
import Glibc

/// A kept libcurl handle. One per counterparty: connections are reused only for the identity that opened them.
package actor CurlSession {
  private let queue = BlockingQueue(label: "sepad.curl")
  private var handle: UnsafeMutableRawPointer?

  package nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

  package init() {}

  isolated deinit { if let handle { curl_easy_cleanup(handle) } }

  /// Carries out `request`. Calls that come meanwhile wait their turn.
  ///
  /// Throws where the transfer did not come to its end; an HTTP error status is an answer, not a fault.
  package func perform(_ request: CurlRequest) async throws(CurlFault) -> CurlResponse {
    if Task.isCancelled { throw CurlFault(.cancelled, "before it began") }
    let handle = try readyHandle()
    let transfer = try CurlTransfer(request)
    let options = CurlOptions(handle)
    defer { curl_easy_reset(handle) }  // Drops every pointer into `transfer` and `options`; keeps the connections.
    try options.set(request, transfer)
    let code = withExtendedLifetime((transfer, options)) { curl_easy_perform(handle) }
    guard code == CURLE_OK else { throw fault(code, handle, transfer, options) }
    return response(handle, transfer)
  }

  private func readyHandle() throws(CurlFault) -> UnsafeMutableRawPointer {
    if let handle { return handle }
    guard Self.library == CURLE_OK, let fresh = curl_easy_init() else {
      throw CurlFault(.other, "libcurl does not start")
    }
    handle = fresh
    return fresh
  }

  /// libcurl's one-time start; a static is initialised once, by whichever thread comes first.
  private static let library = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

  private func response(_ handle: UnsafeMutableRawPointer, _ transfer: CurlTransfer) -> CurlResponse {
    let size = number(handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T)
    let time = number(handle, CURLINFO_FILETIME_T)
    let wait = number(handle, CURLINFO_RETRY_AFTER)
    return CurlResponse(
      code: responseCode(handle), bytes: transfer.bytes, remoteSize: size < 0 ? nil : size,
      fileTime: time < 0 ? nil : time, uploadedBytes: number(handle, CURLINFO_SIZE_UPLOAD_T),
      downloadedBytes: number(handle, CURLINFO_SIZE_DOWNLOAD_T), bodyBegan: transfer.bodyBegan,
      retryAfterSeconds: wait > 0 ? wait : nil)
  }

  private func fault(
    _ code: CURLcode, _ handle: UnsafeMutableRawPointer, _ transfer: CurlTransfer, _ options: CurlOptions
  ) -> CurlFault {
    var requestSize = 0
    _ = sepad_curl_get_long(handle, CURLINFO_REQUEST_SIZE, &requestSize)
    let uploaded = number(handle, CURLINFO_SIZE_UPLOAD_T)
    let text = options.errorText(code)
    let libraryReason = CurlFault.Reason.isHangUp(code, text) ? .notConnected : CurlFault.Reason(code: code)
    // A callback that stopped the transfer knows why; libcurl knows only that it was stopped. A refused address is
    // the reason only if no other address of the host led anywhere.
    let stopped = transfer.stopped.flatMap { $0.reason != .refusedAddress || libraryReason == .notConnected ? $0 : nil }
    return CurlFault(
      reason: stopped?.reason ?? libraryReason, code: Int32(bitPattern: code.rawValue),
      message: stopped?.message ?? text, responseCode: responseCode(handle),
      uploadedBytes: uploaded, downloadedBytes: number(handle, CURLINFO_SIZE_DOWNLOAD_T),
      afterConnect: number(handle, CURLINFO_PRETRANSFER_TIME_T) > 0, requestBegan: requestSize > 0 || transfer.bodyBegan, bodyBegan: transfer.bodyBegan)
  }

  private func responseCode(_ handle: UnsafeMutableRawPointer) -> Int {
    var code = 0
    _ = sepad_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &code)
    return code
  }

  private func number(_ handle: UnsafeMutableRawPointer, _ info: CURLINFO) -> Int64 {
    var value: curl_off_t = -1
    _ = sepad_curl_get_offset(handle, info, &value)
    return Int64(value)
  }
}

extension CurlFault {
  /// A fault of our own, before libcurl was asked.
  init(_ reason: Reason, _ message: String) {
    self.init(
      reason: reason, code: -1, message: message, responseCode: 0, uploadedBytes: 0, downloadedBytes: 0,
      afterConnect: false, requestBegan: false, bodyBegan: false)
  }
}
