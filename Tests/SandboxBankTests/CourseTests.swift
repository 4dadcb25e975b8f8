import Foundation
import ISO20022
import SEPA
import SandboxBank
import TestSupport
import Testing

/// A file with one payment for each behaviour, all of one block, and a bank that does as told.
private func folder(
  _ behaviours: [String], scheme: String = "CORE", booking: Booking = .batch, answers: Answers = .all
) throws -> BankFolder {
  let folder = try BankFolder()
  folder.options.booking = booking
  folder.options.answers = answers
  folder.options.scenario = try Scenario(
    text: behaviours.enumerated().map { "MSG-1-E0.\($0) \($1)\n" }.joined())
  let amounts = behaviours.indices.map { Int64(10_000 + 1000 * $0) }
  try folder.submit("a.xml", try collectionFile(scheme: scheme, [amounts]))
  return folder
}

/// The day of the file, and one after the last word: a clock that jumps gives the same reports.
private let days = ["2026-12-01T07:00:00Z", "2026-12-22T07:00:00Z"]

extension BankFolder {
  fileprivate func tellAll() throws {
    for day in days { try work(until: day) }
  }

  /// Each booking or word about a payment: `day of the report: what`, in order of reports.
  fileprivate func told() throws -> [String] {
    var told: [String] = []
    for name in names("outbox") {
      let records = try records(in: name)
      for record in records {
        guard let what = Self.words(record) else { continue }
        told.append("\((records[0].createdAt ?? "").dropFirst(8).prefix(2)): \(what)")
      }
    }
    return told.sorted()
  }

  private static func words(_ record: ReportRecord) -> String? {
    switch record.kind {
    case .transactionStatus: return "pain.002 \(record.status ?? "") \(record.reasonCode ?? "")"
    case .cancellationStatus: return "camt.029 \(record.status ?? "")"
    case .entry:
      let cents = record.amountCents.map { Cents($0).decimalText } ?? "-"
      let code = record.bankTransactionCode?.suffix(4) ?? ""
      return [
        (record.creditDebit == .credit ? "+" : "-") + cents, record.status == "INFO" ? "INFO" : "",
        record.isReversal ? "RVSL" : "", String(code), "of \(record.bookingDay?.suffix(2) ?? "")",
      ].filter { !$0.isEmpty }.joined(separator: " ")
    default: return nil
    }
  }
}

@Suite struct CourseTests {
  @Test(arguments: [
    "reject AC01", "reject AC01 booked", "reject AC01 informed late", "reject AC01 gross charged",
    "refuse SL01 fee early", "cancel CNCL twice", "return AM04 after 3 batched compensated late",
    "refund MD06 named-fee partial coded again",
    "reversal after 400 together charged undone twice", "settle", "never", "refuse-file",
  ])
  func aBehaviourReadsAsItIsWritten(text: String) {
    #expect(Behaviour(text)?.description == text)
  }

