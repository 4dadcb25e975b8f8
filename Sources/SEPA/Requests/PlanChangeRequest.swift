/// A change of a plan as an ERP, a file or an operator asks for it: text, nothing checked. Missing, empty and blank are the
/// same.
package struct PlanChangeRequest: Hashable, Sendable {
  /// The creditor's name in the configuration.
  package var creditor: String?
  /// The request key of the plan.
  package var plan: String?
  /// `pause`, `resume`, `skip`, `amount`, `index` or `end`.
  package var change: String?
  /// A period's number, its month, a day; the next that can change where nothing is said.
  package var effectiveFrom: String?
  /// Euro, of `amount`.
  package var amount: String?
  /// Of `index`.
  package var percent: String?
  package var reason: String?

  package init(
    creditor: String? = nil, plan: String? = nil, change: String? = nil, effectiveFrom: String? = nil, amount: String? = nil,
    percent: String? = nil, reason: String? = nil
  ) {
    self.creditor = creditor
    self.plan = plan
    self.change = change
    self.effectiveFrom = effectiveFrom
    self.amount = amount
    self.percent = percent
    self.reason = reason
  }
}

/// A change request that passed every rule that needs no other row.
package struct AcceptedPlanChange: Hashable, Sendable {
  package let plan: String
  package let kind: PlanChange.Kind
  package let from: PlanPoint
  package let reason: String
}

extension PlanChangeRequest {
  private enum Word: String, CaseIterable { case pause, resume, skip, amount, index, end }

  /// The longest reason, in characters: it is a sentence for people, not a record.
  private static let longestReason = 200

  /// Decides on the request: typed values, or everything that is wrong with it.
  package func accepted() -> Result<AcceptedPlanChange, Refusals> {
    var reader = RequestReader()
    let plan = reader.required("plan", plan, hint: "name the plan by the request_key under which it was handed in") {
      text throws(ValueFault) in text
    }
    let word: Word? = reader.required("change", change, hint: "say what changes") {
      text throws(ValueFault) in try SEPA.word(text, rule: "change")
    }
    let from = reader.attempt("effective_from", hint: "say from which period, or leave it out for the next that can change") {
      () throws(ValueFault) in try PlanPoint(effectiveFrom)
    }
    let reason = reader.required("reason", reason, hint: "say why, in a sentence") { text throws(ValueFault) in
      guard text.count <= Self.longestReason else {
        throw ValueFault(
          rule: "length of the reason", found: "\(text.count) characters", expected: "at most \(Self.longestReason)")
      }
      return text
    }
    let kind = word.flatMap { readKind(&reader, $0) }
    guard reader.refusals.isEmpty, let plan, let kind, let from, let reason else {
      return .failure(Refusals(list: reader.refusals))
    }
    return .success(AcceptedPlanChange(plan: plan, kind: kind, from: from, reason: reason))
  }

  private func readKind(_ reader: inout RequestReader, _ word: Word) -> PlanChange.Kind? {
    for (field, text, owner) in [("amount", amount, Word.amount), ("percent", percent, Word.index)]
    where word != owner && RequestReader.given(text) != nil {
      reader.refuse(
        field, ValueFault(rule: "\(field) of the change", found: "one with \(word.rawValue)", expected: "nothing"),
        hint: "leave it empty, or ask for \(owner.rawValue)")
    }
    switch word {
    case .pause: return .pause
    case .resume: return .resume
    case .skip: return .skip
    case .end: return .end
    case .amount:
      return reader.required("amount", amount, hint: "write euro as 1250.00, without signs or grouping") {
        text throws(ValueFault) in .amount(try PlanRequest.cents(text))
      }
    case .index:
      return reader.required("percent", percent, hint: "write by how much the amount goes up, as 2.5, or down, as -1") {
        text throws(ValueFault) in .index(try Percentage(text))
      }
    }
  }
}
