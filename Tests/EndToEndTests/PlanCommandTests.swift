import Foundation
import TestSupport
import Testing

/// A database with one creditor, two mandates and no bank: what plans need.
private func makeInstalled() throws -> Installed {
  let installed = try Installed()
  _ = try installed.sql(
    """
    INSERT INTO sepad.creditor (key, name, creditor_identifier, language, configured_at)
    VALUES ('acme-fr', 'ACME SAS', 'FR72ZZZ123456', 'fr', '2026-11-01');
    INSERT INTO sepad.creditor_account (creditor_id, key, iban, bank) VALUES (1, 'main', 'FR7630006000011234567890189', 'none');
    INSERT INTO intake.mandate_request (request_key, creditor, mandate_reference, scheme, signed_on, debtor_name, iban)
    SELECT r, 'acme-fr', r, 'CORE', '2026-01-02', 'Nord AB', 'DE89370400440532013000' FROM unnest('{RUM-12,RUM-13}'::text[]) r;
    """)
  _ = try installed.program.run("run", "--once")
  return installed
}

extension Program {
  fileprivate func run(_ words: [String]) throws -> (status: Int32, output: String) {
    let child = try start(words)
    let status = child.wait()
    return (status, child.output)
  }
}

@Suite("Plan commands")
struct PlanCommandTests {
  @Test("the examples of docs/PLANS.md do what it says")
  func examples() throws {
    let path = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../docs/PLANS.md").standardizedFileURL
    var page = try String(contentsOf: path, encoding: .utf8)
    let installed = try makeInstalled()
    for block in Self.blocks(of: page) {
      switch block.language {
      case "sql": _ = try installed.sql("SET ROLE sepad_intake; \(block.text)")
      case "csv":
        let file = try installed.directory.write("example.csv", Array(block.text.utf8))
        let (status, output) = try installed.program.run("import", block.text.contains(";plan;") ? "plan-changes" : "plans", file)
        #expect(status == 0, "\(output)")
      default:
        let lines = block.text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let words = try Self.words(of: String(lines[0].dropFirst("$ sepad ".count)))
        _ = try installed.program.run("run", "--once")
        let (status, output) = try installed.program.run(words)
        #expect(status == 0, "\(lines[0]): \(output)")
        if ProcessInfo.processInfo.environment["SEPAD_REWRITE_GOLDENS"] == "1" {
          page = page.replacingOccurrences(of: "\(block.text)\n```", with: "\(lines[0])\n\(output.trimmingCharacters(in: .newlines))\n```")
        } else {
          #expect(lines.count == 2 && output == lines[1] + "\n", "\(lines[0]): \(output)")
        }
      }
      _ = try installed.program.run("run", "--once")
    }
    if ProcessInfo.processInfo.environment["SEPAD_REWRITE_GOLDENS"] == "1" { try Data(page.utf8).write(to: path) }
    let answers = try installed.sql(
      """
      SELECT string_agg(request_key || ' ' || answer || coalesce(' ' || (refusals->0->>'field'), ''), ', ' ORDER BY id) FROM (
        SELECT id, request_key, answer, refusals FROM intake.plan_request
        UNION ALL SELECT 1000 + id, request_key, answer, refusals FROM intake.plan_change_request) r
      """)
    #expect(
      answers == """
        lease-12 accepted, repair-7 accepted, club-1 accepted, heating-1 accepted, magazine-1 accepted, \
        lease-12-2027 accepted, club-1-a accepted, club-1-b refused reason, heating-1-a accepted, repair-7-a accepted
        """)
    let made = try installed.sql(
      "SELECT string_agg(request_key || ' ' || requested_date || ' ' || amount_cents, ', ' ORDER BY id) FROM sepad.collection")
    for expected in [
      "plan:lease-12:1 2026-12-05 65000", "plan:repair-7:1 2026-12-31 33334", "plan:club-1:1 2026-12-07 1250",
      "plan:magazine-1:3 2026-12-31 4800",
    ] { #expect(made.contains(expected), "\(made)") }
    #expect(try installed.sql("SELECT remittance FROM sepad.collection WHERE request_key = 'plan:lease-12:1'") == "Rent 2026-12, flat 12")
  }

