import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Commands")
struct CommandTests {
  private static let columns = "request_key,creditor,mandate_reference,amount,due_date,remittance"

  @Test("import takes every CSV that spreadsheets write, as it stands")
  func importsCSV() throws {
    let installed = try Installed()
    let cases: [(csv: String, rows: [String])] = [
      ("request_key,remittance\nk,text\n", ["k|text"]),
      ("request_key;remittance\r\nk;a,b\r\n", ["k|a,b"]),
      ("\u{FEFF}request_key;remittance\r\nk;é", ["k|é"]),
      ("REQUEST_KEY,remittance\n\"k\",\"say \"\"x\"\", then\r\ny\"\n", ["k|say \"x\", then\r\ny"]),
      ("request_key,remittance\n\nk,\n\nl,\"\"\n\n", ["k|", "l|"]),
      ("request_key,remittance\nk,tab\tand \\N and \\\n", ["k|tab\tand \\N and \\"]),
      ("request_key,remittance\n", []),
    ]
    for (csv, rows) in cases {
      let file = try installed.directory.write("requests.csv", Array(csv.utf8))
      let (status, output) = try installed.program.run("import", "collections", file)
      #expect(status == 0 && output == "\(rows.count) collections requested\n", "\(csv.debugDescription): \(output)")
      let kept = try installed.sql(
        "SELECT coalesce(json_agg(request_key || '|' || coalesce(remittance, '') ORDER BY id), '[]') FROM intake.collection_request")
      #expect(try JSONDecoder().decode([String].self, from: Data(kept.utf8)) == rows, "\(csv.debugDescription)")
      _ = try installed.sql("TRUNCATE intake.collection_request")
    }
  }

  @Test("a collection whose debtor was not told is listed, and goes on by a person's word or at a person's risk")
  func notices() throws {
    let installed = try Installed()
    _ = try installed.sql(
      """
      INSERT INTO sepad.creditor (key, name, creditor_identifier, language, configured_at, notice_by)
      VALUES ('acme', 'ACME SAS', 'FR72ZZZ123456', 'fr', now(), 'mail');
      INSERT INTO sepad.creditor_account (creditor_id, key, iban, bank) VALUES (1, 'main', 'FR7630006000011234567890189', 'house');
      INSERT INTO sepad.debtor (name, iban) VALUES ('Roux', 'DE89370400440532013000');
      INSERT INTO sepad.mandate (creditor_id, reference, scheme, recurrent, signed_on, debtor_id, request_key, request_digest,
        accepted_at) VALUES (1, 'M-1', 'CORE', true, '2026-01-02', 1, 'M-1', '', now());
      INSERT INTO sepad.collection (creditor_id, account_id, mandate_id, scheme, sequence_type, amount_cents, requested_date,
        end_to_end_id, request_key, request_digest, accepted_at)
      SELECT 1, 1, 1, 'CORE', 'RCUR', 1250, '2026-12-18', 'E-' || n, 'C-' || n, '', now() FROM generate_series(1, 2) n;
      INSERT INTO sepad.collection_status SELECT id, 'scheduled', '2026-12-18', now(), amount_cents FROM sepad.collection;
      INSERT INTO sepad.notice_need SELECT id, NULL, 'pre-notification failed: no e-mail address' FROM sepad.collection;
      INSERT INTO sepad.due SELECT id, 1, 'CORE', 'RCUR', '2026-12-18', '2026-12-18', 'pre-notification failed: no e-mail address'
      FROM sepad.collection;
      INSERT INTO sepad.notice (collection_id, collection_date, amount_cents, days, give_by, carrier, made_at, outcome, outcome_at,
        missed_at)
      SELECT id, '2026-12-18', 1250, 14, '2026-12-04', 'mail', now(), 'failed', now(), now() FROM sepad.collection;
      """)
    let list = try installed.program.run("notice", "list", "--missing").output
    #expect(list.contains("C-1") && list.contains("C-2") && list.contains("pre-notification failed: no e-mail address"), "\(list)")
    #expect(!list.contains("Roux") && !list.contains("DE89"))
    func person(_ words: String...) throws -> (status: Int32, output: String) {
      let child = try installed.program.start(words + ["--because", "by telephone", "--operator", "jo"])
      return (child.wait(), child.output)
    }
    let given = try person("notice", "given", "1", "--on", "2026-12-01")
    #expect(given.status == 0 && given.output.contains("acknowledged"), "\(given.output)")
    let again = try person("notice", "given", "1", "--on", "2026-12-01")
    #expect(again.status == 65 && again.output.contains("once: found a notice that is acknowledged"), "\(again.output)")
    #expect(try person("notice", "given", "2", "--on", "2027-12-01").status == 64)
    let released = try person("collection", "release", "pre-notification failed: no e-mail address")
    #expect(released.status == 0 && released.output == "1 collections released\n", "\(released.output)")
    #expect(try installed.sql("SELECT count(*) FROM sepad.due WHERE held IS NULL") == "2")
    #expect(try installed.program.run("notice", "list").output == "no notices\n")
    let shown = try installed.program.run("collection", "show", "1").output
    #expect(shown.contains("notice of") && shown.contains("2026-12-18"), "\(shown)")
  }

