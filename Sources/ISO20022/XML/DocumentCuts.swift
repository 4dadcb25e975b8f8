// Some banks put several XML documents into one file, one after the other, which XML does not know. This finds where one
// may end and the next begin, in bytes, before the parser sees them; whether one has really ended only the parser knows.

import Glibc

/// Cuts a file's bytes into pieces that end where a document may end.
///
/// Sees a document's end in `</Document>`, with any prefix, and its beginning in `<?xml `. Works on encodings that write
/// ASCII as ASCII; a file in UTF-16 or UTF-32 is one piece.
struct DocumentCuts {
  /// Kept back: a tag that the last piece cut in two.
  private var held: [UInt8] = []
  private var isWide: Bool?

  /// - Parameter isWide: whether the file is in UTF-16 or UTF-32; nil when its first bytes are to tell.
  init(isWide: Bool? = nil) { self.isWide = isWide }

  /// Longest tag kept back; beyond it, it is none of ours.
  private static let longestTag = 256

  /// - Parameter take: receives each piece; `atCut` is true where the piece ends at a possible document's end, or the
  ///   next begins with a declaration. The cuts are the same however the file came; a piece may be empty, for its cut.
  mutating func feed<Fault: Error>(
    _ piece: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer, _ atCut: Bool) throws(Fault) -> Void
  ) throws(Fault) {
    guard !held.isEmpty else { return try cut(piece, take) }
    // Only the tag that was cut in two is put together; the rest of the piece stays where it is.
    let rest = piece.firstIndex(of: UInt8(ascii: ">")).map { $0 + 1 } ?? piece.count
    let joined = held + Array(piece[..<rest])
    held = []
    try joined.span.withUnsafeBytes { (bytes) throws(Fault) in try cut(bytes, take) }
    guard rest < piece.count else { return }
    let after = UnsafeRawBufferPointer(rebasing: piece[rest...])
    if held.isEmpty { try cut(after, take) } else { try feed(after, take) }
  }

  /// What is still kept back, at the end of the file.
  mutating func rest() -> [UInt8] {
    defer { held = [] }
    return held
  }

  private mutating func cut<Fault: Error>(
    _ bytes: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer, _ atCut: Bool) throws(Fault) -> Void
  ) throws(Fault) {
    if isWide == nil {
      guard bytes.count >= 4 else {
        held = Array(bytes)
        return
      }
      isWide = bytes[0] == 0 || bytes[1] == 0 || (bytes[0] >= 0xFE && bytes[1] >= 0xFE)
    }
    if isWide == true { return try take(bytes, false) }
    var start = 0
    var search = 0
    let end = bytes.count - openTag(in: bytes)
    let mayHoldCut = Self.mayHoldCut(bytes)
    while mayHoldCut, let cut = Self.next(in: bytes, from: search, to: end) {
      try take(UnsafeRawBufferPointer(rebasing: bytes[start..<cut.place]), true)
      start = cut.place
      search = cut.after
    }
    if end > start { try take(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), false) }
    held = Array(bytes[end...])
  }

  /// Whether letters of a cut stand anywhere in it: `<?` of a declaration, `cu` of Document. Hardly ever in the midst of
  /// a file, and asked of many bytes at once; looking at each tag takes several times as long.
  private static func mayHoldCut(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count >= 2, let base = bytes.baseAddress else { return false }
    var search = 1
    while search < bytes.count, let found = memchr(base + search, Int32(UInt8(ascii: "?")), bytes.count - search) {
      let place = UnsafeRawPointer(found) - base
      if bytes[place - 1] == UInt8(ascii: "<") { return true }
      search = place + 1
    }
    // Arithmetic and no branch, so that the compiler makes one step of sixteen bytes or more.
    var least: UInt8 = 1
    for place in 0..<(bytes.count - 1) {
      let (first, second) = (bytes[place], bytes[place + 1])
      least = min(least, (first ^ UInt8(ascii: "c")) | (second ^ UInt8(ascii: "u")))
    }
    return least == 0
  }

  /// How many bytes at the end belong to a tag that is not closed yet.
  private func openTag(in bytes: UnsafeRawBufferPointer) -> Int {
    for length in 1...Self.longestTag where length <= bytes.count {
      switch bytes[bytes.count - length] {
      case UInt8(ascii: ">"): return 0
      case UInt8(ascii: "<"): return length
      default: continue
      }
    }
    return 0
  }

  /// The next place before which a document may have ended, and where to look for the one after it.
  private static func next(in bytes: UnsafeRawBufferPointer, from: Int, to end: Int) -> (place: Int, after: Int)? {
    guard let base = bytes.baseAddress else { return nil }
    var search = from
    while search < end, let found = memchr(base + search, Int32(UInt8(ascii: "<")), end - search) {
      let tag = UnsafeRawPointer(found) - base
      search = tag + 1
      guard search < end else { return nil }
      switch bytes[search] {
      case UInt8(ascii: "?"): if holds("xml", at: tag + 2, in: bytes, to: end) { return (tag, tag + 2) }
      case UInt8(ascii: "/"): if let after = endTag(at: tag, in: bytes, to: end) { return (after, after) }
      default: continue
      }
    }
    return nil
  }

  /// The place after an end tag at `tag` whose local name is Document; nil when it is another.
  private static func endTag(at tag: Int, in bytes: UnsafeRawBufferPointer, to end: Int) -> Int? {
    var name = tag + 2
    var place = name
    while place < end, place - tag < longestTag, bytes[place] != UInt8(ascii: ">"), !isBlank(bytes[place]) {
      if bytes[place] == UInt8(ascii: ":") { name = place + 1 }
      place += 1
    }
    guard place - name == 8, holds("Document", at: name, in: bytes, to: end) else { return nil }
    while place < end, isBlank(bytes[place]) { place += 1 }
    // One that is too long to be kept back is not seen when it comes in two pieces, so it is never seen.
    return place < end && place - tag <= longestTag && bytes[place] == UInt8(ascii: ">") ? place + 1 : nil
  }

  /// Whether bytes end in an end tag at which they would be cut.
  static func endsInCut(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let tag = bytes.suffix(longestTag).lastIndex(of: UInt8(ascii: "<")), tag + 1 < bytes.count,
      bytes[tag + 1] == UInt8(ascii: "/")
    else { return false }
    return endTag(at: tag, in: bytes, to: bytes.count) == bytes.count
  }

  private static func holds(_ word: StaticString, at place: Int, in bytes: UnsafeRawBufferPointer, to end: Int) -> Bool {
    guard let base = bytes.baseAddress, place + word.utf8CodeUnitCount <= end else { return false }
    return memcmp(base + place, word.utf8Start, word.utf8CodeUnitCount) == 0
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
}
