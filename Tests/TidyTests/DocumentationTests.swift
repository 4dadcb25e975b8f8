import Testing

/// How many package declarations stand without a doc comment. It may only go down: lower it when it does.
private let undocumentedAllowed = 25

@Suite("Docstrings")
struct DocumentationTests {
  @Test("what other rooms call says what it is")
  func documented() {
    let rooms = Dictionary(grouping: Repository.sources, by: Repository.room(of:))
    let found = rooms.sorted { $0.key < $1.key }.flatMap { _, paths in
      let required = paths.reduce(into: Set<String>()) { $0.formUnion(requirements(in: Repository.text($1))) }
      return paths.flatMap { path in
        undocumented(in: Repository.text(path), besides: required).map { "\(path):\($0.line): \($0.text)" }
      }
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
      /// C.
      package protocol C {
        /// D.
        func submit(_ file: Int)
      }
      extension Bare: C { package func submit(_ file: Int) {} }
      package func submitted() {}
      """
    let required = requirements(in: text)
    #expect(required == ["submit"])
    #expect(undocumented(in: text, besides: required).map(\.line) == [3, 10, 17])
  }
}

/// Heuristic: the first line above a declaration that is no attribute must be a doc comment.
/// Witnesses need none, be it of the standard library's protocols or of the room's own: their protocols say what they are.
private func undocumented(in text: String, besides required: Set<String>) -> [(line: Int, text: String)] {
  // Tried only where the word stands: the expression is slow on a whole repository.
  let declaration = /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:\w+\s+)*?package\s+(?:\w+\s+)*?(?:func|struct|enum|actor|class|protocol)\s+(\S+)/
  let witnesses = required.union(["==", "<", "hash", "encode"])
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  let code = SwiftCode.withoutCommentsAndStrings(text).split(separator: "\n", omittingEmptySubsequences: false)
  return code.indices.compactMap { index in
    guard code[index].contains("package "), let match = code[index].prefixMatch(of: declaration) else { return nil }
    guard !witnesses.contains(String(match.1.prefix { $0 != "(" })) else { return nil }
    var above = index - 1
    while above >= 0, lines[above].drop(while: \.isWhitespace).hasPrefix("@") { above -= 1 }
    let comment = above >= 0 ? lines[above].drop(while: \.isWhitespace) : ""
    return comment.hasPrefix("///") || comment.hasPrefix("*/") ? nil : (index + 1, lines[index].drop(while: \.isWhitespace).description)
  }
}

/// Names of the functions that a file's package protocols require.
private func requirements(in text: String) -> Set<String> {
  let code = SwiftCode.withoutCommentsAndStrings(text)
  let bodies = code.matches(of: /package protocol [^{]*\{([^}]*(?:\{[^}]*\}[^}]*)*)\}/)
  return bodies.reduce(into: []) { names, body in
    names.formUnion(body.1.matches(of: /\bfunc\s+(\w+)/).map { String($0.1) })
  }
}
