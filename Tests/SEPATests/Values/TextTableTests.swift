import Foundation
import TestSupport
import Testing

@testable import SEPA

/// The blocks of Unicode whose every character has a spelling or is known to have none.
private let blocks: [(name: String, range: ClosedRange<UInt32>)] = [
  ("Basic Latin", 0x00...0x7F), ("Latin-1 Supplement", 0x80...0xFF), ("Latin Extended-A", 0x100...0x17F),
  ("Latin Extended-B", 0x180...0x24F), ("Greek and Coptic", 0x370...0x3FF), ("Cyrillic", 0x400...0x4FF),
  ("Cyrillic Supplement", 0x500...0x52F), ("Latin Extended Additional", 0x1E00...0x1EFF),
  ("Greek Extended", 0x1F00...0x1FFF), ("General Punctuation", 0x2000...0x206F),
  ("Superscripts and Subscripts", 0x2070...0x209F), ("Currency Symbols", 0x20A0...0x20CF), ("Number Forms", 0x2150...0x218F),
  ("Latin ligatures", 0xFB00...0xFB06), ("Wide ASCII", 0xFF01...0xFF5E),
]

@Suite("The table of spellings") struct TextTableTests {
  @Test("every assigned character of the blocks has the spelling, or the error, that is printed")
  func walk() throws {
    try golden("text-table", equals: Self.table())
  }

  @Test("every letter of the blocks is carried, but those that only phoneticians write")
  func letters() {
    let missing = blocks.flatMap { Self.scalars(of: $0.range) }
      .filter { $0.properties.isAlphabetic && $0.properties.generalCategory != .nonspacingMark && Self.written($0) == nil }
    // ͺ is an iota without its vowel; the last are Roman numerals for thousands.
    #expect(String(String.UnicodeScalarView(missing)) == "ƍƛƪƸƹƺƻƾǀǁǂǃͺↀↁↂↃↄↅↆↇↈ")
  }

  @Test("what stands composed and what stands decomposed is written the same")
  func normalForms() {
    for scalar in blocks.flatMap({ Self.scalars(of: $0.range) }) {
      let text = "A" + String(Character(scalar)) + "b"
      for form in [text.precomposedStringWithCanonicalMapping, text.decomposedStringWithCanonicalMapping] {
        #expect(Self.attempt(text) == Self.attempt(form), "U+\(String(scalar.value, radix: 16))")
      }
    }
  }

  @Test("any text is written in the set, within its length, as before when written again, or is refused")
  func properties() {
    let seed = ProcessInfo.processInfo.environment["SEPAD_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...UInt64.max)
    print("texts: SEPAD_SEED=\(seed)")
    var random = SeededRandom(seed)
    let marks = "\u{301}\u{306}\u{308}\u{323}\u{345}"
    let alphabet = blocks.flatMap { Self.scalars(of: $0.range) } + "李\u{1F600}".unicodeScalars
    // So that most texts can be carried, and many marks meet a letter.
    let common = Array("abcdиіГЕжЯщ€“ //\(marks)\(marks)".unicodeScalars)
    var written = 0
    for _ in 0..<20_000 {
      var text = ""
      for _ in 0..<Int.random(in: 0..<14, using: &random) {
        let letters = Int.random(in: 0..<4, using: &random) > 0 ? common : alphabet
        text.unicodeScalars.append(letters[Int.random(in: 0..<letters.count, using: &random)])
      }
      let maximum = Int.random(in: 1...30, using: &random)
      let found = Self.attempt(text, maximum: maximum)
      let said: Comment = "SEPAD_SEED=\(seed), \(text.unicodeScalars.map(Self.hex))"
      #expect(found == Self.attempt(text.precomposedStringWithCanonicalMapping, maximum: maximum), said)
      #expect(found == Self.attempt(text.decomposedStringWithCanonicalMapping, maximum: maximum), said)
      guard let found else { continue }
      written += 1
      #expect(found.utf8.allSatisfy { $0.isEPCBasicLatin } && (1...maximum).contains(found.utf8.count), said)
      #expect(!found.hasPrefix("/") && !found.contains("//") && !found.contains("  "), said)
      #expect(!found.hasPrefix(" ") && !found.hasSuffix(" "), said)
      #expect(Self.attempt(found, maximum: maximum) == found, said)
    }
    #expect(written > 2000, "too few texts to say anything")
  }

  @Test("docs/TEXT.md prints the tables of the code")
  func page() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/TEXT.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let heading = "## The tables\n"
    let place = try #require(text.range(of: heading))
    let wanted = text[..<place.upperBound] + Self.printed()
    if ProcessInfo.processInfo.environment["SEPAD_REWRITE_GOLDENS"] == "1" {
      try String(wanted).write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == wanted, "docs/TEXT.md\nHINT: SEPAD_REWRITE_GOLDENS=1 writes it")
  }

