import Glibc

/// A sealed file on its way out.
package struct LocalFile: Sendable, Equatable {
  /// Where its bytes lie here.
  package var path: String
  /// In bytes.
  package var size: Int64
  /// Its final name at the bank, without a directory. Unique for ever: the search after a broken submission goes by it.
  package var remoteName: String
  /// Files that must lie at the bank before this one does, such as detached signatures. Sealed with the file: under
  /// the same name they have the same bytes, so one that an earlier attempt left there counts as sent.
  package var companions: [LocalFile]
  /// Which attempt to send it this is, from 1. Each has a temporary name of its own, so that what is left of an earlier
  /// one, or of a process that is still at it, never becomes the source of another's rename.
  package var attempt: Int
  /// After this nothing of it may become visible at the bank: somebody else may be deciding its fate by then. Counts
  /// the time in which the process or the machine stood still. Nil for no such limit.
  package var notAfter: ContinuousClock.Instant?

  /// Whether that instant has passed.
  var isTooLate: Bool { notAfter.map { ContinuousClock.now >= $0 } ?? false }

  /// Seconds until then, rounded up.
  var secondsLeft: Int? {
    notAfter.map { max(0, Int((ContinuousClock.now.duration(to: $0) / .seconds(1)).rounded(.up))) }
  }

  /// What ended a transfer of it: that its time was over, where it was.
  func reason(for fault: ChannelFault) -> ChannelFault { fault.reason == .timedOut && isTooLate ? lateness : fault }

  /// What a submission that came too late ends with.
  var lateness: ChannelFault {
    ChannelFault(.tooSlow, stage: .upload, found: "more time gone than one attempt may take", expected: "less")
  }

  package init(
    path: String, size: Int64, remoteName: String, companions: [LocalFile] = [], attempt: Int = 1,
    notAfter: ContinuousClock.Instant? = nil
  ) {
    self.path = path
    self.size = size
    self.remoteName = remoteName
    self.companions = companions
    self.attempt = attempt
    self.notAfter = notAfter
  }
}

/// A file that waits at the bank.
package struct RemoteFile: Sendable, Hashable {
  /// Without a directory.
  package var name: String
  /// In bytes, as listed.
  package var size: Int64
  /// Seconds since 1970, where the listing says so unambiguously.
  package var modified: Int64?

  package init(name: String, size: Int64, modified: Int64? = nil) {
    self.name = name
    self.size = size
    self.modified = modified
  }
}

/// Whether a name can be used at a bank and in a directory of ours: 1 to 255 bytes, not hidden, no separator, no
/// control character. Names come from banks too, so this also keeps them from leading out of a directory.
package func isUsable(name: String) -> Bool {
  let bytes = name.utf8
  return (1...255).contains(bytes.count) && bytes.first != UInt8(ascii: ".")
    && !bytes.contains { $0 < 32 || $0 == 127 || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
}

/// Which names of a bank's directory are for us.
struct NameFilter: Sendable {
  /// A shell pattern, `*.xml`.
  var pattern: String
  /// Files that end so are still being written.
  var temporarySuffix: String

  func takes(_ name: String) -> Bool {
    isUsable(name: name) && !name.hasSuffix(temporarySuffix) && fnmatch(pattern, name, FNM_PERIOD) == 0
  }
}
