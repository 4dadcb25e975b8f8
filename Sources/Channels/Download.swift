// What every download ends with, whatever carried it: the local copy has the listed size, the remote file still has
// it too, and otherwise nothing stays here.

import Glibc

/// Runs `fetch`, which fills `path` and returns how many bytes arrived, then `remoteSize`, which asks for the size
/// again: a file that still grows is left for the next round.
func verifiedDownload(
  of file: RemoteFile, to path: String, limit: Int64,
  fetch: () async throws(ChannelFault) -> Int64, remoteSize: () async throws(ChannelFault) -> Int64?
) async throws(ChannelFault) {
  if !isUsable(name: file.name) {
    throw ChannelFault(
      .configuration, stage: .download, found: "a remote name that cannot be used", expected: "a listed name")
  }
  if file.size > limit {
    throw ChannelFault(.tooLarge, stage: .download, found: "\(file.size) bytes", expected: "at most \(limit) bytes")
  }
  do throws(ChannelFault) {
    let received = try await fetch()
    let now = try await remoteSize()
    if received != file.size || now != file.size {
      throw ChannelFault(
        .sizeMismatch, stage: .download, found: "\(received) bytes, \(now.map(String.init) ?? "none") left at the bank",
        expected: "\(file.size) bytes as listed")
    }
  } catch {
    unlink(path)
    guard error.reason == .tooLarge else { throw error }
    throw ChannelFault(
      .sizeMismatch, stage: .download, found: "more than was listed", expected: "\(file.size) bytes as listed")
  }
}
