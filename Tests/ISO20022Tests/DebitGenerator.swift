import ISO20022
import SEPA
import TestSupport

/// Makes valid debits by chance, and at the edges of what is valid: each is one that a bank would have to take.
struct DebitGenerator {
  private var chance: SeededRandom
  private let version: Pain008Version
  private let countries: [SEPACountry]
  private var made = 0

  /// - Parameter version: in one without addresses nobody outside the EEA can be debited.
  init(seed: UInt64, version: Pain008Version) {
    chance = SeededRandom(seed)
    self.version = version
    countries = version.carriesStructuredAddresses ? SEPACountry.all : SEPACountry.all.filter(\.isEEA)
  }

  mutating func next() -> Debit {
    made += 1
    // Every country in turn, so that none is left to chance.
    let country = countries[made % countries.count]
    var debit = Debit(
      endToEndID: id("E\(made)"), amount: amount(), mandateReference: id("R\(made)"), signedOn: day(), debtorName: text(70),
      debtorIBAN: iban(of: country))
    if maybe() { debit.instructionID = id("I\(made)") }
    if maybe() { debit.debtorBIC = bic(of: country) }
    if version.carriesStructuredAddresses, !country.isEEA || maybe() { debit.debtorAddress = address(in: country.code) }
    if maybe() { debit.ultimateDebtor = text(70) }
    if maybe() { debit.purpose = code() }
    if maybe() { debit.amendment = amendment() }
    switch number(0...2) {
    case 0: debit.remittance = .unstructured(text(140))
    case 1: debit.remittance = .creditorReference(creditorReference())
    default: break
    }
    return debit
  }

  // MARK: Parts

  // Bytes and plain remainders: a debug build makes a million texts of them, and is slow with anything richer.
  private static let digits = Array("0123456789".utf8)
  private static let capitals = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
  private static let letters = capitals + Array("abcdefghijklmnopqrstuvwxyz".utf8) + digits
  private static let both = capitals + digits
  /// The set of EPC217-08.
  private static let signs = signsOfIDs + Array("/".utf8)
  private static let signsOfIDs = letters + Array("-?:().,'+ ".utf8)

  private mutating func number(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(chance.next() % UInt64(range.upperBound - range.lowerBound + 1))
  }
  private mutating func maybe() -> Bool { chance.next() & 1 == 0 }
  private mutating func some(_ count: Int, of characters: [UInt8]) -> String {
    let choices = UInt64(characters.count)
    var bits: UInt64 = 0
    return String(unsafeUninitializedCapacity: count) { buffer in
      for place in 0..<count {
        // Eight characters of one number.
        bits = place & 7 == 0 ? chance.next() : bits >> 8
        buffer[place] = characters[Int(((bits & 0xFF) * choices) >> 8)]
      }
      return count
    }
  }

  /// From one character to `most`, and often just so many; blanks stay inside.
  private mutating func text(_ most: Int, after start: String = "") -> String {
    let rest = most - start.utf8.count
    let count = number(0...3) == 0 ? rest : number(1...rest)
    guard count > 1 else { return start + some(1, of: Self.letters) }
    return start + some(1, of: Self.letters) + some(count - 2, of: Self.signs) + some(1, of: Self.letters)
  }

  /// Up to 35 characters of the set, with a slash only where it may stand.
  private mutating func id(_ start: String) -> String {
    let words = start + "-" + some(number(0...31 - start.utf8.count), of: Self.signsOfIDs) + "x"
    return maybe() ? words + "/" + some(1, of: Self.letters) : words
  }

  private mutating func amount() -> Int64 {
    switch number(0...9) {
    case 0: 1
    case 1: 99_999_999_999
    // As many small ones as large ones.
    default: Int64(min(99_999_999_999, UInt64(1) << UInt64(number(0...36)) | chance.next() >> UInt64(number(28...60))))
    }
  }

  private mutating func day() -> String {
    if number(0...9) == 0 { return maybe() ? "2024-02-29" : "2026-12-03" }
    let (month, day) = (number(1...12), number(1...28))
    return "20\(number(10...25))-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
  }

  /// Digits in the first four came with ISO 9362:2014, after .02.
  private mutating func bic(of country: SEPACountry) -> String {
    let party = some(4, of: version == .v02 ? Self.capitals : Self.both)
    let branch = maybe() ? "" : some(3, of: Self.both)
    return party + country.code + some(1, of: Array("A2".utf8)) + some(1, of: Array("X9".utf8)) + branch
  }

  private mutating func code() -> String { some(number(1...4), of: Self.both) }

  private mutating func address(in country: String) -> PartyAddress {
    PartyAddress(
      street: maybe() ? text(70) : nil, building: maybe() ? text(16) : nil, postcode: maybe() ? text(16) : nil,
      // Words of their own, so that no line repeats the town.
      town: text(35, after: "Burg "), country: country,
      lines: (0..<number(0...2)).map { _ in text(70, after: "Haus ") })
  }

  private mutating func amendment() -> MandateAmendment? {
    let accounts: [MandateAmendment.OriginalAccount?] = [
      nil, .sameMandateNewAccount, .iban(iban(of: SEPACountry.all[number(0...SEPACountry.all.count - 1)])),
    ]
    return MandateAmendment(
      originalMandateReference: maybe() ? id("O\(made)") : nil,
      originalCreditorIdentifier: maybe() ? creditorIdentifier() : nil, originalCreditorName: maybe() ? text(70) : nil,
      originalAccount: accounts[number(0...2)])
  }

  // MARK: Check digits, by arithmetic of our own

  private mutating func iban(of country: SEPACountry) -> String {
    var body = ""
    var count = 0
    for sign in country.bbanStructure.utf8 {
      switch sign {
      case UInt8(ascii: "n"): body += some(count, of: Self.digits)
      case UInt8(ascii: "a"): body += some(count, of: Self.capitals)
      case UInt8(ascii: "c"): body += some(count, of: Self.both)
      default:
        count = count * 10 + Int(sign) - 0x30
        continue
      }
      count = 0
    }
    return country.code + Self.checkDigits(of: body, for: country.code) + body
  }

  private mutating func creditorReference() -> String {
    let body = some(number(1...21), of: Self.both)
    return "RF" + Self.checkDigits(of: body, for: "RF") + body
  }

  private mutating func creditorIdentifier() -> String {
    let country = countries[number(0...countries.count - 1)].code
    let body = some(number(1...28), of: Self.both)
    return country + Self.checkDigits(of: body, for: country) + some(3, of: Self.both) + body
  }

  /// ISO 7064, MOD 97-10: letters as two digits, what comes first put behind, with two noughts.
  private static func checkDigits(of body: String, for start: String) -> String {
    var remainder = 0
    for byte in (body + start + "00").utf8 {
      remainder = byte < 0x41 ? (remainder * 10 + Int(byte) - 0x30) % 97 : (remainder * 100 + Int(byte) - 0x41 + 10) % 97
    }
    return remainder > 88 ? "0\(98 - remainder)" : "\(98 - remainder)"
  }
}
