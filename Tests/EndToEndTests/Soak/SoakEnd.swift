import Foundation
import TestSupport

/// Both sides' records when a soak is over.
struct SoakEnd {
  let house: SoakHouse
  let plan: SoakPlan

  /// All that does not hold, a line each.
  func wrongs() throws -> [String] {
    try house.surprises + collections() + banks() + files() + notices() + reconciled() + secretsTold()
  }

  /// Each request ended as it must, to the cent, and in one file.
  private func collections() throws -> [String] {
    let found = try lines(
      """
      SELECT CASE WHEN s.state IN ('submitted', 'accepted') THEN 'open' ELSE s.state::text END, count(*), sum(c.amount_cents) FROM sepad.collection c
      JOIN sepad.collection_status s ON s.collection_id = c.id GROUP BY 1
      """).sorted()
    var wrong = found == plan.ends ? [] : ["collections: found \(found), expected \(plan.ends)"]
    wrong += try lines(
      """
      SELECT 'request ' || request_key || ': ' || answer FROM intake.collection_request
      WHERE answer NOT IN ('accepted', 'duplicate')
      UNION ALL
      SELECT 'collection ' || c.id || ': in ' || count(i.*) || ' files' FROM sepad.collection c
      LEFT JOIN sepad.file_item i ON i.collection_id = c.id AND i.live GROUP BY c.id HAVING count(i.*) <> 1
      UNION ALL
      SELECT 'history: ' || count(*) || ' contradictions' FROM sepad.history_contradiction HAVING count(*) > 0
      UNION ALL
      SELECT 'block ' || payment_information_id || ': ' || difference_cents || ' cents' FROM sepad.conservation_block
      WHERE difference_cents <> 0
      """)
    return wrong
  }

  /// By the banks' own records: each message once, with the bytes that were sealed; each payment once; no complaint.
  private func banks() throws -> [String] {
    var wrong: [String] = []
    for bank in house.banks {
      let sealed = try lines(
        "SELECT message_id, encode(sha256, 'hex') FROM sepad.outbound_file WHERE bank = '\(bank.name)' AND state <> 'withdrawn'"
      ).sorted()
      let seen = rows("\(bank.folder)/state/seen.tsv").map { $0.count > 4 ? "\($0[1])|\($0[4])" : "\($0)" }.sorted()
      if seen != sealed || seen.isEmpty {
        let (more, missing) = (Set(seen).subtracting(sealed), Set(sealed).subtracting(seen))
        wrong.append("\(bank.name): saw \(seen.count) files for \(sealed.count): unknown \(more), missing \(missing)")
      }
      let violations = rows("\(bank.folder)/state/violations.log")
      if !violations.isEmpty { wrong.append("\(bank.name) complains: \(violations.prefix(5))") }
    }
    if !house.lying.isEmpty { wrong.append("left at the banks: \(house.lying)") }
    return wrong
  }

  /// Every file has a known fate, what was uncertain by evidence; every report was kept once and applied.
  private func files() throws -> [String] {
    try lines(
      """
      -- A file of one payment is refused whole with it.
      SELECT 'file ' || message_id || ': ' || state FROM sepad.outbound_file
      WHERE state NOT IN ('submitted', 'accepted', 'withdrawn') AND NOT (state = 'refused' AND transactions = 1)
      UNION ALL
      SELECT 'file ' || f.message_id || ': resolved by ' || coalesce(h.actor, 'nobody') || ' without evidence'
      FROM sepad.file_history u JOIN sepad.outbound_file f ON f.id = u.file_id
      LEFT JOIN LATERAL (
        SELECT actor, evidence FROM sepad.file_history n
        WHERE n.file_id = u.file_id AND n.id > u.id AND n.to_state <> 'uncertain' ORDER BY n.id LIMIT 1) h ON true
      WHERE u.event = 'outcomeUnknown' AND (h.evidence IS NULL OR h.actor NOT IN ('exchange', 'apply'))
      UNION ALL
      SELECT 'report ' || remote_name || ': ' || state FROM sepad.inbound_file WHERE state <> 'applied'
      UNION ALL
      SELECT 'entry ' || file_id || ' ' || ordinal || ': ' || disposition || ', ' || coalesce(verdict, '')
      FROM sepad.inbound_entry WHERE disposition = 'open'
      """)
  }

