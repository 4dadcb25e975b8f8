import Testing

@testable import SEPA

@Suite("Addresses") struct PostalAddressTests {
  @Test("town and country are enough")
  func structured() throws {
    let address = try PostalAddress(
      street: "Rue de l’Église", building: "12 bis", postcode: "75001", town: "Paris", country: "fr", lines: ["", " "])
    #expect(address.form == .structured)
    #expect(address.street == "Rue de l'Eglise")
    #expect(address.country == "FR")
    #expect(try PostalAddress(street: " ", town: "Zürich", country: "CH").street == nil)
    #expect("\(address)" == "structured address in FR")
    #expect(!String(reflecting: address).contains("Eglise"))
  }

  @Test("one or two lines beside town and country are hybrid", arguments: [
    ["12 rue de Paris"], ["BP 5", "Cour de Paris Est"], ["Paris Nord 2"],
  ])
  func hybrid(lines: [String]) throws {
    #expect(try PostalAddress(town: "Paris", country: "FR", lines: lines).form == .hybrid)
  }

  @Test("a line that repeats the town is refused", arguments: [
    "Paris", "PARIS", "75001 Paris", "Paris 75001", "F-75001 PARIS", "75008 Paris Cedex 08", "Pâris",
  ])
  func repeating(line: String) {
    let fault = #expect(throws: ValueFault.self) {
      try PostalAddress(town: "Paris", country: "FR", lines: [line])
    }
    #expect(fault?.rule == "address line")
  }

  @Test("a town of one letter is repeated by itself only", arguments: [
    ("Y", "12", false), ("Å", "B 7", false), ("Y", "Z", false), ("Y", "y", true), ("Å", "A", true),
  ])
  func oneLetter(town: String, line: String, repeats: Bool) {
    let address = Result { () throws(ValueFault) in try PostalAddress(town: town, country: "FR", lines: [line]) }
    switch address {
    case .success(let address): #expect(!repeats && address.form == .hybrid)
    case .failure(let fault): #expect(repeats && fault.rule == "address line")
    }
  }

  @Test("parts that are missing or too long name themselves")
  func faults() {
    func rule(_ make: () throws(ValueFault) -> PostalAddress) -> String? {
      do {
        _ = try make()
        return nil
      } catch {
        return error.rule
      }
    }
    #expect(rule { () throws(ValueFault) in try PostalAddress(town: nil, country: "FR", lines: ["1 rue A", "75001 Paris"]) } == "address town")
    #expect(rule { () throws(ValueFault) in try PostalAddress(town: "Paris", country: nil) } == "address country")
    #expect(rule { () throws(ValueFault) in try PostalAddress(town: "London", country: "UK") } == "address country")
    #expect(rule { () throws(ValueFault) in try PostalAddress(town: "Athina", country: "EL") } == "address country")
    #expect(rule { () throws(ValueFault) in try PostalAddress(town: "A", country: "FR", lines: ["1", "2", "3"]) } == "address lines")
    let long = String(repeating: "x", count: 71)
    #expect(rule { () throws(ValueFault) in try PostalAddress(street: long, town: "A", country: "FR") } == "address street, text length")
    #expect(rule { () throws(ValueFault) in try PostalAddress(building: "12345678901234567", town: "A", country: "FR") }
      == "address building, text length")
    #expect(rule { () throws(ValueFault) in try PostalAddress(postcode: "12345678901234567", town: "A", country: "FR") }
      == "address postcode, text length")
    #expect(rule { () throws(ValueFault) in try PostalAddress(town: String(repeating: "x", count: 36), country: "FR") }
      == "address town, text length")
    #expect(rule { () throws(ValueFault) in try PostalAddress(town: "A", country: "FR", lines: [long]) } == "address line, text length")
    #expect(rule { () throws(ValueFault) in try PostalAddress(town: "東京", country: "JP") } == "address town, text characters")
  }

  @Test("every SEPA country can stand in an address")
  func countries() {
    #expect(SEPACountry.all.allSatisfy { ISOCountry.isKnown($0.code) })
    #expect(SEPACountry.eeaTerritories.allSatisfy { ISOCountry.isKnown($0) })
  }
}