  @Test("import refuses a faulty file whole, with its line and exit 65")
  func refusesCSV() throws {
    let installed = try Installed()
    let cases: [(csv: [UInt8], fault: String)] = [
      (Array("".utf8), "1: header: found an empty file"),
      (Array("request_key,amuont\nk,1\n".utf8), "1: column: found amuont"),
      (Array("request_key,amount,amount\nk,1,2\n".utf8), "1: column: found one name twice"),
      (Array("request_key,amount\nk,1\nl\n".utf8), "3: fields: found 1, expected 2"),
      (Array("request_key,amount\nk,1\nl,1,2\n".utf8), "3: fields: found 3, expected 2"),
      (Array("request_key,amount\nk,\"1\n2\"\nl,\"3\n".utf8), "4: quotes: found an open quote at the end"),
      (Array("request_key,amount\nk,a\"b\n".utf8), "2: quotes: found a quote inside a field"),
      (Array("request_key,amount\nk,\"a\"b\n".utf8), "2: quotes: found text after a closing quote"),
      (Array("request_key,amount\rk,1\r".utf8), "1: line end: found a carriage return alone"),
      (Array("request_key,amount\nk,".utf8) + [0xE9, 0x0A], "2: encoding: found bytes that are not UTF-8 text"),
      (Array("request_key,amount\nk,a\0b\n".utf8), "2: encoding: found bytes that are not UTF-8 text"),
      (Array("request_key,amount\nk,\(String(repeating: "x", count: 70_000))\n".utf8), "2: field length: found more than"),
      (Array("request_key\(String(repeating: ",", count: 200))\n".utf8), "1: fields: found more than 100"),
    ]
    for (csv, fault) in cases {
      let file = try installed.directory.write("requests.csv", csv)
      let (status, output) = try installed.program.run("import", "collections", file)
      #expect(status == 65 && output.hasPrefix("\(file):\(fault)"), "\(fault): \(status) \(output)")
    }
    // Late in a file that has been on its way for long.
    let many = (0..<100_000).map { "k\($0),1\n" }.joined()
    let file = try installed.directory.write("requests.csv", Array("request_key,amount\n\(many)k\n".utf8))
    let (status, output) = try installed.program.run("import", "collections", file)
    #expect(status == 65 && output.hasPrefix("\(file):100002: fields:"), "\(output)")
    #expect(try installed.sql("SELECT count(*) FROM intake.collection_request") == "0")
  }

