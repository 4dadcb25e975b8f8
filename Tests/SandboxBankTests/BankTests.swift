import Foundation
import ISO20022
import SEPA
import SandboxBank
import TestSupport
import Testing

private let status = "pain002-MSG-1-000001.xml"
private let credit = "camt054-MSG-1-000001-20261203.xml"
private let returns = "camt054-MSG-1-000001-20261203-returns.xml"

@Suite struct BankTests {
  @Test func aFileIsAnsweredBookedAndPartlyReturnedOnItsDays() throws {
    let folder = try BankFolder()
    try folder.submit("a.xml", try collectionFile([[1000, 1051, 1061], [2000]]))
    try folder.work()
    #expect(folder.names("inbox") == [] && folder.names("archive") == ["a.xml"])
    #expect(folder.names("outbox") == [status])
    let answer = try folder.records(in: status)
    #expect(answer.map(\.kind) == [.documentHeader, .groupStatus, .blockStatus, .transactionStatus, .blockStatus])
    #expect(answer.map(\.status) == [nil, "PART", "PART", "RJCT", "ACCP"])
    #expect(answer[1].originalMessageID == "MSG-1" && answer[1].originalMessageName == "pain.008.001.08")
    #expect(answer[3].originalEndToEndID == "MSG-1-E0.1" && answer[3].reasonCode == "AC01" && answer[3].mandateID == "RUM-0.1")

    try folder.work(until: "2026-12-02T23:59:59Z")
    #expect(folder.names("outbox") == [status])
    try folder.work(until: "2026-12-03T00:00:00Z")
    #expect(folder.names("outbox") == [credit, status])
    let entries = try folder.records(in: credit).filter { $0.kind == .entry }
    #expect(entries.map(\.amountCents) == [2061, 2000], "net of the rejected one")
    #expect(entries.map { $0.batches.first?.transactions } == [2, 1])
    #expect(entries.map(\.originalPaymentInformationID) == ["MSG-1-0", "MSG-1-1"])
    #expect(entries.allSatisfy { $0.creditDebit == .credit && $0.bookingDay == "2026-12-03" && $0.status == "BOOK" })
    #expect(entries.allSatisfy { $0.bankTransactionCode == "PMNT/IDDT/BBDD" })

    // Two TARGET days after Thursday.
    try folder.work(until: "2026-12-06T23:59:59Z")
    #expect(folder.names("outbox").count == 2)
    try folder.work(until: "2026-12-07T08:00:00Z")
    #expect(folder.names("outbox") == [returns, credit, status].sorted())
    let returned = try folder.records(in: returns)
    #expect(returned.map(\.kind) == [.documentHeader, .statement, .entry, .transaction])
    #expect(returned[3].originalEndToEndID == "MSG-1-E0.2" && returned[3].mandateID == "RUM-0.2")
    #expect(returned[3].reasonCode == "AM04" && returned[3].hasReturnInformation && returned[3].creditDebit == .debit)
    #expect(returned[2].amountCents == 1061 && returned[2].bankTransactionCode == "PMNT/IDDT/UPDD")
    #expect(returned[2].bookingDay == "2026-12-07")
    #expect(try folder.violations() == [])
    try folder.work(until: "2030-01-01T00:00:00Z")
    #expect(folder.names("outbox").count == 3)
  }

  @Test(arguments: [(1000, "ACCP"), (1051, "RJCT"), (1073, "ACCP"), (1072, "ACCP"), (1071, "ACCP"), (1099, "RJCT")] as [(Int64, String)])
  func theGroupStatusFollowsTheBlocks(amount: Int64, expected: String) throws {
    let folder = try BankFolder()
    try folder.submit("a.xml", try collectionFile([[amount]]))
    try folder.work()
    let group = try folder.records(in: status)[1]
    #expect(group.status == expected)
    #expect(group.reasonCode == (amount == 1099 ? "FF01" : nil))
  }

