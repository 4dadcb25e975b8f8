import Foundation
import TestSupport
import Testing

/// Banks that do every wrong thing, on every way. See docs/FAULTS.md.
@Suite("Fault table: banks")
struct BankFaultTests {
  @Test("whatever a bank does, nothing is called what it is not, and all comes to the same end")
  func everyFault() async throws {
    let (cases, seed) = FaultPage.chosen(BankFaultPlan.section, sample: 4)
    print("bank faults: \(cases.count) cases, SEPAD_SEED=\(seed)")
    let began = ContinuousClock.now
    let queue = FaultQueue(cases, of: BankFaultPlan.section)
    // Cases mostly wait for time-outs.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<min(cases.count < 5 ? 2 : 3, cases.count) {
        group.addTask {
          let bench = try await BankFaultBench()
          while let (row, column) = queue.next() {
            do {
              guard let fault = BankFaultPlan.all.first(where: { $0.row == row }),
                let way = Way.allCases.first(where: { BankFaultPlan.columns[$0] == column })
              else { continue }
              let word = try await BankFaultCase(fault, way, bench, seed: seed).run()
              queue.note(row, column, word)
            } catch {
              Issue.record("\(row), \(column) (SEPAD_SEED=\(seed)): \(error)")
              try bench.end()
            }
          }
        }
      }
      try await group.waitForAll()
    }
    let table = queue.table
    print(table.text + "\(cases.count) cases in \(ContinuousClock.now - began)")
    try FaultPage.keep(table)
  }

  @Test("a table can be read again, and tells what differs")
  func tableBites() {
    let section = BankFaultPlan.section
    var table = FaultTable(section)
    let (row, column) = (section.rows[0].name, section.columns[0])
    table[row, column] = "again: login"
    let read = FaultTable(section, page: FaultPage.text([table]))
    #expect(read[row, column] == "again: login" && read[section.rows[1].name, column] == nil)
    #expect(table.differences(from: read) == [])
    table[row, column] = "found"
    #expect(table.differences(from: read) == ["\(row), \(column): found found, expected again: login"])
  }

  @Test("an indiscretion is found, and nothing else")
  func discretionBites() {
    let discretion = Discretion(words: ["Une Cliente"])
    #expect(discretion.indiscretions(in: "of BE38999587044272, Une Cliente") == ["BE38999587044272", "Une Cliente"])
    #expect(discretion.indiscretions(in: "SEPAD-20261202-17 BE39999587044272 Une Dame").isEmpty)
  }
}
