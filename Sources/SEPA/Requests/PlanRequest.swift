/// A plan as an ERP or a file hands it in: text, nothing checked. Missing, empty and blank are the same.
package struct PlanRequest: Hashable, Sendable {
  /// The creditor's name in the configuration.
  package var creditor: String?
  package var account: String?
  package var mandateReference: String?
  /// Euro, of each period.
  package var amount: String?
  /// Euro, one for each period, separated by spaces.
  package var amounts: String?
  /// Euro, to be split over `count` periods.
  package var total: String?
  /// `monthly`, `every 2 weeks`…
  package var frequency: String?
  /// `1` to `31`, `last`, `last business day`, `monday`…; the start's own where nothing is said.
  package var dueDay: String?
  /// ISO date: nothing is due before it.
  package var startDate: String?
  /// ISO date: nothing is due after it.
  package var endDate: String?
  package var count: String?
  /// Number or label of the first period to be collected here; 1 where nothing is said.
  package var firstPeriod: String?
  /// `{period}` and `{number}` stand for the period's label and number.
  package var remittance: String?
  package var purpose: String?

  package init(creditor: String? = nil, account: String? = nil, mandateReference: String? = nil) {
    self.creditor = creditor
    self.account = account
    self.mandateReference = mandateReference
  }

  /// How far ahead of today a plan may start, in days.
  package static let farthestStart = 1100
  /// How far behind today the first period may be due where nobody named it, in days: a plan that was handed in on time is
  /// taken when the daemon stood still for a while.
  package static let oldestStart = 7
}

/// A plan request that passed every rule that needs no bank and no other row.
package struct AcceptedPlan: Hashable, Sendable {
  package let account: String?
  package let mandateReference: MandateReference
  package let terms: PlanTerms
  package let remittance: PlanRemittance?
  package let purpose: PurposeCode?
}

/// What the debtor reads, with places for the period: `Rent {period}`.
package struct PlanRemittance: Hashable, Sendable {
  /// As it was handed in.
  package let template: String

  /// - Throws: what `RemittanceText` throws for the longest text that it can become.
  package init(_ text: String) throws(ValueFault) {
    template = text
    _ = try RemittanceText(Self.filled(text, label: "2027-12-31", number: "1200"))
  }

  /// The text of one period.
  package func text(of period: PlanPeriod) throws(ValueFault) -> RemittanceText {
    try RemittanceText(Self.filled(template, label: period.label, number: "\(period.ordinal)"))
  }

  private static func filled(_ text: String, label: String, number: String) -> String {
    text.split(separator: "{period}", omittingEmptySubsequences: false).joined(separator: label)
      .split(separator: "{number}", omittingEmptySubsequences: false).joined(separator: number)
  }
}

