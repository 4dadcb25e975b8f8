import SEPA
import Store
import Testing
import Work

/// A bench on which mandates are asked for, changed and collected under, a row at a time.
struct MandateBench {
  var bench: Bench
  let policy: MandatePolicy
  var session: Session { bench.session }

  init(_ policy: MandatePolicy, mails: Bool = false) async throws {
    bench = try await Bench()
    self.policy = policy
    if mails {
      try await session.run(
        "INSERT INTO sepad.subscription (endpoint, kind) VALUES ('mail:debtor', 'debtor_mail'), ('mail:finance', 'finance_mail')")
    }
  }

  private var intake: Intake { Intake(session: session, mandates: ["acme": policy]) }

  /// Asks for a B2B mandate that is changed by `fields`, and has it answered.
  /// - Parameter rule: of the refusal that is expected; nil where none is.
  func mandate(
    _ reference: String?, _ fields: [String: String?], key: String? = nil, refusedFor rule: String? = nil,
    at location: SourceLocation = #_sourceLocation
  ) async throws {
    var values: [String: String?] = [
      "request_key": key ?? reference, "creditor": "acme", "mandate_reference": reference, "scheme": "B2B",
      "sequence": "recurrent", "signed_on": "2026-01-02", "debtor_name": "Müller & Söhne", "iban": "DE89370400440532013000",
    ]
    values.merge(fields) { $1 }
    #expect(try await insert("mandate", values) == rule, sourceLocation: location)
  }

  /// Asks for a change of a mandate, which must be made.
  func change(
    _ reference: String, _ change: String, _ fields: [String: String] = [:], at location: SourceLocation = #_sourceLocation
  ) async throws {
    #expect(try await ask(reference, change, fields) == nil, sourceLocation: location)
  }

  /// - Returns: the rule of the refusal; nil where it was made.
  func ask(_ reference: String, _ change: String, _ fields: [String: String], key: String? = nil) async throws -> String? {
    let number = try await session.one("SELECT count(*) FROM intake.mandate_change_request").text(0)
    var values: [String: String?] = [
      "request_key": key ?? "change \(number)", "creditor": "acme", "mandate_reference": reference, "change": change,
    ]
    for (name, value) in fields { values[name] = value }
    return try await insert("mandate_change", values)
  }

  func collect(
    _ key: String, _ reference: String, _ fields: [String: String] = [:], refusedFor rule: String? = nil, at location: SourceLocation = #_sourceLocation
  ) async throws {
    var values: [String: String?] = [
      "request_key": key, "creditor": "acme", "mandate_reference": reference, "amount": "12.50", "due_date": "2026-12-03",
      "end_to_end_id": key,
    ]
    for (name, value) in fields { values[name] = value }
    #expect(try await insert("collection", values) == rule, sourceLocation: location)
  }

  private func insert(_ kind: String, _ values: [String: String?]) async throws -> String? {
    let columns = values.keys.sorted()
    let places = columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
    try await session.run(
      "INSERT INTO intake.\(kind)_request (\(columns.joined(separator: ", "))) VALUES (\(places))",
      columns.map { .optional(values[$0] ?? nil) })
    _ = try await intake.run(at: Bench.start)
    return try await session.one(
      "SELECT refusals->0->>'rule' FROM intake.\(kind)_request ORDER BY id DESC LIMIT 1")[0]
  }

  func sealAndSubmit() async throws -> [String] { try await bench.sealAndSubmit() }

  /// The bytes of a sealed file.
  func xml(_ message: String) async throws -> String {
    let bytes = try await session.bytes(
      """
      SELECT c.bytes FROM sepad.outbound_chunk c JOIN sepad.outbound_file f ON f.id = c.file_id
      WHERE f.message_id = $1 ORDER BY c.ordinal
      """, [.text(message)])
    return String(decoding: bytes.flatMap { $0 }, as: UTF8.self)
  }

