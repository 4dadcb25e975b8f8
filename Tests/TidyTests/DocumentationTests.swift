import Testing

/// How many package declarations stand without a doc comment. It may only go down: lower it when it does.
private let undocumentedAllowed = 0

@Suite("Docstrings")
struct DocumentationTests {
  @Test("what other rooms call says what it is")
  func documented() {
    let found = Repository.sources.flatMap { path in
      undocumented(in: Repository.text(path)).map { "\(path):\($0.line): \($0.text)" }
    }
    #expect(
      found.count <= undocumentedAllowed,
      "package declarations without a doc comment: found \(found.count), expected at most \(undocumentedAllowed):\n\(found.joined(separator: "\n"))")
    if found.count < undocumentedAllowed {
      print("undocumented package declarations: \(found.count); lower undocumentedAllowed from \(undocumentedAllowed)")
    }
  }

  @Test("the reader of declarations sees the bare ones and only those")
  func bites() {
    let text = """
      /// A.
      package struct A {
        package func bare() {}
        /// B.
        @inline(__always)
        package static func documented() {}
        package static func == (a: A, b: A) -> Bool { true }
        func hidden() {}
      }
      package final class Bare {}
      """
    #expect(undocumented(in: text).map(\.line) == [3, 10])
  }
}

/// Heuristic: the first line above a declaration that is no attribute must be a doc comment.
/// Witnesses of the standard library's protocols need none; their protocols say what they are.
private func undocumented(in text: String) -> [(line: Int, text: String)] {
  let declaration = /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:\w+\s+)*?package\s+(?:\w+\s+)*?(?:func|struct|enum|actor|class|protocol)\s+(\S+)/
  let witnesses: Set = ["==", "<", "hash(into", "encode(to"]
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  let code = SwiftCode.withoutCommentsAndStrings(text).split(separator: "\n", omittingEmptySubsequences: false)
  return code.indices.compactMap { index in
    guard let match = code[index].firstMatch(of: declaration) else { return nil }
    guard !witnesses.contains(where: { match.1.hasPrefix($0) }) else { return nil }
    var above = index - 1
    while above >= 0, lines[above].drop(while: \.isWhitespace).hasPrefix("@") { above -= 1 }
    let comment = above >= 0 ? lines[above].drop(while: \.isWhitespace) : ""
    return comment.hasPrefix("///") || comment.hasPrefix("*/") ? nil : (index + 1, lines[index].drop(while: \.isWhitespace).description)
  }
}
