// What an SFTP server says about a directory. Protocol version 3 has no fields for it, only a line "recommended" to
// look like `ls -l` (draft-ietf-secsh-filexfer-02 section 7):
//
//     -rwxr-xr-x   1 mjos     staff      348911 Mar 25 14:29 t-filexyz
//
// A listing that does not look so is not guessed at: the caller asks for names alone instead.

/// Reads directory listings.
enum SFTPListing {
  /// The plain files, without times (the line has no year or no hour, and no zone); nil where any line looks different.
  static func parse(_ bytes: [UInt8]) -> [RemoteFile]? {
    var files: [RemoteFile] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let entry = entry(line) else { return nil }
      if case .file(let file) = entry { files.append(file) }
    }
    return files
  }

  /// Names, one a line; those that are not UTF-8 cannot be asked for again and are left out.
  static func names(_ bytes: [UInt8]) -> [String] {
    bytes.split(separator: UInt8(ascii: "\n")).compactMap { String(validating: $0, as: UTF8.self) }
  }

  private enum Entry {
    case file(RemoteFile)
    /// A directory, a link, or a name that we could not ask for.
    case ignored
  }

  /// Fields: mode, links, owner, group, size, month, day, time or year, name. Owner and group may hold spaces on
  /// Windows servers, so the size is found from the date on: the first `number month day time`.
  private static func entry(_ line: ArraySlice<UInt8>) -> Entry? {
    guard let kind = line.first else { return nil }
    let words = line.split(separator: UInt8(ascii: " "))
    guard words.count >= 9, "-dlbcps".utf8.contains(kind), (9...12).contains(words[0].count) else { return nil }
    for index in 4..<words.count - 4 {
      let size = words[index]
      guard isMonth(words[index + 1]), isDay(words[index + 2]), isTimeOrYear(words[index + 3]) else { continue }
      guard let bytes = Int64(String(decoding: size, as: UTF8.self)), bytes >= 0 else { return nil }
      // The name is what follows the date and one space: it may begin with spaces itself.
      let name = line[(words[index + 3].endIndex + 1)...]
      guard kind == UInt8(ascii: "-"), let text = String(validating: name, as: UTF8.self) else { return .ignored }
      return .file(RemoteFile(name: text, size: bytes))
    }
    return nil
  }

  private static func isMonth(_ word: ArraySlice<UInt8>) -> Bool {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return months.contains { word.elementsEqual($0.utf8) }
  }

  private static func isDay(_ word: ArraySlice<UInt8>) -> Bool {
    (1...2).contains(word.count) && word.allSatisfy(isDigit)
  }

  private static func isTimeOrYear(_ word: ArraySlice<UInt8>) -> Bool {
    (4...5).contains(word.count) && word.allSatisfy { isDigit($0) || $0 == UInt8(ascii: ":") }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
