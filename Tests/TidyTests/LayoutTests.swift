import Foundation
import Testing

@Suite("The repository")
struct LayoutTests {
  @Test("has at its top only what was agreed")
  func topLevel() {
    let agreed: Set = [
      "Package.swift", "Sources", "Tests", "Benchmarks", "Config", "deploy", "systemd", "docs", "README.md", "CHANGELOG.md",
      "LICENSE", ".ci", ".gitignore",
    ]
    let found = Set(Repository.paths.compactMap { $0.split(separator: "/").first.map(String.init) })
    #expect(found.subtracting(agreed) == [], "put it below one of \(agreed.sorted())")
  }

  @Test("names no place of one machine, and leaves nothing to do later")
  func portable() throws {
    // Joined from halves, so that this file does not break its own rule.
    let forbidden = [
      "/wo" + "rk/", "/ho" + "me/[a-z]", "/Us" + "ers/[A-Za-z]", "/ro" + "ot/", "/tmp/w" + "t/", #"\bTO"# + #"DO\b"#, #"\bFIX"# + #"ME\b"#,
      #"\bXX"# + #"X\b"#,
    ]
    let expression = try NSRegularExpression(pattern: forbidden.joined(separator: "|"))
    func found(in text: String) -> [Range<String.Index>] {
      expression.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap { Range($0.range, in: text) }
    }
    for path in Repository.paths {
      let text = Repository.text(path)
      for range in found(in: text) {
        let line = text[..<range.lowerBound].count { $0 == "\n" } + 1
        Issue.record("\(path):\(line): found \(text[range]), expected neither a machine's path nor a note to self")
      }
    }
    #expect(found(in: "see /ho" + "me/ada").count == 1)
  }

  @Test("has text files that end in a newline and hold no tabs, carriage returns or spaces at line ends")
  func cleanText() {
    let kinds = [".swift", ".md", ".toml", ".service", ".sql", ".h", ".csv", ".tsv"]
    for path in Repository.paths where kinds.contains(where: path.hasSuffix) || Repository.scripts.contains(path) {
      let text = Repository.text(path)
      #expect(text.isEmpty || text.hasSuffix("\n"), "\(path): ends without a newline")
      #expect(!text.utf8.contains(UInt8(ascii: "\r")), "\(path): holds a carriage return")
      #expect(!text.contains(" \n"), "\(path): has spaces at the end of a line")
      #expect(path.hasSuffix(".tsv") || !text.utf8.contains(UInt8(ascii: "\t")), "\(path): holds a tab")
    }
  }
}
