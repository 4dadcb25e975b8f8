import Foundation
import ISO20022
import SEPA
import Store
import TestSupport
import Testing
import Work

/// Collections that are taken back: cancelled while nobody outside knows of them, called back at the bank before they are
/// settled, given back afterwards; each once, and never by a word of the bank's that means something else.
@Suite struct UndoingTests {
  private static let standing: [String] = [
    "requested", "scheduled", "sealed", "submitted", "accepted", "settled", "rejected", "returned", "cancelled",
  ]

  @Test("what can be taken back, and how", arguments: UndoingKind.allCases, standing)
  func judged(_ kind: UndoingKind, _ state: String) async throws {
    let bench = try await Bench.taking()
    try await bench.bring(to: state)
    try await bench.ask(kind, key: "U-1")
    let answer = try await bench.answer(kind, "U-1")
    let expected: [String?] =
      switch (kind, state) {
      case (.cancellation, "requested"), (.cancellation, "scheduled"): ["accepted", nil, "cancelled", "done"]
      case (.cancellation, "sealed"), (.cancellation, "submitted"), (.cancellation, "accepted"), (.reversal, "settled"):
        ["accepted", nil, state, "waits for its file"]
      default: ["refused", "state of the collection", state, nil]
      }
    #expect(answer == expected)
    if state == "requested" || state == "scheduled", kind == .cancellation {
      #expect(try await bench.session.one("SELECT count(*) FROM sepad.due").integer(0) == 0)
      #expect(try await bench.undo() == 0, "nobody outside needs to be asked")
    }
    try await expectTotalsAddUp(bench.session)
  }

  @Test func `a request names its collection by key or id, and what is wrong with it is told`() async throws {
    let bench = try await Bench.taking()
    try await bench.bring(to: "submitted")
    let cases: [(key: String, collection: String?, id: String?, reason: String?, rule: String?)] = [
      ("K-1", nil, nil, nil, "compulsory field"), ("K-2", "nobody", nil, nil, "collection exists"),
      ("K-3", "M-1-0", "M-1-9", nil, "collection exists"), ("K-4", nil, "a/", nil, "end-to-end id slashes"),
      ("K-5", "M-1-0", nil, "AM05", "reason"), ("K-6", nil, "M-1-0", "dupl", nil), ("K-7", "M-1-0", nil, nil, "once"),
    ]
    for item in cases {
      try await bench.ask(.cancellation, key: item.key, collection: item.collection, id: item.id, reason: item.reason)
      let answer = try await bench.answer(.cancellation, item.key)
      #expect(answer[0] == (item.rule == nil ? "accepted" : "refused") && answer[1] == item.rule, "\(item)")
    }
    // The same key again is the same request; with another content it is none.
    try await bench.ask(.cancellation, key: "K-6", collection: nil, id: "M-1-0", reason: "dupl")
    #expect(try await bench.answer(.cancellation, "K-6")[0] == "duplicate")
    try await bench.ask(.cancellation, key: "K-6", collection: "M-1-0")
    #expect(try await bench.answer(.cancellation, "K-6")[1] == "one key, one content")
    #expect(try await bench.session.one("SELECT count(*) FROM sepad.undoing").integer(0) == 1)
  }

  @Test(arguments: UndoingKind.allCases)
  func `a bank that takes no such message is not asked`(kind: UndoingKind) async throws {
    var bench = try await Bench.taking()
    (bench.bank.files.cancellation, bench.bank.files.reversal) = (nil, nil)
    try await bench.bring(to: kind == .cancellation ? "submitted" : "settled")
    try await bench.ask(kind, key: "U-1")
    #expect(try await bench.answer(kind, "U-1")[1] == "\(kind.rawValue) at the bank")
  }

  // MARK: Cancellation