  @Test("operators see plans and change them, with who and why; what cannot be is exit 65 and changes nothing")
  func commands() throws {
    let installed = try makeInstalled()
    let csv = "request_key;creditor;mandate_reference;amount;frequency;start_date\nrent;acme-fr;RUM-12;10.00;monthly;2026-12-05\n"
    let file = try installed.directory.write("plans.csv", Array(csv.utf8))
    let program = installed.program
    #expect(try program.run("plan", "list").output == "no plans\n")
    #expect(try program.run("import", "plans", file).output == "1 plans requested\n")
    _ = try program.run("run", "--once")
    #expect(try program.run("plan", "list", "acme-fr").output.contains("acme-fr   rent  RUM-12   1 month, 5  active  2027-01-05  1"))
    let show = try program.run("plan", "show", "acme-fr", "rent", "--periods", "2").output
    #expect(show.contains("10.00 each") && show.contains("plan:rent:1") && show.contains("2027-02-05"), "\(show)")

    for (words, fault) in [
      (["plan", "show", "acme-fr", "none"], "plan none: plan exists: found none, expected one of creditor acme-fr"),
      (["plan", "skip", "acme-fr", "rent", "--from", "2026-11", "--because", "x", "--operator", "jo"], "plan rent: effective_from: period of the plan: found none such"),
      (["plan", "amount", "acme-fr", "rent", "--amount", "0", "--because", "x", "--operator", "jo"], "plan rent: amount: amount of a collection: found 0"),
      (["plan", "index", "acme-fr", "rent", "--percent", "-100", "--because", "x", "--operator", "jo"], "plan rent: percent: percentage: found -100"),
      (["plan", "preview", "acme-fr", "rent", "--change", "stop"], "plan rent: change: change: found stop"),
    ] {
      let (status, output) = try program.run(words)
      #expect(status == 65 && output.contains(fault), "\(words): \(status) \(output)")
    }
    #expect(try program.run("plan", "pause", "acme-fr", "rent").status == 64)
    let changes = "creditor;plan;change;effective_from;amount\nacme-fr;rent;amount;1;11\nacme-fr;rent;skip;2;\nacme-fr;other;end;;\n"
    let tried = try installed.directory.write("changes.csv", Array(changes.utf8))
    let preview = try program.run("plan", "preview", "acme-fr", "rent", "--file", tried, "--periods", "3")
    #expect(preview.status == 65 && preview.output.contains("reason: compulsory field"), "\(preview.output)")
    let reasoned = try installed.directory.write(
      "reasoned.csv", Array("creditor;plan;change;effective_from;amount;reason\nacme-fr;rent;amount;1;11;a\nacme-fr;rent;skip;2;;b\nacme-fr;other;end;;;c\n".utf8))
    let both = try program.run("plan", "preview", "acme-fr", "rent", "--file", reasoned, "--periods", "3").output
    #expect(
      both == """
        period  label    due         before  after    differs  collection
        1       2026-12  2026-12-05  10.00   11.00    *        taken back
        2       2027-01  2027-01-05  10.00   skipped  *
        3       2027-02  2027-02-05  10.00   11.00    *

        """, "\(both)")
    #expect(try installed.sql("SELECT count(*) FROM sepad.plan_change") == "0")

    let amount = try program.run("plan", "amount", "acme-fr", "rent", "--amount", "12.50", "--because", "agreed", "--operator", "jo")
    #expect(amount.output == "plan rent: amount from 2026-12, period 1; collections taken back: 1\n", "\(amount.output)")
    let index = try program.run("plan", "index", "acme-fr", "rent", "--percent", "-2", "--from", "3", "--because", "index", "--operator", "jo")
    #expect(index.output == "plan rent: index from 2027-02, period 3\n", "\(index.output)")
    _ = try program.run("run", "--once")
    #expect(
      try installed.sql("SELECT request_key || ' ' || amount_cents FROM sepad.collection c JOIN sepad.due d ON d.collection_id = c.id")
        == "plan:rent:1/2 1250")
    #expect(
      try installed.sql("SELECT string_agg(kind || ' ' || actor || ' ' || because, ', ' ORDER BY id) FROM sepad.plan_change")
        == "amount jo agreed, index jo index")
    for word in ["pause", "resume", "skip", "end"] {
      let (status, output) = try program.run("plan", word, "acme-fr", "rent", "--from", "4", "--because", "test", "--operator", "jo")
      #expect(status == 0 && output == "plan rent: \(word) from 2027-03, period 4\n", "\(output)")
    }
    #expect(try program.run("plan", "resume", "acme-fr", "rent", "--because", "x", "--operator", "jo").status == 0)
    let after = try program.run("plan", "preview", "acme-fr", "rent").output
    #expect(after.split(separator: "\n").count == 4 && after.contains("12.25"), "\(after)")
  }

  /// Code of the page, in its order.
  private static func blocks(of page: String) -> [(language: String, text: String)] {
    page.components(separatedBy: "```").enumerated().filter { $0.offset % 2 == 1 }.map { _, text in
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      return (String(lines[0]), lines.dropFirst().dropLast().joined(separator: "\n"))
    }
  }

  /// As a shell takes a line apart that knows no quotes but these.
  private static func words(of line: String) throws -> [String] {
    line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
      index % 2 == 1 ? [String(part)] : part.split(separator: " ").map(String.init)
    }
  }
}

