import Foundation
import SEPA
import Store
import TestSupport
import Testing
import Work

/// Collection dates as a bank's calendar and a creditor's wish have them, on real PostgreSQL: fixed, moved by downtime, kept
/// as they were asked for.
@Suite struct BankCalendarTests {
  private struct Dated: Equatable, CustomStringConvertible {
    let id: String
    let requested: String?
    let date: String?
    let details: [String]
    var description: String { "\(id) \(requested ?? "-") \(date ?? "-") \(details)" }
  }

  /// Each collection with its two dates, and what each dating of it says.
  private func dated(_ bench: Bench) async throws -> [Dated] {
    try await bench.session.run(
      """
      SELECT c.end_to_end_id, c.requested_date, s.collection_date,
        (SELECT string_agg(coalesce(e.detail, 'as asked'), ';' ORDER BY e.id) FROM sepad.payment_event e
         WHERE e.collection_id = c.id AND e.event = 'dated')
      FROM sepad.collection c JOIN sepad.collection_status s ON s.collection_id = c.id ORDER BY c.id
      """
    ).rows.map { row in
      Dated(
        id: try row.text(0), requested: row[1], date: row[2], details: (row[3] ?? "").split(separator: ";").map(String.init))
    }
  }

  private func date(_ bench: Bench, at now: String) async throws -> Int {
    try await Dating(session: bench.session).run(bench.bank, at: try Instant(iso: now))
  }

  private func build(_ bench: Bench, at now: String) async throws -> Int {
    try await Builder(session: bench.session, log: bench.log).run(bench.bank, at: try Instant(iso: now))
  }

  private func files(_ bench: Bench) async throws -> [String] {
    try await bench.session.run("SELECT concat_ws(' ', scheme, state, first_date) FROM sepad.outbound_file ORDER BY id").rows
      .map { try $0.text(0) }
  }

  // MARK: Downtime

  @Test("what waits over a cut-off gets the next date that can be met, and keeps the one that was asked for", arguments: [
    // The last moment for 3 December is 16:00 in Paris the day before.
    ("2026-12-02T15:00:00Z", "2026-12-03"), ("2026-12-02T15:00:01Z", "2026-12-04"), ("2026-12-03T15:00:00Z", "2026-12-04"),
    ("2026-12-03T15:00:01Z", "2026-12-07"), ("2026-12-24T15:00:00Z", "2026-12-28"), ("2026-12-24T15:00:01Z", "2026-12-29"),
  ], [Scheme.core, .b2b])
  func downtime(days: (now: String, moved: String), scheme: Scheme) async throws {
    let (now, moved) = days
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"], scheme: scheme)
    #expect(try await date(bench, at: "2026-12-01T07:00:00Z") == 1)
    #expect(try await dated(bench) == [Dated(id: "M-1-0", requested: "2026-12-03", date: "2026-12-03", details: ["as asked"])])
    // The daemon stands still from here on.
    let isMoved = moved != "2026-12-03"
    #expect(try await date(bench, at: now) == (isMoved ? 1 : 0))
    #expect(try await date(bench, at: now) == 0, "once")
    let details = ["as asked"] + (isMoved ? ["from 2026-12-03 to \(moved)"] : [])
    #expect(try await dated(bench) == [Dated(id: "M-1-0", requested: "2026-12-03", date: moved, details: details)])
    #expect(try await build(bench, at: now) == 1)
    #expect(try await files(bench) == ["\(scheme.rawValue) sealed \(moved)"])
  }

