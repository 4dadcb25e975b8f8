import Testing

@Suite("The code keeps the house rules")
struct CodeRuleTests {
  @Test("everywhere", arguments: codeRules)
  func holds(_ rule: CodeRule) throws {
    for path in (Repository.sources + Repository.benchmarkSources + Repository.testSources) where rule.governs(path) {
      for line in try rule.offences(in: Repository.text(path)) {
        Issue.record("\(path):\(line): \(rule.name): \(rule.better)")
      }
    }
  }

  @Test("and each rule catches what it forbids, and nothing else", arguments: codeRules)
  func bites(_ rule: CodeRule) throws {
    for sample in rule.catches {
      #expect(try rule.offences(in: "let before = 0\n" + sample) == [2], "\(sample)")
    }
    for sample in rule.passes {
      #expect(try rule.offences(in: sample) == [], "\(sample)")
    }
  }

  @Test("which read code, not comments or messages")
  func readsCode() {
    let text = ##"""
      let a = "x \(y("z")) \"q" // c
      /* d /* e */ f */ let g = #"h \(i) \#(j) "k"#
      """##
    let blanked = SwiftCode.withoutCommentsAndStrings(text)
    #expect(blanked.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      == ##"let a = " \(y(" ")) " let g = #" \#(j) "#"##)
    #expect(blanked.utf8.count == text.utf8.count)
    #expect(SwiftCode.withoutComments("let a = \"b // c\" // d") == "let a = \"b // c\"     ")
  }
}