extension PlanRequest {
  /// Decides on the request as of `today`: typed values, or everything that is wrong with it.
  package func accepted(today: CalendarDay) -> Result<AcceptedPlan, Refusals> {
    var reader = RequestReader()
    _ = reader.required("creditor", creditor, hint: "give the creditor's name as in the configuration") {
      text throws(ValueFault) in try configurationName(text, rule: "creditor name")
    }
    let account = reader.optional("account", account, hint: "give the account's name as in the configuration, or leave it out") {
      text throws(ValueFault) in try configurationName(text, rule: "account name")
    }
    let reference = reader.required(
      "mandate_reference", mandateReference, hint: "write it as on the mandate that was handed in"
    ) { text throws(ValueFault) in try MandateReference(text) }
    let frequency = reader.required("frequency", frequency, hint: "say how often: monthly, for instance") {
      text throws(ValueFault) in try PlanFrequency(text)
    }
    let start = reader.required("start_date", startDate, hint: "give the day from which periods are due as 2027-01-01") {
      text throws(ValueFault) in
      let day = try CalendarDay(iso: text)
      guard today.days(until: day) <= Self.farthestStart, day.days(until: today) <= 36_500 else {
        throw ValueFault(
          rule: "start", found: day.iso, expected: "at most \(Self.farthestStart) days after \(today.iso), and of this century")
      }
      return day
    }
    let day = readDay(&reader, frequency, start)
    let count = reader.optional("count", count, hint: "give how many periods there are, in digits") {
      text throws(ValueFault) in try Self.number(text, rule: "number of periods")
    }
    let end = reader.optional("end_date", endDate, hint: "give the last day on which a period may be due as 2027-12-31") {
      text throws(ValueFault) in
      let day = try CalendarDay(iso: text)
      guard start.map({ $0 <= day }) ?? true else {
        throw ValueFault(rule: "end", found: day.iso, expected: "a day not before the start, \(start?.iso ?? "")")
      }
      return day
    }
    let amounts = readAmounts(&reader, count)
    readEnds(&reader)
    let remittance = reader.optional("remittance", remittance, hint: "shorten it to 140 characters of the EPC set") {
      text throws(ValueFault) in try PlanRemittance(text)
    }
    let purpose = reader.optional("purpose", purpose, hint: "take a code of ISO 20022's external purposes, or leave it out") {
      text throws(ValueFault) in try PurposeCode(text)
    }
    var terms: PlanTerms?
    if let start, let frequency, let day, let amounts {
      terms = readFirst(
        &reader, PlanTerms(start: start, frequency: frequency, day: day, amounts: amounts, end: end, count: count), today: today)
    }
    guard reader.refusals.isEmpty, let reference, let terms else { return .failure(Refusals(list: reader.refusals)) }
    return .success(
      AcceptedPlan(account: account, mandateReference: reference, terms: terms, remittance: remittance, purpose: purpose))
  }

  private func readDay(_ reader: inout RequestReader, _ frequency: PlanFrequency?, _ start: CalendarDay?) -> PlanDay? {
    if RequestReader.given(dueDay) == nil {
      guard let frequency, let start else { return nil }
      return frequency.unit == .week ? .weekday(start.weekday) : .day(start.day)
    }
    return reader.optional("due_day", dueDay, hint: "say on which day of its month or week a period is due, or leave it out") {
      text throws(ValueFault) in
      let day = try PlanDay(text)
      guard frequency.map({ $0.unit == day.unit }) ?? true else {
        throw ValueFault(
          rule: "due day of the frequency", found: "\(text), \(frequency?.text ?? "")",
          expected: day.unit == .week ? "a day of a month" : "a weekday")
      }
      return day
    }
  }

  private func readAmounts(_ reader: inout RequestReader, _ count: Int?) -> PlanAmounts? {
    let given = [amount, amounts, total].compactMap(RequestReader.given)
    guard given.count == 1 else {
      reader.refuse(
        "amount",
        ValueFault(
          rule: "one kind of amount", found: given.isEmpty ? "nothing" : "\(given.count) of them",
          expected: "amount, amounts or total"),
        hint: "amount for each period the same, amounts for one each, total to be split over count periods")
      return nil
    }
    if RequestReader.given(amount) != nil {
      return reader.required("amount", amount, hint: "write euro as 1250.00, without signs or grouping") {
        text throws(ValueFault) in .fixed(try Self.cents(text))
      }
    }
    if RequestReader.given(amounts) != nil {
      return reader.required("amounts", amounts, hint: "write euro as 1250.00, one amount for each period, with spaces between") {
        text throws(ValueFault) in
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count <= PlanTerms.mostPeriods else {
          throw ValueFault(rule: "number of periods", found: "\(words.count)", expected: "1 to \(PlanTerms.mostPeriods)")
        }
        var list: [Cents] = []
        for word in words { list.append(try Self.cents(String(word))) }
        return .listed(list)
      }
    }
    return reader.required("total", total, hint: "write euro as 1250.00, and the number of instalments as count") {
      text throws(ValueFault) in
      let total = try Cents(decimal: text)
      guard let count else {
        throw ValueFault(rule: "number of instalments", found: "no count", expected: "count, the number of instalments")
      }
      guard Int64(count) <= total.value, total.value / Int64(count) < Cents.collectionRange.upperBound.value else {
        throw ValueFault(
          rule: "amount of a collection", found: "\(total.decimalText) in \(count)",
          expected: "0.01 to 999999999.99 in each of them")
      }
      return .instalments(total: total, count: count)
    }
  }

