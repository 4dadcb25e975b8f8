import SEPA
import TestSupport

/// One request as it was made, and what must become of it.
struct MadeRequest {
  /// By column name; what is not there is nothing.
  var columns: [String: String] = [:]
  /// What each field must have become; of those that are nothing, nil.
  var values: [String: String] = [:]
  /// `field: rule` of everything that is wrong with it.
  var breaches: Set<String> = []
  /// Fields of which only the program can say.
  var open: Set<String> = []
  /// The row, from 1, of which it says the same under the same key.
  var repeats: Int64?

  var isCertain: Bool { breaches.isEmpty && open.isEmpty && repeats == nil }

  mutating func take(_ name: String, _ field: MadeField, checked: String? = nil) {
    columns[name] = field.raw
    values[name] = field.value
    breaches.formUnion(field.rules.map { "\(checked ?? name): \($0)" })
    if field.isOpen { open.insert(checked ?? name) }
  }
}

/// Makes mandates and collections by chance and at the edges of what is valid: most of them right, many wrong in one or two
/// fields, and some in a script of which only the program can say. Everything comes back with its seed.
struct Adversary {
  /// A mandate as later collections know it.
  struct Known {
    let row: Int64
    let reference: String
    let creditor: String
    let isOneOff: Bool
    /// Whether it was certainly taken; if not, it may have been.
    let isCertain: Bool
    var isUsed = false
  }

  /// What a collection refers to.
  struct MadeCollection {
    var request: MadeRequest
    /// The row of its mandate; nil where it names none, or another creditor's.
    var mandate: Int64?
  }

  private var text: AdversarialText
  private var mandates: Int64 = 0
  private var collections: Int64 = 0
  private let today: CalendarDay
  /// The last ones that collections may name: bounded, whatever the number of rows.
  private var known: [Known] = []
  private var recent: (mandate: (row: Int64, request: MadeRequest)?, collection: (row: Int64, made: MadeCollection)?)
  /// Of collections that were certainly taken.
  private var takenIDs: [(creditor: String, id: String)] = []
  private static let remembered = 40
  /// Of those ids that were given though sepad might make them.
  private var latest: Int64 = 0

  init(seed: UInt64, today: CalendarDay) {
    text = AdversarialText(Chance(seed))
    self.today = today
  }

  // MARK: Mandates

  /// The next mandate request.
  mutating func mandate() -> MadeRequest {
    mandates += 1
    if let last = recent.mandate, text.chance.once(in: 40) {
      return again(last.request, last.row, changing: "signed_on", "2001-01-01")
    }
    var request = MadeRequest()
    let wrong = wrongFields(of: [
      "mandate_reference", "scheme", "sequence", "signed_on", "debtor_name", "iban", "bic", "address", "email", "language",
      "ultimate_debtor",
    ])
    let creditor = text.chance.one(of: ["acme", "zeta"])
    request.take("request_key", key("m\(mandates)"))
    request.take("creditor", .right(creditor, creditor))
    let isMisnamed = wrong.contains("mandate_reference")
    request.take("mandate_reference", reference("R\(mandates)", "mandate reference", isWrong: isMisnamed))
    request.take("scheme", scheme(isWrong: wrong.contains("scheme")))
    request.take("sequence", sequence(isWrong: wrong.contains("sequence")))
    request.take("signed_on", signedOn(isWrong: wrong.contains("signed_on")))
    request.take("debtor_name", name(isWrong: wrong.contains("debtor_name"), isNeeded: true))
    request.take("ultimate_debtor", name(isWrong: wrong.contains("ultimate_debtor"), isNeeded: false))
    // Every country in turn, so that none is left to chance.
    let country = SEPACountry.all[Int(mandates) % SEPACountry.all.count]
    let (iban, bic) = (iban(of: country, isWrong: wrong.contains("iban")), bic(of: country, isWrong: wrong.contains("bic")))
    request.take("iban", iban)
    request.take("bic", bic)
    let countries = [iban.value?.prefix(2), bic.value?.dropFirst(4).prefix(2)].compactMap { $0.map(String.init) }
    let isOutside = countries.contains { !SEPACountry.isEEA($0) }
    request.values["outside"] = isOutside ? "t" : "f"
    address(of: &request, isOutside: isOutside, isWrong: wrong.contains("address"))
    request.take("email", choose(wrong.contains("email"), ["", "a.b+c@example.com", "x@xn--4ca.example"], "mail address", [
      "x@localhost", "a b@example.com", "\"q\"@example.com", "x@example.com\nBcc: y@example.com", "@example.com",
    ]))
    request.take("language", choose(wrong.contains("language"), ["", "fr", "DE", " en "], "language", ["it", "français", "1"]))
    general(&request, other: "mandate_reference")
    if let other = known.last, request.isCertain, other.isCertain, text.chance.once(in: 30) {
      // Another debtor under a reference that this creditor has used.
      request.take("creditor", .right(other.creditor, other.creditor))
      request.take("mandate_reference", .wrong(other.reference, "unique mandate reference"))
    }
    remember(request)
    return request
  }

