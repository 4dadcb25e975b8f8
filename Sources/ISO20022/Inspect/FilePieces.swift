// A file's bytes for the commands that look at files: in pieces, so that its size does not matter.

import Glibc

/// Reads a file, or a pipe, from its beginning to its end.
final class FilePieces {
  private let descriptor: Int32

  /// Throws `ReportFault.unreadable` when it cannot be opened.
  init(_ path: String) throws(ReportFault) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.unreadable(errno) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// The next bytes, at most 64 KiB; nil at the end. Blocks. Throws `ReportFault.unreadable`.
  func next() throws(ReportFault) -> [UInt8]? {
    var outcome = 0
    let piece = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
      repeat { outcome = read(descriptor, buffer.baseAddress, buffer.count) } while outcome < 0 && errno == EINTR
      count = max(0, outcome)
    }
    guard outcome >= 0 else { throw Self.unreadable(errno) }
    return piece.isEmpty ? nil : piece
  }

  private static func unreadable(_ code: Int32) -> ReportFault {
    .unreadable(errno: code, reason: String(cString: strerror(code)))
  }
}