  @Test("inspect reads on past a file it cannot read, and ends with 65")
  func inspectsOn() throws {
    let samples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../ISO20022Tests/Samples").standardizedFileURL.path
    let directory = try TemporaryDirectory()
    let broken = try directory.write("broken.xml", Array("<Document>\n<a>".utf8))
    let sound = ["\(samples)/pain002-partly-rejected.xml", "\(samples)/camt054-batch-and-returns.xml"]
    let program = try Program(directory, configuration: nil)
    let (status, output) = try program.run("inspect", "--json", sound[0], broken, directory.appending("absent"), sound[1])
    #expect(status == 65)
    let lines = output.split(separator: "\n").map(String.init)
    let objects = lines.filter { $0.hasPrefix("{") }.compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    #expect(objects.compactMap { $0["file"] as? String } == sound)
    #expect(lines.contains { $0.hasPrefix("\(broken):") })
    #expect(lines.contains { $0.hasPrefix("\(directory.appending("absent")):") && $0.contains("file is readable") })
    #expect(try program.run("inspect", sound[0]).status == 0)
    #expect(try program.run("inspect").status == 64)
  }

  @Test("validate judges without configuration: 0, 65 with errors, 66 for what cannot be read, and says what it skipped")
  func validates() throws {
    let directory = try TemporaryDirectory()
    let program = try Program(directory, configuration: nil, environment: ["SEPAD_SCHEMAS": directory.appending("none")])
    let good = try directory.write("good.xml", Array(Self.collectionFile.utf8))
    let wrong = try directory.write(
      "wrong.xml", Array(Self.collectionFile.replacingOccurrences(of: "<PmtMtd>DD", with: "<PmtMtd>TRF").utf8))
    let doubtful = try directory.write(
      "doubtful.xml", Array(Self.collectionFile.replacingOccurrences(of: "2026-12-03", with: "2026-12-05").utf8))
    let absent = directory.appending("absent.xml")

    let (status, output) = try program.run("validate", good)
    #expect(status == 0, "\(output)")
    #expect(output.contains("\(good): SKIPPED: schema: no pain.008.001.08.xsd that can be read in \(directory.appending("none"))"))
    #expect(output.contains("\(good): pain.008.001.08, 1 block, 1 transaction: 0 errors, 0 warnings; schema skipped"))

    let (failed, complaints) = try program.run("validate", wrong, good)
    #expect(failed == 65, "\(complaints)")
    #expect(complaints.hasPrefix("\(wrong):1: error: PmtInf[1]/PmtMtd: payment-method: found TRF, expected DD (ISO 20022)\n"))
    #expect(complaints.contains("\(good): pain.008.001.08"))

    #expect(try program.run("validate", doubtful).status == 0)
    #expect(try program.run("validate", "--strict", doubtful).status == 65)

    let (unread, rest) = try program.run("validate", "--json", absent, wrong, good)
    #expect(unread == 66 && rest.contains("\(absent):") && rest.contains("file is readable"), "\(rest)")
    let objects = rest.split(separator: "\n").filter { $0.hasPrefix("{") }.compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    #expect(objects.compactMap { $0["file"] as? String } == [wrong, good])
    #expect(objects.compactMap { $0["errors"] as? Int } == [1, 0])
    let finding = try #require((objects.first?["findings"] as? [[String: Any]])?.first)
    #expect(finding["rule"] as? String == "payment-method" && finding["level"] as? String == "error")
    #expect(finding["line"] as? Int == 1 && finding["path"] as? String == "PmtInf[1]/PmtMtd")
    #expect(finding["found"] as? String == "TRF" && finding["expected"] as? String == "DD")

    #expect(try program.run("validate").status == 64)
    guard let schema = schemaPath("pain.008.001.08") else { return }
    let schemas = (schema as NSString).deletingLastPathComponent
    let checked = try program.run("validate", "--schemas", schemas, good, wrong)
    #expect(checked.status == 65 && checked.output.contains("\(good): pain.008.001.08, 1 block, 1 transaction: 0 errors, 0 warnings; schema valid"))
    #expect(checked.output.contains("\(wrong):1: error: PmtMtd: schema: found another set of values, expected"))
  }

