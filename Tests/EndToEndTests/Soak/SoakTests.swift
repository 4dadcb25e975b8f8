import Foundation
import TestSupport
import Testing

/// Three daemons on one database, and everything that can go wrong around them, by chance, for a long time.
///
/// `SEPAD_SOAK=COLLECTIONS:MINUTES` (50000:30) makes it long; the seed that it prints makes the same storm again.
@Suite("Soak")
struct SoakTests {
  struct Size {
    var collections = 400
    var arrivalDays = 2
    /// Blows on each day of arrivals.
    var blows = 12
    /// Seconds that one lasts at most.
    var longest = 0.8

    init() {
      let words = ProcessInfo.processInfo.environment["SEPAD_SOAK"]?.split(separator: ":").compactMap { Int($0) } ?? []
      guard words.count == 2 else { return }
      collections = words[0]
      arrivalDays = 12
      longest = 6
      // A blow and the while after it take a quarter of the longest on the average; a third of the time is calm.
      blows = max(1, Int(Double(words[1] * 60) * 0.66 / Double(arrivalDays) / (longest * 0.3)))
    }
  }

  @Test("three daemons in a storm: nothing twice, nothing lost, nothing unknown, nobody untold")
  func storm() async throws {
    let size = Size()
    let seed = ProcessInfo.processInfo.environment["SEPAD_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)
    say("SEPAD_SEED=\(seed), \(size)")
    var random = SeededRandom(seed)
    let house = try await SoakHouse(daemons: 3)
    let plan = SoakPlan(
      collections: size.collections, arrivalDays: size.arrivalDays, banks: house.banks.count, &random)
    let storm = Storm(house, SeededRandom(random.next()), longest: size.longest)
    let failOvers = Set((0..<max(1, size.arrivalDays / 4)).map { _ in Int.random(in: 1..<size.arrivalDays, using: &random) })
    let began = ContinuousClock.now
    try house.request("mandate_request", SoakPlan.mandateColumns, plan.mandates)
    try await house.finishRequests()
    for (index, day) in plan.days.enumerated() {
      try await dawn(house, day)
      if index < plan.arrivals.count {
        let requests = plan.requests(onDay: index)
        for blow in 0..<size.blows {
          let part = blow * requests.count / size.blows..<(blow + 1) * requests.count / size.blows
          try house.request("collection_request", SoakPlan.collectionColumns, Array(requests[part]))
          if failOvers.contains(index), blow == size.blows / 2 { try await storm.failOver() }
          if blow % 4 == 3 { try house.setDaemonClocks("\(day)T\(8 + 4 * blow / size.blows):30:00Z") }
          try await storm.strike()
        }
        try storm.calm()
        try await house.finishRequests()
      }
      try await dusk(house, day)
      say("\(day) after \(began.duration(to: .now)): \(house.pair.summary)")
    }
    try await toldAll(house, plan)
    for daemon in house.daemons { try await house.end(daemon) }
    say("all told and ended after \(began.duration(to: .now))")
    let struck = storm.struck.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key) \($0.value)" }
    say("struck \(struck.joined(separator: ", ")), failed over \(failOvers.count) times")
    let doubts = try house.pair.sql(
      "SELECT count(*) FILTER (WHERE event = 'outcomeUnknown'), count(*) FILTER (WHERE event = 'notSent'), count(DISTINCT file_id) FROM sepad.file_history")
    say("uncertain|not sent|files: \(doubts)")
    let wrongs = try SoakEnd(house: house, plan: plan).wrongs()
    say("judged after \(began.duration(to: .now)), \(wrongs.count) wrong")
    #expect(wrongs.isEmpty, "\(wrongs.prefix(40).joined(separator: "\n"))")
  }

  /// At once, also into a pipe: half an hour is long.
  private func say(_ what: String) {
    print("soak: \(what)")
    fflush(nil)
  }

  /// A new day: first for all daemons, so that none brings anything under yesterday's dates, then for the banks.
  private func dawn(_ house: SoakHouse, _ day: String) async throws {
    for daemon in house.daemons { daemon.skew = 0 }
    try house.keepRunning()
    try house.setDaemonClocks("\(day)T07:00:00Z")
    try await waitUntil("each daemon has seen \(day)", seconds: 120) {
      try house.keepRunning()
      return house.hasEachWorked(on: day)
    }
    try house.setBankClock("\(day)T07:00:00Z")
  }

  /// The storm is over for the day: what is on its way arrives, while the day goes on and failed attempts come to their turn.
  private func dusk(_ house: SoakHouse, _ day: String) async throws {
    for quarter in 0..<16 {
      try house.keepRunning()
      let minute = quarter % 4 * 15
      try house.setDaemonClocks("\(day)T\(10 + quarter / 4):\(minute == 0 ? "00" : "\(minute)"):00Z")
      let over = ContinuousClock.now.advanced(by: .seconds(8))
      try await waitUntil("quiet, or a quarter of an hour", seconds: 60) { house.isQuiet() || .now >= over }
      if house.isQuiet() { return }
    }
    // What was refused often waits for an hour and longer, and perhaps for tomorrow.
    try await waitUntil("\(day) comes to its end: \(house.lying), \(house.pair.summary)", seconds: 120) {
      try house.keepRunning()
      return house.isQuiet(waiting: true)
    }
  }

  /// Notices that failed come to their turn.
  private func toldAll(_ house: SoakHouse, _ plan: SoakPlan) async throws {
    let day = plan.days.last ?? ""
    for hour in 14..<24 {
      try house.setDaemonClocks("\(day)T\(hour):00:00Z")
      var left = ""
      try await waitUntil("an hour's notices", seconds: 600) {
        try house.keepRunning()
        let now = try house.pair.sql("SELECT count(*) FROM sepad.job WHERE state = 'waiting' AND run_at <= '\(day)T\(hour):00:00Z'")
        left = now
        return now == "0"
      }
      if left == "0", try house.pair.sql("SELECT count(*) FROM sepad.job WHERE state = 'waiting'") == "0" { return }
    }
  }
}

extension StandbyPair {
  /// Files and collections by state, in a line.
  fileprivate var summary: String {
    (try? sql(
      """
      SELECT string_agg(x, ' ') FROM (
        SELECT 'file ' || state || ' ' || count(*) AS x FROM sepad.outbound_file GROUP BY state
        UNION ALL SELECT state || ' ' || count(*) FROM sepad.collection_status GROUP BY state
        UNION ALL SELECT 'jobs ' || state || ' ' || count(*) FROM sepad.job GROUP BY state) s
      """)) ?? "?"
  }
}
