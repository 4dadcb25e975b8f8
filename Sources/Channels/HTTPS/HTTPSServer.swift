// One HTTPS server through one kept connection, and what its status codes mean to a channel.

import Curl

/// A bank's server and our session with it.
struct HTTPSServer: Sendable {
  let options: HTTPSOptions
  private let session = CurlSession()

  init(options: HTTPSOptions) { self.options = options }

  func request(_ method: String?, _ collection: String, _ name: String) -> CurlRequest {
    var request = CurlRequest(url: collection + "/" + percentEncoded(path: name), protocols: [.https])
    request.method = method
    request.tls = options.tls
    request.timeouts = options.timeouts.forCurl
    return request
  }

  func perform(_ request: CurlRequest) async throws(CurlFault) -> CurlResponse { try await session.perform(request) }

  /// A request that is done only with a 2xx status.
  func success(_ request: CurlRequest, _ stage: ChannelFault.Stage) async throws(ChannelFault) -> CurlResponse {
    let answer = try await self.answer(request, stage)
    if let fault = fault(answer.code, stage) { throw fault }
    return answer
  }

  func answer(_ request: CurlRequest, _ stage: ChannelFault.Stage) async throws(ChannelFault) -> CurlResponse {
    do throws(CurlFault) {
      return try await session.perform(request)
    } catch {
      // An error page that outgrew the sink is the error, not a file too large.
      if error.responseCode >= 300, let fault = fault(error.responseCode, stage) { throw fault }
      throw ChannelFault(error, stage: stage, ssh: false)
    }
  }

  /// Size and time by HEAD, nil where the server says that there is nothing.
  func attributes(
    of name: String, in collection: String, _ stage: ChannelFault.Stage
  ) async throws(ChannelFault) -> RemoteFile? {
    var request = request(nil, collection, name)
    request.noBody = true
    let answer = try await self.answer(request, stage)
    if answer.code == 404 || answer.code == 410 { return nil }
    if let fault = fault(answer.code, stage) { throw fault }
    guard let size = answer.remoteSize else {
      throw ChannelFault(.protocolError, stage: stage, found: "no Content-Length", expected: "a size")
    }
    return RemoteFile(name: name, size: size, modified: answer.fileTime)
  }

  /// Moves within the server, never on top of another resource (RFC 4918 section 10.6).
  func moveRequest(_ name: String, in collection: String, to target: String) -> CurlRequest {
    var request = request("MOVE", collection, name)
    request.headers = ["Destination: \(target)", "Overwrite: F"]
    return request
  }

  /// Deletes; false where it was not there.
  func delete(_ name: String, in collection: String, _ stage: ChannelFault.Stage) async throws(ChannelFault) -> Bool {
    let answer = try await self.answer(request("DELETE", collection, name), stage)
    if answer.code == 404 || answer.code == 410 { return false }
    if let fault = fault(answer.code, stage) { throw fault }
    return true
  }

  /// A status as a fault; nil for 2xx (RFC 9110 section 15, RFC 4918 section 11).
  func fault(_ status: Int, _ stage: ChannelFault.Stage) -> ChannelFault? {
    let reason: ChannelFault.Reason
    switch status {
    case 200...299: return nil
    // nginx answers 400 to a client without the certificate it requires.
    case 400 where options.tls.clientCertificate == nil: reason = .authenticationFailed
    case 401, 495, 496: reason = .authenticationFailed
    case 403: reason = .permissionDenied
    // 409: the collection that should hold the resource does not exist.
    case 404, 409, 410: reason = .notFound
    case 408, 504: reason = .timedOut
    case 412: reason = .alreadyExists
    case 413: reason = .tooLarge
    case 507: reason = .diskFull
    default: reason = .protocolError
    }
    return ChannelFault(reason, stage: stage, found: "HTTP status \(status)", expected: "2xx")
  }
}