  /// On one line, as sepad writes them.
  private static let collectionFile = """
    <?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"><CstmrDrctDbtInitn>\
    <GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-12-01T07:00:00Z</CreDtTm><NbOfTxs>1</NbOfTxs><CtrlSum>12.50</CtrlSum><InitgPty>\
    <Nm>Acme</Nm></InitgPty></GrpHdr><PmtInf><PmtInfId>B-1</PmtInfId><PmtMtd>DD</PmtMtd><NbOfTxs>1</NbOfTxs><CtrlSum>12.50\
    </CtrlSum><PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm><Cd>CORE</Cd></LclInstrm><SeqTp>RCUR</SeqTp></PmtTpInf>\
    <ReqdColltnDt>2026-12-03</ReqdColltnDt><Cdtr><Nm>Acme</Nm></Cdtr><CdtrAcct><Id><IBAN>FR7630006000011234567890189</IBAN>\
    </Id></CdtrAcct><CdtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></CdtrAgt><ChrgBr>SLEV</ChrgBr>\
    <CdtrSchmeId><Id><PrvtId><Othr><Id>FR72ZZZ123456</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id>\
    </CdtrSchmeId><DrctDbtTxInf><PmtId><EndToEndId>E-1</EndToEndId></PmtId><InstdAmt Ccy="EUR">12.50</InstdAmt><DrctDbtTx>\
    <MndtRltdInf><MndtId>RUM-1</MndtId><DtOfSgntr>2026-01-31</DtOfSgntr></MndtRltdInf></DrctDbtTx><DbtrAgt><FinInstnId>\
    <Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt><Dbtr><Nm>Dupont</Nm></Dbtr><DbtrAcct><Id><IBAN>\
    DE89370400440532013000</IBAN></Id></DbtrAcct></DrctDbtTxInf></PmtInf></CstmrDrctDbtInitn></Document>
    """

  @Test("calendar prints a profile's days with why they are closed, and until when a file for their dates may leave")
  func calendar() throws {
    let directory = try TemporaryDirectory()
    let program = try Program(directory, configuration: nil)
    let text = try program.run("calendar", "--from", "2026-12-23", "--to", "2026-12-28", "--profile", "generic-france")
    #expect(text.status == 0)
    #expect(
      text.output == """
        generic-france, clock of Europe/Paris
        day              TARGET             bank    CORE earliest  leaves until      B2B earliest  leaves until
        2026-12-23  Wed  open               open    2026-12-28     2026-12-23 12:00  2026-12-28    2026-12-23 12:00
        2026-12-24  Thu  open               open    2026-12-29     2026-12-24 12:00  2026-12-29    2026-12-24 12:00
        2026-12-25  Fri  Christmas Day      closed  2026-12-30     2026-12-28 12:00  2026-12-30    2026-12-28 12:00
        2026-12-26  Sat  Christmas Holiday  closed  2026-12-30     2026-12-28 12:00  2026-12-30    2026-12-28 12:00
        2026-12-27  Sun  Sunday             closed  2026-12-30     2026-12-28 12:00  2026-12-30    2026-12-28 12:00
        2026-12-28  Mon  open               open    2026-12-30     2026-12-28 12:00  2026-12-30    2026-12-28 12:00

        """, "\(text.output)")
    // A bank of one's own, closed for a bridge; one scheme, for programs.
    let own = try directory.write(
      "own.toml",
      Array(
        """
        description = "Ours"
        based_on = "generic-france"
        lead_days_core = 1
        cut_off_core = "15:30"
        closing_days = ["easter+39", "2027-05-07"]
        early_cut_offs = ["friday 11:00"]
        """.utf8))
    let json = try program.run(
      "calendar", "--json", "--scheme", "CORE", "--from", "2027-05-05", "--to", "2027-05-14", "--profile", own)
    let days = json.output.split(separator: "\n").compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    let told = days.map { day in
      let core = (day["schemes"] as? [[String: Any]])?.first
      return [
        day["date"], day["target_closing"] ?? "open",
        day["bank_open"] as? Bool == true ? "open" : day["bank_closing"] ?? "closed", core?["earliest_collection_date"], core?["leaves_until"],
      ].map { $0 as? String ?? "-" }.joined(separator: "|")
    }
    #expect(json.status == 0 && days.count == 10, "\(json.output)")
    for line in [
      "2027-05-05|open|open|2027-05-06|2027-05-05 15:30", "2027-05-06|open|easter+39|2027-05-11|2027-05-10 15:30",
      "2027-05-07|open|2027-05-07|2027-05-11|2027-05-10 15:30", "2027-05-08|Saturday|closed|2027-05-11|2027-05-10 15:30",
      "2027-05-14|open|open|2027-05-17|2027-05-14 11:00",
    ] { #expect(told.contains(line), "\(line): \(told)") }
    // Sixty days from today, of any bank.
    let standard = try program.run("calendar")
    #expect(standard.status == 0 && standard.output.hasPrefix("generic-epc, clock of Europe/Brussels\n"), "\(standard.output)")
    #expect(standard.output.split(separator: "\n").count == 62)
  }

