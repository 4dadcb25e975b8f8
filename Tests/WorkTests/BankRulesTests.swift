import Foundation
import ISO20022
import SEPA
import Store
import TestSupport
import Testing
import Work

/// What a bank's profile asks for, in files as they are sealed, in what intake accepts, and in what is held.
@Suite struct BankRulesTests {
  // MARK: Splitting

  @Test func `however small the limits, each collection is in one file, and no file is beyond them`() async throws {
    let seed = ProcessInfo.processInfo.environment["SEPAD_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...UInt64.max)
    print("bank rules: SEPAD_SEED=\(seed)")
    var random = SeededRandom(seed)
    for _ in 0..<8 {
      var bench = try await Bench()
      bench.bank.files.maxTransactions = Int.random(in: 1...60, using: &random)
      bench.bank.files.maxBytes = Int64.random(in: 10_000...60_000, using: &random)
      bench.bank.files.blocks = Bool.random(using: &random) ? .one : .many
      let many = Int.random(in: 1...150, using: &random)
      try await bench.requestVaried(many, &random)
      try await bench.seal()
      let rules = bench.bank.files
      let note: Comment = "SEPAD_SEED=\(seed) \(rules)"
      let documents = try await bench.documents()
      var seen: [String] = []
      for document in documents {
        #expect(document.text.utf8.count <= rules.maxBytes ?? .max, note)
        #expect(document.debits.count <= rules.maxTransactions, note)
        if rules.blocks == .one { #expect(document.blocks == 1, note) }
        seen += document.debits.map(\.endToEndID)
      }
      #expect(seen.count == many && Set(seen).count == many, note)
      // A limit is used: of two files that follow each other in one group, both cannot be nearly empty.
      if rules.blocks == .many {
        let room = min(Double(rules.maxTransactions), Double(rules.maxBytes ?? 0) / 2000)
        #expect(Double(documents.count) <= 2 * (Double(many) / room + 4), note)
      }
    }
  }

  // MARK: What a file says

  @Test(arguments: Pain008Version.all)
  func `files are in the bank's version, and valid by its schema`(version: Pain008Version) async throws {
    var bench = try await Bench()
    bench.bank.files.message = version.messageType
    if !version.carriesStructuredAddresses { bench.bank.files.addresses = .none }
    bench.bank.files.initiatingPartyID = .given("0123456789", issuer: "KBO-BCE")
    bench.bank.remoteName = "{scheme}-{message_id}.xml"
    try await bench.requestMandate("M-1", iban: "DE89370400440532013000", bic: "COBADEFFXXX", address: ["DE", "Köln", "50667", "Domstraße", "1", nil, nil])
    try await bench.requestCollections(under: "M-1", 3)
    let schema = schemaPath(version.messageType)
    while try await Builder(session: bench.session, schemas: schema.map { [version.messageType: $0] } ?? [:], log: bench.log).run(bench.bank, at: try await bench.dated()) > 0 {}
    let document = try #require(try await bench.documents().first)
    #expect(document.text.contains("xmlns=\"urn:iso:std:iso:20022:tech:xsd:\(version.messageType)\""))
    #expect(document.text.contains("<Id><OrgId><Othr><Id>0123456789</Id><Issr>KBO-BCE</Issr></Othr></OrgId></Id>"))
    #expect(document.text.contains(version == .v02 ? "<BIC>COBADEFFXXX</BIC>" : "<BICFI>COBADEFFXXX</BICFI>"))
    #expect(document.text.contains("<TwnNm>Koln</TwnNm>") == version.carriesStructuredAddresses)
    let row = try await bench.session.one("SELECT schema_checked, remote_name, message_id FROM sepad.outbound_file")
    #expect(try row.bool(0) == (schema != nil))
    #expect(row[1] == "b2b-\(row[2] ?? "").xml")
  }

  @Test(arguments: [
    (FileRules.Addresses.hybrid, true, true), (.structured, true, false), (.none, false, false),
  ])
  func `an address that the bank does not take is left out`(
    addresses: FileRules.Addresses, structured: Bool, hybrid: Bool
  ) async throws {
    var bench = try await Bench()
    bench.bank.files.addresses = addresses
    try await bench.requestMandate("M-S", iban: "DE89370400440532013000", address: ["DE", "Bonn", nil, "Hauptweg", nil, nil, nil])
    try await bench.requestMandate("M-H", iban: "DE89370400440532013000", address: ["DE", "Kiel", nil, nil, nil, "Hof 3", nil])
    try await bench.requestCollections(under: "M-S", 1)
    try await bench.requestCollections(under: "M-H", 1)
    try await bench.seal()
    let text = try #require(try await bench.documents().first).text
    #expect(text.contains("<TwnNm>Bonn</TwnNm>") == structured)
    #expect(text.contains("<TwnNm>Kiel</TwnNm>") == hybrid && text.contains("<AdrLine>Hof 3</AdrLine>") == hybrid)
    #expect(text.components(separatedBy: "<DrctDbtTxInf>").count == 3)
  }

  @Test func `a packed file is what gzip unpacks, the same bytes whenever it is made`() async throws {
    var bench = try await Bench()
    try await bench.request(amounts: (1...500).map { "\($0).10" })
    let day = try await bench.dated()
    // The same collections twice: the first time in a transaction that ends without a trace.
    bench.bank.files.compression = .gzip
    let bank = bench.bank
    var first: [UInt8] = []
    let builder = Builder(session: bench.session, log: bench.log)
    do {
      first = try await bench.session.transaction { session in
        _ = try await builder.run(bank, at: day)
        throw Kept(bytes: try session.bytes("SELECT bytes FROM sepad.outbound_chunk ORDER BY ordinal").flatMap { $0 })
      }
    } catch let kept as Kept { first = kept.bytes }
    try await bench.session.run("SELECT setval(pg_get_serial_sequence('sepad.outbound_file', 'id'), 1, false)")
    #expect(try await builder.run(bank, at: day) == 1)
    let packed = try await bench.session.bytes("SELECT bytes FROM sepad.outbound_chunk ORDER BY ordinal").flatMap { $0 }
    #expect(packed == first && packed.count > 100)
    let row = try await bench.session.one("SELECT size_bytes, encode(sha256, 'hex') FROM sepad.outbound_file")
    #expect(try row.integer(0) == Int64(packed.count))
    let directory = try TemporaryDirectory()
    let path = try directory.write("file.xml.gz", packed)
    #expect(try ChildProcess.run("/usr/bin/sha256sum", [path]).output.hasPrefix(row[1] ?? "-"))
    let (status, text) = try ChildProcess.run("/usr/bin/gzip", ["-dc", path])
    #expect(status == 0 && text.hasPrefix("<?xml") && text.hasSuffix("</Document>"))
    #expect(text.components(separatedBy: "<DrctDbtTxInf>").count == 501)
    var shown = ""
    let file = ShownFile { shown += String(decoding: $0, as: UTF8.self) }
    for start in stride(from: 0, to: packed.count, by: 1000) { try file.feed(Array(packed[start..<min(start + 1000, packed.count)])) }
    try file.finish()
    // Nothing but line ends and indentation is added.
    let flat = shown.split(separator: "\n").map { $0.drop { $0 == " " } }.joined()
    #expect(flat == text && shown.split(separator: "\n").count > 5000)
  }

  private struct Kept: Error { let bytes: [UInt8] }

  // MARK: What the bank would not take

  private static let swiss = ["CH", "Basel", "4051", "Freie Strasse", "1", nil, nil]

  @Test func `who the bank would not take is refused at intake, and held where its rules came later`() async throws {
    var bench = try await Bench()
    try await bench.requestMandate("M-1", iban: "DE89370400440532013000")
    try await bench.requestMandate("M-2", iban: "DE89370400440532013000", bic: "COBADEFFXXX")
    try await bench.requestMandate("M-3", iban: "CH9300762011623852957", address: Self.swiss)
    for mandate in ["M-1", "M-2", "M-3"] { try await bench.requestCollections(under: mandate, 2) }

    bench.bank.files.bics = .outsideEEA
    let day = try await bench.dated()
    try await bench.seal()
    #expect(try await bench.states().filter { $0.value == "sealed" }.map(\.key).sorted() == ["M-1-0", "M-1-1", "M-2-0", "M-2-1"])
    let held = try await bench.session.run(
      "SELECT d.held, count(*) FROM sepad.due d GROUP BY 1").rows.map { [$0[0], $0[1]] }
    #expect(held == [["bank wants a BIC", "2"]])
    let events = try await bench.session.run(
      "SELECT event, detail, count(*) FROM sepad.payment_event WHERE event IN ('held', 'released') GROUP BY 1, 2 ORDER BY 1"
    ).rows.map { [$0[0], $0[1], $0[2]] }
    #expect(events == [["held", "bank wants a BIC", "2"]])

    // From now on such a request is refused with the reason.
    try await bench.requestCollections(under: "M-3", 1, from: 7)
    let refusal = try await bench.session.one(
      "SELECT answer, refusals->0->>'rule', refusals->0->>'field' FROM intake.collection_request WHERE request_key = 'M-3-7'")
    #expect([refusal[0], refusal[1], refusal[2]] == ["refused", "bank wants a BIC", "mandate_reference"])

    // The bank wants none any more: what was held goes on, once.
    bench.bank.files.bics = .optional
    try await bench.seal(at: day)
    #expect(try await bench.states().values.allSatisfy { $0 == "sealed" })
    #expect(
      try await bench.session.one("SELECT count(*) FROM sepad.payment_event WHERE event = 'released'").integer(0) == 2)
  }

  @Test func `a BIC that pain.008.001.02 has no form for is left out, and holds whoever needs one`() async throws {
    var bench = try await Bench()
    let bics = ["M-1": "COBADEFF", "M-2": "1OBADEFF", "M-3": "COBADEFO"]
    for (mandate, bic) in bics.sorted(by: { $0.key < $1.key }) {
      try await bench.requestMandate(mandate, iban: "DE89370400440532013000", bic: bic)
      try await bench.requestCollections(under: mandate, 2, judging: false)
    }
    bench.bank.files.message = Pain008Version.v02.messageType
    bench.bank.files.bics = .required
    // Who comes later is refused at once, by the same rule.
    try await bench.requestCollections(under: "M-2", 1, from: 7)
    try await bench.requestCollections(under: "M-1", 1, from: 7)
    #expect(
      try await bench.session.run(
        "SELECT answer || coalesce(' ' || (refusals->0->>'rule'), '') FROM intake.collection_request WHERE id > 6 ORDER BY id"
      ).rows.map { $0[0] } == ["refused bank wants a BIC", "accepted"])
    try await bench.seal()
    #expect(try await bench.states().filter { $0.value == "sealed" }.keys.sorted() == ["M-1-0", "M-1-1", "M-1-7"])
    #expect(try await bench.session.one("SELECT count(*) FROM sepad.due WHERE held = 'bank wants a BIC'").integer(0) == 4)
    bench.bank.files.bics = .optional
    let builder = Builder(session: bench.session, schemas: schemaPath(bench.bank.files.message).map { [bench.bank.files.message: $0] } ?? [:], log: bench.log)
    while try await builder.run(bench.bank, at: Bench.start) > 0 {}
    #expect(try await bench.states().values.allSatisfy { $0 == "sealed" })
    let written = try await bench.documents().flatMap(\.debits)
    #expect(written.count == 7)
    for debit in written {
      #expect(debit.debtorBIC == (debit.mandateReference == "M-1" ? "COBADEFF" : nil))
    }
  }