  @Test(arguments: Camt055Version.all)
  func `a cancellation request names the debit and its file, and is valid by its schema`(
    version: Camt055Version
  ) async throws {
    var bench = try await Bench.taking()
    bench.bank.files.cancellation = version.messageType
    let message = try await bench.bring(to: "submitted", others: 2)
    try await bench.ask(.cancellation, key: "U-1", reason: "DUPL")
    #expect(try await bench.undo(schema: version.messageType) == 1)
    #expect(try await bench.undo() == 0, "once")
    let file = try await bench.undoingFile()
    #expect(file.message == version.messageType && file.state == "sealed" && file.isChecked == (schemaPath(version.messageType) != nil))
    // Due on the 3rd: it must leave on the 2nd.
    #expect(file.firstDate == "2026-12-03")
    for part in [
      "<OrgnlMsgId>\(message)</OrgnlMsgId>", "<OrgnlPmtInfId>\(message)-1</OrgnlPmtInfId>",
      "<OrgnlEndToEndId>M-1-0</OrgnlEndToEndId>", "<NbOfTxs>1</NbOfTxs>", "12.50", "<Id>\(file.messageID)</Id>",
    ] { #expect(file.text.contains(part), "\(part)") }
    #expect(!file.text.contains("M-1-1"), "nothing of the others")
    #expect(try await bench.session.one("SELECT progress FROM sepad.undoing_progress")[0] == "file sealed")
    // The sums of what was collected are not touched by it.
    let sums = try await bench.session.fileSums()
    #expect(sums.addUp && sums.submitted == sums.open && sums.submitted == 1250 + 2000 + 2100)
  }

  @Test(arguments: [
    ("CNCL", "rejected", "done", "revocation"), ("RJCR", "submitted", "refused by the bank", nil),
    ("PDCR", "submitted", "at the bank", nil),
  ])
  func `the bank's answer to a cancellation request`(
    status: String, state: String, progress: String, kind: String?
  ) async throws {
    let bench = try await Bench.taking()
    let message = try await bench.bring(to: "submitted", others: 1)
    try await bench.ask(.cancellation, key: "U-1")
    #expect(try await bench.undo() == 1)
    try await bench.submitUndoing()
    #expect(try await bench.session.one("SELECT progress FROM sepad.undoing_progress")[0] == "at the bank")
    try await bench.apply(Self.camt029(message, status))
    #expect(try await bench.states() == ["M-1-0": state, "M-1-1": "submitted"])
    try await expectTotalsAddUp(bench.session)
    #expect(try await bench.session.one("SELECT progress FROM sepad.undoing_progress")[0] == progress)
    #expect(try await bench.session.first("SELECT kind FROM sepad.r_transaction")?[0] == kind)
    #expect(try await bench.closings() == (status == "RJCR" ? ["cancellation U-1 acme refused by the bank"] : []))
    // What was refused may be asked for again, what is done or on its way may not.
    try await bench.ask(.cancellation, key: "U-2")
    let again = try await bench.answer(.cancellation, "U-2")
    #expect(again[1] == (status == "RJCR" ? nil : status == "CNCL" ? "state of the collection" : "once"))
    #expect(try await bench.undo() == (status == "RJCR" ? 1 : 0))
  }

  // MARK: Reversal

  @Test(arguments: Pain007Version.all)
  func `a reversal names the debit and its file, and is valid by its schema`(version: Pain007Version) async throws {
    var bench = try await Bench.taking()
    bench.bank.files.reversal = version.messageType
    let message = try await bench.bring(to: "settled", others: 2)
    try await bench.ask(.reversal, key: "U-1", reason: "AM05")
    #expect(try await bench.undo(at: Self.later, schema: version.messageType) == 1)
    let file = try await bench.undoingFile()
    #expect(file.message == version.messageType && file.isChecked == (schemaPath(version.messageType) != nil))
    // Settled on the 3rd: five TARGET days later, the 10th, is the last; a file for the 11th may leave until then.
    #expect(file.firstDate == "2026-12-11")
    for part in [
      "<OrgnlMsgId>\(message)</OrgnlMsgId>", "<OrgnlPmtInfId>\(message)-1</OrgnlPmtInfId>", "<CtrlSum>12.50</CtrlSum>",
      "<OrgnlEndToEndId>M-1-0</OrgnlEndToEndId>", "<RvsdInstdAmt Ccy=\"EUR\">12.50</RvsdInstdAmt>", "<Cd>AM05</Cd>",
      "<OrgnlNbOfTxs>3</OrgnlNbOfTxs>", "<MndtId>M-1</MndtId>",
    ] { #expect(file.text.contains(part), "\(part)") }
  }

  /// A bank that refuses a reversal names the debit by the ids of the collection: that one stays settled.
  @Test(arguments: ["group", "transaction", "transaction of the original block", "accepted"])
  func `the bank's answer to a reversal is about the reversal`(answer: String) async throws {
    let bench = try await Bench.taking()
    let message = try await bench.bring(to: "settled", others: 1)
    try await bench.ask(.reversal, key: "U-1")
    #expect(try await bench.undo(at: Self.later) == 1)
    try await bench.submitUndoing()
    let file = try await bench.undoingFile()
    let report =
      switch answer {
      case "group": Reports.named("rejectAll", message: file.messageID, sequence: 9)
      case "accepted": Reports.named("accept", message: file.messageID, sequence: 9)
      case "transaction": Reports.pain002(file.messageID, id: "R-9", items: [("M-1-0", "RJCT")])
      // As the reversal itself names the block.
      default:
        Reports.pain002(file.messageID, id: "R-9", items: [("M-1-0", "RJCT")])
          .replacingOccurrences(of: "<OrgnlPmtInfId>\(file.messageID)-1<", with: "<OrgnlPmtInfId>\(message)-1<")
      }
    try await bench.apply(report, name: "answer.xml")
    #expect(try await bench.states() == ["M-1-0": "settled", "M-1-1": "submitted"])
    #expect(try await bench.session.unmatched().rows.isEmpty)
    let progress = try await bench.session.one("SELECT progress FROM sepad.undoing_progress")[0]
    #expect(progress == (answer == "accepted" ? "at the bank" : "refused by the bank"))
    #expect(try await bench.undoingFile().state == (answer == "group" ? "refused" : "accepted"))
    try await bench.ask(.reversal, key: "U-2")
    #expect(try await bench.answer(.reversal, "U-2")[1] == (answer == "accepted" ? "once" : nil))
  }

  @Test func `a reversal that is booked has given the money back, once`() async throws {
    let bench = try await Bench.taking()
    _ = try await bench.bring(to: "settled", others: 1)
    try await bench.ask(.reversal, key: "U-1")
    #expect(try await bench.undo(at: Self.later) == 1)
    try await bench.submitUndoing()
    try await bench.apply(
      BankStatement.text(
        [
          Booking(
            amount: "12.50", direction: "DBIT", payments: [.init(endToEndID: "M-1-0", mandate: "M-1", amount: "12.50")],
            day: "2026-12-05", code: ("PMNT", "IDDT", "PRDD"))
        ], id: "S-9"), name: "booked.xml")
    #expect(try await bench.states() == ["M-1-0": "returned", "M-1-1": "submitted"])
    let row = try await bench.session.one("SELECT kind FROM sepad.r_transaction")
    #expect(row[0] == "reversal")
    #expect(try await bench.session.one("SELECT progress FROM sepad.undoing_progress")[0] == "done")
    try await bench.ask(.reversal, key: "U-2")
    #expect(try await bench.answer(.reversal, "U-2")[1] == "state of the collection")
    #expect(try await bench.undo(at: Self.later) == 0)
  }

  @Test func `two daemons make one file of one request`() async throws {
    let bench = try await Bench.taking()
    _ = try await bench.bring(to: "settled", others: 1)
    try await bench.ask(.reversal, key: "U-1")
    let other = Session(conninfo: bench.conninfo, name: "other")
    let (bank, log) = (bench.bank, bench.log)
    let undoers = [Undoer(session: bench.session, log: log), Undoer(session: other, log: log)]
    let made = try await withThrowingTaskGroup(of: Int.self) { group in
      for undoer in undoers { group.addTask { try await undoer.run(bank, at: Self.later) } }
      return try await group.reduce(0, +)
    }
    #expect(made == 1)
    #expect(try await bench.session.one("SELECT count(*) FROM sepad.outbound_file WHERE undoes IS NOT NULL").integer(0) == 1)
    // And the database refuses a second that goes by no request.
    await #expect(throws: StoreFault.self) {
      try await bench.session.run(
        "INSERT INTO sepad.undoing_item (file_id, ordinal, undoing_id) SELECT 999, 1, id FROM sepad.undoing")
    }
  }

  // MARK: Time

  @Test func `what cannot leave in time is refused, or closed, and moves nothing`() async throws {
    let bench = try await Bench.taking()
    _ = try await bench.bring(to: "submitted", others: 1)
    // Due on the 3rd: the 3rd itself is too late.
    try await bench.ask(.cancellation, key: "U-1", at: try Instant(iso: "2026-12-03T06:00:00Z"))
    #expect(try await bench.answer(.cancellation, "U-1")[1] == "time")
    // Accepted in time, but no file was made until its day was over.
    try await bench.ask(.cancellation, key: "U-2")
    #expect(try await bench.undo(at: try Instant(iso: "2026-12-03T06:00:00Z")) == 0)
    let progress = try await bench.session.one("SELECT progress FROM sepad.undoing_progress")[0]
    #expect(progress == "too late: it could not leave by 2026-12-02")
    #expect(try await bench.closings() == ["cancellation U-2 acme too late: it could not leave by 2026-12-02"])
    #expect(try await bench.states() == ["M-1-0": "submitted", "M-1-1": "submitted"])
  }

  @Test("the bank's cut-off counts for it too: what misses it is closed at once, and no file is made in vain", arguments: [
    ("2026-12-02T15:00:00Z", 1), ("2026-12-02T15:00:01Z", 0),
  ])
  func cutOff(now: String, files: Int) async throws {
    let bench = try await Bench.taking()
    _ = try await bench.bring(to: "submitted", others: 1)
    try await bench.ask(.cancellation, key: "U-1", at: try Instant(iso: "2026-12-02T10:00:00Z"))
    #expect(try await bench.undo(at: try Instant(iso: now)) == files)
    #expect(try await bench.undo(at: try Instant(iso: now)) == 0)
    let closed = files == 0 ? ["cancellation U-1 acme too late: it could not leave by 2026-12-02"] : []
    #expect(try await bench.closings() == closed)
  }

  @Test func `what another bank or scheme can still send is not closed with it`() async throws {
    var bench = try await Bench.taking()
    _ = try await bench.bring(to: "submitted", others: 1)
    try await bench.ask(.cancellation, key: "U-1")
    let late = try Instant(iso: "2026-12-03T06:00:00Z")
    let name = bench.bank.name
    bench.bank.name = "another"
    #expect(try await bench.undo(at: late) == 0)
    #expect(try await bench.closings() == [])
    bench.bank.name = name
    bench.bank.windows.b2b = try SubmissionWindow(cutOff: 86_399, days: ServiceDays(closings: [try DayRule("12-02")]))
    // The bank is closed on the last day: the day before it was.
    #expect(try await bench.undo(at: try Instant(iso: "2026-12-02T06:00:00Z")) == 0)
    #expect(try await bench.closings() == ["cancellation U-1 acme too late: it could not leave by 2026-12-02"])
  }

  @Test func `a reversal whose debtor was quicker is needless`() async throws {
    let bench = try await Bench.taking()
    let message = try await bench.bring(to: "settled", others: 1)
    try await bench.ask(.reversal, key: "U-1")
    try await bench.apply(Reports.named("return", message: message, sequence: 9), name: "return.xml")
    #expect(try await bench.undo(at: Self.later) == 0, "the money is back already")
    #expect(try await bench.undo(at: Bench.start.adding(seconds: 12 * 86_400)) == 0)
    #expect(try await bench.closings() == ["reversal U-1 acme needless: it is returned"])
  }

  @Test func `a file that was withdrawn unsent gives its requests back`() async throws {
    let bench = try await Bench.taking()
    _ = try await bench.bring(to: "submitted", others: 1)
    try await bench.ask(.cancellation, key: "U-1")
    #expect(try await bench.undo() == 1)
    let file = try await bench.undoingFile()
    _ = try await bench.session.transaction { session in
      try session.moveFile(file.id, .withdrawn, evidence: "test", Stamp(at: Bench.start, actor: "test"))
    }
    #expect(try await bench.states() == ["M-1-0": "submitted", "M-1-1": "submitted"], "collections stay where they are")
    #expect(try await bench.session.one("SELECT count(*) FROM sepad.due").integer(0) == 0)
    #expect(try await bench.undo() == 1, "another file, with another message id")
  }

  /// The day after the first collection dates.
  private static let later = Bench.start.adding(seconds: 3 * 86_400)

  private static func camt029(_ message: String, _ status: String) -> String {
    """
    <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.029.001.09"><RsltnOfInvstgtn><Assgnmt><Id>C-1</Id>\
    <CreDtTm>2026-12-02T08:00:00</CreDtTm></Assgnmt><CxlDtls><OrgnlGrpInfAndSts><OrgnlMsgId>\(message)</OrgnlMsgId>\
    <OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>\
    <OrgnlPmtInfId>\(message)-1</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>M-1-0</OrgnlEndToEndId>\
    <TxCxlSts>\(status)</TxCxlSts></TxInfAndSts></OrgnlPmtInfAndSts></CxlDtls></RsltnOfInvstgtn></Document>
    """
  }
}

extension Bench {
  /// One whose bank takes cancellations and reversals.
  fileprivate static func taking() async throws -> Bench {
    var bench = try await Bench()
    bench.bank.files.cancellation = Camt055Version.v08.messageType
    return bench
  }

