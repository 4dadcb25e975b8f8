import Foundation
import TestSupport
import Testing

/// Banks that do every wrong thing, on every way. See docs/FAULTS.md.
@Suite("Fault table: banks")
struct BankFaultTests {
  @Test("whatever a bank does, nothing is called what it is not, and all comes to the same end")
  func everyFault() async throws {
    try await FaultRun(section: BankFaultPlan.section, sample: 4, benches: FaultChoice.isFull ? 3 : 2).run(
      on: { try await BankFaultBench() }, mend: { try $0.end() }
    ) { bench, row, column in
      guard let fault = BankFaultPlan.all.first(where: { $0.row == row }),
        let way = Way.allCases.first(where: { BankFaultPlan.columns[$0] == column })
      else { throw TestSupportFault("\(row), \(column): no such case") }
      return try await BankFaultCase(fault, way, bench, seed: FaultChoice.seed).run()
    }
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