  /// Each combination of facts and rules: what `FileRules` says of it is what happens.
  @Test func `rules and facts of a debtor, all of them`() async throws {
    let debtors: [(key: String, iban: String, bic: String?, address: [String?])] = [
      ("M-1", "DE89370400440532013000", nil, []), ("M-2", "DE89370400440532013000", "COBADEFFXXX", []),
      ("M-3", "FR7630006000011234567890189", nil, ["FR", "Lyon", nil, "Rue A", nil, nil, nil]),
      ("M-4", "CH9300762011623852957", nil, Self.swiss), ("M-5", "CH9300762011623852957", "UBSWCHZH80A", Self.swiss),
      ("M-6", "CH9300762011623852957", "UBSWCHZH80A", ["CH", "Bern", nil, nil, nil, "Gasse 4", nil]),
      // An account with a French IBAN at a bank outside the EEA.
      ("M-7", "FR7630006000011234567890189", "BNPAPMPM", ["PM", "Saint Pierre", nil, nil, nil, nil, nil]),
    ]
    for bics in FileRules.BICs.allCases {
      for addresses in FileRules.Addresses.allCases {
        var bench = try await Bench()
        for debtor in debtors {
          try await bench.requestMandate(debtor.key, iban: debtor.iban, bic: debtor.bic, address: debtor.address)
          try await bench.requestCollections(under: debtor.key, 1)
        }
        #expect(try await bench.session.one("SELECT count(*) FROM sepad.mandate").integer(0) == Int64(debtors.count))
        bench.bank.files.bics = bics
        bench.bank.files.addresses = addresses
        try await bench.seal()
        let held = try await bench.session.run(
          """
          SELECT m.reference, d.held FROM sepad.due d JOIN sepad.collection c ON c.id = d.collection_id
          JOIN sepad.mandate m ON m.id = c.mandate_id ORDER BY 1
          """
        ).rows.map { "\($0[0] ?? "") \($0[1] ?? "")" }
        let expected = debtors.compactMap { debtor in
          let isOutside = debtor.key >= "M-4"
          let form: FileRules.Addresses =
            debtor.address.isEmpty ? .none : debtor.address[5] == nil ? .structured : .hybrid
          return bench.bank.files.obstacle(
            for: DebtorFacts(hasBIC: debtor.bic != nil, isOutsideEEA: isOutside, address: form)
          ).map { "\(debtor.key) \($0.rawValue)" }
        }
        #expect(held == expected, "\(bics) \(addresses)")
        #expect(try await bench.states().values.filter { $0 == "sealed" }.count == debtors.count - expected.count)
      }
    }
  }

