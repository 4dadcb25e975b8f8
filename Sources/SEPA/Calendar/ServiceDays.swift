/// The days on which one bank takes in files: TARGET's without the bank's own closing days.
///
/// On a closing day of its own the bank takes in nothing, but payments settle: a collection date may lie on it, and it counts
/// as a day of lead time. For the lead time is what the clearing and the debtor's bank need, who know nothing of this bank's
/// holidays; only the day on which a file counts as received is the bank's.
package struct ServiceDays: Hashable, Sendable {
  /// Days beyond TARGET's on which the bank takes in no file.
  package let closings: [DayRule]

  package init(closings: [DayRule] = []) { self.closings = closings }

  /// The rule of the bank's own that closes it on this day; nil where none does, whatever TARGET does.
  package func closing(on day: CalendarDay) -> DayRule? { closings.first { $0.names(day) } }

  /// Whether a file can be received on this day.
  package func isOpen(_ day: CalendarDay) -> Bool { TARGETCalendar.isOpen(day) && closing(on: day) == nil }

  /// `day` itself where it is open, otherwise the next open day. Stops at the end of the calendar.
  package func next(onOrAfter day: CalendarDay) -> CalendarDay {
    var day = day
    while !isOpen(day), day < .last { day = day.adding(days: 1) }
    return day
  }

  /// `day` itself where it is open, otherwise the open day before it. Stops at the beginning of the calendar.
  package func previous(onOrBefore day: CalendarDay) -> CalendarDay {
    var day = day
    while !isOpen(day), day > .first { day = day.adding(days: -1) }
    return day
  }

  /// The first day from 2020 on whose missed cut-off leaves no collection date within `limit` calendar days; nil where there
  /// is none, as with TARGET's closing days alone.
  /// - Parameter leadDays: TARGET days between receipt and collection.
  func firstDayBeyond(_ limit: Int, leadDays: Int) -> (day: CalendarDay, earliest: CalendarDay)? {
    guard !closings.isEmpty, let first = try? CalendarDay(year: 2020, month: 1, day: 1) else { return nil }
    var found: (CalendarDay, CalendarDay)?
    // From the end, so that the next day that is open is at hand; what comes after the end nobody knows.
    var day = CalendarDay.last.adding(days: -3 * limit)
    var earliest = TARGETCalendar.adding(leadDays, to: next(onOrAfter: day.adding(days: 1)))
    while day >= first {
      if day.days(until: earliest) > limit { found = (day, earliest) }
      if isOpen(day) { earliest = TARGETCalendar.adding(leadDays, to: day) }
      day = day.adding(days: -1)
    }
    return found
  }
}
