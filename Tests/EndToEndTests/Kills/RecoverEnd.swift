import Foundation
import TestSupport

/// Both sides' records when all is over after a database went back in time.
struct RecoverEnd {
  private let house: KillHouse
  private let scene: Scene
  private let past: KillPast

  init(_ house: KillHouse, _ scene: Scene) throws {
    guard let past = house.past else { throw TestSupportFault("a house without a past") }
    self.house = house
    self.scene = scene
    self.past = past
  }

  /// - Throws: all that does not hold, a line each.
  func expectTheEnd(agreedByPerson: Bool) throws {
    var wrong = try collections() + files() + reports()
    let epochs = try house.lines("SELECT number, actor FROM sepad.epoch ORDER BY number")
    wrong += try reminders()
    let expected = ["1|sepad", agreedByPerson ? "2|jo" : "2|sepad"]
    if epochs != expected { wrong.append("epochs: found \(epochs), expected \(expected)") }
    let again = try house.program.run("recover")
    if again.status != 0 { wrong.append("recover: \(again.output)") }
    let reconciled = try house.program.run("reconcile")
    if reconciled.status != 0 { wrong.append("reconcile: \(reconciled.output)") }
    let left = (try? FileManager.default.contentsOfDirectory(atPath: house.directory.appending("spool"))) ?? []
    if !left.isEmpty { wrong.append("left in the spool directory: \(left)") }
    if !wrong.isEmpty { throw TestSupportFault(wrong.joined(separator: "\n")) }
  }

  /// All came to its end; but where a daemon has built under the name of the forgotten file, what stands in it is held.
  private func collections() throws -> [String] {
    let found = try house.lines(
      """
      SELECT c.request_key || ' ' || s.state || coalesce(' ' || d.held, '')
      FROM sepad.collection c JOIN sepad.collection_status s ON s.collection_id = c.id
      LEFT JOIN sepad.due d ON d.collection_id = c.id ORDER BY 1
      """)
    let forgotten = past.sealed[1].split(separator: "|")[1]
    let isHeld = try house.sql(
      "SELECT count(*) FROM sepad.outbound_file WHERE message_id = '\(forgotten)' AND state = 'withdrawn'") == "1"
    let expected = KillBench.ends.map { end -> String in
      let words = end.split(separator: " ")
      return isHeld && past.lost.contains(String(words[0]))
        ? "\(words[0]) scheduled perhaps sent in \(forgotten)" : words.prefix(2).joined(separator: " ")
    }
    return found == expected ? [] : ["collections: found \(found), expected \(expected)"]
  }

  /// Each message id once at the bank, with the bytes that were sealed in the time before.
  private func files() throws -> [String] {
    var wrong: [String] = []
    let atBank = house.journal("seen.tsv").map { $0.split(separator: "\t").map(String.init) }
      .map { $0.count > 4 ? "\($0[1])|\($0[4])" : "\($0)" }.sorted()
    let ours = past.sealed.map { $0.split(separator: "|").dropFirst().joined(separator: "|") }.sorted()
    if atBank != ours { wrong.append("at the bank: found \(atBank), expected \(ours)") }
    let violations = house.journal("violations.log")
    if !violations.isEmpty { wrong.append("the bank complains: \(violations)") }
    if !house.waiting.isEmpty { wrong.append("left at the bank: \(house.waiting)") }
    return wrong
      + (try house.lines(
        """
        SELECT 'file ' || message_id || ': ' || state FROM sepad.outbound_file
        WHERE state NOT IN ('submitted', 'accepted', 'withdrawn')
        UNION ALL
        SELECT 'collection ' || collection_id || ': in ' || count(*) || ' files' FROM sepad.file_item WHERE live
        GROUP BY collection_id HAVING count(*) <> 1
        UNION ALL
        SELECT 'job ' || id || ' (' || kind || '): ' || state FROM sepad.job
        WHERE state <> 'done' AND NOT (kind = 'debtor_mail' AND state = 'uncertain')
        """))
  }

  /// What the debtor was told before the database went back is not told again, and is left to a person where nobody knows.
  private func reminders() throws -> [String] {
    let told = try zip(house.bench.mails.envelopes, house.bench.mails.mails).count { envelope, _ in
      envelope.contains("@\(house.name).example") && envelope.contains("rejected@debtor.example")
    }
    return told == 0 ? [] : ["reminded again: \(told) times"]
  }

  /// Each report once, whether it came before or after.
  private func reports() throws -> [String] {
    let folder = "\(house.bank)/outbox/done"
    let given = Set(
      ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).map { bytes(ofFile: "\(folder)/\($0)") ?? [] })
    let kept = try house.sql("SELECT count(*) FROM sepad.inbound_file WHERE state = 'applied'")
    let all = try house.sql("SELECT count(*) FROM sepad.inbound_file")
    return kept == all && kept == "\(given.count)"
      ? [] : ["reports: found \(all), of them \(kept) applied, expected \(given.count)"]
  }
}