  // MARK: Preview

  @Test func `a preview says what is then built, changes nothing and waits for nobody`() async throws {
    let seed = ProcessInfo.processInfo.environment["SEPAD_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...UInt64.max)
    print("preview: SEPAD_SEED=\(seed)")
    var random = SeededRandom(seed)
    for _ in 0..<4 {
      var bench = try await Bench(maxTransactions: Int.random(in: 2...20, using: &random))
      bench.bank.files.blocks = Bool.random(using: &random) ? .one : .many
      bench.bank.files.bics = .outsideEEA
      if Bool.random(using: &random) { bench.bank.files.maxBytes = 12_000 }
      try await bench.requestVaried(60, &random)
      try await bench.request(amounts: ["7.00"], due: "2026-12-18", mandate: "M-LATE")
      try await bench.requestForSecondCreditor(amount: "20.00", endToEndID: "Z-1-0")
      try await bench.requestMandate("M-CH", iban: "CH9300762011623852957", address: Self.swiss)
      try await bench.requestCollections(under: "M-CH", 3, judging: false)
      let before = try await bench.fingerprint()

      // A builder of another daemon is at work on the very rows.
      let other = Session(conninfo: bench.conninfo, name: "other")
      let (session, bank) = (bench.session, bench.bank)
      let preview = try await other.transaction { other in
        try other.run("SELECT FROM sepad.due FOR UPDATE")
        return try await Preview(session: session).run(bank, at: Bench.start)
      }
      #expect(try await bench.fingerprint() == before, "SEPAD_SEED=\(seed)")
      #expect(preview.waiting.map { "\($0.why) \($0.transactions)" }.sorted() == ["bank wants a BIC 3", "date 1"])

      try await bench.seal()
      let built = try await bench.session.run(
        """
        SELECT k.key || ' ' || f.scheme || ' ' || string_agg(
          concat_ws(' ', b.collection_date, b.sequence_type, b.transactions, b.sum_cents), ', ' ORDER BY b.ordinal)
        FROM sepad.outbound_file f JOIN sepad.creditor k ON k.id = f.creditor_id
        JOIN sepad.payment_block b ON b.file_id = f.id GROUP BY f.id, k.key, f.scheme ORDER BY f.id
        """
      ).rows.map { try $0.text(0) }
      let told = preview.files.map { file in
        let blocks = file.blocks.map {
          "\($0.collectionDate) \($0.sequenceType.rawValue) \($0.transactions) \($0.sumCents)"
        }
        return "\(file.creditor) \(file.scheme.rawValue) \(blocks.joined(separator: ", "))"
      }
      #expect(told.sorted() == built.sorted(), "SEPAD_SEED=\(seed)")
    }
  }
}

extension Bench {
  fileprivate struct Document {
    let text: String
    let blocks: Int
    let debits: [Pain008Reader.Debit]
  }

