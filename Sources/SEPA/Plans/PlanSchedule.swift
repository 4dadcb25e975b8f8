/// What is otherwise in a plan from one period on.
package struct PlanChange: Hashable, Sendable {
  /// What is otherwise.
  package enum Kind: Hashable, Sendable {
    /// Nothing is collected until it is resumed.
    case pause
    case resume
    /// One period is not collected.
    case skip
    case amount(Cents)
    /// The amount that holds until then goes up or down.
    case index(Percentage)
    /// No period from this one on. Nothing follows an end.
    case end

    /// Whether it makes another amount.
    package var isOfAmounts: Bool {
      switch self {
      case .amount, .index: true
      case .pause, .resume, .skip, .end: false
      }
    }

    /// `pause`, `amount`…: the word of requests and commands.
    package var word: String {
      switch self {
      case .pause: "pause"
      case .resume: "resume"
      case .skip: "skip"
      case .amount: "amount"
      case .index: "index"
      case .end: "end"
      }
    }
  }

  package let kind: Kind
  /// The first period that it concerns; of `skip` the only one.
  package let from: Int

  package init(_ kind: Kind, from: Int) {
    self.kind = kind
    self.from = from
  }
}

/// One period of a plan: when it is due and what becomes of it.
package struct PlanPeriod: Hashable, Sendable {
  /// What becomes of a period.
  package enum Verdict: Hashable, Sendable {
    case collect(Cents)
    case skipped, paused
  }

  package let ordinal: Int
  package let label: String
  package let due: CalendarDay
  package let verdict: Verdict

  /// The amount, `skipped` or `paused`.
  package var text: String {
    switch verdict {
    case .collect(let amount): amount.decimalText
    case .skipped: "skipped"
    case .paused: "paused"
    }
  }
}

/// The periods of a plan with all its changes.
///
/// Changes apply in the order of the periods from which they hold, and those from one period in the order in which they were
/// accepted. A skipped or paused period of instalments is not lost: the next one bears its amount, and the plan ends that
/// much later. All other plans count a skipped period as one of theirs.
package struct PlanSchedule: Sendable {
  package let terms: PlanTerms
  /// As they apply.
  private let changes: [PlanChange]

  /// - Parameter changes: in the order in which they were accepted.
  package init(_ terms: PlanTerms, _ changes: [PlanChange] = []) {
    self.terms = terms
    // A stable order whatever the standard library's sort does.
    self.changes = changes.enumerated().sorted { ($0.element.from, $0.offset) < ($1.element.from, $1.offset) }.map(\.element)
  }

  /// A period; nil before the first that is collected here and after the last.
  ///
  /// An amount that an indexation would drive out of what can be collected stays what it was: such a change is not accepted.
  package func period(_ ordinal: Int) -> PlanPeriod? {
    guard ordinal >= terms.firstPeriod, let due = terms.dueDay(of: ordinal) else { return nil }
    if let end = terms.end, due > end { return nil }
    if changes.contains(where: { $0.kind == .end && $0.from <= ordinal }) { return nil }
    var place = ordinal
    if case .instalments = terms.amounts { place -= passedOver(before: ordinal) }
    if let count = terms.count, place > count { return nil }
    let verdict: PlanPeriod.Verdict
    switch standing(of: ordinal) {
    case .some(let passed): verdict = passed
    case nil:
      guard let amount = amount(of: ordinal, place: place) else { return nil }
      verdict = .collect(amount)
    }
    return PlanPeriod(ordinal: ordinal, label: terms.label(of: ordinal), due: due, verdict: verdict)
  }

  /// Up to `limit` periods from one on.
  package func periods(from ordinal: Int, limit: Int) -> [PlanPeriod] {
    var found: [PlanPeriod] = []
    var next = max(ordinal, terms.firstPeriod)
    while found.count < limit, let period = period(next) {
      found.append(period)
      next += 1
    }
    return found
  }

  /// Whether an end was put to it, rather than that it came to its last period.
  package var isCutShort: Bool { changes.contains { $0.kind == .end } }

  /// `skipped` or `paused`; nil for a period that is collected.
  private func standing(of ordinal: Int) -> PlanPeriod.Verdict? {
    var isPaused = false
    for change in changes where change.from <= ordinal {
      switch change.kind {
      case .pause: isPaused = true
      case .resume: isPaused = false
      case .skip: if change.from == ordinal { return .skipped }
      case .amount, .index, .end: break
      }
    }
    return isPaused ? .paused : nil
  }

  private func passedOver(before ordinal: Int) -> Int {
    // Nearly all plans have no change at all, and of the others few periods lie between.
    guard let first = changes.first?.from, first < ordinal else { return 0 }
    return (max(first, terms.firstPeriod)..<max(ordinal, first, terms.firstPeriod)).count { standing(of: $0) != nil }
  }

  private func amount(of ordinal: Int, place: Int) -> Cents? {
    guard var amount = terms.amounts.amount(at: place) else { return nil }
    for change in changes where change.from <= ordinal {
      switch change.kind {
      case .amount(let new): amount = new
      // One that leaves what can be collected was refused where it was asked for (`amountFault`).
      case .index(let percentage): amount = (try? percentage.applied(to: amount)) ?? amount
      case .pause, .resume, .skip, .end: break
      }
    }
    return amount
  }

  /// What is wrong with the amounts that changes make, of all periods: the first indexation that leaves what can be collected.
  package func amountFault() -> ValueFault? {
    guard changes.contains(where: { if case .index = $0.kind { true } else { false } }) else { return nil }
    // Of fixed amounts, only changes make a difference; of listed ones, each period.
    let ordinals: [Int]
    if case .listed(let list) = terms.amounts { ordinals = Array(1...list.count) } else { ordinals = changes.map(\.from) }
    for ordinal in ordinals {
      guard var amount = terms.amounts.amount(at: ordinal) else { continue }
      for change in changes where change.from <= ordinal {
        switch change.kind {
        case .amount(let new): amount = new
        case .index(let percentage):
          do { amount = try percentage.applied(to: amount) } catch { return error }
        case .pause, .resume, .skip, .end: break
        }
      }
    }
    return nil
  }
}