  /// ICU as a judge: where it spells a letter otherwise than we do is printed with its reason, and reviewed.
  @Test("letters are spelled as ICU does, or otherwise for a reason")
  func besideICU() throws {
    let uconv = "/usr/bin/uconv"
    guard FileManager.default.isExecutableFile(atPath: uconv) else {
      return print("SKIPPED: letters beside ICU: uconv is not installed")
    }
    let version = try ChildProcess.run(uconv, ["--version"]).output
    guard version.contains("ICU 72") else {
      return print("SKIPPED: letters beside ICU: reviewed for ICU 72, and this is \(version)")
    }
    let letters = blocks.flatMap { Self.scalars(of: $0.range) }.filter { $0.properties.isAlphabetic && !$0.isASCII }
    let directory = try TemporaryDirectory()
    let input = directory.appending("letters")
    try letters.map { "\(Character($0))\n" }.joined().write(toFile: input, atomically: true, encoding: .utf8)
    let told = try ChildProcess.run(uconv, ["-f", "utf-8", "-t", "utf-8", "-x", "Any-Latin; Latin-ASCII", input])
    let theirs = told.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    try #require(told.status == 0 && theirs.count == letters.count)
    try golden("text-beside-icu", equals: Self.differences(letters, theirs))
  }
}

// MARK: What is printed

extension TextTableTests {
  private static func scalars(of range: ClosedRange<UInt32>) -> [Unicode.Scalar] {
    // As Unicode 17 has them: a newer Swift may know more.
    range.compactMap(Unicode.Scalar.init).filter { ($0.properties.age?.major).map { $0 <= 17 } ?? false }
  }

  private static func attempt(_ text: String, maximum: Int = 70) -> String? {
    try? EPCText.transliterate(text, maximum: maximum)
  }

  /// How it is written between two letters, so that a space is seen and a slash not cut; nil when it is refused.
  private static func written(_ scalar: Unicode.Scalar, before next: String = "B") -> String? {
    attempt("A" + String(Character(scalar)) + next).map { String($0.dropFirst().dropLast()) }
  }

  private static func hex(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  private static func table() -> String {
    blocks.map { block in
      let rows = scalars(of: block.range).map { scalar in
        let isSeen = ![.control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator, .nonspacingMark, .enclosingMark]
          .contains(scalar.properties.generalCategory)
        let shown = isSeen ? String(Character(scalar)) : scalar.properties.name ?? "control"
        guard let spelling = written(scalar) else { return "\(hex(scalar)) \(shown) refused" }
        let inWord = written(scalar, before: "b") ?? "refused"
        return "\(hex(scalar)) \(shown) '\(spelling)'" + (inWord == spelling ? "" : ", before a small letter '\(inWord)'")
      }
      return "\(block.name)\n\n" + rows.joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  private static func printed() -> String {
    let tables = [
      ("Latin", latinSpellings), ("Greek", greekSpellings), ("Cyrillic", cyrillicSpellings), ("Signs", signSpellings),
    ]
    return tables.map { title, lines in
      var characters: [String: String] = [:]
      var order: [String] = []
      for (spelling, added) in lines {
        if characters[spelling] == nil { order.append(spelling) }
        characters[spelling, default: ""] += added
      }
      let rows = order.map { spelling in
        let signs = (characters[spelling] ?? "").map { $0 == "|" || $0 == "`" || $0 == "\\" ? "\\\($0)" : String($0) }
        return "| \(spelling) | \(signs.joined(separator: " ")) |"
      }
      return "\n### \(title)\n\n| written | for |\n|---|---|\n\(rows.joined(separator: "\n"))\n"
    }.joined()
  }

  private static func differences(_ letters: [Unicode.Scalar], _ theirs: [String]) -> String {
    var groups: [String: [String]] = [:]
    for (scalar, their) in zip(letters, theirs) {
      let our = written(scalar)
      let plain = their.isEmpty || !their.utf8.allSatisfy(\.isEPCBasicLatin) ? nil : their
      // Only capitals or not is the text's own, as is asked above.
      guard our?.lowercased() != plain?.lowercased() else { continue }
      let row = "\(hex(scalar)) \(Character(scalar)) \(our ?? "refused"), ICU \(plain ?? "none in the set")"
      groups[reason(scalar, our: our, their: plain), default: []].append(row)
    }
    return groups.keys.sorted().map { "\($0)\n\n\(groups[$0]!.joined(separator: "\n"))\n" }.joined(separator: "\n")
  }

  private static func reason(_ scalar: Unicode.Scalar, our: String?, their: String?) -> String {
    if our == nil { return "We refuse, ICU spells: no reader would know the letter by it" }
    if their == nil { return "ICU leaves it or spells it outside of the set: we carry it" }
    switch scalar.value {
    case 0x370...0x3FF, 0x1F00...0x1FFF: return "Greek: we by ELOT 743 (EPC217-08), ICU letter by letter as in antiquity"
    case 0x400...0x52F: return "Cyrillic: we by Bulgarian law (EPC217-08) and passports, ICU by ISO 9 without its marks"
    default: return "Latin: we by the speakers' own spelling without the letter"
    }
  }
}
