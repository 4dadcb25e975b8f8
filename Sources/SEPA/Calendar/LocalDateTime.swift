/// What calendar and clock on the wall of the bank show: the instant in the bank's time zone, which is not this room's
/// business to know.
package struct LocalDateTime: Hashable, Sendable {
  package let day: CalendarDay
  /// Seconds since midnight by the clock on the wall, 0 to 86 399; summer time skips or repeats an hour of them.
  package let secondOfDay: Int

  package init(day: CalendarDay, secondOfDay: Int) {
    self.day = day
    self.secondOfDay = secondOfDay
  }
}

extension LocalDateTime: Comparable {
  package static func < (left: LocalDateTime, right: LocalDateTime) -> Bool {
    (left.day, left.secondOfDay) < (right.day, right.secondOfDay)
  }
}
