/// Swift source with comments, and on request the texts of string literals, turned into spaces of the same length.
///
/// A rule about code can then look for plain words: a word in a comment or a message does not count, one inside
/// an interpolation does. Regex literals are taken for code. Lines stay where they are.
struct SwiftCode {
  private var input: [UInt8]
  private var output: [UInt8]
  private var position = 0
  private let keepsStrings: Bool

  static func withoutComments(_ text: String) -> String { blanked(text, keepsStrings: true) }
  static func withoutCommentsAndStrings(_ text: String) -> String { blanked(text, keepsStrings: false) }

  private static func blanked(_ text: String, keepsStrings: Bool) -> String {
    var code = SwiftCode(input: Array(text.utf8), output: Array(text.utf8), keepsStrings: keepsStrings)
    code.walkCode(untilParenthesis: false)
    return String(decoding: code.output, as: UTF8.self)
  }

  private func starts(with text: StaticString, at start: Int) -> Bool {
    text.withUTF8Buffer { wanted in
      start + wanted.count <= input.count && wanted.indices.allSatisfy { input[start + $0] == wanted[$0] }
    }
  }

  private mutating func blank() {
    if input[position] != UInt8(ascii: "\n") { output[position] = UInt8(ascii: " ") }
    position += 1
  }

  private mutating func walkCode(untilParenthesis: Bool) {
    var depth = 0
    while position < input.count {
      if starts(with: "//", at: position) {
        while position < input.count, input[position] != UInt8(ascii: "\n") { blank() }
      } else if starts(with: "/*", at: position) {
        walkBlockComment()
      } else if let hashes = openingQuote() {
        walkString(hashes: hashes)
      } else {
        if input[position] == UInt8(ascii: "(") { depth += 1 }
        if input[position] == UInt8(ascii: ")") {
          if untilParenthesis && depth == 0 { return }
          depth -= 1
        }
        position += 1
      }
    }
  }

  private mutating func walkBlockComment() {
    var depth = 0
    while position < input.count {
      if starts(with: "/*", at: position) {
        depth += 1
        blank()
        blank()
      } else if starts(with: "*/", at: position) {
        depth -= 1
        blank()
        blank()
        if depth == 0 { return }
      } else {
        blank()
      }
    }
  }

  /// The number of # before a quote that opens a string here; nil where none does.
  private func openingQuote() -> Int? {
    var end = position
    while end < input.count, input[end] == UInt8(ascii: "#") { end += 1 }
    guard end < input.count, input[end] == UInt8(ascii: "\"") else { return nil }
    return end - position
  }

  private mutating func walkString(hashes: Int) {
    position += hashes
    let isMultiline = starts(with: "\"\"\"", at: position)
    let quotes = isMultiline ? 3 : 1
    position += quotes
    while position < input.count {
      if !isMultiline && input[position] == UInt8(ascii: "\n") { return }
      if isRun(of: "\"", count: quotes, then: hashes, at: position) {
        position += quotes + hashes
        return
      }
      if input[position] == UInt8(ascii: "\\"), isRun(of: "\\", count: 1, then: hashes, at: position) {
        let next = position + 1 + hashes
        if next < input.count, input[next] == UInt8(ascii: "(") {
          position = next + 1
          walkCode(untilParenthesis: true)
          position = min(position + 1, input.count)
          continue
        }
        skipInString()
        if position < input.count { skipInString() }
        continue
      }
      skipInString()
    }
  }

  private mutating func skipInString() {
    if keepsStrings { position += 1 } else { blank() }
  }

  private func isRun(of character: Unicode.Scalar, count: Int, then hashes: Int, at start: Int) -> Bool {
    guard start + count + hashes <= input.count else { return false }
    return input[start..<start + count].allSatisfy { $0 == UInt8(ascii: character) }
      && input[(start + count)..<(start + count + hashes)].allSatisfy { $0 == UInt8(ascii: "#") }
  }
}
