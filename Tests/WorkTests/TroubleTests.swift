import Channels
import Foundation
import SEPA
import Store
import Synchronization
import TestSupport
import Testing
import Work

/// A bank that is in trouble with one file: the others pass, and what is wrong is told.
@Suite struct TroubleTests {
  private let spool: TemporaryDirectory

  init() throws { spool = try TemporaryDirectory() }

  private static func fault(_ reason: ChannelFault.Reason) -> ChannelFault {
    ChannelFault(reason, stage: .download, found: "test", expected: "test")
  }

  /// A turn.
  /// - Returns: the fault that it ended with.
  private func turn(_ bench: Bench, _ bank: BankInTrouble, at now: Instant = Bench.start) async throws -> ChannelFault.Reason? {
    var profile = bench.bank
    profile.channel = bank
    do {
      _ = try await Exchange(session: bench.session, bank: profile, spoolDirectory: spool.path, log: bench.log).run { now }
      return nil
    } catch let fault as ChannelFault {
      return fault.reason
    }
  }

  private func names(_ bench: Bench) async throws -> [String] {
    try await bench.session.run("SELECT remote_name FROM sepad.inbound_file ORDER BY id").rows.map { try $0.text(0) }
  }

  @Test(arguments: [ChannelFault.Reason.sizeMismatch, .permissionDenied, .connectionLost])
  func `a report that cannot be had keeps no other from being fetched`(_ reason: ChannelFault.Reason) async throws {
    let bench = try await Bench()
    let bank = BankInTrouble(reports: ["a.xml", "b.xml", "c.xml"])
    bank.set { $0.downloads = ["a.xml": Self.fault(reason)] }
    #expect(try await turn(bench, bank) == reason)
    #expect(try await names(bench) == ["b.xml", "c.xml"])
    bank.set { $0.downloads = [:] }
    #expect(try await turn(bench, bank) == nil)
    #expect(try await names(bench) == ["b.xml", "c.xml", "a.xml"])
  }

  @Test func `reports that cannot be put away are kept, each once`() async throws {
    let bench = try await Bench()
    let bank = BankInTrouble(reports: ["a.xml", "b.xml"])
    bank.set { $0.acknowledgement = Self.fault(.permissionDenied) }
    for _ in 0..<2 { #expect(try await turn(bench, bank) == .permissionDenied) }
    #expect(try await names(bench) == ["a.xml", "b.xml"])
  }

  @Test func `two time-outs in a row end the turn`() async throws {
    let bench = try await Bench()
    let bank = BankInTrouble(reports: ["a.xml", "b.xml", "c.xml", "d.xml"])
    bank.set { $0.downloads = ["b.xml": Self.fault(.timedOut), "c.xml": Self.fault(.connectFailed)] }
    #expect(try await turn(bench, bank) == .timedOut)
    #expect(try await names(bench) == ["a.xml"])
  }

  @Test func `a file that cannot be looked for keeps neither the next one nor the reports from passing`() async throws {
    var bench = try await Bench()
    bench.bank.files.maxTransactions = 1
    try await bench.request(amounts: ["10.00", "11.00"])
    try await bench.seal()
    let bank = BankInTrouble(reports: [])
    bank.set { $0.outcomes = [.unknown(Self.fault(.timedOut)), .unknown(Self.fault(.timedOut))] }
    #expect(try await turn(bench, bank) == nil)
    bank.set {
      $0.sightings = [nil, .absent(evidence: "test")]
      $0.reports = ["a.xml"]
    }
    #expect(try await turn(bench, bank) == .permissionDenied)
    let states = try await bench.session.run("SELECT state FROM sepad.outbound_file ORDER BY id").rows.map { try $0.text(0) }
    #expect(states == ["uncertain", "sealed"])
    #expect(try await names(bench) == ["a.xml"])
    // What the attempts met is told, not what was seen at the bank afterwards.
    let unsent = try #require(try await bench.session.unsentFiles().first)
    #expect(unsent.bank == "sandbox" && unsent.files == 2)
    #expect(ChannelFault.reason(in: unsent.evidence) == .timedOut)
  }

  @Test func `a file that is shown to be absent again and again is not sent without a rest`() async throws {
    let bench = try await Bench()
    try await bench.request(amounts: ["10.00"])
    try await bench.seal()
    let bank = BankInTrouble(reports: [])
    for _ in 0..<10 {
      bank.set {
        $0.outcomes = [.unknown(Self.fault(.timedOut))]
        $0.sightings = [.absent(evidence: "test")]
      }
      #expect(try await turn(bench, bank) == nil)
    }
    #expect(bank.set { $0.submissions } == 3)
    bank.set { $0.outcomes = [.delivered(evidence: "test")] }
    #expect(try await turn(bench, bank, at: Bench.start.adding(seconds: 3600)) == nil)
    #expect(try await bench.session.unsentFiles() == [])
  }
}

/// Does what it is told to.
private final class BankInTrouble: BankChannel {
  struct State {
    var reports: [String]
    var downloads: [String: ChannelFault] = [:]
    var acknowledgement: ChannelFault?
    var outcomes: [SubmitOutcome] = []
    /// Nil: nobody may look.
    var sightings: [Sighting?] = []
    var submissions = 0
  }

  private let state: Mutex<State>

  init(reports: [String]) { state = Mutex(State(reports: reports)) }

  @discardableResult
  func set<Value: Sendable>(_ change: @Sendable (inout State) -> Value) -> Value { state.withLock { change(&$0) } }

  func submit(_ file: LocalFile) async -> SubmitOutcome {
    set {
      $0.submissions += 1
      return $0.outcomes.removeFirst()
    }
  }

  func locate(remoteName: String, size: Int64, attempt: Int) async throws(ChannelFault) -> Sighting {
    guard let sighting = set({ $0.sightings.removeFirst() }) else {
      throw ChannelFault(.permissionDenied, stage: .locate, found: "test", expected: "test")
    }
    return sighting
  }

  func list() async throws(ChannelFault) -> [RemoteFile] { set { $0.reports.map { RemoteFile(name: $0, size: 10) } } }

  func download(_ file: RemoteFile, to path: String, limit: Int64) async throws(ChannelFault) {
    if let fault = set({ $0.downloads[file.name] }) { throw fault }
    _ = FileManager.default.createFile(atPath: path, contents: Data("of \(file.name)".utf8))
  }

  func acknowledge(_ file: RemoteFile) async throws(ChannelFault) {
    if let fault = set({ $0.acknowledgement }) { throw fault }
    set { state in state.reports.removeAll { $0 == file.name } }
  }

  func probe() async throws(ChannelFault) -> String { "" }
}
