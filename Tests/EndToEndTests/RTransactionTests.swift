import Foundation
import TestSupport
import Testing

/// Every R-transaction of both schemes, told in every way by banks of every manner, to sepad as it is installed.
@Suite("R-transactions")
struct RTransactionTests {
  /// Up to the last word about a CORE refund, told late.
  private static let days = [4, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18, 21, 22]

  @Test("end in the right state, and what a person must decide stays open")
  func everyOneEndsRight() async throws {
    let manners = [("batch", "all"), ("single", "all"), ("batch", "none"), ("single", "none"), ("batch", "refusals")]
      .map { ManyBanks.Manner(booking: $0.0, answers: $0.1) }
    let banks = try await ManyBanks(manners)
    let cases = RTransaction.all(manners)
    try hand(cases, to: banks)
    for day in Self.days {
      try banks.set(clock: "2026-12-\(day < 10 ? "0" : "")\(day)T07:00:00Z")
      try banks.settle()
    }
    let wrong = try judge(cases, banks)
    #expect(wrong == 0)
    let reconciled = try banks.sepad("reconcile", "--by", "block")
    #expect(reconciled.hasSuffix("all of it adds up\n"), "\(reconciled)")
    #expect(try banks.sql("SELECT remote_name, fault FROM sepad.inbound_file WHERE state <> 'applied'") == [])
    for manner in manners {
      let violations = banks.directory.appending("\(manner.name)/state/violations.log")
      #expect(bytes(ofFile: violations) == [])
    }
  }

  private func hand(_ cases: [RTransaction], to banks: ManyBanks) throws {
    let directory = banks.directory
    let scenario = cases.map { "\($0.name) \($0.behaviour)\n" }.joined()
    try directory.write("scenario", Array(scenario.utf8))
    var mandates = "request_key;creditor;mandate_reference;scheme;signed_on;debtor_name;iban\n"
    for (index, scheme) in RTransaction.Scheme.allCases.map(\.rawValue).enumerated() {
      let iban = ManyBanks.germanIBAN(account: 1000 + index)
      mandates += "m-\(scheme);acme;RUM-\(scheme);\(scheme);2026-01-05;Debtor \(scheme);\(iban)\n"
    }
    var collections = "request_key;creditor;account;mandate_reference;amount;due_date;end_to_end_id\n"
    for one in cases {
      let mandate = "RUM-\(one.scheme.rawValue)"
      collections += "\(one.name);acme;\(one.manner.name);\(mandate);\(one.amount);\(one.dueDate);\(one.name)\n"
    }
    try banks.set(clock: "2026-12-04T06:00:00Z")
    try banks.sepad("migrate")
    try banks.sepad("import", "mandates", try directory.write("mandates.csv", Array(mandates.utf8)))
    try banks.sepad("import", "collections", try directory.write("collections.csv", Array(collections.utf8)))
  }

  /// Compares and prints every case.
  /// - Returns: how many ended otherwise than they should.
  private func judge(_ cases: [RTransaction], _ banks: ManyBanks) throws -> Int {
    let rows = try banks.sql(
      """
      SELECT c.end_to_end_id, s.state, b.payment_information_id FROM sepad.collection c
      JOIN sepad.collection_status s ON s.collection_id = c.id
      LEFT JOIN sepad.file_item i ON i.collection_id = c.id AND i.live
      LEFT JOIN sepad.payment_block b ON b.id = i.block_id
      """)
    let found = Dictionary(uniqueKeysWithValues: rows.map { ($0[0], (state: $0[1], block: $0[2])) })
    // What names no payment is a matter of its block.
    let open = try banks.sql(
      """
      SELECT coalesce(end_to_end_id, payment_information_id, 'nobody'), kind, verdict FROM sepad.inbound_entry
      WHERE disposition = 'open'
      """)
    var openOf: [String: Set<String>] = [:]
    for row in open { openOf[row[0], default: []].insert(row[2]) }
    var explained: Set<String> = []
    var wrong = 0
    print("scheme  booking  pain.002  kind                        variant      expected  found")
    for one in cases {
      let end = found[one.name]
      let verdicts = (openOf[one.name] ?? []).union(
        one.verdict?.hasPrefix("mismatch: batch") == true ? openOf[end?.block ?? ""] ?? [] : [])
      explained.formUnion([one.name] + (one.verdict?.hasPrefix("mismatch: batch") == true ? [end?.block ?? ""] : []))
      let expected = one.end + (one.verdict == nil ? "" : " + a person")
      let seen = (end?.state ?? "lost") + (verdicts.isEmpty ? "" : " + a person")
      let isRight = expected == seen && verdicts.allSatisfy { $0.hasPrefix(one.verdict ?? "?") }
      if !isRight { wrong += 1 }
      let cells = [
        (one.scheme.rawValue, 8), (one.manner.booking, 9), (one.manner.answers, 10), (one.kind, 28),
        (one.variant.rawValue, 13), (expected, 10), (seen, 10),
      ]
      print(
        cells.map { $0.0.padding(toLength: max($0.1, $0.0.count + 1), withPad: " ", startingAt: 0) }.joined()
          + (isRight ? "" : "WRONG \(verdicts.sorted()) \(one.name)"))
    }
    let strays = openOf.filter { !explained.contains($0.key) }
    #expect(strays.isEmpty, "open, and of no case that leaves anything open: \(strays)")
    print("\(cases.count) R-transactions, \(wrong) wrong")
    return wrong
  }
}
