import Curl

/// The directory that we upload to.
struct SFTPInbox: RenamingRemote {
  let server: SFTPServer
  let directory: String
  let archive: String?

  var hasArchive: Bool { archive != nil }

  func put(_ file: LocalFile, as name: String) async throws(ChannelFault) {
    var request = server.request(path(name))
    // Removed, not only truncated: the server may still be writing what a broken connection left in its buffers.
    request.preQuote = ["*rm \(sftpQuoted(path: path(name)))"]
    request.body = .file(path: file.path, size: file.size)
    // As long as it may take, and not longer: it could not be renamed any more.
    if let left = file.secondsLeft { request.timeouts.totalSeconds = max(1, left) }
    _ = try await server.perform(request, .upload)
  }

  func size(of name: String, _ stage: ChannelFault.Stage) async throws(ChannelFault) -> Int64? {
    try await server.size(of: path(name), stage)
  }

  func archivedSize(of name: String) async throws(ChannelFault) -> Int64? {
    guard let archive else { return nil }
    return try await server.size(of: archive + "/" + name, .locate)
  }

  func rename(_ from: String, to: String) async -> RenameAnswer {
    guard let fault = await server.commandFault("rename", [path(from), path(to)]) else { return .done }
    var reported = ChannelFault(fault, stage: .rename, ssh: true)
    switch fault.reason {
    case .commandRefused:
      reported.reason = .permissionDenied
      reported.expected = "the rename to a free name"
      return .refused(reported)
    case .badRequest, .unresolved, .refusedAddress, .notConnected, .untrusted, .loginDenied:
      return .notRequested(reported)
    case .cancelled where !fault.reachedLibrary:
      return .notRequested(reported)
    default:
      return .unanswered(reported)
    }
  }

  func remove(_ name: String, _ stage: ChannelFault.Stage) async throws(ChannelFault) -> Bool {
    try await server.remove(path(name), stage)
  }

  private func path(_ name: String) -> String { directory + "/" + name }
}
