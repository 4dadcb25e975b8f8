import Foundation
import SEPA
import Store
import TestSupport
import Testing
import Work

/// Which entry speaks of which collection, by which rule, and what is kept for a person.
@Suite struct MatchingTests {
  /// The three collections of 12.50, 20.00 and 30.00 EUR under mandate `M-1`, submitted in one block `…-1`.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let report: @Sendable (_ message: String) -> [Booking]
    /// States of the three.
    let states: [String]
    /// Disposition and rule or verdict (its beginning) of each entry that is not informational, in order.
    let entries: [String]
    var testDescription: String { name }
  }

  @Test func `a partial answer that names no payment says that the bank has the file, and stops nobody`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    let message = try #require(try await bench.sealAndSubmit().first)
    try await bench.apply(Reports.named("partly", message: message, sequence: 1))
    try await bench.apply(Reports.named("partly", message: "SEPAD-20261201-99", sequence: 2), name: "other.xml")
    #expect(try await bench.session.one("SELECT state FROM sepad.outbound_file").text(0) == "accepted")
    #expect(try await bench.states() == ["M-1-0": "submitted"])
    #expect(try await bench.session.one("SELECT count(*) FROM sepad.inbound_file WHERE state = 'applied'").integer(0) == 2)
  }

  static let debtor = "DE89370400440532013000"

  static func paid(_ payment: Booking.Payment, amount: String = "12.50", direction: String = "CRDT") -> Booking {
    Booking(amount: amount, direction: direction, payments: [payment])
  }

  static let cases: [Case] = [
    Case(
      name: "all ids",
      report: { [paid(.init(endToEndID: "M-1-0", mandate: "M-1", message: $0, block: "\($0)-1", amount: "12.50"))] },
      states: ["settled", "submitted", "submitted"],
      entries: ["applied message id + payment information id + end-to-end id"]),
    Case(
      name: "block and end-to-end id",
      report: { [paid(.init(endToEndID: "M-1-0", block: "\($0)-1", amount: "12.50"))] },
      states: ["settled", "submitted", "submitted"], entries: ["applied payment information id + end-to-end id"]),
    Case(
      name: "end-to-end id, mandate, amount, debtor account",
      report: { _ in [paid(.init(endToEndID: "M-1-0", mandate: "M-1", amount: "12.50", debtorIBAN: debtor))] },
      states: ["settled", "submitted", "submitted"], entries: ["applied end-to-end id + mandate reference + amount"]),
    Case(
      name: "end-to-end id and the booking's amount only",
      report: { _ in [paid(.init(endToEndID: "M-1-0"))] },
      states: ["settled", "submitted", "submitted"], entries: ["applied end-to-end id + amount"]),
    Case(
      name: "another mandate", report: { _ in [paid(.init(endToEndID: "M-1-0", mandate: "M-9", amount: "12.50"))] },
      states: ["submitted", "submitted", "submitted"], entries: ["open mismatch: mandate reference"]),
    Case(
      name: "another amount under all ids",
      report: { [paid(.init(endToEndID: "M-1-0", message: $0, block: "\($0)-1", amount: "12.51"), amount: "12.51")] },
      states: ["submitted", "submitted", "submitted"],
      entries: ["open mismatch: amount: found 12.51, expected 12.50"]),
    Case(
      name: "another block", report: { [paid(.init(endToEndID: "M-1-0", message: $0, block: "B-9", amount: "12.50"))] },
      states: ["submitted", "submitted", "submitted"], entries: ["open mismatch: payment information id"]),
    Case(
      name: "another debtor account",
      report: { _ in [paid(.init(endToEndID: "M-1-0", amount: "12.50", debtorIBAN: "FR1420041010050500013M02606"))] },
      states: ["submitted", "submitted", "submitted"], entries: ["open mismatch: debtor account"]),
    Case(
      name: "another currency",
      report: { _ in
        [Booking(amount: "12.50", payments: [.init(endToEndID: "M-1-0", amount: "12.50", currency: "CHF")], currency: "CHF")]
      },
      states: ["submitted", "submitted", "submitted"], entries: ["open mismatch: currency: found CHF, expected EUR"]),
    Case(
      name: "the other scheme",
      report: { _ in [Booking(amount: "12.50", payments: [.init(endToEndID: "M-1-0")], code: ("PMNT", "IDDT", "ESDD"))] },
      states: ["submitted", "submitted", "submitted"], entries: ["open mismatch: scheme: found CORE, expected B2B"]),
    Case(
      name: "two things amiss",
      report: { _ in [paid(.init(endToEndID: "M-1-0", mandate: "M-9", amount: "1.00"), amount: "1.00")] },
      states: ["submitted", "submitted", "submitted"],
      entries: ["open mismatch: mandate reference: expected M-1; mismatch: amount"]),
    Case(
      name: "pending is no booking",
      report: { _ in [Booking(amount: "12.50", status: "PDNG", payments: [.init(endToEndID: "M-1-0")])] },
      states: ["submitted", "submitted", "submitted"], entries: []),
    Case(
      name: "a batch by its block, its sum and its count",
      report: { [Booking(amount: "62.50", batch: ($0, "\($0)-1", 3))] },
      states: ["settled", "settled", "settled"], entries: ["applied payment information id + sum"]),
    Case(
      name: "a batch by its message alone",
      report: { [Booking(amount: "62.50", batch: ($0, nil, nil))] },
      states: ["settled", "settled", "settled"], entries: ["applied payment information id + sum"]),
    Case(
      name: "a batch whose details name no payment tells of itself, once",
      report: { [Booking(amount: "62.50", payments: [.init(amount: "12.50"), .init(amount: "50.00")], batch: ($0, nil, 3))] },
      states: ["settled", "settled", "settled"], entries: ["applied payment information id + sum"]),
    Case(
      name: "a batch with another sum", report: { [Booking(amount: "50.00", batch: ($0, "\($0)-1", 3))] },
      states: ["submitted", "submitted", "submitted"],
      entries: ["open mismatch: batch: found 50.00 in 3 payments, expected 62.50 in 3"]),
    Case(
      name: "a batch with another count", report: { [Booking(amount: "62.50", batch: ($0, "\($0)-1", 2))] },
      states: ["submitted", "submitted", "submitted"], entries: ["open mismatch: batch"]),
    Case(
      name: "a batch with its payments named",
      report: {
        [
          Booking(
            amount: "32.50", payments: [.init(endToEndID: "M-1-0", amount: "12.50"), .init(endToEndID: "M-1-1", amount: "20.00")],
            batch: ($0, "\($0)-1", 2))
        ]
      },
      states: ["settled", "settled", "submitted"],
      entries: ["applied end-to-end id + amount", "applied end-to-end id + amount"]),
    Case(
      name: "payments without amounts that make up the booking",
      report: { _ in [Booking(amount: "32.50", payments: [.init(endToEndID: "M-1-0"), .init(endToEndID: "M-1-1")])] },
      states: ["settled", "settled", "submitted"],
      entries: ["applied end-to-end id + amount", "applied end-to-end id + amount"]),
    Case(
      name: "payments without amounts that do not",
      report: { _ in [Booking(amount: "32.51", payments: [.init(endToEndID: "M-1-0"), .init(endToEndID: "M-1-1")])] },
      states: ["submitted", "submitted", "submitted"],
      entries: ["open mismatch: amount: found none, expected 12.50", "open mismatch: amount: found none, expected 20.00"]),
    Case(
      name: "a structured reference",
      report: { _ in [paid(.init(endToEndID: "NOTPROVIDED", amount: "20.00", structured: "M-1-1"), amount: "20.00")] },
      states: ["submitted", "settled", "submitted"], entries: ["applied structured reference + amount"]),
    Case(
      name: "the bank's own reference of an earlier booking",
      report: { _ in
        [
          paid(.init(endToEndID: "M-1-0", amount: "12.50", reference: "BANK-7")),
          Booking(
            amount: "12.50", direction: "DBIT", payments: [.init(amount: "12.50", reason: "AM04", reference: "BANK-7")],
            day: "2026-12-07", code: ("PMNT", "IDDT", "UPDD")),
        ]
      },
      states: ["returned", "submitted", "submitted"],
      entries: ["applied end-to-end id + amount", "applied account servicer reference"]),
    Case(
      name: "a return with the bank's charges on top",
      report: { _ in
        [
          Booking(
            amount: "15.50", direction: "DBIT",
            payments: [.init(endToEndID: "M-1-0", amount: "15.50", instructed: "12.50", charges: "3.00", reason: "AM04")],
            code: ("PMNT", "IDDT", "UPDD"))
        ]
      },
      states: ["returned", "submitted", "submitted"], entries: ["applied end-to-end id + amount"]),
    Case(
      name: "a return of a part",
      report: { _ in
        [paid(.init(endToEndID: "M-1-0", amount: "5.00", reason: "AM04"), amount: "5.00", direction: "DBIT")]
      },
      states: ["submitted", "submitted", "submitted"], entries: ["open partial: found 5.00, expected 12.50"]),
    Case(
      name: "an undoing with nothing to undo",
      report: { _ in [Booking(amount: "12.50", payments: [.init(endToEndID: "M-1-0", amount: "12.50")], reversal: true)] },
      states: ["submitted", "submitted", "submitted"], entries: ["open early: undoes a return that is not known"]),
    Case(
      name: "an undoing of before the return",
      report: { _ in
        [
          paid(.init(endToEndID: "M-1-0", amount: "12.50")),
          Booking(
            amount: "12.50", direction: "DBIT", payments: [.init(endToEndID: "M-1-0", amount: "12.50", reason: "AM04")],
            day: "2026-12-08", code: ("PMNT", "IDDT", "UPDD")),
          Booking(amount: "12.50", payments: [.init(endToEndID: "M-1-0", amount: "12.50")], reversal: true, day: "2026-12-07"),
        ]
      },
      states: ["returned", "submitted", "submitted"],
      entries: [
        "applied end-to-end id + amount", "applied end-to-end id + amount", "open early: undoes a return that is not known",
      ]),
    Case(
      name: "an undoing that only its code calls so",
      report: {
        [
          Booking(amount: "62.50", batch: ($0, "\($0)-1", 3)),
          Booking(
            amount: "12.50", direction: "DBIT", payments: [.init(endToEndID: "M-1-0", amount: "12.50")],
            day: "2026-12-07", code: ("PMNT", "IDDT", "PRDD")),
          Booking(
            amount: "12.50", payments: [.init(endToEndID: "M-1-0", amount: "12.50")], day: "2026-12-08",
            code: ("PMNT", "IDDT", "PRDD")),
        ]
      },
      states: ["settled", "settled", "settled"],
      entries: [
        "applied payment information id + sum", "applied end-to-end id + amount", "applied end-to-end id + amount",
      ]),
    Case(
      name: "credited with its block, returned, and credited again without a word",
      report: {
        [
          Booking(amount: "62.50", batch: ($0, "\($0)-1", 3)),
          Booking(
            amount: "12.50", direction: "DBIT", payments: [.init(endToEndID: "M-1-0", amount: "12.50", reason: "AM04")],
            day: "2026-12-07", code: ("PMNT", "IDDT", "UPDD")),
          Booking(amount: "12.50", payments: [.init(endToEndID: "M-1-0", amount: "12.50")], day: "2026-12-08"),
        ]
      },
      states: ["returned", "settled", "settled"],
      entries: [
        "applied payment information id + sum", "applied end-to-end id + amount",
        "open again: credited with its block on another day",
      ]),
    Case(
      name: "a refusal told for information, and the batch without it",
      report: {
        [
          Booking(amount: "50.00", batch: ($0, "\($0)-1", 2)),
          Booking(
            amount: "12.50", direction: "DBIT", status: "INFO",
            payments: [.init(endToEndID: "M-1-0", amount: "12.50", reason: "AC01")], code: ("PMNT", "IDDT", "UPDD")),
        ]
      },
      states: ["rejected", "settled", "settled"],
      entries: ["applied payment information id + sum", "applied end-to-end id + amount"]),
    Case(
      name: "a refusal told for information, and all the same credited and debited",
      report: {
        [
          Booking(
            amount: "12.50", direction: "DBIT", status: "INFO",
            payments: [.init(endToEndID: "M-1-0", amount: "12.50", reason: "AC01")], code: ("PMNT", "IDDT", "UPDD")),
          Booking(amount: "62.50", batch: ($0, "\($0)-1", 3)),
          Booking(
            amount: "12.50", direction: "DBIT", payments: [.init(endToEndID: "M-1-0", amount: "12.50", reason: "AC01")],
            day: "2026-12-07", code: ("PMNT", "IDDT", "UPDD")),
        ]
      },
      states: ["returned", "settled", "settled"],
      entries: [
        "applied end-to-end id + amount", "applied payment information id + sum", "applied end-to-end id + amount",
      ]),
    Case(
      name: "a debit told for information, with no reason",
      report: { _ in
        [
          Booking(
            amount: "12.50", direction: "DBIT", status: "INFO", payments: [.init(endToEndID: "M-1-0", amount: "12.50")],
            code: ("PMNT", "IDDT", "UPDD"))
        ]
      },
      states: ["submitted", "submitted", "submitted"], entries: []),
    Case(
      name: "a fee with all ids of a payment, and its amount",
      report: {
        [
          Booking(
            amount: "12.50", direction: "DBIT",
            payments: [.init(endToEndID: "M-1-0", mandate: "M-1", message: $0, block: "\($0)-1", amount: "12.50")],
            code: ("PMNT", "IDDT", "CHRG"))
        ]
      },
      states: ["submitted", "submitted", "submitted"],
      entries: ["foreign no direct debit of ours: PMNT/IDDT/CHRG"]),
    Case(
      name: "a transfer that quotes our id",
      report: { _ in [Booking(amount: "12.50", payments: [.init(endToEndID: "M-1-0")], code: ("PMNT", "RCDT", "ESCT"))] },
      states: ["submitted", "submitted", "submitted"], entries: ["foreign no direct debit of ours: PMNT/RCDT/ESCT"]),
    Case(
      name: "fees and cards",
      report: { _ in
        [
          Booking(amount: "3.00", direction: "DBIT", code: ("ACMT", "MDOP", "CHRG")),
          Booking(amount: "80.00", direction: "DBIT", code: ("PMNT", "CCRD", "POSD")),
        ]
      },
      states: ["submitted", "submitted", "submitted"],
      entries: ["foreign no direct debit of ours: ACMT/MDOP/CHRG", "foreign no direct debit of ours: PMNT/CCRD/POSD"]),
    Case(
      name: "somebody else's direct debit", report: { _ in [paid(.init(endToEndID: "THEIRS", mandate: "T-1", amount: "12.50"))] },
      states: ["submitted", "submitted", "submitted"], entries: ["open unknown: names no collection and no block"]),
    Case(
      name: "a code that says nothing, and no reference", report: { _ in [Booking(amount: "12.50", code: nil)] },
      states: ["submitted", "submitted", "submitted"], entries: ["open unknown"]),
  ]

  @Test(arguments: cases) func `an entry finds its collection or says why not`(_ example: Case) async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50", "20.00", "30.00"])
    let message = try #require(try await bench.sealAndSubmit().first)
    try await bench.apply(BankStatement.text(example.report(message), id: "S-1"))
    let states = try await bench.states()
    #expect(["M-1-0", "M-1-1", "M-1-2"].map { states[$0] ?? "" } == example.states)
    let entries = try await bench.session.run(
      """
      SELECT concat_ws(' ', disposition, coalesce(verdict, CASE disposition WHEN 'foreign' THEN note ELSE matched_by END))
      FROM sepad.inbound_entry WHERE disposition <> 'informational' ORDER BY file_id, ordinal
      """
    ).rows.map { $0[0] ?? "" }
    #expect(entries.count == example.entries.count, "\(entries)")
    for (found, expected) in zip(entries, example.entries) { #expect(found.hasPrefix(expected)) }
    // What moved says by which rule; nothing else moved.
    let ruleless = try await bench.session.one(
      "SELECT count(*) FROM sepad.payment_event WHERE inbound_file_id IS NOT NULL AND rule IS NULL")
    #expect(try ruleless.integer(0) == 0)
  }

  @Test func `charges are kept apart from the principal`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    _ = try await bench.sealAndSubmit()
    let payment = Booking.Payment(endToEndID: "M-1-0", amount: "15.50", instructed: "12.50", reason: "AM04")
    try await bench.apply(
      BankStatement.text(
        [Booking(amount: "15.50", direction: "DBIT", payments: [payment], code: ("PMNT", "IDDT", "UPDD"))], id: "S-1"))
    let row = try await bench.session.one(
      "SELECT principal_cents, charges_cents FROM sepad.inbound_entry WHERE collection_id IS NOT NULL")
    #expect(try row.integer(0) == 1250)
    #expect(try row.integer(1) == 300)
  }

  @Test(arguments: [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]])
  func `a second credit without a word waits for a person, whichever is told first`(order: [Int]) async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50", "20.00", "30.00"])
    let file = try #require(try await bench.sealAndSubmit().first)
    let payment = Booking.Payment(endToEndID: "M-1-0", amount: "12.50")
    let told = [
      Booking(amount: "62.50", batch: (file, "\(file)-1", 3)),
      Booking(
        amount: "12.50", direction: "DBIT", payments: [payment], day: "2026-12-07", code: ("PMNT", "IDDT", "UPDD")),
      Booking(amount: "12.50", payments: [payment], day: "2026-12-08"),
    ]
    for number in order { try await bench.apply(BankStatement.text([told[number]], id: "S-\(number)")) }
    #expect(try await bench.states()["M-1-0"] == "returned")
    let open = try await bench.session.run("SELECT verdict FROM sepad.inbound_entry WHERE disposition = 'open'").rows
    #expect(open.map { $0[0] } == ["again: credited with its block on another day"])
  }

  @Test(arguments: [false, true])
  func `a return, its undoing and a return once more in one report end as the last day says`(isReversed: Bool) async throws {
    let payment = Booking.Payment(endToEndID: "M-1-0", amount: "12.50")
    let later = [
      Booking(amount: "12.50", direction: "DBIT", payments: [payment], day: "2026-12-07"),
      Booking(amount: "12.50", payments: [payment], reversal: true, day: "2026-12-08"),
      Booking(amount: "12.50", direction: "DBIT", payments: [payment], day: "2026-12-09"),
    ]
    for (bookings, end) in [(later.dropLast(), "settled"), (later[...], "returned")] {
      let bench = try await Bench()
      try await bench.request(amounts: ["12.50"])
      _ = try await bench.sealAndSubmit()
      try await bench.apply(BankStatement.text([Booking(amount: "12.50", payments: [payment])], id: "S-1"))
      try await bench.apply(BankStatement.text(isReversed ? bookings.reversed() : Array(bookings), id: "S-2"))
      #expect(try await bench.states() == ["M-1-0": end])
      let open = try await bench.session.run("SELECT verdict FROM sepad.inbound_entry WHERE disposition = 'open'").rows
      #expect(open.isEmpty, "\(open)")
    }
  }

  @Test(arguments: ["CRDT", "DBIT"])
  func `the same money on two days waits for a person, in one report too`(direction: String) async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    _ = try await bench.sealAndSubmit()
    let bookings = ["2026-12-07", "2026-12-08"].map { day in
      Booking(
        amount: "12.50", direction: direction, payments: [.init(endToEndID: "M-1-0", amount: "12.50")], day: day)
    }
    try await bench.apply(BankStatement.text(bookings, id: "S-1"))
    #expect(try await bench.states() == ["M-1-0": direction == "CRDT" ? "settled" : "returned"])
    let open = try await bench.session.run(
      "SELECT booked_on, verdict FROM sepad.inbound_entry WHERE disposition = 'open'").rows
    #expect(open.map { $0[0] } == ["2026-12-08"])
    #expect(open.map { $0[1] } == ["again: \(direction == "CRDT" ? "credited" : "debited") on another day already"])
  }

  @Test(arguments: [
    ("CNCL", "", "rejected"), ("PECR", "", "submitted"), ("PECR", "ACCR", "rejected"), ("CNCL", "RJCR", "submitted"),
  ])
  func `a cancellation is confirmed by the payment's status, else by the message's`(
    message: String, payment: String, end: String
  ) async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    let file = try #require(try await bench.sealAndSubmit().first)
    try await bench.apply(
      """
      <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.029.001.09"><RsltnOfInvstgtn><Assgnmt><Id>C-1</Id>\
      <CreDtTm>2026-12-02T08:00:00</CreDtTm></Assgnmt><Sts><Conf>\(message)</Conf></Sts><CxlDtls><OrgnlGrpInfAndSts>\
      <OrgnlMsgId>\(file)</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId></OrgnlGrpInfAndSts>\
      <OrgnlPmtInfAndSts><OrgnlPmtInfId>\(file)-1</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>M-1-0</OrgnlEndToEndId>\
      \(payment.isEmpty ? "" : "<TxCxlSts>\(payment)</TxCxlSts>")</TxInfAndSts></OrgnlPmtInfAndSts></CxlDtls>\
      </RsltnOfInvstgtn></Document>
      """)
    #expect(try await bench.states() == ["M-1-0": end])
  }

  @Test func `an account that is not collected to is foreign`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    _ = try await bench.sealAndSubmit()
    try await bench.apply(
      BankStatement.text([Self.paid(.init(endToEndID: "X"))], id: "S-1", account: "DE02120300000000202051"))
    let row = try await bench.session.one("SELECT disposition FROM sepad.inbound_entry WHERE disposition <> 'informational'")
    #expect(row[0] == "foreign")
  }

  @Test func `the same end-to-end id of two creditors means none of them when both fit`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    try await bench.requestForSecondCreditor(amount: "12.50", endToEndID: "M-1-0")
    _ = try await bench.sealAndSubmit()
    try await bench.apply(
      BankStatement.text([Self.paid(.init(endToEndID: "M-1-0"))], id: "S-1", account: "FR7630006000011234567890189"))
    // The account tells them apart.
    #expect(try await bench.session.one("SELECT count(*) FROM sepad.collection_status WHERE state = 'settled'").integer(0) == 1)
    let text = BankStatement.text([Self.paid(.init(endToEndID: "M-1-0"))], id: "S-2")
      .replacingOccurrences(of: "<Acct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></Acct>", with: "")
    try await bench.apply(text)
    let verdict = try await bench.session.one("SELECT verdict FROM sepad.inbound_entry WHERE disposition = 'open'")
    #expect(verdict[0] == "ambiguous: 2 collections fit")
  }
}
