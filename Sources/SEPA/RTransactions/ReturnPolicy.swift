/// What follows from an R-transaction with these reasons: for the claim, for the mandate, and who hears of it.
package struct ReturnPolicy: Equatable, Sendable {
  /// What becomes of the claim.
  package enum Action: Equatable, Sendable {
    /// Collect it again by itself: `after` TARGET days from when it is known, as long as no more than `times`
    /// re-presentations came before and the claim is no older than `within` days.
    case represent(after: Int, times: Int, within: Int)
    /// It waits for a person, who may collect it again by hand.
    case wait
    /// It is closed for sepad: it must not be collected again as it is.
    case end
  }

  /// Who can be told.
  package enum Party: String, CaseIterable, Sendable {
    case finance, debtor
  }

  /// What it is called in the history: `policy[2]` of the configuration, or `standard AM04`.
  package var name: String
  /// Bank's codes; empty for every code.
  package var codes: Set<String>
  /// Nil for both.
  package var scheme: Scheme?
  package var action: Action
  package var mandate: ReasonCode.MandateAdvice
  package var tell: Set<Party>

  package init(
    name: String, codes: Set<String>, scheme: Scheme?, action: Action, mandate: ReasonCode.MandateAdvice,
    tell: Set<Party> = Set(Party.allCases)
  ) {
    self.name = name
    self.codes = codes
    self.scheme = scheme
    self.action = action
    self.mandate = mandate
    self.tell = tell
  }

  /// The policy that holds where the configuration says nothing: the table's advice on the code.
  ///
  /// Only codes that say "later, with the same data" are presented again, AM04 twice at most and within the four weeks
  /// that providers keep to; a technical failure once, soon. Sources stand with `ReasonCode.table`.
  package static func standard(_ reason: ReasonCode) -> ReturnPolicy {
    let action: Action =
      switch reason.representation {
      case .later where reason.cause == .technical: .represent(after: 2, times: 1, within: 28)
      case .later: .represent(after: 5, times: 2, within: 28)
      case .afterFix, .afterAgreement: .wait
      case .never: .end
      }
    return ReturnPolicy(
      name: reason.name == nil ? "standard unknown code" : "standard \(reason.code)", codes: [reason.code], scheme: nil,
      action: action, mandate: reason.mandate)
  }

  func covers(_ reason: ReasonCode, _ scheme: Scheme) -> Bool {
    (codes.isEmpty || codes.contains(reason.code)) && (self.scheme == nil || self.scheme == scheme)
  }
}

/// How a bank wants to see that a collection is presented again (France: art. L133-26 II bis CMF asks for it, the field is
/// the bank's choice).
package struct RepresentationMark: Equatable, Sendable {
  /// Appended to the first end-to-end id; `{n}` is the attempt's number, from 2.
  package var endToEndSuffix: String
  /// Put before the remittance text.
  package var remittancePrefix: String

  package init(endToEndSuffix: String = "-R{n}", remittancePrefix: String = "") {
    self.endToEndSuffix = endToEndSuffix
    self.remittancePrefix = remittancePrefix
  }
}

/// All that decides what follows from an R-transaction.
package struct ReturnPolicies: Equatable, Sendable {
  /// As configured; the first that covers a case decides, the standard where none does.
  package var rules: [ReturnPolicy]
  package var limits: ReturnLimits
  /// Keys of the creditors whose claims are presented again by themselves. Nobody is debited a second time unless the
  /// creditor asked for it.
  package var representing: Set<String>
  /// By bank; a bank that is not here takes the default mark.
  package var marks: [String: RepresentationMark]

  package init(
    rules: [ReturnPolicy] = [], limits: ReturnLimits = ReturnLimits(), representing: Set<String> = [],
    marks: [String: RepresentationMark] = [:]
  ) {
    self.rules = rules
    self.limits = limits
    self.representing = representing
    self.marks = marks
  }

  /// The policy for one reason in one scheme.
  package func policy(_ reason: ReasonCode, _ scheme: Scheme) -> ReturnPolicy {
    rules.first { $0.covers(reason, scheme) } ?? .standard(reason)
  }
}

extension ReturnPolicies {
  /// What is known of the claim beside the R-transaction itself.
  package struct Claim: Equatable, Sendable {
    /// The creditor's key in the configuration.
    package var creditor: String
    /// 1 for the first presentation.
    package var attempt: Int
    /// The day for which it was first asked.
    package var requestedOn: CalendarDay

    package init(creditor: String, attempt: Int, requestedOn: CalendarDay) {
      self.creditor = creditor
      self.attempt = attempt
      self.requestedOn = requestedOn
    }
  }

  /// What follows, decided.
  package struct Decision: Equatable, Sendable {
    package enum Action: String, CaseIterable, Sendable {
      case represent, wait, end
    }
    package var kind: RTransaction
    /// Last day on which this kind may be booked; nil where there is none.
    package var limit: CalendarDay?
    /// Booked later than the scheme allows: the creditor can object to it at the bank.
    package var isBeyondLimit: Bool
    package var action: Action
    /// The day asked for in the next attempt; given exactly with `represent`.
    package var representOn: CalendarDay?
    package var mandate: ReasonCode.MandateAdvice
    /// Which policy decided, and why it did not present again where it might have.
    package var policy: String
  }

  /// - Parameter today: when it is decided; the next attempt counts from here.
  package func decide(_ facts: RTransaction.Facts, _ claim: Claim, today: CalendarDay) -> Decision {
    let kind = RTransaction(facts, limits: limits)
    let limit = limits.end(of: kind, facts)
    let policy = policy(facts.reason, facts.scheme)
    var decision = Decision(
      kind: kind, limit: limit, isBeyondLimit: limit.map { facts.bookedOn > $0 } ?? false, action: .wait, representOn: nil,
      mandate: policy.mandate, policy: policy.name)
    switch kind {
    case .reversal, .revocation:
      // The creditor's own wish: nothing is owed under it, and the mandate is as good as before.
      decision.action = .end
      decision.mandate = .keep
      decision.policy = "own \(kind.rawValue)"
      return decision
    case .reject, .refusal, .return, .refund: break
    }
    switch policy.action {
    case .wait: break
    case .end: decision.action = .end
    case .represent(let after, let times, let within):
      let day = TARGETCalendar.adding(after, to: today)
      if !representing.contains(claim.creditor) {
        decision.policy += ": the creditor does not present again"
      } else if claim.attempt > times {
        decision.policy += ": presented again \(times) times already"
      } else if claim.requestedOn.days(until: day) > within {
        decision.policy += ": more than \(within) days old"
      } else {
        (decision.action, decision.representOn) = (.represent, day)
      }
    }
    return decision
  }
}