@Suite("Killed plans")
struct KilledPlanTests {
  @Test("two daemons that are killed at random make each period once, on its day, as one that lives does")
  func killedAtRandom() throws {
    let seed = ProcessInfo.processInfo.environment["SEPAD_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed)
    let installed = try makeInstalled()
    var csv = "request_key;creditor;mandate_reference;amount;total;count;frequency;due_day;start_date\n"
    for number in 1...300 {
      let amount = number % 3 == 0 ? ";\(number + 90).01;7" : "\(number).50;;"
      let frequency = number % 4 == 0 ? "weekly;friday" : number % 4 == 1 ? "monthly;last business day" : "every 2 months;31"
      csv += "p-\(number);acme-fr;RUM-12;\(amount);\(frequency);2026-12-\(number % 20 + 10)\n"
    }
    let file = try installed.directory.write("plans.csv", Array(csv.utf8))
    try #require(try installed.program.run("import", "plans", file).status == 0)
    var killed = 0
    for step in 0..<14 {
      let month = (11 + step) % 12 + 1
      let day = "\(step == 0 ? 2026 : 2026 + (11 + step) / 12)-\(month < 10 ? "0" : "")\(month)-01"
      try installed.directory.write("clock", Array("\(day)T07:00:00Z\n".utf8))
      let armed = ["planWritten", "planCommitted"].map { "\($0):\(Int.random(in: 1...3, using: &random)):kill" }
      let daemons = try [armed[Int.random(in: 0...1, using: &random)], ""].map { crash in
        try installed.program.start(["run", "--once"], with: crash.isEmpty ? [:] : ["SEPAD_CRASH": crash])
      }
      // The second dies with the first, wherever it stands by then.
      killed += daemons[0].wait() == 0 ? 0 : 1
      if step % 3 > 0 { daemons[1].kill() }
      killed += daemons[1].wait() == 0 ? 0 : 1
      // Every other month nobody comes again: what is missing is made a month later, under its own day. The plans
      // themselves have to be taken before they begin.
      if step == 0 || step % 2 == 1 { _ = try installed.program.run("run", "--once") }
    }
    _ = try installed.program.run("run", "--once")
    print("killed plans: \(killed) of 28 daemons killed, SEPAD_SEED=\(seed)")
    #expect(killed > 2)
    let made = "SELECT md5(string_agg(concat_ws(' ', request_key, requested_date, amount_cents), ',' ORDER BY request_key)) FROM sepad.collection"
    let found = try installed.sql("SELECT count(*) FROM sepad.collection") + " " + installed.sql(made)
    #expect(try installed.sql("SELECT count(*) FROM sepad.plan_change") == "0", "nothing was passed over (SEPAD_SEED=\(seed))")
    // One that nobody disturbs, month by month.
    let calm = try makeInstalled()
    try #require(try calm.program.run("import", "plans", file).status == 0)
    for day in ["2026-12-01"] + (1...12).map({ "2027-\($0 < 10 ? "0" : "")\($0)-01" }) + ["2028-01-01"] {
      try calm.directory.write("clock", Array("\(day)T07:00:00Z\n".utf8))
      try #require(try calm.program.run("run", "--once").status == 0)
    }
    #expect(try calm.sql("SELECT count(*) FROM sepad.collection") + " " + calm.sql(made) == found, "(SEPAD_SEED=\(seed))")
  }
}
