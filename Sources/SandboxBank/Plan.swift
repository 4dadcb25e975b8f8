// Which reports a judged file gets, and when. A pure function of what the journal knows: names, instants and content
// never depend on when the bank gets round to it, so a restart can neither repeat nor lose a report.

import SEPA

struct PlannedReport: Equatable {
  enum Kind: Equatable {
    /// pain.002 for the file.
    case status
    /// pain.002 for its late payments.
    case lateStatus
    /// camt.054 for what is credited on its collection date.
    case credit(CalendarDay)
    /// camt.054 for its late payments of a collection date; `on` is the day they are credited.
    case lateCredit(CalendarDay, on: CalendarDay)
    /// camt.054 for its returned payments of a collection date; `on` is the day they are debited.
    case returns(CalendarDay, on: CalendarDay)
  }

  var kind: Kind
  var name: String
  /// The report's own `MsgId`; a copy has that of its original.
  var messageID: String
  /// Not published before; also its `CreDtTm`.
  var due: Instant
}

extension Message {
  var reports: [PlannedReport] {
    guard let judgement, !judgement.messageID.isEmpty else { return [] }
    let number = String(repeating: "0", count: max(0, 6 - "\(serial)".count)) + "\(serial)"
    let stem = Self.fileName(judgement.messageID) + "-" + number
    var reports: [PlannedReport] = []

    func plan(_ kind: PlannedReport.Kind, _ name: String, _ id: String, _ due: Instant, twice: Bool) {
      // Never before the file was there, whatever its dates say.
      let due = max(due, takenAt)
      reports.append(PlannedReport(kind: kind, name: name + ".xml", messageID: "\(id)-\(number)", due: due))
      if twice {
        reports.append(PlannedReport(kind: kind, name: name + "-again.xml", messageID: "\(id)-\(number)", due: due))
      }
    }

    let accepted = blocks.filter { $0.refusal == nil }
    plan(.status, "pain002-\(stem)", "STATUS", takenAt, twice: accepted.contains { $0.twice > 0 })
    guard judgement.refusal == nil else { return reports }
    if accepted.contains(where: { $0.late > 0 }) {
      let today = takenAt.day
      let day = TARGETCalendar.next(onOrAfter: today.adding(days: 1))
      plan(.lateStatus, "pain002-\(stem)-late", "STATUS-LATE", Self.start(of: day), twice: false)
    }
    for date in Set(accepted.map(\.collectionDate)).sorted() {
      let blocks = accepted.filter { $0.collectionDate == date }
      let compact = date.iso.filter { $0 != "-" }
      if blocks.contains(where: { $0.credited > 0 }) {
        plan(
          .credit(date), "camt054-\(stem)-\(compact)", "CREDIT-\(compact)", Self.start(of: date),
          twice: blocks.contains { $0.twice > 0 })
      }
      if blocks.contains(where: { $0.late > 0 }) {
        let day = TARGETCalendar.adding(1, to: date)
        plan(
          .lateCredit(date, on: day), "camt054-\(stem)-\(compact)-late", "LATE-\(compact)", Self.start(of: day),
          twice: false)
      }
      if blocks.contains(where: { $0.returned > 0 }) {
        let day = TARGETCalendar.adding(2, to: date)
        plan(
          .returns(date, on: day), "camt054-\(stem)-\(compact)-returns", "RETURN-\(compact)", Self.start(of: day),
          twice: false)
      }
    }
    return reports
  }

  /// Midnight UTC: a sandbox has no cut-offs.
  private static func start(of day: CalendarDay) -> Instant { Instant(seconds: Int64(day.daysSince1970) * 86_400) }

  /// A message id as part of a file name.
  private static func fileName(_ id: String) -> String {
    String(
      decoding: id.utf8.map { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"): byte
        default: UInt8(ascii: "_")
        }
      }, as: UTF8.self)
  }
}

extension CalendarDay {
  /// The day at an instant, in UTC. Instants come from clocks and journals, and are written in the calendar's own years.
  init(utc instant: Instant) { self = CalendarDay(daysSince1970: Int(instant.seconds / 86_400)) ?? .last }
}
