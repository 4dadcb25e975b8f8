import Foundation
import TestSupport
import Testing

@testable import SEPA

/// TARGET's closing days beside another library's.
@Suite("TARGET beside holidays of PyPI") struct TARGETTableTests {
  private static let years = 2020...2035
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  private static let golden = folder.appendingPathComponent("Goldens/TARGET-2020-2035.tsv").path

  /// Every day of the years: closed, and why, where the table or the weekend says so, and on no other day.
  private func compare(_ table: String) throws {
    let lines = table.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: "\t").map(String.init) }
    let names = Dictionary(uniqueKeysWithValues: lines.map { ($0[0], $0[1]) })
    #expect(names.count == 6 * Self.years.count)
    var day = try CalendarDay(year: Self.years.lowerBound, month: 1, day: 1)
    var (days, closed) = (0, 0)
    while day.year <= Self.years.upperBound {
      let name = names[day.iso] ?? (day.weekday == 6 ? "Saturday" : day.weekday == 7 ? "Sunday" : nil)
      #expect(TARGETCalendar.closing(on: day)?.rawValue == name, "\(day)")
      #expect(TARGETCalendar.isOpen(day) == (name == nil), "\(day)")
      days += 1
      closed += name == nil ? 0 : 1
      day = day.adding(days: 1)
    }
    print("TARGET: \(days) days from \(Self.years.lowerBound) to \(Self.years.upperBound), \(closed) of them closed")
  }

  @Test("closed on the days of the table that it made, and on no others")
  func golden() throws {
    let table = try String(contentsOfFile: Self.golden, encoding: .utf8)
    #expect(table.hasPrefix("# TARGET's holidays by holidays 0.109 of PyPI (MIT), calendar XECB;"))
    try compare(table)
  }

  @Test("closed on the days that it says now")
  func live() throws {
    let environment = ProcessInfo.processInfo.environment
    let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
    let judges = environment["SEPAD_JUDGES"] ?? cache + "/sepad/judges"
    let found = (try? FileManager.default.contentsOfDirectory(atPath: judges))?.filter { $0.hasPrefix("holidays-") }.max()
    guard let found else {
      print("SKIPPED: TARGET's days by another library: no holidays at SEPAD_JUDGES or in the cache (deploy/fetch-judges)")
      return
    }
    let script = Self.folder.appendingPathComponent("Judges/list-target-days").path
    let (status, table) = try ChildProcess.run(
      script, ["\(judges)/\(found)", "\(Self.years.lowerBound)", "\(Self.years.upperBound)"])
    try #require(status == 0, "\(table)")
    try compare(table)
    if environment["SEPAD_REWRITE_GOLDENS"] == "1" { try table.write(toFile: Self.golden, atomically: true, encoding: .utf8) }
    #expect(try String(contentsOfFile: Self.golden, encoding: .utf8) == table, "SEPAD_REWRITE_GOLDENS=1 writes it anew")
  }
}
