import Foundation
import Testing

/// One thing that must not stand in the code, where, and what to do instead.
struct CodeRule: Sendable, CustomTestStringConvertible {
  var name: String
  /// The better way, as told to whoever breaks the rule.
  var better: String
  /// A regular expression on code without comments and string texts.
  var pattern: String
  /// The files it holds for.
  var governs: @Sendable (_ path: String) -> Bool
  /// Proof that the rule can fail, and that it does not fail too much.
  var catches: [String]
  var passes: [String] = []

  var testDescription: String { name }

  /// Line numbers, from 1, that break the rule.
  func offences(in text: String) throws -> [Int] {
    let code = SwiftCode.withoutCommentsAndStrings(text)
    let expression = try NSRegularExpression(pattern: pattern, options: [.anchorsMatchLines])
    let found = expression.matches(in: code, range: NSRange(code.startIndex..., in: code))
    return found.compactMap { match in
      Range(match.range, in: code).map { code[..<$0.lowerBound].count { $0 == "\n" } + 1 }
    }
  }
}

private let isSource: @Sendable (String) -> Bool = { $0.hasPrefix("Sources/") }
private let isTest: @Sendable (String) -> Bool = { $0.hasPrefix("Tests/") }
/// Rooms whose clock, ids and chance are parameters: all but the programs and what tests stand on.
private let isPure: @Sendable (String) -> Bool = { path in
  isSource(path) && !["sepad", "sandbox-bank", "TestSupport"].contains(Repository.room(of: path))
}
private let isProduct: @Sendable (String) -> Bool = {
  $0.hasPrefix("Benchmarks/") || isSource($0) && Repository.room(of: $0) != "TestSupport"
}

/// The house rules that taste alone would forget.
let codeRules: [CodeRule] = [
  CodeRule(
    name: "no full Foundation in Sources",
    better: "import FoundationEssentials: full Foundation brings ICU and 45 MB",
    pattern: #"^[^\n]*\bimport\s+(?:\w+\s+)?Foundation\b"#,
    governs: isProduct,
    catches: ["import Foundation", "package import Foundation", "import struct Foundation.Date"],
    passes: ["import FoundationEssentials", "// import Foundation"]),
  CodeRule(
    name: "the clock is a parameter",
    better: "take the instant as a parameter; only the programs ask the machine",
    pattern: #"\bDate\s*\(\s*\)|\bDate\.now\b|\bclock_gettime\b|\bgettimeofday\b|\btime\s*\(\s*nil\s*\)"#,
    governs: isPure,
    catches: ["let a = Date()", "let a = Date.now", "clock_gettime(CLOCK_REALTIME, &t)", "let a = time(nil)", #""\(Date())""#],
    passes: ["Date(timeIntervalSince1970: 0)", #"let a = "Date()""#, "date()", "/* Date() */"]),
  CodeRule(
    name: "ids and chance are parameters",
    better: "take ids or a random number generator as a parameter",
    pattern: #"\bSystemRandomNumberGenerator\b|\bUUID\s*\(\s*\)|\.random\s*\((?![^)\n]*\busing:)|\.randomElement\s*\(\s*\)|\.shuffled\s*\(\s*\)|\barc4random"#,
    governs: isPure,
    catches: ["UUID()", "Int.random(in: 1...6)", "SystemRandomNumberGenerator()", "list.randomElement()"],
    passes: ["Int.random(in: 1...6, using: &chance)", "UUID(uuidString: text)"]),
  CodeRule(
    name: "nothing is forced",
    better: "throw or return: nothing that a bank or a file can send may trap",
    pattern: #"[\w)\]>?]!(?!=)|\bfatalError\s*\("#,
    governs: isProduct,
    catches: ["let a = b!", "try! c()", "d as! E", "list[0]!.name", "fatalError()", "var a: Int!"],
    passes: ["a != b", "if !a && !(b) {", #"let a = "stop!""#, "a!=b"]),
  CodeRule(
    name: "rooms do not print",
    better: "return it, or throw it; the programs and the log speak",
    pattern: #"(?<![.\w])(?:print|debugPrint|dump)\s*\("#,
    governs: isPure,
    catches: ["print(iban)", "  debugPrint(x)"],
    passes: ["printed(x)", "report.print(x)", "// print(x)"]),
  CodeRule(
    name: "tests wait for facts, not for time",
    better: "poll a real condition against a deadline, with TestSupport",
    pattern: #"\b(?:u|nano)?sleep\s*\(|\bThread\.sleep\b|\bTask\.sleep\b"#,
    governs: isTest,
    catches: ["usleep(10)", "Thread.sleep(forTimeInterval: 1)", "try await Task.sleep(for: .seconds(1))", "sleep(1)"],
    passes: ["asleep(1)", "// sleep(1)"]),
]
