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
    case .requested, .occupied, .unrecorded, .halfway, .answered: "2026-12-02"
    case .credited: "2026-12-04"
    case .overdue: "2026-12-07"
    }
  }

  private func prepare() throws {
    try house.set(clock: "2026-12-02T07:00:00Z")
    switch strike.scene {
    case .requested: break
    case .occupied: try Data("foreign\n".utf8).write(to: URL(fileURLWithPath: try occupant()))
    case .unrecorded: try die(at: way == .direct ? "directAnswered:2" : "renamed:2")
    case .halfway: try die(at: "renameDue:2")
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
      try house.set(clock: "2026-12-07T07:00:00Z")
    }
  }

  private func die(at point: String) throws {
    let child = try house.start(["run", "--once"], crash: "\(point):kill")
    let status = child.wait()
    guard status == -SIGKILL else { throw TestSupportFault("\(point) not reached: exit \(status): \(child.output)") }
  }

  /// The name under which the first file will lie at the bank.
  private func occupant() throws -> String {
    let next = try house.sql("SELECT last_value + is_called::int FROM sepad.outbound_file_id_seq")
    return "\(house.bank)/inbox/SEPAD-20261202-\(next).xml"
  }

  /// The blow itself; the foreign file, if there is one, leaves just after.
  /// - Returns: the files that were sealed by then: id, message id and checksum.
  private func strikeDown() async throws -> [String] {
    let foreign = strike.scene == .occupied ? try occupant() : nil
    let armed = "\(strike.point.rawValue):\(strike.occurrence)"
    var sealed: [String] = []
    switch blow {
    case .kill:
      // Stage after stage, so that the same things have happened each time.
      let child = try house.start(["run", "--once"], crash: "\(armed):kill")
      try expect(child.wait() == -SIGKILL && hasReached(child), "die at the point", child)
      if let foreign { unlink(foreign) }
      sealed = try house.lines(KillEnd.sealedFiles)
    case .term:
      let child = try house.start(["run"], crash: "\(armed):term")
      try await wait(30, "reach the point", child) { hasReached(child) }
      try await expectItEnds(child)
      if let foreign { unlink(foreign) }
      sealed = try house.lines(KillEnd.sealedFiles)
    case .powerOff:
      let hold = house.directory.appending("hold")
      let child = try house.start(["run"], crash: "\(armed):hold=\(hold)")
      try await wait(30, "reach the point", child) { exists(hold + ".reached") }
      sealed = try house.lines(KillEnd.sealedFiles)
      try house.bench.postgres.powerOff()
      if let foreign { unlink(foreign) }
      try Data().write(to: URL(fileURLWithPath: hold + ".go"))
      try await wait(30, "report the loss", child) { child.output.contains("stage failed") }
      try house.bench.postgres.start()
      // It goes on by itself: sends what is to be sent, and takes what the bank has put down.
      try await wait(60, "go on by itself", child) {
        try house.waiting.allSatisfy { $0.hasPrefix("SEPAD-") } && house.unfinished == "0"
      }
      kill(child.pid, SIGTERM)
      try await expectItEnds(child)
    }
    return sealed
  }

  private func expectItEnds(_ child: ChildProcess) async throws {
    try? await waitUntil("it ends", seconds: 10) { !child.isRunning }
    try expect(!child.isRunning && child.wait() == 0, "end with 0 within 10 s of SIGTERM", child)
  }

  /// Until `condition` holds; not longer than the program runs.
  private func wait(
    _ seconds: Double, _ what: String, _ child: ChildProcess, _ condition: () throws -> Bool
  ) async throws {
    try? await waitUntil(what, seconds: seconds) { try condition() || !child.isRunning }
    try expect(try condition(), what, child)
  }

  private func hasReached(_ child: ChildProcess) -> Bool {
    child.output.contains("crash point \(strike.point.rawValue) reached")
  }

  private func expect(_ holds: Bool, _ what: String, _ child: ChildProcess) throws {
    guard !holds else { return }
    let state = child.isRunning ? "it runs" : "exit \(child.wait())"
    throw TestSupportFault("expected it to \(what): \(state): \(child.output)")
  }
}

private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
