/// What a bank's server must offer for a file to appear there whole or not at all: store, measure, rename, remove.
/// Names are those of the inbox; the remote knows its directories.
protocol RenamingRemote: Sendable {
  /// Stores `file` under `name`, on top of nothing: a leftover is removed first.
  func put(_ file: LocalFile, as name: String) async throws(ChannelFault)

  /// Bytes under `name` in the inbox; nil where the server says there is no such file.
  func size(of name: String, _ stage: ChannelFault.Stage) async throws(ChannelFault) -> Int64?

  /// Bytes under `name` in the bank's archive; nil where it is not there.
  func archivedSize(of name: String) async throws(ChannelFault) -> Int64?

  /// Whether the bank keeps an archive that we may look into.
  var hasArchive: Bool { get }

  /// Asks for `from` to become `to`, which must not exist.
  func rename(_ from: String, to: String) async -> RenameAnswer

  /// Removes `name`; false where it was not there.
  func remove(_ name: String, _ stage: ChannelFault.Stage) async throws(ChannelFault) -> Bool
}

/// What is known after a rename.
enum RenameAnswer: Sendable, Equatable {
  /// The server confirmed it.
  case done
  /// The request never left.
  case notRequested(ChannelFault)
  /// The request failed in a way that suggests an answer from the server, but does not prove one.
  case refused(ChannelFault)
  /// Requested, and no answer came.
  case unanswered(ChannelFault)
}