  @Test("calendar of a configured bank begins on the daemon's day, and says what is wrong with what it is asked")
  func calendarOfBank() throws {
    let installed = try Installed()
    let bank = try installed.program.run("calendar", "--bank", "nobody", "--to", "2026-12-02")
    #expect(bank.status == 66 && bank.output.contains("nobody: bank: found none of this name in "), "\(bank.output)")
    let sandbox = try Program(installed.directory, configuration: Self.bankOfOurs(installed.directory))
    let text = try sandbox.run("calendar", "--bank", "house", "--to", "2026-12-02", "--scheme", "B2B")
    #expect(
      text.output == """
        house, clock of Europe/Helsinki
        day              TARGET  bank           B2B earliest  leaves until
        2026-12-01  Tue  open    closed: 12-01  2026-12-07    2026-12-02 09:15
        2026-12-02  Wed  open    open           2026-12-07    2026-12-02 09:15

        """, "\(text.output)")
    for (words, fault) in [
      (["--from", "2027-02-29"], "--from: date: found 2027-02-29, expected a day of the calendar"),
      (["--to", "tomorrow"], "--to: date: found tomorrow, expected year, month and day"),
      (["--from", "2027-01-02", "--to", "2027-01-01"], "--to: found 2027-01-01, expected 2027-01-02 or later"),
      (["--from", "1900-01-01", "--to", "2200-12-31"], "expected a day less than 36600 days after --from"),
      (["--bank", "house", "--profile", "generic-epc"], "found --profile and --bank, expected one of them"),
      (["--scheme", "COR1"], "COR1"),
    ] {
      let child = try sandbox.start(["calendar"] + words)
      #expect(child.wait() == 64 && child.output.contains(fault), "\(words): \(child.output)")
    }
    let (status, output) = try sandbox.run("calendar", "--profile", "nobody")
    #expect(status == 78 && output.contains("nobody: -: profile: found none of this name"), "\(output)")
    #expect(output.contains("HINT: "), "\(output)")
  }

  private static func bankOfOurs(_ directory: TemporaryDirectory) throws -> String {
    try directory.write("ssh-key", Array("a key".utf8))
    try directory.write("clock", Array("2026-12-01T07:00:00Z\n".utf8))
    return """
      [database]
      url = "postgresql:///sepad?host=/nowhere"
      [daemon]
      clock_file = "\(directory.path)/clock"
      credentials_directory = "\(directory.path)"
      [[bank]]
      name = "house"
      channel = "sftp"
      initiating_party = "ACME SAS"
      time_zone = "Europe/Helsinki"
      lead_days_b2b = 3
      cut_off_b2b = "09:15"
      closing_days = ["12-01"]
      [bank.sftp]
      host = "127.0.0.1"
      user = "acme"
      private_key = "ssh-key"
      host_key_sha256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
      inbox = "/inbox"
      outbox = "/outbox"
      """
  }

  @Test("status says 1 as soon as what banks hold and what became of it differ by a cent")
  func conservation() throws {
    let installed = try Installed()
    let (status, output) = try installed.program.run("status")
    #expect(status == 0 && output.contains("submitted 0.00 = settled 0.00 + rejected 0.00 + returned 0.00 + open 0.00"), "\(output)")
    #expect(output.contains("none, the daemon does not run"))
    // Stands in for a defect anywhere below.
    _ = try installed.sql("INSERT INTO sepad.state_tally (state, collections, cents) VALUES ('returned', 1, 40), ('accepted', 1, 60)")
    let differs = try installed.program.run("status")
    #expect(
      differs.status == 1
        && differs.output.contains("submitted 0.00 DIFFERS FROM settled 0.00 + rejected 0.00 + returned 0.40 + open 0.60"),
      "\(differs.output)")
    let json = try installed.program.run("status", "--json")
    #expect(json.status == 1 && json.output.contains("\"adds_up\":false"), "\(json.output)")
    let reconciled = try installed.program.start(["reconcile"])
    let fault = "running total of returned: what its collections come to: found 1 of 0.40, expected 0 of 0.00"
    #expect(reconciled.wait() == 1 && reconciled.output.contains(fault), "\(reconciled.output)")
    let corrected = try installed.program.run("reconcile", "--correct-totals")
    #expect(corrected.status == 0 && corrected.output.contains("corrected: \(fault)"), "\(corrected.output)")
    #expect(try installed.program.run("status").status == 0)
  }

  @Test("a database that is not at this schema is exit 69 for each command that needs it, with what to do")
  func needsSchema() throws {
    let directory = try TemporaryDirectory()
    let toml = "[database]\nurl = \"\(try PrivatePostgres.shared.makeDatabase())\"\n[daemon]\nspool_directory = \"\(directory.path)/spool\"\n"
    let program = try Program(directory, configuration: toml)
    for words in [["status"], ["unmatched"], ["file", "show", "1"], ["collection", "show", "1"], ["run", "--once"]] {
      let child = try program.start(words)
      #expect(child.wait() == 69 && child.output.contains("HINT: run `sepad migrate`"), "\(words): \(child.output)")
    }
    let check = try program.run("check")
    #expect(check.status == 1 && check.output.contains("FAIL  schema version"), "\(check.output)")
    #expect(try program.run("migrate").status == 0)
    #expect(try program.run("migrate").output.contains("nothing to do"))
    #expect(try program.run("check").status == 0)
    for words in [["file", "show", "1"], ["collection", "show", "1"]] { #expect(try program.start(words).wait() == 65) }
  }
}

