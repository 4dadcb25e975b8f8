import Curl

/// The collection that we upload to, on a server with WebDAV MOVE.
struct HTTPSInbox: RenamingRemote {
  let server: HTTPSServer

  private var inbox: String { server.options.inbox }

  var hasArchive: Bool { server.options.archive != nil }

  /// HTTP replaces a leftover whole, so nothing is removed before.
  func put(_ file: LocalFile, as name: String) async throws(ChannelFault) {
    var request = server.request(server.options.upload.rawValue, inbox, name)
    request.body = .file(path: file.path, size: file.size)
    // As long as it may take, and not longer: it could not be renamed any more.
    if let left = file.secondsLeft { request.timeouts.totalSeconds = max(1, left) }
    _ = try await server.success(request, .upload)
  }

  func size(of name: String, _ stage: ChannelFault.Stage) async throws(ChannelFault) -> Int64? {
    try await server.attributes(of: name, in: inbox, stage)?.size
  }

  func archivedSize(of name: String) async throws(ChannelFault) -> Int64? {
    guard let archive = server.options.archive else { return nil }
    return try await server.attributes(of: name, in: archive, .locate)?.size
  }

  /// libcurl may repeat a request whose kept connection turned out dead; a MOVE that was repeated is refused for want
  /// of a source, and the delivery then finds the file under its final name.
  func rename(_ from: String, to: String) async -> RenameAnswer {
    let target = inbox + "/" + percentEncoded(path: to)
    do throws(CurlFault) {
      let answer = try await server.perform(server.moveRequest(from, in: inbox, to: target))
      guard let fault = server.fault(answer.code, .rename) else { return .done }
      return (300...499).contains(answer.code) && answer.code != 408 ? .refused(fault) : .unanswered(fault)
    } catch {
      let fault = ChannelFault(error, stage: .rename, ssh: false)
      return error.requestBegan ? .unanswered(fault) : .notRequested(fault)
    }
  }

  func remove(_ name: String, _ stage: ChannelFault.Stage) async throws(ChannelFault) -> Bool {
    try await server.delete(name, in: inbox, stage)
  }
}
