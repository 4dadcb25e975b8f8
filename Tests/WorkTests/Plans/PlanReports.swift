import SEPA

/// What a bank tells of two files of the payments `A-1`, `A-2` …, of 10.01 EUR, 10.02 EUR …: each thing that matching has
/// a statement of its own for.
struct PlanReports {
  /// The message whose payments are answered and credited one by one.
  let alone: String
  /// The message that is accepted as a whole and credited in one sum.
  let together: String
  let payments: Int

  private var first: ClosedRange<Int> { 1...payments / 2 }
  private var second: ClosedRange<Int> { payments / 2 + 1...payments }
  private static func amount(_ n: Int) -> String { Cents(Int64(1000 + n)).decimalText }
  /// The bank transaction code of CORE.
  private static let core = ("PMNT", "IDDT", "ESDD")
  private static func isRefused(_ n: Int) -> Bool { n % 20 == 0 }

  /// pain.002: refused or accepted by name; accepted as a whole.
  var statuses: [String] {
    [
      Reports.pain002(alone, id: "S-1", items: first.map { ("A-\($0)", Self.isRefused($0) ? "RJCT" : "ACCP") }),
      Reports.named("accept", message: together, sequence: 2),
    ]
  }

  /// camt.054: one by one under all ids; a batch; and, of some, the end-to-end id and the mandate, or that alone.
  var credits: [String] {
    let bookings = first.filter { !Self.isRefused($0) }.map { n in
      var payment = Booking.Payment(endToEndID: "A-\(n)", amount: Self.amount(n))
      if n % 10 != 1 { payment.mandate = "M-\(n)" }
      if n % 10 > 2 { (payment.message, payment.block) = (alone, "\(alone)-1") }
      if n % 10 == 3 { payment.message = nil }
      return Booking(amount: Self.amount(n), payments: [payment], code: Self.core, reference: "R-\(n)")
    }
    let sum = Cents(second.reduce(0) { $0 + Int64(1000 + $1) }).decimalText
    let batch = Booking(amount: sum, code: Self.core, batch: (together, "\(together)-1", payments / 2))
    return [BankStatement.text(bookings, id: "C-1"), BankStatement.text([batch], id: "C-2", message: "camt.053", number: 1)]
  }

  /// Returns, some of which end the mandate, and some of which are presented again.
  var returns: [String] {
    let bookings = stride(from: 5, through: payments, by: 10).filter { !Self.isRefused($0) }.map { n in
      booking(n, direction: "DBIT", reason: ["AM04", "MD01", "AC04"][n / 10 % 3], day: "2026-12-04")
    }
    return [BankStatement.text(bookings, id: "R-1")]
  }

  /// Returns undone and returned again; a credit on another day; one that bears a reference alone, ours or the bank's; one
  /// that nobody knows.
  var corrections: [String] {
    let undone = stride(from: 5, through: payments / 2, by: 30).map { n in
      booking(n, direction: "CRDT", reason: nil, day: "2026-12-07", undoes: true)
    }
    let again = booking(15, direction: "DBIT", reason: "AM04", day: "2026-12-08")
    let twice = booking(6, direction: "CRDT", reason: nil, day: "2026-12-09")
    let beside = booking(payments, direction: "CRDT", reason: nil, day: "2026-12-09")
    let quoted = Booking(
      amount: Self.amount(7), payments: [.init(amount: Self.amount(7), structured: "RF-7")], code: Self.core)
    let referred = Booking(
      amount: Self.amount(8), direction: "DBIT", payments: [.init(amount: Self.amount(8), reason: "AM04")], day: "2026-12-08",
      code: Self.core, reference: "R-8")
    let stranger = Booking(amount: "1.00", payments: [.init(endToEndID: "SOMEBODY-ELSE", amount: "1.00")], code: nil)
    return [
      BankStatement.text(undone + [twice, beside, quoted, referred, stranger], id: "X-1"), BankStatement.text([again], id: "X-2"),
    ]
  }

  private func booking(_ n: Int, direction: String, reason: String?, day: String, undoes: Bool = false) -> Booking {
    Booking(
      amount: Self.amount(n), direction: direction,
      payments: [.init(endToEndID: "A-\(n)", mandate: "M-\(n)", amount: Self.amount(n), reason: reason)], reversal: undoes, day: day,
      code: Self.core)
  }
}
