// What follows from a behaviour, day by day: the lines that the bank's reports will have about the payment. A pure
// function, so that the plan, the sums and the reports of a file can never disagree.
//
// Days are TARGET days from the collection date, which is day 0; the day before it is -1.

/// Where and when a line is told: what decides in which report it stands.
struct Telling: Hashable, Comparable {
  enum Channel: Int, Comparable {
    /// A pain.002 of its own.
    case refusal
    /// A camt.029.
    case cancellation
    /// A camt.054 beside that of the credits.
    case booking

    static func < (a: Channel, b: Channel) -> Bool { a.rawValue < b.rawValue }
  }

  var channel: Channel
  var day: Int
  /// Of a cancellation: `CNCL` when the message says so as a whole, for that is true of all that it names.
  var answer = ""

  static func < (a: Telling, b: Telling) -> Bool {
    (a.channel, a.day, a.answer) < (b.channel, b.day, b.answer)
  }
}

/// One line about a payment.
struct Line: Equatable {
  enum Effect: Equatable {
    /// Nothing on the account.
    case word
    /// Takes the money back; or gives it again.
    case debit, credit
    /// Says why there was no money.
    case information
    /// The bank's price, without or with the payment's ids.
    case fee, namedFee
  }

  var telling: Telling
  /// When it is booked; never after it is told.
  var day: Int
  var effect: Effect
}

extension Behaviour {
  /// Whether the payment is part of what the bank credits on the collection date.
  var isCreditedOnDate: Bool {
    switch kind {
    case .settle, .twice, .return, .refund, .reversal: true
    case .reject: words.contains(.booked) || words.contains(.gross)
    case .cancel: code == "RJCR"
    case .late, .never, .refuseFile, .refuse: false
    }
  }

  /// Whether the file's own pain.002 refuses it.
  var isRefusedAtOnce: Bool {
    guard kind == .reject, words.isDisjoint(with: [.booked, .informed]) else { return false }
    return !words.contains(.late) || words.contains(.gross)
  }

  /// Whether its client can know from what is told that it is not in its block's credit.
  var isToldMissing: Bool { kind == .reject || kind == .refuse || kind == .cancel }

  /// Whether the credits of its date are told only after its lines.
  var holdsCreditsBack: Bool { words.contains(.early) && lines.contains { $0.telling.channel == .booking } }

  /// Whether the file's pain.002 is told only after its lines.
  var holdsStatusBack: Bool { words.contains(.early) && (kind == .reject || kind == .refuse || kind == .cancel) }

  /// Its lines in reports of their own: not in the file's pain.002, not its credit.
  var lines: [Line] {
    var lines: [Line] = []
    func add(_ channel: Telling.Channel, _ day: Int, _ effect: Line.Effect, canBeLate: Bool = true) {
      let told = canBeLate && words.contains(.late) ? day + 3 : day
      var telling = Telling(channel: channel, day: told)
      if channel == .cancellation, code == "CNCL" { telling.answer = "CNCL" }
      lines.append(Line(telling: telling, day: day, effect: effect))
      if words.contains(.twice) {
        telling.day += 1
        lines.append(Line(telling: telling, day: day, effect: effect))
      }
    }
    switch kind {
    case .settle, .late, .twice, .never, .refuseFile: return []
    case .refuse: add(.refusal, -1, .word)
    case .cancel: add(.cancellation, -1, .word)
    case .reject where words.contains(.informed): add(.booking, 0, .information)
    case .reject where words.contains(.booked) || words.contains(.gross): add(.booking, 0, .debit)
    case .reject: if words.contains(.late) { add(.refusal, -1, .word) }
    case .return, .refund, .reversal:
      add(.booking, takenBack, .debit)
      if words.contains(.undone) || words.contains(.again) { add(.booking, takenBack + 1, .credit) }
      if words.contains(.again) { add(.booking, takenBack + 2, .debit) }
    }
    if words.contains(.fee) { add(.booking, takenBack, .fee, canBeLate: false) }
    if words.contains(.namedFee) { add(.booking, takenBack, .namedFee, canBeLate: false) }
    return lines
  }

  /// When the money is taken back, or would have been.
  private var takenBack: Int {
    switch kind {
    case .return: after ?? 2
    case .refund: after ?? 3
    case .reversal: after ?? 1
    default: 0
    }
  }
}

// MARK: - Amounts, in cents

extension Behaviour {
  static let charges: Int64 = 350
  static let compensation: Int64 = 37

  /// What a line books; `principal` is the payment's amount.
  func cents(of effect: Line.Effect, principal: Int64) -> Int64 {
    switch effect {
    case .word, .credit, .information: return principal
    case .fee, .namedFee: return Self.charges
    case .debit:
      let back = words.contains(.partial) ? max(1, principal / 2) : principal
      return back + (words.contains(.charged) ? Self.charges : 0)
        + (words.contains(.compensated) ? Self.compensation : 0)
    }
  }
}
