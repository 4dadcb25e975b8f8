import SEPA
import Testing

@Suite("R-transactions and what follows")
struct ReturnPolicyTests {
  static func facts(
    _ scheme: Scheme, _ code: String, after isAfter: Bool = true, on day: String = "2026-12-04", cancellation: Bool = false,
    booking: String? = "PMNT/IDDT/UPDD"
  ) throws -> RTransaction.Facts {
    RTransaction.Facts(
      scheme: scheme, isAfterSettlement: isAfter, isCancellation: cancellation, reason: .reading(code),
      bankTransactionCode: booking, settledOn: try CalendarDay(iso: "2026-12-03"), bookedOn: try CalendarDay(iso: day))
  }

  static let claim = ReturnPolicies.Claim(
    creditor: "acme", attempt: 1, requestedOn: CalendarDay(daysSince1970: 20_790) ?? .first)  // 2026-12-03

  @Test("the kind follows from time, reason and booking", arguments: [
    (Scheme.core, "AC01", false, "2026-12-02", false, nil, RTransaction.reject),
    (.b2b, "MD01", false, "2026-12-02", false, nil, .reject),
    (.b2b, "MS02", false, "2026-12-02", false, nil, .refusal),
    (.core, "SL12", false, "2026-12-02", false, nil, .refusal),
    (.core, "CUST", false, "2026-12-02", true, nil, .revocation),
    (.b2b, "AM04", true, "2026-12-04", false, "PMNT/IDDT/UPDD", .return),
    // In B2B nothing is a refund, however late; in CORE all is that comes after five days.
    (.b2b, "MD01", true, "2027-03-01", false, "PMNT/IDDT/UPDD", .return),
    (.core, "AM04", true, "2026-12-11", false, "PMNT/IDDT/UPDD", .return),
    (.core, "MD01", true, "2026-12-14", false, "PMNT/IDDT/UPDD", .refund),
    (.core, "MD06", true, "2026-12-04", false, "prtry:X", .refund),
    (.core, "MD05", true, "2026-12-04", false, nil, .reversal),
    (.b2b, "MS03", true, "2026-12-04", false, "PMNT/IDDT/PRDD", .reversal),
  ] as [(Scheme, String, Bool, String, Bool, String?, RTransaction)])
  func kinds(
    scheme: Scheme, code: String, after: Bool, on day: String, cancellation: Bool, booking: String?, kind: RTransaction
  ) throws {
    let facts = try Self.facts(scheme, code, after: after, on: day, cancellation: cancellation, booking: booking)
    #expect(RTransaction(facts, limits: ReturnLimits()) == kind)
  }

  /// Settled on Thursday 3 December 2026; limits with one day for our bank to book. T2 is closed on 25 and 26 December.
  @Test("limits count as the rulebooks do", arguments: [
    (Scheme.b2b, "AM04", "2026-12-09", "2026-12-09", false), (.b2b, "AM04", "2026-12-10", "2026-12-09", true),
    (.core, "AM04", "2026-12-11", "2026-12-11", false),
    // Eight weeks are 28 January, a Thursday; thirteen months 3 January 2028, a Monday.
    (.core, "MD06", "2027-01-29", "2027-01-29", false), (.core, "MD06", "2027-02-01", "2027-01-29", true),
    (.core, "MD01", "2028-01-04", "2028-01-04", false), (.core, "MD01", "2028-01-05", "2028-01-04", true),
  ])
  func limits(scheme: Scheme, code: String, on day: String, end: String, isBeyond: Bool) throws {
    let decision = ReturnPolicies().decide(try Self.facts(scheme, code, on: day), Self.claim, today: try CalendarDay(iso: day))
    #expect(decision.limit?.iso == end)
    #expect(decision.isBeyondLimit == isBeyond)
  }

