import Testing

/// The points as `CrashPoint` declares them, by the file that each belongs to.
private let declared: [String: [String]] = declarations(in: Repository.text("Sources/CrashPoints/CrashPoint.swift"))
private let stages = Repository.sources.filter { path in
  // A replay writes nothing but a copy of the database, which is no record of anything: one that was cut short is begun
  // anew and takes back what the first one did. A preview writes tables that end with its transaction. No bank and no
  // receiver hears of either.
  ["Work", "Channels", "Notices"].contains(Repository.room(of: path))
    && !["Sources/Work/Replay.swift", "Sources/Work/Preview.swift"].contains(path)
}
private let writers = EffectRule.writers(
  in: Repository.sources.filter { $0.hasPrefix("Sources/Store/Records/") || $0.hasPrefix("Sources/Work/") }
    .map(Repository.text))

@Suite("Crash points")
struct CrashPointTests {
  @Test("each is reached at one place, in the file that it is declared for")
  func placed() {
    #expect(declared.values.joined().count > 40, "found \(declared): is CrashPoint.swift still read rightly?")
    let rule = EffectRule(writers: [])
    for path in Repository.sources where Repository.room(of: path) != "CrashPoints" {
      let reached = rule.points(in: SwiftCode.withoutCommentsAndStrings(Repository.text(path))).sorted()
      let expected = declared[String(path.dropFirst("Sources/".count)), default: []].sorted()
      #expect(reached == expected, "\(path): found \(reached), expected as CrashPoint.swift declares: \(expected)")
    }
    for path in declared.keys {
      #expect(Repository.sources.contains("Sources/\(path)"), "CrashPoint.swift: no file \(path)")
    }
  }

  @Test("one stands on each side of everything that leaves the process")
  func effectsAreGuarded() throws {
    for wanted in ["begin", "record", "claimJobs", "date", "raise", "moveFile", "seal"] {
      #expect(writers.contains(wanted), "found writers \(writers.sorted()): is Store still read rightly?")
    }
    let rule = EffectRule(writers: writers)
    for path in stages {
      for offence in try rule.offences(in: Repository.text(path)) {
        Issue.record("\(path):\(offence.line): \(offence.text)")
      }
    }
  }

  @Test("and none is left in a release build")
  func debugOnly() {
    #expect(Repository.text("Package.swift").contains(#".define("SEPAD_CRASH_POINTS", .when(configuration: .debug))"#))
    for path in Repository.sources where Repository.room(of: path) != "CrashPoints" {
      #expect(!Repository.text(path).contains("SEPAD_CRASH"), "\(path): only CrashPoints decides what a point does")
    }
  }

  @Test("and the rule sees an effect without one")
  func bites() throws {
    let rule = EffectRule(writers: ["begin"])
    let source = """
      struct Stage {
        func bare() async throws {
          try await channel.acknowledge(file)
        }
        func half() async throws {
          CrashPoints.reach(.a)
          try await session.begin(job)
        }
        func shared() async throws {
          CrashPoints.reach(.a)
          await sender.send(one)
          try await remote.put(two, as: name)
          CrashPoints.reach(.b)
        }
        func commits() async throws {
          CrashPoints.reach(.a)
          try await session.transaction { session in try session.begin(job) }
          CrashPoints.reach(.b)
          try await session.transaction { session in
            try session.begin(job)
            // CrashPoints.reach(.c)
          }
          CrashPoints.reach(.d)
        }
        func within(_ session: isolated Session) throws { try session.begin(job) }
        func sound() async throws {
          CrashPoints.reach(isOnce ? .a : .b)
          let answer = await remote.rename(one, to: two)
          CrashPoints.reach(.c)
          try await session.transaction { session in
            if true { try session.begin(job) }
            CrashPoints.reach(.d)
          }
          CrashPoints.reach(.e)
        }
      }
      """
    let found = try rule.offences(in: source)
    #expect(found.map(\.line) == [3, 7, 11, 12, 17, 22])
    #expect(
      found[0].text == "Stage.bare: channel.acknowledge: found no crash point before and none after it; "
        + "name one in CrashPoint.swift and say CrashPoints.reach(…) here")
    #expect(found[1].text.contains("session.begin: found no crash point after it"))
    #expect(found[5].text.contains("a commit: found no crash point before it"))
    #expect(rule.points(in: "CrashPoints.reach(isOnce ? .a : .b)") == ["a", "b"])
  }

  @Test("and Store's writers are told from its readers")
  func knowsWriters() {
    let store = """
      extension Session {
        func reads() throws { try run("SELECT 1") }
        func writes() throws { try run("INSERT INTO sepad.job DEFAULT VALUES") }
        func passesOn() async throws {
          try await transaction { session in try session.writes() }
        }
      }
      """
    #expect(EffectRule.writers(in: [store]) == ["writes", "passesOn"])
  }
}

/// `// In PATH:` and the cases below it.
private func declarations(in text: String) -> [String: [String]] {
  var found: [String: [String]] = [:]
  var file = ""
  for line in text.split(separator: "\n").map({ $0.drop(while: \.isWhitespace) }) {
    if let match = line.prefixMatch(of: /\/\/ In ([^:]+):/) { file = String(match.1) }
    guard line.hasPrefix("case ") else { continue }
    found[file, default: []] += line.dropFirst(5).split(separator: ",").map { $0.filter { !$0.isWhitespace } }
  }
  return found
}
