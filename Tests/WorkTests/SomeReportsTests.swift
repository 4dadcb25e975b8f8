import Store
import TestSupport
import Testing
import Work

/// Several reports of a bank that wait at once are applied together, and a bad one among them harms itself alone.
@Suite struct SomeReportsTests {
  @Test func `what waits is applied in one transaction`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["12.50"])
    let message = try #require(try await bench.sealAndSubmit().first)
    for (index, report) in ["accept", "settle", "return"].enumerated() {
      try await bench.keep(Reports.named(report, message: message, sequence: index), name: "\(index).xml")
    }
    try await bench.applyKept()
    #expect(try await bench.states() == ["M-1-0": "returned"])
    // Rows of one transaction bear its number.
    let row = try await bench.session.one(
      "SELECT count(*), count(DISTINCT xmin::text) FROM sepad.payment_event WHERE event IN ('accepted', 'settled', 'returned')")
    #expect(try row.integer(0) == 3)
    #expect(try row.integer(1) == 1)
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
      CREATE TRIGGER refuse BEFORE UPDATE ON sepad.inbound_entry FOR EACH ROW
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
