import SEPA

/// What really happened to one collection, and every way banks tell it: the reference that matching is held against.
///
/// `end` is written from the rulebook's view, fact by fact; it knows nothing of ladders, passes or SQL.
struct History {
  enum Answer: String { case none, accepted, rejected }
  /// A debit that takes the money back, or the credit that undoes it, on a day of December 2026.
  struct Movement {
    var undoes: Bool
    var day: Int
  }

  var amountCents: Int64
  var answer: Answer
  /// Credited by a booking of its own, or with its whole block.
  var credited: Bool
  var movements: [Movement]

  /// Where the collection must stand when everything was told.
  var end: CollectionState {
    if let last = movements.max(by: { ($0.day, $0.undoes ? 1 : 0) < ($1.day, $1.undoes ? 1 : 0) }) {
      return last.undoes ? .settled : .returned
    }
    if answer == .rejected { return .rejected }
    if credited { return .settled }
    return answer == .accepted ? .accepted : .submitted
  }

  /// - Parameter batchBooked: whether its block is credited as one; then it is not credited alone.
  static func random(batchBooked: Bool, _ random: inout some RandomNumberGenerator) -> History {
    let answer: Answer = [.none, .none, .accepted, .accepted, .accepted, .rejected].randomElement(using: &random) ?? .none
    var history = History(
      amountCents: Int64.random(in: 1...99_999, using: &random), answer: answer,
      credited: batchBooked || answer != .rejected && Int.random(in: 0..<5, using: &random) > 0, movements: [])
    guard answer != .rejected, Int.random(in: 0..<3, using: &random) == 0 else { return history }
    // Return, undone, returned again, undone again: each later than the one before, or on the same day.
    var day = 4
    for step in 0..<[1, 1, 1, 2, 2, 3, 4].randomElement(using: &random)! {
      day += step % 2 == 0 ? Int.random(in: 1...4, using: &random) : Int.random(in: 0...4, using: &random)
      history.movements.append(Movement(undoes: step % 2 == 1, day: day))
    }
    return history
  }
}

/// One statement of a bank about one collection or one block; the unit that is shuffled, repeated and split.
enum Telling {
  /// pain.002 about one transaction.
  case status(message: String, endToEndID: String, code: String)
  /// A booking on the account.
  case booked(Booking)
}

extension History {
  /// Everything that banks tell of it, each fact at least once, some twice, under fewer or more ids.
  func tellings(message: String, endToEndID: String, mandate: String, alone: Bool, _ random: inout some RandomNumberGenerator) -> [Telling] {
    var tellings: [Telling] = []
    let times = [1, 1, 2]
    func payment() -> Booking.Payment {
      var payment = Booking.Payment(endToEndID: endToEndID, amount: Cents(amountCents).decimalText)
      if Bool.random(using: &random) { payment.mandate = mandate }
      if Bool.random(using: &random) { (payment.message, payment.block) = (message, "\(message)-1") }
      return payment
    }
    if answer == .rejected && Bool.random(using: &random) {
      // By a bank that sends no pain.002.
      var told = payment()
      told.reason = "AC04"
      tellings.append(
        .booked(
          Booking(
            amount: Cents(amountCents).decimalText, direction: "DBIT", status: "INFO", payments: [told],
            code: ("PMNT", "IDDT", "UPDD"))))
    } else if answer != .none {
      for _ in 0..<times.randomElement(using: &random)! {
        tellings.append(.status(message: message, endToEndID: endToEndID, code: answer == .rejected ? "RJCT" : "ACCP"))
      }
    }
    if credited && alone {
      for _ in 0..<times.randomElement(using: &random)! {
        tellings.append(.booked(Booking(amount: Cents(amountCents).decimalText, payments: [payment()])))
      }
    }
    for movement in movements {
      for _ in 0..<times.randomElement(using: &random)! {
        var told = payment()
        var amount = amountCents
        if !movement.undoes {
          told.reason = "AM04"
          if Bool.random(using: &random) {
            // With the bank's charges in the amount, as German banks write it.
            amount += 350
            told.instructed = told.amount
            told.amount = Cents(amount).decimalText
          }
        }
        tellings.append(
          .booked(
            Booking(
              amount: Cents(amount).decimalText, direction: movement.undoes ? "CRDT" : "DBIT", payments: [told],
              // Or only the code says that it undoes.
              reversal: movement.undoes && Bool.random(using: &random),
              day: "2026-12-\(movement.day < 10 ? "0" : "")\(movement.day)",
              code: ("PMNT", "IDDT", "UPDD"))))
      }
    }
    return tellings
  }
}
