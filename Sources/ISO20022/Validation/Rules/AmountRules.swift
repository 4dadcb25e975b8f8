// What is collected, and what of it is given back.

import SEPA

let amountRules: [Rule] = [
  .needs("amount-missing", ["InstdAmt"], in: [SEPAElements.debit], expected: "the amount", source: iso20022),
  .value("amount-form", at: amounts, expected: "a number", source: iso20022) { element, _ in
    ExactDecimal(element.trimmed) == nil ? element.shown : nil
  },
  .value("amount-decimals", at: amounts, expected: "at most two decimals", source: guidelines) { element, _ in
    (ExactDecimal(element.trimmed)?.scale ?? 0) > 2 ? element.shown : nil
  },
  .value(
    "amount-range", at: amounts, expected: "0.01 to 999999999.99", source: guidelines
  ) { element, _ in
    // Parts of a cent have a rule of their own.
    guard let number = ExactDecimal(element.trimmed), number.scale <= 2 else { return nil }
    return number.cents.map { Cents.collectionRange.contains(Cents($0)) } ?? false ? nil : element.shown
  },
  .each("currency", at: amounts, expected: "EUR", source: guidelines) { element, _ in
    element.currency == "EUR" ? nil : Breach(element.currency.map { Element.shown($0) } ?? "none")
  },
]

private let amounts = ["PmtInf/DrctDbtTxInf/InstdAmt"] + UndoPaths.amounts
