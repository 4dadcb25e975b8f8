import Testing

@testable import SEPA

@Suite("Amounts and references") struct ValueTests {
  @Test("euro are read exactly", arguments: [
    ("1250", 125_000, "1250.00"), ("1250.5", 125_050, "1250.50"), ("1250,50", 125_050, "1250.50"),
    ("0", 0, "0.00"), ("0.01", 1, "0.01"), ("0,1", 10, "0.10"), ("007.07", 707, "7.07"),
    ("999999999.99", 99_999_999_999, "999999999.99"), ("999999999999999.99", 99_999_999_999_999_999, "999999999999999.99"),
  ])
  func decimal(text: String, cents: Int64, written: String) throws {
    let amount = try Cents(decimal: text)
    #expect(amount.value == cents)
    #expect(amount.decimalText == written)
    #expect(try Cents(decimal: written) == amount)
  }

  @Test("what could mean two amounts, or none, is refused", arguments: [
    "", ".", ",", "1.", ".5", "1.234", "1.234,56", "1 250", "1'250", "-1", "+1", "1e3", "0x10", "1,2,3", "EUR 1", "١",
    "1000000000000000", "99999999999999999999999999",
  ])
  func notAnAmount(text: String) {
    #expect(throws: ValueFault.self) { try Cents(decimal: text) }
  }

  @Test("every amount to the cent survives writing and reading")
  func roundTrip() throws {
    var value: Int64 = 1
    while value < 99_999_999_999_999_999 {
      #expect(try Cents(decimal: Cents(value).decimalText) == Cents(value))
      value = value * 7 + 3
    }
    #expect(Cents(-5).decimalText == "-0.05" && Cents(.min).decimalText == "-92233720368547758.08")
  }

  @Test("a sum that leaves Int64 is an error, not a trap")
  func overflow() throws {
    #expect(try Cents(1).adding(Cents(2)) == Cents(3))
    #expect(throws: ValueFault.self) { try Cents(.max).adding(Cents(1)) }
    #expect(throws: ValueFault.self) { try Cents(.min).adding(Cents(-1)) }
  }

  @Test("references are taken as they are", arguments: [
    "A", "RUM-2026/0001", "a b", "A/B/C", "+(A).B,C'D?E:F-G", String(repeating: "9", count: 35),
  ])
  func reference(text: String) throws {
    #expect(try MandateReference(text).value == text)
    #expect(try EndToEndID(text).value == text)
    #expect(try MessageID(text).value == text)
    #expect(try PaymentInformationID(text).value == text)
  }

  @Test("a creditor reference has the check digits of ISO 11649", arguments: [
    ("RF18539007547034", true), ("RF19539007547034", false), ("RF18 5390 0754 7034", false), ("rf18539007547034", false),
    ("18539007547034", false), ("RF", false), ("", false), ("RF18\(String(repeating: "5", count: 22))", false),
    ("RF16ABCDEFGHIJK0123456789", true), ("RF16ABCDEFGHIJK012345678É", false),
  ])
  func creditorReference(text: String, isSound: Bool) {
    #expect(CreditorReference.isSound(text) == isSound)
  }

  @Test("a creditor reference is read as people write it, and refused by the name of its rule")
  func creditorReferenceAsWritten() throws {
    #expect(try CreditorReference("RF18 5390 0754 7034").value == "RF18539007547034")
    #expect(try CreditorReference("rf18539007547034").value == "RF18539007547034")
    #expect(try CreditorReference("RF09 0000 0000 0000 0000 0000 7").value == "RF09000000000000000000007")
    for (text, rule) in [
      ("", "form"), ("RF18", "form"), ("RFAA539007547034", "form"), ("QR18539007547034", "form"), ("RF18-539007547034", "form"),
      ("RF18\(String(repeating: "5", count: 22))", "form"), ("RF19539007547034", "check digits"),
    ] {
      #expect(#expect(throws: ValueFault.self) { try CreditorReference(text) }?.rule == "creditor reference \(rule)", "\(text)")
    }
    // Of each body one pair of digits is right, and never 00, 01 or 99, which the remainder alone would take.
    for body in (0..<200).map({ "\($0)" }) {
      let right = (0...99).filter { CreditorReference.isSound("RF\($0 < 10 ? "0" : "")\($0)\(body)") }
      #expect(right.count == 1 && right.allSatisfy { (2...98).contains($0) }, "\(body): \(right)")
    }
  }

  @Test("a reference that a bank would fold, cut or misread is refused", arguments: [
    ("", "length"), (String(repeating: "9", count: 36), "length"), ("é", "characters"), ("A_B", "characters"),
    ("A\tB", "characters"), ("A&B", "characters"), ("/A", "slashes"), ("A/", "slashes"), ("A//B", "slashes"),
    ("/", "slashes"), (" A", "spaces"), ("A ", "spaces"), (" ", "spaces"),
  ])
  func notAReference(text: String, part: String) {
    let faults = [
      #expect(throws: ValueFault.self) { try MandateReference(text) },
      #expect(throws: ValueFault.self) { try EndToEndID(text) },
      #expect(throws: ValueFault.self) { try MessageID(text) },
      #expect(throws: ValueFault.self) { try PaymentInformationID(text) },
    ]
    let names = ["mandate reference", "end-to-end id", "message id", "payment information id"]
    #expect(faults.map { $0?.rule } == names.map { "\($0) \(part)" })
  }
}