  /// The sealed files, read by our own reader.
  fileprivate func documents() async throws -> [Document] {
    var documents: [Document] = []
    for row in try await session.run("SELECT id FROM sepad.outbound_file ORDER BY id").rows {
      let bytes = try await session.bytes(
        "SELECT bytes FROM sepad.outbound_chunk WHERE file_id = $1 ORDER BY ordinal", [.integer(try row.integer(0))]
      ).flatMap { $0 }
      var debits: [Pain008Reader.Debit] = []
      var blocks = 0
      let reader = Pain008Reader { event in
        if case .debit(let debit) = event { debits.append(debit) }
        if case .block = event { blocks += 1 }
      }
      try bytes.withUnsafeBytes { try reader.feed($0) }
      try reader.finish()
      documents.append(Document(text: String(decoding: bytes, as: UTF8.self), blocks: blocks, debits: debits))
    }
    return documents
  }

  /// Dates what is due.
  /// - Returns: the instant at which it can be built.
  fileprivate func dated() async throws -> Instant {
    _ = try await Dating(session: session).run(bank, at: Self.start)
    return Self.start
  }

  /// Everything that a preview must not touch.
  fileprivate func fingerprint() async throws -> [String] {
    try await session.run(
      """
      SELECT 'due ' || d::text FROM sepad.due d UNION ALL SELECT 'state ' || s::text FROM sepad.collection_status s
      UNION ALL SELECT 'event ' || e::text FROM sepad.payment_event e UNION ALL SELECT 'file ' || f::text FROM sepad.outbound_file f
      ORDER BY 1
      """
    ).rows.map { try $0.text(0) }
  }

