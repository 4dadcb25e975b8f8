import Foundation
import TestSupport

/// What became of a file, or of a reminder, that a blow struck.
enum Fate: String, CaseIterable, Sendable {
  /// Nothing that anybody outside could tell.
  case same
  /// A file was found complete at the bank and was not sent again.
  case found
  /// A file was proven not to be at the bank, and the same bytes were sent again.
  case again
  /// A reminder that may have gone out was left to a person.
  case doubt
  /// A person's command came to nothing, and did all of it when it was given again.
  case anew
  /// A person's command had done all of it.
  case done
}

/// Both sides' records when all is over.
struct KillEnd {
  let house: KillHouse
  let fate: Fate
  static let sealedFiles = "SELECT id, message_id, encode(sha256, 'hex') FROM sepad.outbound_file ORDER BY id"

  init(_ house: KillHouse) throws {
    self.house = house
    let told = try house.lines(
      """
      SELECT 'found' FROM sepad.file_history WHERE event = 'delivered' AND from_state = 'uncertain'
      UNION ALL SELECT 'again' FROM sepad.file_history WHERE event = 'notSent'
      UNION ALL SELECT 'doubt' FROM sepad.job WHERE state = 'uncertain'
      """)
    fate = told.first.flatMap(Fate.init(rawValue:)) ?? .same
  }

  /// - Parameter setAside: reports that nobody could read.
  /// - Throws: all that does not hold, a line each.
  func expectTheEnd(
    reminderMayBeInDoubt: Bool, sealedBefore: [String], setAside: Set<String> = ["unreadable.xml"]
  ) throws {
    var wrong = try collections() + files(sealedBefore, setAside) + webhooks() + reminders(mayBeInDoubt: reminderMayBeInDoubt)
    let reconciled = try house.program.run("reconcile")
    if reconciled.status != 0 { wrong.append("reconcile: \(reconciled.output)") }
    let left = (try? FileManager.default.contentsOfDirectory(atPath: house.directory.appending("spool"))) ?? []
    if !left.isEmpty { wrong.append("left in the spool directory: \(left)") }
    if !wrong.isEmpty { throw TestSupportFault(wrong.joined(separator: "\n")) }
  }

  func collections() throws -> [String] {
    let found = try house.lines(
      """
      SELECT c.request_key || ' ' || s.state || coalesce(' ' || (
        SELECT v.reason_code FROM sepad.payment_event v
        WHERE v.collection_id = c.id AND v.event::text = s.state::text AND s.state IN ('rejected', 'returned')
        ORDER BY v.id DESC LIMIT 1), '')
      FROM sepad.collection c JOIN sepad.collection_status s ON s.collection_id = c.id ORDER BY 1
      """)
    return found == house.ends ? [] : ["collections: found \(found), expected \(house.ends)"]
  }

  /// Each message id once at the bank, with the bytes that were sealed, and every collection in one file.
  func files(_ sealedBefore: [String], _ setAside: Set<String>) throws -> [String] {
    var wrong: [String] = []
    let sealed = try house.lines(Self.sealedFiles)
    if sealed.count != 2 || !Set(sealedBefore).isSubset(of: sealed) {
      wrong.append("files: found \(sealed), expected two, among them those sealed before: \(sealedBefore)")
    }
    let seen = house.journal("seen.tsv").map { $0.split(separator: "\t").map(String.init) }
    let atBank = seen.map { $0.count > 4 ? "\($0[1])|\($0[4])" : "\($0)" }.sorted()
    let ours = sealed.map { $0.split(separator: "|").dropFirst().joined(separator: "|") }.sorted()
    if atBank != ours { wrong.append("at the bank: found \(atBank), expected \(ours)") }
    let violations = house.journal("violations.log")
    if !violations.isEmpty { wrong.append("the bank complains: \(violations)") }
    if !house.waiting.isEmpty { wrong.append("left at the bank: \(house.waiting)") }
    let names = setAside.union(["-"]).map { "'\($0)'" }.joined(separator: ", ")
    wrong += try house.lines(
      """
      SELECT 'file ' || id || ': ' || state || ', not all of what was sealed' FROM sepad.outbound_file f
      WHERE state NOT IN ('submitted', 'accepted') OR sha256 <> sha256((
        SELECT string_agg(bytes, '' ORDER BY ordinal) FROM sepad.outbound_chunk c WHERE c.file_id = f.id))
      UNION ALL
      SELECT 'collection ' || collection_id || ': in ' || count(*) || ' files' FROM sepad.file_item
      GROUP BY collection_id HAVING count(*) <> 1
      UNION ALL
      SELECT 'report ' || remote_name || ': ' || state || ', kept ' || sightings || ' times' FROM sepad.inbound_file
      WHERE state = 'received' OR state = 'set_aside' AND remote_name NOT IN (\(names))
      UNION ALL
      SELECT 'alerts about ' || subject || ': ' || count(*) FROM sepad.job WHERE kind = 'alert_mail'
      GROUP BY subject HAVING count(*) <> 1
      UNION ALL
      SELECT 'mandate ' || id || ': not looked at since ' || look_on FROM sepad.mandate WHERE look_on < '2026-12-07'
      UNION ALL
      SELECT 'no alert about the silent collection' WHERE NOT EXISTS (
        SELECT FROM sepad.job WHERE kind = 'alert_mail' AND subject LIKE 'file:%:uncollected:%')
      """)
    return wrong
  }