  @Test(arguments: [
    "settle late", "reject", "reject AC01 informed charged", "reject AC01 booked gross", "reject AC01 undone",
    "refuse MS02 partial", "cancel", "cancel AC01", "cancel ACCR booked", "return AM04 after", "return AM04 after 0",
    "return AM04 after 401", "return AM04 late early", "return AM04 together unnamed", "return AM04 charged fee",
    "return AM04 booked", "return AM04 undone again", "return AM04 unmarked",
    "return AM04 late late", "reversal AM04", "refund", "reject AC01 after 2",
  ])
  func whatMakesNoSenseTogetherIsNoBehaviour(text: String) { #expect(Behaviour(text) == nil) }

  // Collected on Thursday the 3rd; the next TARGET days are 4, 7, 8, 9, 10, 11, 14.
  @Test(arguments: [
    ("reject AC01 booked", ["03: +100.00 ESDD of 03", "03: -100.00 UPDD of 03"]),
    ("reject AC01 informed", ["03: -100.00 INFO UPDD of 03"]),
    ("reject AC01 gross charged", ["01: pain.002 RJCT AC01", "03: +100.00 ESDD of 03", "03: -103.50 UPDD of 03"]),
    ("reject AC01 late", ["07: pain.002 RJCT AC01"]),
    ("reject AC01 early fee", ["03: -3.50 CHRG of 03", "04: pain.002 RJCT AC01"]),
    ("reject AC01 twice", ["01: pain.002 RJCT AC01", "02: pain.002 RJCT AC01"]),
    ("refuse SL01", ["02: pain.002 RJCT SL01"]),
    ("refuse SL01 twice", ["02: pain.002 RJCT SL01", "03: pain.002 RJCT SL01"]),
    ("cancel ACCR", ["02: camt.029 ACCR"]),
    ("cancel CNCL late", ["07: camt.029 CNCL"]),
    ("cancel RJCR", ["02: camt.029 RJCR", "03: +100.00 ESDD of 03"]),
    ("return AM04", ["03: +100.00 ESDD of 03", "07: -100.00 UPDD of 07"]),
    ("return AM04 after 5 late", ["03: +100.00 ESDD of 03", "15: -100.00 UPDD of 10"]),
    ("return AM04 twice", ["03: +100.00 ESDD of 03", "07: -100.00 UPDD of 07", "08: -100.00 UPDD of 07"]),
    ("return AM04 early", ["07: -100.00 UPDD of 07", "08: +100.00 ESDD of 03"]),
    ("refund MD06 compensated", ["03: +100.00 ESDD of 03", "08: -100.37 UPDD of 08"]),
    ("refund MD06 partial undone", ["03: +100.00 ESDD of 03", "08: -50.00 UPDD of 08", "09: +100.00 RVSL UPDD of 09"]),
    ("return AM04 again", [
      "03: +100.00 ESDD of 03", "07: -100.00 UPDD of 07", "08: +100.00 UPDD of 08", "09: -100.00 UPDD of 09",
    ]),
    ("return AM04 undone unmarked", [
      "03: +100.00 ESDD of 03", "07: -100.00 UPDD of 07", "08: +100.00 ESDD of 08",
    ]),
    ("reversal undone", ["03: +100.00 ESDD of 03", "04: -100.00 RVSL ESDD of 04", "07: +100.00 RVSL ESDD of 07"]),
    ("reversal coded undone", ["03: +100.00 ESDD of 03", "04: -100.00 PRDD of 04", "07: +100.00 PRDD of 07"]),
    ("return AM04 named-fee", ["03: +100.00 ESDD of 03", "07: -100.00 UPDD of 07", "07: -3.50 CHRG of 07"]),
  ] as [(String, [String])])
  func eachIsToldOnItsDays(behaviour: String, expected: [String]) throws {
    let folder = try folder([behaviour])
    try folder.tellAll()
    #expect(try folder.told() == expected.sorted())
    #expect(try folder.violations() == [])
  }

  @Test func severalOfABlockAreDebitedInOneSum() throws {
    let folder = try folder([
      "return AM04 together", "return MS03 together charged", "return MD01 batched", "return AC04 batched",
      "return MD01 unnamed", "return MD01 unnamed", "return MD01", "reversal after 2 together",
    ])
    try folder.tellAll()
    let records = try folder.records(in: "camt054-MSG-1-000001-20261203-returns.xml")
    let entries = records.filter { $0.kind == .entry }
    let cents: [Int64] = [16_000, 21_350, 17_000, 25_000, 29_000]
    #expect(entries.map { $0.amountCents ?? 0 } == cents)
    #expect(entries.map { $0.batches.first?.transactions } == [nil, nil, nil, 2, 2])
    let named: [[String]] = entries.map { entry in
      records.filter { $0.parentOrdinal == entry.ordinal }.map { $0.reasonCode ?? "-" }
    }
    #expect(named == [["MD01"], ["AM04", "MS03"], ["-"], ["MD01", "AC04"], []])
    let dearer = try #require(records.first { $0.reasonCode == "MS03" })
    #expect(dearer.amountCents == 11_350 && dearer.originalAmount?.cents == 11_000 && dearer.chargesCents == 350)
  }

  @Test func aBatchLeavesOutWhatWasRefusedInAnyWay() throws {
    let folder = try folder(
      [
        "settle", "reject AC01", "reject AC01 informed", "refuse MS02", "cancel ACCR", "reject AC01 gross",
        "cancel RJCR",
      ], booking: .mixed)
    try folder.tellAll()
    let entry = try folder.records(in: "camt054-MSG-1-000001-20261203.xml").first { $0.kind == .entry }
    #expect(entry?.amountCents == 41_000)
    #expect(entry?.batches.first?.transactions == 3)
  }

  @Test(arguments: [
    (Answers.all, ["reject AC01", "settle"], ["PART", "PART", "RJCT"]), (.all, ["settle"], ["ACCP", "ACCP"]),
    (.refusals, ["reject AC01", "settle"], ["-", "PART", "RJCT"]), (.refusals, ["settle"], []),
    (.none, ["reject AC01", "settle"], []),
  ] as [(Answers, [String], [String])])
  func aBankAnswersAsMuchAsItWants(answers: Answers, behaviours: [String], statuses: [String]) throws {
    let folder = try folder(behaviours, answers: answers)
    try folder.work()
    let found = try folder.names("outbox").flatMap { try folder.records(in: $0).dropFirst().map { $0.status ?? "-" } }
    #expect(found == statuses)
    // What it was told when it judged holds, whatever it is told later.
    folder.options.answers = .all
    try folder.tellAll()
    #expect(folder.names("outbox").contains { $0.hasPrefix("pain002") } == !statuses.isEmpty)
  }

  @Test(arguments: [("CORE", Booking.batch), ("B2B", .single)] as [(String, Booking)])
  func everythingItCanSayIsValidBySchema(scheme: String, booking: Booking) throws {
    let everything = Self.everything
    #expect(everything.count > 300)
    let folder = try folder(everything, scheme: scheme, booking: booking)
    try folder.tellAll()
    for type in ["camt.054.001.08", "camt.029.001.09", "pain.002.001.10"] {
      let prefix = type.split(separator: ".").prefix(2).joined()
      let names = folder.names("outbox").filter { $0.hasPrefix(prefix) }.map { "outbox/\($0)" }
      #expect(!names.isEmpty)
      guard let schema = schemaPath(type) else { continue }
      #expect(try run(["xmllint", "--noout", "--nonet", "--schema", schema] + names, in: folder.url) == 0, "\(type)")
    }
  }

  /// Every kind with every word alone, and with every two words that go together.
  private static var everything: [String] {
    let words = [""] + Behaviour.Word.allCases.map { " " + $0.rawValue }
    return [
      "settle", "late", "twice", "never", "reject AC01", "refuse MS02", "cancel ACCR", "cancel CNCL", "cancel RJCR",
      "return AM04", "refund MD06", "reversal",
    ].flatMap { kind in
      words.flatMap { first in words.map { "\(kind)\(first)\($0)" } }
    }.compactMap { Behaviour($0)?.description }.reduce(into: (Set<String>(), [String]())) { found, text in
      if found.0.insert(text).inserted { found.1.append(text) }
    }.1
  }

  private struct Crash: Error {}

  @Test(arguments: [Bank.Point.judged, .drafted, .publicationRecorded])
  func aCrashChangesNothingOfIt(point: Bank.Point) throws {
    let behaviours = [
      "settle", "reject AC01 late", "reject AC04 booked early", "refuse SL01 twice", "cancel CNCL",
      "return AM04 charged", "refund MD06 undone late", "reversal together", "reversal together",
    ]
    let calm = try folder(behaviours)
    try calm.tellAll()
    let expected = try calm.outbox()
    #expect(expected.count > 10)
    final class Countdown { var left: Int; init(_ left: Int) { self.left = left } }
    for count in 1...(point == .judged ? 1 : expected.count) {
      let folder = try folder(behaviours)
      let countdown = Countdown(count)
      for day in days {
        folder.now = try Instant(iso: day)
        do {
          let bank = try Bank(folder.options) { reached in
            guard reached == point else { return }
            countdown.left -= 1
            if countdown.left == 0 { throw Crash() }
          }
          while try bank.step(at: folder.now) {}
        } catch is Crash {
          try folder.work()
        }
      }
      #expect(countdown.left <= 0)
      #expect(try folder.outbox() == expected, "\(point) \(count)")
    }
  }
}