  @Test(arguments: Booking.allCases)
  func creditsComeAsTheyAreBooked(booking: Booking) throws {
    let folder = try BankFolder()
    folder.options.booking = booking
    try folder.submit("a.xml", try collectionFile(scheme: "CORE", [[1000, 1151, 1200], [2000, 2100]]))
    try folder.work(until: "2026-12-02T00:00:00Z")
    try folder.work(until: "2026-12-03T07:00:00Z")
    let records = try folder.records(in: credit)
    let expected: [Int64] =
      switch booking {
      case .batch: [2200, 4100]
      case .single: [1000, 1200, 2000, 2100]
      case .alternate: [2200, 2000, 2100]
      case .mixed: [2200, 4100]
      }
    #expect(records.filter { $0.kind == .entry }.map(\.amountCents) == expected)
    let details = records.filter { $0.kind == .transaction }
    #expect(details.map(\.originalEndToEndID) == [
      .batch: [], .single: ["MSG-1-E0.0", "MSG-1-E0.2", "MSG-1-E1.0", "MSG-1-E1.1"], .alternate: ["MSG-1-E1.0", "MSG-1-E1.1"],
      .mixed: [],
    ][booking])
    #expect(details.allSatisfy { $0.originalMessageID == "MSG-1" && $0.bankTransactionCode == "PMNT/IDDT/ESDD" })
  }

  @Test(arguments: [(1071, 2), (1073, 2), (1051, 0)] as [(Int64, Int)])
  func aMixedBankNamesThePaymentsOfABlockThatIsNotCreditedWhole(amount: Int64, named: Int) throws {
    let folder = try BankFolder()
    folder.options.booking = .mixed
    try folder.submit("a.xml", try collectionFile([[1000, 1100, amount]]))
    try folder.work(until: "2026-12-02T12:00:00Z")
    try folder.work(until: "2026-12-03T12:00:00Z")
    #expect(try folder.records(in: credit).filter { $0.kind == .transaction }.count == named)
  }

  @Test func aBlockThatWantsNoBatchIsBookedSingly() throws {
    let folder = try BankFolder()
    try folder.submit("a.xml", try collectionFile(batchBooking: false, [[1000, 1100]]))
    try folder.work(until: "2026-12-02T12:00:00Z")
    try folder.work(until: "2026-12-03T12:00:00Z")
    #expect(try folder.records(in: credit).filter { $0.kind == .transaction }.count == 2)
  }

  @Test func lateTwiceAndNeverAreWhatTheRulesSay() throws {
    let folder = try BankFolder()
    try folder.submit("a.xml", try collectionFile([[1000, 1071, 1072, 1073]]))
    try folder.work()
    let again = "pain002-MSG-1-000001-again.xml"
    #expect(folder.names("outbox") == [again, status])
    #expect(try folder.read("outbox/\(again)") == folder.read("outbox/\(status)"))
    #expect(try !folder.text("outbox/\(status)").contains("TxInfAndSts"))
    try folder.work(until: "2026-12-02T00:00:00Z")
    let late = try folder.records(in: "pain002-MSG-1-000001-late.xml")
    #expect(late.map(\.status) == [nil, nil, nil, "ACSP"] && late[3].originalEndToEndID == "MSG-1-E0.1")
    try folder.work(until: "2026-12-03T00:00:00Z")
    let entry = try folder.records(in: credit).first { $0.kind == .entry }
    #expect(entry?.amountCents == 2072, "neither the late one nor the one never answered")
    #expect(try folder.read("outbox/camt054-MSG-1-000001-20261203-again.xml") == folder.read("outbox/\(credit)"))
    try folder.work(until: "2026-12-04T00:00:00Z")
    let lateCredit = try folder.records(in: "camt054-MSG-1-000001-20261203-late.xml")
    #expect(lateCredit.filter { $0.kind == .transaction }.map(\.amountCents) == [1071])
    #expect(lateCredit.first { $0.kind == .entry }?.bookingDay == "2026-12-04")
    try folder.work(until: "2027-01-01T00:00:00Z")
    for name in folder.names("outbox") { #expect(try !folder.text("outbox/\(name)").contains("E0.3"), "\(name)") }
    #expect(try folder.violations() == [])
  }

  // What is changed in a good file, and the reason and violation that must follow.
  @Test(arguments: [
    ("<NbOfTxs>3</NbOfTxs>", "<NbOfTxs>4</NbOfTxs>", "AM18", "NbOfTxs"),
    ("<CtrlSum>60.00</CtrlSum>", "<CtrlSum>60.01</CtrlSum>", "AM10", "CtrlSum"),
    ("<NbOfTxs>2</NbOfTxs>", "<NbOfTxs>1</NbOfTxs>", "AM18", "NbOfTxs"),
    ("<CtrlSum>30.00</CtrlSum><PmtTpInf>", "<CtrlSum>30.10</CtrlSum><PmtTpInf>", "AM10", "CtrlSum"),
    ("<EndToEndId>MSG-1-E0.0</EndToEndId>", "", "FF01", "format"),
    ("<InstdAmt Ccy=\"EUR\">10.00<", "<InstdAmt Ccy=\"EUR\">ten<", "FF01", "format"),
    ("</CstmrDrctDbtInitn></Document>", "", "FF01", "format"),
    ("<IBAN>FR7630006000011234567890189</IBAN>", "<Othr><Id>1</Id></Othr>", "FF01", "format"),
    ("<MndtId>RUM-0.0<", "<MndtId>0123456789012345678901234567890123456789<", "FF01", "format"),
  ])
  func aFileThatContradictsItselfIsRefusedWhole(found: String, replacement: String, reason: String, rule: String) throws {
    let folder = try BankFolder()
    let bytes = try collectionFile([[1000, 2000], [3000]]) { $0.replacingOccurrences(of: found, with: replacement) }
    try folder.submit("a.xml", bytes)
    try folder.work()
    let records = try folder.records(in: status)
    #expect(records.map(\.status) == [nil, "RJCT"] && records[1].reasonCode == reason, "\(records[1].reasonText ?? "")")
    let violations = try folder.violations()
    #expect(violations.first?.contains("MSG-1: \(rule): ") == true, "\(violations)")
    try folder.work(until: "2027-01-01T00:00:00Z")
    #expect(folder.names("outbox") == [status])
  }

  @Test(arguments: [
    ("2026-12-05", "DT01", "collection date"), ("2026-12-25", "DT01", "collection date"),
    ("2026-11-30", "DT01", "collection date"), ("2026-12-01", "TM01", "lead time"), ("2026-12-02", nil, nil),
  ] as [(String, String?, String?)])
  func aBlockNeedsATargetDayAtLeastOneAhead(date: String, reason: String?, rule: String?) throws {
    let folder = try BankFolder()
    try folder.submit("a.xml", try collectionFile(date: date, [[1000]]))
    try folder.work()
    let block = try folder.records(in: status)[2]
    #expect(block.status == (reason == nil ? "ACCP" : "RJCT") && block.reasonCode == reason)
    #expect(try folder.violations().count == (rule == nil ? 0 : 1))
    if let rule { #expect(try folder.violations()[0].contains(": \(rule): ")) }
  }

  @Test func aFileOfASaturdayCountsAsOfMonday() throws {
    let folder = try BankFolder(at: "2026-12-05T10:00:00Z")
    try folder.submit("a.xml", try collectionFile(date: "2026-12-07", [[1000]]))
    try folder.submit("b.xml", try collectionFile(id: "MSG-2", date: "2026-12-08", [[1000]]))
    try folder.work()
    #expect(try folder.records(in: status)[2].reasonCode == "TM01")
    #expect(try folder.records(in: "pain002-MSG-2-000002.xml")[2].status == "ACCP")
  }

  @Test func repetitionsAreRefusedAndWrittenDown() throws {
    let folder = try BankFolder()
    let file = try collectionFile([[1000]])
    try folder.submit("a.xml", file)
    try folder.work()
    try folder.submit("a.xml", file)
    try folder.work()
    #expect(folder.names("archive") == ["a.xml", "a.xml.2"])
    let second = try folder.records(in: "pain002-MSG-1-000002.xml")
    #expect(second[1].status == "RJCT" && second[1].reasonCode == "AM05")
    #expect(try folder.violations().map { $0.contains("duplicate MsgId") } == [true])

    // Another message id, the same block id.
    try folder.submit("b.xml", try collectionFile([[1000]]) { $0.replacingOccurrences(of: "<MsgId>MSG-1<", with: "<MsgId>MSG-2<") })
    try folder.work()
    #expect(try folder.records(in: "pain002-MSG-2-000003.xml")[2].reasonCode == "AM05")
    // Other message and block ids, the same payment.
    try folder.submit(
      "c.xml",
      try collectionFile([[1000]]) {
        $0.replacingOccurrences(of: "<MsgId>MSG-1<", with: "<MsgId>MSG-3<").replacingOccurrences(of: "Id>MSG-1-0<", with: "Id>MSG-3-0<")
      })
    try folder.work()
    #expect(try folder.violations().count { $0.contains("duplicate payment") } == 1)
    #expect(try folder.violations().count == 3)
    let seen = try folder.text("state/seen.tsv").split(separator: "\n").map { $0.split(separator: "\t") }
    #expect(seen.map { $0[1] } == ["MSG-1", "MSG-1", "MSG-2", "MSG-3"])
    #expect(seen[0][0] == "2026-12-01T07:00:00Z" && seen[0][2] == "1" && seen[0][3] == "10.00" && seen[0][4].count == 64)
    #expect(seen[0][4] == seen[1][4] && seen[0][4] != seen[2][4])
  }

  @Test func whatIsNoCollectionFileIsSetAsideAndNothingStops() throws {
    let folder = try BankFolder()
    let hostile = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"b\">]><a>&b;</a>"
    for (name, text) in [("1", ""), ("2", "not XML"), ("3", hostile), ("4", "<Document/>")] {
      try folder.submit(name, Array(text.utf8))
    }
    try folder.submit("5.xml", try collectionFile([[1000]]))
    try folder.work()
    #expect(folder.names("refused") == ["1", "2", "3", "4"] && folder.names("archive") == ["5.xml"])
    #expect(folder.names("outbox") == ["pain002-MSG-1-000005.xml"])
    #expect(try folder.violations().count == 4)
  }

  @Test func unfinishedNamesAreLeftAlone() throws {
    let folder = try BankFolder()
    for name in ["a.xml.part", "b.tmp", "c.xml.p7s", ".hidden"] { try Data("x".utf8).write(to: folder.url.appendingPathComponent("inbox/\(name)")) }
    try folder.work()
    #expect(folder.names("inbox").count == 4 && folder.names("archive") == [])
    #expect(try BankStatus(root: folder.url.path, at: folder.now).isIdle)
  }

  @Test func aFileOutsideItsSchemaIsRefused() throws {
    guard let schema = schemaPath("pain.008.001.08") else { return }
    let folder = try BankFolder()
    folder.options.schemaPath = schema
    try folder.submit("a.xml", try collectionFile([[1000]]))
    try folder.submit("b.xml", try collectionFile(id: "MSG-2", [[1000]]) { $0.replacingOccurrences(of: "<ChrgBr>SLEV", with: "<ChrgBr>FREE") })
    try folder.work()
    #expect(try folder.records(in: status)[1].status == "ACCP")
    let refused = try folder.records(in: "pain002-MSG-2-000002.xml")
    #expect(refused[1].status == "RJCT" && refused[1].reasonCode == "FF01")
    #expect(try folder.violations().first?.contains("schema: ") == true)
  }

  @Test func aSignatureIsAskedForAndChecked() throws {
    let folder = try BankFolder()
    for name in ["us", "other"] {
      let made = try run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "\(name).key", "-out", "\(name).crt", "-days", "3650", "-subj", "/CN=\(name)"],
        in: folder.url)
      try #require(made == 0)
    }
    // The bank's time is the machine's here, as the certificates begin now.
    folder.now = Instant(seconds: Int64(Date().timeIntervalSince1970) + 60)
    folder.options.signatureCertificate = folder.path("us.crt")
    let today = folder.now.day
    let date = TARGETCalendar.adding(3, to: TARGETCalendar.next(onOrAfter: today)).iso
    for (id, signer, changed) in [("S-1", "us", false), ("S-2", nil, false), ("S-3", "other", false), ("S-4", "us", true)] as [(String, String?, Bool)] {
      let file = try collectionFile(id: id, date: date, [[1000]])
      try Data(file).write(to: folder.url.appendingPathComponent("plain"))
      if let signer {
        try run(
          ["openssl", "cms", "-sign", "-binary", "-in", "plain", "-signer", "\(signer).crt", "-inkey", "\(signer).key", "-outform", "DER", "-out", "inbox/\(id).xml.p7s"],
          in: folder.url)
      }
      try folder.submit("\(id).xml", changed ? try collectionFile(id: id, date: date, [[1100]]) : file)
    }
    try folder.work()
    let answers = try (1...4).map { try folder.records(in: "pain002-S-\($0)-00000\($0).xml")[1] }
    #expect(answers.map(\.status) == ["ACCP", "RJCT", "RJCT", "RJCT"])
    #expect(answers.map(\.reasonCode) == [nil, "DS0A", "DS0E", "DS0E"])
    #expect(folder.names("archive").count == 7 && folder.names("inbox") == [])
  }

  @Test func itsReportsAreValidBySchema() throws {
    let folder = try BankFolder()
    folder.options.booking = .alternate
    try folder.submit("a.xml", try collectionFile([[1000, 1051, 1061, 1071, 1072], [2052], [2000, 2062]]))
    try folder.submit("b.xml", try collectionFile(id: "A/b&c", [[1099]]))
    try folder.submit("c.xml", try collectionFile(id: "MSG-3", date: "2026-12-05", [[1000]]))
    try folder.work()
    for day in 2...9 { try folder.work(until: "2026-12-0\(day)T01:00:00Z") }
    #expect(folder.names("outbox").count == 9, "\(folder.names("outbox"))")
    for (prefix, type) in [("camt054", "camt.054.001.08"), ("pain002", "pain.002.001.10")] {
      guard let schema = schemaPath(type) else { continue }
      for name in folder.names("outbox") where name.hasPrefix(prefix) {
        #expect(try run(["xmllint", "--noout", "--nonet", "--schema", schema, "outbox/\(name)"], in: folder.url) == 0, "\(name)")
      }
    }
  }

  @Test func theStatusTellsWhatIsToCome() throws {
    let folder = try BankFolder()
    func json() throws -> String { try BankStatus(root: folder.url.path, at: folder.now).json }
    #expect(try json() == #"{"taken":0,"waiting":0,"pending":0,"nextDue":null,"violations":0,"idle":true}"#)
    try folder.work()
    try folder.submit("a.xml", try collectionFile([[1000, 1061]]))
    #expect(try json() == #"{"taken":0,"waiting":1,"pending":0,"nextDue":null,"violations":0,"idle":false}"#)
    try folder.work()
    #expect(try json() == #"{"taken":1,"waiting":0,"pending":2,"nextDue":"2026-12-03T00:00:00Z","violations":0,"idle":true}"#)
    folder.now = try Instant(iso: "2026-12-03T00:00:00Z")
    #expect(try json().hasSuffix(#""idle":false}"#))
    try folder.work()
    #expect(try json().contains(#""pending":1,"nextDue":"2026-12-07T00:00:00Z""#))
  }

  @Test func twoBanksOnOneFolderAreRefused() throws {
    let folder = try BankFolder()
    let first = try Bank(folder.options)
    #expect(throws: SandboxFault.self) { try Bank(folder.options) }
    _ = try first.step(at: folder.now)
  }
}