  /// - Parameter address: country, town, postcode, street, building, line 1, line 2; empty for none.
  fileprivate func requestMandate(_ key: String, iban: String, bic: String? = nil, address: [String?] = []) async throws {
    let parts = address.isEmpty ? [String?](repeating: nil, count: 7) : address
    try await session.run(
      """
      INSERT INTO intake.mandate_request (request_key, creditor, mandate_reference, scheme, sequence, signed_on, debtor_name,
        iban, bic, country, town, postcode, street, building, address_line1, address_line2)
      VALUES ($1, 'acme', $1, 'B2B', 'recurrent', '2026-01-02', 'Müller & Söhne', $2, $3, $4, $5, $6, $7, $8, $9, $10)
      """, [.text(key), .text(iban), .optional(bic)] + parts.map { .optional($0) })
    _ = try await Intake(session: session).run(at: Self.start)
  }

  /// - Parameter judging: whether intake knows the bank's rules.
  fileprivate func requestCollections(
    under mandate: String, _ many: Int, from first: Int = 0, judging: Bool = true
  ) async throws {
    try await session.run(
      """
      INSERT INTO intake.collection_request (request_key, creditor, mandate_reference, amount, due_date, end_to_end_id)
      SELECT $1 || '-' || n, 'acme', $1, (n + 1) || '.25', '2026-12-03', $1 || '-' || n FROM generate_series($2::int, $3::int) n
      """, [.text(mandate), .integer(Int64(first)), .integer(Int64(first + many - 1))])
    _ = try await Intake(session: session, rules: judging ? [bank.name: bank.files] : [:]).run(at: Self.start)
  }

  /// Collections of many shapes: addresses, remittance texts and dates.
  fileprivate func requestVaried(_ many: Int, _ random: inout SeededRandom) async throws {
    for mandate in 0..<6 {
      let full = mandate % 3 == 2
      try await requestMandate(
        "V-\(mandate)", iban: "DE89370400440532013000", bic: mandate % 2 == 0 ? "COBADEFFXXX" : nil,
        address: mandate % 3 == 0
          ? [] : ["DE", "Köln", full ? "50667" : nil, full ? String(repeating: "Ä", count: 35) : nil, full ? "12" : nil, full ? nil : "Hof 3", nil])
    }
    for index in 0..<many {
      let text = String(repeating: "Rechnung ", count: Int.random(in: 0...15, using: &random))
      try await session.run(
        """
        INSERT INTO intake.collection_request (request_key, creditor, mandate_reference, amount, due_date, end_to_end_id, remittance)
        VALUES ($1, 'acme', $2, $3, $4, $1, $5)
        """,
        [
          .text("V-\(index)"), .text("V-\(Int.random(in: 0..<6, using: &random))"),
          .text("\(Int.random(in: 1...999_999, using: &random)).0\(index % 10)"),
          .text(Bool.random(using: &random) ? "2026-12-02" : "2026-12-03"), .text(text),
        ])
    }
    _ = try await Intake(session: session).run(at: Self.start)
  }
}
