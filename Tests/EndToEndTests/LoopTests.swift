import Foundation
import TestSupport
import Testing

/// From a requested row to a settled, rejected or returned payment, by the programs as they are installed.
@Suite("The loop")
struct LoopTests {
  @Test("collections go to a bank and come back", arguments: Sandbox.Channel.allCases)
  func endsAsExpected(_ channel: Sandbox.Channel) async throws {
    let sandbox = try await Sandbox(channel)
    let check = try sandbox.sepad("check")
    for way in ["bank sandbox: connected", "webhook erp: connected", "mail: connected to 127.0.0.1:"] {
      #expect(check.contains("ok    \(way)"), "\(check)")
    }
    for day in Sandbox.days {
      try sandbox.set(clock: "\(day)T07:00:00Z")
      try sandbox.settle()
    }
    try sandbox.expectTheEnd()
    // Each change of state was told to the receiver, and every mail taken.
    let moves = Int(try sandbox.sql("SELECT count(*) FROM sepad.payment_event WHERE from_state IS DISTINCT FROM to_state")) ?? -1
    #expect(try sandbox.webhooks.deliveries.count >= moves)
    #expect(try sandbox.sql("SELECT count(*) FROM sepad.job WHERE state <> 'done'") == "0")
    try judge(sandbox)
    try sandbox.expectReplay()
  }

  @Test("check finds a dead mail server and a dead webhook receiver")
  func checkFails() async throws {
    let sandbox = try await Sandbox(.sftp)
    let path = sandbox.directory.appending("sepad.toml")
    let configuration = String(decoding: bytes(ofFile: path) ?? [], as: UTF8.self)
    for (name, port) in [("mail", sandbox.mails.port), ("webhook erp", sandbox.webhooks.port)] {
      let dead = try freeLoopbackPort()
      let program = try Program(
        sandbox.directory, configuration: configuration.replacingOccurrences(of: ":\(port)", with: ":\(dead)"))
      let (status, output) = try program.run("check")
      #expect(status == 1 && output.contains("FAIL  \(name): "), "\(output)")
    }
  }

