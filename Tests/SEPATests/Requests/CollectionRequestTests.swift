import Foundation
import Testing

@testable import SEPA

@Suite("Collection requests") struct CollectionRequestTests {
  static let good = CollectionRequest(creditor: "acme", mandateReference: "RUM-1", amount: "1250,50", dueDate: "2026-12-01")

  static func changed(_ change: (inout CollectionRequest) -> Void) -> CollectionRequest {
    var request = good
    change(&request)
    return request
  }

  @Test("a plain request is taken")
  func plain() throws {
    let collection = try Self.good.accepted(today: day("2026-11-24")).get()
    #expect(collection.amount == Cents(125_050) && collection.dueDate.iso == "2026-12-01")
    #expect(collection.account == nil && collection.remittance == nil && collection.endToEndID == nil)
  }

  @Test("a full request is taken")
  func full() throws {
    let request = Self.changed {
      ($0.account, $0.remittance, $0.endToEndID, $0.currency) = ("main", "Facture n° 12 – été", "INV-12", " eur")
    }
    let collection = try request.accepted(today: day("2026-11-24")).get()
    #expect(collection.remittance?.value == "Facture no 12 - ete" && collection.endToEndID?.value == "INV-12")
    #expect(collection.account == "main")
  }

  @Test("due dates reach from 30 days behind to 400 days ahead", arguments: [
    ("2026-10-25", true), ("2026-10-24", false), ("2027-12-29", true), ("2027-12-30", false), ("2026-11-24", true),
  ])
  func dueDate(iso: String, isTaken: Bool) throws {
    let result = Self.changed { $0.dueDate = iso }.accepted(today: try day("2026-11-24"))
    #expect((result.value != nil) == isTaken)
    if !isTaken { #expect(result.failed?.list.map(\.rule) == ["due date"]) }
  }

  static let wrongFields: [(field: String, rule: String, request: CollectionRequest)] = [
    ("creditor", "compulsory field", changed { $0.creditor = nil }),
    ("account", "account name", changed { $0.account = "FR76 3000" }),
    ("mandate_reference", "mandate reference slashes", changed { $0.mandateReference = "A//B" }),
    ("amount", "amount", changed { $0.amount = "1.250,50" }),
    ("amount", "amount of a collection", changed { $0.amount = "0" }),
    ("amount", "amount of a collection", changed { $0.amount = "1000000000" }),
    ("due_date", "date", changed { $0.dueDate = "2026-02-30" }),
    ("remittance", "text length", changed { $0.remittance = String(repeating: "r", count: 141) }),
    ("end_to_end_id", "end-to-end id length", changed { $0.endToEndID = String(repeating: "e", count: 36) }),
    ("currency", "currency", changed { $0.currency = "CHF" }),
  ]

  @Test("one wrong field is refused under its own name and rule", arguments: wrongFields.indices)
  func wrongField(index: Int) throws {
    let (field, rule, request) = Self.wrongFields[index]
    let refusals = try #require(request.accepted(today: day("2026-11-24")).failed)
    #expect(refusals.list.map(\.field) == [field])
    #expect(refusals.list.first?.rule == rule)
  }

  @Test("refusals travel as JSON and come back the same")
  func json() throws {
    let refusals = try #require(CollectionRequest().accepted(today: day("2026-11-24")).failed)
    #expect(refusals.list.count == 4)
    let data = try JSONEncoder().encode(refusals)
    #expect(try JSONDecoder().decode(Refusals.self, from: data) == refusals)
    let written = try JSONEncoder().encode([CalendarDay(iso: "2026-11-24").iso: Cents(5)])
    #expect(String(decoding: written, as: UTF8.self) == #"{"2026-11-24":5}"#)
    #expect(throws: (any Error).self) { try JSONDecoder().decode([CalendarDay].self, from: Data(#"["2026-02-30"]"#.utf8)) }
    #expect(try JSONDecoder().decode([CalendarDay].self, from: Data(#"["2026-02-28"]"#.utf8)).first?.day == 28)
  }
}
