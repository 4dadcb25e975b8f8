import Testing

@testable import SEPA

extension Result {
  var value: Success? { try? get() }

  var failed: Failure? {
    if case .failure(let failure) = self { failure } else { nil }
  }
}

func day(_ iso: String) throws -> CalendarDay { try CalendarDay(iso: iso) }

@Suite("Mandate requests") struct MandateRequestTests {
  static let good = MandateRequest(
    creditor: "acme", mandateReference: "RUM-1", scheme: "B2B", signedOn: "2026-11-24", debtorName: "Café Müller",
    iban: "FR14 2004 1010 0505 0001 3M02 606")

  static func changed(_ change: (inout MandateRequest) -> Void) -> MandateRequest {
    var request = good
    change(&request)
    return request
  }

  @Test("a plain request is taken, with the defaults")
  func plain() throws {
    let mandate = try Self.good.accepted(today: day("2026-11-24")).get()
    #expect(mandate.creditor == "acme" && mandate.scheme == .b2b && mandate.sequence == .recurrent)
    #expect(mandate.debtorName.value == "Cafe Muller" && mandate.signedOn?.iso == "2026-11-24")
    #expect(mandate.bic == nil && mandate.address == nil && mandate.email == nil && mandate.language == nil)
  }

  @Test("a full request is taken, whatever the case and the spaces of its words")
  func full() throws {
    let request = Self.changed {
      ($0.scheme, $0.sequence, $0.language, $0.bic) = (" core ", "One-Off", "DE", "bnpafrpp")
      ($0.country, $0.street, $0.building, $0.postcode, $0.town) = ("FR", "Rue A", "1", "75001", "Paris")
      ($0.addressLine1, $0.email) = ("Bâtiment B", "compta+sepa@exemple.co.uk")
    }
    let mandate = try request.accepted(today: day("2026-11-24")).get()
    #expect(mandate.scheme == .core && mandate.sequence == .oneOff && mandate.language == .de)
    #expect(mandate.address?.form == .hybrid && mandate.address?.lines == ["Batiment B"])
    #expect(mandate.email?.value == "compta+sepa@exemple.co.uk" && mandate.bic?.value == "BNPAFRPP")
  }

  @Test("an empty request is refused with every compulsory field at once")
  func empty() throws {
    for request in [MandateRequest(), MandateRequest(creditor: " ", mandateReference: "", scheme: "\t", iban: "\n")] {
      let refusals = try #require(request.accepted(today: day("2026-11-24")).failed)
      let fields = ["creditor", "scheme", "signed_on", "debtor_name", "iban"]
      #expect(refusals.list.map(\.field) == fields)
      #expect(refusals.list.allSatisfy { !$0.hint.isEmpty && $0.rule == "compulsory field" })
    }
  }

  static let wrongFields: [(field: String, rule: String, request: MandateRequest)] = [
    ("creditor", "creditor name", changed { $0.creditor = "Acme SARL" }),
    ("mandate_reference", "mandate reference characters", changed { $0.mandateReference = "RUM_1" }),
    ("scheme", "scheme", changed { $0.scheme = "COR1" }),
    ("sequence", "sequence", changed { $0.sequence = "RCUR" }),
    ("signed_on", "date", changed { $0.signedOn = "24/11/2026" }),
    ("signed_on", "date", changed { $0.signedOn = "1899-12-31" }),
    ("signed_on", "day of signature", changed { $0.signedOn = "2026-11-25" }),
    ("debtor_name", "text characters", changed { $0.debtorName = "李" }),
    ("debtor_name", "text length", changed { $0.debtorName = String(repeating: "n", count: 71) }),
    ("iban", "iban check digits", changed { $0.iban = "FR15 2004 1010 0505 0001 3M02 606" }),
    ("bic", "bic form", changed { $0.bic = "BNPA" }),
    ("address", "address of a debtor outside the EEA", changed { $0.iban = "CH9300762011623852957" }),
    ("address", "address of a debtor outside the EEA", changed { $0.iban = "GB29NWBK60161331926819" }),
    ("address", "address of a debtor outside the EEA", changed { $0.bic = "CEPAPMPM" }),
    ("address", "address country", changed { $0.town = "Paris" }),
    ("address", "address town", changed { $0.addressLine1 = "75001 Paris"; $0.country = "FR" }),
    ("email", "mail address", changed { $0.email = "someone" }),
    ("language", "language", changed { $0.language = "it" }),
  ]

  @Test("one wrong field is refused under its own name and rule", arguments: wrongFields.indices)
  func wrongField(index: Int) throws {
    let (field, rule, request) = Self.wrongFields[index]
    let refusals = try #require(request.accepted(today: day("2026-11-24")).failed)
    #expect(refusals.list.map(\.field) == [field])
    #expect(refusals.list.first?.rule == rule)
  }

  @Test("outside the EEA town and country are enough")
  func swiss() throws {
    let request = Self.changed {
      ($0.iban, $0.town, $0.country) = ("CH9300762011623852957", "Zürich", "CH")
    }
    #expect(try request.accepted(today: day("2026-11-24")).get().address?.town == "Zurich")
    let guadeloupe = Self.changed { $0.bic = "CEPAGPGP" }
    #expect(try guadeloupe.accepted(today: day("2026-11-24")).get().address == nil)
  }

  @Test("refusals print rules, never people")
  func discretion() throws {
    let request = Self.changed {
      ($0.iban, $0.debtorName, $0.email) = ("FR15 2004 1010 0505 0001 3M02 606", "Curie 李", "curie@")
    }
    let refusals = try #require(request.accepted(today: day("2026-11-24")).failed)
    #expect(refusals.list.count == 3)
    #expect(refusals.list.contains { $0.found == "curie@" })
    var dumped = ""
    dump(refusals, to: &dumped)
    for shown in ["\(refusals)", String(reflecting: refusals), dumped] {
      #expect(!shown.contains("2004") && !shown.lowercased().contains("curie"), "\(shown)")
      #expect(shown.contains("iban check digits"))
    }
  }

  @Test("mail addresses that a server takes", arguments: [
    "a@b.fr", "first.last@sub.example.com", "x+y=z@example.xn--p1ai", "O'Brien@example.ie", "a@1-2.example",
  ])
  func email(text: String) throws {
    #expect(try EmailAddress(text).value == text)
    #expect("\(try EmailAddress(text))".hasPrefix("****@"))
  }

  @Test("what would not arrive, or would arrive elsewhere, is refused", arguments: [
    "", "@", "a@", "@b.fr", "a@b", "a@@b.fr", "a b@c.fr", "a@b.fr\nBcc: c@d.fr", "a@b.fr,c@d.fr", "<a@b.fr>", "a@b..fr",
    ".a@b.fr", "a.@b.fr", "a@-b.fr", "a@b-.fr", "a@127.0.0.1", "é@b.fr", "a@bé.fr", "\"a\"@b.fr",
    String(repeating: "a", count: 65) + "@b.fr",
  ])
  func notAnEmail(text: String) {
    #expect(throws: ValueFault.self) { try EmailAddress(text) }
  }
}
