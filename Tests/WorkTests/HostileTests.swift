import Foundation
import Glibc
import SEPA
import Store
import TestSupport
import Testing
import Work

/// Whatever a bank or somebody in its place sends: it is set aside whole, somebody is told, and the next file counts.
@Suite struct HostileTests {
  /// A payment of 12.50 at the bank, and finance with an address.
  private static func bench() async throws -> Bench {
    let bench = try await Bench()
    try await bench.session.run("INSERT INTO sepad.subscription VALUES ('mail:finance', 'finance_mail')")
    try await bench.request(amounts: ["12.50"])
    _ = try await bench.sealAndSubmit()
    return bench
  }

  /// State and reason of the one file that came.
  private static func outcome(_ bench: Bench) async throws -> (state: String, fault: String?) {
    let rows = try await bench.session.run("SELECT state, fault FROM sepad.inbound_file").rows
    let row = try #require(rows.first)
    return (try row.text(0), row[1])
  }

  private static func count(_ bench: Bench, _ table: String) async throws -> Int64 {
    try await bench.session.one("SELECT count(*) FROM \(table)").integer(0)
  }

  private static func expectSettled(_ bench: Bench) async throws {
    try await bench.apply(Reports.named("settle", message: "", sequence: 2), name: "good.xml")
    #expect(try await bench.states() == ["M-1-0": "settled"], "the next good file counts")
  }

  @Test("is set aside whole with its reason and an alert, and the next file counts", arguments: HostileFile.all)
  func setsAside(_ file: HostileFile) async throws {
    let bench = try await Self.bench()
    try await bench.keep(try file.make(), name: "hostile.xml")
    try await bench.applyKept()

    let (state, fault) = try await Self.outcome(bench)
    #expect(state == "set_aside")
    #expect(fault?.contains(file.reason) == true, "\(fault ?? "no reason")")
    #expect(fault?.utf8.count ?? 0 < 400 && fault?.contains("\n") == false, "a reason is one short line")
    #expect(try await Self.count(bench, "sepad.inbound_entry") == 0)
    #expect(try await Self.count(bench, "sepad.inbound_statement") == 0)
    #expect(try await bench.states() == ["M-1-0": "submitted"])
    let alerts = try await bench.session.run(
      """
      SELECT j.endpoint, j.content FROM sepad.job j JOIN sepad.inbound_file f ON j.subject = 'inbound:' || f.id
      WHERE j.kind = 'alert_mail'
      """
    ).rows
    #expect(alerts.count == 1)
    #expect(try alerts.first?.text(0) == "mail:finance")
    #expect(try alerts.first?.text(1).contains(file.reason) == true)
    try await Self.expectSettled(bench)
  }

  @Test func `nobody is called while a file is read, whoever it names`() async throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    defer { close(listener) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(listener, $0, size)
        getsockname(listener, $0, &size)
      }
    }
    try #require(listen(listener, 5) == 0)
    let url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/x.dtd"
    let bench = try await Self.bench()
    let root =
      "<?xml-stylesheet href='\(url)'?><Document xmlns='\(url)' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"
      + " xsi:schemaLocation='\(url) \(url)'"
    let texts = [
      "<!DOCTYPE D SYSTEM '\(url)'><D/>", "<!DOCTYPE D [<!ENTITY x SYSTEM '\(url)'>]><D>&x;</D>",
      "<!DOCTYPE D [<!ENTITY % x SYSTEM '\(url)'> %x;]><D/>", root + "/>",
      root + " xmlns:i='http://www.w3.org/2001/XInclude'><i:include href='\(url)'/></Document>",
    ]
    for text in texts { try await bench.apply(text) }
    #expect(try await Self.count(bench, "sepad.inbound_file WHERE state = 'set_aside'") == Int64(texts.count))
    #expect(accept(listener, nil, nil) == -1 && errno == EAGAIN, "somebody connected")
    try await Self.expectSettled(bench)
  }

  @Test func `trouble of the database is not the file's: it waits, and counts later`() async throws {
    let bench = try await Self.bench()
    try await Self.refuseEntries(bench, sqlState: "40001")
    await #expect(throws: StoreFault.self) { try await bench.apply(Reports.named("settle", message: "", sequence: 1)) }
    #expect(try await Self.outcome(bench).state == "received")
    try await bench.session.run("DROP TRIGGER refuse ON sepad.inbound_entry")
    try await bench.applyKept()
    #expect(try await Self.outcome(bench).state == "applied")
    #expect(try await bench.states() == ["M-1-0": "settled"])
  }

  @Test("values that the database does not take are the file's: it is set aside",
    arguments: ["22003", "23514", "54000"])
  func setsAsideValues(_ sqlState: String) async throws {
    let bench = try await Self.bench()
    try await Self.refuseEntries(bench, sqlState: sqlState)
    try await bench.apply(Reports.named("settle", message: "", sequence: 1))
    let (state, fault) = try await Self.outcome(bench)
    #expect(state == "set_aside")
    #expect(fault?.contains("SQLSTATE \(sqlState)") == true, "\(fault ?? "no reason")")
    try await bench.session.run("DROP TRIGGER refuse ON sepad.inbound_entry")
    try await Self.expectSettled(bench)
  }

  @Test func `numbers and days that cannot be are kept as they are, and stop nothing`() async throws {
    let bench = try await Self.bench()
    let largest = String(repeating: "9", count: 18)
    let report = Reports.named("foreign", message: "", sequence: 1).replacing("2026-12-03", with: "9999-99-99")
      .replacing("camt.054", with: "camt.053").replacing("BkToCstmrDbtCdtNtfctn", with: "BkToCstmrStmt")
      .replacing("Ntfctn", with: "Stmt")
    for number in [largest, "9\(largest)", "0", String(repeating: "0", count: 30)] {
      let numbers = "<ElctrncSeqNb>\(number)</ElctrncSeqNb><LglSeqNb>\(number)</LglSeqNb>"
      try await bench.apply(report.replacing("<Acct>", with: numbers + "<Acct>"))
    }
    #expect(try await Self.count(bench, "sepad.inbound_file WHERE state = 'applied'") == 4)
    _ = try await bench.session.statementFaults()
    _ = try await Watch(session: bench.session, banks: [bench.bank], log: bench.log)
      .run(at: Bench.start.adding(seconds: 86_400))
    try await Self.expectSettled(bench)
  }

  @Test func `a file of many statements is stored as it is read`() async throws {
    let bench = try await Self.bench()
    let one = try #require(Reports.named("foreign", message: "", sequence: 1).firstMatch(of: /<Ntfctn>.*<\/Ntfctn>/))
    let many = Reports.named("foreign", message: "", sequence: 1)
      .replacing(one.0, with: (0..<5000).map { one.0.replacing("N-1", with: "N-\($0)") }.joined())
    try await bench.apply(many)
    #expect(try await Self.count(bench, "sepad.inbound_statement WHERE booked_cents = 1250") == 5000)
    #expect(try await Self.count(bench, "sepad.inbound_entry") == 10_000)
  }

  private static func refuseEntries(_ bench: Bench, sqlState: String) async throws {
    try await bench.session.run(
      """
      CREATE FUNCTION sepad.refuse() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN RAISE EXCEPTION ''refused'' USING ERRCODE = ''\(sqlState)''; END'
      """)
    try await bench.session.run(
      "CREATE TRIGGER refuse BEFORE INSERT ON sepad.inbound_entry FOR EACH ROW EXECUTE FUNCTION sepad.refuse()")
  }
}
