/// A message as the walk goes through it: where its header, its blocks and their debits are, and which versions of it the
/// rules were written for.
struct MessageFrame: Sendable {
  /// What the names of its versions begin with.
  let kind: String
  let message: String
  /// Versions that the rules know each element of begin with this number: older ones are another message.
  let firstJudged: Int
  /// Those that banks take.
  let usual: Set<Int>
  let usualWords: String
  /// The first in which banks are identified by `BICFI` and organisations by `AnyBIC`.
  let firstWithNewIdentifiers: Int
  /// The first in which what is copied of a party, and of a mandate, has an element more around it.
  var firstWithParties = Int.max
  var firstWithMandates = Int.max

  let header: Place
  /// Counts and sums, where they are not in the header.
  var control: Place?
  /// What is said of the original file.
  var original: Place?
  /// Whether that comes once, before all blocks; otherwise once in each `enclosing`.
  var isOriginalOnce = true
  /// Around blocks.
  var enclosing: Place?
  let block: Place
  let debit: Place
  /// Amounts of a debit; the first that is there is what counts.
  let amounts: [Place]
  /// Says that all of the file, or of a block, is undone, whichever debits it has.
  var wholeFile: Place?
  var wholeBlock: Place?
  /// How many debits that are, and their sum.
  var wholeTotals: [(part: Place, count: Place, sum: Place)] = []

  var isUndoing: Bool { wholeFile != nil }

  static let collection = MessageFrame(
    kind: "pain.008.", message: SEPAElements.message, firstJudged: 2, usual: [2, 8],
    usualWords: "pain.008.001.08, or .02", firstWithNewIdentifiers: 4, header: Place(SEPAElements.header),
    block: Place(SEPAElements.block), debit: Place(SEPAElements.debit), amounts: [Place("PmtInf/DrctDbtTxInf/InstdAmt")])

  static let reversal = MessageFrame(
    kind: "pain.007.", message: UndoElements.reversal, firstJudged: 2, usual: [2, 9],
    usualWords: "pain.007.001.09, or .02", firstWithNewIdentifiers: 3, firstWithParties: 8, firstWithMandates: 10,
    header: Place("CstmrPmtRvsl/GrpHdr"),
    original: Place("CstmrPmtRvsl/OrgnlGrpInf"), block: Place(reversed), debit: Place("\(reversed)/TxInf"),
    amounts: [Place("\(reversed)/TxInf/RvsdInstdAmt"), Place("\(reversed)/TxInf/OrgnlInstdAmt")],
    wholeFile: Place("CstmrPmtRvsl/GrpHdr/GrpRvsl"), wholeBlock: Place("\(reversed)/PmtInfRvsl"),
    wholeTotals: [(Place(reversed), Place("\(reversed)/OrgnlNbOfTxs"), Place("\(reversed)/OrgnlCtrlSum"))])

  static let cancellation = MessageFrame(
    kind: "camt.055.", message: UndoElements.cancellation, firstJudged: 1, usual: [1, 8],
    usualWords: "camt.055.001.08, or .01", firstWithNewIdentifiers: 2, firstWithParties: 8, firstWithMandates: 9,
    header: Place("CstmrPmtCxlReq/Assgnmt"),
    control: Place("CstmrPmtCxlReq/CtrlData"), original: Place(calledFile), isOriginalOnce: false,
    enclosing: Place("CstmrPmtCxlReq/Undrlyg"), block: Place(called), debit: Place("\(called)/TxInf"),
    amounts: [Place("\(called)/TxInf/OrgnlInstdAmt")], wholeFile: Place("\(calledFile)/GrpCxl"),
    wholeBlock: Place("\(called)/PmtInfCxl"),
    wholeTotals: [
      (Place(called), Place("\(called)/NbOfTxs"), Place("\(called)/CtrlSum")),
      (Place(calledFile), Place("\(calledFile)/NbOfTxs"), Place("\(calledFile)/CtrlSum")),
    ])

  private static let reversed = "CstmrPmtRvsl/OrgnlPmtInfAndRvsl"
  private static let called = "CstmrPmtCxlReq/Undrlyg/OrgnlPmtInfAndCxl"
  private static let calledFile = "CstmrPmtCxlReq/Undrlyg/OrgnlGrpInfAndCxl"

  static let all = [collection, reversal, cancellation]
}

/// A version of a message, as far as rules differ by it.
struct MessageEdition: Sendable {
  /// `pain.008.001.08`, or a national variant's name.
  let messageType: String
  let frame: MessageFrame
  /// The number behind `pain.008.001.`; nil for national variants.
  let number: Int?

  init(messageType: String, frame: MessageFrame) {
    self.messageType = messageType
    self.frame = frame
    let parts = messageType.split(separator: ".")
    number = parts.count == 4 && parts[2] == "001" ? Int(parts[3]) : nil
  }

  /// Versions in which the rules know each element: they differ in names only.
  var isJudged: Bool { (number ?? 0) >= frame.firstJudged }

  /// Those that the rules were written for.
  var isUsual: Bool { number.map { frame.usual.contains($0) } ?? false }

  /// Whether identifiers and addresses are those of the message's first form.
  var isOld: Bool { (number ?? 0) < frame.firstWithNewIdentifiers }

  /// What a bank's and an organisation's identifiers are called.
  var bankIdentifier: String { isOld ? "BIC" : "BICFI" }
  var organisationIdentifier: String { isOld ? "BICOrBEI" : "AnyBIC" }
}