@Suite("Service")
struct ServiceTests {
  @Test("run ends on SIGTERM in time, while its database stands still")
  func endsBesideStandstill() async throws {
    let installed = try Installed()
    let proxy = try FaultProxy(.socket("\(PrivatePostgres.shared.directory)/.s.PGSQL.5432"))
    let name = installed.database.split(separator: "=").last ?? ""
    let toml = """
      [database]
      url = "host=127.0.0.1 port=\(proxy.port) user=postgres dbname=\(name)"
      [daemon]
      state_directory = "\(installed.directory.path)/state"
      status_file = "\(installed.directory.path)/status.json"
      clock_file = "\(installed.directory.path)/clock"
      poll_interval_seconds = 1
      """
    let child = try Program(installed.directory, configuration: toml).start(["run"])
    defer { child.kill() }
    try await waitUntil("queues in the status file", seconds: 30) { (installed.status?["queues"] as? [String: Int])?["due"] == 0 }
    proxy.set(.stall(after: 0, to: .client))
    // A step takes milliseconds: a stage that is at one in two files waits for the database.
    var busy: Set<String> = []
    try await waitUntil("a stage waits for the database", seconds: 30) {
      let stage = (installed.status?["stages"] as? [String: Any])?["pipeline"] as? [String: Any]
      if stage?["busy_since"] is String, let written = installed.status?["written_at"] as? String { busy.insert(written) }
      return busy.count >= 2
    }
    child.terminate()
    // By itself a statement may take ten minutes; systemd waits for 90 seconds.
    try await waitUntil("its end", seconds: 45) { !child.isRunning }
    #expect(child.wait() == 0, "\(child.output)")
  }