  private mutating func remember(_ request: MadeRequest) {
    if request.isCertain { recent.mandate = (mandates, request) }
    guard let reference = request.values["mandate_reference"], let creditor = request.values["creditor"] else { return }
    known.append(
      Known(
        row: mandates, reference: reference, creditor: creditor, isOneOff: request.values["sequence"] == "one-off",
        isCertain: request.isCertain))
    if known.count > Self.remembered { known.removeFirst() }
  }

  // MARK: Collections

  /// The next collection request, of the last mandate or of one before it; nil while there is none.
  mutating func collection() -> MadeCollection? {
    guard let last = known.indices.last else { return nil }
    collections += 1
    if let last = recent.collection, text.chance.once(in: 40) {
      var made = last.made
      made.request = again(made.request, last.row, changing: "amount", "77.77")
      return made
    }
    // Of the last one, whatever it is, or of one that must carry another.
    let usable = known.indices.filter { known[$0].isCertain && !(known[$0].isOneOff && known[$0].isUsed) }
    let place = usable.isEmpty || text.chance.once(in: 2) ? last : text.chance.one(of: usable)
    let mandate = known[place]
    var request = MadeRequest()
    var made = MadeCollection(request: request, mandate: mandate.row)
    let wrong = wrongFields(of: [
      "amount", "due_date", "end_to_end_id", "remittance", "purpose", "creditor_reference", "currency", "account",
      "mandate_reference",
    ])
    request.take("request_key", key("c\(collections)"))
    request.take("creditor", .right(mandate.creditor, mandate.creditor))
    request.take("mandate_reference", .right(mandate.reference, mandate.reference))
    if wrong.contains("mandate_reference") {
      request.take("mandate_reference", reference("X", "mandate reference", isWrong: true))
    }
    request.take("amount", amount(isWrong: wrong.contains("amount")))
    request.take("due_date", dueDate(isWrong: wrong.contains("due_date")))
    request.take("currency", choose(wrong.contains("currency"), ["", "EUR", "eur"], "currency", ["USD", "€", "EURO", "ЕUR"]))
    request.take("purpose", purpose(isWrong: wrong.contains("purpose")))
    request.take("end_to_end_id", endToEndID(isWrong: wrong.contains("end_to_end_id")))
    remittance(of: &request, wrong, mayBeOpen: !mandate.isOneOff)
    request.take("account", .right(text.chance.one(of: [nil, "", "main"]), "main"))
    if wrong.contains("account") {
      request.take("account", .wrong("ma in", "account name", "creditor account"))
    }
    // A second one under a one-off mandate that the program may have taken, and the first as well.
    if !mandate.isCertain, mandate.isOneOff {
      if mandate.isUsed { request.open.insert("mandate_reference") }
      known[place].isUsed = true
    }
    general(&request, other: "mandate_reference")
    if mandate.isCertain, request.isCertain { inContext(&request, &made, place) }
    made.request = request
    if mandate.isCertain, request.isCertain {
      known[place].isUsed = true
      recent.collection = (collections, made)
      if let id = request.values["end_to_end_id"] { takenIDs.append((mandate.creditor, id)) }
      if takenIDs.count > Self.remembered { takenIDs.removeFirst() }
    }
    return made
  }

