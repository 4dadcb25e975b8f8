import Store
import TestSupport
import Testing
import Work

/// Several reports of a bank that wait at once are applied together, and a bad one among them harms itself alone.
@Suite struct SomeReportsTests {
  /// As many files of one payment as there are amounts, and reports on each, all of which wait at once.
  /// - Returns: in how many transactions the payments moved.
  private func transactions(applying reports: [[String]]) async throws -> Int64 {
    let bench = try await Bench(maxTransactions: 1)
    try await bench.request(amounts: reports.map { _ in "12.50" })
    let messages = try await bench.sealAndSubmit()
    for (file, names) in reports.enumerated() {
      for (index, name) in names.enumerated() {
        let report = Reports.named(name, message: messages[file], sequence: file * 10 + index)
        try await bench.keep(report.replacing("M-1-0", with: "M-1-\(file)"), name: "\(file)-\(index).xml")
      }
    }
    try await bench.applyKept()
    let ends = ["accept": "accepted", "settle": "settled", "return": "returned"]
    let states = try await bench.states()
    for (file, names) in reports.enumerated() { #expect(states["M-1-\(file)"] == ends[names.last ?? ""]) }
    // Rows of one transaction bear its number.
    let row = try await bench.session.one(
      "SELECT count(*), count(DISTINCT xmin::text) FROM sepad.payment_event WHERE event IN ('accepted', 'settled', 'returned')")
    #expect(try row.integer(0) == reports.joined().count)
    return try row.integer(1)
  }

  @Test func `reports on different payments are applied in one transaction`() async throws {
    #expect(try await transactions(applying: [["accept"], ["settle"], ["accept"]]) == 1)
  }

  @Test func `where two speak of one payment each is applied by itself, in the order in which they came`() async throws {
    #expect(try await transactions(applying: [["accept", "settle"], ["settle", "return"], ["accept"]]) == 5)
  }

  @Test func `one that cannot be read is set aside, and the others count`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    let message = try #require(try await bench.sealAndSubmit().first)
    try await bench.keep(Reports.named("accept", message: message, sequence: 0), name: "good.xml")
    try await bench.keep(String(Reports.named("settle", message: message, sequence: 1).dropLast(40)), name: "cut.xml")
    try await bench.keep(Reports.named("settle", message: message, sequence: 2), name: "later.xml")
    try await bench.applyKept()
    #expect(try await bench.states() == ["M-1-0": "settled"])
    #expect(try await aside(bench) == ["cut.xml"])
  }

  @Test func `one whose matching fails is found among the others`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    let message = try #require(try await bench.sealAndSubmit().first)
    // As an amount too large for a sum would.
    try await bench.session.run(
      """
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'out of range' USING ERRCODE = 'numeric_value_out_of_range';
      END $$
      """)
    try await bench.session.run(
      """
      CREATE TRIGGER refuse BEFORE INSERT ON sepad.inbound_entry FOR EACH ROW
      WHEN (new.end_to_end_id = 'SOMEBODY-ELSE') EXECUTE FUNCTION refuse()
      """)
    for (index, report) in ["accept", "foreign", "settle"].enumerated() {
      try await bench.keep(Reports.named(report, message: message, sequence: index), name: "\(report).xml")
    }
    try await bench.applyKept()
    #expect(try await bench.states() == ["M-1-0": "settled"])
    #expect(try await aside(bench) == ["foreign.xml"])
  }

  @Test func `what waits is left to the next daemon by one that is to end`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    let message = try #require(try await bench.sealAndSubmit().first)
    try await bench.keep(Reports.named("settle", message: message, sequence: 0))
    let ending = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await Apply(session: bench.session, policies: bench.policies, log: bench.log).run(bank: "sandbox", at: Bench.start)
    }
    #expect(try await ending.value == 0)
    #expect(try await bench.states() == ["M-1-0": "submitted"])
    try await bench.applyKept()
    #expect(try await bench.states() == ["M-1-0": "settled"])
  }

  private func aside(_ bench: Bench) async throws -> [String] {
    try await bench.session.run("SELECT remote_name FROM sepad.inbound_file WHERE state = 'set_aside'").rows.map { try $0.text(0) }
  }
}
