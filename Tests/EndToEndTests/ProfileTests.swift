import Foundation
import TestSupport
import Testing

/// Banks' profiles as people meet them: documents, commands, and the configuration that names them.
@Suite("Profiles")
struct ProfileTests {
  private func sepad(_ words: String...) throws -> (status: Int32, output: String) {
    try ChildProcess.run(Program.path("sepad"), words)
  }

  @Test("that come with sepad are sound, and say of each rule what follows and on whose word")
  func shipped() throws {
    let names = try sepad("profile", "list").output.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(Set(names) == Set(["epc", "france", "germany", "belgium", "netherlands", "austria", "spain"].map { "generic-\($0)" }))
    let directory = try TemporaryDirectory()
    for name in names {
      let (status, output) = try sepad("profile", "check", name)
      #expect(status == 0 && output.hasPrefix("\(name): "), "\(output)")
      let rules = output.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && $0.contains(" = ") }
      #expect(rules.count == 31 && Set(rules).count == 31, "\(name): each rule once")
      #expect(!output.contains("not told") && !output.contains("not explained"), "\(output)")
      // A document of one's own may begin as a copy of it.
      let copy = try directory.write("own.toml", Array(try sepad("profile", "show", name).output.utf8))
      let own = try sepad("profile", "check", copy)
      #expect(own.status == 0, "\(own.output)")
    }
    #expect(try sepad("profile", "show", "nobody").status == 66)
  }

  @Test(
    "with a fault are refused with 78, the document, the key and a hint",
    arguments: [
      ("maxbytes = 5", "maxbytes: known key: found an unknown key"), ("max_bytes = 5", "max_bytes: range: found 5"),
      ("message = \"pain.008.001.03\"", "message: version: found pain.008.001.03"),
      ("message = \"pain.008.001.02\"", "addresses: addresses in pain.008.001.02: found hybrid, expected none"),
      ("blocks = \"two\"", "blocks: choice: found two, expected many, one"), ("bic = \"no\"", "bic: choice: found no"),
      ("cut_off = \"25:00\"", "cut_off: time of day: found 25:00"), ("batch_booking = \"no\"", "batch_booking: choice: found no"),
      ("cut_off_b2b = \"4pm\"", "cut_off_b2b: time of day: found 4pm, expected HH:MM, or \"same\" as cut_off"),
      ("cut_off = \"same\"", "cut_off: time of day: found same, expected HH:MM"),
      ("lead_days_core = \"soon\"", "lead_days_core: choice: found soon, expected 1 to 5 TARGET days, or \"same\" as lead_days"),
      ("lead_days_core = 0", "lead_days_core: range: found 0, expected a whole number from 1 to 5"),
      ("closing_days = \"07-14\"", "closing_days: type: found "),
      ("closing_days = [\"14.07.\"]", "closing_days: day: found 14.07., expected 07-14"),
      ("closing_days = [\"07-14\", \"07-14\"]", "closing_days: unique: found 07-14 twice, expected each once"),
      (
        "closing_days = [\"monday\", \"tuesday\", \"wednesday\", \"thursday\", \"friday\"]",
        "closing_days: closing days: found CORE: "
      ),
      (
        "lead_days_b2b = 5\nclosing_days = [\"2027-08-02\", \"2027-08-03\", \"2027-08-04\", \"2027-08-05\", \"2027-08-06\"]",
        """
        closing_days: closing days: found B2B: 2027-08-16 as the earliest collection date of a file that leaves after the \
        cut-off of 2027-07-30, expected one within 14 calendar days
        """
      ),
      ("early_cut_offs = [\"friday\"]", "early_cut_offs: day and time: found friday, expected such as \"12-24 11:00\""),
      ("early_cut_offs = [\"freitag 11:00\"]", "early_cut_offs: day: found freitag 11:00, expected 07-14"),
      ("remote_name = \"a.xml\"", "remote_name: pattern: found a.xml"),
      ("remote_name = \"{message_id}{day}\"", "remote_name: pattern: found {message_id}{day}"),
      ("characters = \"latin\"", "characters: choice: found latin, expected epc"),
      ("cancellation = \"camt.055.001.99\"", "cancellation: version: found camt.055.001.99"),
      ("[sources]\nbic = \"x\"", "sources.bic: source of a rule: found no such rule in this document"),
      ("based_on = \"nobody\"", "nobody: -: profile: found none of this name"), ("blocks = ", "-: TOML: "),
    ])
  func refused(_ line: String, _ fault: String) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("own.toml", Array("description = \"Ours\"\n\(line)\n".utf8))
    let (status, output) = try sepad("profile", "check", path)
    #expect(status == 78 && output.contains(fault) && output.contains("HINT: "), "\(output)")
  }

  @Test("stand one on another, and a bank's own keys before them")
  func layered() throws {
    let directory = try TemporaryDirectory()
    let base = try directory.write(
      "base.toml", Array("description = \"Group\"\nbased_on = \"generic-germany\"\nmax_transactions = 7\ncut_off = \"11:30\"\n".utf8))
    let own = try directory.write("own.toml", Array("description = \"Ours\"\nbased_on = \"\(base)\"\ncut_off = \"12:45\"\n".utf8))
    let (status, output) = try sepad("profile", "check", own)
    #expect(status == 0, "\(output)")
    for part in ["max_transactions = 7", "\(base): not told by \(base)", "cut_off = \"12:45\"", "time_zone = \"Europe/Berlin\""] {
      #expect(output.contains(part), "\(part): \(output)")
    }
    // One on itself ends.
    let circle = directory.appending("circle.toml")
    _ = try directory.write("circle.toml", Array("description = \"Round\"\nbased_on = \"\(circle)\"\n".utf8))
    #expect(try sepad("profile", "check", circle).status == 78)
  }

  @Test("what would be sent is told before, and a file that was is shown to people")
  func preview() async throws {
    let sandbox = try await Sandbox(.sftp)
    #expect(try sandbox.program.run("build").status == 64, "not without --dry-run")
    _ = try sandbox.sepad("run", "--once")
    _ = try sandbox.sql("UPDATE sepad.mandate SET state = 'suspended' WHERE id IN (SELECT c.mandate_id FROM sepad.due d JOIN sepad.collection c ON c.id = d.collection_id ORDER BY 1 LIMIT 1)")
    try sandbox.set(clock: "2026-12-02T07:00:00Z")
    let waiting = try sandbox.sql("SELECT count(*) FROM sepad.due")
    let text = try sandbox.sepad("build", "--dry-run")
    #expect(text.hasPrefix("sandbox: ") && text.contains("\nfile 1: ") && text.contains("held: mandate suspended"), "\(text)")
    let line = try sandbox.sepad("build", "--dry-run", "--json")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    let files = try #require(object["files"] as? [[String: Any]])
    let told = files.compactMap { $0["sum_cents"] as? Int }.sorted()
    let before = Int(try sandbox.sql("SELECT count(*) FROM sepad.outbound_file")) ?? -1
    #expect(try sandbox.sql("SELECT count(*) FROM sepad.due") == waiting)
    _ = try sandbox.sepad("run", "--once")
    let built = try sandbox.sql("SELECT control_sum_cents FROM sepad.outbound_file ORDER BY id OFFSET \(before)")
    #expect(built.split(separator: "\n").compactMap { Int($0) }.sorted() == told && !told.isEmpty)
    let pretty = try sandbox.sepad("file", "show", "1", "--pretty")
    #expect(pretty.contains("\n    <GrpHdr>\n      <MsgId>SEPAD-20261201-1</MsgId>\n"), "\(pretty.prefix(400))")
  }
}