  /// Brings the collection `M-1-0` of 12.50 EUR to a state, among others of its file that stay submitted.
  /// - Returns: the message id of its file; empty where it has none.
  @discardableResult
  fileprivate func bring(to state: String, others: Int = 0) async throws -> String {
    try await request(amounts: ["12.50"] + (0..<others).map { "\($0 + 20).00" })
    if state == "requested" { return "" }
    if state == "scheduled" || state == "cancelled" {
      _ = try await Dating(session: session).run(bank, at: Self.start)
      if state == "cancelled" { try await session.cancel(1, because: "test", Stamp(at: Self.start, actor: "test")) }
      return ""
    }
    if state == "sealed" {
      try await seal()
      return try await session.one("SELECT message_id FROM sepad.outbound_file").text(0)
    }
    let message = try await sealAndSubmit().first ?? ""
    let words = [
      "accepted": ["accept"], "settled": ["settle"], "rejected": ["reject"], "returned": ["settle", "return"],
    ][state, default: []]
    for (index, word) in words.enumerated() {
      try await apply(Reports.named(word, message: message, sequence: index), name: "\(word)-\(index).xml")
    }
    return message
  }

  fileprivate func ask(
    _ kind: UndoingKind, key: String, collection: String? = "M-1-0", id: String? = nil, reason: String? = nil,
    at now: Instant = Bench.start
  ) async throws {
    try await session.run(
      """
      INSERT INTO intake.\(kind.rawValue)_request (request_key, creditor, collection, end_to_end_id, reason)
      VALUES ($1, 'acme', $2, $3, $4)
      """, [.text(key), .optional(collection), .optional(id), .optional(reason)])
    _ = try await Intake(session: session, rules: [bank.name: bank.files]).run(at: now)
  }

