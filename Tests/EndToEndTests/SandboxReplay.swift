import TestSupport
import Testing

extension Sandbox {
  /// What became of everything follows from the bank's reports alone: applied again in a copy, they end the same, and
  /// what was written past them is found.
  func expectReplay() throws {
    // As docs/OPERATING.md says.
    let name = "replayed_\(database.split(separator: "=").last ?? "")"
    let copy = database.split(separator: " ").dropLast().joined(separator: " ") + " dbname=\(name)"
    func run(_ line: String) throws {
      let (status, output) = try ChildProcess.run("/bin/sh", ["-c", line])
      try #require(status == 0, "\(output)")
    }
    try run("psql -XAtqc 'CREATE DATABASE \(name)' '\(database)'")
    try run(
      "pg_dump --no-owner --no-privileges '\(database)' | psql -Xq -v ON_ERROR_STOP=1 '\(copy)' >'\(directory.path)/copied'")
    let reports = try sql("SELECT count(*) FROM sepad.inbound_file")
    let (status, output) = try program.run("replay", "--into", copy)
    #expect(status == 0 && output.contains("all ends as it did: \(reports) reports, "), "\(output)")
    #expect(output.contains("bank sandbox: \(reports) of \(reports) reports applied"), "\(output)")

    let itself = try program.run("replay", "--into", database)
    #expect(itself.status == 65 && itself.output.contains("found the configured database itself"), "\(itself.output)")
    #expect(try program.run("replay", "--into", "\(copy) password=x").status == 64)
    #expect(try program.run("replay", "--into", "host=\(directory.path) dbname=none").status == 69)

    _ = try sql("UPDATE sepad.collection_status SET state = 'returned' WHERE state = 'settled'")
    let tampered = try program.run("replay", "--into", copy, "--show", "2")
    let line = ": state: found settled, expected returned\n"
    #expect(tampered.status == 1 && tampered.output.contains(line), "\(tampered.output)")
    #expect(tampered.output.contains("… and ") && tampered.output.contains(" differences: "), "\(tampered.output)")
  }
}
