// One SFTP server through one kept connection: the few requests that everything else is made of.
//
// libcurl gives a refused command (rename, rm) and a connection that broke during it the same code; who needs to know
// which it was must look at the result, as `remove` does.

import Curl

/// A bank's server and our session with it.
struct SFTPServer: Sendable {
  let options: SFTPOptions
  private let session = CurlSession()

  init(options: SFTPOptions) { self.options = options }

  /// A request for the file at `path`, or for a directory where `path` ends in a slash.
  func request(_ path: String) -> CurlRequest {
    var request = CurlRequest(url: options.url(path), protocols: [.sftp])
    request.ssh = options.ssh
    request.timeouts = options.timeouts.forCurl
    return request
  }

  func perform(_ request: CurlRequest, _ stage: ChannelFault.Stage) async throws(ChannelFault) -> CurlResponse {
    do throws(CurlFault) {
      return try await session.perform(request)
    } catch {
      throw ChannelFault(error, stage: stage, ssh: true)
    }
  }

  /// Runs one command on paths, without any transfer.
  func commandFault(_ verb: String, _ paths: [String]) async -> CurlFault? {
    var request = request(options.inbox + "/")
    request.noBody = true
    request.preQuote = [([verb] + paths.map(sftpQuoted(path:))).joined(separator: " ")]
    do throws(CurlFault) {
      _ = try await session.perform(request)
      return nil
    } catch {
      return error
    }
  }

  func command(_ verb: String, _ paths: [String], _ stage: ChannelFault.Stage) async throws(ChannelFault) {
    if let fault = await commandFault(verb, paths) { throw ChannelFault(fault, stage: stage, ssh: true) }
  }

  /// Bytes of the file at `path`, nil where there is none.
  func size(of path: String, _ stage: ChannelFault.Stage) async throws(ChannelFault) -> Int64? {
    try await attributes(of: path, stage)?.size
  }

  /// Removes the file at `path`; false where there is none.
  func remove(_ path: String, _ stage: ChannelFault.Stage) async throws(ChannelFault) -> Bool {
    guard let fault = await commandFault("rm", [path]) else { return true }
    let refusal = ChannelFault(fault, stage: stage, ssh: true)
    guard fault.reason == .commandRefused else { throw refusal }
    if try await size(of: path, stage) == nil { return false }
    throw ChannelFault(.permissionDenied, stage: stage, found: refusal.found, expected: "the file to be removed")
  }

  /// The plain files in a directory whose names `takes` accepts.
  func files(
    in directory: String, _ takes: (String) -> Bool, _ stage: ChannelFault.Stage
  ) async throws(ChannelFault) -> [RemoteFile] {
    var listing = request(directory + "/")
    listing.response = .memory(limit: Self.listingLimit)
    if let entries = SFTPListing.parse(try await perform(listing, stage).bytes) {
      return entries.filter { takes($0.name) }
    }
    // Not the `ls -l` of a Unix server: names alone, and a question for each.
    listing.namesOnly = true
    var files: [RemoteFile] = []
    for name in SFTPListing.names(try await perform(listing, stage).bytes) where takes(name) {
      if let file = try await attributes(of: directory + "/" + name, stage) { files.append(file) }
    }
    return files
  }

  /// Asks for size and time; a server that lets us write but not read a directory may still let us list it.
  private func attributes(of path: String, _ stage: ChannelFault.Stage) async throws(ChannelFault) -> RemoteFile? {
    let (directory, name) = Self.split(path)
    var request = request(path)
    request.noBody = true
    do throws(ChannelFault) {
      let answer = try await perform(request, stage)
      // libcurl says of an empty file that its size is unknown, as of one whose server does not tell.
      guard let size = answer.remoteSize else {
        let untold = ChannelFault(.protocolError, stage: stage, found: "no size for \(name)", expected: "a size")
        return try await listed(name, in: directory, otherwise: untold)
      }
      return RemoteFile(name: name, size: size, modified: answer.fileTime)
    } catch {
      switch error.reason {
      case .notFound: return nil
      case .permissionDenied: return try await listed(name, in: directory, otherwise: error)
      default: throw error
      }
    }
  }

  /// The entry of a listing; `fault` where the listing cannot be read.
  private func listed(
    _ name: String, in directory: String, otherwise fault: ChannelFault
  ) async throws(ChannelFault) -> RemoteFile? {
    var listing = request(directory + "/")
    listing.response = .memory(limit: Self.listingLimit)
    guard let entries = SFTPListing.parse(try await perform(listing, fault.stage).bytes) else { throw fault }
    return entries.first { $0.name == name }
  }

  private static func split(_ path: String) -> (directory: String, name: String) {
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    return (String(path[..<slash]), String(path[slash...].dropFirst()))
  }

  /// Some 30,000 entries: beyond it the listing fails rather than fill the memory.
  private static let listingLimit = 4 << 20
}