  @Test("an upload that takes too long is foreseen by check, and shown by status")
  func tooSlow() async throws {
    let sandbox = try await Sandbox(.sftp)
    let configuration = String(decoding: bytes(ofFile: sandbox.directory.appending("sepad.toml")) ?? [], as: UTF8.self)
    let hasty = try Program(
      sandbox.directory, configuration: configuration.replacing("uncertain_wait_seconds = 0", with: "uncertain_wait_seconds = 600"))
    let (status, output) = try hasty.run("check")
    #expect(
      status == 0 && output.contains("warn  bank sandbox: a file of max_transactions = 50000 takes some 400 s at 1 Mbit/s")
        && output.contains("300 s at most: raise uncertain_wait_seconds"), "\(output)")
    try sandbox.sepad("run", "--once")
    #expect(try !sandbox.sepad("status").contains("NOT SENT"))
    // With its collections, or the sums would rightly not add up.
    _ = try sandbox.sql(
      """
      UPDATE sepad.outbound_file SET state = 'sealed', too_slow_seconds = 300 WHERE id = 1;
      UPDATE sepad.collection_status s SET state = 'sealed' FROM sepad.file_item i
      WHERE i.file_id = 1 AND i.collection_id = s.collection_id;
      """)
    let told = try sandbox.sepad("status")
    #expect(told.contains("filesTooSlow: 1") && told.contains("NOT SENT: its upload takes longer than the 300 s of an attempt"), "\(told)")
    #expect(try sandbox.sepad("status", "--json").contains("\"filesTooSlow\":1"))
  }

  @Test("what is to be taken back is asked of the bank in files of its own, and no answer to them moves a collection")
  func takenBack() async throws {
    let sandbox = try await Sandbox(.sftp)
    func ask(_ kind: String, _ state: String, on day: String) throws {
      let named = try sandbox.sql(
        """
        SELECT k.key || ',' || c.request_key FROM sepad.collection c JOIN sepad.collection_status s ON s.collection_id = c.id
        JOIN sepad.creditor k ON k.id = c.creditor_id
        WHERE s.state = '\(state)' AND s.collection_date >= '\(day)'::date - 1 ORDER BY s.collection_date DESC, c.id LIMIT 1
        """)
      let file = try sandbox.directory.write(
        "\(kind).csv", Array("request_key,creditor,collection\n\(kind)-1,\(named)\n".utf8))
      #expect(try sandbox.sepad("import", "\(kind)s", file) == "1 \(kind)s requested\n")
    }
    for day in Sandbox.days {
      try sandbox.set(clock: "\(day)T07:00:00Z")
      try sandbox.settle()
      if day.hasSuffix("-02") { try ask("cancellation", "accepted", on: day) }
      if day.hasSuffix("-04") { try ask("reversal", "settled", on: day) }
      try sandbox.settle()
    }
    let asked = try sandbox.sql(
      """
      SELECT p.kind || ' ' || f.message || ' ' || f.state FROM sepad.undoing_progress p
      JOIN sepad.outbound_file f ON f.message_id = p.message_id ORDER BY 1
      """)
    #expect(asked == "cancellation camt.055.001.08 accepted\nreversal pain.007.001.09 accepted")
    // The bank found nothing to complain of, and what it answered was about the files.
    try sandbox.expectTheEnd()
    for message in try sandbox.sql("SELECT remote_name FROM sepad.outbound_file WHERE undoes IS NOT NULL").split(separator: "\n") {
      let (status, output) = try ChildProcess.run(
        Program.path("sepad"), ["validate", "\(sandbox.bank)/archive/\(message)"])
      #expect(status == 0, "\(output)")
    }
    let id = try sandbox.sql("SELECT collection_id FROM sepad.undoing WHERE kind = 'reversal'")
    #expect(try sandbox.sepad("collection", "show", id).contains("at the bank"))
    try sandbox.expectReplay()
  }

  /// Every sealed file, by other programs: libxml2 with the official schema, openssl, and a Python package.
  private func judge(_ sandbox: Sandbox) throws {
    let out = sandbox.directory.appending("sealed")
    try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    let ids = try sandbox.sql("SELECT id FROM sepad.outbound_file ORDER BY id").split(separator: "\n")
    for id in ids { try sandbox.sepad("file", "show", String(id), "--out", out) }
    let files = try FileManager.default.contentsOfDirectory(atPath: out).filter { $0.hasSuffix(".xml") }.sorted()
    #expect(files.count == ids.count && !files.isEmpty)
    for file in files {
      let (status, output) = try ChildProcess.run(
        "/usr/bin/openssl",
        [
          "cms", "-verify", "-binary", "-inform", "DER", "-in", "\(out)/\(file).p7s", "-content", "\(out)/\(file)", "-CAfile",
          sandbox.directory.appending("signing.pem"), "-purpose", "any", "-attime", "1796108400", "-out", "/dev/null",
        ])
      #expect(status == 0, "\(file): \(output)")
    }
    for file in files {
      let text = String(decoding: bytes(ofFile: "\(out)/\(file)") ?? [], as: UTF8.self)
      #expect(text.contains("<PstlAdr><TwnNm>Paris</TwnNm><Ctry>FR</Ctry></PstlAdr></Cdtr>") || text.contains("<PstlAdr><TwnNm>Hamburg"))
    }
    let environment = ProcessInfo.processInfo.environment
    if let schemas = environment["SEPAD_SCHEMAS"] {
      let (status, output) = try ChildProcess.run(
        "/usr/bin/xmllint",
        ["--nonet", "--noout", "--schema", "\(schemas)/pain.008.001.08.xsd"] + files.map { "\(out)/\($0)" })
      #expect(status == 0, "\(output)")
    } else {
      print("SKIPPED: sealed files by xmllint: SEPAD_SCHEMAS names no folder")
    }
    guard let judges = environment["SEPAD_JUDGES"],
      let judge = try? FileManager.default.contentsOfDirectory(atPath: judges).first(where: { $0.hasPrefix("sepa-") })
    else {
      print("SKIPPED: sealed files by another reader: SEPAD_JUDGES names no folder with the package sepa")
      return
    }
    let reader = URL(fileURLWithPath: Sandbox.examples).deletingLastPathComponent().path + "/read-pain008"
    let (status, output) = try ChildProcess.run(reader, ["\(judges)/\(judge)"] + files.map { "\(out)/\($0)" })
    #expect(status == 0, "\(output)")
    let read = output.split(separator: "\n").map { line in
      let fields = line.split(separator: "\t").map(String.init)
      return fields.count == 4 ? "\(fields[0])|\(fields[2])|\(fields[3])" : String(line)
    }
    let sealed = try sandbox.sql("SELECT message_id, transactions, control_sum_cents FROM sepad.outbound_file")
    #expect(read.sorted() == sealed.split(separator: "\n").map(String.init).sorted())
  }
}
