import Testing

@testable import SEPA

/// The example of each country in the SWIFT IBAN registry.
let registryIBANs = [
  "AD12 0001 2030 2003 5910 0100", "AL47 2121 1009 0000 0002 3569 8741", "AT61 1904 3002 3457 3201",
  "BE68 5390 0754 7034", "BG80 BNBG 9661 1020 3456 78", "CH93 0076 2011 6238 5295 7",
  "CY17 0020 0128 0000 0012 0052 7600", "CZ65 0800 0000 1920 0014 5399", "DE89 3704 0044 0532 0130 00",
  "DK50 0040 0440 1162 43", "EE38 2200 2210 2014 5685", "ES91 2100 0418 4502 0005 1332",
  "FI21 1234 5600 0007 85", "FR14 2004 1010 0505 0001 3M02 606", "GB29 NWBK 6016 1331 9268 19",
  "GI75 NWBK 0000 0000 7099 453", "GR16 0110 1250 0000 0001 2300 695", "HR12 1001 0051 8630 0016 0",
  "HU42 1177 3016 1111 1018 0000 0000", "IE29 AIBK 9311 5212 3456 78", "IS14 0159 2600 7654 5510 7303 39",
  "IT60 X054 2811 1010 0000 0123 456", "LI21 0881 0000 2324 013A A", "LT12 1000 0111 0100 1000",
  "LU28 0019 4006 4475 0000", "LV80 BANK 0000 4351 9500 1", "MC58 1122 2000 0101 2345 6789 030",
  "MD24 AG00 0225 1000 1310 4168", "ME25 5050 0001 2345 6789 51", "MK07 2501 2000 0058 984",
  "MT84 MALT 0110 0001 2345 MTLC AST0 01S", "NL91 ABNA 0417 1643 00", "NO93 8601 1117 947",
  "PL61 1090 1014 0000 0712 1981 2874", "PT50 0002 0123 1234 5678 9015 4", "RO49 AAAA 1B31 0075 9384 0000",
  "RS35 2600 0560 1001 6113 79", "SE45 5000 0000 0583 9825 7466", "SI56 2633 0001 2039 086",
  "SK31 1200 0000 1987 4263 7541", "SM86 U032 2509 8000 0000 0270 100", "VA59 0011 2300 0012 3456 78",
]

@Suite("Accounts and banks") struct AccountTests {
  @Test("the registry's example of every SEPA country is an IBAN", arguments: registryIBANs)
  func registryExample(text: String) throws {
    let iban = try IBAN(text)
    #expect(iban.value == text.filter { $0 != " " })
    #expect(try IBAN(text.lowercased()) == iban)
    #expect("\(iban)" == iban.masked && iban.masked.utf8.count == 14)
  }

  @Test("the table of examples covers every country of the table of structures")
  func everyCountry() {
    #expect(Set(registryIBANs.map { String($0.prefix(2)) }) == Set(SEPACountry.all.map(\.code)))
    #expect(SEPACountry.all.filter(\.isEEA).count == 30)
  }

  @Test("one wrong digit, or two neighbours swapped, is always noticed", arguments: registryIBANs)
  func mutation(text: String) throws {
    let bytes = Array(try IBAN(text).value.utf8)
    for index in 2..<bytes.count where bytes[index].isASCIIDigit {
      for digit in UInt8(ascii: "0")...UInt8(ascii: "9") where digit != bytes[index] {
        var wrong = bytes
        wrong[index] = digit
        #expect(throws: ValueFault.self) { try IBAN(String(decoding: wrong, as: UTF8.self)) }
      }
      if index + 1 < bytes.count, bytes[index + 1].isASCIIDigit, bytes[index] != bytes[index + 1] {
        var wrong = bytes
        wrong.swapAt(index, index + 1)
        #expect(throws: ValueFault.self) { try IBAN(String(decoding: wrong, as: UTF8.self)) }
      }
    }
  }

  @Test(
    "what is not an IBAN of the SEPA area names its rule",
    arguments: [
      ("", "iban form"), ("FR", "iban form"), ("14FR", "iban form"), ("FRAB20041010", "iban form"),
      ("US64SVBKUS6S3300958879", "iban country"), ("XK051212012345678906", "iban country"),
      ("TR330006100519786457841326", "iban country"),
      ("FR14 2004 1010 0505 0001 3M02 60", "iban length"), ("DE89 3704 0044 0532 0130 000", "iban length"),
      ("GB29 1234 6016 1331 9268 19", "iban structure"), ("FR14 2004 1010 0505 0001 3M02 6A6", "iban structure"),
      ("DE89 3704 0044 0532 0130 0\u{660}", "iban length"), ("BE68 5390 0754 703O", "iban structure"),
      ("FR15 2004 1010 0505 0001 3M02 606", "iban check digits"), ("BE00 5390 0754 7034", "iban check digits"),
    ])
  func notAnIBAN(text: String, rule: String) {
    let fault = #expect(throws: ValueFault.self) { try IBAN(text) }
    #expect(fault?.rule == rule)
  }

