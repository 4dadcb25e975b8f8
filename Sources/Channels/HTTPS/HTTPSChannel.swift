// A bank behind HTTPS: PUT or POST, made final by MOVE where the server knows it; list, fetch, delete or move.

import Curl

/// `BankChannel` over HTTPS with a client certificate.
package struct HTTPSChannel: BankChannel {
  private let options: HTTPSOptions
  private let server: HTTPSServer

  package init(_ options: HTTPSOptions) {
    self.options = options
    server = HTTPSServer(options: options)
  }

  private var twoStep: TwoStepDelivery<HTTPSInbox> {
    TwoStepDelivery(remote: HTTPSInbox(server: server), temporarySuffix: options.temporarySuffix)
  }

  package func submit(_ file: LocalFile) async -> SubmitOutcome {
    switch options.finalize {
    case .move: await twoStep.submit(file)
    case .none: await DirectDelivery(server: server).submit(file)
    }
  }

  package func locate(remoteName: String, size: Int64, attempt: Int) async throws(ChannelFault) -> Sighting {
    switch options.finalize {
    case .move: try await twoStep.locate(remoteName, size: size, attempt: attempt)
    case .none: try await DirectDelivery(server: server).locate(remoteName, size: size)
    }
  }

  package func list() async throws(ChannelFault) -> [RemoteFile] {
    var request = server.request(nil, options.outbox, "")
    request.response = .memory(limit: 4 << 20)
    let bytes = try await server.success(request, .list).bytes
    switch options.listing {
    case .autoindexJSON:
      guard let files = HTTPSListing.autoindex(bytes) else { throw unreadable("JSON as nginx's autoindex writes it") }
      return files.filter { options.filter.takes($0.name) }
    case .names:
      guard let names = HTTPSListing.names(bytes) else { throw unreadable("one name a line in UTF-8") }
      var files: [RemoteFile] = []
      for name in names where options.filter.takes(name) {
        if let file = try await server.attributes(of: name, in: options.outbox, .list) { files.append(file) }
      }
      return files
    }
  }

  package func download(_ file: RemoteFile, to path: String, limit: Int64) async throws(ChannelFault) {
    try await verifiedDownload(of: file, to: path, limit: limit) { () async throws(ChannelFault) in
      var request = server.request(nil, options.outbox, file.name)
      // One byte more than listed is enough to see that the file grew.
      request.response = .file(path: path, limit: min(limit, file.size &+ 1))
      return try await server.success(request, .download).downloadedBytes
    } remoteSize: { () async throws(ChannelFault) in
      try await server.attributes(of: file.name, in: options.outbox, .download)?.size
    }
  }

  package func acknowledge(_ file: RemoteFile) async throws(ChannelFault) {
    guard isUsable(name: file.name) else { throw configurationFault("a remote name that cannot be used", "a listed name") }
    switch options.acknowledgement {
    case .none: return
    case .delete: _ = try await server.delete(file.name, in: options.outbox, .acknowledge)
    case .move(let done): try await move(file, to: done)
    }
  }

  package func probe() async throws(ChannelFault) -> String {
    let files = try await list()
    var request = server.request(nil, options.inbox, "")
    request.noBody = true
    let status = try await server.answer(request, .probe).code
    // Many banks forbid looking into the inbox, so only a refusal of who we are is a fault here.
    if let fault = server.fault(status, .probe), fault.reason == .authenticationFailed { throw fault }
    return "connected to \(options.inbox), which answers \(status), outbox holds \(files.count) files"
  }

  private func move(_ file: RemoteFile, to done: String) async throws(ChannelFault) {
    let target = done + "/" + percentEncoded(path: file.name)
    let answer = try await server.answer(server.moveRequest(file.name, in: options.outbox, to: target), .acknowledge)
    guard let fault = server.fault(answer.code, .acknowledge) else { return }
    // Refused because it is gone: acknowledged before. Because the target is there: the copy of an acknowledgement
    // that the connection did not survive, if the sizes agree.
    guard try await server.attributes(of: file.name, in: options.outbox, .acknowledge) != nil else { return }
    guard try await server.attributes(of: file.name, in: done, .acknowledge)?.size == file.size else { throw fault }
    _ = try await server.delete(file.name, in: options.outbox, .acknowledge)
  }

  private func unreadable(_ expected: String) -> ChannelFault {
    ChannelFault(.protocolError, stage: .list, found: "a listing in another form", expected: expected)
  }
}
