import Foundation
import TestSupport
import Testing

/// One fault of a bank on one way: the daemon meets it, is looked at meanwhile, and is left to go on when it is over.
struct BankFaultCase {
  let fault: BankFault
  let way: Way
  let blow: BankBlow
  let shown: Shown
  let bench: BankFaultBench
  let house: KillHouse
  let seed: UInt64

  init(_ fault: BankFault, _ way: Way, _ bench: BankFaultBench, seed: UInt64) throws {
    guard let (blow, shown) = fault.blows[way] else { throw TestSupportFault("\(fault.row) is not on \(way)") }
    (self.fault, self.way, self.blow, self.shown, self.bench, self.seed) = (fault, way, blow, shown, bench, seed)
    house = try bench.house(way)
  }

  /// - Returns: the cell of the table.
  func run() async throws -> String {
    // A day on which nothing is due yet: the daemon is to be at work when the fault begins.
    try house.set(clock: fault.scene == .sending ? "2026-11-30T07:00:00Z" : "2026-12-02T07:00:00Z")
    if fault.scene == .fetching {
      try house.sepad("run", "--once")
      try house.work()
    }
    let reports = Set(house.reports)
    guard let first = fault.scene == .sending ? "-" : reports.min() else { throw TestSupportFault("no report waits") }
    let whole = bytes(ofFile: "\(house.bank)/outbox/\(first)") ?? []
    if case .halfAReport = blow { try write(Array(whole.prefix(whole.count / 2)), first) }

    let struckBefore = bench.strikes(on: way)
    if fault.scene == .fetching { try bench.begin(blow, on: way, first: first, byte: somewhere) }
    let watched = try await watch(reports)
    try expectItStruck(since: struckBefore)
    var wrong = try house.falselySubmitted()
    wrong += try house.leftBehindUnkept()
    let during = try fault.scene == .fetching ? fetched(reports, first) : nil
    if case .halfAReport = blow { wrong += try alerts("inbound:%") }
    try bench.end()

    if case .halfAReport = blow { try write(whole, "sound-copy.xml") }
    let asked = try askTheBank()
    try house.set(clock: "2026-12-02T08:00:00Z")
    try house.settle()
    try house.set(clock: "2026-12-08T07:00:00Z")
    try house.work()
    try house.settle()
    wrong += try house.importedOtherwiseThanOnce(besides: blow.isHalf ? [first] : [])
    if !bench.complaints.isEmpty { wrong.append("the servers complain: \(bench.complaints)") }
    if !wrong.isEmpty { throw TestSupportFault(wrong.joined(separator: "\n")) }
    try KillEnd(house).expectTheEnd(
      reminderMayBeInDoubt: false, sealedBefore: watched.sealed, setAside: blow.isHalf ? [first] : [])
    expectDiscreet(try house.utterances(watched.output), house.discretion)
    let fate = try during ?? (shown == .anything ? "held" : asked ? "person" : house.fateOfFiles())
    guard case .word(let word) = shown else { return fate }
    // Where nothing passes at all, the second file may be due only when it is over.
    if case .wire = blow, fate == "again and through" { return "again: \(word)" }
    return "\(fate): \(word)"
  }

  /// Anywhere in what passes when two files are sent, or fetched.
  private var somewhere: Int {
    var random = SeededRandom(seed)
    let passing = fault.scene == .fetching ? 4000 : way == .direct ? 3000 : 6000
    return Int.random(in: 0..<passing, using: &random)
  }

  private func write(_ bytes: [UInt8], _ report: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(house.bank)/outbox/\(report)"))
  }

  // MARK: While it lasts

  /// Lets the daemon meet the fault until there is to be seen what must be seen, and ends it.
  private func watch(_ reports: Set<String>) async throws -> (sealed: [String], output: String) {
    let daemon = try house.program.start(["run"])
    defer { daemon.kill() }
    func wait(_ what: String, _ condition: () throws -> Bool) async throws {
      try? await waitUntil(what, seconds: 60) { try condition() || !daemon.isRunning }
      guard try condition() else {
        throw TestSupportFault(
          "expected: \(what): \(daemon.isRunning ? "it runs" : "it ended"), status \(house.bankStatus ?? [:]): \(daemon.output)")
      }
    }
    if fault.scene == .sending {
      try await wait("it is at work") { house.bankStatus?["last_success"] != nil }
      try bench.begin(blow, on: way, first: nil, byte: somewhere)
      try house.set(clock: "2026-12-02T07:00:00Z")
    }
    try await wait("the fault is met") { try hasBeenMet(daemon, reports) }
    if case .word(let word) = shown {
      try await wait("the status file shows \(word)") { house.bankStatus?["fault"] as? String == word }
      let told = try house.statusCommand()
      guard told["fault"] as? String == word, (told["hint"] as? String)?.isEmpty == false else {
        throw TestSupportFault("sepad status --json: found \(told), expected the fault \(word) and a hint")
      }
      if fault.doubt.contains(way) { try await uncertain(wait) }
    }
    let sealed = try house.lines(KillEnd.sealedFiles)
    daemon.terminate()
    try await waitUntil("it ends", seconds: 20) { !daemon.isRunning }
    guard daemon.wait() == 0 else { throw TestSupportFault("exit \(daemon.wait()): \(daemon.output)") }
    return (sealed, daemon.output)
  }