  /// Each event told, under one id and in the same words, and nothing left to tell.
  private func webhooks() throws -> [String] {
    var wrong = try house.lines(
      """
      SELECT 'job ' || id || ' (' || kind || '): ' || state FROM sepad.job
      WHERE state <> 'done' AND NOT (kind = 'debtor_mail' AND state = 'uncertain')
      UNION ALL
      SELECT 'event ' || v.id || ': told under ' || count(j.id) || ' ids' FROM sepad.payment_event v
      LEFT JOIN sepad.job j ON j.event_id = v.id AND j.kind = 'webhook'
      GROUP BY v.id HAVING count(j.id) <> 1
      """)
    let due = try house.lines(
      "SELECT 'job_' || id FROM sepad.job WHERE kind = 'webhook' AND id > \(house.bench.lastJob)")
    var bodies: [String: Set<String>] = [:]
    let deliveries = bytes(ofFile: house.bench.directory.appending("webhook-sink/deliveries.jsonl")) ?? []
    for line in String(decoding: deliveries, as: UTF8.self).split(separator: "\n")
    where line.contains("\"/\(house.name)\"") {
      guard let told = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
        let id = told["webhook-id"] as? String
      else { continue }
      let body = try JSONSerialization.data(withJSONObject: told["body"] ?? [:], options: .sortedKeys)
      bodies[id, default: []].insert(String(decoding: body, as: UTF8.self))
    }
    if Set(bodies.keys) != Set(due) { wrong.append("webhooks: found \(bodies.keys.sorted()), expected \(due)") }
    for (id, words) in bodies where words.count > 1 { wrong.append("webhook \(id) in other words: \(words)") }
    return wrong
  }

  /// None twice; in doubt only where it was struck between its beginning and its record.
  private func reminders(mayBeInDoubt: Bool) throws -> [String] {
    var wrong: [String] = []
    var sent: [String: Int] = [:]
    for (envelope, mail) in zip(try house.bench.mails.envelopes, house.bench.mails.mails)
    where envelope.contains("@\(house.name).example") && envelope.contains("@debtor.example") {
      let header = String(decoding: bytes(ofFile: mail) ?? [], as: UTF8.self).split(whereSeparator: \.isNewline)
        .first { $0.lowercased().hasPrefix("message-id:") }
      sent[String(header?.split(separator: "-").last?.prefix { $0 != "@" } ?? "?"), default: 0] += 1
    }
    let jobs = try house.lines("SELECT id, state FROM sepad.job WHERE kind = 'debtor_mail' ORDER BY id")
      .map { $0.split(separator: "|").map(String.init) }
    if jobs.count != 2 { wrong.append("reminders: found \(jobs), expected two") }
    for job in jobs where job.count == 2 {
      let times = sent[job[0], default: 0]
      let isInDoubt = job[1] == "uncertain"
      if isInDoubt && !mayBeInDoubt || times > 1 || !isInDoubt && times != 1 {
        wrong.append("reminder \(job[0]): \(job[1]), sent \(times) times")
      }
    }
    if !Set(sent.keys).isSubset(of: jobs.map { $0[0] }) { wrong.append("reminders without a job: \(sent)") }
    return wrong
  }
}
