import ArgumentParser
import Glibc
import SEPA
import TestSupport

/// `loop`: one run.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Takes collections from a CSV file to settled, rejected or returned.",
    discussion: """
      Each stage runs as in the daemon, and then, on a copy of the database from before it, its bare parts: the same rows \
      by plain statements in psql, the same bytes by sftp, validator and writer alone. "of bare" is by the wall, \
      "processors" in processor time of both sides.
      """)

  @Option(help: "Collections, each with a mandate of its own.") var collections = 10_000
  @Option(help: "Collections in one file.") var perFile = 100_000
  @Option(help: "Settled collections that the database already holds.") var history = 0
  @Option(help: "Of how many of them, the last ones, the webhooks are still there; of all where nothing is said.") var historyTold: Int?
  @Option(help: "Notices to tell, at most.") var notices = 2000
  @Flag(help: "The bank tells the credits a second time, as its statement of the day does.") var again = false
  @Option(help: "A setting of PostgreSQL, such as jit=off; more than one may be given.") var setting: [String] = []
  @Option(help: "Where to keep PostgreSQL's log, with the plans of what took longer than 20 ms.") var plans: String?
  @Flag(help: "Only the stages, without their bare parts.") var noBare = false
  @Flag(help: "Everything as JSON.") var json = false

  func validate() throws {
    // They take in all rows of some tables, those of the past among them.
    guard history == 0 || noBare else { throw ValidationError("--history: bare parts: found some, expected none: add --no-bare") }
  }

  func run() async throws {
    let schema = schemaPath("pain.008.001.08")
    let house = try await House(schema: schema, perFile: perFile, settings: setting + (plans == nil ? [] : House.plans))
    defer { if let plans { try? house.keepLog(plans) } }
    let run = LoopRun(house: house, schema: schema, collections: collections, perFile: perFile, isBare: !noBare)
    if history > 0 { try run.remember(history, told: historyTold) }
    try run.all(notices: notices, again: again)
    let outcome = Outcome(collections: collections, history: history, settings: House.settings + setting, stages: run.stages)
    try run.expectTheEnd()
    print(json ? try outcome.json() : outcome.text)
  }
}

/// The stages in order, each measured.
final class LoopRun {
  let house: House
  let schema: String?
  let collections: Int
  let perFile: Int
  private var isBare: Bool
  private(set) var stages: [StageOutcome] = []
  private var progress = Progress(stages: 16)

  init(house: House, schema: String?, collections: Int, perFile: Int, isBare: Bool) {
    self.house = house
    self.schema = schema
    self.collections = collections
    self.perFile = perFile
    self.isBare = isBare
  }

  func remember(_ count: Int, told: Int?) throws {
    progress.show("history")
    let past = PastCollections(count: count, perFile: perFile, told: told)
    // Indexes that hold nothing together are made when all is there, which takes less than to keep them.
    let indexes = try house.takeIndexesAway()
    // Two at a time: the machine has two cores.
    var scripts = past.parts[...]
    while !scripts.isEmpty {
      progress.show("history: \(scripts.count) parts to go")
      try house.sql(Array(scripts.prefix(2)))
      scripts = scripts.dropFirst(2)
    }
    progress.show("history: \(indexes.count) indexes")
    try house.sql([0, 1].map { part in
      indexes.indices.filter { $0 % 2 == part }.map { indexes[$0] + ";" }.joined(separator: "\n")
    })
    for script in [past.end] + PastCollections.upkeep { try house.sql(script) }
  }

  func all(notices: Int, again: Bool) throws {
    let requests = Requests(count: collections)
    let (mandates, csv) = (house.directory.appending("mandates.csv"), house.directory.appending("collections.csv"))
    try requests.writeMandates(to: mandates)
    try requests.writeCollections(to: csv)
    try stage("mandates: import", bytes: size(mandates)) { [self] in (collections, Answer(cost: try house.importFile("mandates", mandates))) }
    try stage("mandates: intake") { [self] in (collections, try house.run(Order(stage: "intake"))) }

    try stage("import", bytes: size(csv)) { [self] in (collections, Answer(cost: try house.importFile("collections", csv))) }
      bare: { try $0.importing(csv) }
    try stage("intake") { [self] in (collections, try house.run(Order(stage: "intake"))) } bare: { try $0.intake() }
    try stage("dating") { [self] in (collections, try house.run(Order(stage: "dating"))) } bare: { try $0.dating() }
    try stage("build") { [self] in (collections, try house.run(Order(stage: "build"))) } bare: { [perFile] in try $0.build(perFile: perFile) }
    let bytes = try house.number("SELECT coalesce(sum(size_bytes), 0) FROM sepad.outbound_file WHERE state = 'sealed'")
    stages[stages.count - 1].bytes = bytes
    let build = stages.count - 1
    try submit(bytes, build: build)
    try report("statuses", at: Days.start)
    try passDay(to: Days.credited)
    try report("credits", at: Days.credited)
    if again { try tellAgain() }
    try passDay(to: Days.returned)
    try report("returns", at: Days.returned)
    let told = min(notices, try house.number("SELECT count(*) FROM sepad.job WHERE state = 'waiting'"))
    try stage("notices") { [self] in
      let answer = try house.run(Order(stage: "notices", seconds: Days.returned.seconds, count: told))
      return (answer.moved, answer)
    } bare: { try $0.notices(told) }
    stages[stages.count - 1].isSample = true
    try stage("status") { [self] in (collections, Answer(cost: try house.status())) }
    stages[stages.count - 1].isSample = true
    progress.end()
  }