  /// What is wrong with some only beside what else there is.
  private mutating func inContext(_ request: inout MadeRequest, _ made: inout MadeCollection, _ place: Int) {
    let mandate = known[place]
    if text.chance.once(in: 25) { request.take("account", .wrong("nope", "creditor account")) }
    let taken = takenIDs.filter { $0.creditor == mandate.creditor }
    if !taken.isEmpty, text.chance.once(in: 15) {
      request.take("end_to_end_id", .wrong(text.chance.one(of: taken).id, "unique end-to-end id"))
    }
    if text.chance.once(in: 25) {
      made.mandate = nil
      if text.chance.once(in: 2) {
        request.take("mandate_reference", .wrong("R\(collections)-unknown", "mandate exists"))
      } else {
        let other = mandate.creditor == "acme" ? "zeta" : "acme"
        request.take("creditor", .right(other, other))
        request.take("mandate_reference", .wrong(mandate.reference, "mandate exists"))
        // The other creditor may use the same id; then it is not wrong here.
        request.breaches.remove("end_to_end_id: unique end-to-end id")
        request.take("end_to_end_id", .right(nil, nil))
      }
    } else if mandate.isOneOff, mandate.isUsed {
      request.breaches.insert("mandate_reference: one-off mandate")
    }
  }

  private mutating func remittance(of request: inout MadeRequest, _ wrong: Set<String>, mayBeOpen: Bool) {
    let isBoth = wrong.contains("remittance") && wrong.contains("creditor_reference")
    if isBoth {
      request.take("remittance", .right("Facture", "Facture"))
      request.take("creditor_reference", .wrong("RF18 5390 0754 7034", "one kind of remittance"))
    } else if wrong.contains("creditor_reference") {
      request.take("creditor_reference", creditorReference(isWrong: true))
    } else if wrong.contains("remittance") {
      request.take("remittance", text.wrong(140))
    } else {
      switch text.chance.number(0...5) {
      case 0: request.take("remittance", .right(text.blank(), nil))
      case 1: request.take("creditor_reference", creditorReference(isWrong: false))
      case 2 where mayBeOpen: request.take("remittance", text.open(140))
      default: request.take("remittance", text.right(140))
      }
    }
  }

  // MARK: What all have

  /// Three of four requests are right in everything; of the others one field is not, or two.
  private mutating func wrongFields(of all: [String]) -> Set<String> {
    switch text.chance.number(0...11) {
    case 0, 1: [text.chance.one(of: all)]
    case 2: [text.chance.one(of: all), text.chance.one(of: all)]
    default: []
    }
  }

  /// Mistakes in what is looked at before all else, and hides it.
  private mutating func general(_ request: inout MadeRequest, other: String) {
    guard text.chance.once(in: 30) else { return }
    request.open = []
    request.breaches = []
    // Nothing refers to it.
    request.values[other] = nil
    switch text.chance.number(0...2) {
    case 0: request.take("request_key", .wrong(text.chance.one(of: [nil, "", "  "]), "presence"))
    case 1: request.take("request_key", .wrong(longKey(text.chance.one(of: [1001, 1002, 4000, 20_000])), "request key length"))
    default:
      request.take(
        "creditor", .wrong(text.chance.one(of: [nil, "nobody", "Acme", "acme\u{200B}", "{\"acme\"}"]), "creditor is configured"))
    }
  }

  /// The same key again: with the same content, or with another.
  private mutating func again(_ request: MadeRequest, _ row: Int64, changing field: String, _ text: String) -> MadeRequest {
    var request = request
    guard self.text.chance.once(in: 2) else {
      request.repeats = row
      return request
    }
    request.columns[field] = request.columns[field] == text ? "\(text)1" : text
    request.breaches = ["request_key: one key, one content"]
    return request
  }

