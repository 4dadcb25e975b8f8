import SandboxBank
import Testing

@Suite struct RulesTests {
  @Test(arguments: [
    ("Dupont", 1250, "settle"), ("Dupont", 1251, "reject AC01"), ("Dupont", 52, "reject AC04"), ("Dupont", 153, "reject AG01"),
    ("Dupont", 154, "reject MD01"), ("Dupont", 155, "reject RC01"), ("Dupont", 161, "return AM04"),
    ("Dupont", 162, "return MS03"), ("Dupont", 163, "return MD01"), ("Dupont", 171, "late"), ("Dupont", 172, "twice"),
    ("Dupont", 173, "never"), ("Dupont", 199, "refuse-file"), ("Dupont", 5100, "settle"),
    ("REJECT AC01", 100, "reject AC01"), ("Sarl RETURN MD06 Nord", 151, "return MD06"), ("REJECT", 151, "reject AC01"),
    ("REJECT Paris", 100, "settle"), ("PREREJECT AC01", 100, "settle"), ("Reject AC01", 100, "settle"),
    ("A ANSWER LATE", 100, "late"), ("ANSWER TWICE B", 100, "twice"), ("ANSWER NEVER", 100, "never"),
    ("REFUSE FILE", 100, "refuse-file"), ("ANSWER", 100, "settle"), ("REFUSE MS02", 100, "refuse MS02"),
    ("REFUND MD06", 100, "refund MD06"), ("Sarl REVERSAL", 100, "reversal"), ("CANCEL me", 100, "cancel ACCR"),
    ("", 100, "settle"),
  ] as [(String, Int64, String)])
  func nameComesBeforeAmount(name: String, cents: Int64, expected: String) {
    let behaviour = Scenario().behaviour(endToEndID: "E", mandateReference: "M", debtorName: name, cents: cents)
    #expect("\(behaviour)" == expected)
  }

  @Test func theFirstMatchingLineOfAScenarioComesBeforeAll() throws {
    let scenario = try Scenario(
      text: "# who pays what\n\nE-1 settle\nE-* reject MS02 # all others\r\nRUM-[0-9] return AC04\n  X  never")
    func behaviour(_ id: String, _ mandate: String) -> String {
      "\(scenario.behaviour(endToEndID: id, mandateReference: mandate, debtorName: "REJECT AC01", cents: 152))"
    }
    #expect(behaviour("E-1", "RUM-1") == "settle")
    #expect(behaviour("E-2", "RUM-1") == "reject MS02")
    #expect(behaviour("F", "RUM-1") == "return AC04")
    #expect(behaviour("F", "RUM-10") == "reject AC01")
    #expect(behaviour("X", "") == "never")
  }

  @Test(arguments: ["E-1", "E-1 refuse", "E-1 reject", "E-1 reject ac01", "E-1 settle now", "E-1 return AM004"])
  func aLineThatIsNoRuleIsNamed(line: String) {
    #expect(throws: SandboxFault.scenario(line: 2, found: line)) { try Scenario(text: "A settle\n" + line) }
  }

  @Test func thePrintedRulesHoldEveryRow() {
    for (digits, behaviour) in amountRules { #expect(rulesText.contains("\(digits)  \(behaviour)\n")) }
    for (_, behaviour) in amountRules { #expect(Behaviour("\(behaviour)") == behaviour) }
    let lines = rulesText.split(separator: "\n").filter { $0.hasPrefix("  ") }
    let listed = Set(lines.compactMap { $0.split(separator: " ").first })
    for word in Behaviour.Word.allCases { #expect(listed.contains(word.rawValue[...])) }
    for kind in Behaviour.Kind.allCases { #expect(rulesText.contains("\n\(kind.rawValue) ")) }
  }
}
