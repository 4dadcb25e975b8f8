// What rules see beside the element they look at: the version, the header and block around it, and what the file has
// said so far, as counts, sums and hashes.

import SEPA

/// Counts, sums and identities of a file, up to the element that is looked at.
struct Tally {
  /// What must not, or should not, be there twice.
  enum Identity: Hashable {
    case block, endToEnd, instruction, oneOffMandate, obligation, undoing, undone
  }

  var blocks = 0
  var debitsOfBlock = 0
  var debits = 0
  /// False once all of a file or block was undone that does not say how many debits it had: then they are not compared.
  var isCounted = true
  /// nil once an amount could not be read, or the sum would not fit: then it is not compared.
  var sumOfBlock: ExactDecimal? = .zero
  var sum: ExactDecimal? = .zero
  /// The first that was met.
  var scheme: String?
  var sequenceOfBlock: String?
  var creditorOfBlock: String?
  /// 64-bit hashes, seeded by the process: two different of a million share one with a chance of 1 in 30 million.
  private var seen: [Identity: Set<Int>] = [:]
  /// Mandate to the debtor's account.
  private var accounts: [Int: Int] = [:]

  mutating func beginBlock() {
    blocks += 1
    debitsOfBlock = 0
    sumOfBlock = .zero
    sequenceOfBlock = nil
    creditorOfBlock = nil
  }

  mutating func addDebit(_ amount: ExactDecimal?) {
    debits += 1
    debitsOfBlock += 1
    sum = amount.flatMap { sum?.adding($0) }
    sumOfBlock = amount.flatMap { sumOfBlock?.adding($0) }
  }

  /// All debits of a file or a block, by what is said of their number and sum.
  mutating func addWhole(_ count: Int?, _ amount: ExactDecimal?) {
    let (number, isBeyond) = debits.addingReportingOverflow(count ?? 0)
    if count == nil || isBeyond { isCounted = false } else { debits = number }
    sum = amount.flatMap { sum?.adding($0) }
  }

  /// Whether it is met for the first time.
  mutating func isNew(_ identity: Identity, _ parts: String...) -> Bool {
    seen[identity, default: []].insert(parts.hashValue).inserted
  }

  /// Whether the mandate has had no other account before.
  mutating func isSameAccount(_ account: String, of mandate: String...) -> Bool {
    let key = mandate.hashValue
    let known = accounts[key]
    if known == nil { accounts[key] = account.hashValue }
    return known == nil || known == account.hashValue
  }
}

/// What is around the element that a rule looks at.
final class Surroundings {
  var edition = MessageEdition(messageType: "", frame: .collection)
  let header = Part()
  /// What is said of counts and of the original file, in messages that undo.
  let control = Part()
  let original = Part()
  let block = Part()
  let debit = Part()
  var tally = Tally()
  /// Beyond it a bank's own limit is likely.
  let manyTransactions: Int

  /// What the bank wants, where that is known.
  let profile: FileRules?

  init(manyTransactions: Int, profile: FileRules?) {
    self.manyTransactions = manyTransactions
    self.profile = profile
  }

  // MARK: What a block may say for its debits

  private static let schemePlaces = (
    block: Place("PmtInf/PmtTpInf/LclInstrm/Cd"), debit: Place("PmtInf/DrctDbtTxInf/PmtTpInf/LclInstrm/Cd")
  )
  private static let sequencePlaces = (
    block: Place("PmtInf/PmtTpInf/SeqTp"), debit: Place("PmtInf/DrctDbtTxInf/PmtTpInf/SeqTp")
  )
  private static let creditorPlaces = (
    block: Place("PmtInf/CdtrSchmeId/Id/PrvtId/Othr/Id"),
    debit: Place("PmtInf/DrctDbtTxInf/DrctDbtTx/CdtrSchmeId/Id/PrvtId/Othr/Id")
  )

  var sequence: String? { block.text(Self.sequencePlaces.block) ?? debit.text(Self.sequencePlaces.debit) }
  var creditorIdentifier: String? { block.text(Self.creditorPlaces.block) ?? debit.text(Self.creditorPlaces.debit) }

  // MARK: Values that several rules ask for

  private typealias ReadIBAN = (part: Int, index: Int, value: Result<IBAN, SEPA.ValueFault>)
  // The creditor's is asked for at each debit.
  private var readIBANs: (block: ReadIBAN?, debit: ReadIBAN?) = (nil, nil)
  private var readReference: (part: Int, index: Int, fault: SEPA.ValueFault?)?
  private var readIdentifier: (part: Int, index: Int, fault: SEPA.ValueFault?)?

  func iban(_ element: Element) -> Result<IBAN, SEPA.ValueFault> {
    let isOfBlock = element.part === block
    let known = isOfBlock ? readIBANs.block : readIBANs.debit
    if let known, known.part == element.part.serial, known.index == element.index { return known.value }
    let text = element.text
    let value = Result { () throws(SEPA.ValueFault) in try IBAN(text) }
    let read = (element.part.serial, element.index, value)
    if isOfBlock { readIBANs.block = read } else { readIBANs.debit = read }
    return value
  }

  /// What is wrong with an id that travels to the debtor's bank and back.
  func referenceFault(_ element: Element) -> SEPA.ValueFault? {
    if let known = readReference, known.part == element.part.serial, known.index == element.index { return known.fault }
    var fault: SEPA.ValueFault?
    do throws(SEPA.ValueFault) { _ = try EndToEndID(element.text) } catch { fault = error }
    readReference = (element.part.serial, element.index, fault)
    return fault
  }

  func creditorIdentifierFault(_ element: Element) -> SEPA.ValueFault? {
    if let known = readIdentifier, known.part == element.part.serial, known.index == element.index { return known.fault }
    var fault: SEPA.ValueFault?
    do throws(SEPA.ValueFault) { _ = try CreditorIdentifier(element.text) } catch { fault = error }
    readIdentifier = (element.part.serial, element.index, fault)
    return fault
  }
}