  /// - Returns: the last answer under a key, the rule that it names, the collection's state and the request's progress.
  fileprivate func answer(_ kind: UndoingKind, _ key: String) async throws -> [String?] {
    let row = try await session.one(
      """
      SELECT r.answer, r.refusals->0->>'rule', (SELECT state FROM sepad.collection_status WHERE collection_id = 1),
        (SELECT progress FROM sepad.undoing_progress p WHERE p.undoing_id = r.undoing_id)
      FROM intake.\(kind.rawValue)_request r WHERE request_key = $1 ORDER BY id DESC LIMIT 1
      """, [.text(key)])
    return [row[0], row[1], row[2], row[3]]
  }

  /// Builds what takes collections back.
  /// - Parameter schema: the message whose official schema the file is held against, where that is there.
  fileprivate func undo(at now: Instant = Bench.start, schema: String? = nil) async throws -> Int {
    let schemas = schema.flatMap { message in schemaPath(message).map { [message: $0] } } ?? [:]
    return try await Undoer(session: session, schemas: schemas, log: log).run(bank, at: now)
  }

  fileprivate struct UndoingFile {
    let id: Int64
    let messageID: String
    let message: String
    let state: String
    let isChecked: Bool
    let firstDate: String
    let text: String
  }

  /// The newest file that takes something back.
  fileprivate func undoingFile() async throws -> UndoingFile {
    let row = try await session.one(
      """
      SELECT id, message_id, message, state, schema_checked, first_date FROM sepad.outbound_file
      WHERE undoes IS NOT NULL ORDER BY id DESC LIMIT 1
      """)
    let id = try row.integer(0)
    let bytes = try await session.bytes(
      "SELECT bytes FROM sepad.outbound_chunk WHERE file_id = $1 ORDER BY ordinal", [.integer(id)])
    return UndoingFile(
      id: id, messageID: try row.text(1), message: try row.text(2), state: try row.text(3), isChecked: try row.bool(4),
      firstDate: try row.text(5), text: String(decoding: bytes.flatMap { $0 }, as: UTF8.self))
  }

  /// What webhooks hear of requests that came to nothing after they had been accepted.
  fileprivate func closings() async throws -> [String] {
    try await session.run(
      """
      SELECT concat_ws(' ', content->>'kind', content->>'request_key', content->>'creditor', content->'refusals'->0->>'rule')
      FROM sepad.job WHERE event_id IS NULL AND kind = 'webhook' AND content->'refusals'->0->>'hint' LIKE 'sepad collection%'
      """
    ).rows.map { try $0.text(0) }
  }

  fileprivate func submitUndoing() async throws {
    let file = try await undoingFile()
    try await session.transaction { session in
      try session.moveFile(file.id, .sendBegan, evidence: nil, Stamp(at: Bench.start, actor: "test"))
      try session.moveFile(file.id, .delivered, evidence: "test", Stamp(at: Bench.start, actor: "test"))
    }
  }
}