  @Test("before settlement there is no limit, and money is final after it")
  func final() throws {
    let day = try CalendarDay(iso: "2026-12-03")
    let reject = try Self.facts(.core, "AC01", after: false, on: "2026-12-02")
    #expect(ReturnPolicies().decide(reject, Self.claim, today: day).limit == nil)
    #expect(ReturnLimits().final(.b2b, settledOn: day).iso == "2026-12-10")
    #expect(ReturnLimits().final(.core, settledOn: day).iso == "2027-01-30")
    #expect(ReturnLimits(b2bReturnDays: 2, bookingDays: 0).final(.b2b, settledOn: day).iso == "2026-12-08")
  }

  @Test("only what may come again by itself does, as often and as soon as the policy says")
  func represents() throws {
    let today = try CalendarDay(iso: "2026-12-04")
    var policies = ReturnPolicies(representing: ["acme"])
    func decide(_ code: String, attempt: Int = 1, creditor: String = "acme", today day: CalendarDay = today) throws
      -> ReturnPolicies.Decision
    {
      var claim = Self.claim
      (claim.attempt, claim.creditor) = (attempt, creditor)
      return policies.decide(try Self.facts(.b2b, code), claim, today: day)
    }
    // Five TARGET days from Friday 4 December.
    #expect(try decide("AM04").representOn?.iso == "2026-12-11")
    #expect(try decide("AM04", attempt: 2).action == .represent)
    #expect(try decide("AM04", attempt: 3).action == .wait)
    #expect(try decide("AM04", attempt: 3).policy == "standard AM04: presented again 2 times already")
    #expect(try decide("AM04", creditor: "other").action == .wait)
    #expect(try decide("AM04", today: try CalendarDay(iso: "2026-12-24")).policy == "standard AM04: more than 28 days old")
    #expect(try decide("ED05").representOn?.iso == "2026-12-08")
    #expect(try decide("AC04").action == .wait)
    #expect(try decide("AC04").mandate == .suspend)
    #expect(try decide("AM05").action == .end)
    #expect(try decide("ZZ99").policy == "standard unknown code")
    #expect(try decide("ZZ99").action == .wait)
    // The first rule that covers the case decides.
    policies.rules = [
      ReturnPolicy(name: "policy[0]", codes: ["AM04"], scheme: .core, action: .end, mandate: .end),
      ReturnPolicy(name: "policy[1]", codes: ["AM04", "MS03"], scheme: nil, action: .represent(after: 1, times: 1, within: 9), mandate: .keep),
      ReturnPolicy(name: "policy[2]", codes: [], scheme: nil, action: .wait, mandate: .suspend, tell: [.finance]),
    ]
    #expect(try decide("MS03").representOn?.iso == "2026-12-07")
    #expect(try decide("MS03").policy == "policy[1]")
    #expect(try decide("AC01").policy == "policy[2]")
    #expect(policies.policy(.reading("AC01"), .core).tell == [.finance])
  }

  @Test("every code of the table, in both schemes: nothing comes again that must not", arguments: ReasonCode.known.keys.sorted())
  func table(code: String) throws {
    let reason = ReasonCode.reading(code)
    for scheme in Scheme.allCases {
      let decision = ReturnPolicies(representing: ["acme"]).decide(
        try Self.facts(scheme, code), Self.claim, today: try CalendarDay(iso: "2026-12-04"))
      #expect((decision.action == .represent) == (reason.representation == .later))
      #expect((decision.representOn != nil) == (decision.action == .represent))
      if decision.kind != .reversal { #expect(decision.mandate == reason.mandate) }
      // A claim that comes again needs its mandate.
      if decision.action == .represent { #expect(decision.mandate == .keep) }
    }
  }

  @Test("months end where they end", arguments: [
    ("2026-01-31", 1, "2026-02-28"), ("2027-01-31", 13, "2028-02-29"), ("2026-03-31", -1, "2026-02-28"),
    ("2026-01-15", -13, "2024-12-15"), ("2026-12-03", 0, "2026-12-03"), ("2200-12-31", 1, "2200-12-31"),
    ("1900-01-01", -1, "1900-01-01"),
  ])
  func months(day: String, months: Int, expected: String) throws {
    #expect(try CalendarDay(iso: day).adding(months: months).iso == expected)
  }
}
