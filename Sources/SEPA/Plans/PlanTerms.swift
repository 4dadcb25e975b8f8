/// How often a plan collects: every so many weeks or months, counted from its start.
package struct PlanFrequency: Hashable, Sendable {
  /// What is counted.
  package enum Unit: String, CaseIterable, Sendable { case week, month }

  package let unit: Unit
  /// 1 to 120 months, or 1 to 52 weeks.
  package let every: Int

  private static let words: [(word: String, unit: Unit, every: Int)] = [
    ("weekly", .week, 1), ("monthly", .month, 1), ("quarterly", .month, 3), ("half-yearly", .month, 6), ("yearly", .month, 12),
  ]

  /// - Throws: `frequency`, for numbers outside their range.
  package init(unit: Unit, every: Int) throws(ValueFault) {
    guard (1...(unit == .week ? 52 : 120)).contains(every) else {
      throw ValueFault(rule: "frequency", found: "every \(every) \(unit.rawValue)s", expected: "1 to 52 weeks or 1 to 120 months")
    }
    self.unit = unit
    self.every = every
  }

  /// Reads `weekly`, `monthly`, `quarterly`, `half-yearly`, `yearly`, `every 2 months`, `every 3 weeks`.
  package init(_ text: String) throws(ValueFault) {
    let words = text.lowercased().split(separator: " ")
    if words.count == 1, let known = Self.words.first(where: { $0.word == words[0] }) {
      try self.init(unit: known.unit, every: known.every)
      return
    }
    guard words.count == 3, words[0] == "every", words[2] == "months" || words[2] == "weeks", let every = Self.number(words[1])
    else {
      throw ValueFault(
        rule: "frequency", found: text,
        expected: Self.words.map(\.word).joined(separator: ", ") + ", every 2 months or every 2 weeks")
    }
    try self.init(unit: words[2] == "weeks" ? .week : .month, every: every)
  }

  /// As it can be read again.
  package var text: String {
    Self.words.first { $0.unit == unit && $0.every == every }?.word ?? "every \(every) \(unit.rawValue)s"
  }

  private static func number(_ text: Substring) -> Int? {
    (1...3).contains(text.utf8.count) && text.utf8.allSatisfy(\.isASCIIDigit) ? Int(text) : nil
  }
}

/// On which day of its week or month a period is due.
package enum PlanDay: Hashable, Sendable {
  /// 1 to 31; in a month that has no such day, its last.
  case day(Int)
  case last
  /// The last TARGET day of the month.
  case lastBusinessDay
  /// 1 is Monday.
  case weekday(Int)

  private static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

  /// Reads `1` to `31`, `last`, `last business day` or a weekday's English name.
  package init(_ text: String) throws(ValueFault) {
    let word = text.lowercased()
    if let index = Self.weekdays.firstIndex(of: word) {
      self = .weekday(index + 1)
    } else if word == "last" {
      self = .last
    } else if word == "last business day" {
      self = .lastBusinessDay
    } else if word.utf8.count <= 2, word.utf8.allSatisfy(\.isASCIIDigit), let day = Int(word), (1...31).contains(day) {
      self = .day(day)
    } else {
      throw ValueFault(rule: "due day", found: text, expected: "1 to 31, last, last business day, or a weekday such as monday")
    }
  }

  /// As it can be read again.
  package var text: String {
    switch self {
    case .day(let day): "\(day)"
    case .last: "last"
    case .lastBusinessDay: "last business day"
    case .weekday(let day): Self.weekdays[(day - 1) % 7]
    }
  }

  /// Whether it belongs to weeks or to months.
  package var unit: PlanFrequency.Unit {
    if case .weekday = self { .week } else { .month }
  }
}

/// What each period of a plan amounts to, before changes.
package enum PlanAmounts: Hashable, Sendable {
  case fixed(Cents)
  /// One for each period, given ahead; the plan ends with the last.
  case listed([Cents])
  /// A total in so many collections, exact to the cent: where it does not divide, the first ones bear a cent more each.
  case instalments(total: Cents, count: Int)

  /// What the collection with this place amounts to, counted from 1; nil past the last.
  package func amount(at place: Int) -> Cents? {
    guard place >= 1 else { return nil }
    switch self {
    case .fixed(let amount): return amount
    case .listed(let amounts): return place <= amounts.count ? amounts[place - 1] : nil
    case .instalments(let total, let count):
      guard place <= count else { return nil }
      let (share, rest) = total.value.quotientAndRemainder(dividingBy: Int64(count))
      return Cents(share + (Int64(place) <= rest ? 1 : 0))
    }
  }
}

