import Foundation
import TestSupport
import Testing

/// A bank's own days, as the configuration states them, in what the daemon does.
@Suite("Days of a bank")
struct BankDaysTests {
  @Test("a daemon that stood still over a closing day and one scheme's cut-off sends nothing under a date that is gone")
  func downtime() async throws {
    let sandbox = try await Sandbox(.sftp)
    let configuration = String(decoding: bytes(ofFile: sandbox.directory.appending("sepad.toml")) ?? [], as: UTF8.self)
    // In its place: the sandbox's own commands read it too.
    _ = try Program(
      sandbox.directory,
      configuration: configuration
        .replacing("channel = \"sftp\"", with: "channel = \"sftp\"\nclosing_days = [\"12-02\"]\ncut_off_b2b = \"09:00\"")
        .replacing("key = \"acme-fr\"", with: "key = \"acme-fr\"\nclosed_day = \"preceding\""))
    // Eight o'clock on Tuesday, by the bank's clock. On Wednesday it takes in nothing: Thursday's must leave now.
    try sandbox.settle()
    func dates(_ requested: String) throws -> Set<String> {
      Set(
        try sandbox.sql(
          """
          SELECT DISTINCT concat_ws(' ', k.key, c.scheme, s.collection_date)
          FROM sepad.collection c
          JOIN sepad.collection_status s ON s.collection_id = c.id
          JOIN sepad.creditor k ON k.id = c.creditor_id
          WHERE c.requested_date = '\(requested)'
          """
        ).split(separator: "\n").map(String.init))
    }
    let due = "SELECT count(*) FROM sepad.due WHERE requested_date = '2026-12-03'"
    #expect(try sandbox.sql(due) == "0")
    #expect(
      try dates("2026-12-05") == [
        "acme-fr B2B 2026-12-04", "acme-fr CORE 2026-12-04", "nord-de B2B 2026-12-07", "nord-de CORE 2026-12-07",
      ])
    // Half past nine on Thursday: too late for Friday's B2B, in time for Friday's CORE.
    try sandbox.set(clock: "2026-12-03T08:30:00Z")
    try sandbox.settle()
    #expect(
      try dates("2026-12-04") == [
        "acme-fr B2B 2026-12-07", "acme-fr CORE 2026-12-04", "nord-de B2B 2026-12-07", "nord-de CORE 2026-12-04",
      ])
    #expect(
      try dates("2026-12-05") == [
        "acme-fr B2B 2026-12-07", "acme-fr CORE 2026-12-04", "nord-de B2B 2026-12-07", "nord-de CORE 2026-12-07",
      ])
    let moved = try sandbox.sql(
      """
      SELECT DISTINCT concat_ws(' ', c.scheme, c.requested_date, e.detail) FROM sepad.payment_event e
      JOIN sepad.collection c ON c.id = e.collection_id
      WHERE e.event = 'dated' AND e.at = '2026-12-03T08:30:00Z' ORDER BY 1
      """)
    #expect(
      moved == """
        B2B 2026-12-04 from 2026-12-04 to 2026-12-07
        B2B 2026-12-05 from 2026-12-04 to 2026-12-07
        B2B 2026-12-06 from 2026-12-04 to 2026-12-07
        """)
    // The bank found nothing to complain of, and each file leaves by its scheme's last moment.
    #expect((bytes(ofFile: "\(sandbox.bank)/state/violations.log") ?? []).isEmpty)
    let calendar = try sandbox.sepad("calendar", "--bank", "sandbox", "--to", "2026-12-03")
    #expect(
      calendar == """
        sandbox, clock of Europe/Brussels
        day              TARGET  bank  CORE earliest  leaves until      B2B earliest  leaves until
        2026-12-03  Thu  open    open  2026-12-04     2026-12-03 16:00  2026-12-04    2026-12-03 09:00

        """, "\(calendar)")
  }
}