  /// A caller's key may be anything.
  private mutating func key(_ start: String) -> MadeField {
    let rest = text.chance.one(of: ["", "", "", "", "", "é😀\u{301}", "\"'\\{}", "\t\u{1}", ",NULL", " / ", "\u{202E}x"])
    let key = text.chance.once(in: 50) ? "\(start) " + longKey(999 - start.utf8.count) : "\(start)\(rest)x"
    return .right(key, key)
  }

  /// Random, so that PostgreSQL cannot pack it.
  private mutating func longKey(_ count: Int) -> String { text.chance.some(count, of: Letters.all) }

  private mutating func choose(_ isWrong: Bool, _ right: [String], _ rule: String, _ wrong: [String]) -> MadeField {
    isWrong ? .wrong(text.chance.one(of: wrong), rule) : .right(text.chance.one(of: right), nil)
  }

  private mutating func name(isWrong: Bool, isNeeded: Bool) -> MadeField {
    if isWrong { return isNeeded && text.chance.once(in: 4) ? .wrong(text.blank(), "compulsory field") : text.wrong(70) }
    if !isNeeded, text.chance.number(0...3) > 0 { return .right(text.blank(), nil) }
    return text.chance.once(in: isNeeded ? 5 : 10) ? text.open(70) : text.right(70)
  }

  /// Characters that may stand in a reference, only not at its ends; unlike any other by what it starts with.
  private mutating func reference(_ start: String, _ rule: String, isWrong: Bool) -> MadeField {
    let start = start + "-"
    let middle = text.chance.some(text.chance.number(0...33 - start.utf8.count), of: Letters.ofIDs)
    let long = start + text.chance.some(34 - start.utf8.count, of: Letters.ofIDs) + "x"
    guard isWrong else {
      // The ends that are blank are no part of it.
      let value = text.chance.one(of: [start + middle + "x", start + "a/b", long, start + "?:().,'+ z"])
      return .right(text.chance.once(in: 10) ? "  \(value) " : value, value)
    }
    switch text.chance.number(0...3) {
    case 0: return .wrong(long + text.chance.one(of: ["y", " y", "-123456"]), "\(rule) length")
    case 1:
      let foreign = text.chance.one(of: ["é", "_", "&", "\t", "\u{A0}", "\"", "<", "\u{200B}", "\u{1}", "e\u{301}"])
      return .wrong(start + "a" + foreign + "b", "\(rule) characters")
    case 2: return .wrong(text.chance.one(of: ["/" + start, start + "/", start + "a//b", "/", "//"]), "\(rule) slashes")
    default: return .wrong(start + "é" + long, "\(rule) length")
    }
  }

  // MARK: Fields of mandates

  private mutating func scheme(isWrong: Bool) -> MadeField {
    if isWrong {
      if text.chance.once(in: 4) { return .wrong(nil, "compulsory field") }
      return .wrong(text.chance.one(of: ["COR1", "SDD", "ＣＯＲＥ", "СORE", "CORE,B2B"]), "scheme")
    }
    let written = text.chance.one(of: [("CORE", "CORE"), ("core", "CORE"), (" Core ", "CORE"), ("B2B", "B2B"), ("b2b", "B2B")])
    return .right(written.0, written.1)
  }

  private mutating func sequence(isWrong: Bool) -> MadeField {
    if isWrong { return .wrong(text.chance.one(of: ["once", "FRST", "recurrent!", "one–off", "1"]), "sequence") }
    let written = text.chance.one(of: [
      (nil, "recurrent"), ("recurrent", "recurrent"), ("RECURRENT", "recurrent"), (" ", "recurrent"), ("One-Off", "one-off"),
    ])
    return .right(written.0, written.1)
  }

  private static let wrongDates = [
    "2025-02-29", "1899-12-31", "2201-01-01", "01.02.2026", "2026-1-2", "2026-13-01", "2026-00-10", "２０２６-01-01",
    "2026-01-01T00:00:00", "20260101", "-2026-01-01", "today", "2026-04-31", "0000-00-00",
  ]

