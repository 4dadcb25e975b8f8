import Foundation
import TestSupport
import Testing

/// Mandates by the program as installed: CSV files with every kind of bad row, and what a person types.
@Suite("Mandate commands")
struct MandateCommandTests {
  private static func installed() throws -> Installed {
    let installed = try Installed()
    _ = try installed.sql(
      """
      INSERT INTO sepad.creditor (key, name, creditor_identifier, language, configured_at)
      VALUES ('acme-fr', 'ACME SAS', 'FR72ZZZ123456', 'fr', '2026-11-01');
      INSERT INTO sepad.creditor_account (creditor_id, key, iban, bank) VALUES (1, 'main', 'FR7630006000011234567890189', 'none');
      """)
    return installed
  }

  /// Rows of two CSV files, and the field and the rule for which each is refused; nil for the good ones.
  private static let mandates: [(row: String, refused: String?)] = [
    ("m-1;acme-fr;R-1;B2B;;2026-01-02;;Nord AB;DE89370400440532013000;;;", nil),
    ("m-2;acme-fr;R-2;CORE;draft;;;Nord AB;DE89370400440532013000;;;", nil),
    ("m-3;acme-fr;R-3;B2B;;2024-01-02;Lyon;Nord AB;DE89370400440532013000;2024-01-10;2026-11-05;5", nil),
    (";acme-fr;R-4;B2B;;2026-01-02;;Nord AB;DE89370400440532013000;;;", "request_key: presence"),
    ("m-5;nobody;R-5;B2B;;2026-01-02;;Nord AB;DE89370400440532013000;;;", "creditor: creditor is configured"),
    ("m-6;acme-fr;;B2B;;2026-01-02;;Nord AB;DE89370400440532013000;;;", "mandate_reference: compulsory field"),
    ("m-7;acme-fr;R_7;B2B;;2026-01-02;;Nord AB;DE89370400440532013000;;;", "mandate_reference: mandate reference characters"),
    ("m-8;acme-fr;R-1;B2B;;2026-01-02;;Nord AB;DE89370400440532013000;;;", "mandate_reference: unique mandate reference"),
    ("m-9;acme-fr;R-9;COR1;;2026-01-02;;Nord AB;DE89370400440532013000;;;", "scheme: scheme"),
    ("m-10;acme-fr;R-10;B2B;;2026-12-02;;Nord AB;DE89370400440532013000;;;", "signed_on: day of signature"),
    ("m-11;acme-fr;R-11;B2B;;2.1.2026;;Nord AB;DE89370400440532013000;;;", "signed_on: date"),
    ("m-12;acme-fr;R-12;B2B;draft;2026-01-02;;Nord AB;DE89370400440532013000;;;", "signed_on: draft"),
    ("m-13;acme-fr;R-13;B2B;old;2026-01-02;;Nord AB;DE89370400440532013000;;;", "state: state of a new mandate"),
    ("m-14;acme-fr;R-14;B2B;;2026-01-02;;;DE89370400440532013000;;;", "debtor_name: compulsory field"),
    ("m-15;acme-fr;R-15;B2B;;2026-01-02;;Nord AB;DE88370400440532013000;;;", "iban: iban check digits"),
    ("m-16;acme-fr;R-16;B2B;;2026-01-02;;Nord AB;CH9300762011623852957;;;", "address: address of a debtor outside the EEA"),
    ("m-17;acme-fr;R-17;CORE;;2026-01-02;;Nord AB;DE89370400440532013000;2026-01-03;;", "registered_on: registration"),
    ("m-18;acme-fr;R-18;B2B;;2026-01-02;;Nord AB;DE89370400440532013000;2026-01-01;;", "registered_on: day after the signature"),
    ("m-19;acme-fr;R-19;B2B;;2021-01-02;;Nord AB;DE89370400440532013000;;2023-11-30;", "last_used_on: 36 months without a collection"),
    ("m-20;acme-fr;R-20;B2B;;2026-01-02;;Nord AB;DE89370400440532013000;;;0", "notice_days: days of pre-notification"),
    ("m-1;acme-fr;R-1;CORE;;2026-01-02;;Nord AB;DE89370400440532013000;;;", "request_key: one key, one content"),
  ]
  private static let changes: [(row: String, refused: String?)] = [
    ("c-1;acme-fr;R-2;signed;2026-11-30;;;by post", nil),
    ("c-2;acme-fr;R-1;amended;;FR1420041010050500013M02606;;", nil),
    ("c-3;acme-fr;R-9;revoked;;;;", "mandate_reference: mandate exists"),
    ("c-4;acme-fr;R-1;;;;;", "change: compulsory field"),
    ("c-5;acme-fr;R-1;deleted;;;;", "change: change of a mandate"),
    ("c-6;acme-fr;R-1;signed;;;;", "on_date: compulsory field"),
    ("c-7;acme-fr;R-1;signed;2026-11-30;;;", "change: mandate state"),
    ("c-8;acme-fr;R-2;registered;2026-11-30;;;", "change: registration"),
    ("c-9;acme-fr;R-1;registered;2026-12-24;;;", "on_date: day of the change"),
    ("c-10;acme-fr;R-1;amended;;;;", "change: amendment"),
    ("c-11;acme-fr;R-1;revoked;;DE89370400440532013000;;", "change: amendment"),
    ("c-12;acme-fr;R-1;amended;;;R-3;", "new_reference: unique mandate reference"),
    ("c-13;acme-fr;R-3;revoked;;;;contract ended", nil),
  ]

