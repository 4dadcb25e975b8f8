/// When a file must leave so that its collection date holds: a bank's lead time and cut-off, on the bank's own clock.
package struct SubmissionWindow: Hashable, Sendable {
  /// TARGET days between the day of submission and the collection date: 1 for both schemes (SDD rulebooks, section 4.3,
  /// D-1), more where a bank asks for more.
  package let leadDays: Int
  /// The last second of the bank's day at which a file still counts as of that day.
  package let cutOff: Int
  /// How many TARGET days before its collection date a file may leave; never less than `leadDays`.
  package let submitAheadDays: Int

  package init(leadDays: Int = 1, cutOff: Int = 16 * 3600, submitAheadDays: Int = 2) {
    self.leadDays = max(1, leadDays)
    self.cutOff = cutOff
    self.submitAheadDays = max(self.leadDays, submitAheadDays)
  }

  /// The TARGET day that counts as the day of submission for a file that leaves now.
  package func submissionDay(at local: LocalDateTime) -> CalendarDay {
    let today = TARGETCalendar.isOpen(local.day) && local.secondOfDay <= cutOff
    return TARGETCalendar.open(onOrAfter: today ? local.day : local.day.adding(days: 1))
  }

  /// The earliest collection date that a file leaving now may carry.
  package func earliestCollectionDate(at local: LocalDateTime) -> CalendarDay {
    TARGETCalendar.adding(leadDays, to: submissionDay(at: local))
  }

  /// The furthest collection date for which a file may leave now: never more than 14 calendar days ahead (SDD
  /// rulebooks, section 4.3.1).
  package func latestCollectionDate(at local: LocalDateTime) -> CalendarDay {
    let ahead = TARGETCalendar.adding(submitAheadDays, to: submissionDay(at: local))
    return min(ahead, TARGETCalendar.open(onOrBefore: local.day.adding(days: 14)))
  }

  /// The collection date of a request: the requested day, or the next TARGET day that can still be met.
  package func collectionDate(requested: CalendarDay, at local: LocalDateTime) -> CalendarDay {
    TARGETCalendar.open(onOrAfter: max(requested, earliestCollectionDate(at: local)))
  }
}
