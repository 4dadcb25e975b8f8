/// One payment of the table: what its bank is told to do with it, and how it must end. The end is written from the
/// rulebook's view; it knows nothing of what sepad reads.
struct RTransaction: Sendable {
  enum Scheme: String, CaseIterable, Sendable {
    case core = "CORE"
    case b2b = "B2B"
  }

  /// When and at what price it is told, as the bank's words have it; plain says nothing.
  enum Variant: String, CaseIterable, Sendable {
    case plain, charged, compensated, fee, late, twice, early
    case namedFee = "named-fee"

    var isCharge: Bool { [.charged, .compensated, .fee, .namedFee].contains(self) }
  }

  let scheme: Scheme
  let manner: ManyBanks.Manner
  /// The bank's words without those of the variant.
  let kind: String
  let variant: Variant
  /// Also its end-to-end id.
  let name: String
  let cents: Int

  var behaviour: String { variant == .plain ? kind : "\(kind) \(variant.rawValue)" }
  var amount: String { "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)" }
  /// What is told before its cause has a collection date of its own, for it holds back the credits of its whole day.
  var dueDate: String { variant == .early ? "2026-12-09" : "2026-12-08" }

  /// Where it must stand when everything was told.
  var end: String {
    let words = Set(kind.split(separator: " "))
    switch kind.prefix(while: { $0 != " " }) {
    case "settle": return "settled"
    case "refuse": return "rejected"
    case "reject": return words.contains("booked") || words.contains("gross") ? "returned" : "rejected"
    case "cancel": return words.contains("RJCR") ? "settled" : "rejected"
    // A part is not the payment, and a sum that names nobody may be anybody's: a person decides.
    case _ where words.contains("partial") || words.contains("unnamed"): return "settled"
    // A second credit that does not say why may be anything.
    case _ where words.contains("unmarked"): return "returned"
    default: return words.contains("undone") ? "settled" : "returned"
    }
  }

  /// What must wait for a person, by the beginning of its verdict; nil for nothing.
  var verdict: String? {
    let words = Set(kind.split(separator: " "))
    if words.contains("partial") { return "partial: " }
    if words.contains("unmarked") { return "again: credited " }
    return words.contains("unnamed") ? "mismatch: batch: " : nil
  }
}

extension RTransaction {
  /// Everything that makes sense: a bank without pain.002 tells no refusal by it, nobody reclaims a B2B debit, and
  /// charges that are in a debit need one.
  static func all(_ manners: [ManyBanks.Manner]) -> [RTransaction] {
    var all: [RTransaction] = []
    for manner in manners {
      for scheme in Scheme.allCases {
        for kind in kinds(of: scheme) where manner.answers != "none" || !isTold(kind) {
          for variant in variants(of: kind) {
            let number = all.count + 1
            let (name, cents) = ("R-\(number)", 10_000 + 7 * number)
            all.append(
              RTransaction(scheme: scheme, manner: manner, kind: kind, variant: variant, name: name, cents: cents))
          }
        }
      }
    }
    return all
  }

  private static func kinds(of scheme: Scheme) -> [String] {
    let always = [
      "settle", "reject AC01", "reject AC04 booked", "reject AG01 informed", "reject RC01 gross", "refuse MS02",
      "refuse SL01", "cancel ACCR", "cancel CNCL", "cancel RJCR", "return AM04", "return MD01 undone",
      "return AC04 again", "return AM04 coded undone", "return AM04 undone unmarked", "return MS03 partial",
      "reversal", "reversal undone", "reversal coded", "reversal coded undone", "reversal again",
    ]
    switch scheme {
    case .b2b: return always + ["return AM04 after 3"] + together.flatMap { [$0, $0] }
    case .core:
      let refunds = ["refund MD06", "refund MD01 after 6", "refund MD06 undone", "refund MD06 again"]
      return always + ["return AM04 after 5"] + refunds + together.flatMap { [$0, $0] }
    }
  }

  /// Two of each, for one alone is no sum.
  private static let together = [
    "return AM04 together", "return MS03 batched", "return MD01 unnamed", "reversal together",
  ]

  /// Told by pain.002 alone.
  private static func isTold(_ kind: String) -> Bool { kind.hasPrefix("refuse ") || kind == "reject AC01" }

  private static func variants(of kind: String) -> [Variant] {
    let words = Set(kind.split(separator: " "))
    return Variant.allCases.filter { variant in
      switch variant {
      case .charged, .compensated:
        !words.isDisjoint(with: ["booked", "gross", "return", "refund", "reversal"]) && !words.contains("unnamed")
      case .fee, .namedFee, .late, .twice, .early: kind != "settle"
      case .plain: true
      }
    }
  }
}
