internal import CLibArchive
internal import Glibc

/// How much a container may hold.
package struct ContainerLimits: Sendable {
  /// Bytes of all members together.
  package var totalBytes: Int64
  package var members: Int
  /// How many times its own size it may unpack to, beyond the first 64 MiB. Payment messages shrink 20 to 60 times; a
  /// zip bomb 1000 times and more.
  package var ratio: Int64

  package init(totalBytes: Int64 = 4 << 30, members: Int = 10_000, ratio: Int64 = 300) {
    self.totalBytes = totalBytes
    self.members = members
    self.ratio = ratio
  }
}

/// Members of zip and gzip files, as they come: in constant memory, no file is made, no name is followed.
package enum Container {
  /// Where the bytes of a file come from, a piece at a time; nil at its end.
  package typealias Source = () throws -> [UInt8]?

  /// Whether a file that begins with these bytes is a container: a zip (with members, or empty) or a gzip file.
  package static func isContainer(_ head: [UInt8]) -> Bool {
    head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06]) || head.starts(with: [0x1F, 0x8B])
  }

  /// Hands over each member, in order; folders are passed over.
  ///
  /// - Parameters:
  ///   - source: the container's bytes; blocks until there are some.
  ///   - body: gets a member's name, fit to be shown (`member 1` where it has none that can be read), and its bytes; need
  ///     not read to the end, and cannot after it has returned.
  /// - Throws: `ContainerFault`; `recipient` holds what `source` or `body` threw.
  package static func eachMember(
    of source: @escaping Source, limits: ContainerLimits = ContainerLimits(),
    _ body: (_ name: String, _ bytes: @escaping Source) throws -> Void
  ) throws(ContainerFault) {
    guard let archive = archive_read_new() else { throw .damaged("no memory") }
    defer { archive_read_free(archive) }
    // libarchive translates names to the thread's locale, and a daemon's knows ASCII alone.
    let locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)
    let before = locale.map { uselocale($0) }
    defer {
      if let before { uselocale(before) }
      if let locale { freelocale(locale) }
    }
    let reading = Reading(source: source, limits: limits)
    archive_read_support_filter_gzip(archive)
    archive_read_support_format_zip_streamable(archive)
    archive_read_support_format_raw(archive)
    let context = Unmanaged.passUnretained(reading).toOpaque()
    let opened = archive_read_open(
      archive, context, nil,
      { _, context, buffer in
        guard let context, let buffer else { return -1 }
        return Unmanaged<Reading>.fromOpaque(context).takeUnretainedValue().next(into: buffer)
      }, nil)
    guard opened == ARCHIVE_OK else { throw reading.fault(archive) }
    // libarchive would unpack gzip in gzip in gzip: a small file could keep it busy for days. It counts the file itself as
    // a filter too.
    let isGzip = archive_filter_count(archive) > 1
    guard archive_filter_count(archive) <= 2 else { throw .nested(member: "member 1") }

    var members = 0
    while true {
      var entry: OpaquePointer?
      let header = archive_read_next_header(archive, &entry)
      if header == ARCHIVE_EOF { break }
      guard header == ARCHIVE_OK || header == ARCHIVE_WARN, let entry else { throw reading.fault(archive) }
      guard !isGzip || archive_format(archive) == ARCHIVE_FORMAT_RAW else { throw .nested(member: "member 1") }
      members += 1
      guard members <= limits.members else {
        throw .tooLarge(found: "more than \(limits.members) members", expected: "at most \(limits.members)")
      }
      let name = archive_entry_pathname_utf8(entry).map { String(cString: $0) } ?? "member \(members)"
      if name.hasSuffix("/") { continue }
      try deliver(shown(name), archive, reading, body)
    }
  }

  /// Whoever made the container chose the name: it goes into logs and mails, so it is short and in one line. Its end
  /// tells more than its folders.
  private static func shown(_ name: String) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in name.unicodeScalars.suffix(80) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: shown.append("?")
      default: shown.append(scalar)
      }
    }
    return String(shown)
  }

  private static func deliver(
    _ name: String, _ archive: OpaquePointer, _ reading: Reading, _ body: (String, @escaping Source) throws -> Void
  ) throws(ContainerFault) {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    var isFirst = true
    let next: Source = {
      let count = buffer.withUnsafeMutableBytes { archive_read_data(archive, $0.baseAddress, $0.count) }
      guard count >= 0 else { throw reading.fault(archive) }
      if count == 0 { return nil }
      try reading.count(unpacked: Int64(count))
      let piece = Array(buffer[..<count])
      if isFirst, isContainer(piece) { throw ContainerFault.nested(member: name) }
      isFirst = false
      return piece
    }
    do {
      try body(name, next)
      // What the recipient left: its checksum still counts, and so do the limits.
      while try next() != nil {}
    } catch let fault as ContainerFault { throw fault } catch { throw .recipient(error) }
  }
}

/// A container that is being read: what libarchive's callback needs, and how much has come.
private final class Reading {
  private let source: Container.Source
  private let limits: ContainerLimits
  private var packed: Int64 = 0
  private var unpacked: Int64 = 0
  private var thrown: (any Error)?
  private static let grace: Int64 = 64 << 20

  init(source: @escaping Container.Source, limits: ContainerLimits) {
    self.source = source
    self.limits = limits
  }

  /// libarchive's read callback: the next piece, which must stay where it is until the next call.
  func next(into buffer: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
    do {
      var next = try source()
      while let some = next, some.isEmpty { next = try source() }
      guard let next else { return 0 }
      held?.deallocate()
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: next.count, alignment: 1)
      memory.copyBytes(from: next)
      held = memory
      packed += Int64(next.count)
      buffer.pointee = UnsafeRawPointer(memory.baseAddress)
      return next.count
    } catch {
      thrown = error
      return -1
    }
  }

  private var held: UnsafeMutableRawBufferPointer?
  deinit { held?.deallocate() }

  func count(unpacked bytes: Int64) throws(ContainerFault) {
    unpacked += bytes
    guard unpacked <= limits.totalBytes else {
      throw .tooLarge(found: "more than \(limits.totalBytes) bytes in it", expected: "at most \(limits.totalBytes)")
    }
    guard unpacked <= Self.grace || unpacked / limits.ratio <= packed else {
      throw .tooLarge(found: "more than \(limits.ratio) times its size in it", expected: "at most \(limits.ratio) times")
    }
  }

  /// What went wrong: the source's own error, or libarchive's words.
  func fault(_ archive: OpaquePointer) -> ContainerFault {
    if let thrown { return .recipient(thrown) }
    return .damaged(archive_error_string(archive).map { String(cString: $0) } ?? "an unknown fault")
  }
}
