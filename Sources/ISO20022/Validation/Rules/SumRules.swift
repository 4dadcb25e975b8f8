// Numbers of transactions and control sums: as announced, and as counted. Sums are exact decimals, never binary fractions.

let sumRules: [Rule] = [
  .needs(
    "transactions-missing", ["NbOfTxs"], in: ["GrpHdr", "PmtInf", UndoPaths.reversalHeader],
    expected: "the number of debits", source: guidelines),
  .needs("control-sum-missing", ["CtrlSum"], in: ["GrpHdr", "PmtInf"], expected: "the sum of amounts", source: guidelines),
  .value(
    "transactions-form", at: counts, expected: "1 to 15 digits", source: iso20022
  ) { element, _ in count(element) == nil ? element.shown : nil },
  .value(
    "control-sum-form", at: sums, expected: "a number with at most two decimals", source: guidelines
  ) { element, _ in
    guard let sum = ExactDecimal(element.trimmed), sum.digits >= 0, sum.scale <= 2 else { return element.shown }
    return nil
  },
  .each(
    "transactions-of-block", at: ["PmtInf/NbOfTxs"], expected: "the number of debits in the block", source: iso20022,
    moment: .counted
  ) { element, around in wrongCount(element, around.tally.debitsOfBlock) },
  .each(
    "transactions-of-file", at: totalCounts, expected: "the number of debits in the file", source: iso20022,
    moment: .counted
  ) { element, around in around.tally.isCounted ? wrongCount(element, around.tally.debits) : nil },
  .each(
    "control-sum-of-block", at: ["PmtInf/CtrlSum"], expected: "the sum of the block's amounts", source: iso20022,
    moment: .counted
  ) { element, around in wrongSum(element, around.tally.sumOfBlock) },
  .each(
    "control-sum-of-file", at: totalSums, expected: "the sum of the file's amounts", source: iso20022,
    moment: .counted
  ) { element, around in wrongSum(element, around.tally.sum) },
]

private let counts = ["GrpHdr/NbOfTxs", "PmtInf/NbOfTxs"] + UndoPaths.counts
private let sums = ["GrpHdr/CtrlSum", "PmtInf/CtrlSum"] + UndoPaths.sums
private let headers = ["GrpHdr", UndoPaths.reversalHeader, UndoPaths.requestCounts]
private let totalCounts = below(headers, "NbOfTxs")
private let totalSums = below(headers, "CtrlSum")

/// The number that is announced; nil where it is none.
func count(_ element: Element) -> Int? {
  let text = element.text
  return (1...15).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
}

private func wrongCount(_ element: Element, _ counted: Int) -> Breach? {
  guard let announced = count(element), announced != counted else { return nil }
  return Breach("\(announced)", expected: "\(counted), as counted")
}

/// - Parameter counted: nil where an amount could not be read: what is wrong there is told there.
private func wrongSum(_ element: Element, _ counted: ExactDecimal?) -> Breach? {
  guard let counted, let announced = ExactDecimal(element.trimmed), !announced.isSameNumber(as: counted) else { return nil }
  return Breach(announced.description, expected: "\(counted), as counted")
}