  private mutating func signedOn(isWrong: Bool) -> MadeField {
    if isWrong {
      switch text.chance.number(0...3) {
      case 0: return .wrong(text.blank(), "compulsory field")
      case 1: return .wrong(today.adding(days: text.chance.one(of: [1, 2, 1000])).iso, "day of signature")
      default: return .wrong(text.chance.one(of: Self.wrongDates), "date")
      }
    }
    let day = text.chance.one(of: [
      today.iso, "1900-01-01", "2024-02-29", "2000-02-29", today.adding(days: -text.chance.number(1...9000)).iso,
    ])
    return .right(day, day)
  }

  // MARK: Accounts, by arithmetic of our own

  private mutating func bban(of country: SEPACountry) -> String {
    var body = ""
    var count = 0
    for sign in country.bbanStructure.utf8 {
      switch sign {
      case UInt8(ascii: "n"): body += text.chance.some(count, of: Letters.digits)
      case UInt8(ascii: "a"): body += text.chance.some(count, of: Letters.capitals)
      case UInt8(ascii: "c"): body += text.chance.some(count, of: Letters.both)
      default:
        count = count * 10 + Int(sign) - 0x30
        continue
      }
      count = 0
    }
    return body
  }

  /// ISO 7064, MOD 97-10: letters as two digits, what comes first put behind, with two noughts.
  private static func checkDigits(of body: String, for start: String) -> Int {
    var remainder = 0
    for byte in (body + start + "00").utf8 {
      remainder = byte < 0x41 ? (remainder * 10 + Int(byte) - 0x30) % 97 : (remainder * 100 + Int(byte) - 0x41 + 10) % 97
    }
    return 98 - remainder
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// Check digits that are wrong, often such as pass the arithmetic though nobody computes them.
  private mutating func otherThan(_ digits: Int) -> String {
    switch digits {
    case 2: "99"
    case 97: "00"
    case 98: "01"
    default: Self.twoDigits((digits + text.chance.number(1...90)) % 97)
    }
  }

  private mutating func iban(of country: SEPACountry, isWrong: Bool) -> MadeField {
    let body = bban(of: country)
    let digits = Self.checkDigits(of: body, for: country.code)
    let value = country.code + Self.twoDigits(digits) + body
    guard isWrong else {
      var raw = value
      if text.chance.once(in: 3) {
        raw = value.enumerated().map { ($0.offset % 4 == 0 ? " " : "") + String($0.element) }.joined()
      }
      if text.chance.once(in: 4) { raw = raw.lowercased() }
      return .right(raw, value)
    }
    switch text.chance.number(0...7) {
    case 0: return .wrong(text.blank(), "compulsory field")
    case 1: return .wrong("US" + value.dropFirst(2), "iban country")
    case 2: return .wrong(text.chance.once(in: 2) ? String(value.dropLast()) : value + "0", "iban length")
    // One of its characters as another script has it.
    case 3: return .wrong(value.dropLast() + text.chance.one(of: ["О", "０", "\u{A0}", "\u{200B}"]), "iban length")
    // All countries' accounts end in a digit, a letter or either: a sign is none of them.
    case 4: return .wrong(value.dropLast() + text.chance.one(of: ["-", "/", "\t", "\u{1}"]), "iban structure")
    case 5: return .wrong(text.chance.one(of: ["DE", "12\(body)", "D\(value)", "\u{202E}\(value)", "IBAN \(value)"]), "iban form")
    default: return .wrong(country.code + otherThan(digits) + body, "iban check digits")
    }
  }

  private mutating func bic(of country: SEPACountry, isWrong: Bool) -> MadeField {
    if isWrong {
      return .wrong(
        text.chance.one(of: [
          "COBADEF", "COBADEFFX", "COBADEFFXX", "COBADEFFXXXX", "COBA1EFF", "COBA-DEF", "СOBADEFF", "COBADEFF\t",
        ]),
        "bic form")
    }
    guard text.chance.once(in: 2) else { return .right(text.blank(), nil) }
    // Letters and digits wherever ISO 9362 has them; now and then a bank of another country, or of a territory.
    let place = text.chance.once(in: 12) ? text.chance.one(of: ["JE", "PM", "RE", "AX", "US", "QQ", "DE", "GB"]) : country.code
    let value = text.chance.some(4, of: text.chance.once(in: 3) ? Letters.both : Letters.capitals) + place
      + text.chance.some(2, of: Letters.both) + (text.chance.once(in: 2) ? "" : text.chance.some(3, of: Letters.both))
    return .right(text.chance.once(in: 4) ? " \(value.lowercased().prefix(4)) \(value.dropFirst(4))" : value, value)
  }

  private mutating func creditorReference(isWrong: Bool) -> MadeField {
    let body = text.chance.some(text.chance.one(of: [1, 21, text.chance.number(1...21)]), of: Letters.both)
    let digits = Self.checkDigits(of: body, for: "RF")
    let value = "RF" + Self.twoDigits(digits) + body
    guard isWrong else {
      return .right(text.chance.once(in: 3) ? " " + value.lowercased().map { "\($0) " }.joined() : value, value)
    }
    switch text.chance.number(0...2) {
    case 0: return .wrong("RF" + otherThan(digits) + body, "creditor reference check digits")
    case 1: return .wrong(value + text.chance.some(22, of: Letters.both), "creditor reference form")
    default:
      let others = ["RF18", "FR\(value)", "RF1\(body)é", "RF-\(value)", "ＲＦ\(value)", "4711"]
      return .wrong(text.chance.one(of: others), "creditor reference form")
    }
  }

  // MARK: Addresses

  private mutating func address(of request: inout MadeRequest, isOutside: Bool, isWrong: Bool) {
    func take(_ name: String, _ field: MadeField, _ part: String) {
      // A fault names the part, as all of them are one field to the caller.
      let rules = field.rules.map { "\(part), \($0)" }
      request.take(name, MadeField(raw: field.raw, value: field.value, rules: rules), checked: "address")
    }
    if isWrong, isOutside, text.chance.once(in: 3) {
      request.breaches.insert("address: address of a debtor outside the EEA")
      return
    }
    if !isWrong, !isOutside, text.chance.once(in: 2) { return }
    let country = text.chance.one(of: ["FR", "de", " gb ", "US", "XK", "CH", "je"])
    request.take("country", .right(country, country.uppercased().filter { $0 != " " }))
    // Villages of one letter, whose name is no word to be looked for in a line.
    let village = text.chance.one(of: [("Å", "A"), ("Y", "Y")])
    request.take("town", text.chance.once(in: 10) ? .right(village.0, village.1) : text.right(35, after: "Burg "))
    if text.chance.once(in: 2) { request.take("postcode", text.right(16)) }
    if text.chance.once(in: 2) { request.take("street", text.right(70)) }
    let building = text.chance.one(of: [("1", "1"), ("12\u{200D}3 bis", "123 bis"), ("3/4", "3/4"), ("½", "1/2"), ("", nil)])
    request.take("building", .right(building.0, building.1))
    if text.chance.once(in: 3) {
      request.take("address_line1", text.chance.once(in: 4) ? .right("12", "12") : text.right(70, after: "Haus "))
    }
    if text.chance.once(in: 4) { request.take("address_line2", text.right(70, after: "Hof ")) }
    guard isWrong else {
      if text.chance.once(in: 8) { request.take("street", text.open(70), checked: "address") }
      return
    }
    switch text.chance.number(0...6) {
    case 0:
      request.take("town", .wrong(text.blank(), "address town"), checked: "address")
      request.take("address_line1", .right("75008 Paris", nil))
    case 1:
      let none = text.chance.one(of: [nil, "", "UK", "EL", "FRA", "France", "ＦＲ"])
      request.take("country", .wrong(none, "address country"), checked: "address")
    case 2: take("street", text.wrong(70), "address street")
    case 3: take("building", text.wrong(16), "address building")
    case 4: take("postcode", text.wrong(16), "address postcode")
    case 5: take("town", text.wrong(35), "address town")
    default:
      request.take("town", .right("Paris", nil))
      let line = text.chance.one(of: ["F-75008 Paris Cedex 08", "PARIS", "paris,"])
      request.take("address_line2", .wrong(line, "address line"), checked: "address")
    }
  }

  // MARK: Fields of collections

  private mutating func amount(isWrong: Bool) -> MadeField {
    if isWrong {
      switch text.chance.number(0...4) {
      case 0: return .wrong(text.blank(), "compulsory field")
      case 1:
        let beyond = ["0", "0.00", "0,0", "1000000000", "1000000000.00", "999999999999999.99"]
        return .wrong(text.chance.one(of: beyond), "amount of a collection")
      default:
        return .wrong(
          text.chance.one(of: [
            "-1.00", "+1", "1.250", "1,000.00", "1 250", "1.", ".5", ",5", "1e3", "١٢", "１２", "0.005", "1234567890123456", "€5",
            "5 €", "0x1", "NaN", "Infinity", "1.0.0", "1..0", "1,,0", "\t5", "5\u{A0}", "1'000", "1_000", "½", "−5",
          ]), "amount")
      }
    }
    let cents: Int64 =
      switch text.chance.number(0...5) {
      case 0: 1
      case 1: 99_999_999_999
      default: Int64(text.chance.number(1...(1 << text.chance.number(1...36))))
      }
    let (euro, rest) = (cents / 100, Int(cents % 100))
    var written = "\(euro)\(text.chance.one(of: [".", ","]))\(Self.twoDigits(rest))"
    if rest % 10 == 0, text.chance.once(in: 2) { written.removeLast() }
    if rest == 0, text.chance.once(in: 2) { written = "\(euro)" }
    if text.chance.once(in: 6) { written = "00000\(written)" }
    if text.chance.once(in: 6) { written = "  \(written) " }
    return .right(written, "\(cents)")
  }

  private mutating func dueDate(isWrong: Bool) -> MadeField {
    let (oldest, farthest) = (-CollectionRequest.oldestDueDate, CollectionRequest.farthestDueDate)
    if isWrong {
      switch text.chance.number(0...3) {
      case 0: return .wrong(text.blank(), "compulsory field")
      case 1: return .wrong(today.adding(days: text.chance.one(of: [oldest - 1, farthest + 1, -9000, 9000])).iso, "due date")
      default: return .wrong(text.chance.one(of: Self.wrongDates), "date")
      }
    }
    let days = text.chance.one(of: [oldest, -1, 0, 1, 2, 2, 2, farthest - 1, farthest, text.chance.number(oldest...farthest)])
    let day = today.adding(days: days).iso
    return .right(day, day)
  }

  private mutating func purpose(isWrong: Bool) -> MadeField {
    if isWrong { return .wrong(text.chance.one(of: ["SUPPL", "SUP", "ÄBCD", "SU-P", "ＳＵＰＰ", "SUPP\n"]), "purpose code") }
    guard text.chance.once(in: 3) else { return .right(text.blank(), nil) }
    let value = text.chance.some(4, of: Letters.both)
    return .right(text.chance.once(in: 3) ? " \(value.lowercased()) " : value, value)
  }

  private mutating func endToEndID(isWrong: Bool) -> MadeField {
    if isWrong { return reference("E\(collections)", "end-to-end id", isWrong: true) }
    // What sepad itself would make for a collection that comes soon, perhaps in the same batch.
    let later = collections + Int64(text.chance.number(0...50))
    if text.chance.once(in: 10), later > latest {
      latest = later
      return .right("E2E-\(later)", "E2E-\(later)")
    }
    return text.chance.once(in: 3) ? .right(text.blank(), nil) : reference("E\(collections)", "end-to-end id", isWrong: false)
  }
}
