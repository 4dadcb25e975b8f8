import TestSupport

/// What is asked for in a soak, day by day, and how each of it must end.
struct SoakPlan {
  let collections: Int
  let banks: Int
  /// TARGET days on which requests come.
  let arrivals: [String]
  /// Those and the days that follow until everything is told.
  let days: [String]
  private let rows: [Row]

  struct Row {
    let number: Int
    let mandate: Int
    let bank: Int
    let cents: Int
    /// Index of the day on which it is asked for, and of the one on which it is due.
    let asked: Int
    let due: Int

    /// The last two digits tell the sandbox bank what to do with it.
    var end: String {
      switch cents % 100 {
      case 51...55: "rejected"
      case 61...63: "returned"
      case 73: "open"
      default: "settled"
      }
    }
  }

  /// Nothing of these may be read in a log, a status or an error.
  static let secrets = ["Zephyrin", "Confidentiel", "zephyrin", "99999999"]

  /// TARGET days from the first of December 2026, in the bank's calendar.
  private static let targetDays = [
    "2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04", "2026-12-07", "2026-12-08", "2026-12-09", "2026-12-10",
    "2026-12-11", "2026-12-14", "2026-12-15", "2026-12-16", "2026-12-17", "2026-12-18", "2026-12-21", "2026-12-22",
    "2026-12-23", "2026-12-24", "2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31",
  ]

  init(collections: Int, arrivalDays: Int, banks: Int, _ random: inout SeededRandom) {
    self.collections = collections
    self.banks = banks
    arrivals = Array(Self.targetDays.prefix(arrivalDays))
    // The last due date lies four days after the last request; a file that could not leave in time moves by a day or two;
    // a return comes two days later, and the watch looks for what is missing a day and a day after.
    days = Array(Self.targetDays.prefix(arrivalDays + 8))
    let mandates = max(banks, collections / 5)
    rows = (0..<collections).map { number in
      let ending = Self.ending(&random)
      let mandate = Int.random(in: 0..<mandates, using: &random)
      let asked = number * arrivalDays / collections
      return Row(
        number: number, mandate: mandate, bank: mandate % banks,
        cents: Int.random(in: 1...9999, using: &random) * 100 + ending, asked: asked,
        due: asked + Int.random(in: 2...4, using: &random))
    }
  }

  private static func ending(_ random: inout SeededRandom) -> Int {
    switch Int.random(in: 0..<1000, using: &random) {
    case ..<20: Int.random(in: 51...55, using: &random)
    case ..<40: Int.random(in: 61...63, using: &random)
    case ..<70: 71
    case ..<90: 72
    case ..<95: 73
    default: Int.random(in: 0...50, using: &random)
    }
  }

  /// Mandates, a line each: columns of `intake.mandate_request` as COPY takes them.
  static let mandateColumns =
    "request_key, creditor, mandate_reference, scheme, sequence, signed_on, debtor_name, iban, email, language"
  var mandates: [String] {
    Set(rows.map(\.mandate)).sorted().map { mandate in
      let iban = ManyBanks.germanIBAN(account: 100_000 + mandate)
      let scheme = mandate / banks % 2 == 0 ? "B2B" : "CORE"
      return
        "m-\(mandate)\tacme\tRUM-\(mandate)\t\(scheme)\trecurrent\t2026-01-05\tZephyrin \(mandate) SARL\t\(iban)\tzephyrin\(mandate)@debtor.example\tfr"
    }
  }

  /// What is asked for on a day: columns of `intake.collection_request`.
  static let collectionColumns = "request_key, creditor, account, mandate_reference, amount, due_date, remittance"
  func requests(onDay index: Int) -> [String] {
    rows.filter { $0.asked == index }.map { row in
      let cents = row.cents % 100
      let amount = "\(row.cents / 100).\(cents < 10 ? "0" : "")\(cents)"
      return
        "c-\(row.number)\tacme\tbank\(row.bank)\tRUM-\(row.mandate)\t\(amount)\t\(Self.targetDays[row.due])\tConfidentiel \(row.number)"
    }
  }

  /// `state|count|cents` of all, as the database must say at the end.
  var ends: [String] {
    Dictionary(grouping: rows, by: \.end).map { "\($0.key)|\($0.value.count)|\($0.value.reduce(0) { $0 + $1.cents })" }
      .sorted()
  }
}