  @Test func `a file that missed its cut-off is withdrawn, and its collections leave under another date`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50", "13.50"])
    try await bench.seal()
    let spool = try TemporaryDirectory()
    let exchange = Exchange(session: bench.session, bank: bench.bank, spoolDirectory: spool.path, log: bench.log)
    // The channel reaches no bank: in time the file stays, too late it is withdrawn before anything is tried.
    let inTime = try Instant(iso: "2026-12-02T15:00:00Z")
    _ = try? await exchange.run { inTime }
    #expect(try await files(bench) == ["B2B sealed 2026-12-03"])
    let late = try Instant(iso: "2026-12-02T16:00:00Z")
    _ = try? await exchange.run { late }
    #expect(try await files(bench) == ["B2B withdrawn 2026-12-03"])
    _ = try? await exchange.run { late }
    #expect(try await date(bench, at: late.description) == 2)
    #expect(try await build(bench, at: late.description) == 1)
    #expect(try await files(bench) == ["B2B withdrawn 2026-12-03", "B2B sealed 2026-12-04"])
    for one in try await dated(bench) {
      #expect(one.requested == "2026-12-03" && one.date == "2026-12-04")
      #expect(one.details == ["as asked", "from 2026-12-03 to 2026-12-04"])
    }
    #expect(try await bench.session.one("SELECT count(*) FROM sepad.file_item WHERE live").integer(0) == 2)
    let bytes = try await bench.session.bytes("SELECT bytes FROM sepad.outbound_chunk WHERE file_id = 2 ORDER BY ordinal")
    #expect(String(decoding: bytes.flatMap { $0 }, as: UTF8.self).contains("<ReqdColltnDt>2026-12-04</ReqdColltnDt>"))
  }

  // MARK: Schemes

  @Test func `each scheme has its own lead time and cut-off, when dates are fixed, files are built, and when they leave`()
    async throws
  {
    var bench = try await Bench()
    bench.bank.windows.b2b = try SubmissionWindow(leadDays: 2, cutOff: 12 * 3600, submitAheadDays: 2)
    try await bench.request(amounts: ["12.50"])
    try await bench.requestCore(amount: "99.00", due: "2026-12-03")
    // The last moments for 3 December: Tuesday noon, Wednesday 16:00.
    #expect(try await date(bench, at: "2026-12-01T07:00:00Z") == 2)
    let preview = try await Preview(session: bench.session).run(bench.bank, at: Bench.start)
    #expect(preview.files.flatMap { file in file.blocks.map { "\(file.scheme.rawValue) \($0.collectionDate)" } }.sorted()
      == ["B2B 2026-12-03", "CORE 2026-12-03"])
    #expect(try await build(bench, at: "2026-12-01T11:00:00Z") == 2)
    let spool = try TemporaryDirectory()
    let exchange = Exchange(session: bench.session, bank: bench.bank, spoolDirectory: spool.path, log: bench.log)
    let afternoon = try Instant(iso: "2026-12-01T11:00:01Z")
    _ = try? await exchange.run { afternoon }
    #expect(try await files(bench).sorted() == ["B2B withdrawn 2026-12-03", "CORE sealed 2026-12-03"])
    #expect(try await date(bench, at: afternoon.description) == 1)
    #expect(try await dated(bench).map(\.date) == ["2026-12-04", "2026-12-03"])
    #expect(try await build(bench, at: afternoon.description) == 1)
    let evening = try Instant(iso: "2026-12-02T15:00:01Z")
    _ = try? await exchange.run { evening }
    #expect(
      try await files(bench).sorted()
        == ["B2B withdrawn 2026-12-03", "B2B withdrawn 2026-12-04", "CORE withdrawn 2026-12-03"])
  }

  // MARK: The bank's own days

  @Test func `on its own closing day a bank takes in nothing, and what could not wait leaves before`() async throws {
    var bench = try await Bench()
    let days = ServiceDays(closings: [try DayRule("12-02"), try DayRule("2026-12-03")])
    bench.bank.windows = PerScheme(both: try SubmissionWindow(cutOff: 16 * 3600, submitAheadDays: 1, days: days))
    try await bench.request(amounts: ["10.00"], due: "2026-12-02", mandate: "M-2")
    try await bench.request(amounts: ["11.00"], due: "2026-12-03", mandate: "M-3")
    try await bench.request(amounts: ["12.00"], due: "2026-12-04", mandate: "M-4")
    try await bench.request(amounts: ["13.00"], due: "2026-12-07", mandate: "M-7")
    #expect(try await date(bench, at: "2026-12-01T15:00:00Z") == 4)
    // One day ahead is the rule; the 3rd and the 4th cannot be met from Friday on.
    #expect(try await build(bench, at: "2026-12-01T15:00:00Z") == 1)
    let blocks = try await bench.session.run("SELECT collection_date FROM sepad.payment_block ORDER BY 1").rows
      .map { try $0.text(0) }
    #expect(blocks == ["2026-12-02", "2026-12-03", "2026-12-04"])
    #expect(try await dated(bench).map(\.details) == Array(repeating: ["as asked"], count: 4))
    // Whatever comes in now counts as of Friday.
    try await bench.request(amounts: ["14.00"], due: "2026-12-02", mandate: "M-8")
    #expect(try await date(bench, at: "2026-12-01T15:00:01Z") == 1)
    #expect(try await dated(bench).last?.date == "2026-12-07")
  }

  // MARK: The creditor's wish

  @Test func `a due date on a closing day goes forward or back, as its creditor wants it`() async throws {
    let bench = try await Bench()
    try await bench.configure(zeta: .preceding)
    try await bench.request(amounts: ["12.50"], due: "2026-12-05")
    try await bench.requestForSecondCreditor(amount: "20.00", endToEndID: "Z-1-0", due: "2026-12-05")
    #expect(try await date(bench, at: "2026-12-01T07:00:00Z") == 2)
    #expect(
      try await dated(bench) == [
        Dated(id: "M-1-0", requested: "2026-12-05", date: "2026-12-07", details: ["from 2026-12-05 to 2026-12-07"]),
        Dated(id: "Z-1-0", requested: "2026-12-05", date: "2026-12-04", details: ["from 2026-12-05 to 2026-12-04"]),
      ])
    // Another wish holds for what gets its date from now on.
    try await bench.configure(zeta: .modifiedFollowing)
    #expect(try await date(bench, at: "2026-12-01T07:00:00Z") == 0)
    // Back is too late now: forward.
    #expect(try await date(bench, at: "2026-12-03T15:00:01Z") == 1)
    #expect(try await dated(bench).last
      == Dated(id: "Z-1-0", requested: "2026-12-05", date: "2026-12-07", details: [
        "from 2026-12-05 to 2026-12-04", "from 2026-12-04 to 2026-12-07",
      ]))
    await #expect(throws: StoreFault.self) { try await bench.session.run("UPDATE sepad.creditor SET closed_day = 'never'") }
  }

  @Test func `what is previewed is what gets built`() async throws {
    let bench = try await Bench()
    try await bench.configure(zeta: .preceding)
    try await bench.request(amounts: ["12.50"], due: "2026-12-05")
    try await bench.requestForSecondCreditor(amount: "20.00", endToEndID: "Z-1-0", due: "2026-12-05")
    let now = try Instant(iso: "2026-12-03T07:00:00Z")
    let preview = try await Preview(session: bench.session).run(bench.bank, at: now)
    let told = preview.files.map { "\($0.creditor) \($0.blocks.map(\.collectionDate))" }.sorted()
    #expect(told == ["acme [\"2026-12-07\"]", "zeta [\"2026-12-04\"]"])
    try await bench.seal(at: now)
    let built = try await bench.session.run(
      "SELECT c.key || ' ' || f.first_date FROM sepad.outbound_file f JOIN sepad.creditor c ON c.id = f.creditor_id ORDER BY 1"
    ).rows.map { try $0.text(0) }
    #expect(built == ["acme 2026-12-07", "zeta 2026-12-04"])
  }

  // MARK: Zones

  @Test("PostgreSQL's clocks are those of the zones, around each change of the hour", arguments: [
    "Europe/Paris", "Europe/Helsinki", "America/Martinique",
  ])
  func zones(name: String) async throws {
    let zone = try #require(TimeZone(identifier: name))
    let session = Session(conninfo: try PrivatePostgres.shared.makeDatabase(), name: "zones")
    var asked = 0
    for year in 2026...2040 {
      for month in 1...12 {
        // Summer time changes at 01:00 UTC on the last Sunday of March and October.
        var day = try CalendarDay(year: year, month: month, day: 31 - ([4, 6, 9, 11].contains(month) ? 1 : month == 2 ? 3 : 0))
        while day.weekday != 7 { day = day.adding(days: -1) }
        for second in [3599, 3600, 22 * 3600, 86_399] {
          let instant = Instant(seconds: Int64(day.daysSince1970) * 86_400 + Int64(second))
          let local = try await session.localTime(at: instant, zone: name)
          let wall = instant.seconds + Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(instant.seconds))))
          #expect(local.day == Instant(seconds: wall).day.iso && Int64(local.secondOfDay) == wall % 86_400, "\(instant)")
          asked += 1
        }
      }
    }
    print("zones: \(name): \(asked) instants")
  }
}

extension Bench {
  /// One mandate of the CORE scheme and one collection under it, `C-1-0`.
  fileprivate func requestCore(amount: String, due: String) async throws {
    try await session.run(
      """
      INSERT INTO intake.mandate_request (request_key, creditor, mandate_reference, scheme, sequence, signed_on,
        debtor_name, iban)
      VALUES ('C-1', 'acme', 'C-1', 'CORE', 'recurrent', '2026-01-02', 'Dupont', 'FR1420041010050500013M02606')
      """)
    try await session.run(
      """
      INSERT INTO intake.collection_request (request_key, creditor, mandate_reference, amount, due_date, end_to_end_id)
      VALUES ('C-1-0', 'acme', 'C-1', $1, $2, 'C-1-0')
      """, [.text(amount), .text(due)])
    _ = try await Intake(session: session).run(at: Self.start)
  }

  /// The two creditors once more, the second with another wish.
  fileprivate func configure(zeta convention: DayConvention) async throws {
    try await session.configure(creditors: Self.creditors(zeta: convention), subscriptions: Self.subscriptions, at: Self.start)
  }
}
