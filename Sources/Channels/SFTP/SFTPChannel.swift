// A bank behind SFTP: upload under a temporary name, measure, rename; list, fetch, remove or move.

import Curl

/// `BankChannel` over SFTP with a public key and a known host key.
package struct SFTPChannel: BankChannel {
  private let options: SFTPOptions
  private let server: SFTPServer

  package init(_ options: SFTPOptions) {
    self.options = options
    server = SFTPServer(options: options)
  }

  private var delivery: TwoStepDelivery<SFTPInbox> {
    TwoStepDelivery(
      remote: SFTPInbox(server: server, directory: options.inbox, archive: options.archive),
      temporarySuffix: options.temporarySuffix)
  }

  package func submit(_ file: LocalFile) async -> SubmitOutcome { await delivery.submit(file) }

  package func locate(remoteName: String, size: Int64, attempt: Int) async throws(ChannelFault) -> Sighting {
    try await delivery.locate(remoteName, size: size, attempt: attempt)
  }

  package func list() async throws(ChannelFault) -> [RemoteFile] {
    try await server.files(in: options.outbox, options.filter.takes, .list)
  }

  package func download(_ file: RemoteFile, to path: String, limit: Int64) async throws(ChannelFault) {
    let remote = options.outbox + "/" + file.name
    try await verifiedDownload(of: file, to: path, limit: limit) { () async throws(ChannelFault) in
      var request = server.request(remote)
      // One byte more than listed is enough to see that the file grew.
      request.response = .file(path: path, limit: min(limit, file.size &+ 1))
      return try await server.perform(request, .download).downloadedBytes
    } remoteSize: { () async throws(ChannelFault) in
      try await server.size(of: remote, .download)
    }
  }

  package func acknowledge(_ file: RemoteFile) async throws(ChannelFault) {
    let remote = options.outbox + "/" + file.name
    guard isUsable(name: file.name) else { throw configurationFault("a remote name that cannot be used", "a listed name") }
    guard let done = options.done else {
      _ = try await server.remove(remote, .acknowledge)
      return
    }
    let kept = done + "/" + file.name
    do throws(ChannelFault) {
      _ = try await server.command("rename", [remote, kept], .acknowledge)
    } catch {
      // Refused because it is gone: acknowledged before. Because the target is there: the copy of an acknowledgement
      // that the connection did not survive, if the sizes agree.
      guard try await server.size(of: remote, .acknowledge) != nil else { return }
      guard try await server.size(of: kept, .acknowledge) == file.size else { throw error }
      _ = try await server.remove(remote, .acknowledge)
    }
  }

  package func probe() async throws(ChannelFault) -> String {
    var sentences = ["connected to \(options.host):\(options.port) as \(options.ssh.user)"]
    let directories = [
      ("inbox", options.inbox), ("outbox", options.outbox), ("archive", options.archive), ("done", options.done),
    ]
    for case (let key, let path?) in directories {
      let files = try await server.files(in: path, isUsable, .probe)
      sentences.append("\(key) holds \(files.count) files")
    }
    return sentences.joined(separator: ", ")
  }
}