  /// Nobody was told twice who must not be, and nobody was left untold.
  private func notices() throws -> [String] {
    var wrong = try lines(
      """
      SELECT 'job ' || id || ' (' || kind || '): ' || state FROM sepad.job
      WHERE state <> 'done' AND NOT (kind = 'debtor_mail' AND state = 'uncertain')
      UNION ALL
      SELECT 'event ' || v.id || ': told under ' || count(j.id) || ' ids' FROM sepad.payment_event v
      LEFT JOIN sepad.job j ON j.event_id = v.id AND j.kind = 'webhook' GROUP BY v.id HAVING count(j.id) <> 1
      UNION ALL
      SELECT 'event ' || v.id || ' (' || v.event || '): ' || k.kind || ': ' || count(j.id) || ' mails'
      FROM sepad.payment_event v CROSS JOIN (VALUES ('finance_mail'), ('debtor_mail')) k (kind)
      LEFT JOIN sepad.job j ON j.event_id = v.id AND j.kind::text = k.kind
      WHERE v.event IN ('rejected', 'returned') AND v.to_state::text = v.event AND v.from_state::text <> v.event
      GROUP BY v.id, v.event, k.kind HAVING count(j.id) <> 1
      UNION ALL
      SELECT 'no alert about ' || f.message_id || ', of which something is missing' FROM sepad.outbound_file f
      WHERE EXISTS (SELECT FROM sepad.file_item i JOIN sepad.collection_status s ON s.collection_id = i.collection_id
          WHERE i.file_id = f.id AND i.live AND s.state IN ('submitted', 'accepted'))
        AND NOT EXISTS (SELECT FROM sepad.job j WHERE j.kind = 'alert_mail' AND j.subject LIKE 'file:' || f.id || ':uncollected:%')
      """)
    wrong += try webhooks() + mails()
    return wrong
  }

  /// What the receiver took: every job, each in the same words however often.
  private func webhooks() throws -> [String] {
    let due = Set(try lines("SELECT 'job_' || id FROM sepad.job WHERE kind = 'webhook'"))
    // Hundreds of thousands of lines of JSON: each id with how many bodies it had.
    let reading = """
      import collections, hashlib, json, sys
      bodies = collections.defaultdict(set)
      for line in open(sys.argv[1]):
          told = json.loads(line)
          text = json.dumps(told["body"], sort_keys=True)
          bodies[told["webhook-id"]].add(hashlib.sha256(text.encode()).hexdigest())
      for id, all in bodies.items():
          print(id, len(all))
      """
    let deliveries = house.directory.appending("webhook-sink/deliveries.jsonl")
    let (status, output) = try ChildProcess.run("/usr/bin/python3", ["-c", reading, deliveries])
    guard status == 0 else { return ["webhooks: \(output)"] }
    let read = output.split(separator: "\n").map { $0.split(separator: " ") }
    var wrong = read.filter { $0.last != "1" }.map { "webhook \($0): in other words" }
    // From the second epoch on the number carries it: job_2-17.
    let taken = Set(read.map { "job_" + ($0[0].split(whereSeparator: { $0 == "_" || $0 == "-" }).last ?? "") })
    if taken != due {
      wrong.append("webhooks: \(due.subtracting(taken).count) not taken, \(taken.subtracting(due).count) unknown")
    }
    return wrong
  }

  /// What the mail server took: each debtor's mail once, unless it is in doubt; each of finance's at least once.
  private func mails() throws -> [String] {
    var taken: [String: Int] = [:]
    for mail in house.mails.mails {
      let header = String(decoding: bytes(ofFile: mail) ?? [], as: UTF8.self).split(whereSeparator: \.isNewline)
        .first { $0.lowercased().hasPrefix("message-id:") }
      taken[String(header?.split(separator: "-").last?.prefix { $0 != "@" } ?? "?"), default: 0] += 1
    }
    // Reminders that would not fit their reason are done without a mail.
    let jobs = try lines(
      """
      SELECT j.id, j.kind, j.state, (SELECT d.code FROM sepad.delivery d WHERE d.job_id = j.id ORDER BY d.id DESC LIMIT 1)
      FROM sepad.job j WHERE j.kind <> 'webhook'
      """)
    return jobs.compactMap { line in
      let job = line.split(separator: "|").map(String.init)
      let times = taken[job[0], default: 0]
      let isRight =
        switch (job[1], job[2]) {
        case ("debtor_mail", "uncertain"): times <= 1
        case ("debtor_mail", _): times == (job.last == "0" ? 0 : 1)
        default: times >= 1
        }
      return isRight ? nil : "mail \(line): taken \(times) times"
    }
  }

  private func reconciled() throws -> [String] {
    let answer = try house.daemons[0].program.run("reconcile", "--by", "file")
    return answer.status == 0 ? [] : ["reconcile: \(answer.output)"]
  }

  /// Whatever the daemons wrote is free of what belongs to debtors.
  private func secretsTold() throws -> [String] {
    var wrong: [String] = []
    for path in house.daemons.flatMap({ $0.logs + [$0.statusFile] }) {
      let text = String(decoding: bytes(ofFile: path) ?? [], as: UTF8.self)
      for secret in SoakPlan.secrets where text.contains(secret) {
        let line = text.split(separator: "\n").first { $0.contains(secret) } ?? ""
        wrong.append("a log or status holds \(secret): \(line.prefix(200))")
      }
    }
    return wrong
  }

  private func lines(_ statement: String) throws -> [String] {
    try house.pair.sql(statement).split(separator: "\n").map(String.init)
  }

  private func rows(_ path: String) -> [[String]] {
    String(decoding: bytes(ofFile: path) ?? [], as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map { $0.split(separator: "\t").map(String.init) }
  }
}