/// What a plan says from its beginning, and for ever: what changes later is a `PlanChange`.
///
/// A period is known by its number, counted from the start: the day on which it is due follows from that number alone,
/// never from the day of the one before it. So the 31st of January is followed by the 28th of February and that by the
/// 31st of March, and no date that moves can make a period twice.
package struct PlanTerms: Hashable, Sendable {
  /// Nothing is due before it.
  package let start: CalendarDay
  package let frequency: PlanFrequency
  package let day: PlanDay
  package let amounts: PlanAmounts
  /// The last day on which a period may be due; nil without one.
  package let end: CalendarDay?
  /// How many periods there are; nil without an end. Of instalments and listed amounts it is their number.
  package let count: Int?
  /// The first period that is collected here; those before it are somebody else's.
  package let firstPeriod: Int

  /// How many periods a plan may be given, in words of one request.
  package static let mostPeriods = 1200

  package init(
    start: CalendarDay, frequency: PlanFrequency, day: PlanDay, amounts: PlanAmounts, end: CalendarDay? = nil,
    count: Int? = nil, firstPeriod: Int = 1
  ) {
    self.start = start
    self.frequency = frequency
    self.day = day
    self.amounts = amounts
    self.end = end
    self.count =
      switch amounts {
      case .fixed: count
      case .listed(let list): list.count
      case .instalments(_, let count): count
      }
    self.firstPeriod = firstPeriod
  }

  /// The day on which a period is due by the calendar alone, whether the plan has that many or not; nil past the calendar's
  /// end.
  package func dueDay(of period: Int) -> CalendarDay? {
    guard period >= 1 else { return nil }
    let steps = (period - 1).multipliedReportingOverflow(by: frequency.every)
    guard !steps.overflow, steps.partialValue < 120_000 else { return nil }
    if case .weekday(let weekday) = day {
      let first = start.adding(days: (weekday - start.weekday + 7) % 7)
      let due = first.adding(days: 7 * steps.partialValue)
      return due < .last ? due : nil
    }
    // The month of the start, or the one after it where its day has passed by then.
    let shift = self.day(inMonth: 0).map { $0 < start } ?? false ? 1 : 0
    return self.day(inMonth: steps.partialValue + shift)
  }

  /// The due day in the month so many months after that of the start.
  private func day(inMonth offset: Int) -> CalendarDay? {
    let month = start.year * 12 + start.month - 1 + offset
    guard month / 12 <= 2200, let first = try? CalendarDay(year: month / 12, month: month % 12 + 1, day: 1) else { return nil }
    let length = CalendarDay.days(inMonth: first.month, of: first.year)
    switch day {
    case .day(let day): return first.adding(days: min(day, length) - 1)
    case .last, .weekday: return first.adding(days: length - 1)
    case .lastBusinessDay: return TARGETCalendar.previous(onOrBefore: first.adding(days: length - 1))
    }
  }

  /// What a person calls a period: the month in which it is due, `2027-01`; of weeks the due day, `2027-01-04`.
  package func label(of period: Int) -> String {
    guard let due = dueDay(of: period) else { return "\(period)" }
    return frequency.unit == .month ? String(due.iso.prefix(7)) : due.iso
  }

  /// The first period that is due on a day or after it; nil past the calendar's end.
  package func firstPeriod(dueFrom day: CalendarDay) -> Int? {
    let steps =
      frequency.unit == .week
      ? start.days(until: day) / (7 * frequency.every)
      : ((day.year - start.year) * 12 + day.month - start.month) / frequency.every
    // Two below what the division says: the start may stand anywhere in its month or week.
    var period = max(1, steps - 2)
    while let due = dueDay(of: period) {
      if due >= day { return period }
      period += 1
    }
    return nil
  }
}
