import SEPA
import Store
import Testing
import Work

/// Sequence types as a bank wants them that asks for FRST: by what it has accepted, not by what was built.
@Suite struct SequenceTests {
  private func bench(_ sequences: FileRules.Sequences) async throws -> MandateBench {
    var bench = try await MandateBench(.init())
    bench.bench.bank.files.sequences = sequences
    return bench
  }

  /// The sequence types in the blocks of a file, by request key.
  private func sequences(_ bench: MandateBench, _ message: String) async throws -> [String: String] {
    var found: [String: String] = [:]
    for row in try await bench.session.run(
      """
      SELECT c.request_key, b.sequence_type FROM sepad.outbound_file f JOIN sepad.file_item i ON i.file_id = f.id
      JOIN sepad.payment_block b ON b.id = i.block_id JOIN sepad.collection c ON c.id = i.collection_id
      WHERE f.message_id = $1
      """, [.text(message)]
    ).rows { found[try row.text(0)] = try row.text(1) }
    let xml = try await bench.xml(message)
    for sequence in found.values { #expect(xml.contains("<SeqTp>\(sequence)</SeqTp>")) }
    return found
  }

  @Test func `where nothing is asked all are RCUR, the final one too`() async throws {
    let bench = try await bench(.recurrent)
    try await bench.mandate("M-1", [:])
    for key in ["C-1", "C-2"] { try await bench.collect(key, "M-1") }
    try await bench.collect("C-3", "M-1", ["final": "yes"])
    let message = try #require(try await bench.sealAndSubmit().first)
    #expect(try await sequences(bench, message) == ["C-1": "RCUR", "C-2": "RCUR", "C-3": "RCUR"])
  }

  @Test func `FRST until one is accepted, then RCUR, FNAL at the end`() async throws {
    let bench = try await bench(.first)
    try await bench.mandate("M-1", [:])
    for key in ["C-1", "C-2", "C-3"] { try await bench.collect(key, "M-1") }
    // One at a time: what the next is depends on what becomes of the first.
    let first = try #require(try await bench.sealAndSubmit().first)
    #expect(try await sequences(bench, first) == ["C-1": "FRST"])
    #expect(try await bench.sealAndSubmit() == [])
    // Rejected before its settlement: nothing has begun.
    try await bench.bank(first, "C-1", "M-1", "AM04")
    let second = try #require(try await bench.sealAndSubmit().first)
    #expect(try await sequences(bench, second) == ["C-2": "FRST"])
    try await bench.bank(second, "C-2", "M-1", "settled")
    // Returned after it: the sequence has begun.
    try await bench.bank(second, "C-2", "M-1", "returned AM04")
    let third = try #require(try await bench.sealAndSubmit().first)
    #expect(try await sequences(bench, third) == ["C-3": "RCUR"])
    // Another account begins anew.
    try await bench.bank(third, "C-3", "M-1", "settled")
    try await bench.change("M-1", "amended", ["iban": "FR1420041010050500013M02606"])
    try await bench.collect("C-4", "M-1")
    let fourth = try #require(try await bench.sealAndSubmit().first)
    #expect(try await sequences(bench, fourth) == ["C-4": "FRST"])
    #expect(try await bench.xml(fourth).contains("<Id>SMNDA</Id>"))
    try await bench.bank(fourth, "C-4", "M-1", "settled")
    try await bench.collect("C-5", "M-1", ["final": "yes"])
    try await bench.collect("C-6", "M-1", refusedFor: "final collection")
    let last = try #require(try await bench.sealAndSubmit().first)
    #expect(try await sequences(bench, last) == ["C-5": "FNAL"])
    try await bench.bank(last, "C-5", "M-1", "settled")
    #expect(try await bench.state("M-1") == "consumed")
  }

  @Test func `one that was used elsewhere goes on, a one-off is OOFF, and mandates do not wait for each other`() async throws {
    let bench = try await bench(.first)
    try await bench.mandate("M-1", ["last_used_on": "2026-11-02"])
    try await bench.mandate("M-2", ["sequence": "one-off"])
    try await bench.mandate("M-3", [:])
    for reference in ["M-1", "M-2", "M-3"] { try await bench.collect("C-" + reference, reference) }
    try await bench.collect("C-4", "M-1")
    let message = try #require(try await bench.sealAndSubmit().first)
    #expect(
      try await sequences(bench, message) == ["C-M-1": "RCUR", "C-M-2": "OOFF", "C-M-3": "FRST", "C-4": "RCUR"])
  }

  @Test func `one block a file holds there too`() async throws {
    var bench = try await bench(.first)
    bench.bench.bank.files.blocks = .one
    for reference in ["M-1", "M-2"] { try await bench.mandate(reference, reference == "M-1" ? ["last_used_on": "2026-11-02"] : [:]) }
    for reference in ["M-1", "M-2"] { for number in 1...2 { try await bench.collect("C-\(reference)-\(number)", reference) } }
    let messages = try await bench.sealAndSubmit()
    var found: [String: String] = [:]
    for message in messages {
      let types = try await sequences(bench, message)
      #expect(Set(types.values).count == 1)
      found.merge(types) { $1 }
    }
    #expect(found == ["C-M-1-1": "RCUR", "C-M-1-2": "RCUR", "C-M-2-1": "FRST"])
  }
}
