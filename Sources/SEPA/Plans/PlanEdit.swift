/// From which period a change is to hold, as a caller says it.
package enum PlanPoint: Hashable, Sendable {
  /// The first period that can still change.
  case next
  case period(Int)
  /// The period with this label.
  case label(String)
  /// The first period that is due on that day or later.
  case day(CalendarDay)

  /// Reads a number `7`, a label `2027-06`, a day `2027-06-01`; nothing is the next.
  package init(_ text: String?) throws(ValueFault) {
    guard let text = RequestReader.given(text) else {
      self = .next
      return
    }
    let fault = ValueFault(
      rule: "period", found: text, expected: "a period's number, its month as 2027-06, a day as 2027-06-01, or nothing")
    if text.utf8.allSatisfy(\.isASCIIDigit), text.utf8.count <= 4 {
      guard let number = Int(text), number >= 1 else { throw fault }
      self = .period(number)
    } else if text.utf8.count == 7 {
      guard (try? CalendarDay(iso: text + "-01")) != nil else { throw fault }
      self = .label(text)
    } else {
      do { self = .day(try CalendarDay(iso: text)) } catch { throw fault }
    }
  }

  /// The period that is meant; nil where the plan's calendar has none such.
  package func period(in terms: PlanTerms, next: Int) -> Int? {
    switch self {
    case .next: return next
    case .period(let period): return period
    case .day(let day): return terms.firstPeriod(dueFrom: day)
    case .label(let label):
      guard let first = try? CalendarDay(iso: label + "-01"), let period = terms.firstPeriod(dueFrom: first) else { return nil }
      return terms.label(of: period).hasPrefix(label) ? period : nil
    }
  }
}

/// A collection that a plan has made, of one period.
package struct MadePeriod: Hashable, Sendable {
  /// Whether a collection can still be taken back.
  package enum Standing: Sendable {
    /// In no file yet: it can be taken back.
    case open
    /// In a file, or beyond.
    case locked
    /// Taken back by somebody: its period is not collected again.
    case cancelled
  }
  package let amount: Cents
  package let standing: Standing

  package init(amount: Cents, standing: Standing) {
    self.amount = amount
    self.standing = standing
  }
}

/// A plan as it stands when somebody wants to change it.
package struct PlanStanding: Sendable {
  package var terms: PlanTerms
  /// In the order in which they were accepted.
  package var changes: [PlanChange]
  /// Periods before it were made or passed over.
  package var nextPeriod: Int
  /// What was made, by period.
  package var made: [Int: MadePeriod]
  /// Why nothing can be changed any more; nil while something can.
  package var closedBecause: String?
  /// In the creditor's time zone.
  package var today: CalendarDay

  package init(
    terms: PlanTerms, changes: [PlanChange], nextPeriod: Int, made: [Int: MadePeriod], closedBecause: String?,
    today: CalendarDay
  ) {
    self.terms = terms
    self.changes = changes
    self.nextPeriod = nextPeriod
    self.made = made
    self.closedBecause = closedBecause
    self.today = today
  }

  package var schedule: PlanSchedule { PlanSchedule(terms, changes) }

  /// The first period that can still change: none from it on is in a file, and none before it is still to come.
  package var firstOpen: Int {
    var first = terms.firstPeriod
    for (period, made) in made where made.standing == .locked { first = max(first, period + 1) }
    // What was passed over and is due behind us is past as well; what is due ahead may still be collected.
    var period = nextPeriod - 1
    while period >= first, isAhead(period) || made[period]?.standing == .open { period -= 1 }
    return max(first, period + 1)
  }

  private func isAhead(_ period: Int) -> Bool { terms.dueDay(of: period).map { $0 >= today } ?? true }

  private var isOfInstalments: Bool { if case .instalments = terms.amounts { true } else { false } }
}

/// What a change does to a plan.
package struct PlanEdit: Sendable {
  package let change: PlanChange
  package let before: PlanSchedule
  package let after: PlanSchedule
  /// Periods whose collections say what holds no longer, and stand in no file: they are taken back.
  package let taken: [Int]
  /// From where the plan is gone through again.
  package let nextPeriod: Int
}

extension PlanStanding {
  /// Decides on a change: what it does, or why it cannot be.
  package func edit(_ kind: PlanChange.Kind, from point: PlanPoint) -> Result<PlanEdit, Refusals> {
    func refuse(
      _ field: String, _ rule: String, _ found: String, _ expected: String, _ hint: String
    ) -> Result<PlanEdit, Refusals> {
      .failure(Refusals(list: [Refusal(field: field, rule: rule, found: found, expected: expected, hint: hint)]))
    }
    if let closedBecause {
      return refuse(
        "plan", "state of the plan", "ended: \(closedBecause)", "active or paused", "hand in a new plan under a new key")
    }
    if isOfInstalments, kind.isOfAmounts {
      return refuse(
        "change", "change of instalments", kind.word, "pause, resume, skip or end", "end this plan and hand in another one")
    }
    let (before, first) = (schedule, firstOpen)
    guard before.period(first) != nil else {
      return refuse(
        "plan", "state of the plan", "no period left that can change", "one that is in no file yet",
        "take back what is in a file by a cancellation or a reversal")
    }
    guard let from = point.period(in: terms, next: first), before.period(from) != nil || from < terms.firstPeriod else {
      return refuse(
        "effective_from", "period of the plan", "none such", "one of \(terms.label(of: first)) or later, within the plan",
        "sepad plan show lists the periods to come")
    }
    guard from >= first else {
      return refuse(
        "effective_from", "first period that can change", "\(terms.label(of: from)), number \(from)",
        "\(terms.label(of: first)), number \(first), or later",
        "what is in a file, or past, stays: take it back by a cancellation or a reversal")
    }
    let change = PlanChange(kind, from: from)
    let after = PlanSchedule(terms, changes + [change])
    if let fault = after.amountFault() {
      return .failure(Refusals(list: [Refusal(field: "percent", fault: fault, hint: "take another percentage")]))
    }
    let taken = made.filter { period, made in
      guard period >= from, made.standing == .open else { return false }
      return after.period(period)?.verdict != .collect(made.amount)
    }.keys.sorted()
    return .success(
      PlanEdit(change: change, before: before, after: after, taken: taken, nextPeriod: min(nextPeriod, from)))
  }
}
