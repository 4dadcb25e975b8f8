/// What becomes of a due date on which TARGET is closed, as a creditor wants it (ISDA's business day conventions).
package enum DayConvention: String, CaseIterable, Sendable {
  /// The next open day.
  case following
  /// The open day before.
  case preceding
  /// The next open day, but the one before where that would be another month.
  case modifiedFollowing = "modified-following"

  /// The open day that stands for `day`: itself where it is open.
  package func adjusted(_ day: CalendarDay) -> CalendarDay {
    let next = TARGETCalendar.next(onOrAfter: day)
    switch self {
    case .following: return next
    case .preceding: return TARGETCalendar.previous(onOrBefore: day)
    case .modifiedFollowing:
      return (next.year, next.month) == (day.year, day.month) ? next : TARGETCalendar.previous(onOrBefore: day)
    }
  }
}
