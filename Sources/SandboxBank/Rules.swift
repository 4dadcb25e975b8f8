// How the sandbox bank decides what happens to a payment: the first of three that says something. A scenario file, for
// tests that name their payments; words inside the debtor's name, for people who type data into a form; and the last
// two digits of the amount, for data made by a script.

import Glibc

/// The amount rules, in the order they are printed.
package let amountRules: [(lastDigits: Int64, behaviour: Behaviour)] = [
  (51, .reject("AC01")), (52, .reject("AC04")), (53, .reject("AG01")), (54, .reject("MD01")), (55, .reject("RC01")),
  (61, .return("AM04")), (62, .return("MS03")), (63, .return("MD01")),
  (71, .late), (72, .twice), (73, .never), (99, .refuseFile),
]

/// Words that count inside a debtor's name; a reason code follows the first two.
private let nameRules: [(words: String, behaviour: @Sendable (String?) -> Behaviour?)] = [
  ("REJECT", { $0.map { .reject($0) } }),
  ("RETURN", { $0.map { .return($0) } }),
  ("ANSWER LATE", { _ in .late }),
  ("ANSWER TWICE", { _ in .twice }),
  ("ANSWER NEVER", { _ in .never }),
  ("REFUSE FILE", { _ in .refuseFile }),
]

/// A scenario file's lines: `<EndToEndId, mandate reference or glob> <behaviour>`; `#` begins a comment.
package struct Scenario: Sendable {
  private var lines: [(pattern: String, behaviour: Behaviour)] = []

  /// No lines: name and amount decide.
  package init() {}

  /// Throws `SandboxFault.scenario` with the number of the first line that is no rule.
  package init(text: String) throws(SandboxFault) {
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let plain = line.prefix { $0 != "#" }
      let words = plain.split { $0 == " " || $0 == "\t" }
      guard let pattern = words.first else { continue }
      guard let behaviour = Behaviour(words.dropFirst().joined(separator: " ")) else {
        throw .scenario(line: index + 1, found: String(plain.prefix(80)))
      }
      lines.append((String(pattern), behaviour))
    }
  }

  /// Reads a scenario file whole; it is written by people and short.
  package init(path: String) throws {
    guard let bytes = try readSmall(path) else { throw SandboxFault.disk(operation: "open", path: path, errno: ENOENT) }
    try self.init(text: String(decoding: bytes, as: UTF8.self))
  }

  /// What happens to a payment; `cents` is its amount.
  package func behaviour(endToEndID: String, mandateReference: String, debtorName: String, cents: Int64) -> Behaviour {
    for (pattern, behaviour) in lines
    where fnmatch(pattern, endToEndID, 0) == 0 || fnmatch(pattern, mandateReference, 0) == 0 {
      return behaviour
    }
    return Self.behaviour(named: debtorName) ?? amountRules.first { $0.lastDigits == cents % 100 }?.behaviour ?? .settle
  }

  private static func behaviour(named name: String) -> Behaviour? {
    let words = name.split(separator: " ")
    for (wanted, behaviour) in nameRules {
      let wantedWords = wanted.split(separator: " ")
      for start in words.indices where words[start...].starts(with: wantedWords) {
        let reason = words[start...].dropFirst(wantedWords.count).first.map(String.init).flatMap { Behaviour.isReason($0) ? $0 : nil }
        if let found = behaviour(reason) { return found }
      }
    }
    return nil
  }
}

/// The rules as a person reads them.
package var rulesText: String {
  var text = """
    What happens to a payment: the first of these that says something.

    1. --scenario FILE, first matching line: <EndToEndId, mandate reference or glob> <behaviour>
       behaviours: settle, reject CODE, return CODE, late, twice, never, refuse-file
    2. Words in the debtor's name: REJECT code, RETURN code, ANSWER LATE, ANSWER TWICE, ANSWER NEVER, REFUSE FILE
    3. The last two digits of the amount, in cents:

    """
  for (digits, behaviour) in amountRules { text += "         \(digits)  \(behaviour)\n" }
  return text + """
          other  settle

    settle       credited on the collection date (camt.054)
    reject CODE  refused in the pain.002, not credited
    return CODE  credited, then debited two TARGET days later (camt.054 with return information)
    late         a pain.002 line of its own one TARGET day later; credited one TARGET day after the date, alone
    twice        settles; each pain.002 and credit camt.054 that covers it comes a second time under another name
    never        no line anywhere and no credit, though its file is accepted
    refuse-file  the whole file is refused (GrpSts RJCT, FF01)

    """
}
