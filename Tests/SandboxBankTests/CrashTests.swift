import Foundation
import SEPA
import SandboxBank
import Testing

private struct Crash: Error {}

/// The days of one story: three files, one of them a repetition, and everything that follows from them.
private let days = ["2026-12-01T07:00:00Z", "2026-12-02T07:00:00Z", "2026-12-03T07:00:00Z", "2026-12-04T07:00:00Z", "2026-12-08T07:00:00Z"]

private func begin() throws -> BankFolder {
  let folder = try BankFolder()
  folder.options.booking = .alternate
  try folder.submit("a.xml", try collectionFile([[1000, 1051, 1061, 1071, 1072], [2000, 2062]]))
  try folder.submit("b.xml", try collectionFile([[1000]]))
  try folder.submit("c.txt", Array("not XML".utf8))
  return folder
}

/// Tells the whole story, dying at the `count`-th time that `point` is reached; false when it is reached less often.
private func tell(_ folder: BankFolder, dyingAt point: Bank.Point?, count: Int = 1) throws -> Bool {
  final class Countdown { var left: Int; init(_ left: Int) { self.left = left } }
  let countdown = Countdown(count)
  var died = false
  for day in days {
    folder.now = try Instant(iso: day)
    do {
      let bank = try Bank(folder.options) { reached in
        if reached == point {
          countdown.left -= 1
          if countdown.left == 0 { throw Crash() }
        }
      }
      while try bank.step(at: folder.now) {}
    } catch is Crash {
      died = true
      try folder.work()
    }
  }
  return died
}

@Suite struct CrashTests {
  @Test(arguments: Bank.Point.allCases)
  func aCrashAtAnyPointChangesNothing(point: Bank.Point) throws {
    let calm = try begin()
    _ = try tell(calm, dyingAt: nil)
    let expected = try calm.outbox()
    #expect(expected.count == 8, "\(expected.keys.sorted())")
    var count = 1
    while true {
      let folder = try begin()
      let died = try tell(folder, dyingAt: point, count: count)
      #expect(try folder.outbox() == expected, "\(point) \(count)")
      #expect(folder.names("archive") == calm.names("archive") && folder.names("refused") == calm.names("refused"))
      #expect(folder.names("inbox") == [] && folder.names("state/drafts") == [])
      for view in ["state/seen.tsv", "state/violations.log"] { #expect(try folder.text(view) == calm.text(view), "\(point) \(count)") }
      guard died else { break }
      count += 1
    }
    #expect(count > (point == .drafted || point == .published || point == .publicationRecorded ? 8 : 3))
  }

  @Test func whatTheClientHasTakenDoesNotComeAgain() throws {
    let folder = try begin()
    final class Taken { var names: [String] = [] }
    let taken = Taken()
    for day in days {
      folder.now = try Instant(iso: day)
      while true {
        do {
          // Whichever the point: as soon as something is there, the client has it and the bank dies.
          let bank = try Bank(folder.options) { [folder] _ in
            let names = folder.names("outbox")
            guard !names.isEmpty, taken.names.count < 30 else { return }
            for name in names {
              taken.names.append(name)
              try FileManager.default.removeItem(atPath: folder.path("outbox/\(name)"))
            }
            throw Crash()
          }
          while try bank.step(at: folder.now) {}
          break
        } catch is Crash {}
      }
    }
    #expect(taken.names.count == 8 && Set(taken.names).count == 8, "\(taken.names)")
  }

  @Test(arguments: [1, 5, 40])
  func aTornLineOfTheJournalIsForgotten(lost: Int) throws {
    let calm = try begin()
    _ = try tell(calm, dyingAt: nil)
    let folder = try begin()
    #expect(throws: Crash.self) {
      let bank = try Bank(folder.options) { if $0 == .recorded { throw Crash() } }
      _ = try bank.step(at: folder.now)
    }
    let journal = try folder.read("state/journal.tsv")
    try Data(journal.dropLast(lost)).write(to: folder.url.appendingPathComponent("state/journal.tsv"))
    _ = try tell(folder, dyingAt: nil)
    #expect(try folder.outbox() == calm.outbox())
    #expect(try folder.text("state/violations.log") == calm.text("state/violations.log"))
  }

  @Test func aClockThatJumpsOverDaysGivesTheSameReports() throws {
    let calm = try begin()
    _ = try tell(calm, dyingAt: nil)
    let folder = try begin()
    try folder.work(until: days[0])
    try folder.work(until: days[4])
    #expect(try folder.outbox() == calm.outbox())
  }
}
