import Testing

@testable import SEPA

@Suite("Reason codes") struct ReasonCodeTests {
  @Test("what the codes mean for the next step", arguments: [
    ("AM04", "insufficient_funds", "later", "keep"), ("MD01", "mandate_not_registered", "after_agreement", "suspend"),
    ("AC01", "account_invalid", "after_fix", "suspend"), ("AC04", "account_closed", "after_fix", "suspend"),
    ("AC13", "account_invalid", "never", "end"), ("MD07", "mandate_cancelled", "never", "end"),
    ("MS02", "refused", "after_agreement", "suspend"), ("AM05", "duplicate", "never", "keep"),
    ("DNOR", "bank_not_reachable", "never", "keep"), ("RR04", "regulatory", "never", "suspend"),
    ("FF01", "technical", "after_fix", "keep"), ("NARR", "unknown", "after_agreement", "keep"),
  ])
  func meaning(code: String, cause: String, representation: String, mandate: String) throws {
    let reason = try #require(ReasonCode.known[code])
    #expect(reason.cause.rawValue == cause)
    #expect(reason.representation.rawValue == representation)
    #expect(reason.mandate.rawValue == mandate)
  }

  @Test("a code that nobody knows keeps its text and waits for a person", arguments: ["ZZ99", "", "am04", "AM04 "])
  func unknown(code: String) {
    let reason = ReasonCode.reading(code)
    #expect(ReasonCode.known[code] == nil)
    #expect(reason.code == code && reason.cause == .unknown && reason.name == nil)
    #expect(reason.representation == .afterAgreement)
  }

  @Test("only cover and faults between banks may be presented again by themselves")
  func representation() {
    let later = ReasonCode.table.filter { $0.representation == .later }.map(\.code)
    #expect(Set(later) == ["AM04", "ED05", "TECH"])
  }

  @Test("every code has four characters, a name and three labels")
  func complete() {
    #expect(ReasonCode.known.count == ReasonCode.table.count && ReasonCode.known.count > 60)
    for reason in ReasonCode.table {
      #expect(reason.code.utf8.count == 4 && reason.name != nil)
      for language in Language.allCases {
        let label = reason.label(in: language)
        #expect((4...60).contains(label.count), "\(reason.code)")
      }
    }
  }
}