  @Test("run says ready, keeps the status file young and ends on SIGTERM with 0", arguments: [false, true])
  func lives(abstract: Bool) async throws {
    let socket = try NotifySocket(abstract: abstract)
    let installed = try Installed(environment: ["NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "400000"])
    let child = try installed.program.start(["run"])
    defer { child.kill() }
    try await waitUntil("READY=1", seconds: 30) { socket.messages().contains { $0.hasPrefix("READY=1\n") } }
    try await waitUntil("three beats", seconds: 30) { socket.messages().filter { $0.hasPrefix("WATCHDOG=1\n") }.count >= 3 }
    try await waitUntil("queues in the status file", seconds: 30) { (installed.status?["queues"] as? [String: Int])?["due"] == 0 }
    let status = try #require(installed.status)
    #expect(status["clock"] as? String == "2026-12-01T07:00:00Z" && status["pid"] as? Int == Int(child.pid))
    #expect(Set(status.keys).isSuperset(of: ["written_at", "version", "stages", "collections", "banks", "adds_up"]))
    #expect(Set((status["stages"] as? [String: Any] ?? [:]).keys) == ["pipeline", "react", "watch"])
    let mode = try FileManager.default.attributesOfItem(atPath: installed.directory.appending("status.json"))[.posixPermissions]
    #expect(mode as? Int == 0o644)
    child.terminate()
    try await waitUntil("its end", seconds: 10) { !child.isRunning }
    #expect(child.wait() == 0, "\(child.output)")
    #expect(socket.messages().last?.hasPrefix("STOPPING=1\n") == true)
    #expect(child.output.contains("warning the clock is steered by a file"))
  }

  @Test("a database that stands still holds up neither the status file nor the watchdog")
  func standsStill() async throws {
    let cluster = try PrivatePostgres()
    let socket = try NotifySocket(abstract: false)
    let installed = try Installed(environment: ["NOTIFY_SOCKET": socket.name], cluster: cluster)
    let child = try installed.program.start(["run"])
    defer { child.kill() }
    try await waitUntil("queues in the status file", seconds: 30) { installed.status?["queues"] is [String: Any] }
    let server = try postmaster(of: cluster)
    defer { server.signal(SIGCONT) }
    server.signal(SIGSTOP)
    let frozen = try #require(installed.status?["written_at"] as? String)
    let beats = socket.messages().count
    try await waitUntil("a beat", seconds: 30) { (installed.status?["written_at"] as? String ?? "") > frozen }
    let later = try #require(installed.status?["written_at"] as? String)
    try await waitUntil("another beat", seconds: 30) { (installed.status?["written_at"] as? String ?? "") > later }
    #expect(socket.messages().count > beats)
  }

  private struct Server {
    let pids: [Int32]
    func signal(_ number: Int32) { for pid in pids { kill(pid, number) } }
  }

  private func postmaster(of cluster: PrivatePostgres) throws -> Server {
    let file = try String(contentsOfFile: cluster.directory + "/data/postmaster.pid", encoding: .utf8)
    let first = try #require(file.split(separator: "\n").first.flatMap { Int32($0) })
    let children = try ChildProcess.run("/usr/bin/pgrep", ["-P", "\(first)"]).output
    return Server(pids: [first] + children.split(separator: "\n").compactMap { Int32($0) })
  }
}

/// systemd's end of sd_notify(3).
private final class NotifySocket: @unchecked Sendable {  // Used by one test.
  /// As NOTIFY_SOCKET has it.
  let name: String
  private let descriptor: Int32
  private let directory: TemporaryDirectory
  private var received: [String] = []

  init(abstract: Bool) throws {
    directory = try TemporaryDirectory()
    name = abstract ? "@sepad-\(UUID().uuidString)" : directory.appending("notify")
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = Array(name.utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { buffer in
      buffer.copyBytes(from: path)
      if abstract { buffer[0] = 0 }
    }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    try #require(bound == 0)
  }

  deinit { close(descriptor) }

  /// Everything said so far.
  func messages() -> [String] {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { return received }
      received.append(String(decoding: buffer[..<count], as: UTF8.self))
    }
  }
}