  /// Whether all has been tried that can be.
  private func hasBeenMet(_ daemon: ChildProcess, _ reports: Set<String>) throws -> Bool {
    if shown == .anything || shown == .passing {
      // Nothing is left but what the fault may have put off to a later day.
      return try house.sql("SELECT count(*) FROM sepad.outbound_file") == "2"
        && house.sql(
          "SELECT count(*) FROM sepad.outbound_file WHERE state IN ('sending', 'uncertain') OR state = 'sealed' AND attempts = 0"
        ) == "0"
        && (fault.scene == .sending || house.sql("SELECT count(*) FROM sepad.inbound_file WHERE state <> 'received'") == "\(reports.count)")
    }
    if fault.scene == .fetching { return daemon.output.contains("stage failed") }
    let tried = try house.sql("SELECT count(*) FROM sepad.outbound_file WHERE attempts > 0 AND state IN ('sealed', 'sending', 'uncertain')")
    // Each waits for a time-out of its own where nothing passes at all.
    if case .wire = blow { return tried != "0" }
    return tried == "2"
  }

  /// Nobody knows for a quarter of an hour: finance hears of it. Where the bank can still speak, it is heard.
  private func uncertain(_ wait: (String, () throws -> Bool) async throws -> Void) async throws {
    try await wait("nobody knows") {
      try house.sql("SELECT count(*) FROM sepad.outbound_file WHERE state = 'uncertain'") == "2"
    }
    try house.set(clock: "2026-12-02T07:20:00Z")
    try await wait("finance is alerted") { try alerts("file:%:uncertain:%") == [] }
    guard fault.name.hasSuffix("shows nothing") else { return }
    try house.work()
    try await wait("the bank's report tells") {
      try house.sql("SELECT count(*) FROM sepad.outbound_file WHERE state = 'accepted'") == "2"
    }
  }

  private func alerts(_ subject: String) throws -> [String] {
    let mails = try house.sql("SELECT count(*) FROM sepad.job WHERE kind = 'alert_mail' AND subject LIKE '\(subject)'")
    return mails == "0" ? ["no alert about \(subject)"] : []
  }

  private func expectItStruck(since before: Int) throws {
    let hasStruck =
      switch blow {
      case .rules: !bench.rules.strikes.isEmpty
      case .wire, .wireSomewhere: bench.strikes(on: way) > before
      case .stranger, .unknownKey: true  // That it did is in the word that is shown.
      case .halfAReport: try house.sql("SELECT count(*) FROM sepad.inbound_file WHERE state = 'set_aside'") == "1"
      }
    if !hasStruck { throw TestSupportFault("nothing was struck") }
  }

  /// What of the reports was fetched in spite of it.
  private func fetched(_ reports: Set<String>, _ first: String) throws -> String {
    let kept = Set(try house.lines("SELECT remote_name FROM sepad.inbound_file"))
    let left = reports.intersection(house.reports)
    if shown == .anything { return "held" }
    if blow.isHalf { return "aside" }
    if kept.isEmpty, left == reports { return "later" }
    if kept == reports, left.isEmpty { return fault.name.hasPrefix("a name") ? "past" : "through" }
    if kept == reports, left == reports { return "kept" }
    if kept == reports.subtracting([first]), left == [first] { return "past" }
    return "fetched \(kept), left \(left)"
  }

  // MARK: When it is over

  /// Where only a person can know: the bank says that it has nothing it could use, and throws that away.
  private func askTheBank() throws -> Bool {
    let halves = try house.lines("SELECT message_id, remote_name, size_bytes FROM sepad.outbound_file WHERE state = 'uncertain'")
      .map { $0.split(separator: "|").map(String.init) }
      .filter { fields in
        (bytes(ofFile: "\(house.bank)/inbox/\(fields[1])")?.count).map { "\($0)" != fields[2] } ?? false
      }
    for fields in halves {
      try FileManager.default.removeItem(atPath: "\(house.bank)/inbox/\(fields[1])")
      try house.sepad("file", "resolve", fields[0], "--not-sent", "--operator", "ada", "--because", "the bank has half of it, and threw that away")
    }
    return !halves.isEmpty
  }
}

extension BankBlow {
  var isHalf: Bool { if case .halfAReport = self { true } else { false } }
}
