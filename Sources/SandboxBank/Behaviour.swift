/// What the bank does with one payment: what kind of thing happens to it, why, when, and how it is told.
///
/// As text: a kind, its code where it has one, then words in any order: `return AM04 after 3 charged undone`.
package struct Behaviour: Hashable, Sendable, CustomStringConvertible {
  /// What happens.
  package enum Kind: String, Sendable, CaseIterable {
    /// Accepted, credited on the collection date.
    case settle
    /// Its own pain.002 line one TARGET day after the file's; credited alone, one TARGET day after the collection date.
    case late
    /// Settles; every report that covers it is published twice, the second time under another name.
    case twice
    /// No line about it anywhere and never credited, though the file as a whole is accepted.
    case never
    /// The whole file is refused because of it.
    case refuseFile = "refuse-file"
    /// Refused by a bank on the way, before settlement.
    case reject
    /// Refused by the debtor, on the TARGET day before the collection date.
    case refuse
    /// Our request to cancel it is answered, on the TARGET day before the collection date.
    case cancel
    /// Sent back by the debtor's bank after settlement.
    case `return`
    /// Claimed back by the debtor after settlement.
    case refund
    /// Given back by ourselves after settlement.
    case reversal
  }

  /// How it is told, and what else happens.
  package enum Word: String, Sendable, CaseIterable, Comparable {
    /// A rejected payment has no line in a pain.002: it is credited and debited again on the same day.
    case booked
    /// A rejected payment has no line in a pain.002: it is not credited, and a camt.054 says why, for information.
    case informed
    /// A rejected payment has its line in the pain.002 and is credited and debited again all the same.
    case gross
    /// Several of one block and day are debited in one sum, each named; with a head over them; or not named at all.
    case together, batched, unnamed
    /// The bank's charges are in the debit; the debtor's bank's interest is; or a fee is debited of its own, without or
    /// with the payment's ids.
    case charged, compensated, fee
    case namedFee = "named-fee"
    /// Only half of the amount is taken back.
    case partial
    /// Neither reversal indicator nor return information: only the bank transaction code says what it is.
    case coded
    /// The second credit looks like a first one.
    case unmarked
    /// Credited again one TARGET day later; and taken back once more one TARGET day after that.
    case undone, again
    /// Told three TARGET days after it happened; told again a day later in that day's message; told before its cause.
    case late, twice, early

    package static func < (a: Word, b: Word) -> Bool { a.order < b.order }
    private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  package let kind: Kind
  /// A reason, or a cancellation's answer.
  package let code: String?
  /// TARGET days from the collection date to the booking that takes it back; nil for what is usual.
  package let after: Int?
  package let words: Set<Word>

  private init(_ kind: Kind, _ code: String? = nil, after: Int? = nil, words: Set<Word> = []) {
    (self.kind, self.code, self.after, self.words) = (kind, code, after, words)
  }

  static let settle = Behaviour(.settle)
  static let late = Behaviour(.late)
  static let twice = Behaviour(.twice)
  static let never = Behaviour(.never)
  static let refuseFile = Behaviour(.refuseFile)
  static let reversal = Behaviour(.reversal)
  static func reject(_ code: String) -> Behaviour { Behaviour(.reject, code) }
  static func refuse(_ code: String) -> Behaviour { Behaviour(.refuse, code) }
  static func `return`(_ code: String) -> Behaviour { Behaviour(.return, code) }
  static func refund(_ code: String) -> Behaviour { Behaviour(.refund, code) }
  static let cancel = Behaviour(.cancel, "ACCR")
}

// MARK: - As text

extension Behaviour {
  /// The days that `after` may give: thirteen months of TARGET days is less.
  private static let days = 1...400

  /// nil for anything that is no behaviour, or that makes no sense together.
  package init?(_ text: some StringProtocol) {
    var rest = text.split(separator: " ")[...]
    guard let kind = rest.popFirst().flatMap({ Kind(rawValue: String($0)) }) else { return nil }
    var code: String?
    if kind.takesCode {
      guard let found = rest.popFirst(), kind.takes(code: found) else { return nil }
      code = String(found)
    }
    var after: Int?
    var words: Set<Word> = []
    while let next = rest.popFirst() {
      if next == "after" {
        guard after == nil, kind.isTakingBack, let days = rest.popFirst().flatMap({ Int($0) }), Self.days.contains(days)
        else { return nil }
        after = days
      } else {
        guard let word = Word(rawValue: String(next)), words.insert(word).inserted else { return nil }
      }
    }
    self.init(kind, code, after: after, words: words)
    guard words.isSubset(of: sensible), Self.alternatives.allSatisfy({ $0.intersection(words).count <= 1 }) else {
      return nil
    }
  }

  package var description: String {
    var parts = [kind.rawValue]
    if let code { parts.append(code) }
    if let after { parts.append("after \(after)") }
    return (parts + words.sorted().map(\.rawValue)).joined(separator: " ")
  }

  /// Of each of these, one at most.
  private static let alternatives: [Set<Word>] = [
    [.booked, .informed, .gross], [.together, .batched, .unnamed], [.charged, .compensated, .fee, .namedFee],
    [.undone, .again], [.coded, .unmarked], [.late, .twice, .early],
  ]

  /// The words that say something about this kind.
  private var sensible: Set<Word> {
    let debit: Set<Word> = [.together, .batched, .unnamed, .charged, .compensated]
    let always: Set<Word> = [.late, .twice, .early, .fee, .namedFee]
    switch kind {
    case .settle, .late, .twice, .never, .refuseFile: return []
    case .reject:
      let isDebited = !words.isDisjoint(with: [.booked, .gross])
      return always.union([.booked, .informed, .gross]).union(isDebited ? debit : [])
    case .refuse, .cancel: return always
    case .return, .refund, .reversal:
      let isCredited = !words.isDisjoint(with: [.undone, .again])
      return always.union(debit).union([.partial, .coded, .undone, .again]).union(isCredited ? [.unmarked] : [])
    }
  }

  /// Four capitals or digits, as every ISO 20022 reason code.
  static func isReason(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 4 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
  }
}

extension Behaviour.Kind {
  fileprivate var takesCode: Bool {
    switch self {
    case .reject, .refuse, .cancel, .return, .refund: true
    case .settle, .late, .twice, .never, .refuseFile, .reversal: false
    }
  }

  /// Cancelled and confirmed by the payment's status or by the whole answer's, or refused.
  fileprivate func takes(code: some StringProtocol) -> Bool {
    self == .cancel ? ["ACCR", "CNCL", "RJCR"].contains(String(code)) : Behaviour.isReason(code)
  }

  var isTakingBack: Bool { self == .return || self == .refund || self == .reversal }
}