  /// The bank says what became of a collection: `settled`, `returned AM04`, or a reason for which it was rejected.
  func bank(_ message: String, _ key: String, _ reference: String, _ end: String, iban: String? = nil) async throws {
    let report: String
    let account = iban.map { "<RltdPties><DbtrAcct><Id><IBAN>\($0)</IBAN></Id></DbtrAcct></RltdPties>" } ?? ""
    if end == "settled" || end.hasPrefix("returned") {
      let reason = end.hasPrefix("returned") ? "<RtrInf><Rsn><Cd>\(end.suffix(4))</Cd></Rsn></RtrInf>" : ""
      report = """
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>\(key)-\(end)</MsgId>\
        <CreDtTm>2026-12-03T18:00:00</CreDtTm></GrpHdr><Ntfctn><Id>N</Id><Acct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></Acct>\
        <Ntry><Amt Ccy="EUR">12.50</Amt><CdtDbtInd>\(reason.isEmpty ? "CRDT" : "DBIT")</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
        <BookgDt><Dt>\(reason.isEmpty ? "2026-12-03" : "2026-12-04")</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>\(key)</EndToEndId>\
        <MndtId>\(reference)</MndtId></Refs><Amt Ccy="EUR">12.50</Amt>\(account)\(reason)</TxDtls></NtryDtls></Ntry></Ntfctn>\
        </BkToCstmrDbtCdtNtfctn></Document>
        """
    } else {
      report = Reports.pain002(message, id: "\(key)-\(end)", items: [(key, "RJCT")]).replacing("AC04", with: end)
    }
    try await bench.apply(report, name: "\(key)-\(end).xml")
    let state = try await bench.states()[key]
    #expect(state == (end == "settled" ? "settled" : end.hasPrefix("returned") ? "returned" : "rejected"))
  }

  func care(day: Int) async throws {
    _ = try await MandateCare(session: session, policies: ["acme": policy], log: bench.log)
      .run(at: Bench.start.adding(seconds: Int64(day) * 86_400))
  }

  func configure(name: String, identifier: String) async throws {
    try await session.configure(
      creditors: [
        CreditorRecord(
          key: "acme", name: name, creditorIdentifier: identifier, language: "fr", contactEmail: nil, contactPhone: nil,
          accounts: [.init(key: "main", iban: "FR7630006000011234567890189", bic: nil, bank: "sandbox")])
      ], subscriptions: [Subscription(endpoint: "webhook:erp", kind: "webhook")], at: Bench.start)
  }

  func state(_ reference: String) async throws -> String? {
    try await session.one("SELECT state FROM sepad.mandate WHERE reference = $1", [.text(reference)])[0]
  }

  func held(_ key: String) async throws -> String? {
    try await session.one(
      "SELECT d.held FROM sepad.due d JOIN sepad.collection c ON c.id = d.collection_id WHERE c.request_key = $1", [.text(key)])[0]
  }

  /// Elements of amendments that no bank has heard of for certain.
  func openAmendments() async throws -> [String] {
    try await session.run("SELECT element FROM sepad.mandate_amendment WHERE closed_at IS NULL ORDER BY element::text").rows
      .map { try $0.text(0) }
  }

  /// What the webhooks hear of a mandate, in order: `signed draft>signed`, or the event alone where no state moved.
  func told(_ reference: String) async throws -> [String] {
    try await session.run(
      """
      SELECT j.content->>'event' || CASE WHEN j.content->>'state' = j.content->>'previous_state' THEN '' ELSE
        ' ' || (j.content->>'previous_state') || '>' || (j.content->>'state') END
      FROM sepad.job j JOIN sepad.mandate m ON j.subject = 'mandate:' || m.id
      WHERE m.reference = $1 AND j.kind = 'webhook' ORDER BY j.id
      """, [.text(reference)]
    ).rows.map { try $0.text(0) }
  }
}
