import Foundation
import TestSupport
import Testing

/// Whether the daemon lives, by its status file and by `sepad status`.
@Suite("Status faults", .serialized)
struct StatusFaultTests {
  @Test("a daemon that is killed or stands still is told from one that works, and from one that was told to stop")
  func writer() async throws {
    let house = try await KillBench().house(.sftp)
    try house.set(clock: "2026-12-02T07:00:00Z")
    #expect(try house.program.run("status").output.contains("the daemon does not run"))
    let killed = try house.program.start(["run"])
    defer { killed.kill() }
    try await expectStatus(house, 0, "written ")
    #expect(try house.program.run("status", "--json").output.contains("\"daemon\":\"alive\""))

    let stopped = ContinuousClock.now
    kill(killed.pid, SIGSTOP)
    try await expectStatus(house, 1, "by process \(killed.pid): THE DAEMON IS DEAD OR STANDS STILL")
    print("| writer stopped | \(String(format: "%.1f", FaultWatch.seconds(since: stopped))) s |")
    kill(killed.pid, SIGCONT)
    try await expectStatus(house, 0, "written ")
    let dead = ContinuousClock.now
    killed.kill()
    try await expectStatus(house, 1, "by process \(killed.pid): THE DAEMON IS DEAD OR STANDS STILL")
    print("| writer killed | \(String(format: "%.1f", FaultWatch.seconds(since: dead))) s |")
    let json = try house.program.run("status", "--json")
    #expect(json.status == 1 && json.output.contains("\"daemon\":\"dead\""), "\(json.output)")
    // From the future, its age proves nothing.
    let path = house.directory.appending("status.json")
    let text = String(decoding: bytes(ofFile: path) ?? [], as: UTF8.self)
    let changed = text.replacing(#/"written_at" : "\d{4}/#, with: "\"written_at\" : \"2031")
    #expect(changed != text)
    try Data(changed.utf8).write(to: URL(fileURLWithPath: path))
    try await expectStatus(house, 1, "THE CLOCK WENT BACK")

    let ended = try house.program.start(["run"])
    defer { ended.kill() }
    try await expectStatus(house, 0, "written ")
    try await FaultWatch(house: house, daemon: ended).end()
    try await expectStatus(house, 0, "the daemon was told to stop at ")
  }

  @Test("who does not answer is named within half a minute", .enabled(if: FaultChoice.isTurn(of: .others), "another kind of fault has its turn"))
  func others() async throws {
    let procedures = [("bank refuses", bankRefuses), ("bank stalls", bankStalls), ("mail silent", silentMail)]
    for (name, body) in FaultChoice.among(procedures, sample: 1, words: { "status \($0.0)" }) {
      print("status \(name): SEPAD_SEED=\(FaultChoice.seed)")
      try await body()
    }
  }

  private func bankRefuses() async throws { try await bank(.refuse, ["bank.unreachable", "bank.connection"]) }

  private func bankStalls() async throws { try await bank(.stall(after: 0, to: .client), ["stage.busy", "bank.time-out"]) }

  /// A bank out of reach, and back.
  private func bank(_ fault: FaultProxy.Fault, _ kinds: Set<String>) async throws {
    let bench = try await KillBench()
    let proxy = try FaultProxy(.port(bench.ssh.port))
    let known = try TemporaryDirectory()
    let hosts = String(decoding: bytes(ofFile: bench.ssh.knownHosts) ?? [], as: UTF8.self)
    let path = try known.write("known_hosts", Array(hosts.replacingOccurrences(of: "\(bench.ssh.port)", with: "\(proxy.port)").utf8))
    let house = try bench.house(.sftp) {
      $0.replacingOccurrences(of: "port = \(bench.ssh.port)\n", with: "port = \(proxy.port)\n")
        .replacingOccurrences(of: bench.ssh.knownHosts, with: path)
    }
    try house.set(clock: "2026-12-02T07:00:00Z")
    let daemon = try house.program.start(["run"])
    defer { daemon.kill() }
    let watch = FaultWatch(house: house, daemon: daemon)
    try await watch.well()
    let began = ContinuousClock.now
    proxy.set(fault)
    proxy.cut()
    let named = try await watch.named(kinds, since: began)
    #expect(proxy.strikes > 0)
    print("| bank \(fault) | \(named.line) | \(String(format: "%.1f", named.seconds)) s |")
    proxy.set(.none)
    proxy.cut()
    try await watch.well(seconds: 90)
    try await watch.end()
    try watch.expectDiscretion()
  }

  /// A mail server that never answers.
  private func silentMail() async throws {
    let notices = try await NoticeFaultHouse(KillBench())
    let house = notices.house
    try house.set(clock: "2026-12-02T07:00:00Z")
    try house.sepad("run", "--once")
    try house.work()
    try notices.mail("silence at rcpt")
    let daemon = try house.program.start(["run"])
    defer { daemon.kill() }
    let watch = FaultWatch(house: house, daemon: daemon)
    try await waitUntil("the server is silent", seconds: 30) { !notices.mailStrikes.isEmpty }
    let named = try await watch.named(["receiver.silent"], since: .now)
    print("| mail silence at rcpt | \(named.line) | \(String(format: "%.1f", named.seconds)) s |")
    daemon.kill()
    try notices.mail(nil)
    try house.set(clock: "2026-12-02T08:00:00Z")
    try house.settle()
    // It was begun by a daemon that died: nobody knows, and nobody sends it again.
    #expect(try notices.jobs("debtor_mail").map { $0.split(separator: " ").last } == ["uncertain"])
    #expect(try notices.letters(to: "@debtor.example").isEmpty)
  }

  /// Until `sepad status` ends with a code and says something, not later than promised.
  private func expectStatus(_ house: KillHouse, _ code: Int32, _ words: String) async throws {
    var last = (status: Int32(-1), output: "")
    do {
      try await waitUntil("status says \(words)", seconds: FaultWatch.promised) {
        last = try house.program.run("status")
        return last.status == code && last.output.contains(words)
      }
    } catch {
      throw TestSupportFault("\(error); exit \(last.status): \(last.output)")
    }
  }
}
