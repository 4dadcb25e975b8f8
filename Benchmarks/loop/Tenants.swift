import ArgumentParser
import TestSupport

/// `loop tenants`: many creditors on several banks, one of whom collects far more than the others, by one daemon or more.
struct Tenants: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures many creditors, and several daemons on one database.",
    discussion: """
      Real daemons find all requests at once, the big creditor's before the others'. "out" is the time until all have left, \
      "waited" how long until a creditor's last file was sent: of those with little, and of the big one. Then the banks do \
      their work, not counted, and "back" is the time until every payment has its end. Each number of daemons has a \
      database of its own, filled alike.
      """)

  @Option(help: "Creditors with little.") var creditors = 200
  @Option(help: "Collections of each of them.") var collections = 50
  @Option(help: "Collections of one more creditor.") var big = 20_000
  @Option(help: "Bank connections; creditors have accounts at one of them in turn.") var banks = 20
  @Option(help: "Collections in one file.") var perFile = 100_000
  @Option(help: "Daemons; more than one number may be given.") var nodes: [Int] = [1]
  @Flag(help: "As JSON.") var json = false

  func validate() throws {
    guard creditors > 0, collections > 0, big >= 0, banks > 0, perFile > 0, nodes.allSatisfy({ $0 > 0 }) else {
      throw ValidationError("found a number below one")
    }
  }

  func run() async throws {
    let postgres = try PrivatePostgres(settings: House.settings + ["max_connections=400"])
    let load = TenantLoad(creditors: creditors, collections: collections, big: big, banks: banks)
    var outcomes: [TenantOutcome] = []
    var progress = Progress(stages: nodes.count * 4)
    for count in nodes {
      let house = try await TenantHouse(load, postgres: postgres, nodes: count, perFile: perFile)
      progress.show("\(count) daemons: requests")
      try house.writeRequests()
      progress.show("\(count) daemons: out")
      try house.start()
      let (out, sent) = try await house.measure(until: "no collection waits to be sent", TenantHouse.isOut)
      try house.end()
      progress.show("\(count) daemons: the banks")
      try house.letBanksWork()
      progress.show("\(count) daemons: back")
      try house.start()
      let (back, _) = try await house.measure(until: "every payment has its end", TenantHouse.isBack)
      try house.end()
      outcomes.append(
        TenantOutcome(
          daemons: count, collections: load.total, out: out, back: back, peakKibibytes: house.peakKibibytes,
          waits: try await house.waits(since: sent)))
    }
    progress.end()
    print(json ? try TenantOutcome.json(outcomes) : TenantOutcome.table(outcomes))
  }
}

/// What is collected. The big creditor has number 0 and the first bank.
struct TenantLoad {
  let creditors: Int
  let collections: Int
  let big: Int
  let banks: Int

  var total: Int { creditors * collections + big }
  var members: ClosedRange<Int> { (big > 0 ? 0 : 1)...creditors }
  func count(of creditor: Int) -> Int { creditor == 0 ? big : collections }
  func bank(of creditor: Int) -> Int { creditor % banks }
}

/// How it was with one number of daemons.
struct TenantOutcome: Codable {
  struct Way: Codable {
    var wall: Double
    /// Of all daemons together, and of the database.
    var processor: Double
    var databaseProcessor: Double
  }

  /// Seconds until a creditor's last file was being sent.
  struct Waits: Codable {
    var smallMedian: Double
    var smallLongest: Double
    var big: Double?
  }

  var daemons: Int
  var collections: Int
  var out: Way
  var back: Way
  /// The most that one of the daemons held.
  var peakKibibytes: Int
  var waits: Waits

  static func json(_ outcomes: [TenantOutcome]) throws -> String { try Outcome.encoded(outcomes) }

  static func table(_ outcomes: [TenantOutcome]) -> String {
    let titles = [
      "daemons", "collections", "out s", "a second", "sepad s", "PostgreSQL s", "waited: half of the small s", "all of them s",
      "the big one s", "back s", "a second", "sepad s", "PostgreSQL s", "peak MiB",
    ]
    return Outcome.aligned(
      [titles]
        + outcomes.map { outcome in
          func cells(_ way: Way) -> [String] {
            [
              decimals(way.wall), "\(Int(Double(outcome.collections) / max(way.wall, 1e-9)))", decimals(way.processor),
              decimals(way.databaseProcessor),
            ]
          }
          return ["\(outcome.daemons)", "\(outcome.collections)"] + cells(outcome.out)
            + [
              decimals(outcome.waits.smallMedian), decimals(outcome.waits.smallLongest),
              outcome.waits.big.map(decimals) ?? "",
            ] + cells(outcome.back) + [decimals(Double(outcome.peakKibibytes) / 1024)]
        })
  }
}
