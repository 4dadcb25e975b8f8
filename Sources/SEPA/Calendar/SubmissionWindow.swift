/// When a file must leave for a collection date, as the bank's contract has it, for one scheme.
///
/// A file sent by the cut-off of an open day counts as received that day; later, or on a closed day, it counts as
/// received on the next open day. The collection date lies at least `leadDays` open days after that, and at most 14
/// calendar days ahead (SDD rulebooks, section 4.3.1).
package struct SubmissionWindow: Hashable, Sendable {
  /// TARGET days between the day of receipt and the collection date. The schemes ask for 1; banks often for more.
  package let leadDays: Int
  /// Last second of the day, local time of the bank, at which a file still counts as received that day.
  package let cutOff: Int
  /// How many TARGET days before the collection date a file may leave; never less than `leadDays`.
  package let submitAheadDays: Int

  /// The farthest a collection date may lie ahead, in calendar days (SDD rulebooks, section 4.3.1).
  package static let farthest = 14

  /// Takes a lead time of 0 to 5 days, a cut-off in seconds since midnight and how far ahead files may leave, 0 to 10
  /// days; the last is raised to the lead time where it is less. With 5 days of lead, no run of holidays pushes the
  /// earliest date beyond the 14 calendar days.
  package init(leadDays: Int = 1, cutOff: Int, submitAheadDays: Int = 2) throws(ValueFault) {
    guard (0...5).contains(leadDays) else {
      throw ValueFault(rule: "lead time", found: "\(leadDays)", expected: "0 to 5 TARGET days")
    }
    guard (0..<86_400).contains(cutOff) else {
      throw ValueFault(rule: "cut-off", found: "\(cutOff)", expected: "0 to 86399 seconds since midnight")
    }
    guard (0...10).contains(submitAheadDays) else {
      throw ValueFault(rule: "submit ahead", found: "\(submitAheadDays)", expected: "0 to 10 TARGET days")
    }
    self.leadDays = leadDays
    self.cutOff = cutOff
    self.submitAheadDays = max(leadDays, submitAheadDays)
  }

  /// The day on which the bank counts a file as received that leaves now.
  package func submissionDay(at local: LocalDateTime) -> CalendarDay {
    if TARGETCalendar.isOpen(local.day), local.secondOfDay <= cutOff { return local.day }
    return TARGETCalendar.adding(1, to: local.day)
  }

  /// The earliest collection date a file may bear that leaves now.
  package func earliestCollectionDate(at local: LocalDateTime) -> CalendarDay {
    TARGETCalendar.adding(leadDays, to: submissionDay(at: local))
  }

  /// The collection date for a due date: that day, or the next open day, or the earliest that can still be met.
  package func collectionDate(requested: CalendarDay, at local: LocalDateTime) -> CalendarDay {
    TARGETCalendar.next(onOrAfter: max(requested, earliestCollectionDate(at: local)))
  }

  /// The furthest collection date for which a file may be built now; later ones wait.
  package func latestBuildable(at local: LocalDateTime) -> CalendarDay {
    min(
      TARGETCalendar.adding(submitAheadDays, to: submissionDay(at: local)),
      TARGETCalendar.previous(onOrBefore: local.day.adding(days: Self.farthest)))
  }

  /// How long a file with this collection date may still take to leave: seconds to the last one that meets cut-off and lead
  /// time, less than 0 once it has passed. Counted by the wall: across a change to or from summer time, an hour off.
  package func secondsLeft(for date: CalendarDay, at local: LocalDateTime) -> Int {
    let lastDay = TARGETCalendar.adding(-leadDays, to: TARGETCalendar.previous(onOrBefore: date))
    return local.day.days(until: lastDay) * 86_400 + cutOff - local.secondOfDay
  }

  /// Whether a file with this collection date may still leave now: an open day, with the lead time, within 14 days.
  package func isStillValid(_ date: CalendarDay, at local: LocalDateTime) -> Bool {
    TARGETCalendar.isOpen(date) && date >= earliestCollectionDate(at: local)
      && date <= local.day.adding(days: Self.farthest)
  }
}