  /// A plan ends in one way.
  private func readEnds(_ reader: inout RequestReader) {
    let (byDay, byCount) = (RequestReader.given(endDate) != nil, RequestReader.given(count) != nil)
    let own = RequestReader.given(amounts) != nil ? "amounts" : RequestReader.given(total) != nil ? "total" : nil
    if byDay, byCount || own != nil {
      reader.refuse(
        "end_date", ValueFault(rule: "one end", found: "end_date and \(own ?? "count")", expected: "one of them"),
        hint: "leave end_date empty, or say nothing else that ends the plan")
    } else if byCount, own == "amounts" {
      reader.refuse(
        "count", ValueFault(rule: "one end", found: "count and amounts", expected: "one of them"),
        hint: "leave count empty: there are as many periods as amounts")
    }
  }

  /// Where collecting begins. What is due long before today is collected only where the caller names it: a plan that started
  /// years ago must not debit years at once.
  private func readFirst(_ reader: inout RequestReader, _ terms: PlanTerms, today: CalendarDay) -> PlanTerms? {
    let given = RequestReader.given(firstPeriod)
    let oldest = today.adding(days: given == nil ? -Self.oldestStart : -CollectionRequest.oldestDueDate)
    let first = reader.attempt("first_period", hint: "give the number of the first period to be collected here, or its month") {
      () throws(ValueFault) in
      guard let given else { return 1 }
      guard let period = try PlanPoint(given).period(in: terms, next: 1), period >= 1 else {
        throw ValueFault(rule: "period of the plan", found: given, expected: "one of the plan")
      }
      return period
    }
    guard let first else { return nil }
    let begun = PlanTerms(
      start: terms.start, frequency: terms.frequency, day: terms.day, amounts: terms.amounts, end: terms.end, count: terms.count,
      firstPeriod: first)
    guard let period = PlanSchedule(begun).period(first) else {
      reader.refuse(
        given == nil ? "end_date" : "first_period",
        ValueFault(rule: "a period", found: "none from number \(first) to the end", expected: "one at least"),
        hint: "correct start, end or first period")
      return nil
    }
    guard period.due >= oldest else {
      let next = terms.firstPeriod(dueFrom: today).map { "\($0), due \(terms.dueDay(of: $0)?.iso ?? "")" } ?? "a later one"
      reader.refuse(
        given == nil ? "start_date" : "first_period",
        ValueFault(
          rule: "first period", found: "number \(first), due \(period.due.iso)", expected: "one due from \(oldest.iso) on"),
        hint: "what is due behind us is not collected by surprise: set first_period, for instance \(next)")
      return nil
    }
    return begun
  }

  static func cents(_ text: String) throws(ValueFault) -> Cents {
    let amount = try Cents(decimal: text)
    guard Cents.collectionRange.contains(amount) else {
      throw ValueFault(rule: "amount of a collection", found: text, expected: "0.01 to 999999999.99")
    }
    return amount
  }

  private static func number(_ text: String, rule: String) throws(ValueFault) -> Int {
    guard text.utf8.count <= 4, text.utf8.allSatisfy(\.isASCIIDigit), let number = Int(text),
      (1...PlanTerms.mostPeriods).contains(number)
    else { throw ValueFault(rule: rule, found: text, expected: "1 to \(PlanTerms.mostPeriods)") }
    return number
  }
}
