internal import CLibArchive

/// Packs a stream of bytes by gzip, in constant memory. The same bytes become the same file, whenever it is made: it holds
/// neither a time nor a name. Not for use from two threads at once.
package final class GzipWriter {
  /// Takes packed bytes; the pointer is good during the call only.
  package typealias Sink = (UnsafeRawBufferPointer) throws -> Void

  private let archive: OpaquePointer
  private let sink: Sink
  private var thrown: (any Error)?

  /// - Throws: `ContainerFault`.
  package init(sink: @escaping Sink) throws(ContainerFault) {
    guard let archive = archive_write_new() else { throw .damaged("no memory") }
    self.archive = archive
    self.sink = sink
    try check(archive_write_set_format_raw(archive))
    try check(archive_write_add_filter_gzip(archive))
    try check(archive_write_set_filter_option(archive, "gzip", "timestamp", nil))
    // No padding behind the end: other programs take it for rubbish.
    try check(archive_write_set_bytes_in_last_block(archive, 1))
    let context = Unmanaged.passUnretained(self).toOpaque()
    try check(
      archive_write_open(
        archive, context, nil,
        { _, context, bytes, count in
          guard let context else { return -1 }
          return Unmanaged<GzipWriter>.fromOpaque(context).takeUnretainedValue()
            .take(UnsafeRawBufferPointer(start: bytes, count: count))
        }, nil))
    guard let entry = archive_entry_new() else { throw .damaged("no memory") }
    defer { archive_entry_free(entry) }
    // S_IFREG: a raw archive holds one regular file.
    archive_entry_set_filetype(entry, 0o100000)
    try check(archive_write_header(archive, entry))
  }

  deinit {
    // What was not finished is given up: otherwise libarchive would hand its rest to a sink that may be gone.
    archive_write_fail(archive)
    archive_write_free(archive)
  }

  /// - Throws: `ContainerFault`; `recipient` holds what the sink threw.
  package func feed(_ bytes: UnsafeRawBufferPointer) throws(ContainerFault) {
    guard archive_write_data(archive, bytes.baseAddress, bytes.count) == bytes.count else { throw fault() }
  }

  /// Says that nothing more comes: the sink gets what is left. To be called once.
  package func finish() throws(ContainerFault) { try check(archive_write_close(archive)) }

  private func take(_ bytes: UnsafeRawBufferPointer) -> Int {
    do {
      try sink(bytes)
      return bytes.count
    } catch {
      thrown = error
      return -1
    }
  }

  private func check(_ outcome: Int32) throws(ContainerFault) {
    guard outcome == ARCHIVE_OK else { throw fault() }
  }

  private func fault() -> ContainerFault {
    if let thrown { return .recipient(thrown) }
    return .damaged(archive_error_string(archive).map { String(cString: $0) } ?? "no reason given")
  }
}
