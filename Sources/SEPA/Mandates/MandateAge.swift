/// Whether a mandate has come to the end of its use: 36 months after the last collection under it, or after its signature
/// where there was none, it is void (SDD rulebooks, section 4.1).
package enum MandateAge: Hashable, Sendable {
  /// Nothing to do before the day.
  case young(lookAgainOn: CalendarDay)
  /// It ends soon: to be told now, and looked at again on the day.
  case ending(on: CalendarDay, inDays: Int, lookAgainOn: CalendarDay)
  case over(since: CalendarDay)

  /// Months without a collection after which a mandate is void.
  package static let months = 36
  /// Days before its end at which somebody is told.
  package static let warnings = [90, 30, 7]

  /// - Parameters:
  ///   - lastUse: the collection date of the last collection that counts; before the first, the day of signature. One that
  ///     was the first and was rejected or returned counts for nothing.
  ///   - told: the least of `warnings` that was told since then; nil where none was.
  package init(lastUse: CalendarDay, told: Int?, today: CalendarDay) {
    let end = lastUse.adding(months: Self.months)
    let left = today.days(until: end)
    guard left > 0 else {
      self = .over(since: end)
      return
    }
    let reached = Self.warnings.last { left <= $0 }
    let next = Self.warnings.first { $0 < left }.map { end.adding(days: -$0) } ?? end
    if let reached, told.map({ reached < $0 }) ?? true {
      self = .ending(on: end, inDays: reached, lookAgainOn: next)
    } else {
      self = .young(lookAgainOn: next)
    }
  }

  /// The day on which a mandate signed on a day is looked at for the first time.
  package static func firstLook(signedOn day: CalendarDay) -> CalendarDay {
    day.adding(months: months).adding(days: -(warnings.first ?? 0))
  }
}
