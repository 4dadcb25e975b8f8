// What may stand after a document's root element, told from the beginning of another document.

/// Reads what follows a document in its file, in pieces of any size: blanks, comments and instructions are still its
/// own; byte order marks are nobody's, and banks write them; whatever else begins with `<` is another document.
struct BetweenDocuments {
  enum Found: Equatable {
    /// This many bytes belong to the last document.
    case ofLast(Int)
    /// This many bytes belong to neither.
    case ofNone(Int)
    /// Another document begins here.
    case beginning
    /// Nothing that may stand here.
    case stray
  }

  private enum Place { case outside, comment, instruction, mark }

  private var place = Place.outside
  /// Of what ends the comment or the instruction, or of the mark: how many bytes have come.
  private var seen = 0
  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Whether a byte order mark has begun and not ended.
  var isInMark: Bool { place == .mark }

  /// What the bytes begin with; there must be one at least. A tag, a comment's or an instruction's beginning must not be
  /// cut.
  mutating func read(_ bytes: UnsafeRawBufferPointer) -> Found {
    switch place {
    case .outside: readOutside(bytes)
    case .comment: .ofLast(past(UInt8(ascii: "-"), times: 2, in: bytes))
    case .instruction: .ofLast(past(UInt8(ascii: "?"), times: 1, in: bytes))
    case .mark: readMark(bytes)
    }
  }

  private mutating func readOutside(_ bytes: UnsafeRawBufferPointer) -> Found {
    let blanks = bytes.prefix(while: DocumentCuts.isBlank).count
    if blanks > 0 { return .ofLast(blanks) }
    seen = 0
    if bytes[0] == Self.mark[0] {
      place = .mark
      return readMark(bytes)
    }
    if bytes.starts(with: "<!--".utf8) {
      place = .comment
      return .ofLast(4)
    }
    guard bytes.count >= 2, bytes[0] == UInt8(ascii: "<"), bytes[1] != UInt8(ascii: "!") else { return .stray }
    guard bytes[1] == UInt8(ascii: "?"), !isDeclaration(bytes) else { return .beginning }
    place = .instruction
    return .ofLast(2)
  }

  /// `<?xml-stylesheet` is an instruction like any other.
  private func isDeclaration(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.starts(with: "<?xml".utf8) && bytes.count > 5 && DocumentCuts.isBlank(bytes[5])
  }

  private mutating func readMark(_ bytes: UnsafeRawBufferPointer) -> Found {
    var count = 0
    while count < bytes.count, seen < Self.mark.count {
      guard bytes[count] == Self.mark[seen] else { return .stray }
      count += 1
      seen += 1
    }
    if seen == Self.mark.count { place = .outside }
    return .ofNone(count)
  }

  /// How many bytes up to and with the `>` that follows `byte` at least `times` times; all of them where there is none.
  private mutating func past(_ byte: UInt8, times: Int, in bytes: UnsafeRawBufferPointer) -> Int {
    for (index, found) in bytes.enumerated() {
      if found == UInt8(ascii: ">"), seen >= times {
        place = .outside
        return index + 1
      }
      seen = found == byte ? seen + 1 : 0
    }
    return bytes.count
  }
}
