/// Why a message that undoes collections could not be written to its end; what was written so far is worth nothing.
package enum UndoFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// A call out of the document's order: `found` stands where `expected` should.
  case outOfOrder(message: String, found: String, expected: String)
  /// The debits undone are not those announced; `place` is "file" or the block's id. Sums in cents.
  case totals(place: String, transactions: Int, controlSum: Int64, expectedTransactions: Int, expectedControlSum: Int64)
  /// More is undone of a block than it had.
  case beyondOriginal(place: String, transactions: Int, controlSum: Int64, ofTransactions: Int, ofControlSum: Int64)
  /// An amount that is not positive, or a sum beyond 64 bits.
  case amount(place: String)
  /// More goes back than was collected, in cents.
  case reversedAmount(place: String, found: Int64, collected: Int64)

  package var description: String {
    switch self {
    case .outOfOrder(let message, let found, let expected):
      "\(message): order of the document: found \(found), expected \(expected)"
    case .totals(let place, let transactions, let sum, let expectedTransactions, let expectedSum):
      """
      \(place): announced totals: found \(transactions) debits of \(sum) cents, \
      expected \(expectedTransactions) debits of \(expectedSum) cents
      """
    case .beyondOriginal(let place, let transactions, let sum, let ofTransactions, let ofSum):
      """
      \(place): totals of the original: found \(transactions) debits of \(sum) cents, \
      expected at most \(ofTransactions) debits of \(ofSum) cents
      """
    case .amount(let place): "\(place): amount: found one that is not positive or too large, expected cents above zero"
    case .reversedAmount(let place, let found, let collected):
      "\(place): reversed amount: found \(found) cents, expected at most the \(collected) cents collected"
    }
  }
}

/// What was announced for a file or a block that is undone, and what has come.
struct UndoneTotals {
  let place: String
  private let announced: (transactions: Int, controlSum: Int64)
  private(set) var transactions = 0
  private(set) var controlSum: Int64 = 0

  init(place: String, transactions: Int = 0, controlSum: Int64 = 0) {
    self.place = place
    announced = (transactions, controlSum)
  }

  /// What is announced of a block must not be more than it had.
  init(_ block: OriginalBlock) throws(UndoFault) {
    guard block.transactions <= block.originalTransactions, block.controlSum <= block.originalControlSum else {
      throw .beyondOriginal(
        place: block.paymentInformationID, transactions: block.transactions, controlSum: block.controlSum,
        ofTransactions: block.originalTransactions, ofControlSum: block.originalControlSum)
    }
    self.init(place: block.paymentInformationID, transactions: block.transactions, controlSum: block.controlSum)
  }

  mutating func add(_ count: Int, _ cents: Int64) throws(UndoFault) {
    let (sum, overflow) = controlSum.addingReportingOverflow(cents)
    guard cents > 0, !overflow else { throw .amount(place: place) }
    controlSum = sum
    transactions += count
  }

  func requireAnnounced() throws(UndoFault) {
    guard transactions == announced.transactions, controlSum == announced.controlSum, transactions > 0 else {
      throw .totals(
        place: place, transactions: transactions, controlSum: controlSum,
        expectedTransactions: announced.transactions, expectedControlSum: announced.controlSum)
    }
  }
}
