/// The first bytes of a file, for the question whether it is in UTF-8.
struct TextHead {
  /// From the first that is no blank on: before a declaration XML allows nothing, banks a line end.
  private(set) var bytes: [UInt8] = []
  /// Where the first tag ends.
  private var end: Int?
  /// A declaration is not longer.
  private static let longest = 1024

  mutating func add(_ piece: [UInt8]) {
    let start = bytes.isEmpty ? piece.firstIndex { !DocumentCuts.isBlank($0) } ?? piece.count : 0
    let known = bytes.count
    bytes += piece[start...]
    if end == nil { end = bytes[known...].firstIndex(of: UInt8(ascii: ">")) }
  }

  /// Whether more bytes change nothing.
  var isEnough: Bool { end != nil || bytes.count > Self.longest }

  /// Whether it begins as XML in UTF-8 does, and nothing in a declaration says otherwise. False wherever that is not
  /// plain to see.
  var isUTF8: Bool {
    guard let end, end <= Self.longest else { return false }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = bytes[..<end].dropFirst(bytes.starts(with: mark) ? mark.count : 0)
    // UTF-16 and UTF-32 have zeros there.
    guard text.count > 2, text.first == UInt8(ascii: "<"), text.dropFirst().first != 0 else { return false }
    guard text.starts(with: "<?xml".utf8) else { return true }
    guard text.last == UInt8(ascii: "?") else { return false }
    let words = text.split { DocumentCuts.isBlank($0) || $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "?") }
    guard let place = words.firstIndex(where: { $0.elementsEqual("encoding".utf8) }) else {
      return !String(decoding: text, as: UTF8.self).contains("encoding")
    }
    guard place + 1 < words.endIndex else { return false }
    return words[place + 1].dropFirst().dropLast().map { $0 | 0x20 }.elementsEqual("utf-8".utf8)
  }
}