  @Test("of a CSV with every kind of bad row each is refused for its rule, and the good ones are taken")
  func badRows() throws {
    let installed = try Self.installed()
    for (what, kind, header, rows) in [
      (
        "mandates", "mandate",
        "request_key;creditor;mandate_reference;scheme;state;signed_on;place;debtor_name;iban;registered_on;last_used_on;notice_days",
        Self.mandates
      ),
      ("mandate-changes", "mandate_change", "request_key;creditor;mandate_reference;change;on_date;iban;new_reference;reason", Self.changes),
    ] {
      let file = try installed.directory.write("\(what).csv", Array(([header] + rows.map(\.row)).joined(separator: "\n").utf8))
      let (status, output) = try installed.program.run("import", what, file)
      #expect(status == 0 && output.contains("\(rows.count) \(what.replacing("-", with: " ")) requested"), "\(output)")
      #expect(try installed.program.run("run", "--once").status == 0)
      let answers = try installed.sql(
        """
        SELECT coalesce((refusals->0->>'field') || ': ' || (refusals->0->>'rule'), answer::text) FROM intake.\(kind)_request ORDER BY id
        """
      ).split(separator: "\n").map(String.init)
      for (answer, row) in zip(answers, rows) { #expect(answer == row.refused ?? "accepted", "\(row.row)") }
      #expect(answers.count == rows.count)
      let silent = try installed.sql(
        """
        SELECT count(*) FROM intake.\(kind)_request, jsonb_array_elements(refusals) r
        WHERE coalesce(r->>'found', '') = '' OR coalesce(r->>'expected', '') = '' OR coalesce(r->>'hint', '') = ''
        """)
      #expect(silent == "0", "each says what was found, what was expected, and what to do")
    }
    #expect(
      try installed.sql("SELECT string_agg(reference || ' ' || state, ', ' ORDER BY id) FROM sepad.mandate")
        == "R-1 active, R-2 active, R-3 revoked")
  }

  @Test("a person drafts, signs, amends and ends mandates, and is told what is not allowed")
  func typed() throws {
    let installed = try Self.installed()
    let file = try installed.directory.write(
      "mandates.csv",
      Array("request_key;creditor;mandate_reference;scheme;state;debtor_name;iban\nm;acme-fr;R-1;B2B;draft;Nord AB;DE89370400440532013000\n".utf8))
    #expect(try installed.program.run("import", "mandates", file).status == 0)
    #expect(try installed.program.run("run", "--once").status == 0)
    func mandate(_ words: String...) throws -> (status: Int32, output: String) {
      let child = try installed.program.start(
        ["mandate", words[0], "acme-fr", "R-1"] + words.dropFirst() + ["--because", "asked by phone", "--operator", "jo"])
      let status = child.wait()
      return (status, child.output)
    }
    let early = try mandate("suspend")
    #expect(early.status == 65 && early.output.contains("mandate R-1: mandate state: found draft, expected active, suspended\nHINT: "))
    for (words, state) in [(["send"], "awaiting_signature"), (["sign", "--on", "2026-11-30", "--place", "Köln"], "active")] {
      let child = try installed.program.start(
        ["mandate", words[0], "acme-fr", "R-1"] + words.dropFirst() + ["--because", "by post", "--operator", "jo"])
      #expect(child.wait() == 0)
      #expect(child.output.contains(state))
    }
    let wrong = try mandate("amend", "--iban", "DE00370400440532013000")
    #expect(wrong.status == 65 && wrong.output.contains("iban check digits"))
    #expect(try mandate("amend", "--iban", "FR1420041010050500013M02606").status == 0)
    #expect(try mandate("register", "--on", "2026-12-01").status == 0)
    #expect(try mandate("suspend").status == 0)
    #expect(try installed.program.run("mandate", "list", "--state", "suspended").output.contains("R-1"))
    #expect(try mandate("resume").status == 0)
    #expect(try mandate("revoke").status == 0)
    let shown = try installed.program.run("mandate", "show", "acme-fr", "R-1").output
    for word in ["sent", "signed", "activated", "amended", "suspended", "resumed", "revoked", "jo", "asked by phone"] {
      #expect(shown.contains(word), "\(word): \(shown)")
    }
    #expect(!shown.contains("FR14") && !shown.contains("Nord AB"), "no account and no name")
  }
}