  private func submit(_ bytes: Int, build: Int) throws {
    let twin = isBare ? try house.twin() : nil
    try stage("submit", bytes: bytes) { [self] in (collections, try house.run(Order(stage: "exchange"))) }
    progress.show("the bank")
    let cost = try house.letBankWork(at: Days.start, schema: schema)
    if let twin {
      var bare = BareParts(house, twin: twin)
      try bare.submit()
      keep(bare, of: stages.count - 1)
      var rest = BareParts(house, twin: twin)
      try rest.validateAndWrite(count: collections)
      keep(rest, of: build)
      try house.remove(twin: twin)
    }
    stages.append(StageOutcome(name: "(the bank)", rows: collections, cost: cost))
  }

  private func passDay(to now: Instant) throws {
    progress.show("the bank")
    stages.append(StageOutcome(name: "(the bank)", rows: collections, cost: try house.letBankWork(at: now, schema: schema)))
  }

  /// The bank's reports of a day: fetched, then applied.
  private func report(_ name: String, at now: Instant) throws {
    var reports: [Report] = []
    let seconds = now.seconds
    let before = try house.number("SELECT coalesce(max(id), 0) FROM sepad.inbound_file")
    let bytes = try entries("\(house.bank)/outbox").reduce(0) { $0 + size("\(house.bank)/outbox/\($1)") }
    try stage("\(name): fetch", bytes: bytes) { [self] in
      let answer = try house.run(Order(stage: "exchange", seconds: seconds))
      return (answer.moved, answer)
    } bare: { [self] parts in
      reports = try house.sql("SELECT id, remote_name, size_bytes FROM sepad.inbound_file WHERE id > \(before) ORDER BY id")
        .split(separator: "\n").map { line in
          let fields = line.split(separator: "|").map(String.init)
          return Report(id: Int(fields[0]) ?? 0, name: fields[1], bytes: Int(fields[2]) ?? 0)
        }
      try parts.fetch(reports)
    }
    let events = try house.number("SELECT coalesce(max(id), 0) FROM sepad.payment_event")
    try stage("\(name): apply", bytes: bytes) { [self] in
      (0, try house.run(Order(stage: "apply", seconds: seconds)))
    } bare: { [reports] in try $0.apply(reports) }
    stages[stages.count - 1].rows = try house.number("SELECT count(*) FROM sepad.payment_event WHERE id > \(events)")
  }

  /// The same credits in other messages. Nobody is paid twice by that.
  private func tellAgain() throws {
    let told = stages[stages.count - 1].rows
    for name in try entries("\(house.bank)/done") where !name.hasPrefix("pain002") {
      try Program.run(
        ["/usr/bin/sed", "0,/<MsgId>/s/<MsgId>/<MsgId>AGAIN-/", "\(house.bank)/done/\(name)"],
        output: "\(house.bank)/outbox/again-\(name)")
    }
    let (isBare, first) = (self.isBare, stages.count)
    self.isBare = false
    try report("again", at: Days.credited)
    self.isBare = isBare
    guard stages[stages.count - 1].rows == 0 else { throw Failure("again: found credits that counted twice, expected none") }
    for stage in first..<stages.count { (stages[stage].rows, stages[stage].isSample) = (told, true) }
  }

  /// Runs one stage and then its bare parts on what the database was before.
  private func stage(
    _ name: String, bytes: Int = 0, _ work: () throws -> (Int, Answer), bare: ((inout BareParts) throws -> Void)? = nil
  ) throws {
    progress.show(name)
    let twin = isBare && bare != nil ? try house.twin() : nil
    let (log, server) = (try house.walBytes(), try house.databaseProcessor())
    let (rows, answer) = try work()
    let used = try house.databaseProcessor() - server
    stages.append(
      StageOutcome(
        name: name, rows: rows, bytes: bytes, cost: answer.cost, databaseProcessor: used, peakKibibytes: answer.peakKibibytes,
        walBytes: try house.walBytes() - log))
    guard let twin, let bare else { return }
    progress.show("\(name), bare")
    var parts = BareParts(house, twin: twin)
    try bare(&parts)
    keep(parts, of: stages.count - 1)
    try house.remove(twin: twin)
  }

  private func keep(_ bare: BareParts, of stage: Int) {
    stages[stage].parts += bare.parts.map { StageOutcome.Part(name: $0.name, cost: $0.cost) }
  }

  /// A benchmark that lost a payment measured nothing.
  func expectTheEnd() throws {
    let found = try house.sql(
      "SELECT s.state, count(*) FROM sepad.collection_status s JOIN sepad.collection c ON c.id = s.collection_id WHERE c.request_key LIKE 'C-A%' GROUP BY 1 ORDER BY 1")
    let rejected = (1...collections).count { [7, 40, 83].contains($0 % 100) }
    let returned = (1...collections).count { [18, 61].contains($0 % 100) }
    let expected = ["settled|\(collections - rejected - returned)", "rejected|\(rejected)", "returned|\(returned)"]
      .filter { !$0.hasSuffix("|0") }.joined(separator: "\n")
    guard found == expected else { throw Failure("the end: found \(found), expected \(expected)") }
    let wrong = try house.sql("SELECT (SELECT count(*) FROM sepad.conservation_block WHERE difference_cents <> 0)")
    guard wrong == "0" else { throw Failure("sums: found \(wrong) blocks that do not add up, expected none") }
  }
}

func size(_ path: String) -> Int {
  var found = stat()
  return stat(path, &found) == 0 ? Int(found.st_size) : 0
}