  @Test("check digits that only the arithmetic would take are refused: 01 for 98, 99 for 02")
  func impossibleCheckDigits() throws {
    var aliases = 0
    for account in 0..<400 {
      let tail = "3704004405320\(String(100_000 + account).dropFirst())"
      for digits in ["00", "01", "99"] {
        let iban = "DE\(digits)\(tail)"
        let bytes = Array(iban.utf8)
        guard CheckDigits.remainder(body: bytes[4...], head: bytes[..<4]) == 1 else { continue }
        aliases += 1
        #expect(throws: ValueFault.self) { try IBAN(iban) }
      }
    }
    #expect(aliases > 0)
  }

  @Test("an account never prints itself")
  func discretion() throws {
    let iban = try IBAN("FR14 2004 1010 0505 0001 3M02 606")
    var dumped = ""
    dump(iban, to: &dumped)
    for text in ["\(iban)", String(reflecting: iban), String(describing: Optional(iban)), dumped] {
      #expect(!text.contains("2004101005"))
      #expect(text.contains("FR14 **** 2606"))
    }
    let fault = #expect(throws: ValueFault.self) { try IBAN("FR15 2004 1010 0505 0001 3M02 606") }
    var dumpedFault = ""
    dump(fault, to: &dumpedFault)
    for text in ["\(String(describing: fault))", String(reflecting: fault), dumpedFault, fault?.redacted ?? ""] {
      #expect(!text.contains("2004"))
      #expect(text.contains("iban check digits"))
    }
  }

  @Test("a BIC has 8 or 11 characters and a country in the middle", arguments: [
    ("BNPAFRPP", "FR"), ("bnpafrppxxx", "FR"), ("DEUTDEFF500", "DE"), ("1234GB2L", "GB"), ("BARCJESH", "JE"),
  ])
  func bic(text: String, country: String) throws {
    #expect(try BIC(text).country == country)
  }

  @Test("a BIC has the form of 2014 by a digit at the front, or by a 0, 1 or O in the place", arguments: [
    ("COBADEFF", true), ("COBADEF9XX1", true), ("COBADE2A", true), ("COB4DEFF", false), ("COBADE0F", false), ("COBADE1F", false),
    ("COBADEFO", false), ("COBADEF0", true),
  ])
  func formOfBIC(text: String, isOld: Bool) throws {
    #expect(try BIC(text).isOfOldForm == isOld)
  }

  @Test("what is not a BIC is refused", arguments: ["", "BNPAFRP", "BNPAFRPPX", "BNPA1RPP", "BNPAFRPP-XX", "BNPÄFRPP"])
  func notABIC(text: String) {
    #expect(throws: ValueFault.self) { try BIC(text) }
  }

  @Test("creditor identifiers of several countries", arguments: [
    ("FR72ZZZ123456", "ZZZ"), ("fr 72 abc 123456", "ABC"), ("DE98ZZZ09999999999", "ZZZ"),
    ("NL79ZZZ999999990000", "ZZZ"), ("AT61ZZZ01234567890", "ZZZ"), ("ES59ZZZX1234567L", "ZZZ"),
    ("BE69ZZZ050D000000008", "ZZZ"), ("IT66ZZZA1B2C3D4E5F6G7H8", "ZZZ"),
  ])
  func creditorIdentifier(text: String, businessCode: String) throws {
    #expect(try CreditorIdentifier(text).businessCode == businessCode)
  }

  @Test(
    "what is not a creditor identifier names its rule",
    arguments: [
      ("FR72ZZZ", "creditor identifier form"), ("7FR2ZZZ123456", "creditor identifier form"),
      ("FR72Z-Z123456", "creditor business code"), ("FR72ZZZ12_456", "creditor national identifier"),
      ("FR72ZZZ----", "creditor national identifier"), ("FR73ZZZ123456", "creditor identifier check digits"),
      ("FR72ZZZ123457", "creditor identifier check digits"),
    ])
  func notACreditorIdentifier(text: String, rule: String) {
    let fault = #expect(throws: ValueFault.self) { try CreditorIdentifier(text) }
    #expect(fault?.rule == rule)
  }
}
