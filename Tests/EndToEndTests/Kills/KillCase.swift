import CrashPoints
import Foundation
import TestSupport
import Testing

/// One strike on one way, ended in one manner: what led to it, the blow, and what must hold when all is over.
struct KillCase {
  let strike: Strike
  let way: Way
  let blow: Blow
  let house: KillHouse

  /// Runs it.
  /// - Returns: what became of what was struck.
  /// - Throws: when it ends otherwise than it must.
  func run() async throws -> Fate {
    try prepare()
    let sealed = try await strikeDown()
    try house.set(clock: "\(day)T08:00:00Z")
    if blow == .kill { try house.workSilently() }
    try house.settle()
    try house.set(clock: "2026-12-08T07:00:00Z")
    try house.work()
    try house.settle()
    let end = try KillEnd(house)
    try end.expectTheEnd(reminderMayBeInDoubt: strike.doubtsReminder, sealedBefore: sealed)
    return end.fate
  }

  /// The day of the blow.
  private var day: String {
    switch strike.scene {
    case .requested, .planned, .occupied, .unrecorded, .halfway, .answered, .forgotten, .unanswered, .setBack, .intact: "2026-12-02"
    case .credited: "2026-12-04"
    case .overdue: "2026-12-07"
    }
  }

  private func prepare() throws {
    try house.set(clock: "2026-12-02T07:00:00Z")
    switch strike.scene {
    case .requested, .occupied, .forgotten, .unanswered, .setBack, .intact: break
    case .planned:
      try house.request(
        "plans", ["p-core;acme;M-CORE;107.00;yearly;2026-12-04;1"],
        header: "request_key;creditor;mandate_reference;amount;frequency;start_date;count")
      house.ends = (house.ends + ["plan:p-core:1 settled"]).sorted()
    case .unrecorded: try house.die(at: way == .direct ? "directAnswered:2" : "renamed:2")
    case .halfway: try house.die(at: "renameDue:2")
    case .answered:
      try house.sepad("run", "--once")
      try house.work()
    case .credited, .overdue:
      try house.settle()
      try house.set(clock: "2026-12-04T07:00:00Z")
      try house.work()
      guard strike.scene == .overdue else {
        try Data("<Document>".utf8).write(to: URL(fileURLWithPath: "\(house.bank)/outbox/unreadable.xml"))
        return
      }
      try house.settle()
      // So that a mandate is looked at.
      _ = try house.sql("UPDATE sepad.mandate SET look_on = '2026-12-05'")
      // And a notice, which finds nothing to tell.
      _ = try house.sql(
        "INSERT INTO sepad.notice_need (collection_id, look_on) SELECT min(id), '2026-12-05' FROM sepad.collection")
      try house.set(clock: "2026-12-07T07:00:00Z")
    }
  }

  /// The daemon, with the point armed; on its way there somebody may take the name of its first file.
  private func start(_ words: [String], _ action: String) async throws -> Victim {
    let armed = strike.armed(action)
    guard strike.scene == .occupied else { return Victim(try house.start(words, crash: armed), strike.point) }
    let hold = house.directory.appending("name")
    let victim = Victim(try house.start(words, crash: "renameDue:2:hold=\(hold),\(armed)"), strike.point)
    try await victim.wait(30, "come to the rename") { exists(hold + ".reached") }
    let name = try house.sql("SELECT remote_name FROM sepad.outbound_file WHERE state = 'sending'")
    try Data("foreign\n".utf8).write(to: URL(fileURLWithPath: "\(house.bank)/inbox/\(name)"))
    try Data().write(to: URL(fileURLWithPath: hold + ".go"))
    return victim
  }

  /// The foreign file leaves, if there is one.
  private func free() {
    guard strike.scene == .occupied else { return }
    for file in house.waiting where bytes(ofFile: "\(house.bank)/inbox/\(file)") == Array("foreign\n".utf8) {
      unlink("\(house.bank)/inbox/\(file)")
    }
  }

  /// The blow itself.
  /// - Returns: the files that were sealed by then: id, message id and checksum.
  private func strikeDown() async throws -> [String] {
    var sealed: [String] = []
    switch blow {
    case .kill:
      // Stage after stage, so that the same things have happened each time.
      let victim = try await start(["run", "--once"], "kill")
      try victim.expectItDied()
      free()
      sealed = try house.lines(KillEnd.sealedFiles)
    case .term:
      let victim = try await start(["run"], "term")
      try await victim.wait(30, "reach the point") { victim.hasReached }
      try await victim.expectItEnds()
      free()
      sealed = try house.lines(KillEnd.sealedFiles)
    case .powerOff:
      let hold = house.directory.appending("hold")
      let victim = try await start(["run"], "hold=\(hold)")
      try await victim.wait(30, "reach the point") { exists(hold + ".reached") }
      sealed = try house.lines(KillEnd.sealedFiles)
      try house.bench.postgres.powerOff()
      free()
      try Data().write(to: URL(fileURLWithPath: hold + ".go"))
      try await victim.wait(30, "report the loss") { victim.output.contains("stage failed") }
      try house.bench.postgres.start()
      // It goes on by itself: sends what is to be sent, and takes what the bank has put down.
      do {
        try await victim.wait(60, "go on by itself") {
          try house.waiting.allSatisfy { $0.hasPrefix("SEPAD-") } && house.unfinished == "0"
        }
      } catch {
        let jobs = try house.lines("SELECT id, kind, subject, attempts, run_at FROM sepad.job WHERE state = 'waiting' LIMIT 5")
        throw TestSupportFault("\(error)\nleft: \(house.waiting), \(try house.unfinished) unfinished, jobs \(jobs)")
      }
      try await victim.end()
    }
    return sealed
  }
}
