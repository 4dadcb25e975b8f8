/// When a file must leave for a collection date, as the bank's contract has it, for one scheme.
///
/// A file sent by the cut-off of one of the bank's service days counts as received that day; later, or on another day, it
/// counts as received on the next one. The collection date lies at least `leadDays` TARGET days after that, and at most 14
/// calendar days ahead (SDD rulebooks, section 4.3.1).
package struct SubmissionWindow: Hashable, Sendable {
  /// An earlier cut-off on some days: half days, the day before a holiday.
  package struct EarlyCutOff: Hashable, Sendable {
    package let days: DayRule
    /// Last second of such a day at which a file still counts as received that day.
    package let cutOff: Int

    package init(days: DayRule, cutOff: Int) {
      self.days = days
      self.cutOff = cutOff
    }
  }

  /// When the bank takes in files.
  package let days: ServiceDays
  /// TARGET days between the day of receipt and the collection date. The schemes ask for 1; banks often for more.
  package let leadDays: Int
  /// Last second of the day, local time of the bank, at which a file still counts as received that day, where no early
  /// cut-off says otherwise.
  package let cutOff: Int
  package let earlyCutOffs: [EarlyCutOff]
  /// How many TARGET days before the collection date a file may leave; never less than `leadDays`.
  package let submitAheadDays: Int

  /// The farthest a collection date may lie ahead, in calendar days (SDD rulebooks, section 4.3.1).
  package static let farthest = 14

  /// Takes a lead time of 0 to 5 days, cut-offs in seconds since midnight and how far ahead files may leave, 0 to 10
  /// days; the last is raised to the lead time where it is less.
  ///
  /// With 5 days of lead, no run of TARGET's holidays pushes the earliest date beyond the 14 calendar days. The bank's own
  /// closing days could: those that do, on any day from 2020 on, are refused.
  package init(
    leadDays: Int = 1, cutOff: Int, submitAheadDays: Int = 2, days: ServiceDays = ServiceDays(),
    earlyCutOffs: [EarlyCutOff] = []
  ) throws(ValueFault) {
    guard (0...5).contains(leadDays) else {
      throw ValueFault(rule: "lead time", found: "\(leadDays)", expected: "0 to 5 TARGET days")
    }
    for second in [cutOff] + earlyCutOffs.map(\.cutOff) where !(0..<86_400).contains(second) {
      throw ValueFault(rule: "cut-off", found: "\(second)", expected: "0 to 86399 seconds since midnight")
    }
    guard (0...10).contains(submitAheadDays) else {
      throw ValueFault(rule: "submit ahead", found: "\(submitAheadDays)", expected: "0 to 10 TARGET days")
    }
    if let (day, earliest) = days.firstDayBeyond(Self.farthest, leadDays: leadDays) {
      throw ValueFault(
        rule: "closing days",
        found: "\(earliest) as the earliest collection date of a file that leaves after the cut-off of \(day)",
        expected: "one within \(Self.farthest) calendar days")
    }
    self.days = days
    self.leadDays = leadDays
    self.cutOff = cutOff
    self.earlyCutOffs = earlyCutOffs
    self.submitAheadDays = max(leadDays, submitAheadDays)
  }

  /// The cut-off of a day: the earliest of those that cover it, in seconds since midnight.
  package func cutOff(on day: CalendarDay) -> Int {
    earlyCutOffs.reduce(cutOff) { $1.cutOff < $0 && $1.days.names(day) ? $1.cutOff : $0 }
  }

  /// The day on which the bank counts a file as received that leaves now.
  package func submissionDay(at local: LocalDateTime) -> CalendarDay {
    if days.isOpen(local.day), local.secondOfDay <= cutOff(on: local.day) { return local.day }
    return days.next(onOrAfter: local.day.adding(days: 1))
  }

  /// The earliest collection date a file may bear that leaves now.
  package func earliestCollectionDate(at local: LocalDateTime) -> CalendarDay {
    TARGETCalendar.adding(leadDays, to: submissionDay(at: local))
  }

  /// The collection date for a due date: that day, or the open day that stands for it by `convention`; where that can no
  /// longer be met, the first open day from the due date on that can.
  package func collectionDate(
    requested: CalendarDay, _ convention: DayConvention = .following, at local: LocalDateTime
  ) -> CalendarDay {
    let earliest = earliestCollectionDate(at: local)
    let adjusted = convention.adjusted(requested)
    return adjusted >= earliest ? adjusted : TARGETCalendar.next(onOrAfter: max(requested, earliest))
  }

  /// The furthest collection date for which a file may be built now; later ones wait.
  package func latestBuildable(at local: LocalDateTime) -> CalendarDay {
    let received = submissionDay(at: local)
    // Before days on which the bank takes in nothing, files leave that could not wait for the next day that it is open.
    let nextReceived = days.next(onOrAfter: received.adding(days: 1))
    let lastChance = TARGETCalendar.adding(-1, to: TARGETCalendar.adding(leadDays, to: nextReceived))
    return min(
      max(TARGETCalendar.adding(submitAheadDays, to: received), lastChance),
      TARGETCalendar.previous(onOrBefore: local.day.adding(days: Self.farthest)))
  }

  /// The collection dates for which a file may be built now: from the earliest that can be met to the furthest.
  package func buildable(at local: LocalDateTime) -> ClosedRange<CalendarDay> {
    let earliest = earliestCollectionDate(at: local)
    // The ends of the calendar are the one place where nothing is left ahead.
    return earliest...max(earliest, latestBuildable(at: local))
  }

  /// The last moment at which a file with this collection date may leave, on the bank's clock.
  package func lastMoment(for date: CalendarDay) -> LocalDateTime {
    let day = days.previous(
      onOrBefore: TARGETCalendar.adding(-leadDays, to: TARGETCalendar.previous(onOrBefore: date)))
    return LocalDateTime(day: day, secondOfDay: cutOff(on: day))
  }

  /// How long a file with this collection date may still take to leave: seconds to the last one that meets cut-off and lead
  /// time, less than 0 once it has passed. Counted by the wall: across a change to or from summer time, an hour off. That is
  /// on a Sunday in all of Europe, 20 hours before any cut-off at least, and no attempt to send lasts so long.
  package func secondsLeft(for date: CalendarDay, at local: LocalDateTime) -> Int {
    let last = lastMoment(for: date)
    return local.day.days(until: last.day) * 86_400 + last.secondOfDay - local.secondOfDay
  }

  /// Whether a file with this collection date may still leave now: an open day, with the lead time, within 14 days.
  package func isStillValid(_ date: CalendarDay, at local: LocalDateTime) -> Bool {
    TARGETCalendar.isOpen(date) && date >= earliestCollectionDate(at: local)
      && date <= local.day.adding(days: Self.farthest)
  }
}
