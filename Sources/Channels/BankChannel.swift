// The seam between sepad and a bank: a file goes there, files come from there, whatever carries them.
//
// A channel does not know what is in a file. What it must never do is guess: a submission ends as delivered, as proven
// not sent, or as unknown, and unknown stays so until `locate` or the bank's own reports bring evidence.

/// A connection to one bank for one creditor.
package protocol BankChannel: Sendable {
  /// Sends `file`, its companions first. Never throws: the three outcomes are the answer.
  ///
  /// Cancelling the task ends the transfer; the outcome then is `notSent` or `unknown` by the same rules.
  func submit(_ file: LocalFile) async -> SubmitOutcome

  /// Looks for a file whose submission ended unknown, by its final name and its size in bytes.
  ///
  /// May remove the temporary file of `attempt`, for only that proves that it cannot become the final one any more.
  /// - Parameter attempt: the last one, whose fate is unknown; those before it are known to have brought nothing.
  func locate(remoteName: String, size: Int64, attempt: Int) async throws(ChannelFault) -> Sighting

  /// The files that wait for us, without temporary and hidden ones, directories, and names that `isUsable(name:)`
  /// refuses.
  func list() async throws(ChannelFault) -> [RemoteFile]

  /// Fetches `file` into `path` (created, or emptied first), at most `limit` bytes. On return the local copy has the
  /// listed size and the remote one still has it; on a throw there is no local copy.
  func download(_ file: RemoteFile, to path: String, limit: Int64) async throws(ChannelFault)

  /// Tells the bank that `file` is in our keeping: removes or moves it, as configured. Repeating it is no fault.
  func acknowledge(_ file: RemoteFile) async throws(ChannelFault)

  /// Connects, authenticates and looks into each directory; a sentence for `sepad check`. Changes nothing.
  func probe() async throws(ChannelFault) -> String
}

extension BankChannel {
  /// Looks for a file that was submitted once.
  package func locate(remoteName: String, size: Int64) async throws(ChannelFault) -> Sighting {
    try await locate(remoteName: remoteName, size: size, attempt: 1)
  }
}

/// What is known after a submission.
package enum SubmitOutcome: Sendable, Equatable {
  /// The file lies complete under its final name, or did: the bank may take it away at once.
  case delivered(evidence: String)
  /// Proven: the bank has no file under the final name from this attempt, and none can appear later.
  case notSent(ChannelFault)
  /// Not provable either way. Never send again on this; ask `locate`.
  case unknown(ChannelFault)
}

/// What a search at the bank showed.
package enum Sighting: Sendable, Equatable {
  /// Under its final name with the right size.
  case complete(where: String)
  /// Proven: it is not there and cannot appear any more.
  case absent(evidence: String)
  /// Neither; the sentence says what was found.
  case unknown(String)
}
